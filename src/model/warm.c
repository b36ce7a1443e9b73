/* warm.c -- the warm start: the first iteration of a fit on a stand-in that is sooner solved.
 *
 * The stand-in is least squares, solved by hals: on X_ij / sqrt(r_i c_j) for a loss that is none (kernels/weigh.c), in
 * float for a fit in double (kernels/lower.c), with X compressed at first (kernels/compress.c), or all of these. Constants:
 * bench/results/experiments.md.
 */
#include <math.h>
#include "base/clock.h"
#include "model/run.h"

static const double WARM_LIFT = 1e-3;

/* A phase of the warm start ends when an iteration, after so many, gains less than this of all that was gained. */
struct phase {
    int64_t least;
    double  gain;
};
static const struct phase WEIGHED = {10, 2e-3}, WEIGHED_AFTER = {1, 2e-3}, LOW = {10, 3e-4},
                          LOW_AFTER = {4, 1e-4};

/* With a compressed X, the gain times what such an iteration costs beside a whole one: the less, the longer it pays. An
 * iteration of a loss that is not least squares costs several of those. */
static const struct phase COMPRESSED = {20, 1e-3}, COMPRESSED_WEIGHED = {10, 2.5e-4};

/* Below this share of the sum of squares float cannot tell one objective from the next. */
static const double LOW_SHARE = 1e-4;

/* Multiplications of a product with X from which on float saves more than packing X once more costs. */
static const double LOW_WORK = 2e6;

static bool quadratic(const struct plan *plan)
{
    return plan->loss.loss->traits & LOSS_QUADRATIC;
}

static int64_t warm_most(const struct plan *plan)
{
    return plan->solver->warm ? plan->solver->warm(&plan->loss, plan->k, plan->sparse) : 0;
}

/* What the options say. */
static bool may_warm(const struct plan *plan)
{
    const inshi_options *o = &plan->options;
    return warm_most(plan) > 0 && !plan->incomplete && !o->lock_w && !o->lock_h && plan->moves[SIDE_H] &&
           plan->moves[SIDE_W] && !plan->fixed_columns && o->l1_w + o->l2_w + o->l1_h + o->l2_h == 0;
}

/* Not where many entries are 0, in whatever layout: sums over stored entries round otherwise than sums over all, and in
 * float that would show in the result. */
void warm_choose(struct plan *plan)
{
    const struct kernels *low;
    const double          work = (double)plan->x.rows * (double)plan->x.columns * (double)plan->k;
    plan->low                  = NULL;
    plan->compressed           = 0;
    if (!may_warm(plan) || plan_has_many_zeros(plan) || work < LOW_WORK)
        return;
    if (plan->kernels->real_bytes == 8 && kernels_choose(plan->context, INSHI_DTYPE_F4, &low) == INSHI_OK &&
        low->lanes == plan->kernels->lanes)
        plan->low = low;
    plan->compressed = compression_rank(plan->x.rows, plan->x.columns, plan->k, plan->kernels->lanes,
                                        warm_kernels(plan)->real_bytes);
}

bool warm_applies(const struct plan *plan)
{
    return may_warm(plan) && plan->weighing == WEIGHING_NONE && plan->scan.most > 0 &&
           (plan->low || plan->compressed || !quadratic(plan));
}

/* True where a float may hold what the iterations meet. */
static bool float_serves(const struct run *run)
{
    const struct plan *plan = run->plan;
    const double       e    = plan->shift[0] + plan->shift[1],
                 entries    = (double)plan->x.rows + (double)plan->x.columns;
    return run->problem.low && exp2(e) * plan->scan.most * entries < 1e15;
}

static bool time_is_over(const struct run *run)
{
    const double limit = run->plan->options.time_limit;
    return limit > 0 && clock_seconds() - run->call_began >= limit;
}

/* One phase, at most until float is at its end or all iterations are made. began: the level at the start of the first phase, NaN
 * there. stop: why the call is to end, or 0. */
static inshi_status warm_iterations(struct run *warm, struct phase phase, double *began, int *stop)
{
    const int64_t most   = warm_most(warm->plan) - warm->warmed;
    const double  least  = warm->problem.weighted || warm->problem.kernels->real_bytes == 8
                               ? -INFINITY
                               : LOW_SHARE * warm->problem.square;
    double        last   = 0;
    inshi_status  status = accelerator_begin(&warm->accelerator);
    for (int64_t i = 0; i < most && !status; i++, warm->warmed++) {
        status = run_look_and_judge(warm, true, true);
        *began = isnan(*began) ? warm->level : *began;
        *stop  = time_is_over(warm) ? INSHI_STOP_TIME : 0;
        if (*stop || warm->level < least ||
            (i >= phase.least && last - warm->level < phase.gain * (*began - warm->level)))
            break;
        last = warm->level;
        if (!status)
            status = run_advance(warm, false);
    }
    return status ? status : run_look_and_settle(warm);
}

/* First with products by the compressed X, where there is one, then by X itself. */
static inshi_status warm_phases(struct run *warm, bool compresses, bool weighs, int *stop)
{
    struct phase phase  = weighs ? WEIGHED : LOW;
    double       began  = NAN;
    inshi_status status = INSHI_OK;
    if (compresses) {
        struct phase first = weighs ? COMPRESSED_WEIGHED : COMPRESSED;
        first.gain *= compression_share(&warm->compression);
        status = compression_begin(&warm->compression, &warm->problem);
        if (!status)
            status = warm_iterations(warm, first, &began, stop);
        warm->problem.compression = NULL;
        phase                     = weighs ? WEIGHED_AFTER : LOW_AFTER;
    }
    return status || *stop ? status : warm_iterations(warm, phase, &began, stop);
}

/* From the start to the solution of the stand-in, in the factors of the run. */
static inshi_status solve(struct run *run, int *stop)
{
    struct plan  stand_in = *run->plan;
    struct run   warm     = *run; /* shares the factors and all memory */
    const bool   weighs = !quadratic(run->plan), low = float_serves(run);
    inshi_status status = low ? problem_lower(&run->problem, &warm.problem) : INSHI_OK;
    if (!status && weighs)
        status = problem_weigh(&warm.problem);
    warm.plan                = &stand_in;
    warm.opens               = false;
    stand_in.kernels         = warm.problem.kernels;
    stand_in.loss            = warm.problem.loss;
    stand_in.solver          = &solver_hals;
    warm.accelerator.problem = &warm.problem;
    warm.accelerator.pace    = solver_pace(&solver_hals, run->plan->sparse);
    run_plan_moves(&warm, false);
    const bool compresses = run->plan->compressed && low == (run->plan->low != NULL);
    if (!status)
        status = warm_phases(&warm, compresses, weighs, stop);
    run->warmed_rank              = compresses ? run->plan->compressed : 0;
    run->warmed                   = warm.warmed;
    run->warmed_low               = low;
    run->plan->context->interrupt = NULL; /* from here on what there is becomes a point of the run */
    if (status == INSHI_ERR_INTERRUPTED) {
        *stop  = INSHI_STOP_INTERRUPTED;
        status = run->plan->context->checkpoint.path ? status : INSHI_OK;
    }
    if (!status && weighs)
        status = problem_unweigh(&warm.problem, run->plan->loss, WARM_LIFT);
    if (low) {
        const inshi_status raised = problem_raise(&warm.problem, &run->problem);
        status                    = status ? status : raised;
    }
    return status;
}

inshi_status warm_up(struct run *run, int *stop)
{
    inshi_context *const context   = run->plan->context;
    int (*const interrupt)(void *) = context->interrupt;
    const double before            = run->level;
    *stop                          = 0;
    inshi_status status            = solve(run, stop);
    bool back = (*stop && context->checkpoint.path) || status == INSHI_ERR_NUMERIC; /* float was not enough */
    if (back)
        status = INSHI_OK;
    if (!status && !back) {
        status = run_look(run, true, false);
        back   = !(run->level < before);
    }
    if (!status && back)
        status = run_start(run);
    context->interrupt = interrupt;
    return status ? status : accelerator_begin(&run->accelerator);
}
