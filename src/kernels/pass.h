/* pass.h -- what the files share that run kernels over a whole problem: pass.c, moves.c, sums.c, values.c. */
#ifndef INSHI_KERNELS_PASS_H
#define INSHI_KERNELS_PASS_H

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/panels.h"
#include "kernels/stored.h"

static inline void *pass_scratch(const struct problem *p, int worker)
{
    return p->scratch + (size_t)worker * p->scratch_size;
}

/* The sums of a chunk: MEASURES of them, then the value. */
static inline double *pass_chunk(const struct problem *p, int64_t index)
{
    return p->chunk + index * (MEASURES + 1);
}

/* The lanes of a panel's values, added up in order. */
static inline double pass_total(const double *values, int lanes)
{
    double sum = 0;
    for (int j = 0; j < lanes; j++)
        sum += values[j];
    return sum;
}

/* What the items of a side share (a Gram matrix, sums), of `count` numbers each. */
static inline char *pass_side_block(const struct problem *p, void *blocks, enum side side, int64_t count)
{
    return (char *)blocks + (size_t)side * (size_t)count * (size_t)p->kernels->real_bytes;
}

/* True where the push of an item comes from the pass itself. */
static inline bool pass_has_push(const struct problem *p)
{
    return !problem_is_quadratic(p) && !problem_push_is_sums(p);
}

/* Operations of a pass over X. */
double pass_work(const struct problem *p);

/* A panel of a side as moves and measures see it, with the scratch of a worker. */
struct panel_job pass_describe(const struct problem *p, enum side side, int64_t panel, int worker);

/* The push of a quadratic loss, in scratch behind that of a pass. */
void pass_push(const struct problem *p, struct panel_job *job);

/* Columns whose own divergence the step to `candidate` raises go a part of the way, and where that raises it too they make the
 * multiplicative step, which never does. room: a panel. */
void pass_hold_back(const struct problem *p, const struct parts_job *parts, const struct panel_job *job,
                    void *room, void *candidate);

/* The Euclidean divergence from sums that are there: ||X||^2/2 - <pull, F> + <push, F>/2. Where these terms cancel, or in
 * float where no step follows (moves), the residual itself is summed. */
inshi_status pass_quadratic_value(struct problem *p, const struct half *half, bool moves, double *value);

/* From the stored entries' d(x, y) - d(0, y) to the divergence; *sum: what that adds. */
inshi_status pass_add_nothing(struct problem *p, struct loss_choice loss, double *value, double *sum);

#endif
