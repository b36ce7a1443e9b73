/* finish.c -- scale and order of the result. In double, on the caller's arrays; O((m + n) k). */
#include "model/finish.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double get(inshi_matrix m, int64_t row, int64_t column)
{
    const int64_t at = row * m.row_stride + column * m.column_stride;
    return m.dtype == INSHI_DTYPE_F4 ? (double)((const float *)m.data)[at] : ((const double *)m.data)[at];
}

static void set(inshi_matrix m, int64_t row, int64_t column, double value)
{
    const int64_t at = row * m.row_stride + column * m.column_stride;
    if (m.dtype == INSHI_DTYPE_F4)
        ((float *)m.data)[at] = (float)value;
    else
        ((double *)m.data)[at] = value;
}

/* Sum, largest entry or length of column l of m; entries are brought near 1 first, so that squares stay finite. */
static double size_of(inshi_matrix m, int64_t l, const char *normalize)
{
    double sum = 0, most = 0;
    for (int64_t i = 0; i < m.rows; i++)
        most = fmax(most, get(m, i, l));
    if (strcmp(normalize, "max") == 0 || most == 0)
        return most;
    const int  e      = ilogb(most);
    const bool square = strcmp(normalize, "l2") == 0;
    for (int64_t i = 0; i < m.rows; i++) {
        const double a = ldexp(get(m, i, l), -e);
        sum += square ? a * a : a;
    }
    return ldexp(square ? sqrt(sum) : sum, e);
}

static int by_mass(const void *a, const void *b)
{
    const struct component *left = a, *right = b;
    if (left->mass != right->mass)
        return left->mass < right->mass ? 1 : -1;
    return left->index < right->index ? -1 : 1;
}

/* Columns of m in the order of the components; row: k numbers of room. */
static void reorder(inshi_matrix m, const struct component *order, double *row)
{
    for (int64_t i = 0; i < m.rows; i++) {
        for (int64_t l = 0; l < m.columns; l++)
            row[l] = get(m, i, order[l].index);
        for (int64_t l = 0; l < m.columns; l++)
            set(m, i, l, row[l]);
    }
}

static void scale_column(inshi_matrix m, int64_t l, double factor, bool divide)
{
    for (int64_t i = 0; i < m.rows; i++)
        set(m, i, l, divide ? get(m, i, l) / factor : get(m, i, l) * factor);
}

inshi_status finish_factors(struct plan *plan)
{
    const inshi_matrix         w = plan->view[SIDE_W], ht = inshi_matrix_transpose(plan->view[SIDE_H]);
    const bool                 scales = strcmp(plan->normalize, "none") != 0;
    const inshi_options *const o      = &plan->options;
    const bool                 penalised =
        o->l1_w > 0 || o->l1_h > 0 || o->l2_w > 0 || o->l2_h > 0; /* zeroing changes the objective */
    if (!scales && !plan->sorts)
        return INSHI_OK;
    struct component *const order  = plan->components;
    inshi_status            status = INSHI_OK;
    for (int64_t l = 0; l < plan->k && !status; l++) {
        const double size = size_of(w, l, scales ? plan->normalize : "sum");
        const double mass = ldexp(size_of(w, l, "sum"), plan->shift[SIDE_W]) *
                            ldexp(size_of(ht, l, "sum"), plan->shift[SIDE_H]);
        order[l] = (struct component){mass, l};
        if (!(mass > 0) && plan->sorts && !penalised) {
            scale_column(w, l, 0, false);
            scale_column(ht, l, 0, false);
        } else if (scales && size > 0 && !isfinite(size * size_of(ht, l, "max"))) {
            status = context_fail(
                plan->context, INSHI_ERR_NUMERIC,
                "H has no finite entries once column %lld of W is scaled to %s 1; use normalize none",
                (long long)l, plan->normalize);
        } else if (scales && size > 0) {
            scale_column(w, l, size, true);
            scale_column(ht, l, size, false);
        }
    }
    if (plan->sorts && !status) {
        qsort(order, (size_t)plan->k, sizeof *order, by_mass);
        reorder(w, order, (double *)(order + plan->k));
        reorder(ht, order, (double *)(order + plan->k));
    }
    return status;
}
