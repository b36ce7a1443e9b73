/* values.c -- the divergence of a whole problem: entry by entry, or from sums that a pass has left. */
#include <math.h>
#include "kernels/pass.h"

struct value_job {
    struct problem    *p;
    struct loss_choice loss;
    const void        *items; /* as in parts_job */
};

static void value_task(void *user, int64_t panel, int worker)
{
    const struct value_job *job                = user;
    struct problem         *p                  = job->p;
    double                  values[LANES_MOST] = {0};
    const struct parts_job  parts              = {
                      .loss         = job->loss,
                      .x            = &p->x,
                      .side         = SIDE_H,
                      .panel        = panel,
                      .last         = p->factor[SIDE_W].panels,
                      .k            = p->k,
                      .moving       = panel_at(p, p->factor[SIDE_H].data, panel),
                      .other        = p->factor[SIDE_W].data,
                      .items        = job->items,
                      .less_nothing = !p->incomplete,
                      .values       = values,
                      .scratch      = pass_scratch(p, worker),
    };
    p->kernels->parts(&parts);
    pass_chunk(p, panel)[MEASURES] = pass_total(values, lanes_of(p, SIDE_H, panel));
}

/* The divergence; items as in parts_job. */
static inshi_status pass_value(struct problem *p, struct loss_choice loss, const void *items, double *value)
{
    struct value_job   job = {p, loss, items};
    const inshi_status status =
        parallel_run(p->context, p->factor[SIDE_H].panels, pass_work(p), value_task, &job);
    *value = 0;
    for (int64_t panel = 0; panel < p->factor[SIDE_H].panels; panel++)
        *value += pass_chunk(p, panel)[MEASURES];
    return status;
}

/* Where the sum has cancelled, a pass over every entry, but for very sparse X, where the digits are lost. */
inshi_status pass_add_nothing(struct problem *p, struct loss_choice loss, double *value, double *sum)
{
    const double size    = loss.loss->traits & LOSS_QUADRATIC ? p->square : p->total;
    double       nothing = 0;
    inshi_status status  = problem_nothing(p, loss, &nothing);
    *value += nothing;
    *sum = nothing;
    if (!status && *value < (p->kernels->real_bytes == 8 ? 1e-9 : 1e-3) * size && problem_has_net(p))
        return pass_value(p, loss, NULL, value);
    *value = *value > 0 ? *value : 0;
    return status;
}

/* The terms cancel near an exact factorization, for an X so near a constant that the last bit of the terms is more than 1e-12 of
 * that constant's divergence, and in float for what is told at the end (no step follows). */
inshi_status pass_quadratic_value(struct problem *p, const struct half *half, bool moves, double *value)
{
    const bool   wide    = p->kernels->real_bytes == 8;
    const double entries = (double)p->x.view.rows * (double)p->x.view.columns;
    const double spread  = p->square - p->total * p->total / entries;
    *value               = 0.5 * (p->weighted ? 0 : p->square) - half->measured[MEASURE_PULL] +
             0.5 * half->measured[MEASURE_PUSH];
    if (p->weighted || p->compression || p->rough) /* of another matrix than X, say: only differences count */
        return INSHI_OK;
    if (*value < (wide ? 1e-9 : moves ? 1e-3 : 0.1) * p->square || (wide && spread < 1e-3 * p->square))
        return problem_value(p, p->loss, value);
    return INSHI_OK;
}

inshi_status problem_value(struct problem *p, struct loss_choice loss, double *value)
{
    double ignored;
    if (!problem_by_entries(p, loss))
        return pass_value(p, loss, NULL, value);
    inshi_status status = problem_make_items(p, SIDE_H);
    if (!status)
        status = pass_value(p, loss, p->items, value);
    return status || p->incomplete ? status : pass_add_nothing(p, loss, value, &ignored);
}
