/* fit.c -- the one loop: check, prepare, iterate, finish.
 *
 * An iteration looks at the point where the factors stand (the first half's gradient parts, which give the
 * objective on the way), decides whether to stop there, and moves every factor that may move. A solver says only how
 * a factor moves. So row t of the history is the exact objective after t iterations, and costs no pass of its own.
 */
#include <math.h>
#include <string.h>
#include "base/clock.h"
#include "base/parallel.h"
#include "base/random.h"
#include "model/finish.h"
#include "model/memory.h"
#include "model/run.h"

static double random_entry(const void *user, int64_t component, int64_t item)
{
    return random_uniform(*(const uint64_t *)user, 0x5eed, component, item);
}

/* A component that has become zero in one factor is started anew: random there, zero in the other factor, so that WH
 * and the objective stay as they are and the next half may use it. */
static inshi_status revive(struct run *run)
{
    struct plan    *plan = run->plan;
    struct problem *p    = &run->problem;
    if (!plan->solver->revives ||
        plan->options.l1_w + plan->options.l2_w + plan->options.l1_h + plan->options.l2_h > 0 ||
        !plan->moves[SIDE_H] || !plan->moves[SIDE_W] || plan->scan.most == 0 || run->revived >= 3 * plan->k ||
        plan->options.lock_w || plan->options.lock_h)
        return INSHI_OK;
    const int64_t      before = run->revived;
    const inshi_status status = problem_revive(p, random_entry, &plan->options.seed, &run->revived);
    if (run->revived > before)
        plan_clear_empty(plan, p);
    return status;
}

/* ---- the loop ------------------------------------------------------------------------------------------------------ */

static double seconds_of(const struct run *run)
{
    return clock_seconds() - run->began;
}

static bool converged(const struct run *run)
{
    const double t = run->plan->options.tolerance;
    return t > 0 && run->kkt < t && run->kkt_worst < sqrt(t);
}

static bool row_due(const struct run *run)
{
    const inshi_options *o = &run->plan->options;
    return run->iteration == 0 || run->iteration == o->iterations ||
           (o->history_every > 0 && run->iteration % o->history_every == 0);
}

static inshi_status add_row(struct run *run, bool with_kkt)
{
    const inshi_history_row row = {run->iteration, seconds_of(run), run->objective,
                                   with_kkt ? run->kkt : NAN};
    return history_add(run->plan->context, &run->history, row);
}

/* Tells the progress callback; true where it asks to stop. */
static bool told_to_stop(const struct run *run, bool has_value)
{
    const inshi_context *context = run->plan->context;
    if (!context->progress)
        return false;
    const inshi_options *o        = &run->plan->options;
    const inshi_progress progress = {run->iteration,
                                     o->iterations,
                                     run->start,
                                     o->restarts,
                                     has_value ? run->objective : NAN,
                                     run->iteration ? run->kkt : NAN,
                                     clock_seconds() - run->call_began};
    return context->progress(context->progress_user, &progress) != 0;
}

/* 0 = go on; else an inshi_stop. */
static int reason_to_stop(struct run *run, bool has_value, inshi_status *status)
{
    const inshi_options *o = &run->plan->options;
    if (told_to_stop(run, has_value) || context_interrupted(run->plan->context))
        return INSHI_STOP_INTERRUPTED;
    if (run->iteration > 0 && converged(run)) {
        *status = run_second_is_stale(run->plan) ? run_look_closely(run) : INSHI_OK;
        if (*status || converged(run))
            return INSHI_STOP_TOLERANCE;
        *status = run_look(run, false, true); /* the close look has used up the parts of the first half */
    }
    if (run->iteration >= o->iterations)
        return INSHI_STOP_ITERATIONS;
    if (o->time_limit > 0 && clock_seconds() - run->call_began >= o->time_limit)
        return INSHI_STOP_TIME;
    return 0;
}

/* The last look, which an interrupt must not cut short: the result has its true objective. */
static inshi_status conclude(struct run *run)
{
    inshi_context *context         = run->plan->context;
    int (*const interrupt)(void *) = context->interrupt;
    context->interrupt             = NULL;
    inshi_status status            = run_look_and_settle(run);
    if (!status)
        status = run_complete_kkt(run);
    context->interrupt = interrupt;
    if (status)
        return status;
    const int64_t count = run->history.count;
    if (count > 0 && run->history.rows[count - 1].iteration == run->iteration)
        run->history.count--;
    return add_row(run, true);
}

/* True for the multiplicative iterations before the solver's own. */
static bool opening(const struct run *run)
{
    const bool warm = warm_applies(run->plan);
    if (warm && run->plan->loss.beta >= 1)
        return false;
    const struct solver *solver = run->plan->solver;
    return run->iteration < solver_opening(solver, run->plan->k, run->plan->sparse) + warm;
}

/* Where the call ends here, what stands in the checkpoint is the state before the last look. */
static inshi_status save_at_end(struct run *run)
{
    const bool last = run->start + 1 == run->plan->options.restarts;
    return last || run->stop == INSHI_STOP_INTERRUPTED || run->stop == INSHI_STOP_TIME ? checkpoint_save(run)
                                                                                       : INSHI_OK;
}

/* The first point of a start, or that where a checkpoint stood. */
static inshi_status begin_loop(struct run *run)
{
    const bool goes_on      = run->checkpoint.goes_on;
    run->checkpoint.goes_on = false;
    if (goes_on)
        return INSHI_OK;
    run->iteration = 0;
    return accelerator_begin(&run->accelerator);
}

static inshi_status iterate(struct run *run)
{
    inshi_status status = begin_loop(run);
    for (; !status; run->iteration++) {
        const bool due = row_due(run), opens = opening(run);
        if (run->opens && !opens)
            status = accelerator_begin(&run->accelerator);
        run->opens = opens;
        run_plan_moves(run, opens);
        if (!status)
            status = checkpoint_boundary(run);
        if (!status)
            status = run_look_and_judge(run, due, run->iteration < run->plan->options.iterations);
        if (status)
            break;
        if (due)
            status = add_row(run, run->iteration > 0 || !run_second_is_stale(run->plan));
        const int stop = status ? 0 : reason_to_stop(run, due, &status);
        if (stop) {
            run->stop = (inshi_stop)stop;
            break;
        }
        if (!status && run->iteration < warm_bouts(run->plan)) {
            int cut;
            status = warm_up(run, &cut);
            if (status || !cut)
                continue;
            run->stop = (inshi_stop)cut;
            run->iteration += !run->checkpoint.how.path;
            break;
        }
        if (!status)
            status = run_advance(run, opening(run));
        if (!status)
            status = revive(run);
    }
    if (status == INSHI_ERR_INTERRUPTED) {
        run->stop = INSHI_STOP_INTERRUPTED;
        status    = INSHI_OK;
    }
    if (!status)
        status = save_at_end(run);
    return status ? status : conclude(run);
}

/* ---- starts -------------------------------------------------------------------------------------------------------- */

/* The scale of WH that fits X best to first order: sum x y^(B-1) / sum y^B. */
static inshi_status scale_start(struct run *run, const bool generate[2])
{
    struct problem *p = &run->problem;
    struct half     half;
    p->skips_kkt        = false; /* the scale comes from what is measured */
    p->net              = false;
    inshi_status status = problem_half(p, SIDE_H, false, NULL, &half);
    if (status)
        return status;
    const double push  = half.measured[MEASURE_PUSH];
    double       scale = push > 0 ? half.measured[MEASURE_PULL] / push : 0;
    if (generate[SIDE_H] && generate[SIDE_W])
        scale = sqrt(scale);
    for (int64_t l = 0; l < p->k; l++)
        p->small[l] = scale;
    for (int side = 0; side < 2 && !status; side++)
        if (generate[side])
            status = problem_scale(p, side, p->small);
    return status;
}

inshi_status run_start(struct run *run)
{
    struct plan    *plan        = run->plan;
    struct problem *p           = &run->problem;
    inshi_status    status      = INSHI_OK;
    const bool      generate[2] = {!plan->given[0], !plan->given[1]};
    run->near = p->net = false;
    for (int side = 0; side < 2 && !status; side++)
        if (plan->given[side])
            status = problem_read(p, side, plan->view[side], plan->shift[side]);
    if (!status && (generate[0] || generate[1]))
        status = plan->init->start(p, generate, plan->options.seed, run->start);
    if (!status)
        plan_clear_empty(plan, p);
    if (status || !(generate[0] || generate[1]))
        return status;
    if (strcmp(plan->options.init_scale, "auto") == 0)
        return scale_start(run, generate);
    if (plan->init->of_data)
        return INSHI_OK;
    for (int side = 0; side < 2 && !status; side++) {
        for (int64_t l = 0; l < p->k; l++)
            p->small[l] = ldexp(1, plan->shift[side]);
        if (generate[side])
            status = problem_scale(p, side, p->small);
    }
    return status;
}

/* ---- the result ----------------------------------------------------------------------------------------------------- */

static inshi_status relative_error(struct run *run, double *error)
{
    double       square = 0;
    inshi_status status = problem_value(&run->problem, (struct loss_choice){loss_at(LOSS_ID_eu), 2}, &square);
    *error              = run->problem.square > 0 ? sqrt(2 * square / run->problem.square) : 0;
    return status;
}

/* True where the factors are finite in the units of X. */
static bool factors_fit(struct run *run)
{
    bool fit = true;
    for (int side = 0; side < 2; side++) {
        double *const sums  = run->problem.small;
        double        total = 0;
        if (run->plan->moves[side] && problem_sums(&run->problem, side, sums) == INSHI_OK) {
            for (int64_t l = 0; l < run->plan->k; l++)
                total += sums[l];
            fit = fit && isfinite(ldexp(total, -run->plan->shift[side]));
        }
    }
    return fit;
}

/* Keeps the factors and what is known of them, where this start is the best so far. */
static inshi_status keep(struct run *run)
{
    struct plan *plan              = run->plan;
    double       error             = 0;
    int (*const interrupt)(void *) = plan->context->interrupt;
    plan->context->interrupt       = NULL;
    inshi_status status            = relative_error(run, &error);
    const bool   fits              = !status && isfinite(error) && isfinite(run->kkt) && factors_fit(run);
    plan->context->interrupt       = interrupt;
    if (!status && !fits)
        return context_fail(plan->context, INSHI_ERR_NUMERIC,
                            "the factors are not finite numbers after iteration %lld",
                            (long long)run->iteration);
    for (int side = 0; side < 2 && run->best[side]; side++)
        problem_copy(&run->problem, side, run->best[side], run->problem.factor[side].data);
    if (status || !plan->report)
        return status;
    inshi_info *info         = &plan->report->info;
    info->stop               = run->stop;
    info->iterations         = run->iteration;
    info->objective          = run->objective;
    info->divergence         = run->divergence;
    info->relative_error     = error;
    info->kkt                = run->kkt;
    info->kkt_worst          = run->kkt_worst;
    info->restart            = run->start;
    info->revived            = run->revived;
    info->warm_iterations    = run->warmed;
    info->warm_in_float      = run->warmed_low;
    info->warm_rank          = run->warmed_rank;
    const struct history old = plan->report->history;
    plan->report->history    = run->history;
    run->history             = old;
    return INSHI_OK;
}

/* The result into the caller's arrays: nothing can fail any more but the numbers. What is not needed is given back
 * first, since the system may have lent no memory yet for arrays that nobody has written to. */
static inshi_status write_result(struct run *run)
{
    struct plan *plan   = run->plan;
    inshi_status status = INSHI_OK;
    accelerator_destroy(&run->accelerator);
    problem_release(&run->problem);
    for (int side = 0; side < 2 && !status; side++) {
        if (run->best[side])
            problem_copy(&run->problem, side, run->problem.factor[side].data, run->best[side]);
        if (plan->moves[side])
            status = problem_write(&run->problem, side, plan->view[side], -plan->shift[side]);
    }
    return status ? status : finish_factors(plan);
}

static inshi_status take_best(struct run *run)
{
    const struct problem *p = &run->problem;
    for (int side = 0; side < 2 && run->plan->options.restarts > 1; side++) {
        run->best[side] =
            memory_take(p->context, p->factor[side].panels, problem_panel_bytes(p), "the best factors");
        if (!run->best[side])
            return INSHI_ERR_MEMORY;
    }
    return INSHI_OK;
}

/* The call's stop where later starts were cut short; interrupted before the first one stood, there is nothing to keep. */
static inshi_status settle_stop(struct run *run, inshi_status status)
{
    struct plan *plan = run->plan;
    if (status == INSHI_ERR_INTERRUPTED && run->start > 0)
        run->stop = INSHI_STOP_INTERRUPTED;
    else if (status)
        return status;
    if (plan->report && (run->stop == INSHI_STOP_INTERRUPTED || run->stop == INSHI_STOP_TIME))
        plan->report->info.stop = run->stop;
    return INSHI_OK;
}

/* The point of a new start; one from a checkpoint stands there already. */
static inshi_status begin_start(struct run *run)
{
    if (run->checkpoint.goes_on && run->checkpoint.state.looping)
        return INSHI_OK;
    run->checkpoint.goes_on = false;
    run->history.count      = 0;
    run->revived            = 0;
    run->warmed             = 0;
    run->warmed_low         = false;
    run->warmed_rank        = 0;
    run->began              = run->start ? clock_seconds() : run->call_began;
    return run_start(run);
}

static inshi_status run_starts(struct run *run)
{
    struct plan *plan   = run->plan;
    inshi_status status = checkpoint_begin(run);
    while (!status) {
        status = begin_start(run);
        if (status == INSHI_ERR_INTERRUPTED)
            checkpoint_save(run); /* of the start before */
        if (!status)
            status = iterate(run);
        if (!status && (run->start == 0 || run->level < run->best_level)) {
            run->best_level = run->level;
            status          = keep(run);
        }
        if (status || run->stop == INSHI_STOP_INTERRUPTED || run->stop == INSHI_STOP_TIME ||
            run->start + 1 == plan->options.restarts)
            break;
        run->start++;
        status = checkpoint_between(run);
    }
    return settle_stop(run, status);
}

static void describe(struct plan *plan, bool packed, double seconds)
{
    if (!plan->report)
        return;
    inshi_info *info = &plan->report->info;
    info->seconds    = seconds;
    info->solver     = plan->solver->name;
    info->init       = plan->given[0] && plan->given[1] ? "given" : plan->init->name;
    info->normalize  = plan->normalize;
    info->isa        = plan->kernels->isa;
    info->threads    = plan->context->threads;
    info->packed     = packed;
    if (info->revived)
        report_warn(plan->context, plan->report,
                    "a component became zero and was started anew, %lld time%s in all",
                    (long long)info->revived, info->revived == 1 ? "" : "s");
}

/* Takes all memory of a fit but that of its history. */
static inshi_status take_memory(struct run *run, bool packs)
{
    struct plan    *plan   = run->plan;
    struct problem *p      = &run->problem;
    inshi_status    status = plan_problem(plan, p, packs, plan->solver->joint);
    if (status)
        return status;
    run_plan_moves(run, false);
    status = problem_room(p, run->update[SIDE_H].move);
    if (!status)
        status = accelerator_create(&run->accelerator, p, solver_pace(plan->solver, plan->sparse));
    if (!status && plan->compressed)
        status = compression_take(&run->compression, p, warm_kernels(plan), plan->compressed);
    return status ? status : take_best(run);
}

static void give_memory(struct run *run)
{
    accelerator_destroy(&run->accelerator);
    compression_destroy(&run->compression);
    memory_give(run->plan->context, run->best[0]);
    memory_give(run->plan->context, run->best[1]);
    if (run->problem.context)
        problem_destroy(&run->problem);
    history_clear(run->plan->context, &run->history);
}

inshi_status fit_try_memory(struct plan *plan, bool packs)
{
    struct run   run    = {.plan = plan};
    inshi_status status = take_memory(&run, packs);
    if (!status && plan->init->try_memory && !(plan->given[0] && plan->given[1]))
        status = plan->init->try_memory(&run.problem);
    if (!status)
        status = history_reserve(plan->context, &run.history, plan->options.iterations);
    if (!status && plan->context->checkpoint.path)
        status = checkpoint_take_copies(&run);
    checkpoint_destroy(&run);
    give_memory(&run);
    return status;
}

inshi_status inshi_fit(inshi_context *context, inshi_matrix x, inshi_matrix w, inshi_matrix h,
                       const inshi_options *options, inshi_report *report)
{
    if (!context)
        return INSHI_ERR_ARGUMENT;
    struct plan   plan = {.context = context, .report = report, .x = x, .view = {h, w}};
    struct run    run  = {.plan = &plan, .call_began = clock_seconds()};
    inshi_report *own  = NULL;
    bool          packs;
    inshi_options_default(&plan.options);
    report_clear(report);
    inshi_status status = options ? options_adopt(context, options, &plan.options) : INSHI_OK;
    if (!status && context->checkpoint.path && !report) /* a checkpoint holds what a report does */
        status = inshi_report_create(context, &own);
    plan.report = own ? own : report;
    if (!status)
        status = plan_make(&plan, false);
    if (!status)
        status = memory_choose(&plan, fit_try_memory, &packs);
    if (!status)
        status = take_memory(&run, packs);
    if (!status)
        status = problem_pack(&run.problem);
    if (!status)
        plan_warn_unobserved(&plan, &run.problem);
    if (!status)
        status = run_starts(&run);
    if (!status)
        status = write_result(&run);
    if (!status)
        describe(&plan, packs, run.earlier + clock_seconds() - run.call_began);
    if (status == INSHI_ERR_INTERRUPTED)
        context_fail(context, status, "interrupted before there was a first result");
    checkpoint_destroy(&run);
    give_memory(&run);
    plan_end(&plan);
    inshi_report_destroy(own);
    return status;
}
