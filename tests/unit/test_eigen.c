/* test_eigen.c -- eigenvectors of symmetric matrices: the equation, the order, unit length, a sign. */
#include "support/support.h"

#include <math.h>
#include "base/eigen.h"
#include "base/random.h"

enum { MOST = 40 };

static void check(int64_t n, uint64_t seed, bool degenerate)
{
    static double a[MOST * MOST], left[MOST * MOST], v[MOST * MOST];
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j <= i; j++)
            a[i * n + j] = a[j * n + i] =
                degenerate ? (double)(i % 3 == j % 3) : random_uniform(seed, 1, i, j) - 0.4;
    memcpy(left, a, sizeof a);
    eigen_symmetric(left, n, v);
    for (int64_t k = 0; k < n; k++) {
        double largest = 0;
        for (int64_t i = 0; i < n; i++) {
            double product = 0;
            for (int64_t j = 0; j < n; j++)
                product += a[i * n + j] * v[k * n + j];
            assert_true(fabs(product - left[k * n + k] * v[k * n + i]) < 1e-12 * (double)n);
            largest = fabs(v[k * n + i]) > fabs(largest) ? v[k * n + i] : largest;
        }
        assert_true(largest > 0);
        assert_true(k == 0 || left[k * n + k] <= left[(k - 1) * n + k - 1]);
        for (int64_t other = 0; other <= k; other++) {
            double product = 0;
            for (int64_t j = 0; j < n; j++)
                product += v[k * n + j] * v[other * n + j];
            assert_true(fabs(product - (other == k)) < 1e-12 * (double)n);
        }
    }
}

static void test_eigen_equation(void **state)
{
    (void)state;
    static const int64_t SIZES[] = {1, 2, 3, 10, MOST};
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++)
        for (uint64_t seed = 0; seed < 5; seed++)
            check(SIZES[i], seed, false);
}

/* Three blocks of ones: eigenvalues that are many times the same. */
static void test_eigen_of_equal_values(void **state)
{
    (void)state;
    check(9, 0, true);
    check(MOST, 0, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_eigen_equation),
        cmocka_unit_test(test_eigen_of_equal_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
