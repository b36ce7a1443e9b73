/* test_init.c -- starts: singular vectors against a matrix whose triplets are known, fillings, random entries. */
#include "support/support.h"

#include <math.h>

enum { M = 61, N = 47 };

/* X = 3 u u' + v v' block by block: two blocks of ones give two nonnegative triplets, values known in closed form. */
static void fill_blocks(double *x)
{
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++)
            x[i * N + j] = i < 20 && j < 30 ? 3 : i >= 20 && j >= 30 ? 1 : 0;
}

static inshi_status start_of(inshi_context *context, double *x, const char *init, int64_t k, double *w,
                             double *h)
{
    inshi_options o;
    inshi_options_default(&o);
    o.init       = init;
    o.init_scale = "none";
    o.normalize  = "none";
    o.iterations = 0;
    return inshi_fit(context, inshi_matrix_c(x, INSHI_DTYPE_F8, M, N),
                     inshi_matrix_c(w, INSHI_DTYPE_F8, M, k), inshi_matrix_c(h, INSHI_DTYPE_F8, k, N), &o,
                     NULL);
}

static void test_blocks_are_their_own_start(void **state)
{
    (void)state;
    static double  x[M * N], w[M * 2], h[2 * N];
    inshi_context *context = open_context();
    fill_blocks(x);
    assert_int_equal(start_of(context, x, "nndsvd", 2, w, h), INSHI_OK);
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++)
            assert_true(fabs(w[i * 2] * h[j] + w[i * 2 + 1] * h[N + j] - x[i * N + j]) < 1e-9);
    for (int i = 0; i < M; i++) { /* nothing of one block in the other's component */
        assert_true(fabs(w[i * 2 + (i < 20)]) < 1e-9);
        assert_true(w[i * 2 + (i >= 20)] > 0.1);
    }
    inshi_context_destroy(context);
}

/* A checkerboard: the second triplet has both signs, and its positive and negative parts are alike in length:
 * u = (1, -1), v = (1, -1) on halves. */
static void test_one_sign_of_a_mixed_triplet_is_taken(void **state)
{
    (void)state;
    static double  x[M * N], w[M * 2], h[2 * N];
    inshi_context *context = open_context();
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++)
            x[i * N + j] = (i < 20) == (j < 30) ? 2 : 1;
    assert_int_equal(start_of(context, x, "nndsvd", 2, w, h), INSHI_OK);
    int zeros = 0;
    for (int i = 0; i < M; i++) {
        assert_true(w[i * 2] > 0);
        zeros += w[i * 2 + 1] == 0;
    }
    assert_true(zeros == 20 || zeros == M - 20);
    inshi_context_destroy(context);
}

static void test_zeros_are_filled(void **state)
{
    (void)state;
    static double  x[M * N], w[M * 2], h[2 * N];
    double         mean    = 0;
    inshi_context *context = open_context();
    fill_blocks(x);
    for (int i = 0; i < M * N; i++)
        mean += x[i] / (M * N);
    assert_int_equal(start_of(context, x, "nndsvdar", 2, w, h), INSHI_OK);
    for (int i = 0; i < M * 2; i++)
        assert_true(w[i] > 0 && (w[i] > 0.1 || w[i] < 0.01 * 2 * mean));
    assert_int_equal(start_of(context, x, "nndsvda", 2, w, h), INSHI_OK);
    for (int i = 0; i < M * 2; i++)
        assert_true(w[i] > 0.1);
    inshi_context_destroy(context);
}

static void test_hostile_ranks_and_data(void **state)
{
    (void)state;
    static double      x[M * N], w[M * 60], h[60 * N];
    static const char *inits[] = {"nndsvd", "nndsvda", "nndsvdar"};
    inshi_context     *context = open_context();
    for (int kind = 0; kind < 3; kind++) /* rank 1, zero, a zero row and a zero column */
        for (int init = 0; init < 3; init++) {
            for (int i = 0; i < M; i++)
                for (int j = 0; j < N; j++)
                    x[i * N + j] = kind == 1                         ? 0
                                   : kind == 2 && (i == 3 || j == 5) ? 0
                                                                     : (i + 1.0) * (j + 1.0);
            const int64_t k = init == 0 ? 10 : 60;
            assert_int_equal(start_of(context, x, inits[init], k, w, h), INSHI_OK);
            for (int64_t i = 0; i < M * k; i++)
                assert_true(isfinite(w[i]) && w[i] >= 0);
            for (int64_t i = 0; i < N * k; i++)
                assert_true(isfinite(h[i]) && h[i] >= 0);
        }
    inshi_context_destroy(context);
}

static void test_what_does_not_go_together_is_refused(void **state)
{
    (void)state;
    static double  x[M * N], w[M * 2], h[2 * N];
    inshi_context *context = open_context();
    inshi_options  o;
    fill_blocks(x);
    inshi_options_default(&o);
    o.init     = "nndsvd";
    o.restarts = 3;
    assert_int_equal(inshi_options_check(context, &o), INSHI_ERR_ARGUMENT);
    o.restarts = 1;
    o.given_w  = 1;
    for (int i = 0; i < M * 2; i++)
        w[i] = 1;
    assert_int_equal(inshi_fit(context, inshi_matrix_c(x, INSHI_DTYPE_F8, M, N),
                               inshi_matrix_c(w, INSHI_DTYPE_F8, M, 2),
                               inshi_matrix_c(h, INSHI_DTYPE_F8, 2, N), &o, NULL),
                     INSHI_ERR_ARGUMENT);
    assert_non_null(strstr(inshi_context_message(context), "both factors"));
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_blocks_are_their_own_start),
                                       cmocka_unit_test(test_one_sign_of_a_mixed_triplet_is_taken),
                                       cmocka_unit_test(test_zeros_are_filled),
                                       cmocka_unit_test(test_hostile_ranks_and_data),
                                       cmocka_unit_test(test_what_does_not_go_together_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
