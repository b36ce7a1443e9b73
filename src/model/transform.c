/* transform.c -- activations of new columns for a given basis, each column alone.
 *
 * Columns stand in the lanes of a panel and never meet: a lane's numbers depend on its column and on W alone, so any
 * split of the columns into calls gives the same bits. A panel iterates until its slowest column is done; a column's
 * result is its best point, and it is done when its KKT residual is below the tolerance or has not fallen for a while.
 *
 * eu:  a few sweeps of coordinate descent, then the exact solution by pivoting (kernels/nnls.c).
 * else multiplicative steps, then proximal Newton. A column whose residual has doubled goes back and steps
 *      multiplicatively for a while.
 */
#include <math.h>
#include <string.h>
#include "base/clock.h"
#include "base/parallel.h"
#include "model/plan.h"

enum { OPENING = 10, SWEEPS = 8, ROUNDS = 30, CAREFUL = 4, PATIENCE = 30 };

struct columns {
    struct plan    *plan;
    struct problem  problem;
    const double   *gram; /* of W, in double; eu alone */
    struct outcome {      /* of a panel */
        double  kkt, kkt_worst;
        int64_t iterations;
        bool    converged;
    } *outcomes;
    double began;
    bool   quick; /* eu */
    size_t room;  /* bytes of a thread's own memory */
    char  *own;
};

/* One column on its way. */
struct lane {
    double best, best_worst; /* residuals a and b of its best point, which is in panel->solved */
    double before;           /* a where the last step began                                    */
    int    idle;             /* looks since the best                                           */
    int    careful;          /* multiplicative steps still to come                             */
    bool   done;
};

/* A panel and its memory. */
struct panel {
    struct columns  *columns;
    int64_t          index;
    int              lanes, left; /* columns, and those that are not done */
    char            *moving, *pull, *push, *solved, *before, *candidate, *memory;
    double          *measures;
    struct lane     *lane;
    struct parts_job parts;
    struct panel_job job;
};

static size_t panel_size(const struct columns *c)
{
    return problem_panel_bytes(&c->problem);
}

static size_t memory_size(const struct columns *c)
{
    const struct kernels *k = c->problem.kernels;
    const size_t size = c->quick ? k->exact_bytes(c->problem.k) : k->newton_bytes(c->problem.k, 0);
    return (size + 63) / 64 * 64;
}

static size_t room_for(const struct columns *c)
{
    const size_t T = (size_t)c->problem.kernels->lanes;
    return (5 * panel_size(c) + memory_size(c) + sizeof(double) * MEASURES * T + sizeof(struct lane) * T + 127) / 64 * 64;
}

static void lay_out(struct panel *panel, struct columns *c, int64_t index, int worker)
{
    const struct problem *p    = &c->problem;
    const size_t          size = panel_size(c);
    const int             T    = p->kernels->lanes;
    const int64_t         left = p->factor[SIDE_H].count - index * T;
    const bool            sums = p->loss.loss->traits & LOSS_PUSH_IS_ONE;
    char                 *at   = c->own + (size_t)worker * c->room;
    *panel           = (struct panel){.columns = c, .index = index, .lanes = (int)(left < T ? left : T)};
    panel->left      = panel->lanes;
    panel->moving    = (char *)p->factor[SIDE_H].data + (size_t)index * size;
    panel->pull      = at;
    panel->push      = at + size;
    panel->solved    = at + 2 * size;
    panel->before    = at + 3 * size;
    panel->candidate = at + 4 * size;
    panel->memory    = at + 5 * size;
    panel->measures  = (double *)(panel->memory + memory_size(c));
    panel->lane      = (struct lane *)(panel->measures + MEASURES * T);
    panel->parts = (struct parts_job){.loss = p->loss, .x = &p->x, .side = SIDE_H, .panel = index,
                                      .last = p->factor[SIDE_W].panels, .k = p->k, .moving = panel->moving,
                                      .other = p->factor[SIDE_W].data, .pull = panel->pull,
                                      .push = c->quick || sums ? NULL : panel->push,
                                      .scratch = p->scratch + (size_t)worker * p->scratch_size};
    panel->job   = (struct panel_job){.k = p->k, .lanes = panel->lanes, .moving = panel->moving, .pull = panel->pull,
                                      .push = sums ? NULL : panel->push, .push_sums = p->sums, .gram = p->gram,
                                      .l1 = p->l1[SIDE_H], .l2 = p->l2[SIDE_H], .measures = panel->measures,
                                      .scratch = panel->parts.scratch};
    for (int j = 0; j < panel->lanes; j++)
        panel->lane[j] = (struct lane){.best = INFINITY, .before = INFINITY, .careful = c->quick ? 0 : OPENING};
}

/* Gradient parts and measures at the point, and the Newton candidate. A quadratic loss needs X only once. */
static void look(struct panel *panel, bool first, bool newton)
{
    const struct columns *c = panel->columns;
    const struct kernels *k = c->problem.kernels;
    if (first || !c->quick) {
        memset(panel->pull, 0, panel_size(c));
        if (panel->parts.push)
            memset(panel->push, 0, panel_size(c));
        if (newton)
            k->newton(&panel->parts, &panel->job, panel->memory, panel->candidate);
        else
            (c->quick ? k->product : k->parts)(&panel->parts);
    }
    if (c->quick)
        k->gram_product(c->problem.gram, panel->moving, c->problem.k, panel->push);
    k->measure(&panel->job);
}

static void copy_lane(const struct panel *panel, char *to, const char *from, int lane)
{
    const struct kernels *k    = panel->columns->problem.kernels;
    const size_t          real = (size_t)k->real_bytes;
    for (int64_t l = 0; l < panel->columns->problem.k; l++) {
        const size_t at = ((size_t)l * (size_t)k->lanes + (size_t)lane) * real;
        memcpy(to + at, from + at, real);
    }
}

static double measured(const struct panel *panel, enum measure m, int lane)
{
    return panel->measures[m * panel->columns->problem.kernels->lanes + lane];
}

/* Judges where each column stands: keeps its best point, and sees whether it is done. */
static void settle(struct panel *panel, bool last)
{
    const double tolerance = panel->columns->plan->options.tolerance;
    for (int j = 0; j < panel->lanes; j++) {
        struct lane *lane = &panel->lane[j];
        if (lane->done)
            continue;
        const double weight = measured(panel, MEASURE_WEIGHT, j);
        const double a = weight > 0 ? measured(panel, MEASURE_VIOLATION, j) / weight : 0, b = measured(panel, MEASURE_WORST, j);
        const bool   rose = a > 2 * lane->before;
        lane->idle++;
        if (fmax(a, b * b) < fmax(lane->best, lane->best_worst * lane->best_worst)) {
            lane->best       = a;
            lane->best_worst = b;
            lane->idle       = 0;
            copy_lane(panel, panel->solved, panel->moving, j);
        }
        if (rose && !lane->careful) {
            copy_lane(panel, panel->moving, panel->before, j);
            lane->careful = CAREFUL + 1; /* the step that follows is made of stale parts */
        } else {
            lane->before = a;
        }
        const bool good = tolerance > 0 && lane->best < tolerance && lane->best_worst < sqrt(tolerance);
        if (good || last || (tolerance > 0 && lane->idle > PATIENCE)) {
            lane->done = true;
            panel->left--;
        }
    }
}

/* Moves every column: Newton's candidate, or where a column is careful the multiplicative step. */
static void step(struct panel *panel, bool newton)
{
    struct columns       *c = panel->columns;
    const struct kernels *k = c->problem.kernels;
    memcpy(panel->before, panel->moving, panel_size(c));
    panel->job.update = (struct update){.move = c->quick ? MOVE_SWEEP : MOVE_MULTIPLY, .sweeps = SWEEPS,
                                        .exponent = loss_exponent(c->problem.loss, c->problem.l2[SIDE_H] > 0)};
    k->move(&panel->job);
    for (int j = 0; j < panel->lanes; j++) {
        struct lane *lane = &panel->lane[j];
        if (lane->careful > CAREFUL) /* just gone back: its parts belong to the point it left */
            copy_lane(panel, panel->moving, panel->before, j);
        else if (!lane->careful && newton)
            copy_lane(panel, panel->moving, panel->candidate, j);
        lane->careful -= lane->careful > 0;
    }
}

/* All components alike, at the scale that fits the column best: sum x y^(B-1) / sum y^B with y = W 1. */
static void start(struct panel *panel)
{
    const struct problem *p   = &panel->columns->problem;
    const int             T   = p->kernels->lanes;
    const double          one = 1;
    for (int64_t i = 0; i < p->k * T; i++)
        p->kernels->from_double(&one, 1, panel->moving + (size_t)i * (size_t)p->kernels->real_bytes);
    look(panel, true, false);
    for (int lane = 0; lane < T; lane++) {
        const double push  = measured(panel, MEASURE_PUSH, lane);
        const double scale = lane < panel->lanes && push > 0 ? measured(panel, MEASURE_PULL, lane) / push : 0;
        for (int64_t l = 0; l < p->k; l++)
            p->kernels->from_double(&scale, 1, panel->moving + (size_t)(l * T + lane) * (size_t)p->kernels->real_bytes);
    }
}

static bool out_of_time(const struct columns *c)
{
    const double limit = c->plan->options.time_limit;
    return limit > 0 && clock_seconds() - c->began >= limit;
}

static void solve_panel(void *user, int64_t index, int worker)
{
    struct columns      *c = user;
    const inshi_options *o = &c->plan->options;
    struct outcome       outcome = {.converged = true};
    struct panel         panel;
    lay_out(&panel, c, index, worker);
    start(&panel);
    int64_t iteration = 0;
    for (;; iteration++) {
        const bool newton = !c->quick && iteration >= OPENING;
        look(&panel, false, newton);
        settle(&panel, iteration >= o->iterations || out_of_time(c) || context_interrupted(c->plan->context));
        if (panel.left == 0)
            break;
        step(&panel, newton);
        if (c->quick && iteration == 0)
            c->problem.kernels->exact(&panel.job, c->gram, panel.memory);
    }
    outcome.iterations = iteration;
    for (int j = 0; j < panel.lanes; j++) {
        const struct lane *lane = &panel.lane[j];
        copy_lane(&panel, panel.moving, panel.solved, j);
        outcome.kkt       = fmax(outcome.kkt, lane->best);
        outcome.kkt_worst = fmax(outcome.kkt_worst, lane->best_worst);
        outcome.converged = outcome.converged && lane->best < o->tolerance && lane->best_worst < sqrt(o->tolerance);
    }
    c->outcomes[index] = outcome;
}

/* What was reached, over all panels. */
static void conclude(struct columns *c, inshi_info *info)
{
    bool all = true;
    for (int64_t i = 0; i < c->problem.factor[SIDE_H].panels; i++) {
        const struct outcome *o = &c->outcomes[i];
        all                     = all && o->converged;
        info->kkt               = fmax(info->kkt, o->kkt);
        info->kkt_worst         = fmax(info->kkt_worst, o->kkt_worst);
        info->iterations        = o->iterations > info->iterations ? o->iterations : info->iterations;
    }
    info->stop = all                                     ? INSHI_STOP_TOLERANCE
                 : context_interrupted(c->plan->context) ? INSHI_STOP_INTERRUPTED
                 : out_of_time(c)                        ? INSHI_STOP_TIME
                                                         : INSHI_STOP_ITERATIONS;
}

/* The exact objective and the relative error of the whole result. */
static inshi_status evaluate(struct columns *c, inshi_info *info)
{
    struct problem *p      = &c->problem;
    struct plan    *plan   = c->plan;
    double          value = 0, square = 0, sum = 0, squares = 0;
    inshi_status    status = problem_value(p, p->loss, &value);
    if (!status)
        status = problem_value(p, (struct loss_choice){loss_at(LOSS_ID_eu), 2}, &square);
    if (!status)
        status = problem_size(p, SIDE_H, &sum, &squares);
    info->divergence     = plan_unscaled(plan, value);
    info->objective      = info->divergence + plan_penalty(plan, SIDE_H, sum, squares);
    info->relative_error = p->square > 0 ? sqrt(2 * square / p->square) : 0;
    return status;
}

/* W, its Gram matrix or sums, and memory for every thread. */
static inshi_status prepare(struct columns *c)
{
    struct problem *p       = &c->problem;
    inshi_context  *context = p->context;
    c->quick                = p->loss.loss->traits & LOSS_QUADRATIC;
    c->room                 = room_for(c);
    c->own                  = memory_take(context, context->threads, c->room, "the columns");
    c->outcomes             = memory_take(context, p->factor[SIDE_H].panels, sizeof *c->outcomes, "the columns");
    if (!c->own || !c->outcomes)
        return INSHI_ERR_MEMORY;
    inshi_status status = problem_read(p, SIDE_W, c->plan->view[SIDE_W], c->plan->shift[SIDE_W]);
    if (!status)
        status = problem_prepare(p, SIDE_H);
    for (int64_t l = 0; c->quick && l < p->k; l++)
        p->small[l * p->k + l] += p->l2[SIDE_H];
    c->gram = p->small;
    return status;
}

static inshi_status solve_columns(struct columns *c, inshi_info *info)
{
    struct problem *p              = &c->problem;
    inshi_context  *context        = p->context;
    int (*const interrupt)(void *) = context->interrupt;
    const double    work           = (double)p->x.view.rows * (double)p->x.view.columns * (double)p->k * 100;
    inshi_status    status         = prepare(c);
    if (!status)
        status = parallel_run(context, p->factor[SIDE_H].panels, work, solve_panel, c);
    if (status)
        return status;
    conclude(c, info);
    context->interrupt = NULL;
    status             = evaluate(c, info);
    context->interrupt = interrupt;
    return status ? status : problem_write(p, SIDE_H, c->plan->view[SIDE_H], -c->plan->shift[SIDE_H]);
}

inshi_status inshi_transform(inshi_context *context, inshi_matrix x, inshi_matrix w, inshi_matrix h,
                             const inshi_options *options, inshi_report *report)
{
    if (!context)
        return INSHI_ERR_ARGUMENT;
    struct plan    plan    = {.context = context, .report = report, .x = x, .view = {h, w}};
    struct columns columns = {.plan = &plan, .began = clock_seconds()};
    inshi_info     ignored = {0}, *info = report ? &report->info : &ignored;
    report_clear(report);
    inshi_options_default(&plan.options);
    inshi_status status = options ? options_adopt(context, options, &plan.options) : INSHI_OK;
    if (!status)
        status = plan_make(&plan, true);
    if (!status)
        status = plan_problem(&plan, &columns.problem, false);
    if (!status)
        status = solve_columns(&columns, info);
    info->seconds   = clock_seconds() - columns.began;
    info->solver    = columns.quick ? "nnls" : "newton";
    info->init      = "column";
    info->normalize = "none";
    info->isa       = inshi_context_isa(context);
    info->threads   = context->threads;
    memory_give(context, columns.own);
    memory_give(context, columns.outcomes);
    if (columns.problem.context)
        problem_destroy(&columns.problem);
    plan_end(&plan);
    return status;
}
