/* transform.c -- activations of new columns for a given basis, each column alone.
 *
 * A lane's numbers depend on its column and on W alone (transform_panel.c), so any split of the columns into calls gives
 * the same bits; the scale too is each column's own. What is written is evaluated in the units of X.
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/parallel.h"
#include "model/transform.h"

enum { ORDINARY_F64 = 300, ORDINARY_F32 = 20 };

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
                 : transform_out_of_time(c)              ? INSHI_STOP_TIME
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
    memset(panel->pull, 0, transform_panel_bytes(panel->columns));
    k->measure(&panel->job);
    bool cancels = false;
    for (int j = 0; j < panel->lanes; j++) {
        const double nothing = (gram ? 0.5 : 1) * transform_measured(panel, MEASURE_PUSH, j);
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
    transform_lay_out(&panel, c, index, 0, false);
    panel.parts.pull = panel.parts.push = NULL;
    for (int what = 0; what < 3; what++) {
        if (what == 2) { /* against nothing: the entries themselves */
            memset(panel.target, 0, transform_panel_bytes(c));
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
        transform_lay_out(&panel, c, i, 0, false);
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
    c->room     = transform_room(c);
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
        status = parallel_run(p->context, p->factor[SIDE_H].panels, work, transform_solve_panel, c);
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
