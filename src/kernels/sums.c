/* sums.c -- Gram matrices and sums of a factor, and a factor times its weights. */
#include <string.h>
#include "kernels/pass.h"

struct small_job {
    struct problem *p;
    enum side       side;
    int64_t         parts, size; /* numbers of one part */
    bool            gram;
};

static void small_task(void *user, int64_t part, int worker)
{
    (void)worker;
    const struct small_job *job   = user;
    const struct factor    *f     = &job->p->factor[job->side];
    double                 *out   = job->p->small + part * job->size;
    const int64_t           first = f->panels * part / job->parts, last = f->panels * (part + 1) / job->parts;
    memset(out, 0, (size_t)job->size * sizeof *out);
    for (int64_t i = first; i < last; i++)
        (job->gram ? job->p->kernels->gram : job->p->kernels->sums)(panel_at(job->p, f->data, i), job->p->k,
                                                                    out);
}

/* The k x k Gram matrix (upper triangle) or the k sums of a factor, in double, in problem->small. */
static inshi_status small(struct problem *p, enum side side, bool gram)
{
    const int64_t      panels = p->factor[side].panels, parts = panels < GRAM_PARTS ? panels : GRAM_PARTS;
    struct small_job   job    = {p, side, parts, gram ? p->k * p->k : p->k, gram};
    const double       work   = (double)p->factor[side].count * (double)job.size;
    const inshi_status status = parallel_run(p->context, parts, work, small_task, &job);
    for (int64_t part = 1; part < parts; part++)
        for (int64_t i = 0; i < job.size; i++)
            p->small[i] += p->small[part * job.size + i];
    return status;
}

inshi_status problem_gram(struct problem *p, enum side side)
{
    return small(p, side, true);
}

inshi_status problem_sums(struct problem *p, enum side side, double *sums)
{
    const inshi_status status = small(p, side, false);
    if (sums != p->small)
        memcpy(sums, p->small, (size_t)p->k * sizeof *sums);
    return status;
}

inshi_status problem_prepare(struct problem *p, enum side side)
{
    const int64_t k = p->k;
    if (problem_is_quadratic(p)) {
        const inshi_status status = small(p, other_side(side), true);
        for (int64_t a = 0; a < k; a++)
            for (int64_t b = 0; b < a; b++)
                p->small[a * k + b] = p->small[b * k + a];
        p->kernels->from_double(p->small, k * k, pass_side_block(p, p->gram, side, k * k));
        return status;
    }
    if (!problem_push_is_sums(p))
        return INSHI_OK;
    const inshi_status status = small(p, other_side(side), false);
    p->kernels->from_double(p->small, k, pass_side_block(p, p->sums, side, k));
    return status;
}

/* A factor times its weights, or divided by them where `back`; 0 / 0 is 0. */
void weigh_factor(struct problem *p, enum side side, bool back, void *out)
{
    const int T = p->kernels->lanes;
    double    lanes[LANES_MOST];
    for (int64_t panel = 0; panel < p->factor[side].panels; panel++) {
        for (int j = 0; j < T; j++) {
            const double w = p->weight[side][panel * T + j];
            lanes[j]       = back ? (w > 0 ? 1 / w : 0) : w;
        }
        p->kernels->weigh(panel_at(p, p->factor[side].data, panel), p->k, lanes, panel_at(p, out, panel));
    }
}
