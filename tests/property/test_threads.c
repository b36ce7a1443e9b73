/* test_threads.c -- the same bits for 1, 2, 3 and 4 threads: every solver, loss, shape and type. */
#include "support/support.h"

#include "support/draw.h"
#include "support/sample.h"

static const char *const LOSSES[] = {"eu", "kl", "is", "beta:0.5", "beta:-1", "beta:3"};
enum { LOSS_CASES = sizeof LOSSES / sizeof LOSSES[0], MOST_THREADS = 4 };

static void check_bits(inshi_context *context, const struct sample *s, inshi_options *o, inshi_report *report)
{
    inshi_matrix w = {0}, h = {0};
    double       objective = 0, kkt = 0;
    for (int threads = 1; threads <= MOST_THREADS; threads++) {
        assert_int_equal(inshi_context_set_threads(context, threads), INSHI_OK);
        sample_fit(context, s, o, report);
        const inshi_info *info = inshi_report_info(report);
        assert_int_equal(info->threads, threads);
        if (threads == 1) {
            w         = matrix_copy(s->w);
            h         = matrix_copy(s->h);
            objective = info->objective;
            kkt       = info->kkt;
        } else if (!matrix_same(w, s->w) || !matrix_same(h, s->h) || objective != info->objective ||
                   kkt != info->kkt)
            fail_msg("%s, %s, %lld x %lld, k = %lld, %s: other bits with %d threads", o->solver, o->loss,
                     (long long)s->m, (long long)s->n, (long long)s->k, inshi_dtype_name(s->w.dtype),
                     threads);
    }
    free(w.data);
    free(h.data);
}

static void check_shape(int64_t m, int64_t n, int64_t k, int64_t iterations, inshi_dtype dtype)
{
    inshi_context *context = open_context();
    inshi_report  *report;
    struct sample  s = sample_make(m, n, k, dtype, (uint64_t)(m + n));
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    for (int i = 0; inshi_solver_name(i); i++)
        for (int j = 0; j < LOSS_CASES; j++) {
            inshi_options o;
            inshi_options_default(&o);
            o.solver          = inshi_solver_name(i);
            o.loss            = LOSSES[j];
            o.iterations      = iterations;
            o.tolerance       = 0;
            o.eta             = strcmp(o.loss, "eu") ? 0.1 : 1e-7;
            const double beta = beta_of(o.loss);
            if (pair_exists(context, o.solver, o.loss) &&
                (dtype == INSHI_DTYPE_F8 || (beta >= 0 && beta <= 3)))
                check_bits(context, &s, &o, report);
        }
    inshi_report_destroy(report);
    sample_free(&s);
    inshi_context_destroy(context);
}

static void test_a_square_x(void **state)
{
    (void)state;
    check_shape(301, 263, 5, 4, INSHI_DTYPE_F8);
    check_shape(263, 301, 5, 4, INSHI_DTYPE_F4);
}

static void test_a_tall_x(void **state)
{
    (void)state;
    check_shape(5000, 38, 4, 2, INSHI_DTYPE_F8);
}

static void test_a_wide_x(void **state)
{
    (void)state;
    check_shape(38, 5000, 4, 2, INSHI_DTYPE_F8);
}

static void test_a_small_x(void **state)
{
    (void)state;
    check_shape(7, 3, 2, 10, INSHI_DTYPE_F8);
    check_shape(1, 40000, 1, 3, INSHI_DTYPE_F8);
}

/* Penalties, fixed columns and restarts go through other sums. */
static void test_with_everything_on(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    inshi_report  *report;
    const int64_t  fixed[] = {1, 2};
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    for (int i = 0; inshi_solver_name(i); i++)
        for (int j = 0; j < 2; j++) {
            struct sample s     = sample_make(400, 200, 4, INSHI_DTYPE_F8, 77);
            inshi_matrix  start = matrix_copy(s.w);
            inshi_options o;
            inshi_options_default(&o);
            o.solver            = inshi_solver_name(i);
            o.loss              = LOSSES[j];
            o.eta               = j ? 0.1 : 1e-6;
            o.given_w           = 1;
            o.fix_columns       = fixed;
            o.fix_columns_count = 2;
            o.l1_h              = 0.1;
            o.l2_w              = 0.2;
            o.restarts          = 2;
            o.iterations        = 3;
            inshi_matrix w = {0}, h = {0};
            for (int threads = 1; pair_exists(context, o.solver, o.loss) && threads <= MOST_THREADS;
                 threads++) {
                inshi_context_set_threads(context, threads);
                memcpy(s.w.data, start.data, 400 * 4 * 8);
                sample_fit(context, &s, &o, report);
                if (threads == 1) {
                    w = matrix_copy(s.w);
                    h = matrix_copy(s.h);
                }
                if (!matrix_same(w, s.w) || !matrix_same(h, s.h))
                    fail_msg("%s, %s: other bits with %d threads", o.solver, o.loss, threads);
            }
            free(w.data);
            free(h.data);
            free(start.data);
            sample_free(&s);
        }
    inshi_report_destroy(report);
    inshi_context_destroy(context);
}

static void test_transform(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    for (int j = 0; j < LOSS_CASES; j++) {
        struct sample s = sample_make(60, 2000, 4, INSHI_DTYPE_F8, 5);
        inshi_options o;
        inshi_options_default(&o);
        o.loss           = LOSSES[j];
        o.iterations     = 20;
        inshi_matrix one = {0};
        for (int threads = 1; threads <= MOST_THREADS; threads++) {
            inshi_context_set_threads(context, threads);
            assert_int_equal(inshi_transform(context, s.x, s.w, s.h, &o, NULL), INSHI_OK);
            if (threads == 1)
                one = matrix_copy(s.h);
            assert_true(matrix_same(one, s.h));
        }
        free(one.data);
        sample_free(&s);
    }
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_square_x),         cmocka_unit_test(test_a_tall_x),
        cmocka_unit_test(test_a_wide_x),           cmocka_unit_test(test_a_small_x),
        cmocka_unit_test(test_with_everything_on), cmocka_unit_test(test_transform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
