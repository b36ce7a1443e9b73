/* run.h -- one start of one fit: where it stands, and what a look, a move and a warm start do to it. */
#ifndef INSHI_MODEL_RUN_H
#define INSHI_MODEL_RUN_H

#include "model/accelerate.h"
#include "model/checkpoint.h"
#include "model/plan.h"

/* One start of one fit. */
struct run {
    struct plan       *plan;
    struct problem     problem;
    struct half        half[2];
    struct accelerator accelerator;
    struct compression compression; /* where the plan wants one */
    struct update      update[2];   /* how each factor moves */
    struct history     history;     /* of this start */
    void              *best[2];     /* the best factors so far, where there are several starts */
    int64_t            start;       /* 0, 1, ... restarts - 1 */
    double             call_began, began;
    int64_t            iteration;
    bool               opens; /* multiplicative iterations, which need no judge and are not extrapolated */
    int64_t            revived;
    int64_t            warmed;                                /* iterations of the warm start */
    int64_t            warmed_rank;                           /* of the X of the first of them */
    bool               warmed_low;                            /* they were in float, for a fit in double */
    double             divergence, objective, kkt, kkt_worst; /* at the last look */
    double
        level; /* the objective in the scaled units, where it neither over- nor underflows: for comparisons */
    bool              near; /* an exact factorization, at the last look */
    inshi_stop        stop;
    double            best_level; /* of the best start so far */
    double            earlier;    /* seconds of the calls that this one goes on from */
    struct checkpoint checkpoint;
};

/* How each factor moves in the next iteration: by the solver's rule, or multiplicatively while the opening lasts. */
void run_plan_moves(struct run *run, bool multiplicative);

/* Looks at the point: the first half's gradient parts, with the objective where want_value. moves: a step follows, so that
 * moves made out of the pass are made ready. NUMERIC where the objective is no number and there is no way back. */
inshi_status run_look(struct run *run, bool want_value, bool moves);

/* Whether the gradient parts of the second half belong to another point than those of the first. */
bool run_second_is_stale(const struct plan *plan);

/* After a look: the KKT residual of this very point. Uses up the gradient parts of the first half. */
inshi_status run_complete_kkt(struct run *run);

/* Objective and KKT residual of this very point, both exact. */
inshi_status run_look_closely(struct run *run);

/* Moves every factor that may move; the first half's parts are those of the last look. plainly: without extrapolation. */
inshi_status run_advance(struct run *run, bool plainly);

/* Looks at the point. Where an extrapolation has raised the objective, returns to the accepted pair, steps plainly and
 * looks there; where that has raised it too, safely. */
inshi_status run_look_and_judge(struct run *run, bool want_value, bool moves);

/* The last look: the accepted pair where the point is above it. */
inshi_status run_look_and_settle(struct run *run);

/* Sets the factors to the start with the run's number: given ones read, others generated and scaled. */
inshi_status run_start(struct run *run);

/* A memory_taker for a fit; see model/memory.h. */
inshi_status fit_try_memory(struct plan *plan, bool packs);

/* Chooses what a warm start runs in: plan->low and plan->compressed. */
void warm_choose(struct plan *plan);

/* The kernels that it runs in. */
static inline const struct kernels *warm_kernels(const struct plan *plan)
{
    return plan->low ? plan->low : plan->kernels;
}

/* True where the fit begins with a warm start. */
bool warm_applies(const struct plan *plan);

/* So many iterations of a fit are bouts of the warm start. */
int64_t warm_bouts(const struct plan *plan);

/* From the point where the fit stands, as its next iteration: a bout towards the solution of a stand-in. Where that is worse, back
 * to the point. stop: why the call is to end here, or 0. With a checkpoint it then ends at the point, so that who goes on from it
 * does not see where this call was cut. */
inshi_status warm_up(struct run *run, int *stop);

#endif
