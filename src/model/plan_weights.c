/* plan_weights.c -- which entries of X count and how much, and which entries of the factors are locked: checked, and looked at
 * once.
 *
 * Weights are computed with divided by the largest, so that where all above 0 are the same they are 1 and need not be kept, and
 * their scale does not matter. The divergence comes out times that unit, a penalty goes in divided by it; the solver
 * gradient's eta is for weights up to 1.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "matrix/matrix.h"
#include "model/plan.h"

enum { RUN = 512 };

/* ---- what is given ------------------------------------------------------------------------------------------------ */

/* A matrix of weights (whole numbers 0 and 1 alone where mask), named for the messages. */
struct given {
    const char         *name;
    const inshi_matrix *matrix;
    bool                mask;
};

static bool fits(const struct given *given, double a)
{
    return given->mask ? a == 0 || a == 1 : a >= 0 && isfinite(a);
}

static inshi_status fail_number(struct plan *plan, const struct given *given, const char *where, double a)
{
    if (given->mask)
        return context_fail(plan->context, INSHI_ERR_DATA, "%s %s: %g is neither 0 nor 1%s", given->name,
                            where, a,
                            strcmp(given->name, "mask") == 0 ? "; other weights are for weights" : "");
    return context_fail(plan->context, INSHI_ERR_DATA, "%s %s: %g is %s, and weights are finite and >= 0",
                        given->name, where, a,
                        isnan(a) ? "no number"
                        : a < 0  ? "negative"
                                 : "infinite");
}

static inshi_status check_dense(struct plan *plan, const struct given *given)
{
    const inshi_matrix *m = given->matrix;
    double              numbers[RUN];
    for (int64_t i = 0; i < m->rows; i++)
        for (int64_t first = 0; first < m->columns; first += RUN) {
            const int count = (int)(m->columns - first < RUN ? m->columns - first : RUN);
            observed_read(m, i, first, count, numbers);
            for (int j = 0; j < count; j++) {
                char where[96];
                if (fits(given, numbers[j]))
                    continue;
                snprintf(where, sizeof where, "row %lld, column %lld (counted from 0)", (long long)i,
                         (long long)first + j);
                return fail_number(plan, given, where, numbers[j]);
            }
        }
    return INSHI_OK;
}

static inshi_status check_sparse(struct plan *plan, const struct given *given)
{
    const inshi_matrix *m      = given->matrix;
    const inshi_status  status = matrix_check_sparse(plan->context, given->name, *m);
    if (status == INSHI_ERR_MEMORY || status == INSHI_ERR_INTERRUPTED)
        return status;
    if (status)
        return context_fail(
            plan->context, INSHI_ERR_DATA,
            "%s is sparse, and its pointers or indices do not rise, or lie outside of %lld x %lld",
            given->name, (long long)m->rows, (long long)m->columns);
    const inshi_matrix values = inshi_matrix_c(m->data, m->dtype, 1, m->nonzeros);
    double             numbers[RUN];
    for (int64_t first = 0; first < m->nonzeros; first += RUN) {
        const int count = (int)(m->nonzeros - first < RUN ? m->nonzeros - first : RUN);
        observed_read(&values, 0, first, count, numbers);
        for (int j = 0; j < count; j++) {
            char where[96];
            if (fits(given, numbers[j]))
                continue;
            snprintf(where, sizeof where, "stored number %lld (counted from 0)", (long long)first + j);
            return fail_number(plan, given, where, numbers[j]);
        }
    }
    return INSHI_OK;
}

static inshi_status check_matrix(struct plan *plan, struct given given, int64_t rows, int64_t columns,
                                 const char *like)
{
    const inshi_matrix *m = given.matrix;
    if (!m)
        return INSHI_OK;
    if (!inshi_dtype_bytes(m->dtype) ||
        (m->layout != INSHI_LAYOUT_DENSE && m->layout != INSHI_LAYOUT_CSR && m->layout != INSHI_LAYOUT_CSC))
        return context_fail(plan->context, INSHI_ERR_ARGUMENT, "%s has a dtype or layout that does not exist",
                            given.name);
    if (m->rows != rows || m->columns != columns)
        return context_fail(
            plan->context, INSHI_ERR_SHAPE, "%s is %lld x %lld, and must be %lld x %lld like %s", given.name,
            (long long)m->rows, (long long)m->columns, (long long)rows, (long long)columns, like);
    if (!m->data && (m->layout == INSHI_LAYOUT_DENSE || m->nonzeros))
        return context_fail(plan->context, INSHI_ERR_ARGUMENT, "%s has no data (NULL)", given.name);
    return m->layout == INSHI_LAYOUT_DENSE ? check_dense(plan, &given) : check_sparse(plan, &given);
}

/* A number for each item from a vector, a row or a column. */
static inshi_status take_vector(struct plan *plan, const char *name, const inshi_matrix *m, int64_t count,
                                double **out)
{
    const struct given given = {name, m, false};
    if (!m)
        return INSHI_OK;
    if (m->layout != INSHI_LAYOUT_DENSE || (m->rows != 1 && m->columns != 1) || m->rows * m->columns != count)
        return context_fail(
            plan->context, INSHI_ERR_SHAPE,
            "%s is %lld x %lld%s, and must be a vector of %lld numbers, one for each %.*s of X", name,
            (long long)m->rows, (long long)m->columns, m->layout == INSHI_LAYOUT_DENSE ? "" : " and sparse",
            (long long)count, (int)strcspn(name, "-"), name);
    const inshi_status status = check_matrix(plan, given, m->rows, m->columns, "X");
    if (status)
        return status;
    *out = memory_take(plan->context, count, sizeof **out, name);
    if (!*out)
        return INSHI_ERR_MEMORY;
    for (int64_t i = 0; i < count; i++)
        observed_read(m, m->rows == 1 ? 0 : i, m->rows == 1 ? i : 0, 1, *out + i);
    return INSHI_OK;
}

inshi_status plan_take_given(struct plan *plan)
{
    const inshi_options *o = &plan->options;
    const inshi_matrix   x = plan->x;
    inshi_status status = check_matrix(plan, (struct given){"mask", o->mask, true}, x.rows, x.columns, "X");
    if (!status)
        status = check_matrix(plan, (struct given){"weights", o->weights, false}, x.rows, x.columns, "X");
    if (!status)
        status = take_vector(plan, "row-weights", o->row_weights, x.rows, &plan->item_weights[SIDE_W]);
    if (!status)
        status =
            take_vector(plan, "column-weights", o->column_weights, x.columns, &plan->item_weights[SIDE_H]);
    plan->observed = (struct observed){.mask    = o->mask,
                                       .weights = o->weights,
                                       .row     = plan->item_weights[SIDE_W],
                                       .column  = plan->item_weights[SIDE_H],
                                       .unit    = 1};
    return status;
}

/* ---- a look at X -------------------------------------------------------------------------------------------------- */

void plan_warn_empty(struct plan *plan, enum side side, int64_t empty, int64_t first)
{
    plan->empty[side] = empty;
    if (!empty || !plan->moves[side])
        return;
    const char *item = side == SIDE_W ? "row" : "column";
    report_warn(plan->context, plan->report,
                "%lld %s%s of X (the first is %s %lld, counted from 0) ha%s no observed entry: %s %s",
                (long long)empty, item, empty == 1 ? "" : "s", item, (long long)first,
                empty == 1 ? "s" : "ve", side == SIDE_W ? "there W" : "there H",
                plan->given[side] ? "stays at its start" : "is 0");
}

static void warn_of_empty(struct plan *plan, enum side side)
{
    int64_t       empty = 0, first = -1;
    const int64_t count = side == SIDE_W ? plan->x.rows : plan->x.columns;
    for (int64_t i = 0; i < count; i++)
        if (side == SIDE_W ? !plan->seen.rows[i] : !plan->seen.columns[i].count) {
            first = first < 0 ? i : first;
            empty++;
        }
    plan_warn_empty(plan, side, empty, first);
}

/* One unit for all, see the head. */
static void choose_unit(struct plan *plan)
{
    const struct observed_scan *seen  = &plan->seen;
    const int64_t               all   = plan->incomplete ? plan->x.nonzeros : plan->x.rows * plan->x.columns;
    const bool                  whole = seen->count == all, alike = seen->weight_least == seen->weight_most;
    plan->weighing      = !alike ? WEIGHING_EACH : whole ? WEIGHING_NONE : WEIGHING_MASK;
    plan->observed.unit = seen->weight_most;
}

/* A unit for each column, so that it is the column's own affair; one for all, which is 1, where there are penalties. */
static inshi_status choose_units(struct plan *plan)
{
    const inshi_options *o     = &plan->options;
    const bool           unit  = o->l1_h + o->l2_h > 0;
    bool                 whole = true, alike = true;
    plan->column_unit = memory_take(plan->context, plan->x.columns, sizeof(double), "the columns");
    if (!plan->column_unit)
        return INSHI_ERR_MEMORY;
    for (int64_t j = 0; j < plan->x.columns; j++) {
        const struct observed_column *c    = &plan->seen.columns[j];
        const bool                    same = c->count == 0 || c->weight_least == c->weight_most;
        plan->column_unit[j]               = unit || c->count == 0 ? 1 : c->weight_most;
        alike                              = alike && same && (!unit || c->count == 0 || c->weight_most == 1);
        whole                              = whole && c->count == plan->x.rows;
    }
    if (plan->incomplete)
        whole = plan->seen.count == plan->x.nonzeros;
    plan->observed.column_unit = plan->column_unit;
    plan->weighing             = !alike ? WEIGHING_EACH : whole ? WEIGHING_NONE : WEIGHING_MASK;
    return INSHI_OK;
}

static inshi_status look(struct plan *plan, double floor, struct scan *scan, struct observed_scan *seen)
{
    return plan->incomplete ? observed_scan_stored(plan->context, plan->x, &plan->observed, floor, scan, seen)
                            : observed_scan(plan->context, plan->x, &plan->observed, floor, scan, seen);
}

inshi_status plan_look(struct plan *plan, bool transform)
{
    inshi_status status = plan_take_given(plan);
    if (!status && !observed_says(&plan->observed)) {
        status = matrix_scan(plan->context, plan->x, 0, &plan->scan);
        if (status || plan->scan.nan == 0)
            return status;
    }
    if (!status)
        status = look(plan, 0, &plan->scan, &plan->seen);
    if (status)
        return status;
    if (!isfinite(plan->seen.weight_most))
        return context_fail(
            plan->context, INSHI_ERR_DATA,
            "the product of the weights of an entry is more than a double holds; divide them by a "
            "constant");
    if (plan->seen.count == 0 && !transform) /* there it is a column's own affair */
        return context_fail(
            plan->context, INSHI_ERR_DATA,
            "X has no observed entry: all are NaN, masked, or of weight 0; NMF needs at least one "
            "number to fit");
    if (!plan->incomplete) { /* else plan_warn_unobserved does */
        warn_of_empty(plan, SIDE_W);
        warn_of_empty(plan, SIDE_H);
    }
    if (transform)
        return choose_units(plan);
    choose_unit(plan);
    return INSHI_OK;
}

inshi_status plan_scan_floor(struct plan *plan, double floor, struct scan *out)
{
    struct observed_scan ignored = {0};
    if (!plan->seen.columns)
        return matrix_scan(plan->context, plan->x, floor, out);
    const inshi_status status = look(plan, floor, out, &ignored);
    observed_release(plan->context, &ignored);
    return status;
}

inshi_status plan_check_locks(struct plan *plan)
{
    const inshi_options *o = &plan->options;
    inshi_status         status =
        check_matrix(plan, (struct given){"lock-w", o->lock_w, true}, plan->x.rows, plan->k, "W");
    if (!status)
        status = check_matrix(plan, (struct given){"lock-h", o->lock_h, true}, plan->k, plan->x.columns, "H");
    return status;
}

void plan_clear_empty(const struct plan *plan, struct problem *problem)
{
    for (int side = 0; side < 2 && problem->incomplete; side++)
        for (int64_t i = 0; plan->empty[side] && !plan->given[side] && i < problem->factor[side].count; i++)
            if (problem->stored.pointers[side][i + 1] == problem->stored.pointers[side][i])
                problem_clear_item(problem, side, i);
    if (problem->incomplete)
        return;
    for (int64_t i = 0; plan->empty[SIDE_W] && !plan->given[SIDE_W] && i < plan->x.rows; i++)
        if (!plan->seen.rows[i])
            problem_clear_item(problem, SIDE_W, i);
    for (int64_t j = 0; plan->empty[SIDE_H] && !plan->given[SIDE_H] && j < plan->x.columns; j++)
        if (!plan->seen.columns[j].count)
            problem_clear_item(problem, SIDE_H, j);
}
