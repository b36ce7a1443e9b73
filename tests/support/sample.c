/* sample.c -- see sample.h. */
#include "support/sample.h"

#include <math.h>
#include <string.h>
#include "support/draw.h"
#include "support/support.h"

double entry_get(inshi_matrix m, int64_t row, int64_t column)
{
    const int64_t at = row * m.row_stride + column * m.column_stride;
    return m.dtype == INSHI_DTYPE_F4 ? (double)((const float *)m.data)[at] : ((const double *)m.data)[at];
}

void entry_set(inshi_matrix m, int64_t row, int64_t column, double value)
{
    const int64_t at = row * m.row_stride + column * m.column_stride;
    if (m.dtype == INSHI_DTYPE_F4)
        ((float *)m.data)[at] = (float)value;
    else
        ((double *)m.data)[at] = value;
}

static inshi_matrix filled(int64_t rows, int64_t columns, inshi_dtype dtype, double low, uint64_t *seed)
{
    inshi_matrix out = inshi_matrix_c(malloc((size_t)(rows * columns) * 8), dtype, rows, columns);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            entry_set(out, i, j, low + draw(seed));
    return out;
}

struct sample sample_make(int64_t m, int64_t n, int64_t k, inshi_dtype dtype, uint64_t seed)
{
    struct sample s = {.m = m, .n = n, .k = k};
    s.x             = filled(m, n, INSHI_DTYPE_F8, 0, &seed);
    s.w             = filled(m, k, dtype, 0.1, &seed);
    s.h             = filled(k, n, dtype, 0.1, &seed);
    return s;
}

void sample_free(struct sample *s)
{
    free(s->x.data);
    free(s->w.data);
    free(s->h.data);
}

void sample_fill(struct sample *s, int64_t rank, double noise, double zeros, double scale, uint64_t seed)
{
    double *a = draw_many(&seed, s->m * rank, 0, 1), *b = draw_many(&seed, rank * s->n, 0, 1);
    for (int64_t i = 0; i < s->m; i++)
        for (int64_t j = 0; j < s->n; j++) {
            double x = noise * draw(&seed);
            for (int64_t l = 0; l < rank; l++)
                x += a[i * rank + l] * b[l * s->n + j];
            entry_set(s->x, i, j, draw(&seed) < zeros ? 0 : x * scale);
        }
    free(a);
    free(b);
}

void sample_spread(struct sample *s, double decades, uint64_t seed)
{
    for (int64_t i = 0; i < s->m; i++)
        for (int64_t j = 0; j < s->n; j++)
            entry_set(s->x, i, j, pow(10, decades * draw(&seed)));
}

inshi_matrix matrix_copy(inshi_matrix m)
{
    inshi_matrix out = inshi_matrix_c(malloc((size_t)(m.rows * m.columns) * 8), m.dtype, m.rows, m.columns);
    for (int64_t i = 0; i < m.rows; i++)
        for (int64_t j = 0; j < m.columns; j++)
            entry_set(out, i, j, entry_get(m, i, j));
    return out;
}

bool matrix_same(inshi_matrix a, inshi_matrix b)
{
    if (a.rows != b.rows || a.columns != b.columns || a.dtype != b.dtype)
        return false;
    for (int64_t i = 0; i < a.rows; i++)
        for (int64_t j = 0; j < a.columns; j++) {
            const double p = entry_get(a, i, j), q = entry_get(b, i, j);
            if (memcmp(&p, &q, sizeof p))
                return false;
        }
    return true;
}

double matrix_distance(inshi_matrix a, inshi_matrix b)
{
    double most = 0, distance = 0;
    for (int64_t i = 0; i < a.rows; i++)
        for (int64_t j = 0; j < a.columns; j++) {
            const double d = fabs(entry_get(a, i, j) - entry_get(b, i, j));
            most           = fmax(most, fabs(entry_get(a, i, j)));
            distance       = isnan(d) ? INFINITY : fmax(distance, d);
        }
    return distance == 0 ? 0 : distance / most;
}

bool matrix_is_sound(inshi_matrix m)
{
    for (int64_t i = 0; i < m.rows; i++)
        for (int64_t j = 0; j < m.columns; j++) {
            const double a = entry_get(m, i, j);
            if (!(a >= 0 && isfinite(a)))
                return false;
        }
    return true;
}

static long double entry_divergence(long double B, long double x, long double y)
{
    if (x == 0 && B <= 0)
        return 0;
    if (B == 0)
        return x / y - logl(x / y) - 1;
    if (B == 1)
        return (x > 0 ? x * logl(x / y) : 0) - x + y;
    if (B == 2)
        return (x - y) * (x - y) / 2;
    return ((x > 0 ? powl(x, B) : 0) + (B - 1) * powl(y, B) - B * x * powl(y, B - 1)) / (B * (B - 1));
}

double sample_divergence(const struct sample *s, double beta, double lift)
{
    long double sum = 0;
    for (int64_t i = 0; i < s->m; i++)
        for (int64_t j = 0; j < s->n; j++) {
            long double y = 0;
            for (int64_t l = 0; l < s->k; l++)
                y += (long double)entry_get(s->w, i, l) * (long double)entry_get(s->h, l, j);
            const double x = fmax(entry_get(s->x, i, j), lift);
            if (!(x == 0 && y == 0))
                sum += entry_divergence((long double)beta, (long double)x, y);
        }
    return (double)sum;
}

/* For every B the best constant is the mean of X. */
double constant_divergence(inshi_matrix x, double beta, double lift)
{
    long double mean = 0, sum = 0;
    for (int64_t i = 0; i < x.rows; i++)
        for (int64_t j = 0; j < x.columns; j++)
            mean += (long double)fmax(entry_get(x, i, j), lift) / (long double)(x.rows * x.columns);
    for (int64_t i = 0; i < x.rows && mean > 0; i++)
        for (int64_t j = 0; j < x.columns; j++)
            sum += entry_divergence((long double)beta, (long double)fmax(entry_get(x, i, j), lift), mean);
    return (double)sum;
}

void sample_fit(inshi_context *context, const struct sample *s, const inshi_options *options,
                inshi_report *report)
{
    const inshi_status status = inshi_fit(context, s->x, s->w, s->h, options, report);
    if (status)
        fail_msg("%s, %s, %lld x %lld, k = %lld: %s: %s", options->solver, options->loss, (long long)s->m,
                 (long long)s->n, (long long)s->k, inshi_status_text(status), inshi_context_message(context));
}

struct result result_of(inshi_context *context, const struct sample *s, inshi_matrix x,
                        const inshi_options *o)
{
    struct result r = {matrix_copy(s->w), matrix_copy(s->h), {0}};
    inshi_report *report;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    if (inshi_fit(context, x, r.w, r.h, o, report))
        fail_msg("%s, %s: %s", o->solver, o->loss, inshi_context_message(context));
    r.info = *inshi_report_info(report);
    inshi_report_destroy(report);
    return r;
}

void result_free(struct result *r)
{
    free(r->w.data);
    free(r->h.data);
}

bool result_same(const struct result *a, const struct result *b)
{
    return matrix_same(a->w, b->w) && matrix_same(a->h, b->h) && a->info.objective == b->info.objective &&
           a->info.kkt == b->info.kkt;
}

bool pair_exists(inshi_context *context, const char *solver, const char *loss)
{
    inshi_options o;
    inshi_options_default(&o);
    o.solver = solver;
    o.loss   = loss;
    return inshi_options_check(context, &o) == INSHI_OK;
}

double beta_of(const char *loss)
{
    return strcmp(loss, "eu") == 0   ? 2
           : strcmp(loss, "kl") == 0 ? 1
           : strcmp(loss, "is") == 0 ? 0
                                     : strtod(loss + 5, NULL);
}
