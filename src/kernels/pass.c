/* pass.c -- passes over a whole problem: the gradient parts of one side, or of both, in fixed chunks on the threads of the
 * context, sums in a fixed order. */
#include <math.h>
#include <string.h>
#include "kernels/pass.h"

/* True where a pass looks at the entries of X - WH, false where products with X serve. */
static bool by_entry(const struct problem *p)
{
    return p->net || !problem_is_quadratic(p);
}

struct panel_job pass_describe(const struct problem *p, enum side side, int64_t panel, int worker)
{
    const bool sums = problem_push_is_sums(p);
    return (struct panel_job){
        .k         = p->k,
        .lanes     = lanes_of(p, side, panel),
        .moving    = panel_at(p, p->factor[side].data, panel),
        .pull      = panel_at(p, p->pull[side], panel),
        .push      = pass_has_push(p) ? panel_at(p, p->push[side], panel) : NULL,
        .push_sums = sums ? pass_side_block(p, p->sums, side, p->k) : NULL,
        .gram      = problem_is_quadratic(p) ? pass_side_block(p, p->gram, side, p->k * p->k) : NULL,
        .l1        = p->l1[side],
        .l2        = p->l2[side],
        .fixed     = p->fixed[side],
        .locks     = p->locks[side] ? panel_at(p, p->locks[side], panel) : NULL,
        .skips_kkt = p->skips_kkt,
        .net       = p->net,
        .scratch   = pass_scratch(p, worker),
    };
}

struct half_job {
    struct problem      *p;
    enum side            side;
    bool                 want_value;
    int64_t              segments; /* of the depth; each has partial sums of its own */
    const struct update *update;   /* a move made out of the pass, or NULL     */
    const void          *items;    /* as in parts_job                          */
};

void pass_push(const struct problem *p, struct panel_job *job)
{
    void *const push = (char *)job->scratch + (p->kernels->scratch_bytes(p->k) + 63) / 64 * 64;
    p->kernels->gram_product(job->gram, job->moving, p->k, push);
    job->push = push;
}

/* True where the value comes from stored entries and sums alone, and no penalty wants to know of the factors. */
static bool values_serve(const struct half_job *half)
{
    const struct problem *p = half->p;
    return half->items && problem_push_is_sums(p) && p->l1[0] + p->l1[1] + p->l2[0] + p->l2[1] == 0;
}

/* Measures one panel and adds its lanes up into its chunk. */
static void measure_panel(const struct half_job *half, int64_t panel, int worker)
{
    struct problem  *p    = half->p;
    const enum side  side = half->side;
    const int        T    = p->kernels->lanes;
    struct panel_job job  = pass_describe(p, side, panel, worker);
    double *const    out  = pass_chunk(p, panel);
    if (p->weighted && !p->compression)
        p->kernels->weigh(job.pull, p->k, p->weight[side] + panel * T, panel_at(p, p->pull[side], panel));
    job.measures =
        (double *)((char *)job.scratch + p->scratch_size / 64 * 64 - sizeof(double) * MEASURES * (size_t)T);
    if (p->skips_kkt && (!half->want_value || values_serve(half))) { /* nobody looks at them */
        memset(out, 0, MEASURES * sizeof *out);
        return;
    }
    if (problem_is_quadratic(p))
        pass_push(p, &job);
    p->kernels->measure(&job);
    for (int m = 0; m < MEASURES; m++) {
        double     sum = 0;
        const bool kkt = m == MEASURE_VIOLATION || m == MEASURE_WEIGHT || m == MEASURE_WORST;
        for (int j = 0; (!kkt || !p->skips_kkt) && j < job.lanes; j++) {
            const double a = job.measures[m * T + j];
            sum            = m == MEASURE_WORST ? (a > sum ? a : sum) : sum + a;
        }
        out[m] = sum;
    }
}

static void add_panel(const struct problem *p, void *to, const void *from)
{
    const int64_t count = p->k * p->kernels->lanes;
    if (p->kernels->real_bytes == 8)
        for (int64_t i = 0; i < count; i++)
            ((double *)to)[i] += ((const double *)from)[i];
    else
        for (int64_t i = 0; i < count; i++)
            ((float *)to)[i] += ((const float *)from)[i];
}

/* Where task (panel, segment) adds its pull (which = 0) or push (1). */
static void *part_of(const struct half_job *job, int64_t panel, int64_t segment, int which)
{
    const struct problem *p = job->p;
    if (job->segments == 1)
        return panel_at(p, which ? p->push[job->side] : p->pull[job->side], panel);
    const int64_t panels = p->factor[job->side].panels;
    return panel_at(p, p->partial, (which * job->segments + segment) * panels + panel);
}

/* True where each column's step is checked. What entries do not tell (penalties) the loop judges. */
static bool careful(const struct half_job *job)
{
    const struct problem *p = job->p;
    return job->update && job->update->move == MOVE_NEWTON && job->update->careful &&
           !problem_is_quadratic(p) && p->l1[job->side] + p->l2[job->side] == 0;
}

/* Parts, measures, and the panel that the move leads to, in place of the pull, which is used up. */
static void make_candidate(const struct half_job *job, const struct parts_job *parts, int64_t panel,
                           int worker)
{
    struct problem  *p         = job->p;
    char            *memory    = p->memory + (size_t)worker * p->memory_size;
    struct panel_job panel_job = pass_describe(p, job->side, panel, worker);
    panel_job.update           = *job->update;
    if (problem_is_quadratic(p)) /* its push comes from the Gram matrix, not from the pass */
        pass_push(p, &panel_job);
    void *const candidate = memory + p->memory_size - panel_bytes(p);
    if (job->update->move == MOVE_NEWTON) {
        p->kernels->newton(parts, &panel_job, memory, candidate);
        if (careful(job))
            pass_hold_back(p, parts, &panel_job, memory, candidate);
    } else if (job->items && !p->incomplete) { /* which gathers entries once for all */
        struct parts_job wanted = *parts;
        if (p->skips_kkt)
            wanted.pull = NULL;
        p->kernels->coordinates(&wanted, &panel_job, memory, candidate);
    } else {
        struct parts_job done = *parts;
        done.pull             = NULL;
        done.values           = NULL;
        p->kernels->parts(parts);
        p->kernels->coordinates(&done, &panel_job, memory, candidate);
    }
    measure_panel(job, panel, worker);
    memcpy(panel_at(p, p->pull[job->side], panel), candidate, panel_bytes(p));
}

static void half_task(void *user, int64_t task, int worker)
{
    const struct half_job *job   = user;
    struct problem        *p     = job->p;
    const enum side        other = other_side(job->side);
    const int64_t          panel = task / job->segments, segment = task % job->segments;
    struct compression    *c                  = p->compression;
    const int64_t          depth              = c ? c->part[job->side].tile_rows : p->factor[other].panels;
    double                 values[LANES_MOST] = {0};
    struct parts_job       parts              = {
                           .loss          = p->loss,
                           .x             = c ? &c->part[job->side] : &p->x,
                           .side          = c ? SIDE_H : job->side,
                           .panel         = panel,
                           .first         = depth * segment / job->segments,
                           .last          = depth * (segment + 1) / job->segments,
                           .k             = p->k,
                           .moving        = panel_at(p, p->factor[job->side].data, panel),
                           .other         = c ? c->core : p->factor[other].data,
                           .items         = job->items,
                           .less_nothing  = !p->incomplete,
                           .pull          = part_of(job, panel, segment, 0),
                           .push          = pass_has_push(p) ? part_of(job, panel, segment, 1) : NULL,
                           .values        = (job->want_value || careful(job)) && by_entry(p) ? values : NULL,
                           .net           = p->net,
                           .other_weights = p->weighted && !c ? p->weight[other] : NULL,
                           .scratch       = pass_scratch(p, worker),
    };
    memset(parts.pull, 0, panel_bytes(p));
    if (parts.push)
        memset(parts.push, 0, panel_bytes(p));
    if (job->update)
        make_candidate(job, &parts, panel, worker);
    else
        (by_entry(p) ? p->kernels->parts : p->kernels->product)(&parts);
    if (job->segments == 1 && !job->update)
        measure_panel(job, panel, worker);
    pass_chunk(p, task)[MEASURES] = pass_total(values, lanes_of(p, job->side, panel));
}

/* Adds the segments of a panel up, then measures it. */
static void join_task(void *user, int64_t panel, int worker)
{
    const struct half_job *job = user;
    struct problem        *p   = job->p;
    for (int which = 0; which < 1 + pass_has_push(p); which++) {
        void *to = panel_at(p, which ? p->push[job->side] : p->pull[job->side], panel);
        memcpy(to, part_of(job, panel, 0, which), panel_bytes(p));
        for (int64_t s = 1; s < job->segments; s++)
            add_panel(p, to, part_of(job, panel, s, which));
    }
    measure_panel(job, panel, worker);
}

static void collect(struct problem *p, enum side side, struct half *out)
{
    memset(out->measured, 0, sizeof out->measured);
    for (int64_t panel = 0; panel < p->factor[side].panels; panel++)
        for (int m = 0; m < MEASURES; m++) {
            const double a = pass_chunk(p, panel)[m];
            if (m != MEASURE_WORST)
                out->measured[m] += a;
            else if (a > out->measured[m])
                out->measured[m] = a;
        }
}

static void fill_half(struct problem *p, enum side side, struct half *out)
{
    const struct panel_job first = pass_describe(p, side, 0, 0);
    out->side                    = side;
    out->pull                    = first.pull;
    out->push                    = first.push;
    out->push_sums               = first.push_sums;
    out->gram                    = first.gram;
    out->value                   = NAN;
    collect(p, side, out);
}

double pass_work(const struct problem *p)
{
    if (p->compression)
        return (double)(p->factor[0].count + p->factor[1].count) * (double)p->compression->thin.k * 2.0 *
               (double)p->k;
    if (p->entries)
        return (double)p->x.stored->nonzeros * (4.0 * (double)p->k + 16);
    return (double)p->x.view.rows * (double)p->x.view.columns * (4.0 * (double)p->k + 16);
}

inshi_status problem_half(struct problem *p, enum side side, bool want_value, const struct update *update,
                          struct half *out)
{
    const bool      makes = update && move_needs_pass(update->move);
    struct half_job job   = {
          p,   side, want_value, makes || p->compression ? 1 : problem_segments(p, side), makes ? update : NULL,
          NULL};
    const int64_t panels = p->factor[side].panels, tasks = panels * job.segments;
    inshi_status  status = p->pulls_only ? INSHI_OK : problem_prepare(p, side);
    if (!status && p->compression)
        status = compression_prepare(p, side);
    if (!status && p->entries && (!p->net || p->incomplete)) {
        status    = problem_make_items(p, side);
        job.items = p->items;
    }
    if (!status)
        status = parallel_run(p->context, tasks, pass_work(p), half_task, &job);
    if (status)
        return status;
    double value = 0;
    for (int64_t task = 0; task < tasks; task++)
        value += pass_chunk(p, task)[MEASURES];
    if (job.segments > 1)
        status = parallel_run(p->context, panels, pass_work(p), join_task, &job);
    fill_half(p, side, out);
    if (!status && want_value && !by_entry(p))
        return pass_quadratic_value(p, out, update != NULL, &out->value);
    if (want_value && !status && job.items && !p->incomplete)
        status = pass_add_nothing(p, p->loss, &value, &out->measured[MEASURE_PUSH]);
    if (want_value)
        out->value = value;
    return status;
}

/* ---- both sides from one pass ---------------------------------------------------------------------------------- */

/* The side whose panels are gone through, each against all of the other: the longer one, since the other has partial
 * sums. */
static enum side joint_side(const struct problem *p)
{
    return p->factor[SIDE_H].panels >= p->factor[SIDE_W].panels ? SIDE_H : SIDE_W;
}

static int64_t joint_parts(const struct problem *p)
{
    const int64_t panels = p->factor[joint_side(p)].panels;
    if (pass_work(p) < 1e6) /* by the shape alone; one part needs no adding up */
        return 1;
    return panels < JOINT_PARTS ? panels : JOINT_PARTS;
}

static void *joint_part(const struct problem *p, int64_t part, int which)
{
    const enum side other = other_side(joint_side(p));
    if (joint_parts(p) == 1)
        return which ? p->push[other] : p->pull[other];
    return panel_at(p, p->partial, (which * JOINT_PARTS + part) * p->factor[other].panels);
}

static void both_task(void *user, int64_t part, int worker)
{
    const struct half_job *job  = user;
    struct problem        *p    = job->p;
    const enum side        side = joint_side(p), other = other_side(side);
    const int64_t          parts = joint_parts(p), panels = p->factor[side].panels;
    const size_t           whole     = panel_bytes(p) * (size_t)p->factor[other].panels;
    double                 value     = 0, values[LANES_MOST];
    struct parts_job       parts_job = {
              .loss       = p->loss,
              .x          = &p->x,
              .side       = side,
              .last       = p->factor[other].panels,
              .k          = p->k,
              .other      = p->factor[other].data,
              .other_pull = joint_part(p, part, 0),
              .other_push = pass_has_push(p) ? joint_part(p, part, 1) : NULL,
              .values     = job->want_value && !problem_is_quadratic(p) ? values : NULL,
              .scratch    = pass_scratch(p, worker),
    };
    memset(parts_job.other_pull, 0, whole);
    if (parts_job.other_push)
        memset(parts_job.other_push, 0, whole);
    for (int64_t panel = panels * part / parts; panel < panels * (part + 1) / parts; panel++) {
        parts_job.panel  = panel;
        parts_job.moving = panel_at(p, p->factor[side].data, panel);
        parts_job.pull   = panel_at(p, p->pull[side], panel);
        parts_job.push   = pass_has_push(p) ? panel_at(p, p->push[side], panel) : NULL;
        memset(parts_job.pull, 0, panel_bytes(p));
        if (parts_job.push)
            memset(parts_job.push, 0, panel_bytes(p));
        memset(values, 0, sizeof values);
        (problem_is_quadratic(p) ? p->kernels->product : p->kernels->parts)(&parts_job);
        value += pass_total(values, lanes_of(p, side, panel));
    }
    pass_chunk(p, part)[MEASURES] = value;
}

static void both_join_task(void *user, int64_t panel, int worker)
{
    const struct half_job *job  = user;
    struct problem        *p    = job->p;
    const bool             adds = job->side != joint_side(p) && joint_parts(p) > 1;
    for (int which = 0; adds && which < 1 + pass_has_push(p); which++) {
        void *to = panel_at(p, which ? p->push[job->side] : p->pull[job->side], panel);
        memset(to, 0, panel_bytes(p));
        for (int64_t part = 0; part < joint_parts(p); part++)
            add_panel(p, to, panel_at(p, joint_part(p, part, which), panel));
    }
    measure_panel(job, panel, worker);
}

/* Two passes: entries are compressed for each side, and the second side's parts are not scattered from the first's. */
static inshi_status both_by_entries(struct problem *p, bool want_value, struct half out[2])
{
    inshi_status status = problem_half(p, SIDE_H, want_value, NULL, &out[SIDE_H]);
    if (!status)
        status = problem_half(p, SIDE_W, false, NULL, &out[SIDE_W]);
    out[SIDE_W].value = out[SIDE_H].value;
    return status;
}

inshi_status problem_both(struct problem *p, bool want_value, struct half out[2])
{
    struct half_job job    = {p, SIDE_H, want_value, 1, NULL, NULL};
    inshi_status    status = problem_prepare(p, SIDE_H);
    if (p->entries)
        return both_by_entries(p, want_value, out);
    if (!status)
        status = problem_prepare(p, SIDE_W);
    if (!status)
        status = parallel_run(p->context, joint_parts(p), 1.5 * pass_work(p), both_task, &job);
    double value = 0;
    for (int64_t part = 0; part < joint_parts(p); part++)
        value += pass_chunk(p, part)[MEASURES];
    for (int side = 0; side < 2 && !status; side++) {
        const double work = (double)p->factor[side].count * (double)p->k * (double)p->k;
        job.side          = side;
        status            = parallel_run(p->context, p->factor[side].panels, work, both_join_task, &job);
        if (!status)
            fill_half(p, side, &out[side]);
    }
    if (status || !want_value)
        return status;
    if (problem_is_quadratic(p))
        status = pass_quadratic_value(p, &out[SIDE_H], true, &value);
    out[SIDE_H].value = out[SIDE_W].value = value;
    return status;
}
