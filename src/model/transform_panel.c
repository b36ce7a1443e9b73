/* transform_panel.c -- the activations of one panel of columns.
 *
 * Columns stand in the lanes of a panel and never meet. A panel iterates until its slowest column is done: its KKT
 * residual is below the tolerance, or neither that nor its objective falls any more.
 *
 * eu:  a few sweeps of coordinate descent, then the exact solution by pivoting (kernels/nnls.c).
 * else multiplicative steps, then proximal Newton with back-tracking on the column's own objective; where even short
 *      steps raise it, multiplicative steps again.
 */
#include <math.h>
#include <string.h>
#include "base/clock.h"
#include "model/transform.h"

enum { OPENING = 10, SWEEPS = 8, CAREFUL = 5, BACKTRACKS = 8, PATIENCE = 20 };
static const double SHORTER = 0.3;

/* One column on its way. */
struct lane {
    double  objective;  /* at the accepted point, panel->before                             */
    double  kkt, worst; /* residuals a and b there                                          */
    double  least;      /* the least kkt so far                                             */
    double  lowest;     /* the lowest objective so far: digits that are noise go up and down */
    double  step;       /* of the last Newton step: 1, or less after back-tracking          */
    int     tries;      /* times the last Newton step has been shortened                    */
    int     idle;       /* looks since objective or kkt last fell                           */
    int64_t looks;      /* points looked at: its iterations and one                         */
    int     careful;    /* multiplicative steps still to come                               */
    bool    stalled;    /* by the expected curvature: goes on by the observed one           */
    bool    rejected;   /* the point that was looked at: the next one is on the way to it   */
    bool    foreign;    /* not to be solved here: what it holds means nothing               */
    bool    done;
};

static size_t memory_size(const struct columns *c)
{
    const struct kernels *k     = c->problem.kernels;
    const size_t          exact = c->quick ? k->exact_bytes(c->problem.k) : 0;
    const size_t          newton =
        c->quick && c->problem.x.weighing == WEIGHING_NONE ? 0 : k->newton_bytes(c->problem.k, 0);
    return ((exact > newton ? exact : newton) + 63) / 64 * 64;
}

size_t transform_room(const struct columns *c)
{
    const size_t T = (size_t)c->problem.kernels->lanes;
    return (6 * transform_panel_bytes(c) + memory_size(c) + sizeof(double) * (MEASURES + 1) * T +
            sizeof(struct lane) * T + 127) /
           64 * 64;
}

/* True where every entry of the column counts 1. */
static bool is_whole(const struct columns *c, int64_t column)
{
    const struct plan *plan = c->plan;
    if (!plan->seen.columns)
        return true;
    const struct observed_column *seen = &plan->seen.columns[column];
    return seen->count == plan->x.rows && seen->weight_least == plan->column_unit[column] &&
           seen->weight_most == plan->column_unit[column];
}

void transform_lay_out(struct panel *panel, struct columns *c, int64_t index, int worker, bool whole)
{
    const struct problem *p    = &c->problem;
    const size_t          size = transform_panel_bytes(c);
    const int             T    = p->kernels->lanes;
    const int64_t         left = p->factor[SIDE_H].count - index * T;
    const bool            sums = (p->loss.loss->traits & LOSS_PUSH_IS_ONE) && whole && !p->incomplete,
               quick           = c->quick && whole;
    char *at                   = c->own + (size_t)worker * c->room;
    *panel           = (struct panel){.columns = c, .index = index, .lanes = (int)(left < T ? left : T)};
    panel->left      = 0;
    panel->quick     = quick;
    panel->moving    = (char *)p->factor[SIDE_H].data + (size_t)index * size;
    panel->pull      = at;
    panel->push      = at + size;
    panel->before    = at + 2 * size;
    panel->target    = at + 3 * size;
    panel->candidate = at + 4 * size;
    panel->kept      = at + 5 * size;
    panel->memory    = at + 6 * size;
    panel->measures  = (double *)(panel->memory + memory_size(c));
    panel->values    = panel->measures + MEASURES * T;
    panel->lane      = (struct lane *)(panel->values + T);
    panel->parts     = (struct parts_job){.loss         = p->loss,
                                          .x            = &p->x,
                                          .side         = SIDE_H,
                                          .panel        = index,
                                          .last         = p->factor[SIDE_W].panels,
                                          .k            = p->k,
                                          .moving       = panel->moving,
                                          .other        = p->factor[SIDE_W].data,
                                          .items        = p->entries ? p->items : NULL,
                                          .less_nothing = !p->incomplete,
                                          .pull         = panel->pull,
                                          .push         = quick || sums ? NULL : panel->push,
                                          .scratch      = p->scratch + (size_t)worker * p->scratch_size};
    panel->job       = (struct panel_job){.k         = p->k,
                                          .lanes     = panel->lanes,
                                          .moving    = panel->moving,
                                          .pull      = panel->pull,
                                          .push      = sums ? NULL : panel->push,
                                          .push_sums = p->sums,
                                          .gram      = p->gram,

                                          .l1       = p->l1[SIDE_H],
                                          .l2       = p->l2[SIDE_H],
                                          .update   = {.move = MOVE_NEWTON, .sweeps = 0},
                                          .measures = panel->measures,
                                          .scratch  = panel->parts.scratch};
    for (int j = 0; j < panel->lanes; j++) {
        const bool own = !c->splits || is_whole(c, index * T + j) == whole;
        panel->lane[j] = (struct lane){.objective = INFINITY,
                                       .least     = INFINITY,
                                       .lowest    = INFINITY,
                                       .careful   = quick ? 0 : OPENING,
                                       .foreign   = !own,
                                       .done      = !own};
        panel->left += own;
    }
}

/* Gradient parts and measures at the point, and the Newton candidate. A quadratic loss needs X only once. */
static void look(struct panel *panel, bool first, bool newton)
{
    const struct columns *c = panel->columns;
    const struct kernels *k = c->problem.kernels;
    memset(panel->values, 0, sizeof(double) * (size_t)k->lanes);
    panel->parts.values = panel->quick ? NULL : panel->values;
    if (first || !panel->quick) {
        memset(panel->pull, 0, transform_panel_bytes(c));
        if (panel->parts.push)
            memset(panel->push, 0, transform_panel_bytes(c));
        if (newton)
            k->newton(&panel->parts, &panel->job, panel->memory, panel->candidate);
        else
            (panel->quick ? k->product : k->parts)(&panel->parts);
    }
    if (panel->quick)
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

static double lane_objective(const struct panel *panel, int j)
{
    const struct panel_job *job  = &panel->job;
    const double            pull = transform_measured(panel, MEASURE_PULL, j),
                 push            = transform_measured(panel, MEASURE_PUSH, j);
    const double nothing =
        job->push || !panel->parts.items ? 0 : push; /* what values of entries are less by */
    const double divergence = panel->quick ? push / 2 - pull : panel->values[j] + nothing;
    return divergence + job->l1 * transform_measured(panel, MEASURE_SUM, j) +
           job->l2 / 2 * transform_measured(panel, MEASURE_SQUARES, j);
}

static double lane_kkt(const struct panel *panel, int j)
{
    const double weight = transform_measured(panel, MEASURE_WEIGHT, j);
    return weight > 0 ? transform_measured(panel, MEASURE_VIOLATION, j) / weight : 0;
}

/* What the last bits of a column's objective are worth, relatively. */
static double rounding(const struct panel *panel)
{
    return panel->columns->problem.kernels->real_bytes == 8 ? 1e-14 : 3e-6;
}

/* Below the accepted point; where rounding hides the difference, the residual decides. */
static bool acceptable(const struct panel *panel, int j, double objective)
{
    const struct lane *lane = &panel->lane[j];
    if (lane->careful || !(lane->objective < INFINITY))
        return true;
    const double hidden = 100 * rounding(panel) * fabs(lane->objective);
    return objective < lane->objective - hidden ||
           (objective <= lane->objective + 100 * hidden && lane_kkt(panel, j) < lane->kkt);
}

static void accept(struct panel *panel, int j, double objective)
{
    struct lane *lane   = &panel->lane[j];
    const double needed = rounding(panel) * fabs(objective); /* a fall of rounding's size is none */
    const double kkt    = lane_kkt(panel, j);
    const bool   fell   = objective < lane->lowest - needed || kkt < 0.95 * lane->least;
    lane->idle          = fell ? 0 : lane->idle + 1;
    lane->least         = fmin(kkt, lane->least);
    lane->lowest        = fmin(objective, lane->lowest);
    lane->objective     = objective;
    lane->kkt           = kkt;
    lane->worst         = transform_measured(panel, MEASURE_WORST, j);
    lane->rejected      = false;
    lane->tries         = 0;
    copy_lane(panel, panel->before, panel->moving, j);
}

static bool good(const struct lane *lane, double tolerance)
{
    return tolerance > 0 && lane->kkt < tolerance && lane->worst < sqrt(tolerance);
}

/* Judges where each column stands: accepts points that do not raise its objective, and sees whether it is done. */
static void settle(struct panel *panel, bool end)
{
    const inshi_options *o         = &panel->columns->plan->options;
    const double         tolerance = o->tolerance;
    for (int j = 0; j < panel->lanes; j++) {
        struct lane *lane = &panel->lane[j];
        if (lane->done || (lane->stalled && !panel->parts.observed))
            continue;
        const double objective = lane_objective(panel, j);
        const bool   last      = end || lane->looks++ >= o->iterations;
        if (acceptable(panel, j, objective))
            accept(panel, j, objective);
        else
            lane->rejected = true;
        lane->idle += lane->rejected;
        const bool idle = tolerance > 0 && lane->idle > PATIENCE;
        if (!good(lane, tolerance) && !last && !idle)
            continue;
        lane->stalled = idle && !panel->parts.observed;
        lane->done    = !lane->stalled;
        panel->left--;
    }
}

/* A part of the way from the accepted point to the Newton point. */
static void shorten(struct panel *panel, int j)
{
    const struct kernels *k    = panel->columns->problem.kernels;
    struct lane          *lane = &panel->lane[j];
    lane->step *= SHORTER;
    k->between(panel->before, panel->target, panel->columns->problem.k, j, lane->step, panel->moving);
}

/* Where one column goes next. The multiplicative step of the panel has been made. */
static void step_lane(struct panel *panel, int j, bool newton)
{
    struct lane *lane = &panel->lane[j];
    if (lane->rejected && lane->tries++ < BACKTRACKS) {
        shorten(panel, j);
    } else if (
        lane->rejected) { /* back, and on from there by multiplicative steps: its parts come with the next look */
        copy_lane(panel, panel->moving, panel->before, j);
        lane->careful = CAREFUL;
    } else if (lane->careful > 0) {
        lane->careful--;
    } else if (newton) {
        copy_lane(panel, panel->moving, panel->candidate, j);
        copy_lane(panel, panel->target, panel->candidate, j);
        lane->step = 1;
    }
}

static void step(struct panel *panel, bool newton)
{
    struct columns       *c = panel->columns;
    const struct kernels *k = c->problem.kernels;
    panel->job.update =
        (struct update){.move     = panel->quick ? MOVE_SWEEP : MOVE_MULTIPLY,
                        .sweeps   = SWEEPS,
                        .exponent = loss_exponent(c->problem.loss, c->problem.l2[SIDE_H] > 0)};
    k->move(&panel->job);
    panel->job.update = (struct update){.move = MOVE_NEWTON, .sweeps = 0};
    for (int j = 0; j < panel->lanes; j++)
        step_lane(panel, j, newton);
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
        const double push = transform_measured(panel, MEASURE_PUSH, lane);
        const double scale =
            lane < panel->lanes && push > 0 ? transform_measured(panel, MEASURE_PULL, lane) / push : 0;
        for (int64_t l = 0; l < p->k; l++)
            p->kernels->from_double(&scale, 1,
                                    panel->moving + (size_t)(l * T + lane) * (size_t)p->kernels->real_bytes);
    }
}

/* Columns at which Fisher scoring has stalled, for the digits of the objective have ended: on by Newton's own steps, which near the
 * optimum lower the residual. */
static void wake_stalled(struct panel *panel)
{
    panel->parts.observed = true;
    for (int j = 0; j < panel->lanes; j++) {
        struct lane *lane = &panel->lane[j];
        if (!lane->stalled || lane->done)
            continue;
        copy_lane(panel, panel->moving, panel->before, j);
        lane->idle = lane->tries = 0;
        lane->careful            = 0;
        lane->kkt                = INFINITY; /* the point is looked at anew */
        panel->left++;
    }
}

bool transform_out_of_time(const struct columns *c)
{
    const double limit = c->plan->options.time_limit;
    return limit > 0 && clock_seconds() - c->began >= limit;
}

/* The columns of a panel that go the same way, see transform_lay_out; their result stays in the factor. */
static void solve_lanes(struct panel *panel, struct outcome *outcome)
{
    struct columns      *c = panel->columns;
    const inshi_options *o = &c->plan->options;
    start(panel);
    int64_t iteration = 0;
    for (;; iteration++) {
        const bool newton = !panel->quick && iteration >= OPENING;
        look(panel, false, newton);
        settle(panel, transform_out_of_time(c) || context_interrupted(c->plan->context));
        if (panel->left == 0 && !panel->parts.observed) {
            wake_stalled(panel);
            look(panel, false, newton);
            settle(panel, false);
        }
        if (panel->left == 0)
            break;
        step(panel, newton);
        if (panel->quick && iteration == 0)
            c->problem.kernels->exact(&panel->job, c->gram, panel->memory);
    }
    for (int j = 0; j < panel->lanes; j++) {
        const struct lane *lane = &panel->lane[j];
        if (lane->foreign)
            continue;
        copy_lane(panel, panel->moving, panel->before, j);
        outcome->iterations = lane->looks - 1 > outcome->iterations ? lane->looks - 1 : outcome->iterations;
        outcome->kkt        = fmax(outcome->kkt, lane->kkt);
        outcome->kkt_worst  = fmax(outcome->kkt_worst, lane->worst);
        outcome->converged  = outcome->converged && good(lane, o->tolerance);
    }
}

void transform_solve_panel(void *user, int64_t index, int worker)
{
    struct columns *c       = user;
    struct outcome  outcome = {.converged = true};
    struct panel    panel;
    transform_lay_out(&panel, c, index, worker, c->splits || c->problem.x.weighing == WEIGHING_NONE);
    if (panel.left)
        solve_lanes(&panel, &outcome);
    memcpy(panel.kept, panel.moving, transform_panel_bytes(c));
    if (c->splits)
        transform_lay_out(&panel, c, index, worker, false);
    if (c->splits && panel.left)
        solve_lanes(&panel, &outcome);
    for (int j = 0; j < panel.lanes; j++)
        if (panel.lane[j].foreign)
            copy_lane(&panel, panel.moving, panel.kept, j);
    c->outcomes[index] = outcome;
}
