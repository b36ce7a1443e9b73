/* foretell.c -- inshi_plan: memory by counting, time by a short fit of a made X, sparse where X is. */
#include <math.h>
#include "base/random.h"
#include "inshi/plan.h"
#include "matrix/matrix.h"
#include "model/memory.h"
#include "model/run.h"

/* The made X has at most so many entries (of sparse X: that are stored) times k, so that a fit of it takes about a second. */
static const double MEASURED_WORK = 2e7;
enum { MEASURED_SIDE = 1000, MEASURED_ITERATIONS = 30, MEASURED_SECONDS = 2, PARTS = 3 };

/* ---- time ---------------------------------------------------------------------------------------------------------- */

/* A made X: the shape, for sparse X the entries too, and how many times the work of an iteration on X is that on it. */
struct made {
    inshi_context *context;
    inshi_report  *report;
    int64_t        shape[2];
    int64_t        nonzeros; /* sparse */
    double         per_row;  /* sparse: entries, in the mean */
    double         scale, work;
    char          *numbers; /* X in f4, W and H in the dtype, weights in f8 */
    inshi_matrix   x, w, h;
    inshi_matrix   row_weights; /* where entries count differently: 1, 2, 1, ... */
    bool           weighs;
};

/* The shorter side whole if it can be. */
static void choose_dense(int64_t m, int64_t n, double most, int64_t shape[2])
{
    const bool    wide = n >= m;
    const int64_t low = wide ? m : n, high = wide ? n : m;
    const int64_t small = low < MEASURED_SIDE ? low : MEASURED_SIDE;
    const int64_t fits = (int64_t)(most / (double)small) + 1, large = high < fits ? high : fits;
    shape[0] = wide ? small : large;
    shape[1] = wide ? large : small;
}

/* True where a fit visits stored entries alone. */
static bool by_entries(const struct plan *plan)
{
    return plan->x.layout != INSHI_LAYOUT_DENSE && (plan->incomplete || loss_by_entries(plan->loss));
}

/* Of sparse X both sides shrink alike and rows keep their number of entries, so that entries and items keep their share of the
 * work. No denser than a tenth, for then other solvers are chosen. */
static void choose_made(const struct plan *plan, struct made *made)
{
    const double m = (double)plan->x.rows, n = (double)plan->x.columns, k = (double)plan->k;
    const double most   = fmin(1e6, fmax(1e5, MEASURED_WORK / k));
    const bool   sparse = plan->x.layout != INSHI_LAYOUT_DENSE;
    const double stored = sparse && plan->x.nonzeros > 0 ? (double)plan->x.nonzeros : 1;
    if (by_entries(plan)) {
        const double share = fmin(1, fmax(most / stored, 10 * stored / m / n));
        made->shape[0]     = (int64_t)ceil(share * m);
        made->shape[1]     = (int64_t)ceil(share * n);
        made->per_row      = stored / m;
        made->work         = share * stored * k;
        return;
    }
    choose_dense(plan->x.rows, plan->x.columns, most, made->shape);
    const double entries = (double)made->shape[0] * (double)made->shape[1];
    made->per_row        = stored / m / n * (double)made->shape[1];
    made->scale          = m * n / entries;
    made->work           = entries * k;
}

/* Three parts and noise, in f4. */
static void fill_dense(float *x, const int64_t shape[2])
{
    for (int64_t i = 0; i < shape[0]; i++)
        for (int64_t j = 0; j < shape[1]; j++) {
            double sum = 0.1 * random_uniform(1, 2, i, j);
            for (int l = 0; l < PARTS; l++)
                sum += random_uniform(1, 3, i, l) * random_uniform(1, 4, j, l);
            x[i * shape[1] + j] = (float)sum;
        }
}

/* Entries of a row: some have few, some three times the mean. */
static int64_t entries_of(const struct made *made, int64_t row)
{
    const double  u      = random_uniform(1, 5, row, 0);
    const int64_t wanted = (int64_t)(made->per_row * 3 * u * u + random_uniform(1, 5, row, 1));
    return wanted < made->shape[1] ? wanted : made->shape[1];
}

/* Rows of rising columns, of which the first are the most frequent. */
static void fill_sparse(const struct made *made, int64_t *pointers, int32_t *indices, float *values)
{
    int64_t at = pointers[0] = 0;
    for (int64_t i = 0; i < made->shape[0]; i++) {
        const int64_t count = entries_of(made, i);
        int64_t       next  = 0;
        for (int64_t t = 0; t < count; t++, at++, next++) {
            const double  u     = ((double)t + random_uniform(1, 6, i, t)) / (double)count;
            const int64_t least = next, most = made->shape[1] - count + t,
                          wanted = (int64_t)(u * u * (double)made->shape[1]);
            next                 = wanted < least ? least : wanted > most ? most : wanted;
            indices[at]          = (int32_t)next;
            values[at]           = 1 + (float)(int)(4 * random_uniform(1, 7, i, t));
        }
        pointers[i + 1] = at;
    }
}

/* Seconds of all iterations of one start, from the history of a shorter run, at the size of the made X. */
static double extend(const inshi_report *report, int64_t iterations, double *late)
{
    int64_t                  count;
    const inshi_history_row *rows = inshi_report_history(report, &count), *last = &rows[count - 1];
    const inshi_history_row *from  = count > 3 ? &rows[count / 2] : &rows[count > 1 ? count - 2 : 0];
    const int64_t            steps = last->iteration - from->iteration;
    *late                          = steps > 0 ? (last->seconds - from->seconds) / (double)steps : 0;
    return inshi_report_info(report)->seconds + (double)(iterations - last->iteration) * *late;
}

/* X and the factors in one block. */
static inshi_status make_matrices(struct made *made, const struct plan *plan)
{
    const bool        sparse = plan->x.layout != INSHI_LAYOUT_DENSE;
    const inshi_dtype dtype  = plan->view[SIDE_W].dtype;
    const int64_t     real = inshi_dtype_bytes(dtype), rows = made->shape[0], columns = made->shape[1];
    for (int64_t i = 0; sparse && i < rows; i++)
        made->nonzeros += entries_of(made, i);
    const int64_t count = sparse ? made->nonzeros : rows * columns, pointers = sparse ? (rows + 1) * 8 : 0,
                  values = pointers + (sparse ? count * 4 : 0), w = (values + count * 4 + 7) / 8 * 8,
                  h = w + rows * plan->k * real, weights = (h + columns * plan->k * real + 7) / 8 * 8;
    made->numbers = memory_take(made->context, weights + rows * 8, 1, "a made X");
    if (!made->numbers)
        return INSHI_ERR_MEMORY;
    char *const at    = made->numbers;
    made->x           = inshi_matrix_c(at + values, INSHI_DTYPE_F4, rows, columns);
    made->w           = inshi_matrix_c(at + w, dtype, rows, plan->k);
    made->h           = inshi_matrix_c(at + h, dtype, plan->k, columns);
    made->weighs      = plan->weighing != WEIGHING_NONE;
    made->row_weights = inshi_matrix_c(at + weights, INSHI_DTYPE_F8, rows, 1);
    for (int64_t i = 0; i < rows; i++)
        ((double *)(at + weights))[i] = 1 + (double)(i % 2);
    if (!sparse) {
        fill_dense((float *)(at + values), made->shape);
        return INSHI_OK;
    }
    fill_sparse(made, (int64_t *)at, (int32_t *)(at + pointers), (float *)(at + values));
    made->x = (inshi_matrix){.layout        = INSHI_LAYOUT_CSR,
                             .dtype         = INSHI_DTYPE_F4,
                             .rows          = rows,
                             .columns       = columns,
                             .data          = at + values,
                             .nonzeros      = count,
                             .pointers      = at,
                             .indices       = at + pointers,
                             .pointer_bytes = 8,
                             .index_bytes   = 4};
    if (by_entries(plan) && count > 0)
        made->scale = (double)plan->x.nonzeros / (double)count;
    return INSHI_OK;
}

static inshi_status make(struct made *made, const struct plan *plan)
{
    choose_made(plan, made);
    const inshi_status status = inshi_context_create(&plan->context->allocator, &made->context);
    if (status)
        return status;
    made->context->threads        = plan->context->threads;
    made->context->isa            = plan->context->isa;
    made->context->interrupt      = plan->context->interrupt;
    made->context->interrupt_user = plan->context->interrupt_user;
    if (inshi_report_create(made->context, &made->report))
        return INSHI_ERR_MEMORY;
    return make_matrices(made, plan);
}

/* The options of the short fit: more iterations of a small X. What belongs to the X that is not here is left out. */
static inshi_options shorten(const inshi_options *o, const struct made *made)
{
    inshi_options out     = *o;
    const double  most    = MEASURED_ITERATIONS * fmax(1, fmin(MEASURED_WORK / made->work, 1e3));
    out.iterations        = (double)o->iterations < most ? o->iterations : (int64_t)most;
    out.tolerance         = 0;
    out.time_limit        = MEASURED_SECONDS;
    out.restarts          = 1;
    out.history_every     = 1;
    out.fix               = "none";
    out.fix_columns_count = 0;
    out.given_w = out.given_h = 0;
    out.mask = out.weights = out.column_weights = out.lock_w = out.lock_h = NULL;
    out.row_weights = made->weighs ? &made->row_weights : NULL;
    return out;
}

static inshi_status measure_time(const struct plan *plan, inshi_estimate *out)
{
    const inshi_options *o       = &plan->options;
    struct made          made    = {.scale = 1};
    inshi_status         status  = make(&made, plan);
    const inshi_options  shorter = shorten(o, &made);
    if (!status)
        status = inshi_fit(made.context, made.x, made.w, made.h, &shorter, made.report);
    if (status && made.context)
        context_fail(plan->context, status, "%s", inshi_context_message(made.context));
    if (!status) {
        double late;
        out->seconds = made.scale * extend(made.report, o->iterations, &late) * (double)o->restarts;
        out->seconds_per_iteration = made.scale * late;
        if (o->time_limit > 0)
            out->seconds = fmin(out->seconds, o->time_limit);
    }
    if (made.context) {
        inshi_report_destroy(made.report);
        memory_give(made.context, made.numbers);
    }
    inshi_context_destroy(made.context);
    return status;
}

/* ---- memory ---------------------------------------------------------------------------------------------------------- */

static inshi_status foretell_memory(const struct plan *plan, inshi_estimate *out)
{
    struct memory_forecast f;
    const inshi_status     status = memory_foretell(plan, fit_try_memory, true, &f);
    out->peak_bytes               = f.packs ? f.with : f.without;
    out->left_bytes               = f.left;
    out->packed                   = f.packs;
    out->fits                     = !status;
    return status;
}

inshi_status inshi_plan(inshi_context *context, inshi_matrix x, int64_t k, inshi_dtype dtype,
                        const inshi_options *options, int measure, inshi_estimate *out)
{
    if (!context)
        return INSHI_ERR_ARGUMENT;
    if (!out)
        return context_fail(context, INSHI_ERR_ARGUMENT, "inshi_plan needs a place for the result");
    struct plan plan  = {.context = context, .x = x};
    plan.view[SIDE_W] = (inshi_matrix){.dtype = dtype, .rows = x.rows, .columns = k};
    plan.view[SIDE_H] = (inshi_matrix){.dtype = dtype, .rows = k, .columns = x.columns};
    *out              = (inshi_estimate){.seconds = NAN, .seconds_per_iteration = NAN};
    inshi_options_default(&plan.options);
    inshi_status status = options ? options_adopt(context, options, &plan.options) : INSHI_OK;
    if (!status)
        status = plan_outline(&plan);
    if (!status)
        status = plan_take_given(&plan);
    if (!status) {
        const inshi_options *o = &plan.options;
        plan.weighing          = o->weights || o->row_weights || o->column_weights ? WEIGHING_EACH
                                 : o->mask                                         ? WEIGHING_MASK
                                                                                   : WEIGHING_NONE;
        out->solver            = plan.solver->name;
        out->x_bytes           = matrix_bytes(x);
        out->factor_bytes = checked_product(checked_product(k, inshi_dtype_bytes(dtype)), x.rows + x.columns);
        status            = foretell_memory(&plan, out);
    }
    if (!status && measure)
        status = measure_time(&plan, out);
    plan_end(&plan);
    return status;
}
