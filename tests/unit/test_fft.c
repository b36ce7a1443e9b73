/* test_fft.c -- transforms of every kind of length against the sum that defines them, in long double. */
#include "support/support.h"

#include <float.h>
#include <math.h>
#include "audio/fft.h"
#include "base/random.h"

static const long double PI = 3.14159265358979323846264338327950288L;

static double noise(int64_t i, int64_t j)
{
    return 2 * random_uniform(7, 1, i, j) - 1;
}

/* X[k] of length n by definition, the turns from a table. */
static void define(const double *re, const double *im, int64_t n, long double *out)
{
    long double *turn = malloc(2 * (size_t)n * sizeof *turn);
    for (int64_t k = 0; k < n; k++) {
        turn[2 * k]     = cosl(2 * PI * (long double)k / (long double)n);
        turn[2 * k + 1] = -sinl(2 * PI * (long double)k / (long double)n);
    }
    for (int64_t k = 0; k < n; k++) {
        long double a = 0, b = 0;
        for (int64_t j = 0, at = 0; j < n; j++, at = (at + k) % n) {
            a += re[j] * turn[2 * at] - im[j] * turn[2 * at + 1];
            b += re[j] * turn[2 * at + 1] + im[j] * turn[2 * at];
        }
        out[2 * k]     = a;
        out[2 * k + 1] = b;
    }
    free(turn);
}

static double at(const void *x, inshi_dtype dtype, int64_t i)
{
    return dtype == INSHI_DTYPE_F4 ? (double)((const float *)x)[i] : ((const double *)x)[i];
}

static void put(void *x, inshi_dtype dtype, int64_t i, double value)
{
    if (dtype == INSHI_DTYPE_F4)
        ((float *)x)[i] = (float)value;
    else
        ((double *)x)[i] = value;
}

static double bound(inshi_dtype dtype, int64_t n)
{
    const double eps = dtype == INSHI_DTYPE_F4 ? FLT_EPSILON : DBL_EPSILON;
    return eps * (1 + log2((double)n)) * sqrt((double)n) * 2;
}

static void check_complex(inshi_context *context, inshi_dtype dtype, int64_t n)
{
    struct fft  *plan;
    double      *re = calloc((size_t)n, 8), *im = calloc((size_t)n, 8);
    void        *a = malloc((size_t)n * 8), *b = malloc((size_t)n * 8);
    long double *truth = malloc(2 * (size_t)n * sizeof *truth);
    assert_int_equal(fft_make(context, n, dtype, &plan), INSHI_OK);
    void *scratch = malloc((size_t)fft_scratch(plan));
    for (int64_t i = 0; i < n; i++) {
        put(a, dtype, i, noise(i, 0));
        put(b, dtype, i, noise(i, 1));
        re[i] = at(a, dtype, i);
        im[i] = at(b, dtype, i);
    }
    define(re, im, n, truth);
    fft_run(plan, a, b, scratch);
    double worst = 0;
    for (int64_t i = 0; i < n; i++)
        worst =
            fmax(worst, (double)hypotl(at(a, dtype, i) - truth[2 * i], at(b, dtype, i) - truth[2 * i + 1]));
    fft_run(plan, b, a, scratch);
    for (int64_t i = 0; i < n; i++)
        worst = fmax(worst, hypot(at(a, dtype, i) / (double)n - re[i], at(b, dtype, i) / (double)n - im[i]));
    if (worst > bound(dtype, n))
        fail_msg("complex, %lld points, %s: off by %g, and %g is allowed", (long long)n,
                 inshi_dtype_name(dtype), worst, bound(dtype, n));
    fft_free(context, plan);
    free(scratch), free(truth), free(a), free(b), free(re), free(im);
}

static void check_real(inshi_context *context, inshi_dtype dtype, int64_t n)
{
    struct fft_real *plan;
    double          *re = calloc((size_t)n, 8), *im = calloc((size_t)n, 8);
    void            *x = malloc((size_t)n * 8), *spectrum = malloc((size_t)(n + 2) * 8);
    long double     *truth = malloc(2 * (size_t)n * sizeof *truth);
    assert_int_equal(fft_real_make(context, n, dtype, &plan), INSHI_OK);
    void *scratch = malloc((size_t)fft_real_scratch(plan));
    for (int64_t i = 0; i < n; i++) {
        put(x, dtype, i, noise(i, 2));
        re[i] = at(x, dtype, i);
    }
    define(re, im, n, truth);
    fft_real_run(plan, x, spectrum, scratch);
    double worst = 0;
    for (int64_t k = 0; k <= n / 2; k++)
        worst = fmax(worst, (double)hypotl(at(spectrum, dtype, 2 * k) - truth[2 * k],
                                           at(spectrum, dtype, 2 * k + 1) - truth[2 * k + 1]));
    put(spectrum, dtype, 1, 3); /* imaginary parts that are taken as 0 */
    if (n % 2 == 0)
        put(spectrum, dtype, n + 1, 5);
    fft_real_inverse(plan, spectrum, x, scratch);
    for (int64_t i = 0; i < n; i++)
        worst = fmax(worst, fabs(at(x, dtype, i) - re[i]));
    if (worst > bound(dtype, n))
        fail_msg("real, %lld points, %s: off by %g, and %g is allowed", (long long)n, inshi_dtype_name(dtype),
                 worst, bound(dtype, n));
    fft_real_free(context, plan);
    free(scratch), free(truth), free(x), free(spectrum), free(re), free(im);
}

static void check_isa(const char *isa)
{
    static const int64_t LENGTHS[] = {211, 256, 343, 441, 500, 997, 1009, 1764, 2011, 2048, 2209, 2310, 4096};
    inshi_context       *context   = open_context();
    assert_int_equal(inshi_context_set_isa(context, isa), INSHI_OK);
    for (int t = 0; t < 2; t++) {
        const inshi_dtype dtype = t ? INSHI_DTYPE_F8 : INSHI_DTYPE_F4;
        for (int64_t n = 1; n <= 200; n++) {
            check_complex(context, dtype, n);
            check_real(context, dtype, n);
        }
        for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
            check_complex(context, dtype, LENGTHS[i]);
            check_real(context, dtype, LENGTHS[i]);
        }
    }
    inshi_context_destroy(context);
}

static void test_fft_is_the_sum_that_defines_it(void **state)
{
    (void)state;
    check_isa("auto");
    check_isa("portable");
}

static void test_fft_turn_is_correct_to_the_last_bits(void **state)
{
    (void)state;
    for (int64_t n = 1; n < 300; n++)
        for (int64_t k = 0; k < n; k++) {
            double re, im;
            fft_turn(k, n, &re, &im);
            const long double angle = 2 * PI * (long double)k / (long double)n;
            assert_true(fabsl(re - cosl(angle)) <= DBL_EPSILON && fabsl(im + sinl(angle)) <= DBL_EPSILON);
            assert_true(4 * k % n != 0 || re == 0 || im == 0); /* the axes are exact */
        }
}

static void test_fft_good_length_has_small_factors(void **state)
{
    (void)state;
    assert_int_equal(fft_good_length(0), 1);
    assert_int_equal(fft_good_length(7), 8);
    assert_int_equal(fft_good_length(65), 72);
    assert_int_equal(fft_good_length(2017), 2048); /* 2025 is odd */
    assert_int_equal(fft_good_length(2049), 2160);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fft_is_the_sum_that_defines_it),
                                       cmocka_unit_test(test_fft_turn_is_correct_to_the_last_bits),
                                       cmocka_unit_test(test_fft_good_length_has_small_factors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
