/* test_sparse.c -- sparse X: the fit of the dense X, the same bits from rows, columns and any threads, and what holds where only
 * stored entries are observed. */
#include "support/support.h"

#include <math.h>
#include "support/compressed.h"
#include "support/draw.h"
#include "support/sample.h"

static const char *const LOSSES[] = {"eu", "kl", "is", "beta:0.5", "beta:1.5", "beta:3", "beta:-1"};
enum { LOSS_CASES = sizeof LOSSES / sizeof LOSSES[0] };

/* Counts, a share `zeros` of them 0; some rows and columns have many entries, the first row and the last column none. */
static struct sample counts(int64_t m, int64_t n, int64_t k, inshi_dtype dtype, double zeros)
{
    uint64_t      seed = (uint64_t)(m * 7 + n);
    struct sample s    = sample_make(m, n, k, dtype, seed);
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            const double share = zeros * (i % 7 == 1 || j % 11 == 2 ? 0.5 : 1);
            const double a     = draw(&seed) < share ? 0 : (double)draw_int(&seed, 1, 9);
            entry_set(s.x, i, j, i == 0 || j == n - 1 ? 0 : a);
        }
    return s;
}

static inshi_options choose(const char *solver, const char *loss, int64_t iterations)
{
    inshi_options o;
    inshi_options_default(&o);
    o.solver     = solver;
    o.loss       = loss;
    o.iterations = iterations;
    o.tolerance  = 0;
    o.eta        = strcmp(loss, "eu") ? 0.5 : 1e-5;
    o.given_w = o.given_h = 1;
    if (beta_of(loss) <= 0)
        o.floor = 0.01;
    return o;
}

static void check_same(const struct result *a, const struct result *b, const inshi_options *o,
                       const char *what)
{
    if (!result_same(a, b))
        fail_msg("%s, %s: other bits with %s", o->solver, o->loss, what);
}

static void check_near(const struct result *dense, const struct result *sparse, const inshi_options *o,
                       const double tolerance[2])
{
    const double objective = fabs(dense->info.objective / sparse->info.objective - 1);
    const double error     = fabs(dense->info.relative_error / sparse->info.relative_error - 1);
    const double w = matrix_distance(dense->w, sparse->w), h = matrix_distance(dense->h, sparse->h);
    if (!(objective <= tolerance[0] && error <= tolerance[1] && w <= tolerance[1] && h <= tolerance[1]))
        fail_msg("%s, %s: dense and sparse differ: objective %.2g, relative error %.2g, W %.2g, H %.2g",
                 o->solver, o->loss, objective, error, w, h);
}

/* Dense against CSR, CSR against CSC with wide indices and narrow values, and against 3 threads. */
static void check_one(inshi_context *context, const struct sample *s, const inshi_options *o,
                      const double tolerance[2])
{
    inshi_matrix  rows    = compressed_make(s->x, INSHI_LAYOUT_CSR, INSHI_DTYPE_F8, 4, 0);
    inshi_matrix  columns = compressed_make(s->x, INSHI_LAYOUT_CSC, INSHI_DTYPE_U1, 8, 0);
    struct result dense = result_of(context, s, s->x, o), a = result_of(context, s, rows, o),
                  b = result_of(context, s, columns, o);
    check_near(&dense, &a, o, tolerance);
    check_same(&a, &b, o, "compressed columns");
    for (int threads = 2; threads <= 7; threads += threads == 3 ? 4 : 1) {
        inshi_context_set_threads(context, threads);
        struct result c = result_of(context, s, threads == 3 ? columns : rows, o);
        check_same(&a, &c, o, "more threads");
        result_free(&c);
    }
    inshi_context_set_threads(context, 1);
    result_free(&dense);
    result_free(&a);
    result_free(&b);
    compressed_free(&rows);
    compressed_free(&columns);
}

static void check_all(int64_t m, int64_t n, int64_t k, double zeros, inshi_dtype dtype)
{
    static const double double_tolerance[] = {1e-12, 1e-8}, float_tolerance[] = {1e-4, 2e-2};
    inshi_context      *context = open_context();
    struct sample       s       = counts(m, n, k, dtype, zeros);
    for (int i = -1; i < 0 || inshi_solver_name(i); i++)
        for (int j = 0; j < LOSS_CASES; j++) {
            const char *const   solver = i < 0 ? "auto" : inshi_solver_name(i);
            const inshi_options o      = choose(solver, LOSSES[j], dtype == INSHI_DTYPE_F8 ? 50 : 5);
            const double        beta   = beta_of(LOSSES[j]);
            if ((i < 0 || pair_exists(context, solver, LOSSES[j])) &&
                (dtype == INSHI_DTYPE_F8 || (beta >= 0 && beta <= 3)))
                check_one(context, &s, &o, dtype == INSHI_DTYPE_F8 ? double_tolerance : float_tolerance);
        }
    sample_free(&s);
    inshi_context_destroy(context);
}

static void test_half_full(void **state)
{
    (void)state;
    check_all(83, 61, 5, 0.5, INSHI_DTYPE_F8);
    check_all(40, 60, 3, 0.6, INSHI_DTYPE_F4);
}

static void test_nearly_empty(void **state)
{
    (void)state;
    check_all(90, 130, 4, 0.96, INSHI_DTYPE_F8);
}

/* Items of more entries than stand in the lanes together, few items, and a rank beyond a vector. */
static void test_long_items(void **state)
{
    (void)state;
    inshi_context      *context     = open_context();
    static const double tolerance[] = {1e-12, 1e-8};
    struct sample       s           = counts(700, 9, 3, INSHI_DTYPE_F8, 0.3);
    for (int j = 0; j < 2; j++)
        for (int i = 0; inshi_solver_name(i); i++) {
            const inshi_options o = choose(inshi_solver_name(i), LOSSES[j], 10);
            if (pair_exists(context, o.solver, o.loss))
                check_one(context, &s, &o, tolerance);
        }
    sample_free(&s);
    s = counts(60, 50, 27, INSHI_DTYPE_F8, 0.5);
    for (int j = 0; j < 2; j++)
        for (int i = 0; inshi_solver_name(i); i++) {
            const inshi_options o = choose(inshi_solver_name(i), LOSSES[j], 5);
            if (pair_exists(context, o.solver, o.loss))
                check_one(context, &s, &o, tolerance);
        }
    sample_free(&s);
    inshi_context_destroy(context);
}

/* Every start, penalties, fixed parts. */
static void test_starts_and_penalties(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    struct sample  s       = counts(60, 80, 4, INSHI_DTYPE_F8, 0.7);
    inshi_matrix   rows    = compressed_make(s.x, INSHI_LAYOUT_CSR, INSHI_DTYPE_I4, 4, 0);
    for (int i = 0; inshi_init_name(i); i++)
        for (int j = 0; j < 2; j++) {
            inshi_options o = choose("auto", LOSSES[j], 3);
            o.given_w = o.given_h = 0;
            o.init                = inshi_init_name(i);
            struct result a = result_of(context, &s, s.x, &o), b = result_of(context, &s, rows, &o);
            check_near(&a, &b, &o, (double[]){1e-9, 1e-5});
            result_free(&a);
            result_free(&b);
        }
    for (int j = 0; j < LOSS_CASES; j++) {
        inshi_options o       = choose("mu", LOSSES[j], 20);
        const int64_t fixed[] = {1};
        o.l1_h                = 0.1;
        o.l2_w                = 0.2;
        o.fix_columns         = fixed;
        o.fix_columns_count   = 1;
        struct result a = result_of(context, &s, s.x, &o), b = result_of(context, &s, rows, &o);
        check_near(&a, &b, &o, (double[]){1e-12, 1e-8});
        for (int64_t row = 0; row < s.m; row++)
            assert_true(entry_get(b.w, row, 1) == entry_get(s.w, row, 1));
        result_free(&a);
        result_free(&b);
    }
    compressed_free(&rows);
    sample_free(&s);
    inshi_context_destroy(context);
}

static double normal(uint64_t *seed)
{
    const double size = sqrt(-2 * log(1 - draw(seed)));
    return size * cos(6.283185307179586 * draw(seed));
}

/* Counts of a few parts whose sizes differ by many powers of ten: most are 0, and some rows are led by a few entries. */
static struct sample uneven_counts(int64_t m, int64_t n, int64_t k, uint64_t seed)
{
    enum { PARTS = 8 };
    struct sample s = sample_make(m, n, k, INSHI_DTYPE_F8, seed);
    double       *w = malloc((size_t)((m + n) * PARTS) * sizeof *w), *h = w + m * PARTS;
    for (int64_t i = 0; i < (m + n) * PARTS; i++)
        w[i] = exp(3 * normal(&seed));
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            double y = 0;
            for (int64_t l = 0; l < PARTS; l++)
                y += w[i * PARTS + l] * h[j * PARTS + l];
            entry_set(s.x, i, j, floor(fmin(y * 1.4e-6, 3000) + draw(&seed)));
        }
    free(w);
    return s;
}

/* What rounding leaves of an entry's y decides nothing: `ccd` takes the same way on either form. */
static void test_uneven_counts(void **state)
{
    (void)state;
    inshi_context        *context = open_context();
    static const uint64_t seeds[] = {1, 19, 20, 68, 141}; /* the first is an ordinary one */
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        struct sample       s    = uneven_counts(150, 600, 20, seeds[i]);
        inshi_matrix        rows = compressed_make(s.x, INSHI_LAYOUT_CSR, INSHI_DTYPE_F8, 8, 4);
        const inshi_options o    = choose("ccd", "kl", 12);
        struct result       a = result_of(context, &s, s.x, &o), b = result_of(context, &s, rows, &o);
        check_near(&a, &b, &o, (double[]){1e-12, 1e-8});
        result_free(&a);
        result_free(&b);
        compressed_free(&rows);
        sample_free(&s);
    }
    inshi_context_destroy(context);
}

/* Stored zeros are zeros. */
static void test_stored_zeros(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    struct sample  s       = counts(50, 40, 3, INSHI_DTYPE_F8, 0.7);
    inshi_matrix   with    = compressed_make(s.x, INSHI_LAYOUT_CSC, INSHI_DTYPE_F4, 4, 3);
    for (int j = 0; j < LOSS_CASES; j++) {
        const inshi_options o = choose("auto", LOSSES[j], 10);
        struct result       a = result_of(context, &s, s.x, &o), b = result_of(context, &s, with, &o);
        check_near(&a, &b, &o, (double[]){1e-11, 1e-7});
        result_free(&a);
        result_free(&b);
    }
    compressed_free(&with);
    sample_free(&s);
    inshi_context_destroy(context);
}

/* X = WH with zeros in both: the objective has its digits where the sums that it comes from cancel. */
static void test_near_exactness(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    struct sample  s       = counts(60, 50, 3, INSHI_DTYPE_F8, 0.5);
    for (int64_t l = 0; l < 3; l++) {
        for (int64_t i = 0; i < s.m; i++)
            entry_set(s.w, i, l, i % 3 == l ? 1 + (double)(i % 5) : 0);
        for (int64_t j = 0; j < s.n; j++)
            entry_set(s.h, l, j, j % 3 == l ? 1 + (double)(j % 4) : 0);
    }
    for (int64_t i = 0; i < s.m; i++)
        for (int64_t j = 0; j < s.n; j++) {
            double y = 0;
            for (int64_t l = 0; l < 3; l++)
                y += entry_get(s.w, i, l) * entry_get(s.h, l, j);
            entry_set(s.x, i, j, y * (i == 5 ? 1 + 1e-7 : 1));
        }
    inshi_matrix rows = compressed_make(s.x, INSHI_LAYOUT_CSR, INSHI_DTYPE_F8, 8, 0);
    for (int j = 0; j < 2; j++) {
        const inshi_options o        = choose("mu", LOSSES[j], 0);
        const double        expected = sample_divergence(&s, beta_of(LOSSES[j]), 0);
        struct result       a        = result_of(context, &s, rows, &o);
        if (!(fabs(a.info.objective - expected) <= 1e-6 * expected))
            fail_msg("%s: the objective is %.12g, expected %.12g", LOSSES[j], a.info.objective, expected);
        result_free(&a);
    }
    compressed_free(&rows);
    sample_free(&s);
    inshi_context_destroy(context);
}

/* ---- only stored entries are observed ------------------------------------------------------------------------------ */

/* The divergence over the entries that are not 0, in long double. */
static double stored_divergence(const struct sample *s, inshi_matrix w, inshi_matrix h, double beta)
{
    long double       sum = 0;
    const long double B   = (long double)beta;
    for (int64_t i = 0; i < s->m; i++)
        for (int64_t j = 0; j < s->n; j++) {
            const long double x = (long double)entry_get(s->x, i, j);
            long double       y = 0;
            for (int64_t l = 0; l < s->k; l++)
                y += (long double)entry_get(w, i, l) * (long double)entry_get(h, l, j);
            if (x == 0)
                continue;
            if (beta == 0)
                sum += x / y - logl(x / y) - 1;
            else if (beta == 1)
                sum += x * logl(x / y) - x + y;
            else
                sum += (powl(x, B) + (B - 1) * powl(y, B) - B * x * powl(y, B - 1)) / (B * (B - 1));
        }
    return (double)sum;
}

static void test_missing_objective_and_descent(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    struct sample  s       = counts(60, 50, 3, INSHI_DTYPE_F8, 0.6);
    inshi_matrix   rows    = compressed_make(s.x, INSHI_LAYOUT_CSR, INSHI_DTYPE_F8, 4, 0);
    inshi_matrix   columns = compressed_make(s.x, INSHI_LAYOUT_CSC, INSHI_DTYPE_F8, 4, 0);
    for (int i = 0; inshi_solver_name(i); i++)
        for (int j = 0; j < LOSS_CASES; j++) {
            if (!pair_exists(context, inshi_solver_name(i), LOSSES[j]))
                continue;
            double before = stored_divergence(&s, s.w, s.h, beta_of(LOSSES[j]));
            for (int64_t iterations = 1; iterations < 40; iterations += 13) {
                inshi_options o = choose(inshi_solver_name(i), LOSSES[j], iterations);
                o.absent        = "missing";
                o.floor         = -1;
                o.normalize     = "none";
                struct result a = result_of(context, &s, rows, &o), b = result_of(context, &s, columns, &o);
                check_same(&a, &b, &o, "compressed columns, missing");
                const double expected = stored_divergence(&s, a.w, a.h, beta_of(LOSSES[j]));
                if (!(fabs(a.info.objective - expected) <= 1e-9 * expected))
                    fail_msg("%s, %s, missing: the objective is %.12g, expected %.12g", o.solver, o.loss,
                             a.info.objective, expected);
                if (!(expected <= before * (1 + 1e-12)) && strcmp(o.solver, "gradient"))
                    fail_msg("%s, %s, missing: rose from %.12g to %.12g", o.solver, o.loss, before, expected);
                before = expected;
                result_free(&a);
                result_free(&b);
            }
        }
    compressed_free(&rows);
    compressed_free(&columns);
    sample_free(&s);
    inshi_context_destroy(context);
}

/* Holes in a matrix of low rank are filled with what was there. */
static void test_missing_recovers(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    struct sample  s       = sample_make(50, 40, 2, INSHI_DTYPE_F8, 9);
    struct sample  whole   = sample_make(50, 40, 2, INSHI_DTYPE_F8, 9);
    uint64_t       seed    = 4;
    sample_fill(&whole, 2, 0, 0, 1, 3);
    for (int64_t i = 0; i < 50; i++)
        for (int64_t j = 0; j < 40; j++)
            entry_set(s.x, i, j, draw(&seed) < 0.5 ? 0 : entry_get(whole.x, i, j));
    inshi_matrix rows = compressed_make(s.x, INSHI_LAYOUT_CSR, INSHI_DTYPE_F8, 4, 0);
    for (int j = 0; j < 3; j++) {
        inshi_options o     = choose("auto", LOSSES[j], 2000);
        o.absent            = "missing";
        o.floor             = -1;
        struct result a     = result_of(context, &s, rows, &o);
        double        worst = 0;
        for (int64_t row = 0; row < 50; row++)
            for (int64_t column = 0; column < 40; column++) {
                double y = 0;
                for (int64_t l = 0; l < 2; l++)
                    y += entry_get(a.w, row, l) * entry_get(a.h, l, column);
                worst = fmax(worst, fabs(y - entry_get(whole.x, row, column)));
            }
        if (!(worst < 1e-3))
            fail_msg("%s: a hole is %.3g off", LOSSES[j], worst);
        result_free(&a);
    }
    compressed_free(&rows);
    sample_free(&s);
    sample_free(&whole);
    inshi_context_destroy(context);
}

/* ---- transform ------------------------------------------------------------------------------------------------------ */

static inshi_matrix transformed(inshi_context *context, const struct sample *s, inshi_matrix x,
                                const char *loss, const char *absent, inshi_info *info)
{
    inshi_options o = choose("auto", loss, 500);
    inshi_report *report;
    inshi_matrix  h = matrix_copy(s->h);
    h.columns = h.row_stride = x.columns;
    o.tolerance              = 1e-9;
    o.absent                 = absent;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    if (inshi_transform(context, x, s->w, h, &o, report))
        fail_msg("%s: %s", loss, inshi_context_message(context));
    *info = *inshi_report_info(report);
    inshi_report_destroy(report);
    return h;
}

static void test_transform_is_that_of_dense(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    struct sample  s       = counts(60, 70, 3, INSHI_DTYPE_F8, 0.7);
    inshi_matrix   rows    = compressed_make(s.x, INSHI_LAYOUT_CSR, INSHI_DTYPE_F8, 4, 0);
    inshi_matrix   columns = compressed_make(s.x, INSHI_LAYOUT_CSC, INSHI_DTYPE_F8, 8, 0);
    for (int j = 0; j < LOSS_CASES; j++) {
        inshi_info   info[3];
        inshi_matrix dense = transformed(context, &s, s.x, LOSSES[j], "zero", &info[0]);
        inshi_matrix a     = transformed(context, &s, rows, LOSSES[j], "zero", &info[1]);
        inshi_context_set_threads(context, 3);
        inshi_matrix b = transformed(context, &s, columns, LOSSES[j], "zero", &info[2]);
        inshi_context_set_threads(context, 1);
        assert_true(matrix_same(a, b));
        assert_true(info[1].objective == info[2].objective);
        if (!(fabs(info[0].objective / info[1].objective - 1) < 1e-9 &&
              fabs(info[0].relative_error / info[1].relative_error - 1) < 1e-4))
            fail_msg("%s: objective %.12g and %.12g, relative error %.9g and %.9g", LOSSES[j],
                     info[0].objective, info[1].objective, info[0].relative_error, info[1].relative_error);
        free(dense.data);
        free(a.data);
        free(b.data);
    }
    compressed_free(&rows);
    compressed_free(&columns);
    sample_free(&s);
    inshi_context_destroy(context);
}

/* Each column of a sparse X alone gives the bits that all together give. */
static void test_transform_of_any_split(void **state)
{
    (void)state;
    inshi_context    *context  = open_context();
    struct sample     s        = counts(60, 30, 3, INSHI_DTYPE_F8, 0.7);
    inshi_matrix      columns  = compressed_make(s.x, INSHI_LAYOUT_CSC, INSHI_DTYPE_F8, 4, 0);
    const char *const absent[] = {"zero", "missing"};
    for (int j = 0; j < 5; j++)
        for (int a = 0; a < 2; a++) {
            inshi_info   info;
            inshi_matrix all = transformed(context, &s, columns, LOSSES[j], absent[a], &info);
            for (int64_t i = 0; i < s.n; i++) {
                inshi_matrix  one        = columns;
                const int32_t first      = ((const int32_t *)columns.pointers)[i];
                const int32_t pointers[] = {0, ((const int32_t *)columns.pointers)[i + 1] - first};
                one.columns              = 1;
                one.nonzeros             = pointers[1];
                one.pointers             = pointers;
                one.indices              = (const int32_t *)columns.indices + first;
                one.data                 = (double *)columns.data + first;
                inshi_matrix h           = transformed(context, &s, one, LOSSES[j], absent[a], &info);
                for (int64_t l = 0; l < s.k; l++)
                    if (entry_get(h, l, 0) != entry_get(all, l, i))
                        fail_msg("%s, %s: column %lld alone has %.17g, with others %.17g", LOSSES[j],
                                 absent[a], (long long)i, entry_get(h, l, 0), entry_get(all, l, i));
                free(h.data);
            }
            free(all.data);
        }
    compressed_free(&columns);
    sample_free(&s);
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_half_full),
        cmocka_unit_test(test_nearly_empty),
        cmocka_unit_test(test_long_items),
        cmocka_unit_test(test_starts_and_penalties),
        cmocka_unit_test(test_uneven_counts),
        cmocka_unit_test(test_stored_zeros),
        cmocka_unit_test(test_near_exactness),
        cmocka_unit_test(test_missing_objective_and_descent),
        cmocka_unit_test(test_missing_recovers),
        cmocka_unit_test(test_transform_is_that_of_dense),
        cmocka_unit_test(test_transform_of_any_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
