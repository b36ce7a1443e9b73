/* copy.c -- factors in and out of their panels, filled, scaled, measured and revived. */
#include <math.h>
#include <string.h>
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/panels.h"

inshi_status problem_scale(struct problem *p, enum side side, const double *factors)
{
    for (int64_t panel = 0; panel < p->factor[side].panels; panel++)
        p->kernels->scale(panel_at(p, p->factor[side].data, panel), p->k, factors);
    return INSHI_OK;
}

size_t problem_panel_bytes(const struct problem *p)
{
    return panel_bytes(p);
}

void problem_copy(const struct problem *p, enum side side, void *to, const void *from)
{
    memcpy(to, from, panel_bytes(p) * (size_t)p->factor[side].panels);
}

/* k x count, the items one after the other. */
static inshi_matrix items_view(const struct problem *p, const void *items, int count)
{
    const inshi_dtype dtype = p->kernels->real_bytes == 8 ? INSHI_DTYPE_F8 : INSHI_DTYPE_F4;
    return inshi_matrix_fortran((void *)items, dtype, p->k, count);
}

int problem_items_out(const struct problem *p, enum side side, const void *block, int64_t panel, void *items)
{
    const int count = lanes_of(p, side, panel);
    p->kernels->write_panel(panel_at(p, block, panel), 0, count, p->k, items_view(p, items, count));
    return count;
}

int problem_items_in(const struct problem *p, enum side side, void *block, int64_t panel, const void *items)
{
    const int count = lanes_of(p, side, panel);
    p->kernels->read_panel(items_view(p, items, count), 0, count, p->k, panel_at(p, block, panel));
    return count;
}

struct extrapolate_job {
    struct problem *p;
    enum side       side;
    void           *plain;
    double          beta, keep;
};

static void extrapolate_task(void *user, int64_t panel, int worker)
{
    (void)worker;
    const struct extrapolate_job *job = user;
    job->p->kernels->extrapolate(panel_at(job->p, job->p->factor[job->side].data, panel),
                                 panel_at(job->p, job->plain, panel), job->p->k, job->beta, job->keep);
}

inshi_status problem_extrapolate(struct problem *p, enum side side, void *plain, double beta, double keep)
{
    struct extrapolate_job job = {p, side, plain, beta, keep};
    return parallel_run(p->context, p->factor[side].panels,
                        4.0 * (double)p->factor[side].count * (double)p->k, extrapolate_task, &job);
}

/* The caller's view of a factor as k x count. */
static inshi_matrix components_first(enum side side, inshi_matrix view)
{
    return side == SIDE_H ? view : inshi_matrix_transpose(view);
}

/* In steps that a double holds: 2^exponent alone may not be one. */
static void scale_by_power(struct problem *p, void *panel, int exponent)
{
    while (exponent) {
        const int    step   = exponent > 1000 ? 1000 : exponent < -1000 ? -1000 : exponent;
        const double factor = ldexp(1, step);
        for (int64_t l = 0; l < p->k; l++)
            p->kernels->scale((char *)panel + (size_t)l * panel_bytes(p) / (size_t)p->k, 1, &factor);
        exponent -= step;
    }
}

static char *number_at(const struct problem *p, void *panels, int64_t l, int64_t place)
{
    const int T = p->kernels->lanes;
    return (char *)panel_at(p, panels, place / T) +
           (size_t)(l * T + place % T) * (size_t)p->kernels->real_bytes;
}

static bool in_order(const struct problem *p, enum side side)
{
    return !p->x.stored || !p->x.stored->order[side];
}

/* A panel from the caller's k x count view, where items stand in an order of their own. */
static void read_items(struct problem *p, enum side side, inshi_matrix view, int64_t panel)
{
    memset(panel_at(p, p->factor[side].data, panel), 0, panel_bytes(p));
    for (int j = 0; j < lanes_of(p, side, panel); j++)
        for (int64_t l = 0; l < p->k; l++) {
            const int64_t place = panel * p->kernels->lanes + j;
            const int64_t at    = l * view.row_stride + problem_item(p, side, place) * view.column_stride;
            const double  a     = view.dtype == INSHI_DTYPE_F4 ? (double)((const float *)view.data)[at]
                                                               : ((const double *)view.data)[at];
            p->kernels->from_double(&a, 1, number_at(p, p->factor[side].data, l, place));
        }
}

/* The reverse, for component l of the panel `copy`. */
static void write_items(struct problem *p, enum side side, const void *copy, int64_t panel, int64_t l,
                        inshi_matrix view)
{
    for (int j = 0; j < lanes_of(p, side, panel); j++) {
        const int64_t at =
            l * view.row_stride + problem_item(p, side, panel * p->kernels->lanes + j) * view.column_stride;
        const int64_t from = l * p->kernels->lanes + j;
        const double  a =
            p->kernels->real_bytes == 8 ? ((const double *)copy)[from] : (double)((const float *)copy)[from];
        if (view.dtype == INSHI_DTYPE_F4)
            ((float *)view.data)[at] = (float)a;
        else
            ((double *)view.data)[at] = a;
    }
}

inshi_status problem_read(struct problem *p, enum side side, inshi_matrix view, int exponent)
{
    for (int64_t panel = 0; panel < p->factor[side].panels; panel++) {
        void *to = panel_at(p, p->factor[side].data, panel);
        if (in_order(p, side))
            p->kernels->read_panel(components_first(side, view), panel * p->kernels->lanes,
                                   lanes_of(p, side, panel), p->k, to);
        else
            read_items(p, side, components_first(side, view), panel);
        scale_by_power(p, to, exponent);
    }
    return INSHI_OK;
}

inshi_status problem_lock(struct problem *p, enum side side, inshi_matrix mask)
{
    const int          T    = p->kernels->lanes;
    const inshi_matrix view = components_first(side, mask);
    struct factor     *f    = &p->factor[side];
    p->locks[side]          = memory_take(p->context, f->panels, panel_bytes(p), "the locks");
    if (!p->locks[side])
        return INSHI_ERR_MEMORY;
    if (p->context->counts)
        return INSHI_OK;
    memset(p->locks[side], 0, panel_bytes(p) * (size_t)f->panels);
    const struct observed locked = {.mask = &view, .unit = 1};
    for (int64_t panel = 0; panel < f->panels; panel++)
        for (int64_t l = 0; l < p->k; l++) {
            double lanes[LANES_MOST];
            observed_block(&locked, l, panel * T, 1, lanes_of(p, side, panel), lanes, T);
            p->kernels->from_double(lanes, lanes_of(p, side, panel),
                                    (char *)panel_at(p, p->locks[side], panel) +
                                        (size_t)(l * T) * (size_t)p->kernels->real_bytes);
        }
    return INSHI_OK;
}

static bool locked(const struct problem *p, enum side side, int64_t l, int64_t item)
{
    const int   T  = p->kernels->lanes;
    const char *at = (const char *)panel_at(p, p->locks[side], item / T);
    return p->kernels->real_bytes == 8 ? ((const double *)at)[l * T + item % T] > 0
                                       : ((const float *)at)[l * T + item % T] > 0;
}

/* The entries of row l of a panel that may move; row: the caller's, numbers: those of the panel. */
static void write_unlocked(struct problem *p, enum side side, int64_t panel, int64_t l, inshi_matrix row,
                           const char *numbers)
{
    const int T = p->kernels->lanes;
    for (int j = 0; j < lanes_of(p, side, panel); j++)
        if (!locked(p, side, l, panel * T + j))
            p->kernels->write_panel(numbers + (size_t)j * (size_t)p->kernels->real_bytes, panel * T + j, 1, 1,
                                    row);
}

void problem_clear_item(struct problem *p, enum side side, int64_t item)
{
    const int    T    = p->kernels->lanes;
    const double zero = 0;
    for (int64_t l = 0; l < p->k; l++)
        p->kernels->from_double(&zero, 1,
                                (char *)panel_at(p, p->factor[side].data, item / T) +
                                    (size_t)(l * T + item % T) * (size_t)p->kernels->real_bytes);
}

/* What stays is not written: a scaled copy may have lost digits that the caller's have. */
inshi_status problem_write(struct problem *p, enum side side, inshi_matrix view, int exponent)
{
    void *const        copy = p->scratch;
    const inshi_matrix to   = components_first(side, view);
    const int          T    = p->kernels->lanes;
    for (int64_t panel = 0; panel < p->factor[side].panels; panel++) {
        memcpy(copy, panel_at(p, p->factor[side].data, panel), panel_bytes(p));
        scale_by_power(p, copy, exponent);
        for (int64_t l = 0; l < p->k; l++) {
            inshi_matrix row    = to;
            row.data            = (char *)to.data + l * to.row_stride * inshi_dtype_bytes(to.dtype);
            const char *numbers = (char *)copy + (size_t)l * panel_bytes(p) / (size_t)p->k;
            if (p->fixed[side] && p->fixed[side][l])
                continue;
            if (!in_order(p, side))
                write_items(p, side, copy, panel, l, to);
            else if (p->locks[side])
                write_unlocked(p, side, panel, l, row, numbers);
            else
                p->kernels->write_panel(numbers, panel * T, lanes_of(p, side, panel), 1, row);
        }
    }
    return INSHI_OK;
}

inshi_status problem_fill(struct problem *p, enum side side,
                          double (*entry)(const void *user, int64_t component, int64_t item),
                          const void *user)
{
    const int T = p->kernels->lanes;
    for (int64_t panel = 0; panel < p->factor[side].panels; panel++)
        for (int64_t l = 0; l < p->k; l++)
            for (int j = 0; j < lanes_of(p, side, panel); j++) {
                const double a = entry(user, l, problem_item(p, side, panel * T + j));
                p->kernels->from_double(&a, 1,
                                        (char *)panel_at(p, p->factor[side].data, panel) +
                                            (size_t)(l * T + j) * (size_t)p->kernels->real_bytes);
            }
    return INSHI_OK;
}

inshi_status problem_size(struct problem *p, enum side side, double *sum, double *squares)
{
    double *const sums = p->small, *const gram = p->small;
    *sum = *squares     = 0;
    inshi_status status = problem_sums(p, side, sums);
    for (int64_t l = 0; l < p->k; l++)
        *sum += sums[l];
    if (!status)
        status = problem_gram(p, side);
    for (int64_t l = 0; l < p->k; l++)
        *squares += gram[l * p->k + l];
    return status;
}

/* Row l of a factor: from `entry` where it is given, else zero. */
static void refill_row(struct problem *p, enum side side, int64_t l,
                       double (*entry)(const void *user, int64_t component, int64_t item), const void *user)
{
    const int T = p->kernels->lanes;
    for (int64_t item = 0; item < p->factor[side].count; item++) {
        const double a = entry ? entry(user, l, problem_item(p, side, item)) : 0;
        p->kernels->from_double(&a, 1,
                                (char *)panel_at(p, p->factor[side].data, item / T) +
                                    (size_t)(l * T + item % T) * (size_t)p->kernels->real_bytes);
    }
}

inshi_status problem_revive(struct problem *p,
                            double (*entry)(const void *user, int64_t component, int64_t item),
                            const void *user, int64_t *revived)
{
    double *const sums   = p->small + GRAM_PARTS * p->k * p->k; /* behind what sums use */
    inshi_status  status = problem_sums(p, SIDE_W, sums);
    if (!status)
        status = problem_sums(p, SIDE_H, p->small);
    for (int64_t l = 0; l < p->k && !status; l++) {
        if ((p->small[l] > 0 && sums[l] > 0) || (p->fixed[SIDE_W] && p->fixed[SIDE_W][l]))
            continue;
        refill_row(p, SIDE_W, l, entry, user);
        refill_row(p, SIDE_H, l, NULL, NULL);
        ++*revived;
    }
    return status;
}

void problem_clear(struct problem *p, enum side side, int64_t l)
{
    refill_row(p, side, l, NULL, NULL);
}

void problem_fill_zeros(struct problem *p, enum side                                                    side,
                        double (*entry)(const void *user, int64_t component, int64_t item), const void *user)
{
    const int T = p->kernels->lanes;
    for (int64_t item = 0; item < p->factor[side].count; item++)
        for (int64_t l = 0; l < p->k; l++) {
            char *at = (char *)panel_at(p, p->factor[side].data, item / T) +
                       (size_t)(l * T + item % T) * (size_t)p->kernels->real_bytes;
            const double now = p->kernels->real_bytes == 8 ? *(double *)at : (double)*(float *)at;
            const double a   = entry(user, l, problem_item(p, side, item));
            if (now == 0)
                p->kernels->from_double(&a, 1, at);
        }
}
