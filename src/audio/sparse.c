/* sparse.c -- few components at a time: D(X | WH) + mu sum_j |w_j|_2 sum_t h_jt, as it is for columns of unit length.
 *
 * H moves with W at unit length, where the penalty is the library's l1 of H. For W the penalty is sum_j s_j |w_j|_2 with
 * s_j = mu sum_t h_jt, and |w| <= |w|^2 / (2 |w'|) + |w'| / 2 at the point w' where W is: a square for each column, which the
 * scale between w_j and h_j makes the same for all, the library's l2 of W. So neither half raises the objective, and
 * nor does bringing columns back to unit length. (J. Le Roux, F. Weninger, J. R. Hershey. Sparse NMF - half-baked or well
 * done? MERL TR2015-023, 2015, on why W must be normalized in the objective.)
 */
#include <math.h>
#include <string.h>
#include "audio/learn.h"

enum { STEPS = 2 }; /* of each half between two changes of scale */

double learn_sparsity(const struct learning *l)
{
    return l->s->options.sparse * sqrt((double)l->x.rows) * learn_unit(l);
}

static double length_of(inshi_matrix w, int64_t column)
{
    double sum = 0;
    for (int64_t b = 0; b < w.rows; b++)
        sum += learn_get(w, b, column) * learn_get(w, b, column);
    return sqrt(sum);
}

/* w_j times factor, h_j by it. */
static void rescale(inshi_matrix w, inshi_matrix h, int64_t j, double factor)
{
    for (int64_t b = 0; b < w.rows; b++)
        learn_set(w, b, j, learn_get(w, b, j) * factor);
    for (int64_t t = 0; t < h.columns; t++)
        learn_set(h, j, t, learn_get(h, j, t) / factor);
}

static void bring_to_unit(inshi_matrix w, inshi_matrix h, int64_t j)
{
    const double length = length_of(w, j);
    if (length > 0)
        rescale(w, h, j, 1 / length);
}

void learn_unit_length(inshi_matrix w, inshi_matrix h)
{
    for (int64_t j = 0; j < w.columns; j++)
        bring_to_unit(w, h, j);
}

/* The scale at which the penalties of all columns are l2 / 2 |w|^2; their common weight, 0 where H is 0. */
static double balance(inshi_matrix w, inshi_matrix h, double mu)
{
    double all = 0;
    for (int64_t j = 0; j < h.rows; j++)
        for (int64_t t = 0; t < h.columns; t++)
            all += mu * learn_get(h, j, t) / (double)h.rows;
    for (int64_t j = 0; j < h.rows && all > 0; j++) {
        double own = 0;
        for (int64_t t = 0; t < h.columns; t++)
            own += mu * learn_get(h, j, t);
        if (own > 1e-12 * all)
            rescale(w, h, j, sqrt(own / all));
    }
    return all;
}

/* One half; its objective where report is given. */
static inshi_status move(struct learning *l, inshi_matrix w, const char *fix, double l1_h, double l2_w,
                         const int64_t *columns, int64_t count)
{
    inshi_options options     = l->s->fit;
    options.given_w           = 1;
    options.given_h           = 1;
    options.fix               = fix;
    options.restarts          = 1;
    options.iterations        = STEPS;
    options.tolerance         = 0;
    options.l1_h              = l1_h;
    options.l2_w              = l2_w;
    options.fix_columns       = columns;
    options.fix_columns_count = count;
    return inshi_fit(l->s->context, l->x, w, l->h, &options, l->report);
}

static inshi_status iterate(struct learning *l, inshi_matrix w, const int64_t *columns, int64_t count)
{
    const double mu     = learn_sparsity(l);
    double       before = INFINITY;
    for (int64_t i = 0; i < l->s->fit.iterations; i++) {
        learn_unit_length(w, l->h);
        inshi_status status = move(l, w, "w", mu, 0, NULL, 0);
        if (status)
            return status;
        const double now = inshi_report_info(l->report)->objective;
        if (l->costs && l->cost_count < l->cost_room)
            l->costs[l->cost_count++] = now;
        const bool still = !(now < before * (1 - l->s->fit.tolerance / STEPS));
        before           = now;
        if (still || inshi_report_info(l->report)->stop == INSHI_STOP_INTERRUPTED)
            break;
        const double l2 = balance(w, l->h, mu);
        if (count < w.columns && l2 > 0)
            status = move(l, w, "h", 0, l2, columns, count);
        if (status)
            return status;
    }
    learn_unit_length(w, l->h);
    return INSHI_OK;
}

/* From H beside a column of unit length to H beside column j of W. */
static void give_length(struct learning *l, int64_t j)
{
    const double length = length_of(l->w, j);
    for (int64_t t = 0; t < l->h.columns && length > 0; t++)
        learn_set(l->h, j, t, learn_get(l->h, j, t) / length);
}

/* Columns that stay keep their bits: the lengths that W had there go back to H. */
static void put_back(struct learning *l, inshi_matrix w)
{
    for (int64_t j = 0; j < w.columns; j++) {
        const bool stays = l->fixed && l->fixed[j];
        for (int64_t b = 0; b < w.rows && !stays; b++)
            learn_set(l->w, b, j, learn_get(w, b, j));
        if (stays)
            give_length(l, j);
    }
}

inshi_status learn_sparse(struct learning *l)
{
    struct fits    fits;
    inshi_context *context = l->s->context;
    const size_t   bytes   = (size_t)(l->w.rows * l->w.columns) * separation_real(l->s);
    void          *copy    = memory_take(context, (int64_t)bytes, 1, "the basis");
    if (!copy)
        return INSHI_ERR_MEMORY;
    inshi_status status = learn_begin(l, &fits);
    if (!status) {
        const inshi_matrix w = inshi_matrix_fortran(copy, l->w.dtype, l->w.rows, l->w.columns);
        memcpy(copy, l->w.data, bytes);
        for (int64_t i = 0; i < fits.count; i++) /* H beside a column of unit length */
            bring_to_unit(w, l->h, fits.columns[i]);
        status = iterate(l, w, fits.columns, fits.count);
        if (!status)
            put_back(l, w);
    }
    learn_end(l, &fits);
    memory_give(context, copy);
    return status;
}

inshi_status learn_sparse_activations(struct learning *l)
{
    inshi_context *context = l->s->context;
    const size_t   bytes   = (size_t)(l->w.rows * l->w.columns) * separation_real(l->s);
    void          *copy    = memory_take(context, (int64_t)bytes, 1, "the basis");
    if (!copy)
        return INSHI_ERR_MEMORY;
    const inshi_matrix w = inshi_matrix_fortran(copy, l->w.dtype, l->w.rows, l->w.columns);
    memcpy(copy, l->w.data, bytes);
    memset(l->h.data, 0, (size_t)(l->h.rows * l->h.columns) * separation_real(l->s));
    learn_unit_length(w, l->h);
    inshi_options options     = learn_transform_options(l);
    options.l1_h              = learn_sparsity(l);
    const inshi_status status = inshi_transform(context, l->x, w, l->h, &options, l->report);
    for (int64_t j = 0; j < w.columns && !status; j++)
        give_length(l, j);
    memory_give(context, copy);
    return status;
}
