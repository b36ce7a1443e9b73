/* warm.c -- the warm start: the first iterations of a fit on a stand-in that is sooner solved.
 *
 * The stand-in is least squares, solved by hals: on X_ij / sqrt(r_i c_j) for a loss that is none (kernels/weigh.c), in
 * float for a fit in double (kernels/lower.c), with X compressed at first (kernels/compress.c), or all of these. Where its iterations
 * cost next to nothing beside those of the loss, it comes in two bouts: a short one for a first result, and one to its end.
 * Constants: bench/results/experiments.md.
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

/* With a compressed X, the gain times what such an iteration costs beside a whole one: the less, the longer it pays. The second
 * bout counts its own gains alone. */
static const struct phase COMPRESSED = {20, 1e-3}, COMPRESSED_WEIGHED = {10, 1e-3},
                          COMPRESSED_AGAIN = {20, 2e-3};
static const int64_t AGAIN_MOST            = 150;

/* Below this share of the sum of squares float cannot tell one objective from the next. */
static const double LOW_SHARE = 1e-4;

/* Nor by less than this share of the sum of x y: a step that seems to rise by that is not taken back. */
static const double LOW_NOISE = 3e-7;

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

int64_t warm_bouts(const struct plan *plan)
{
    if (!warm_applies(plan))
        return 0;
    return plan->compressed && !quadratic(plan) && plan->loss.beta >= 1 ? 2 : 1;
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

/* How far a bout has come. */
struct bout {
    int64_t left;  /* iterations */
    double  began; /* the level at its start; NaN before that */
    int     stop;  /* why the call is to end, or 0 */
};

/* One phase, at most until float is at its end or all iterations are made. */
static inshi_status warm_iterations(struct run *warm, struct phase phase, struct bout *bout)
{
    const double least  = warm->problem.weighted || warm->problem.kernels->real_bytes == 8
                              ? -INFINITY
                              : LOW_SHARE * warm->problem.square;
    double       last   = 0;
    inshi_status status = accelerator_begin(&warm->accelerator);
    for (int64_t i = 0; bout->left > 0 && !status; i++, bout->left--, warm->warmed++) {
        status      = run_look_and_judge(warm, true, true);
        bout->began = isnan(bout->began) ? warm->level : bout->began;
        bout->stop  = time_is_over(warm) ? INSHI_STOP_TIME : 0;
        if (bout->stop || warm->level < least ||
            (i >= phase.least && last - warm->level < phase.gain * (bout->began - warm->level)))
            break;
        last = warm->level;
        if (warm->problem.kernels->real_bytes == 4)
            warm->accelerator.slack = LOW_NOISE * warm->half[SIDE_H].measured[MEASURE_PULL];
        if (!status)
            status = run_advance(warm, false);
    }
    return status ? status : run_look_and_settle(warm);
}

/* First with products by the compressed X, where that is not NULL, then by X itself. */
static inshi_status warm_phases(struct run *warm, struct compression *compressed, bool weighs,
                                struct bout *bout)
{
    struct phase phase  = weighs ? WEIGHED : LOW;
    inshi_status status = INSHI_OK;
    if (compressed) {
        struct phase first = warm->iteration > 0 ? COMPRESSED_AGAIN
                             : weighs            ? COMPRESSED_WEIGHED
                                                 : COMPRESSED;
        first.gain *= compression_share(compressed);
        status = compression_begin(compressed, &warm->problem);
        if (!status)
            status = warm_iterations(warm, first, bout);
        warm->problem.compression = NULL;
        phase                     = weighs ? WEIGHED_AFTER : LOW_AFTER;
    }
    return status || bout->stop ? status : warm_iterations(warm, phase, bout);
}

/* A call that ends in a bout leaves a checkpoint's point as it is. */
static bool leaves(const struct run *run, int stop)
{
    return stop && run->plan->context->checkpoint.path;
}

/* From where the factors of the run stand towards the solution of the stand-in; in float, a call that leaves them finds them as
 * they were. */
static inshi_status solve(struct run *run, int *stop)
{
    struct plan  stand_in = *run->plan;
    struct run   warm     = *run; /* shares the factors and all memory */
    struct bout  bout     = {.left = run->iteration > 0 ? AGAIN_MOST : warm_most(run->plan), .began = NAN};
    const bool   weighs = !quadratic(run->plan), low = float_serves(run);
    inshi_status status = low ? problem_lower(&run->problem, &warm.problem) : INSHI_OK;
    if (!status && weighs)
        status = problem_weigh(&warm.problem);
    warm.plan                = &stand_in;
    warm.opens               = false;
    warm.problem.rough       = warm.problem.kernels->real_bytes == 4;
    stand_in.kernels         = warm.problem.kernels;
    stand_in.loss            = warm.problem.loss;
    stand_in.solver          = &solver_hals;
    warm.accelerator.problem = &warm.problem;
    warm.accelerator.pace    = solver_pace(&solver_hals, run->plan->sparse);
    run_plan_moves(&warm, false);
    const bool compresses = run->plan->compressed && low == (run->plan->low != NULL);
    if (!status)
        status = warm_phases(&warm, compresses ? &run->compression : NULL, weighs, &bout);
    *stop                         = bout.stop;
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
        const inshi_status raised = problem_raise(leaves(run, *stop) ? NULL : &warm.problem, &run->problem);
        status                    = status ? status : raised;
    }
    return status;
}

static inshi_status try_bout(struct run *run, int *stop);

/* Back to where this bout began: the start, and the bouts before it once more, of which some may be undone. */
static inshi_status begin_again(struct run *run)
{
    double *const limit = &run->plan->options.time_limit, kept = *limit;
    const int64_t here   = run->iteration;
    inshi_status  status = run_start(run);
    *limit               = 0;
    for (run->iteration = 0; run->iteration < here && !status; run->iteration++) {
        int stop;
        status = run_look(run, true, true);
        if (!status)
            status = try_bout(run, &stop);
    }
    run->iteration = here;
    *limit         = kept;
    return status;
}

/* A bout from where the run has looked last; undone where it does not lower the level. */
static inshi_status try_bout(struct run *run, int *stop)
{
    const double before = run->level;
    inshi_status status = solve(run, stop);
    if (leaves(run, *stop) && run->warmed_low)
        return status == INSHI_ERR_INTERRUPTED ? INSHI_OK : status;
    bool back = leaves(run, *stop) || status == INSHI_ERR_NUMERIC; /* float was not enough */
    if (back)
        status = INSHI_OK;
    if (!status && !back) {
        status = run_look(run, true, false);
        back   = !(run->level < before);
    }
    return !status && back ? begin_again(run) : status;
}

inshi_status warm_up(struct run *run, int *stop)
{
    inshi_context *const context   = run->plan->context;
    int (*const interrupt)(void *) = context->interrupt;
    const inshi_status status      = try_bout(run, stop);
    context->interrupt             = interrupt;
    return status ? status : accelerator_begin(&run->accelerator);
}
