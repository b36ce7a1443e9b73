/* test_transform.c -- activations of new columns: each alone, the same bits in any batch, at the optimum. */
#include "support/support.h"

#include <math.h>
#include "support/draw.h"
#include "support/sample.h"

static const char *const LOSSES[] = {"eu",       "kl",      "is",       "beta:0.5",
                                     "beta:1.5", "beta:-1", "beta:2.7", "beta:3"};
enum { LOSS_CASES = sizeof LOSSES / sizeof LOSSES[0], M = 30, N = 101, K = 3 };

static inshi_options standard(const char *loss)
{
    inshi_options o;
    inshi_options_default(&o);
    o.loss       = loss;
    o.tolerance  = 1e-8;
    o.iterations = 5000;
    o.floor      = 1e-12;
    return o;
}

static void transform(inshi_context *context, inshi_matrix x, inshi_matrix w, inshi_matrix h,
                      const inshi_options *o, inshi_report *report)
{
    const inshi_status status = inshi_transform(context, x, w, h, o, report);
    if (status)
        fail_msg("%s: %s", o->loss, inshi_context_message(context));
}

/* Batches of every kind: single columns, pairs, panels and a bit, in two orders of memory. */
static void check_batches(inshi_context *context, const struct sample *s, const inshi_options *o)
{
    static const int64_t sizes[] = {1, 2, 7, 24, 25, 60};
    inshi_matrix         whole = s->h, other = matrix_copy(s->h);
    transform(context, s->x, s->w, whole, o, NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int64_t first = 0; first < s->n; first += sizes[i]) {
            const int64_t count = first + sizes[i] < s->n ? sizes[i] : s->n - first;
            transform(context, inshi_matrix_columns(s->x, first, count), s->w,
                      inshi_matrix_columns(other, first, count), o, NULL);
        }
        if (!matrix_same(whole, other))
            fail_msg("%s, %s: batches of %lld columns give other bits, by %g", o->loss,
                     inshi_dtype_name(s->w.dtype), (long long)sizes[i], matrix_distance(whole, other));
    }
    free(other.data);
}

static void test_any_split_gives_the_same_bits(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    for (int j = 0; j < LOSS_CASES; j++)
        for (int type = 0; type < 2; type++) {
            const inshi_options o = standard(LOSSES[j]);
            if (type && (beta_of(o.loss) < 0 || beta_of(o.loss) > 3))
                continue;
            struct sample s = sample_make(M, N, K, type ? INSHI_DTYPE_F4 : INSHI_DTYPE_F8, 31);
            check_batches(context, &s, &o);
            sample_free(&s);
        }
    inshi_context_destroy(context);
}

/* Columns of very different sizes, zero columns among them: the scale of a batch must not show. */
static void test_columns_of_other_scales_in_the_batch(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    for (int j = 0; j < LOSS_CASES; j++)
        for (int penalty = 0; penalty < 2; penalty++) {
            struct sample s    = sample_make(M, N, K, INSHI_DTYPE_F8, 32);
            uint64_t      seed = 3;
            inshi_options o    = standard(LOSSES[j]);
            o.l1_h             = penalty * 1e-3;
            o.l2_h             = penalty * 1e-2;
            o.iterations       = 300;
            for (int64_t c = 0; c < N; c++) {
                const double scale = c % 11 == 5 ? 0 : pow(10, 8 * draw(&seed) - 4);
                for (int64_t i = 0; i < M; i++)
                    entry_set(s.x, i, c, entry_get(s.x, i, c) * scale);
            }
            check_batches(context, &s, &o);
            assert_true(matrix_is_sound(s.h));
            sample_free(&s);
        }
    inshi_context_destroy(context);
}

/* Each column at its own optimum: |h (push - pull)| small, and no entry at zero wants to grow. */
static void check_optimum(const struct sample *s, const inshi_options *o)
{
    const double beta = beta_of(o->loss);
    for (int64_t c = 0; c < s->n; c++) {
        double violation = 0, weight = 0;
        for (int64_t l = 0; l < s->k; l++) {
            double       pull = 0, push = 0;
            const double h = entry_get(s->h, l, c);
            for (int64_t i = 0; i < s->m; i++) {
                double y = 0;
                for (int64_t q = 0; q < s->k; q++)
                    y += entry_get(s->w, i, q) * entry_get(s->h, q, c);
                pull += entry_get(s->w, i, l) * fmax(entry_get(s->x, i, c), o->floor * (beta <= 0)) *
                        pow(y, beta - 2);
                push += entry_get(s->w, i, l) * pow(y, beta - 1);
            }
            push += o->l1_h + o->l2_h * h;
            violation += h * fabs(push - pull);
            weight += h * push;
            if (!(pull - push <= 1.1e-4 * (pull + push)))
                fail_msg("%s, column %lld: component %lld is pulled by %g, pushed by %g", o->loss,
                         (long long)c, (long long)l, pull, push);
        }
        if (!(violation <= 1.1e-8 * weight))
            fail_msg("%s, column %lld: the KKT residual is %g", o->loss, (long long)c, violation / weight);
    }
}

static void test_every_column_reaches_its_optimum(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    inshi_report  *report;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    for (int j = 0; j < LOSS_CASES; j++)
        for (int penalty = 0; penalty < 2; penalty++) {
            struct sample s = sample_make(M, N, K, INSHI_DTYPE_F8, 33);
            for (int64_t i = 0; i < M * N; i++)
                ((double *)s.x.data)[i] += 0.1;
            inshi_options o = standard(LOSSES[j]);
            o.iterations    = 100000;
            o.l1_h          = penalty * 0.5;
            o.l2_h          = penalty * 0.3;
            transform(context, s.x, s.w, s.h, &o, report);
            const inshi_info *info = inshi_report_info(report);
            if (info->stop != INSHI_STOP_TOLERANCE || info->kkt >= 1e-8 || info->kkt_worst >= 1e-4)
                fail_msg("%s, penalty %d: stop \"%s\", kkt %g, %g after %lld iterations", o.loss, penalty,
                         inshi_stop_name(info->stop), info->kkt, info->kkt_worst,
                         (long long)info->iterations);
            check_optimum(&s, &o);
            double penalties = 0;
            for (int64_t i = 0; i < K * N; i++)
                penalties += o.l1_h * ((double *)s.h.data)[i] +
                             o.l2_h / 2 * ((double *)s.h.data)[i] * ((double *)s.h.data)[i];
            const double expected =
                sample_divergence(&s, beta_of(o.loss), beta_of(o.loss) <= 0 ? o.floor : 0);
            assert_true(fabs(info->divergence - expected) <= 1e-9 * fabs(expected));
            assert_true(fabs(info->objective - expected - penalties) <= 1e-9 * fabs(expected + penalties));
            sample_free(&s);
        }
    inshi_report_destroy(report);
    inshi_context_destroy(context);
}

/* Columns made of the basis: the activations come back. */
static void test_known_activations_come_back(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    for (int j = 0; j < LOSS_CASES; j++) {
        struct sample s     = sample_make(M, N, K, INSHI_DTYPE_F8, 34);
        inshi_matrix  truth = matrix_copy(s.h);
        for (int64_t i = 0; i < M; i++)
            for (int64_t c = 0; c < N; c++) {
                double y = 0;
                for (int64_t l = 0; l < K; l++)
                    y += entry_get(s.w, i, l) * entry_get(s.h, l, c);
                entry_set(s.x, i, c, y);
            }
        inshi_options o = standard(LOSSES[j]);
        o.tolerance     = 1e-10;
        o.iterations    = 100000;
        transform(context, s.x, s.w, s.h, &o, NULL);
        if (!(matrix_distance(truth, s.h) < 1e-6))
            fail_msg("%s: activations are off by %g", o.loss, matrix_distance(truth, s.h));
        free(truth.data);
        sample_free(&s);
    }
    inshi_context_destroy(context);
}

/* Zero columns get zero activations; W stays as it is. */
static void test_zero_columns_and_w(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    for (int j = 0; j < LOSS_CASES; j++) {
        struct sample s = sample_make(M, 5, K, INSHI_DTYPE_F8, 35);
        inshi_matrix  w = matrix_copy(s.w);
        inshi_options o = standard(LOSSES[j]);
        for (int64_t i = 0; i < M; i++)
            entry_set(s.x, i, 2, 0);
        transform(context, s.x, s.w, s.h, &o, NULL);
        assert_true(matrix_same(w, s.w) && matrix_is_sound(s.h));
        if (beta_of(o.loss) > 0)
            for (int64_t l = 0; l < K; l++)
                assert_true(entry_get(s.h, l, 2) == 0);
        free(w.data);
        sample_free(&s);
    }
    inshi_context_destroy(context);
}

/* f4 cannot reach 1e-8: a column then ends where its residual falls no more, far from the last iteration. */
static void test_single_precision_ends(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    inshi_report  *report;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    for (int j = 0; j < LOSS_CASES; j++) {
        struct sample s = sample_make(M, N, K, INSHI_DTYPE_F4, 31);
        inshi_options o = standard(LOSSES[j]);
        if (beta_of(o.loss) >= 0)
            transform(context, s.x, s.w, s.h, &o, report);
        const inshi_info *info = inshi_report_info(report);
        if (info->iterations > 2000 || info->kkt > 5e-5)
            fail_msg("%s: kkt %g after %lld iterations", o.loss, info->kkt, (long long)info->iterations);
        sample_free(&s);
    }
    inshi_report_destroy(report);
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_split_gives_the_same_bits),
        cmocka_unit_test(test_columns_of_other_scales_in_the_batch),
        cmocka_unit_test(test_every_column_reaches_its_optimum),
        cmocka_unit_test(test_known_activations_come_back),
        cmocka_unit_test(test_zero_columns_and_w),
        cmocka_unit_test(test_single_precision_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
