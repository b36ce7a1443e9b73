/* moves.c -- the panels of a factor moved, the memory that second-order steps need, and steps that are too bold. */
#include <string.h>
#include "kernels/pass.h"

struct move_job {
    struct problem      *p;
    enum side            side;
    const struct update *update;
};

static void move_task(void *user, int64_t panel, int worker)
{
    const struct move_job *job       = user;
    struct panel_job       panel_job = pass_describe(job->p, job->side, panel, worker);
    panel_job.update                 = *job->update;
    const bool gram                  = problem_is_quadratic(job->p) && job->update->move < MOVE_SWEEP;
    const int  steps =
        gram && job->update->move == MOVE_MULTIPLY && job->update->sweeps > 1 ? job->update->sweeps : 1;
    if (move_needs_pass(job->update->move))
        memcpy(panel_job.moving, panel_job.pull, panel_bytes(job->p));
    for (int step = 0; step < steps; step++) {
        if (gram)
            pass_push(job->p, &panel_job);
        job->p->kernels->move(&panel_job);
    }
}

inshi_status problem_move(struct problem *p, const struct half *half, const struct update *update)
{
    struct move_job job  = {p, half->side, update};
    const double    per  = update->move == MOVE_SWEEP ? 2.0 * (double)update->sweeps * (double)p->k : 8;
    const double    work = (double)p->factor[half->side].count * (double)p->k * per;
    return parallel_run(p->context, p->factor[half->side].panels, work, move_task, &job);
}

inshi_status problem_room(struct problem *p, enum move move)
{
    if (!move_needs_pass(move))
        return INSHI_OK;
    const int64_t h = p->factor[SIDE_H].panels, w = p->factor[SIDE_W].panels, depth = h > w ? h : w;
    size_t        bytes = move == MOVE_NEWTON ? p->kernels->newton_bytes(p->k, depth) : 0;
    if (move == MOVE_COORDINATES && (!p->entries || (problem_has_net(p) && !p->incomplete)))
        bytes = p->kernels->coordinate_bytes(p->k, depth);
    for (int side = 0; side < 2 && move == MOVE_COORDINATES && p->entries; side++) {
        const size_t stored = p->kernels->stored_bytes(p->k, p->longest[side]);
        bytes               = stored > bytes ? stored : bytes;
    }
    p->memory_size = (bytes + panel_bytes(p) + 63) / 64 * 64;
    p->memory      = memory_take(p->context, p->context->threads, p->memory_size, "second-order steps");
    return p->memory ? INSHI_OK : INSHI_ERR_MEMORY;
}

/* The panel after a multiplicative step. */
static void multiply(const struct problem *p, struct panel_job job, void *panel)
{
    memcpy(panel, job.moving, panel_bytes(p));
    job.moving      = panel;
    job.update.move = MOVE_MULTIPLY;
    p->kernels->move(&job);
}

void pass_hold_back(const struct problem *p, const struct parts_job *parts, const struct panel_job *job,
                    void *room, void *candidate)
{
    const double     part = 0.3, slack = p->kernels->real_bytes == 8 ? 1e-13 : 1e-6;
    double           before[LANES_MOST] = {0}, after[LANES_MOST];
    bool             risen              = true;
    struct parts_job look               = *parts;
    look.pull = look.push = NULL;
    look.values           = before;
    if (look.items && look.less_nothing) { /* its values are less by what is not stored */
        look.items = NULL;
        p->kernels->parts(&look);
    } else {
        memcpy(before, parts->values, sizeof before);
    }
    look.moving = candidate;
    look.values = after;
    for (int tries = 0; tries < 2 && risen; tries++) {
        memset(after, 0, sizeof after);
        p->kernels->parts(&look);
        risen = false;
        for (int j = 0; j < job->lanes; j++) {
            if (after[j] <= before[j] * (1 + slack))
                continue;
            if (tries && !risen)
                multiply(p, *job, room);
            risen = true;
            p->kernels->between(tries ? room : parts->moving, tries ? room : candidate, p->k, j, part,
                                candidate);
        }
    }
}
