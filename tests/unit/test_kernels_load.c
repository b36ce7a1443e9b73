/* test_kernels_load.c -- tiles of X from every storage type and any strides, and the scan of a matrix. */
#include "support/support.h"

#include <math.h>
#include "support/draw.h"
#include "support/tables.h"

static const inshi_dtype DTYPES[] = {INSHI_DTYPE_U1, INSHI_DTYPE_U2, INSHI_DTYPE_U4, INSHI_DTYPE_U8,
                                     INSHI_DTYPE_I1, INSHI_DTYPE_I2, INSHI_DTYPE_I4, INSHI_DTYPE_I8,
                                     INSHI_DTYPE_F2, INSHI_DTYPE_F4, INSHI_DTYPE_F8, INSHI_DTYPE_B1};
enum { TYPES = sizeof DTYPES / sizeof DTYPES[0] };

/* A half: the number nearest to a that has at most 11 significant bits, and its pattern; 2^-14 <= a < 65504. */
static uint16_t half_of(double a, double *rounded)
{
    if (a == 0) {
        *rounded = 0;
        return 0;
    }
    int          e;
    const double fraction = nearbyint(ldexp(frexp(a, &e), 11)); /* 1024 to 2048 */
    *rounded              = ldexp(fraction, e - 11);
    return (uint16_t)((e + 14) * 1024 + (int)fraction - 1024);
}

/* Puts a (0 <= a < 100) at element `at`; returns what is stored there as a number. */
static double put(void *data, inshi_dtype dtype, int64_t at, double a)
{
    double rounded = floor(a);
    switch (dtype) {
    case INSHI_DTYPE_U1:
        ((uint8_t *)data)[at] = (uint8_t)a;
        return rounded;
    case INSHI_DTYPE_U2:
        ((uint16_t *)data)[at] = (uint16_t)(a * 600);
        return floor(a * 600);
    case INSHI_DTYPE_U4:
        ((uint32_t *)data)[at] = (uint32_t)(a * 4e7);
        return floor(a * 4e7);
    case INSHI_DTYPE_U8:
        ((uint64_t *)data)[at] = (uint64_t)(a * 1e17);
        return (double)(uint64_t)(a * 1e17);
    case INSHI_DTYPE_I1:
        ((int8_t *)data)[at] = (int8_t)a;
        return rounded;
    case INSHI_DTYPE_I2:
        ((int16_t *)data)[at] = (int16_t)(a * 300);
        return floor(a * 300);
    case INSHI_DTYPE_I4:
        ((int32_t *)data)[at] = (int32_t)(a * 2e7);
        return floor(a * 2e7);
    case INSHI_DTYPE_I8:
        ((int64_t *)data)[at] = (int64_t)(a * 9e16);
        return (double)(int64_t)(a * 9e16);
    case INSHI_DTYPE_F2:
        ((uint16_t *)data)[at] = half_of(a < 0.001 ? 0 : a, &rounded);
        return rounded;
    case INSHI_DTYPE_F4:
        ((float *)data)[at] = (float)a;
        return (double)(float)a;
    case INSHI_DTYPE_F8:
        ((double *)data)[at] = a;
        return a;
    case INSHI_DTYPE_B1:
        ((uint8_t *)data)[at] = a > 50 ? (uint8_t)(1 + (int)a % 2) : 0; /* any byte but 0 is true */
        return a > 50;
    }
    fail();
    return 0;
}

enum { WAYS = 6 };

/* A view of m x n into data (room for 12 m n + 64 elements), in one of several orders. */
static inshi_matrix view_of(char *data, inshi_dtype dtype, int64_t m, int64_t n, int way)
{
    const int64_t bytes = inshi_dtype_bytes(dtype);
    inshi_matrix  v     = inshi_matrix_c(data, dtype, m, n);
    switch (way) {
    case 0: /* C */
        return v;
    case 1: /* Fortran */
        return inshi_matrix_fortran(data, dtype, m, n);
    case 2: /* columns 3 ... of a wider matrix */
        v = inshi_matrix_c(data, dtype, m, n + 7);
        return inshi_matrix_columns(v, 3, n);
    case 3: /* transposed slice of a Fortran matrix */
        v = inshi_matrix_columns(inshi_matrix_fortran(data, dtype, n, m + 5), 2, m);
        return inshi_matrix_transpose(v);
    case 4: /* every third row and second column, both backwards */
        v.row_stride    = -3 * 2 * n;
        v.column_stride = -2;
        v.data          = data + (6 * m * n + 8) * bytes;
        return v;
    default: /* Fortran, rows backwards */
        v            = inshi_matrix_fortran(data, dtype, m, n);
        v.data       = data + (m - 1) * bytes;
        v.row_stride = -1;
        return v;
    }
}

static void check_tiles(const struct kernels *t, const inshi_matrix *view, const double *numbers,
                        double scale, double lift)
{
    const int64_t T = t->lanes, m = view->rows, n = view->columns;
    struct tiles  x    = {.view         = *view,
                          .scale        = scale,
                          .lift         = lift,
                          .tile_rows    = (m + T - 1) / T,
                          .tile_columns = (n + T - 1) / T};
    void         *tile = real_block(t, T * T, -1);
    for (int64_t p = 0; p < x.tile_rows; p++)
        for (int64_t q = 0; q < x.tile_columns; q++) {
            t->load_tile(&x, p, q, tile);
            for (int64_t i = 0; i < T * T; i++) {
                const int64_t row = p * T + i / T, column = q * T + i % T;
                double        e = 1; /* behind the last entry */
                if (row < m && column < n)
                    e = fmax(numbers[row * n + column] * scale, lift);
                if (t->real_bytes == 4)
                    e = (double)(float)e;
                if (real_at(t, tile, i) != e)
                    fail_msg("%s, %s %lld x %lld: entry (%lld, %lld) is %.17g, expected %.17g", table_name(t),
                             inshi_dtype_name(view->dtype), (long long)m, (long long)n, (long long)row,
                             (long long)column, real_at(t, tile, i), e);
            }
        }
    free(tile);
}

static void test_tiles_of_every_type_and_order(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int i = 0; test_table(i); i++) {
        const int64_t T           = test_table(i)->lanes,
                      shapes[][2] = {{1, 1}, {T - 1, T}, {T + 1, 2 * T + 3}, {2, 7}};
        for (int s = 0; s < 4; s++)
            for (int type = 0; type < TYPES; type++)
                for (int way = 0; way < WAYS; way++) {
                    const int64_t m = shapes[s][0], n = shapes[s][1];
                    char         *data    = calloc((size_t)(12 * m * n + 64), 8);
                    double       *numbers = malloc((size_t)(m * n) * sizeof *numbers);
                    inshi_matrix  v       = view_of(data + 16 * 8, DTYPES[type], m, n, way);
                    for (int64_t j = 0; j < m * n; j++)
                        numbers[j] = put(v.data, v.dtype, j / n * v.row_stride + j % n * v.column_stride,
                                         draw(&seed) < 0.1 ? 0 : 100 * draw(&seed));
                    check_tiles(test_table(i), &v, numbers, 1, 0);
                    check_tiles(test_table(i), &v, numbers, 0x1p-9, 1e-3);
                    free(data);
                    free(numbers);
                }
    }
}

/* Every finite half, subnormals too. */
static void test_tiles_of_all_halves(void **state)
{
    (void)state;
    enum { FINITE = 31 * 1024 };
    uint16_t *bits    = malloc(FINITE * sizeof *bits);
    double   *numbers = malloc(FINITE * sizeof *numbers);
    for (int i = 0; i < FINITE; i++) {
        bits[i]    = (uint16_t)i;
        numbers[i] = i < 1024 ? ldexp(i, -24) : ldexp(1024 + i % 1024, i / 1024 - 25);
    }
    const inshi_matrix v = inshi_matrix_c(bits, INSHI_DTYPE_F2, 31, 1024);
    for (int i = 0; test_table(i); i++)
        check_tiles(test_table(i), &v, numbers, 1, 0);
    free(bits);
    free(numbers);
}

/* ---- matrix_scan -------------------------------------------------------------------------------------------------- */

static struct scan scan_of(inshi_matrix view, double floor)
{
    inshi_context *context = open_context();
    struct scan    scan;
    assert_int_equal(matrix_scan(context, view, floor, &scan), INSHI_OK);
    inshi_context_destroy(context);
    return scan;
}

static void test_scan_finds_the_first_bad_entry(void **state)
{
    (void)state;
    enum { M = 300, N = 500 };
    double *a = malloc(sizeof(double) * M * N), *turned = malloc(sizeof(double) * M * N);
    for (int64_t i = 0; i < M * N; i++)
        a[i] = 1;
    a[17 * N + 400]  = NAN;
    a[17 * N + 33]   = -2;
    a[250 * N + 1]   = -INFINITY;
    a[299 * N + 499] = INFINITY;
    a[5 * N + 5] = a[280 * N] = 0;
    a[7 * N]                  = -0.0;
    for (int64_t i = 0; i < M; i++)
        for (int64_t j = 0; j < N; j++)
            turned[j * M + i] = a[i * N + j];
    const inshi_matrix views[] = {inshi_matrix_c(a, INSHI_DTYPE_F8, M, N),
                                  inshi_matrix_fortran(turned, INSHI_DTYPE_F8, M, N)};
    for (int v = 0; v < 2; v++) {
        const struct scan s = scan_of(views[v], 0);
        assert_int_equal(s.bad_row, 17);
        assert_int_equal(s.bad_column, 33);
        assert_true(s.bad_value == -2);
        assert_int_equal(s.negative, 2); /* -inf is both */
        assert_int_equal(s.nan, 1);
        assert_int_equal(s.infinite, 2);
        assert_int_equal(s.zeros, 3);
    }
    free(a);
    free(turned);
}

static void check_range(const double *numbers, int64_t count, double mean)
{
    double least = INFINITY, most = 0;
    for (int64_t i = 0; i < count; i++) {
        least = fmin(least, numbers[i]);
        most  = fmax(most, numbers[i]);
    }
    const struct scan s = scan_of(inshi_matrix_c((void *)numbers, INSHI_DTYPE_F8, 1, count), 0);
    assert_true(s.least == least && s.most == most);
    assert_int_equal(s.bad_row, -1);
    if (!(fabs(s.mean - mean) <= 1e-9 * mean))
        fail_msg("the mean is %g, expected %g", s.mean, mean);
}

static void test_scan_knows_the_mean_at_any_scale(void **state)
{
    (void)state;
    const double scales[] = {1, 1e-300, 1e-250, 1e250, 1e306, 1e-320, 0x1p-1074};
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++) {
        const double numbers[] = {scales[i], 3 * scales[i], 0, 4 * scales[i]};
        check_range(numbers, 4, 2 * scales[i]);
    }
    const double mixed[] = {1e-300, 1e250, 3e250, 5};
    check_range(mixed, 4, 1e250);
    const double zeros[] = {0, 0};
    check_range(zeros, 2, 0);
}

static void test_scan_counts_below_the_floor(void **state)
{
    (void)state;
    const double      numbers[] = {0, 1e-3, 0.5, 2, 0.25, 0};
    const struct scan s         = scan_of(inshi_matrix_c((void *)numbers, INSHI_DTYPE_F8, 2, 3), 0.5);
    assert_int_equal(s.below, 4);
    assert_int_equal(s.zeros, 2);
}

/* Every type: negatives of the signed ones, ranges of all. */
static void test_scan_of_every_type(void **state)
{
    (void)state;
    for (int type = 0; type < TYPES; type++) {
        char   data[8 * 6] = {0};
        double sum         = 0;
        for (int i = 0; i < 6; i++)
            sum += put(data, DTYPES[type], i, i == 3 ? 0 : 60 + i);
        const struct scan s = scan_of(inshi_matrix_c(data, DTYPES[type], 2, 3), 0);
        assert_true(fabs(s.mean - sum / 6) <= 1e-12 * sum);
        assert_int_equal(s.zeros, 1);
        assert_true(s.least == 0 && s.bad_row == -1);
    }
    int8_t  i1[] = {1, 2, -3};
    int64_t i8[] = {1, INT64_MIN, 3};
    assert_true(scan_of(inshi_matrix_c(i1, INSHI_DTYPE_I1, 1, 3), 0).bad_value == -3);
    assert_int_equal(scan_of(inshi_matrix_c(i8, INSHI_DTYPE_I8, 3, 1), 0).bad_row, 1);
    uint16_t          halves[] = {0x7c00, 0x7e00, 0xbc00};
    const struct scan s        = scan_of(inshi_matrix_c(halves, INSHI_DTYPE_F2, 1, 3), 0);
    assert_true(s.infinite == 1 && s.nan == 1 && s.negative == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tiles_of_every_type_and_order),
        cmocka_unit_test(test_tiles_of_all_halves),
        cmocka_unit_test(test_scan_finds_the_first_bad_entry),
        cmocka_unit_test(test_scan_knows_the_mean_at_any_scale),
        cmocka_unit_test(test_scan_counts_below_the_floor),
        cmocka_unit_test(test_scan_of_every_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
