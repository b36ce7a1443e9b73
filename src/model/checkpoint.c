/* checkpoint.c -- see checkpoint.h: when the state is noted, saved and taken up again. */
#include "model/checkpoint.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/clock.h"
#include "base/file.h"
#include "base/sections.h"
#include "model/run.h"

/* ---- noting ------------------------------------------------------------------------------------------------------- */

static void note_state(struct run *run, bool looping)
{
    const double              now = clock_seconds();
    const struct accelerator *a   = &run->accelerator;
    struct loop_state *const  s   = &run->checkpoint.state;
    *s                            = (struct loop_state){.looping      = looping,
                                                        .start        = run->start,
                                                        .iteration    = looping ? run->iteration : 0,
                                                        .revived      = looping ? run->revived : 0,
                                                        .rows         = looping ? run->history.count : 0,
                                                        .divergence   = run->divergence,
                                                        .objective    = run->objective,
                                                        .kkt          = run->kkt,
                                                        .kkt_worst    = run->kkt_worst,
                                                        .level        = run->level,
                                                        .value        = {run->half[0].value, run->half[1].value},
                                                        .beta         = a->beta,
                                                        .beta_before  = a->beta_before,
                                                        .beta_most    = a->beta_most,
                                                        .accepted     = a->objective,
                                                        .extrapolated = a->extrapolated,
                                                        .falters      = a->falters,
                                                        .near         = run->near,
                                                        .best_level   = run->best_level,
                                                        .seconds      = looping ? now - run->began : 0,
                                                        .all_seconds  = run->earlier + now - run->call_began};
    for (int side = 0; side < 2; side++)
        memcpy(s->measured[side], run->half[side].measured, sizeof s->measured[side]);
}

static void copy_pairs(struct run *run)
{
    const struct problem *p = &run->problem;
    for (int side = 0; side < 2; side++) {
        const void *const from[PAIRS] = {p->factor[side].data, run->accelerator.plain[side],
                                         run->accelerator.accepted[side]};
        for (int pair = 0; pair < PAIRS; pair++)
            if (run->checkpoint.copy[pair][side])
                problem_copy(p, side, run->checkpoint.copy[pair][side], from[pair]);
    }
}

/* ---- saving ------------------------------------------------------------------------------------------------------- */

inshi_status checkpoint_save(struct run *run)
{
    struct checkpoint *c    = &run->checkpoint;
    struct plan       *plan = run->plan;
    if (!c->how.path || !c->valid || c->saved)
        return INSHI_OK;
    const inshi_status status     = checkpoint_write(run);
    c->saved_at                   = clock_seconds();
    c->saved                      = !status;
    c->keeps                      = c->keeps || !status;
    plan->report->info.checkpoint = status;
    if (status == INSHI_ERR_MEMORY)
        return status;
    if (status && !c->warned)
        report_warn(plan->context, plan->report, "no checkpoint was saved: %s; the one before it stays",
                    inshi_context_message(plan->context));
    c->warned = status != INSHI_OK;
    return INSHI_OK;
}

static inshi_status save_where_due(struct run *run)
{
    struct checkpoint *c     = &run->checkpoint;
    const bool         asked = c->how.wanted && c->how.wanted(c->how.user);
    return asked || clock_seconds() - c->saved_at >= c->how.seconds ? checkpoint_save(run) : INSHI_OK;
}

inshi_status checkpoint_boundary(struct run *run)
{
    struct checkpoint *c = &run->checkpoint;
    if (!c->how.path)
        return INSHI_OK;
    note_state(run, true);
    copy_pairs(run);
    c->valid = true;
    c->saved = false;
    return save_where_due(run);
}

inshi_status checkpoint_between(struct run *run)
{
    struct checkpoint *c = &run->checkpoint;
    if (!c->how.path)
        return INSHI_OK;
    note_state(run, false);
    c->valid = true;
    c->saved = false;
    return save_where_due(run);
}

/* ---- going on ----------------------------------------------------------------------------------------------------- */

/* From the state that has been loaded into the run, where the call before stood. */
static void take_up(struct run *run)
{
    const struct loop_state *s   = &run->checkpoint.state;
    struct accelerator      *a   = &run->accelerator;
    const double             now = clock_seconds();
    run->start                   = s->start;
    run->iteration               = s->iteration;
    run->revived                 = s->revived;
    run->divergence              = s->divergence;
    run->objective               = s->objective;
    run->kkt                     = s->kkt;
    run->kkt_worst               = s->kkt_worst;
    run->level                   = s->level;
    run->near                    = s->near;
    run->best_level              = s->best_level;
    run->began                   = now - s->seconds;
    run->earlier                 = s->all_seconds;
    a->beta                      = s->beta;
    a->beta_before               = s->beta_before;
    a->beta_most                 = s->beta_most;
    a->objective                 = s->accepted;
    a->extrapolated              = s->extrapolated;
    a->falters                   = s->falters;
    for (int side = 0; side < 2; side++) {
        run->half[side].value = s->value[side];
        memcpy(run->half[side].measured, s->measured[side], sizeof s->measured[side]);
    }
    inshi_info *info        = &run->plan->report->info;
    info->resumed           = 1;
    info->resumed_start     = s->start;
    info->resumed_iteration = s->iteration;
    run->checkpoint.goes_on = true;
    run->checkpoint.valid   = true;
    run->checkpoint.saved   = true;
}

static bool exists(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0;
}

/* The one before a damaged file, whose sentence the context holds. */
static inshi_status resume_previous(struct run *run, const char *previous)
{
    struct plan *plan = run->plan;
    char         why[MESSAGE_SIZE];
    snprintf(why, sizeof why, "%s", inshi_context_message(plan->context));
    if (!exists(previous))
        return context_fail(plan->context, INSHI_ERR_DATA,
                            "%.500s, and there is none before it (.prev); begin anew without resume", why);
    const inshi_status status = checkpoint_load(run, previous);
    if (!status)
        report_warn(plan->context, plan->report, "%.300s; the fit goes on from the one before it", why);
    else if (!run->checkpoint.refused)
        context_fail(plan->context, status,
                     "%.500s, and so is the one before it (.prev); begin anew without resume", why);
    return status;
}

/* The file, or the one before it where the file is damaged or missing. */
static inshi_status resume(struct run *run)
{
    struct checkpoint *c    = &run->checkpoint;
    struct plan       *plan = run->plan;
    char               real[PATH_MAX], previous[PATH_MAX + 8], shown[FILE_SHOWN];
    const bool         there = exists(c->how.path);
    snprintf(previous, sizeof previous, "%s.prev", there && realpath(c->how.path, real) ? real : c->how.path);
    if (!there && !exists(previous)) {
        report_warn(plan->context, plan->report, "there is no checkpoint %s yet: the fit begins anew",
                    file_shown(c->how.path, shown));
        return INSHI_OK;
    }
    inshi_status status = checkpoint_load(run, there ? c->how.path : previous);
    c->keeps            = there && !status;
    if (status == INSHI_ERR_DATA && there && !c->refused)
        status = resume_previous(run, previous);
    if (!status)
        take_up(run);
    return status;
}

/* Whether the file can be written is known now, not after a minute; and nothing but a checkpoint is replaced. What a killed
 * process left of it goes. */
static inshi_status check_path(struct run *run)
{
    struct checkpoint   *c       = &run->checkpoint;
    inshi_context *const context = run->plan->context;
    struct file_writer  *writer;
    char                 shown[FILE_SHOWN];
    if (!c->how.resume && !sections_belong(c->how.path, CHECKPOINT_MAGIC))
        return context_fail(
            context, INSHI_ERR_DATA,
            "%s is there and is no checkpoint of inshi; choose another name for the checkpoint",
            file_shown(c->how.path, shown));
    const inshi_status status = file_begin(context, c->how.path, &writer);
    if (status)
        return status;
    file_clear_stale(writer);
    file_end(writer, INSHI_ERR_IO);
    return INSHI_OK;
}

inshi_status checkpoint_take_copies(struct run *run)
{
    const struct problem *p = &run->problem;
    for (int pair = 0; pair < (run->accelerator.pace ? PAIRS : 1); pair++)
        for (int side = 0; side < 2; side++) {
            void **copy = &run->checkpoint.copy[pair][side];
            *copy = memory_take(p->context, p->factor[side].panels, problem_panel_bytes(p), "the checkpoint");
            if (!*copy)
                return INSHI_ERR_MEMORY;
        }
    return INSHI_OK;
}

static void warn_of_replacing(struct run *run)
{
    struct stat found;
    char        shown[FILE_SHOWN];
    const char *path      = run->checkpoint.how.path;
    run->checkpoint.keeps = stat(path, &found) == 0 && S_ISREG(found.st_mode) && found.st_size > 0;
    if (run->checkpoint.keeps)
        report_warn(run->plan->context, run->plan->report,
                    "%s holds a checkpoint, and the fit begins anew without resume: it will be replaced",
                    file_shown(path, shown));
}

inshi_status checkpoint_begin(struct run *run)
{
    struct checkpoint *c = &run->checkpoint;
    c->how               = run->plan->context->checkpoint;
    c->saved_at          = run->call_began;
    if (!c->how.path)
        return INSHI_OK;
    inshi_status status = check_path(run);
    if (!status)
        status = key_make(run->plan, &c->key);
    if (!status)
        status = checkpoint_take_copies(run);
    if (!status && c->how.resume)
        return resume(run);
    if (!status)
        warn_of_replacing(run);
    return status;
}

void checkpoint_destroy(struct run *run)
{
    for (int pair = 0; pair < PAIRS; pair++)
        for (int side = 0; side < 2; side++)
            memory_give(run->plan->context, run->checkpoint.copy[pair][side]);
}
