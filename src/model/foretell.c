/* foretell.c -- inshi_plan: memory by counting, time by a short fit of a made X. */
#include <math.h>
#include "base/random.h"
#include "inshi/plan.h"
#include "matrix/matrix.h"
#include "model/memory.h"
#include "model/run.h"

/* The made X has at most so many entries times k, so that a fit of it takes about a second. */
static const double MEASURED_WORK = 2e7;
enum { MEASURED_SIDE = 1000, MEASURED_ITERATIONS = 30, MEASURED_SECONDS = 2, PARTS = 3 };

/* ---- time ---------------------------------------------------------------------------------------------------------- */

/* The shape of the made X: the shorter side whole if it can be. */
static void choose_shape(int64_t m, int64_t n, int64_t k, int64_t shape[2])
{
    const bool    wide = n >= m;
    const int64_t low = wide ? m : n, high = wide ? n : m;
    const double  most  = fmin(1e6, fmax(1e5, MEASURED_WORK / (double)k));
    const int64_t small = low < MEASURED_SIDE ? low : MEASURED_SIDE;
    const int64_t fits = (int64_t)(most / (double)small) + 1, large = high < fits ? high : fits;
    shape[0] = wide ? small : large;
    shape[1] = wide ? large : small;
}

/* Three parts and noise, in f4. */
static void fill(float *x, const int64_t shape[2])
{
    for (int64_t i = 0; i < shape[0]; i++)
        for (int64_t j = 0; j < shape[1]; j++) {
            double sum = 0.1 * random_uniform(1, 2, i, j);
            for (int l = 0; l < PARTS; l++)
                sum += random_uniform(1, 3, i, l) * random_uniform(1, 4, j, l);
            x[i * shape[1] + j] = (float)sum;
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

struct made {
    inshi_context *context;
    inshi_report  *report;
    char          *numbers; /* X in f4, W and H in the dtype */
};

static inshi_status make(struct made *made, const struct plan *plan, const int64_t shape[2],
                         inshi_matrix view[3])
{
    const inshi_dtype dtype = plan->view[SIDE_W].dtype;
    const int64_t     real = inshi_dtype_bytes(dtype), x = (shape[0] * shape[1] * 4 + 7) / 8 * 8,
                  w     = shape[0] * plan->k * real;
    inshi_status status = inshi_context_create(&plan->context->allocator, &made->context);
    if (status)
        return status;
    made->context->threads        = plan->context->threads;
    made->context->isa            = plan->context->isa;
    made->context->interrupt      = plan->context->interrupt;
    made->context->interrupt_user = plan->context->interrupt_user;
    status                        = inshi_report_create(made->context, &made->report);
    made->numbers =
        status ? NULL : memory_take(made->context, x + w + shape[1] * plan->k * real, 1, "a made X");
    if (!made->numbers)
        return INSHI_ERR_MEMORY;
    fill((float *)made->numbers, shape);
    view[0] = inshi_matrix_c(made->numbers, INSHI_DTYPE_F4, shape[0], shape[1]);
    view[1] = inshi_matrix_c(made->numbers + x, dtype, shape[0], plan->k);
    view[2] = inshi_matrix_c(made->numbers + x + w, dtype, plan->k, shape[1]);
    return INSHI_OK;
}

static inshi_status measure_time(const struct plan *plan, inshi_estimate *out)
{
    const inshi_options *o = &plan->options;
    int64_t              shape[2];
    struct made          made = {0};
    inshi_matrix         view[3];
    inshi_options        short_run = *o;
    choose_shape(plan->x.rows, plan->x.columns, plan->k, shape);
    inshi_status status         = make(&made, plan, shape, view);
    short_run.iterations        = o->iterations < MEASURED_ITERATIONS ? o->iterations : MEASURED_ITERATIONS;
    short_run.tolerance         = 0;
    short_run.time_limit        = MEASURED_SECONDS;
    short_run.restarts          = 1;
    short_run.history_every     = 1;
    short_run.fix               = "none";
    short_run.fix_columns_count = 0;
    short_run.given_w = short_run.given_h = 0;
    if (!status)
        status = inshi_fit(made.context, view[0], view[1], view[2], &short_run, made.report);
    if (status)
        context_fail(plan->context, status, "%s", inshi_context_message(made.context));
    else {
        const double scale =
            (double)plan->x.rows * (double)plan->x.columns / ((double)shape[0] * (double)shape[1]);
        double late;
        out->seconds               = scale * extend(made.report, o->iterations, &late) * (double)o->restarts;
        out->seconds_per_iteration = scale * late;
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
    if (!status) {
        out->solver       = plan.solver->name;
        out->x_bytes      = matrix_bytes(x);
        out->factor_bytes = checked_product(checked_product(k, inshi_dtype_bytes(dtype)), x.rows + x.columns);
        status            = foretell_memory(&plan, out);
    }
    if (!status && measure)
        status = measure_time(&plan, out);
    plan_end(&plan);
    return status;
}
