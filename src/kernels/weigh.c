/* weigh.c -- the Euclidean problem that stands in for kl at the start: X_ij / sqrt(r_i c_j), r and c the sums of X's
 * rows and columns. At the independence model y_ij = r_i c_j / sum(X), kl's own curvature 1 / y has just these weights. X itself is
 * never scaled: the weights go to the factors before a product with X and to its result. */
#include <math.h>
#include <string.h>
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/panels.h"

struct sums_job {
    struct problem *p;
    enum side       side;
    void           *ones; /* as many panels of one component as the other side has */
};

static size_t row_bytes(const struct problem *p)
{
    return (size_t)p->kernels->lanes * (size_t)p->kernels->real_bytes;
}

/* The sums of the stored entries: one panel. */
static void stored_sums_task(void *user, int64_t panel, int worker)
{
    (void)worker;
    const struct sums_job *job = user;
    const struct problem  *p   = job->p;
    const struct stored   *s   = p->x.stored;
    const int              T   = p->kernels->lanes;
    for (int j = 0; j < T; j++) {
        const int64_t item = panel * T + j;
        double        sum  = 0;
        const int64_t end  = j < lanes_of(p, job->side, panel) ? s->pointers[job->side][item + 1] : 0;
        for (int64_t at = end ? s->pointers[job->side][item] : 0; at < end; at++)
            sum += p->kernels->real_bytes == 8 ? ((const double *)s->values[job->side])[at]
                                               : (double)((const float *)s->values[job->side])[at];
        p->weight[job->side][item] = sum > 0 ? 1 / sqrt(sum) : 0;
    }
}

/* The sums of X along the other side, as a product with ones: one panel. */
static void sums_task(void *user, int64_t panel, int worker)
{
    const struct sums_job *job   = user;
    struct problem        *p     = job->p;
    const int              T     = p->kernels->lanes;
    double                *out   = p->weight[job->side] + panel * T;
    char                  *pull  = p->scratch + (size_t)(worker + 1) * p->scratch_size - row_bytes(p) - 64;
    struct parts_job       parts = {.loss    = p->loss,
                                    .x       = &p->x,
                                    .side    = job->side,
                                    .panel   = panel,
                                    .last    = p->factor[other_side(job->side)].panels,
                                    .k       = 1,
                                    .other   = job->ones,
                                    .pull    = pull,
                                    .scratch = p->scratch + (size_t)worker * p->scratch_size};
    memset(pull, 0, row_bytes(p));
    p->kernels->product(&parts);
    for (int j = 0; j < T; j++) {
        const double sum = p->kernels->real_bytes == 8 ? ((double *)pull)[j] : (double)((float *)pull)[j];
        out[j]           = j < lanes_of(p, job->side, panel) && sum > 0 ? 1 / sqrt(sum) : 0;
    }
}

static inshi_status take_weights(struct problem *p, enum side side)
{
    const enum side other = other_side(side);
    const int64_t   count = p->factor[other].panels * p->kernels->lanes;
    if (p->x.stored)
        return parallel_run(p->context, p->factor[side].panels, 2 * (double)p->x.stored->nonzeros,
                            stored_sums_task, &(struct sums_job){p, side, NULL});
    struct sums_job job = {p, side, p->pull[0]}; /* a look makes it anew */
    const double    one = 1;
    for (int64_t i = 0; i < count; i++)
        p->kernels->from_double(&one, 1, (char *)job.ones + (size_t)i * (size_t)p->kernels->real_bytes);
    const double work = (double)p->x.view.rows * (double)p->x.view.columns * 2;
    return parallel_run(p->context, p->factor[side].panels, work, sums_task, &job);
}

inshi_status problem_weigh(struct problem *p)
{
    inshi_status status = take_weights(p, SIDE_H);
    if (!status)
        status = take_weights(p, SIDE_W);
    for (int side = 0; side < 2 && !status; side++)
        weigh_factor(p, side, false, p->factor[side].data);
    p->loss     = (struct loss_choice){loss_at(LOSS_ID_eu), 2};
    p->weighted = true;
    return status;
}

struct lift_job {
    struct problem *p;
    enum side       side;
    const double   *least; /* of each component */
};

static void lift_task(void *user, int64_t panel, int worker)
{
    (void)worker;
    const struct lift_job *job = user;
    struct problem        *p   = job->p;
    p->kernels->lift(panel_at(p, p->factor[job->side].data, panel), p->k, lanes_of(p, job->side, panel),
                     job->least);
}

inshi_status problem_unweigh(struct problem *p, struct loss_choice loss, double lift)
{
    inshi_status status = INSHI_OK;
    p->loss             = loss;
    p->weighted         = false;
    for (int side = 0; side < 2 && !status; side++) {
        double *const         least = p->small + GRAM_PARTS * p->k * p->k;
        const struct lift_job job   = {p, side, least};
        weigh_factor(p, side, true, p->factor[side].data);
        status = problem_sums(p, side, least);
        for (int64_t l = 0; l < p->k; l++)
            least[l] *= lift / (double)p->factor[side].count;
        if (!status)
            status = parallel_run(p->context, p->factor[side].panels, 0, lift_task, (void *)&job);
    }
    return status;
}
