/* plan.c -- checks of a call, and the scaling that makes values of 1e-250 and 1e250 ordinary.
 *
 * The fit works on 2^e X with a mean near 1, 2^a W and 2^b H with a + b = e. Powers of two are exact, so that a given
 * factor is used, and comes back, bit for bit. For a divergence of degree B: D scales by 2^(B e), an l1 penalty on W by
 * 2^(B e - a), an l2 penalty by 2^(B e - 2a), the projected gradient's eta for W by 2^(-2 b).
 */
#include "model/plan.h"
#include "model/run.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include "matrix/matrix.h"

enum { LONGEST_GUESS = 30 };
/* The largest entry of spectrograms and counts is more than so many times the mean, that of faces and spectra is not. */
static const double PEAKED       = 32;
static const double SPARSE_SHARE = 0.9; /* of the entries are 0: what is best for sparse X is best */

static inshi_status check_factor_shape(struct plan *plan, enum side side)
{
    const inshi_matrix m = plan->view[side], x = plan->x;
    const char        *name = side == SIDE_W ? "W" : "H";
    const int64_t rows = side == SIDE_W ? x.rows : plan->k, columns = side == SIDE_W ? plan->k : x.columns;
    if (m.layout != INSHI_LAYOUT_DENSE || (m.dtype != INSHI_DTYPE_F4 && m.dtype != INSHI_DTYPE_F8))
        return context_fail(plan->context, INSHI_ERR_SHAPE, "%s is stored as %s, and must be dense f4 or f8",
                            name, inshi_dtype_name(m.dtype));
    if (m.rows != rows || m.columns != columns)
        return context_fail(plan->context, INSHI_ERR_SHAPE,
                            "%s is %lld x %lld, and must be %lld x %lld for an X of %lld x %lld", name,
                            (long long)m.rows, (long long)m.columns, (long long)rows, (long long)columns,
                            (long long)x.rows, (long long)x.columns);
    return INSHI_OK;
}

static inshi_status check_data(struct plan *plan)
{
    const inshi_matrix matrices[] = {plan->x, plan->view[SIDE_W], plan->view[SIDE_H]};
    for (int i = 0; i < 3; i++)
        if (!matrices[i].data && (matrices[i].layout == INSHI_LAYOUT_DENSE || matrices[i].nonzeros > 0))
            return context_fail(plan->context, INSHI_ERR_ARGUMENT, "%c has no data (NULL)", "XWH"[i]);
    return INSHI_OK;
}

static inshi_status check_shapes(struct plan *plan)
{
    const inshi_matrix x = plan->x;
    plan->k              = plan->view[SIDE_W].columns;
    if (!inshi_dtype_bytes(x.dtype))
        return context_fail(plan->context, INSHI_ERR_ARGUMENT, "X has a dtype that does not exist (%d)",
                            (int)x.dtype);
    if (x.rows < 1 || x.columns < 1)
        return context_fail(plan->context, INSHI_ERR_SHAPE,
                            "X is %lld x %lld, and must have at least one entry", (long long)x.rows,
                            (long long)x.columns);
    if (plan->k < 1)
        return context_fail(plan->context, INSHI_ERR_SHAPE, "the rank k is %lld, and must be at least 1",
                            (long long)plan->k);
    if (plan->view[SIDE_W].dtype != plan->view[SIDE_H].dtype)
        return context_fail(
            plan->context, INSHI_ERR_SHAPE, "W is %s and H is %s, and both must have one type",
            inshi_dtype_name(plan->view[SIDE_W].dtype), inshi_dtype_name(plan->view[SIDE_H].dtype));
    const inshi_status status = check_factor_shape(plan, SIDE_W);
    return status ? status : check_factor_shape(plan, SIDE_H);
}

static inshi_status check_scan(struct plan *plan, const char *name, const struct scan *scan)
{
    if (scan->bad_row < 0)
        return INSHI_OK;
    const char *what = isnan(scan->bad_value)   ? "is not a number"
                       : isinf(scan->bad_value) ? "is infinite"
                                                : "is negative";
    return context_fail(plan->context, INSHI_ERR_DATA,
                        "%s row %lld, column %lld (counted from 0): %g %s, and NMF needs finite values >= 0 "
                        "(%lld negative, %lld NaN, %lld infinite in all)",
                        name, (long long)scan->bad_row, (long long)scan->bad_column, scan->bad_value, what,
                        (long long)scan->negative, (long long)scan->nan, (long long)scan->infinite);
}

static inshi_status check_entries(struct plan *plan, const char *name, inshi_matrix matrix, struct scan *scan)
{
    const inshi_status status = matrix_scan(plan->context, matrix, 0, scan);
    return status ? status : check_scan(plan, name, scan);
}

/* f4 arithmetic holds neither values beyond its range nor the powers that far B need. */
static inshi_status check_range(struct plan *plan)
{
    const bool   single = plan->view[SIDE_W].dtype == INSHI_DTYPE_F4;
    const double most = plan->scan.most, beta = plan->loss.beta;
    const double entries = (double)plan->x.rows + (double)plan->x.columns;
    if (most > 0 && single && (most * entries > 1e38 || most < 1e-36))
        return context_fail(plan->context, INSHI_ERR_DATA,
                            "the largest entry of X is %g, beyond what f32 holds in W and H; use f64", most);
    if (most * entries > 1.7e308)
        return context_fail(
            plan->context, INSHI_ERR_DATA,
            "the largest entry of X is %g, and sums of such values overflow; divide X by a constant", most);
    if (single && (beta < 0 || beta > 3))
        return context_fail(plan->context, INSHI_ERR_UNSUPPORTED,
                            "f32 cannot hold the powers that beta:%g needs (0 <= B <= 3); use f64", beta);
    return INSHI_OK;
}

int plan_shift_for(double size)
{
    const int e = size > 0 ? -ilogb(size) : 0;
    return e > PLAN_SHIFT_MOST ? PLAN_SHIFT_MOST : e < -PLAN_SHIFT_MOST ? -PLAN_SHIFT_MOST : e;
}

/* 2^shift for each factor: a given W is brought to a mean near 1, else a given H, else both take half. None
 * where the loss has a unit. */
static void choose_shifts(struct plan *plan, const struct scan given[2])
{
    const int e = plan_shift_for(plan->scan.mean);
    if (plan->loss.loss->traits & LOSS_HAS_UNIT)
        return;
    if (plan->given[SIDE_W]) {
        plan->shift[SIDE_W] = plan_shift_for(given[SIDE_W].mean);
        plan->shift[SIDE_H] = e - plan->shift[SIDE_W];
    } else {
        plan->shift[SIDE_H] = plan->given[SIDE_H] ? plan_shift_for(given[SIDE_H].mean) : e / 2;
        plan->shift[SIDE_W] = e - plan->shift[SIDE_H];
    }
}

static inshi_status choose_floor(struct plan *plan)
{
    inshi_info    ignored, *info = plan->report ? &plan->report->info : &ignored;
    const int64_t unseen = plan->incomplete ? plan->x.rows * plan->x.columns - plan->x.nonzeros : 0;
    info->zero_entries   = plan->scan.zeros - unseen;
    plan->floor          = 0;
    if (!loss_needs_positive(plan->loss))
        return INSHI_OK;
    plan->floor = plan->options.floor >= 0 ? plan->options.floor : 1e-16 * plan->scan.most;
    if (plan->options.floor < 0 && plan->floor == 0 && plan->scan.most > 0)
        plan->floor = DBL_TRUE_MIN;
    plan->scan.zeros -= unseen;
    if (plan->floor == 0) {
        if (plan->scan.zeros)
            report_warn(
                plan->context, plan->report,
                "X has %lld zeros, where this divergence is infinite; they add 0 to the printed objective",
                (long long)plan->scan.zeros);
        return INSHI_OK;
    }
    struct scan        again;
    const inshi_status status = plan_scan_floor(plan, plan->floor, &again);
    if (status)
        return status;
    again.below -= unseen;
    info->lifted       = again.below;
    info->zero_entries = 0;
    info->floor        = plan->floor;
    if (again.below)
        report_warn(plan->context, plan->report,
                    "%lld entries of X are below %.3g and were lifted to it: this divergence has no finite "
                    "value at 0",
                    (long long)again.below, plan->floor);
    return INSHI_OK;
}

/* What the entries of X decide, or before they are known the number of those that are stored. */
static void choose_solver(struct plan *plan, double zeros)
{
    const char  *name    = plan->options.solver;
    const double entries = (double)plan->x.rows * (double)plan->x.columns;
    plan->sparse         = zeros > SPARSE_SHARE * entries;
    const bool peaked    = plan->scan.most > PEAKED * plan->scan.mean;
    plan->solver =
        strcmp(name, "auto") ? solver_find(name) : solver_auto(&plan->loss, plan->k, plan->sparse, peaked);
}

/* Before the pattern of sparse X is known: many times the mean. */
static void guess_longest(struct plan *plan)
{
    const int64_t count[2] = {plan->x.columns, plan->x.rows};
    for (int side = 0; side < 2; side++) {
        const int64_t mean  = plan->x.layout == INSHI_LAYOUT_DENSE ? 0 : plan->x.nonzeros / count[side] + 1;
        plan->longest[side] = mean < count[!side] / LONGEST_GUESS ? mean * LONGEST_GUESS : count[!side];
    }
}

static inshi_status choose_rule(struct plan *plan, bool transform)
{
    const inshi_options *o       = &plan->options;
    const double         entries = (double)plan->x.rows * (double)plan->x.columns;
    const bool           dense   = plan->x.layout == INSHI_LAYOUT_DENSE;
    plan->scan.zeros = dense ? 0 : (int64_t)(entries - (double)plan->x.nonzeros); /* until they are counted */
    choose_solver(plan, (double)plan->scan.zeros);
    guess_longest(plan);
    plan->incomplete = !dense && strcmp(o->absent, "missing") == 0;
    plan->init       = init_at(0);
    for (int i = 0; init_at(i); i++)
        if (strcmp(o->init, init_at(i)->name) == 0)
            plan->init = init_at(i);
    plan->given[SIDE_W] = transform || o->given_w;
    plan->given[SIDE_H] = !transform && o->given_h;
    plan->moves[SIDE_W] = !transform && strcmp(o->fix, "w") != 0;
    plan->moves[SIDE_H] = transform || strcmp(o->fix, "h") != 0;
    const bool fixed =
        transform || strcmp(o->fix, "none") != 0 || o->fix_columns_count > 0 || o->lock_w || o->lock_h;
    const bool penalised = o->l1_w > 0 || o->l1_h > 0 || o->l2_w > 0 || o->l2_h > 0;
    plan->normalize      = strcmp(o->normalize, "auto") ? o->normalize : fixed || penalised ? "none" : "sum";
    plan->sorts          = !plan->given[SIDE_W] && !plan->given[SIDE_H] && !fixed;
    if (!transform && (plan->sorts || strcmp(plan->normalize, "none") != 0)) {
        plan->components =
            memory_take(plan->context, plan->k, sizeof *plan->components + sizeof(double), "the components");
        if (!plan->components)
            return INSHI_ERR_MEMORY;
    }
    if (o->fix_columns_count == 0 || transform)
        return INSHI_OK;
    plan->fixed_columns = memory_take(plan->context, plan->k, sizeof(bool), "the fixed columns");
    if (!plan->fixed_columns)
        return INSHI_ERR_MEMORY;
    memset(plan->fixed_columns, 0, (size_t)plan->k * sizeof(bool));
    for (int64_t i = 0; i < o->fix_columns_count; i++) {
        const int64_t column = o->fix_columns[i];
        if (column < 0 || column >= plan->k)
            return context_fail(plan->context, INSHI_ERR_ARGUMENT,
                                "fix_columns has %lld, and W has columns 0 to %lld", (long long)column,
                                (long long)plan->k - 1);
        plan->fixed_columns[column] = true;
    }
    return INSHI_OK;
}

/* Layout, and what goes with it: nothing is known yet of the entries. */
static inshi_status check_layout(struct plan *plan)
{
    const struct inshi_options *o = &plan->options;
    if (plan->x.layout == INSHI_LAYOUT_DENSE && strcmp(o->absent, "missing") == 0)
        return context_fail(plan->context, INSHI_ERR_ARGUMENT,
                            "absent is missing, but X is dense: every entry of it is there; leave it out");
    if (plan->x.layout == INSHI_LAYOUT_DENSE)
        return INSHI_OK;
    if (loss_needs_positive(plan->loss) && !plan->incomplete && o->floor < 0)
        return context_fail(
            plan->context, INSHI_ERR_UNSUPPORTED,
            "X is sparse, and the loss %.40s has no finite value at the zeros that are not stored; "
            "give a floor that they are lifted to, take kl or beta:B with B > 0, or say that they are "
            "missing (absent)",
            o->loss);
    if (plan->x.rows > INT32_MAX - 64 || plan->x.columns > INT32_MAX - 64) /* kernels/stored.c */
        return context_fail(
            plan->context, INSHI_ERR_UNSUPPORTED,
            "sparse X is %lld x %lld, and this version takes at most 2^31 - 65 rows and columns",
            (long long)plan->x.rows, (long long)plan->x.columns);
    const inshi_status status = matrix_check_sparse(plan->context, "X", plan->x);
    return status ? status : matrix_longest(plan->context, plan->x, plan->longest);
}

static void warn_of_oddities(struct plan *plan, const struct scan given[2])
{
    const inshi_options *o     = &plan->options;
    const int64_t        least = plan->x.rows < plan->x.columns ? plan->x.rows : plan->x.columns;
    const bool           w = o->l1_w > 0 || o->l2_w > 0, h = o->l1_h > 0 || o->l2_h > 0;
    if (plan->k > least && plan->moves[SIDE_W])
        report_warn(plan->context, plan->report,
                    "k = %lld is above min(m, n) = %lld: a smaller k represents X exactly",
                    (long long)plan->k, (long long)least);
    const bool locks =
        strcmp(plan->solver->name, "mu") == 0 ||
        (strcmp(plan->solver->name, "gradient") == 0 && !(plan->loss.loss->traits & LOSS_QUADRATIC));
    const bool holes =
        (plan->given[SIDE_W] && plan->moves[SIDE_W] && given[SIDE_W].zeros) ||
        (plan->given[SIDE_H] && plan->moves[SIDE_H] && given[SIDE_H].zeros) ||
        (!plan->given[SIDE_W] && !plan->given[SIDE_H] && strcmp(plan->init->name, "nndsvd") == 0);
    if (locks && holes && plan->moves[SIDE_W])
        report_warn(
            plan->context, plan->report,
            "the start has zeros, and under %s a zero stays zero; another solver or init nndsvda frees them",
            plan->solver->name);
    if (plan->scan.most == 0)
        report_warn(plan->context, plan->report, "X is zero everywhere: so are W and H");
    if (w != h && plan->moves[SIDE_W] && plan->moves[SIDE_H])
        report_warn(plan->context, plan->report,
                    "only %s is penalised: the other factor can grow without bound", w ? "W" : "H");
}

static inshi_status outline(struct plan *plan, bool transform)
{
    inshi_status status = check_shapes(plan);
    plan->transforms    = transform;
    if (!status)
        status = loss_find(plan->context, plan->options.loss, &plan->loss);
    if (!status)
        status = choose_rule(plan, transform);
    if (!status)
        status = kernels_choose(plan->context, plan->view[SIDE_W].dtype, &plan->kernels);
    if (!status && !transform)
        warm_choose(plan);
    return status;
}

inshi_status plan_outline(struct plan *plan)
{
    return outline(plan, false);
}

inshi_status plan_make(struct plan *plan, bool transform)
{
    struct scan  given[2] = {0};
    inshi_status status   = outline(plan, transform);
    if (!status)
        status = check_data(plan);
    if (!status)
        status = check_layout(plan);
    if (!status)
        status = plan_look(plan, transform);
    if (!status)
        status = check_scan(plan, "X", &plan->scan);
    if (!status)
        choose_solver(plan, (double)plan->scan.zeros);
    if (!status && !transform)
        warm_choose(plan);
    if (!status && !transform)
        status = plan_check_locks(plan);
    for (int side = 0; side < 2 && !status; side++)
        if (plan->given[side])
            status = check_entries(plan, side == SIDE_W ? "W" : "H", plan->view[side], &given[side]);
    if (!status)
        status = check_range(plan);
    if (!status)
        status = choose_floor(plan);
    if (status)
        return status;
    choose_shifts(plan, given);
    warn_of_oddities(plan, given);
    if (plan->report)
        plan->report->info.observed = plan->seen.columns ? plan->seen.count
                                      : plan->incomplete ? plan->x.nonzeros
                                                         : plan->x.rows * plan->x.columns;
    return INSHI_OK;
}

void plan_end(struct plan *plan)
{
    memory_give(plan->context, plan->fixed_columns);
    memory_give(plan->context, plan->components);
    memory_give(plan->context, plan->item_weights[0]);
    memory_give(plan->context, plan->item_weights[1]);
    memory_give(plan->context, plan->column_unit);
    observed_release(plan->context, &plan->seen);
    plan->fixed_columns = NULL;
    plan->components    = NULL;
    plan->column_unit = plan->item_weights[0] = plan->item_weights[1] = NULL;
}

static double degree_scale(const struct plan *plan)
{
    return plan->loss.beta * (plan->shift[0] + plan->shift[1]);
}

/* What the weights are computed with divided by. */
double plan_weight_unit(const struct plan *plan)
{
    return plan->seen.columns ? plan->observed.unit : 1;
}

double plan_unscaled(const struct plan *plan, double divergence)
{
    return divergence == 0 ? 0 : divergence * exp2(-degree_scale(plan)) * plan_weight_unit(plan);
}

double plan_penalty(const struct plan *plan, enum side side, double sum, double squares)
{
    const double l1      = side == SIDE_W ? plan->options.l1_w : plan->options.l1_h;
    const double l2      = side == SIDE_W ? plan->options.l2_w : plan->options.l2_h;
    double       penalty = 0;
    if (l1 > 0)
        penalty += l1 * ldexp(sum, -plan->shift[side]);
    if (l2 > 0)
        penalty += 0.5 * l2 * ldexp(squares, -2 * plan->shift[side]);
    return penalty;
}

inshi_status plan_problem(struct plan *plan, struct problem *p, bool packs, bool both)
{
    const int    e = plan->shift[0] + plan->shift[1];
    const double most =
        plan->kernels->real_bytes == 8 ? 1e150 : 1e18; /* such a penalty leaves nothing, and stays finite */
    const double        unit         = plan_weight_unit(plan);
    const double *const column_scale = p->x.column_scale; /* where the caller has such */
    *p                               = (struct problem){
                                      .context = plan->context, .kernels = plan->kernels, .loss = plan->loss, .k = plan->k};
    p->x.column_scale = column_scale;
    p->x.scale        = ldexp(1, e);
    p->x.lift         = ldexp(plan->floor, e);
    for (int side = 0; side < 2; side++) {
        const double l1 = side == SIDE_W ? plan->options.l1_w : plan->options.l1_h;
        const double l2 = side == SIDE_W ? plan->options.l2_w : plan->options.l2_h;
        p->l1[side]     = l1 > 0 ? fmin(l1 * exp2(degree_scale(plan) - plan->shift[side]) / unit, most) : 0;
        p->l2[side] = l2 > 0 ? fmin(l2 * exp2(degree_scale(plan) - 2 * plan->shift[side]) / unit, most) : 0;
    }
    const bool warms   = plan->solver->warm && !both && plan->weighing == WEIGHING_NONE && !plan->incomplete;
    p->may_weigh       = warms && !(plan->loss.loss->traits & LOSS_QUADRATIC);
    p->low             = warms ? plan->low : NULL;
    p->incomplete      = plan->incomplete;
    p->longest[SIDE_H] = plan->longest[SIDE_H];
    p->longest[SIDE_W] = plan->longest[SIDE_W];
    p->keeps_order     = plan->transforms || plan->options.lock_w || plan->options.lock_h;
    p->x.weighing      = plan->incomplete ? WEIGHING_NONE : plan->weighing;
    p->stored_weighing = plan->incomplete ? plan->weighing : WEIGHING_NONE;
    p->x.observed      = &plan->observed;
    p->fixed[SIDE_W]   = plan->fixed_columns;
    const inshi_matrix *const locks[2] = {plan->options.lock_h, plan->options.lock_w};
    inshi_status              status   = problem_take(p, plan->x, packs, both);
    for (int side = 0; side < 2 && !status; side++)
        if (locks[side] && plan->moves[side] && !plan->transforms)
            status = problem_lock(p, side, *locks[side]);
    return status;
}

void plan_warn_unobserved(struct plan *plan, const struct problem *p)
{
    for (int side = 0; side < 2 && p->incomplete; side++) {
        int64_t empty = 0, first = -1;
        for (int64_t i = 0; i < p->factor[side].count; i++)
            if (p->stored.pointers[side][i + 1] == p->stored.pointers[side][i]) {
                const int64_t item = problem_item(p, (enum side)side, i);
                first              = first < 0 || item < first ? item : first;
                empty++;
            }
        plan_warn_empty(plan, (enum side)side, empty, first);
    }
}
