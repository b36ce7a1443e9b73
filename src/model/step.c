/* step.c -- looking at the point where a run stands, and stepping on from it.
 *
 * A look is the first half's gradient parts, which give the objective on the way; a step moves every factor that may
 * move. An extrapolated step that has raised the objective is taken back (model/accelerate.h).
 */
#include <math.h>
#include "model/run.h"

static const double NEAR64 = 1e-6, NEAR32 = 1e-6;

/* Below this share of the sum of y^B (of y^2, y, 1 for eu, kl, is), N and D agree in so many digits that their
 * difference is summed entry by entry instead. */
static double near_exact(const struct problem *p)
{
    return p->kernels->real_bytes == 8 ? NEAR64 : NEAR32;
}

/* ---- looking at a point ------------------------------------------------------------------------------------------- */

static enum side first_side(const struct plan *plan)
{
    return plan->moves[SIDE_H] ? SIDE_H : SIDE_W;
}

static double half_violation(const struct half *half)
{
    const double weight = half->measured[MEASURE_WEIGHT];
    return weight > 0 ? half->measured[MEASURE_VIOLATION] / weight : 0;
}

/* The KKT residual from the halves that are there; a half of the last iteration stands in for a newer one. */
static void take_kkt(struct run *run)
{
    run->kkt = run->kkt_worst = run->problem.skips_kkt ? NAN : 0;
    for (int side = 0; side < 2; side++) {
        if (!run->plan->moves[side] || run->problem.skips_kkt)
            continue;
        run->kkt       = fmax(run->kkt, half_violation(&run->half[side]));
        run->kkt_worst = fmax(run->kkt_worst, run->half[side].measured[MEASURE_WORST]);
    }
}

static inshi_status fail_numbers(const struct run *run)
{
    const struct plan *plan = run->plan;
    return context_fail(plan->context, INSHI_ERR_NUMERIC,
                        "the objective is not a finite number after iteration %lld%s",
                        (long long)run->iteration, plan->solver->joint ? "; a smaller --eta may help" : "");
}

/* Divergence + penalties at the point, in the units of X. */
static inshi_status take_objective(struct run *run, double divergence)
{
    struct plan *plan = run->plan;
    run->divergence   = plan_unscaled(plan, divergence);
    run->objective    = run->divergence;
    run->level        = divergence;
    run->near = divergence < near_exact(&run->problem) * run->half[first_side(plan)].measured[MEASURE_PUSH];
    for (int side = 0; side < 2; side++) {
        const double l1 = run->problem.l1[side], l2 = run->problem.l2[side];
        const double sum     = run->half[side].measured[MEASURE_SUM],
                     squares = run->half[side].measured[MEASURE_SQUARES];
        if (!(l1 + l2 > 0))
            continue;
        run->objective += plan_penalty(plan, side, sum, squares);
        run->level += (sum > 0 ? l1 * sum : 0) + (squares > 0 ? l2 / 2 * squares : 0);
    }
    if (isfinite(divergence) || (run->accelerator.pace && isfinite(run->accelerator.objective)))
        return INSHI_OK; /* or there is an accepted pair to go back to */
    return fail_numbers(run);
}

/* A penalty needs the sums of both factors at this very point: those of the side that has not been looked at. */
static inshi_status measure_sums(struct run *run, enum side side)
{
    struct problem *p = &run->problem;
    if (!(p->l1[side] + p->l2[side] > 0))
        return INSHI_OK;
    return problem_size(p, side, &run->half[side].measured[MEASURE_SUM],
                        &run->half[side].measured[MEASURE_SQUARES]);
}

/* A Newton step is bold: no column is watched until a plain one has been rejected. */
static void be_careful(struct run *run)
{
    for (int side = 0; side < 2; side++)
        run->update[side].careful = run->accelerator.falters && !plan_has_many_zeros(run->plan);
}

inshi_status run_look(struct run *run, bool want_value, bool moves)
{
    struct plan    *plan   = run->plan;
    inshi_status    status = INSHI_OK;
    const enum side side   = first_side(plan);
    run->problem.net       = run->near && run->accelerator.pace && !run->problem.weighted &&
                       !run->problem.compression && problem_has_net(&run->problem);
    be_careful(run);
    run->problem.skips_kkt = moves && plan->options.tolerance == 0; /* nothing is decided by it */
    if (plan->solver->joint && plan->moves[SIDE_H] && plan->moves[SIDE_W])
        status = problem_both(&run->problem, want_value, run->half);
    else
        status = problem_half(&run->problem, side, want_value, moves ? &run->update[side] : NULL,
                              &run->half[side]);
    if (!status && want_value)
        status = measure_sums(run, other_side(side));
    if (status)
        return status;
    take_kkt(run);
    return want_value ? take_objective(run, run->half[side].value) : INSHI_OK;
}

bool run_second_is_stale(const struct plan *plan)
{
    return !plan->solver->joint && plan->moves[SIDE_H] && plan->moves[SIDE_W];
}

inshi_status run_complete_kkt(struct run *run)
{
    if (!run_second_is_stale(run->plan))
        return INSHI_OK;
    const inshi_status status = problem_half(&run->problem, SIDE_W, false, NULL, &run->half[SIDE_W]);
    if (!status)
        take_kkt(run);
    return status;
}

inshi_status run_look_closely(struct run *run)
{
    const inshi_status status = run_look(run, true, false);
    return status ? status : run_complete_kkt(run);
}

/* ---- moving -------------------------------------------------------------------------------------------------------- */

void run_plan_moves(struct run *run, bool multiplicative)
{
    const struct plan *plan = run->plan;
    for (int side = 0; side < 2; side++) {
        struct update *update = &run->update[side];
        *update               = (struct update){.move     = MOVE_MULTIPLY,
                                                .exponent = loss_exponent(plan->loss, run->problem.l2[side] > 0),
                                                .eta      = plan->options.eta,
                                                .near     = run->near};
        if (run->opens && solver_steps(plan->solver, plan->k, plan->sparse))
            update->sweeps = SOLVER_STEPS;
        if (!multiplicative)
            plan->solver->plan(&plan->loss, plan->k, plan->sparse, update);
        if (update->move == MOVE_SWEEP && run->problem.incomplete)
            update->move = MOVE_NEWTON; /* the same sweeps, on each item's own Gram matrix */
        if (update->move == MOVE_PROJECT)
            update->eta = ldexp(update->eta, -2 * plan->shift[other_side(side)]);
        if (update->move == MOVE_SWEEP && plan->weighing != WEIGHING_NONE)
            update->move =
                MOVE_NEWTON; /* there is no Gram matrix for all: each column has its own, exactly */
    }
}

static inshi_status move(struct run *run, enum side side)
{
    return problem_move(&run->problem, &run->half[side], &run->update[side]);
}

inshi_status run_advance(struct run *run, bool plainly)
{
    struct plan    *plan   = run->plan;
    const enum side first  = first_side(plan);
    inshi_status    status = move(run, first);
    if (!status && !run->opens)
        status = accelerator_extrapolate(&run->accelerator, first, plainly);
    if (status || !plan->moves[SIDE_H] || !plan->moves[SIDE_W])
        return status;
    if (!plan->solver->joint)
        status = problem_half(&run->problem, SIDE_W, false, &run->update[SIDE_W], &run->half[SIDE_W]);
    if (!status)
        status = move(run, SIDE_W);
    return status || run->opens ? status : accelerator_extrapolate(&run->accelerator, SIDE_W, plainly);
}

/* The multiplicative step, which never raises the objective. */
static inshi_status advance_safely(struct run *run)
{
    run_plan_moves(run, true);
    inshi_status status = run_look(run, false, true);
    if (!status)
        status = run_advance(run, true);
    run_plan_moves(run, false);
    return status;
}

inshi_status run_look_and_judge(struct run *run, bool want_value, bool moves)
{
    const bool   judged  = run->accelerator.pace && !run->opens;
    enum verdict verdict = VERDICT_ACCEPTED;
    inshi_status status  = run_look(run, want_value || judged, moves);
    if (!status && judged)
        status = accelerator_judge(&run->accelerator, run->level, false, &verdict);
    while (!status && verdict != VERDICT_ACCEPTED) {
        const bool safely = verdict == VERDICT_STEP_SAFELY;
        if (!safely)
            status = run_look(run, false, true);
        if (!status)
            status = safely ? advance_safely(run) : run_advance(run, true);
        if (!status)
            status = run_look(run, true, moves);
        if (!status)
            status = accelerator_judge(&run->accelerator, run->level, safely, &verdict);
    }
    return !status && judged && !isfinite(run->level) ? fail_numbers(run) : status;
}

inshi_status run_look_and_settle(struct run *run)
{
    enum verdict verdict = VERDICT_ACCEPTED;
    inshi_status status  = run_look(run, true, false);
    if (!status)
        status = accelerator_judge(&run->accelerator, run->level, false, &verdict);
    return status || verdict == VERDICT_ACCEPTED ? status : run_look(run, true, false);
}
