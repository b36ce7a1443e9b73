/* transform.c -- activations of new columns for a given basis, each column alone.
 *
 * Columns stand in the lanes of a panel and never meet: a lane's numbers depend on its column and on W alone, so any
 * split of the columns into calls gives the same bits; the scale too is each column's own. A panel iterates until its
 * slowest column is done: its KKT residual is below the tolerance, or neither that nor its objective falls any more.
 *
 * eu:  a few sweeps of coordinate descent, then the exact solution by pivoting (kernels/nnls.c).
 * else multiplicative steps, then proximal Newton with back-tracking on the column's own objective; where even short
 *      steps raise it, multiplicative steps again.
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/parallel.h"
#include "model/memory.h"

enum {
    OPENING      = 10,
    SWEEPS       = 8,
    CAREFUL      = 5,
    BACKTRACKS   = 8,
    PATIENCE     = 20,
    ORDINARY_F64 = 300,
    ORDINARY_F32 = 20
};
static const double SHORTER = 0.3;

struct columns {
    struct plan   *plan;
    struct problem problem;
    const double  *gram;      /* of W, in double; eu alone */
    double        *scale;     /* of each column, a power of two */
    int           *exponent;  /* of that                        */
    int            reference; /* the least of them             */
    struct outcome {          /* of a panel */
        double  kkt, kkt_worst;
        int64_t iterations;
        bool    converged;
    } * outcomes;
    double began;
    bool   quick;  /* eu, a column without weights */
    bool   splits; /* columns with weights go another way than those without, even in one panel */
    size_t room;   /* bytes of a thread's own memory */
    char  *own;
};

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

/* A panel and its memory. */
struct panel {
    struct columns  *columns;
    int64_t          index;
    int              lanes, left; /* columns, and those that neither are done nor have stalled */
    bool             quick;       /* exact least squares by a Gram matrix for all */
    char            *moving, *pull, *push, *before, *target, *candidate, *kept, *memory;
    double          *values; /* divergence of each column */
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
    const struct kernels *k     = c->problem.kernels;
    const size_t          exact = c->quick ? k->exact_bytes(c->problem.k) : 0;
    const size_t          newton =
        c->quick && c->problem.x.weighing == WEIGHING_NONE ? 0 : k->newton_bytes(c->problem.k, 0);
    return ((exact > newton ? exact : newton) + 63) / 64 * 64;
}

static size_t room_for(const struct columns *c)
{
    const size_t T = (size_t)c->problem.kernels->lanes;
    return (6 * panel_size(c) + memory_size(c) + sizeof(double) * (MEASURES + 1) * T +
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

/* whole: for the columns that are, where the others are solved apart. */
static void lay_out(struct panel *panel, struct columns *c, int64_t index, int worker, bool whole)
{
    const struct problem *p    = &c->problem;
    const size_t          size = panel_size(c);
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
        memset(panel->pull, 0, panel_size(c));
        if (panel->parts.push)
            memset(panel->push, 0, panel_size(c));
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

static double measured(const struct panel *panel, enum measure m, int lane)
{
    return panel->measures[m * panel->columns->problem.kernels->lanes + lane];
}

static double lane_objective(const struct panel *panel, int j)
{
    const struct panel_job *job  = &panel->job;
    const double            pull = measured(panel, MEASURE_PULL, j), push = measured(panel, MEASURE_PUSH, j);
    const double            nothing =
        job->push || !panel->parts.items ? 0 : push; /* what values of entries are less by */
    const double divergence = panel->quick ? push / 2 - pull : panel->values[j] + nothing;
    return divergence + job->l1 * measured(panel, MEASURE_SUM, j) +
           job->l2 / 2 * measured(panel, MEASURE_SQUARES, j);
}

static double lane_kkt(const struct panel *panel, int j)
{
    const double weight = measured(panel, MEASURE_WEIGHT, j);
    return weight > 0 ? measured(panel, MEASURE_VIOLATION, j) / weight : 0;
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
    lane->worst         = measured(panel, MEASURE_WORST, j);
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
        const double push  = measured(panel, MEASURE_PUSH, lane);
        const double scale = lane < panel->lanes && push > 0 ? measured(panel, MEASURE_PULL, lane) / push : 0;
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

static bool out_of_time(const struct columns *c)
{
    const double limit = c->plan->options.time_limit;
    return limit > 0 && clock_seconds() - c->began >= limit;
}

/* The columns of a panel that go the same way, see lay_out; their result stays in the factor. */
static void solve_lanes(struct panel *panel, struct outcome *outcome)
{
    struct columns      *c = panel->columns;
    const inshi_options *o = &c->plan->options;
    start(panel);
    int64_t iteration = 0;
    for (;; iteration++) {
        const bool newton = !panel->quick && iteration >= OPENING;
        look(panel, false, newton);
        settle(panel, out_of_time(c) || context_interrupted(c->plan->context));
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

static void solve_panel(void *user, int64_t index, int worker)
{
    struct columns *c       = user;
    struct outcome  outcome = {.converged = true};
    struct panel    panel;
    lay_out(&panel, c, index, worker, c->splits || c->problem.x.weighing == WEIGHING_NONE);
    if (panel.left)
        solve_lanes(&panel, &outcome);
    memcpy(panel.kept, panel.moving, panel_size(c));
    if (c->splits)
        lay_out(&panel, c, index, worker, false);
    if (c->splits && panel.left)
        solve_lanes(&panel, &outcome);
    for (int j = 0; j < panel.lanes; j++)
        if (panel.lane[j].foreign)
            copy_lane(&panel, panel.moving, panel.kept, j);
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

/* X is computed with times 2^this in a column: the scale of all and its own. */
static int column_exponent(const struct columns *c, int64_t column)
{
    return c->plan->shift[SIDE_H] + c->plan->shift[SIDE_W] + c->exponent[column];
}

/* The divergence of each lane at parts.moving, in panel->values. */
static void value_lanes(struct panel *panel, struct loss_choice loss)
{
    const struct problem *p       = &panel->columns->problem;
    const struct kernels *k       = p->kernels;
    const bool            entries = problem_by_entries(p, loss), gram = loss.loss->traits & LOSS_QUADRATIC;
    memset(panel->values, 0, sizeof(double) * (size_t)k->lanes);
    panel->parts.values = panel->values;
    panel->parts.loss   = loss;
    panel->parts.items  = entries ? p->items : NULL;
    k->parts(&panel->parts);
    if (!entries || p->incomplete)
        return;
    panel->job.moving = (void *)panel->parts.moving; /* what stored entries are less by: d(0, y) of all */
    panel->job.push   = gram ? panel->push : NULL;
    if (gram)
        k->gram_product(p->gram, panel->parts.moving, p->k, panel->push);
    memset(panel->pull, 0, panel_size(panel->columns));
    k->measure(&panel->job);
    bool cancels = false;
    for (int j = 0; j < panel->lanes; j++) {
        const double nothing = (gram ? 0.5 : 1) * measured(panel, MEASURE_PUSH, j);
        panel->values[j] += nothing;
        cancels = cancels || panel->values[j] < (k->real_bytes == 8 ? 1e-9 : 1e-3) * nothing;
    }
    if (!cancels)
        return;
    memset(panel->values, 0, sizeof(double) * (size_t)k->lanes);
    panel->parts.items = NULL;
    k->parts(&panel->parts);
}

/* What the weights of a column are computed with divided by. */
static double unit_of(const struct columns *c, int64_t column)
{
    return c->plan->column_unit ? c->plan->column_unit[column] : 1;
}

/* Divergence, squared residual and squared entries of one column panel, in the units of X. */
static void evaluate_panel(struct columns *c, int64_t index, double sums[3])
{
    struct problem          *p = &c->problem;
    const int                T = p->kernels->lanes;
    struct panel             panel;
    const struct loss_choice eu = {loss_at(LOSS_ID_eu), 2};
    lay_out(&panel, c, index, 0, false);
    panel.parts.pull = panel.parts.push = NULL;
    for (int what = 0; what < 3; what++) {
        if (what == 2) { /* against nothing: the entries themselves */
            memset(panel.target, 0, panel_size(c));
            panel.parts.moving = panel.target;
        }
        value_lanes(&panel, what == 0 ? p->loss : eu);
        for (int j = 0; j < panel.lanes; j++) {
            const int64_t item = problem_item(p, SIDE_H, index * T + j);
            const int     e    = column_exponent(c, item);
            const double  value =
                panel.values[j] * unit_of(c, item); /* where it is 0 the power may overflow */
            if (value != 0)
                sums[what] += value * exp2(-(what ? 2 * (e - c->reference) : p->loss.beta * e));
        }
    }
}

/* The Gram matrix of W, without the penalty. */
static inshi_status prepare_gram(struct problem *p)
{
    const inshi_status status = problem_gram(p, SIDE_W);
    for (int64_t a = 0; a < p->k; a++)
        for (int64_t b = 0; b < a; b++)
            p->small[a * p->k + b] = p->small[b * p->k + a];
    p->kernels->from_double(p->small, p->k * p->k, p->gram);
    return status;
}

/* The exact objective and the relative error of the whole result. */
static void evaluate(struct columns *c, inshi_info *info)
{
    struct problem *p       = &c->problem;
    double          sums[3] = {0}, total = 0, squares = 0;
    if (p->x.stored && prepare_gram(p))
        return;
    for (int64_t i = 0; i < p->factor[SIDE_H].panels; i++)
        evaluate_panel(c, i, sums);
    if (p->l1[SIDE_H] + p->l2[SIDE_H] > 0)
        problem_size(p, SIDE_H, &total, &squares);
    info->divergence     = sums[0];
    info->objective      = sums[0] + plan_penalty(c->plan, SIDE_H, total, squares);
    info->relative_error = sums[2] > 0 ? sqrt(sums[1] / sums[2]) : 0;
}

/* The power of two of each column: that of its largest entry. Penalties and some losses have a unit, which would differ
 * from column to column: there all have one scale, that of X unless its values are extreme. */
static inshi_status choose_scales(struct columns *c)
{
    struct plan       *plan = c->plan;
    const inshi_matrix x    = plan->x;
    const bool unit = plan->options.l1_h + plan->options.l2_h > 0 || plan->loss.loss->traits & LOSS_HAS_UNIT;
    const int  all  = plan_shift_for(plan->scan.most);
    const int  ordinary                      = plan->kernels->real_bytes == 8 ? ORDINARY_F64 : ORDINARY_F32;
    const struct observed_column *const seen = plan->seen.columns;
    const inshi_status status = seen ? INSHI_OK : matrix_column_most(c->problem.context, x, c->scale);
    for (int64_t j = 0; seen && j < x.columns; j++)
        c->scale[j] = seen[j].most;
    plan->shift[SIDE_H] = (unit && abs(all) > ordinary ? all : 0) - plan->shift[SIDE_W];
    c->reference        = INT_MAX;
    for (int64_t j = 0; j < x.columns; j++) {
        c->exponent[j] = unit ? 0 : plan_shift_for(fmax(c->scale[j], plan->floor));
        c->scale[j]    = ldexp(1, c->exponent[j]);
        const int e    = column_exponent(c, j);
        c->reference   = e < c->reference ? e : c->reference;
    }
    return status;
}

/* H in the units of X. */
static void write_columns(struct columns *c)
{
    struct problem *p = &c->problem;
    const int       T = p->kernels->lanes;
    for (int64_t i = 0; i < p->factor[SIDE_H].panels; i++) {
        struct panel panel;
        double       lanes[LANES_MOST] = {0};
        lay_out(&panel, c, i, 0, false);
        for (int j = 0; j < panel.lanes; j++)
            lanes[j] = ldexp(1, -c->plan->shift[SIDE_H] - c->exponent[problem_item(p, SIDE_H, i * T + j)]);
        p->kernels->weigh(panel.moving, p->k, lanes, panel.moving);
    }
    problem_write(p, SIDE_H, c->plan->view[SIDE_H], 0);
}

/* Takes all memory; the scales of the columns, where there are any to look at, belong to the problem. */
static inshi_status take_memory(struct columns *c, bool packs)
{
    struct plan    *plan    = c->plan;
    struct problem *p       = &c->problem;
    inshi_context  *context = plan->context;
    const int64_t   n       = plan->x.columns;
    c->scale                = memory_take(context, n, sizeof *c->scale, "the columns");
    c->exponent             = memory_take(context, n, sizeof *c->exponent, "the columns");
    if (!c->scale || !c->exponent)
        return INSHI_ERR_MEMORY;
    p->context          = context;
    inshi_status status = context->counts ? INSHI_OK : choose_scales(c);
    p->x.column_scale   = c->scale;
    if (!status)
        status = plan_problem(plan, p, packs, false);
    if (status)
        return status;
    c->quick = (p->loss.loss->traits & LOSS_QUADRATIC) && !p->incomplete;
    c->splits =
        p->x.weighing != WEIGHING_NONE && (p->loss.loss->traits & (LOSS_QUADRATIC | LOSS_PUSH_IS_ONE));
    c->room     = room_for(c);
    c->own      = memory_take(context, context->threads, c->room, "the columns");
    c->outcomes = memory_take(context, p->factor[SIDE_H].panels, sizeof *c->outcomes, "the columns");
    return c->own && c->outcomes ? INSHI_OK : INSHI_ERR_MEMORY;
}

static void give_memory(struct columns *c)
{
    inshi_context *context = c->plan->context;
    memory_give(context, c->own);
    memory_give(context, c->outcomes);
    memory_give(context, c->scale);
    memory_give(context, c->exponent);
    if (c->problem.kernels)
        problem_destroy(&c->problem);
}

static inshi_status try_memory(struct plan *plan, bool packs)
{
    struct columns     columns = {.plan = plan};
    const inshi_status status  = take_memory(&columns, packs);
    give_memory(&columns);
    return status;
}

/* X packed where there is room, W, its Gram matrix or sums, and memory for every thread. */
static inshi_status prepare(struct columns *c, bool packs)
{
    struct plan    *plan   = c->plan;
    struct problem *p      = &c->problem;
    inshi_status    status = take_memory(c, packs);
    if (!status)
        status = problem_pack(p);
    if (status)
        return status;
    plan_warn_unobserved(plan, p);
    status = problem_read(p, SIDE_W, plan->view[SIDE_W], plan->shift[SIDE_W]);
    if (!status && p->x.stored)
        status = problem_make_items(p, SIDE_H);
    const enum weighing weighing = p->x.weighing;
    p->x.weighing                = WEIGHING_NONE; /* what columns without weights need */
    if (!status)
        status = problem_prepare(p, SIDE_H);
    p->x.weighing = weighing;
    for (int64_t l = 0; c->quick && l < p->k; l++)
        p->small[l * p->k + l] += p->l2[SIDE_H];
    c->gram = p->small;
    return status;
}

static inshi_status solve_columns(struct columns *c, inshi_info *info)
{
    struct problem *p    = &c->problem;
    const double    work = (double)c->plan->x.rows * (double)c->plan->x.columns * (double)c->plan->k * 100;
    bool            packs;
    inshi_status    status = memory_choose(c->plan, try_memory, &packs);
    if (!status)
        status = prepare(c, packs);
    info->packed = packs;
    if (!status)
        status = parallel_run(p->context, p->factor[SIDE_H].panels, work, solve_panel, c);
    if (status)
        return status;
    conclude(c, info);
    evaluate(c, info);
    write_columns(c);
    return INSHI_OK;
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
        status = solve_columns(&columns, info);
    if (status == INSHI_ERR_INTERRUPTED)
        context_fail(context, status, "interrupted before every column had its activations");
    info->seconds   = clock_seconds() - columns.began;
    info->solver    = columns.quick && plan.weighing == WEIGHING_NONE ? "nnls" : "newton";
    info->init      = "column";
    info->normalize = "none";
    info->isa       = inshi_context_isa(context);
    info->threads   = context->threads;
    give_memory(&columns);
    plan_end(&plan);
    return status;
}
