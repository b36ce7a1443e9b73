/* test_laws.c -- laws that every factorization obeys, whatever computes it. */
#include "support/support.h"

#include <math.h>
#include "support/draw.h"
#include "support/sample.h"

static const char *const LOSSES[] = {"eu",       "kl",       "is",       "beta:-1",
                                     "beta:0.5", "beta:1.5", "beta:2.7", "beta:3"};
enum { LOSS_CASES = sizeof LOSSES / sizeof LOSSES[0] };

static void each_pair(void (*check)(inshi_context *context, const inshi_options *standard))
{
    inshi_context *context = open_context();
    for (int i = 0; inshi_solver_name(i); i++)
        for (int j = 0; j < LOSS_CASES; j++) {
            inshi_options o;
            inshi_options_default(&o);
            o.solver = inshi_solver_name(i);
            o.loss   = LOSSES[j];
            o.eta    = strcmp(o.loss, "eu") == 0 ? 1e-3 : 0.1;
            if (pair_exists(context, o.solver, o.loss))
                check(context, &o);
        }
    inshi_context_destroy(context);
}

static void product(struct sample *s)
{
    for (int64_t i = 0; i < s->m; i++)
        for (int64_t j = 0; j < s->n; j++) {
            double y = 0;
            for (int64_t l = 0; l < s->k; l++)
                y += entry_get(s->w, i, l) * entry_get(s->h, l, j);
            entry_set(s->x, i, j, y);
        }
}

/* At X = WH nothing moves. */
static void check_fixed_point(inshi_context *context, const inshi_options *standard)
{
    struct sample s = sample_make(29, 37, 3, INSHI_DTYPE_F8, 9);
    product(&s);
    inshi_matrix  w = matrix_copy(s.w), h = matrix_copy(s.h);
    inshi_options o = *standard;
    o.given_w = o.given_h = 1;
    o.iterations          = 3;
    o.tolerance           = 0;
    o.normalize           = "none";
    sample_fit(context, &s, &o, NULL);
    if (matrix_distance(w, s.w) > 1e-12 || matrix_distance(h, s.h) > 1e-12)
        fail_msg("%s, %s: an exact factorization moved by %g, %g", o.solver, o.loss, matrix_distance(w, s.w),
                 matrix_distance(h, s.h));
    free(w.data);
    free(h.data);
    sample_free(&s);
}

static void test_exact_factorization_is_a_fixed_point(void **state)
{
    (void)state;
    each_pair(check_fixed_point);
}

/* NMF(X') with swapped starts gives the swapped factors: step by step where both move from one point. */
static void check_transposed(inshi_context *context, const inshi_options *standard)
{
    inshi_options o = *standard;
    if (strcmp(o.solver, "gradient"))
        return;
    struct sample s      = sample_make(31, 26, 4, INSHI_DTYPE_F8, 5),
                  t      = sample_make(26, 31, 4, INSHI_DTYPE_F8, 6);
    struct sample turned = t;
    turned.x             = inshi_matrix_transpose(s.x);
    for (int64_t l = 0; l < 4; l++) {
        for (int64_t i = 0; i < 31; i++)
            entry_set(t.h, l, i, entry_get(s.w, i, l));
        for (int64_t j = 0; j < 26; j++)
            entry_set(t.w, j, l, entry_get(s.h, l, j));
    }
    o.given_w = o.given_h = 1;
    o.iterations          = 20;
    o.tolerance           = 0;
    o.normalize           = "none";
    sample_fit(context, &s, &o, NULL);
    sample_fit(context, &turned, &o, NULL);
    const double a = matrix_distance(inshi_matrix_transpose(turned.h), s.w),
                 b = matrix_distance(inshi_matrix_transpose(turned.w), s.h);
    if (a > 1e-12 || b > 1e-12)
        fail_msg("%s, %s: factors of X' differ by %g, %g", o.solver, o.loss, a, b);
    sample_free(&s);
    sample_free(&t);
}

static void test_transposed_x_swaps_the_factors(void **state)
{
    (void)state;
    each_pair(check_transposed);
}

/* Other rules: with one factor fixed, the fit of X' with the other one fixed. */
static void check_transposed_halves(inshi_context *context, const inshi_options *standard)
{
    inshi_options o = *standard;
    struct sample s = sample_make(31, 26, 4, INSHI_DTYPE_F8, 5);
    inshi_matrix  h = matrix_copy(s.h), w = matrix_copy(s.w);
    o.given_w = o.given_h = 1;
    o.iterations          = 10;
    o.tolerance           = 0;
    o.fix                 = "w";
    sample_fit(context, &s, &o, NULL);
    assert_true(matrix_same(w, s.w));
    inshi_options p           = o;
    p.fix                     = "h";
    const inshi_status status = inshi_fit(context, inshi_matrix_transpose(s.x), inshi_matrix_transpose(h),
                                          inshi_matrix_transpose(w), &p, NULL);
    assert_int_equal(status, INSHI_OK);
    if (matrix_distance(s.h, h) > 1e-12)
        fail_msg("%s, %s: H and the W of X' differ by %g", o.solver, o.loss, matrix_distance(s.h, h));
    free(h.data);
    free(w.data);
    sample_free(&s);
}

static void test_the_two_halves_are_one_rule(void **state)
{
    (void)state;
    each_pair(check_transposed_halves);
}

/* 2^e X: the same bits but for the power of two. 1000 X: the same factors up to rounding. */
static void check_scale(inshi_context *context, const inshi_options *standard)
{
    inshi_options o = *standard;
    if (strcmp(o.solver, "gradient") == 0 && strcmp(o.loss, "eu") == 0)
        return; /* its eta has a unit */
    o.iterations           = 15;
    o.tolerance            = 0;
    struct sample a        = sample_make(33, 21, 3, INSHI_DTYPE_F8, 2),
                  b        = sample_make(33, 21, 3, INSHI_DTYPE_F8, 2);
    const double factors[] = {0x1p7, 0x1p-40, 0x1p601, 1000};
    sample_fit(context, &a, &o, NULL);
    for (int f = 0; f < 4; f++) {
        for (int64_t i = 0; i < 33 * 21; i++)
            ((double *)b.x.data)[i] = ((double *)a.x.data)[i] * factors[f];
        sample_fit(context, &b, &o, NULL);
        inshi_matrix h = matrix_copy(b.h);
        for (int64_t l = 0; l < 3; l++)
            for (int64_t j = 0; j < 21; j++)
                entry_set(h, l, j, entry_get(h, l, j) / factors[f]);
        const bool exact = f < 3;
        if (exact ? !matrix_same(a.w, b.w) || !matrix_same(a.h, h)
                  : matrix_distance(a.w, b.w) > 1e-9 || matrix_distance(a.h, h) > 1e-9)
            fail_msg("%s, %s: X times %g gives other factors, by %g, %g", o.solver, o.loss, factors[f],
                     matrix_distance(a.w, b.w), matrix_distance(a.h, h));
        free(h.data);
    }
    sample_free(&a);
    sample_free(&b);
}

static void test_scale_of_x(void **state)
{
    (void)state;
    each_pair(check_scale);
}

/* Rows and columns in another order: the same factors in that order. */
static void check_permutation(inshi_context *context, const inshi_options *standard)
{
    enum { M = 30, N = 26, K = 3 };
    inshi_options o = *standard;
    struct sample a = sample_make(M, N, K, INSHI_DTYPE_F8, 3), b = sample_make(M, N, K, INSHI_DTYPE_F8, 3);
    for (int64_t i = 0; i < M; i++)
        for (int64_t j = 0; j < N; j++)
            entry_set(b.x, i * 7 % M, j * 5 % N, entry_get(a.x, i, j));
    for (int64_t l = 0; l < K; l++) {
        for (int64_t i = 0; i < M; i++)
            entry_set(b.w, i * 7 % M, l, entry_get(a.w, i, l));
        for (int64_t j = 0; j < N; j++)
            entry_set(b.h, l, j * 5 % N, entry_get(a.h, l, j));
    }
    o.given_w = o.given_h = 1;
    o.iterations          = 10;
    o.tolerance           = 0;
    sample_fit(context, &a, &o, NULL);
    sample_fit(context, &b, &o, NULL);
    double worst = 0;
    for (int64_t l = 0; l < K; l++) {
        for (int64_t i = 0; i < M; i++)
            worst = fmax(worst, fabs(entry_get(b.w, i * 7 % M, l) - entry_get(a.w, i, l)));
        for (int64_t j = 0; j < N; j++)
            worst = fmax(worst, fabs(entry_get(b.h, l, j * 5 % N) - entry_get(a.h, l, j)));
    }
    if (!(worst < 1e-9))
        fail_msg("%s, %s: permuted factors differ by %g", o.solver, o.loss, worst);
    sample_free(&a);
    sample_free(&b);
}

static void test_permutation_of_rows_and_columns(void **state)
{
    (void)state;
    each_pair(check_permutation);
}

/* The KKT residuals a and b of the result, from sums written out here. */
static void kkt_of(const struct sample *s, double beta, double *a, double *b)
{
    *a = *b = 0;
    for (int side = 0; side < 2; side++) {
        double violation = 0, weight = 0;
        for (int64_t l = 0; l < s->k; l++)
            for (int64_t i = 0; i < (side ? s->m : s->n); i++) {
                double pull = 0, push = 0;
                for (int64_t j = 0; j < (side ? s->n : s->m); j++) {
                    const int64_t row = side ? i : j, column = side ? j : i;
                    double        y = 0;
                    for (int64_t q = 0; q < s->k; q++)
                        y += entry_get(s->w, row, q) * entry_get(s->h, q, column);
                    const double other = side ? entry_get(s->h, l, column) : entry_get(s->w, row, l);
                    pull += other * entry_get(s->x, row, column) * pow(y, beta - 2);
                    push += other * pow(y, beta - 1);
                }
                const double f = side ? entry_get(s->w, i, l) : entry_get(s->h, l, i);
                violation += f * fabs(push - pull);
                weight += f * push;
                if (pull > push)
                    *b = fmax(*b, (pull - push) / (pull + push));
            }
        if (weight > 0)
            *a = fmax(*a, violation / weight);
    }
}

static void check_kkt(inshi_context *context, const inshi_options *standard)
{
    inshi_options o = *standard;
    struct sample s = sample_make(20, 25, 2, INSHI_DTYPE_F8, 4);
    inshi_report *report;
    for (int64_t i = 0; i < 20 * 25; i++)
        ((double *)s.x.data)[i] += 0.1;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    o.iterations = strcmp(o.solver, "gradient") ? 20000 : 50;
    o.tolerance  = 1e-6;
    o.normalize  = "none";
    sample_fit(context, &s, &o, report);
    const inshi_info *info = inshi_report_info(report);
    double            a, b;
    kkt_of(&s, beta_of(o.loss), &a, &b);
    if (fabs(a - info->kkt) > 1e-9 || fabs(b - info->kkt_worst) > 1e-9)
        fail_msg("%s, %s: kkt is %g, %g, expected %g, %g", o.solver, o.loss, info->kkt, info->kkt_worst, a,
                 b);
    if (strcmp(o.solver, "gradient") && (info->stop != INSHI_STOP_TOLERANCE || a >= 1e-6 || b >= 1e-3))
        fail_msg("%s, %s: stopped with kkt %g, %g after %lld iterations", o.solver, o.loss, a, b,
                 (long long)info->iterations);
    inshi_report_destroy(report);
    sample_free(&s);
}

static void test_kkt_is_small_at_convergence(void **state)
{
    (void)state;
    each_pair(check_kkt);
}

/* Separable data: X = [I; A] H has one nonnegative factorization (Donoho, Stodden 2003), up to scale and order. */
static void test_separable_data_are_recovered(void **state)
{
    (void)state;
    enum { M = 40, N = 60, K = 4 };
    inshi_context *context = open_context();
    struct sample  s       = sample_make(M, N, K, INSHI_DTYPE_F8, 12),
                  truth    = sample_make(M, N, K, INSHI_DTYPE_F8, 13);
    uint64_t seed          = 5;
    for (int64_t l = 0; l < K; l++) {
        for (int64_t i = 0; i < M; i++) /* pure rows for each component, others sparse */
            entry_set(truth.w, i, l, i < 4 * K ? i % K == l : draw(&seed) < 0.4 ? 0 : draw(&seed));
        for (int64_t j = 0; j < N; j++)
            entry_set(truth.h, l, j, j < 4 * K ? j % K == l : draw(&seed) < 0.4 ? 0 : draw(&seed));
    }
    free(truth.x.data);
    truth.x = s.x;
    product(&truth);
    inshi_options o;
    inshi_options_default(&o);
    o.iterations = 5000;
    o.tolerance  = 1e-9;
    o.restarts   = 5;
    inshi_report *report;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    sample_fit(context, &s, &o, report);
    assert_true(inshi_report_info(report)->relative_error < 1e-6);
    for (int64_t l = 0; l < K; l++) { /* each true column is one of the columns found, cosine 1 */
        double best = 0;
        for (int64_t q = 0; q < K; q++) {
            double ab = 0, aa = 0, bb = 0;
            for (int64_t i = 0; i < M; i++) {
                const double a = entry_get(truth.w, i, l), b = entry_get(s.w, i, q);
                ab += a * b;
                aa += a * a;
                bb += b * b;
            }
            best = fmax(best, ab / sqrt(aa * bb));
        }
        if (!(best > 1 - 1e-6))
            fail_msg("component %lld: cosine %.9f", (long long)l, best);
    }
    inshi_report_destroy(report);
    sample_free(&truth);
    free(s.w.data);
    free(s.h.data);
    inshi_context_destroy(context);
}

static void check_float(inshi_context *context, const inshi_options *standard)
{
    inshi_options o    = *standard;
    const double  beta = beta_of(o.loss);
    if (beta < 0 || beta > 3)
        return;
    struct sample a = sample_make(35, 50, 3, INSHI_DTYPE_F8, 21),
                  b = sample_make(35, 50, 3, INSHI_DTYPE_F4, 21);
    for (int64_t i = 0; i < 35 * 50; i++)
        ((double *)b.x.data)[i] = ((double *)a.x.data)[i] += 0.05;
    inshi_report *report;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    o.iterations = 20;
    o.tolerance  = 0;
    sample_fit(context, &a, &o, report);
    const double objective = inshi_report_info(report)->objective;
    sample_fit(context, &b, &o, report);
    if (matrix_distance(a.w, b.w) > 2e-3 || matrix_distance(a.h, b.h) > 2e-3 ||
        fabs(inshi_report_info(report)->objective - objective) > 1e-4 * objective)
        fail_msg("%s, %s: float differs from double by %g, %g; objective %g, %g", o.solver, o.loss,
                 matrix_distance(a.w, b.w), matrix_distance(a.h, b.h), objective,
                 inshi_report_info(report)->objective);
    inshi_report_destroy(report);
    sample_free(&a);
    sample_free(&b);
}

static void test_float_follows_double(void **state)
{
    (void)state;
    each_pair(check_float);
}

/* After the multiplicative KL half-step of H, the column sums of WH are those of X; of W, the row sums. */
static void test_kl_steps_preserve_sums(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    for (int side = 0; side < 2; side++) {
        struct sample s = sample_make(27, 52, 4, INSHI_DTYPE_F8, 8);
        inshi_options o;
        inshi_options_default(&o);
        o.loss    = "kl";
        o.solver  = "mu";
        o.given_w = o.given_h = 1;
        o.fix                 = side ? "h" : "w";
        o.iterations          = 1;
        o.tolerance           = 0;
        sample_fit(context, &s, &o, NULL);
        for (int64_t a = 0; a < (side ? s.m : s.n); a++) {
            double x = 0, y = 0;
            for (int64_t b = 0; b < (side ? s.n : s.m); b++) {
                const int64_t i = side ? a : b, j = side ? b : a;
                x += entry_get(s.x, i, j);
                for (int64_t l = 0; l < 4; l++)
                    y += entry_get(s.w, i, l) * entry_get(s.h, l, j);
            }
            assert_true(fabs(x - y) < 1e-12 * x);
        }
        sample_free(&s);
    }
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_factorization_is_a_fixed_point),
        cmocka_unit_test(test_transposed_x_swaps_the_factors),
        cmocka_unit_test(test_the_two_halves_are_one_rule),
        cmocka_unit_test(test_scale_of_x),
        cmocka_unit_test(test_permutation_of_rows_and_columns),
        cmocka_unit_test(test_kkt_is_small_at_convergence),
        cmocka_unit_test(test_separable_data_are_recovered),
        cmocka_unit_test(test_float_follows_double),
        cmocka_unit_test(test_kl_steps_preserve_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
