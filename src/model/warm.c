/* warm.c -- the warm start: the first iteration of a fit on a stand-in that is sooner solved.
 *
 * Constants: bench/results/experiments.md.
 */
#include "model/run.h"

enum { WARM_LEAST = 10 };
static const double WARM_GAIN = 2e-3, WARM_LIFT = 1e-3;

static int64_t warm_most(const struct plan *plan)
{
    return plan->solver->warm ? plan->solver->warm(&plan->loss, plan->k) : 0;
}

bool warm_applies(const struct plan *plan)
{
    const inshi_options *o = &plan->options;
    return warm_most(plan) > 0 && plan->weighing == WEIGHING_NONE && !o->lock_w && !o->lock_h &&
           plan->moves[SIDE_H] && plan->moves[SIDE_W] && !plan->fixed_columns &&
           o->l1_w + o->l2_w + o->l1_h + o->l2_h == 0 && plan->scan.most > 0;
}

/* Iterations of hals on the weighted Euclidean problem, until one brings little of what all have brought. */
static inshi_status warm_iterations(struct run *warm, int64_t most)
{
    double       first = 0, last = 0;
    inshi_status status = accelerator_begin(&warm->accelerator);
    for (int64_t i = 0; i < most && !status; i++) {
        status = run_look_and_judge(warm, true, true);
        first  = i ? first : warm->level;
        if (i >= WARM_LEAST && last - warm->level < WARM_GAIN * (first - warm->level))
            break;
        last = warm->level;
        if (!status)
            status = run_advance(warm, false);
    }
    return status ? status : run_look_and_settle(warm);
}

inshi_status warm_up(struct run *run)
{
    const double before      = run->level;
    struct plan  stand_in    = *run->plan;
    struct run   warm        = *run; /* shares the factors and all memory */
    warm.plan                = &stand_in;
    inshi_status status      = problem_weigh(&warm.problem);
    stand_in.loss            = warm.problem.loss;
    stand_in.solver          = &solver_hals;
    warm.accelerator.problem = &warm.problem;
    warm.accelerator.pace    = solver_hals.pace;
    run_plan_moves(&warm, false);
    if (!status)
        status = warm_iterations(&warm, warm_most(run->plan));
    if (!status)
        status = problem_unweigh(&warm.problem, run->plan->loss, WARM_LIFT);
    if (!status)
        status = run_look(run, true, false);
    if (!status && !(run->level < before))
        status = run_start(run);
    return status ? status : accelerator_begin(&run->accelerator);
}
