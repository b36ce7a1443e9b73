/* Block means against sums written out here, for every type and memory order; those of a product against it.
 */
#include <math.h>
#include "cli/block_mean.h"
#include "support/support.h"

/* a and b differ by at most tolerance. */
static void assert_near(double a, double b, double tolerance)
{
    assert_true(fabs(a - b) <= tolerance);
}

static int sample_value(int64_t row, int64_t column)
{
    return (int)((row * 31 + column * 17) % 101);
}

/* A whole number from 0 to 100 as binary16. */
static uint16_t half_bits(int value)
{
    int          exponent = 0;
    const double fraction = frexp(value, &exponent);
    return value ? (uint16_t)((exponent + 14) << 10 | (int)(fraction * 2048 - 1024)) : 0;
}

static void store(void *data, inshi_dtype dtype, int64_t i, int value)
{
    const uint64_t whole  = (uint64_t)value;
    const float    single = (float)value;
    const double   twice  = value;
    const uint16_t half   = half_bits(value);
    const int      bytes  = inshi_dtype_bytes(dtype);
    const void    *source = &whole; /* little-endian integers begin with their low bytes */
    if (dtype == INSHI_DTYPE_F2)
        source = &half;
    if (dtype == INSHI_DTYPE_F4)
        source = &single;
    if (dtype == INSHI_DTYPE_F8)
        source = &twice;
    memcpy((char *)data + i * bytes, source, (size_t)bytes);
}

enum { ROWS = 7, COLUMNS = 5, LAST = ROWS * COLUMNS - 1 };

/* Fills the entries of a view, of which storage holds the whole, entry (0, 0) at first. */
static void check_view(inshi_matrix m, void *storage, int64_t first)
{
    struct block_means means;
    for (int64_t i = 0; i < ROWS; i++)
        for (int64_t j = 0; j < COLUMNS; j++)
            store(storage, m.dtype, first + i * m.row_stride + j * m.column_stride, sample_value(i, j));
    assert_int_equal(block_mean_make(m, &means), INSHI_OK);
    assert_int_equal(means.rows, ROWS);
    assert_int_equal(means.full_columns, COLUMNS);
    for (int64_t i = 0; i < ROWS; i++) {
        for (int64_t j = 0; j < COLUMNS; j++) {
            const int value = sample_value(i, j);
            assert_true(means.values[i * COLUMNS + j] == (m.dtype == INSHI_DTYPE_B1 ? value != 0 : value));
        }
    }
    block_mean_release(&means);
}

static void test_every_type_and_order_is_read(void **state)
{
    (void)state;
    for (int d = INSHI_DTYPE_U1; d <= INSHI_DTYPE_B1; d++) {
        uint64_t     storage[ROWS * COLUMNS] = {0};
        inshi_matrix backwards               = inshi_matrix_c(storage, (inshi_dtype)d, ROWS, COLUMNS);
        backwards.data                       = (char *)storage + LAST * inshi_dtype_bytes((inshi_dtype)d);
        backwards.row_stride *= -1;
        backwards.column_stride *= -1;
        check_view(inshi_matrix_c(storage, (inshi_dtype)d, ROWS, COLUMNS), storage, 0);
        check_view(inshi_matrix_fortran(storage, (inshi_dtype)d, ROWS, COLUMNS), storage, 0);
        check_view(backwards, storage, LAST);
    }
}

static void test_signed_and_largest_values(void **state)
{
    int8_t   small   = -7;
    int64_t  large   = INT64_MIN;
    uint64_t largest = UINT64_MAX;
    (void)state;
    assert_true(block_mean_entry(inshi_matrix_c(&small, INSHI_DTYPE_I1, 1, 1), 0, 0) == -7);
    assert_true(block_mean_entry(inshi_matrix_c(&large, INSHI_DTYPE_I8, 1, 1), 0, 0) == -0x1p63);
    assert_true(block_mean_entry(inshi_matrix_c(&largest, INSHI_DTYPE_U8, 1, 1), 0, 0) == 0x1p64);
}

static void test_half_precision_values(void **state)
{
    static const struct {
        uint16_t bits;
        double   value;
    } cases[]             = {{0x0001, 0x1p-24},    {0x03FF, 1023 * 0x1p-24}, {0x0400, 0x1p-14}, {0x3C00, 1},
                             {0x3555, 0x1.554p-2}, {0x7BFF, 65504},          {0xC000, -2},      {0x7C00, HUGE_VAL}};
    uint16_t not_a_number = 0x7E00;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint16_t bits = cases[i].bits;
        assert_true(block_mean_entry(inshi_matrix_c(&bits, INSHI_DTYPE_F2, 1, 1), 0, 0) == cases[i].value);
    }
    assert_true(isnan(block_mean_entry(inshi_matrix_c(&not_a_number, INSHI_DTYPE_F2, 1, 1), 0, 0)));
}

/* 2500 rows in 1000 runs of 2 or 3, all of which are read. */
static void test_runs_cover_a_matrix_of_medium_size(void **state)
{
    enum { TALL = 2500, WIDE = 3 };
    double            *data = malloc(sizeof *data * TALL * WIDE);
    struct block_means means;
    (void)state;
    for (int64_t i = 0; i < TALL * WIDE; i++)
        data[i] = sample_value(i / WIDE, i % WIDE);
    assert_int_equal(block_mean_make(inshi_matrix_c(data, INSHI_DTYPE_F8, TALL, WIDE), &means), INSHI_OK);
    assert_int_equal(means.rows, 1000);
    assert_int_equal(means.columns, WIDE);
    for (int64_t r = 0; r < 1000; r++) {
        const int64_t first = r * 5 / 2, next = (r + 1) * 5 / 2;
        double        sum = 0;
        for (int64_t i = first; i < next; i++)
            sum += data[i * WIDE + 1];
        assert_near(means.values[r * WIDE + 1], sum / (double)(next - first), 1e-12);
    }
    block_mean_release(&means);
    free(data);
}

/* The rows of a ramp: four samples evenly spaced in a run have its mean to within half a row. */
static void test_a_tall_matrix_is_sampled_evenly(void **state)
{
    const int64_t      rows = 1234567;
    float             *data = malloc(sizeof *data * (size_t)rows);
    struct block_means means;
    (void)state;
    for (int64_t i = 0; i < rows; i++)
        data[i] = (float)i;
    assert_int_equal(block_mean_make(inshi_matrix_c(data, INSHI_DTYPE_F4, rows, 1), &means), INSHI_OK);
    assert_int_equal(means.rows, 1000);
    assert_int_equal(means.full_rows, rows);
    for (int64_t r = 0; r < 1000; r++) {
        const double first = (double)(r * rows / 1000), next = (double)((r + 1) * rows / 1000);
        assert_near(means.values[r], (first + next - 1) / 2, 1.01);
    }
    block_mean_release(&means);
    free(data);
}

static void test_a_constant_stays_constant_up_to_the_largest_double(void **state)
{
    enum { TALL = 3001, WIDE = 2999 };
    double            *data = malloc(sizeof *data * TALL * WIDE);
    struct block_means means;
    (void)state;
    for (int64_t i = 0; i < (int64_t)TALL * WIDE; i++)
        data[i] = 1.7e308;
    assert_int_equal(block_mean_make(inshi_matrix_fortran(data, INSHI_DTYPE_F8, TALL, WIDE), &means),
                     INSHI_OK);
    for (int64_t i = 0; i < means.rows * means.columns; i++)
        assert_true(means.values[i] == 1.7e308);
    block_mean_release(&means);
    free(data);
}

/* X = WH in full beside the product on the samples; W in f4 and Fortran order, H in f8. */
static void test_product_has_the_means_of_the_product(void **state)
{
    enum { TALL = 4500, WIDE = 1100, INNER = 3 };
    float             *w = malloc(sizeof *w * TALL * INNER);
    double            *h = malloc(sizeof *h * INNER * WIDE), *x = calloc((size_t)TALL * WIDE, sizeof *x);
    struct block_means all, product;
    (void)state;
    for (int64_t i = 0; i < TALL * INNER; i++)
        w[i] = (float)sample_value(i, 3) / 8;
    for (int64_t i = 0; i < INNER * WIDE; i++)
        h[i] = sample_value(5, i);
    for (int64_t i = 0; i < (int64_t)TALL * WIDE; i++)
        for (int64_t k = 0; k < INNER; k++)
            x[i] += (double)w[k * TALL + i / WIDE] * h[k * WIDE + i % WIDE];
    assert_int_equal(block_mean_make(inshi_matrix_c(x, INSHI_DTYPE_F8, TALL, WIDE), &all), INSHI_OK);
    assert_int_equal(block_mean_product(inshi_matrix_fortran(w, INSHI_DTYPE_F4, TALL, INNER),
                                        inshi_matrix_c(h, INSHI_DTYPE_F8, INNER, WIDE), &product),
                     INSHI_OK);
    assert_int_equal(product.full_rows, TALL);
    assert_int_equal(product.columns, all.columns);
    assert_true(all.values[12345] > 1);
    assert_int_equal(block_mean_subtract(&all, &product), INSHI_OK);
    for (int64_t i = 0; i < all.rows * all.columns; i++)
        assert_near(all.values[i], 0, 1e-9);
    block_mean_release(&all);
    block_mean_release(&product);
    free(w);
    free(h);
    free(x);
}

static void test_what_cannot_be_averaged_is_refused(void **state)
{
    double             one = 1;
    struct block_means means, other;
    inshi_matrix       m = inshi_matrix_c(&one, INSHI_DTYPE_F8, 1, 1);
    (void)state;
    assert_int_equal(block_mean_make(inshi_matrix_c(&one, INSHI_DTYPE_F8, 0, 1), &means), INSHI_ERR_ARGUMENT);
    assert_int_equal(block_mean_make(inshi_matrix_c(NULL, INSHI_DTYPE_F8, 1, 1), &means), INSHI_ERR_ARGUMENT);
    assert_int_equal(block_mean_make(inshi_matrix_c(&one, (inshi_dtype)77, 1, 1), &means),
                     INSHI_ERR_ARGUMENT);
    assert_int_equal(block_mean_product(m, inshi_matrix_c(&one, INSHI_DTYPE_F8, 2, 1), &means),
                     INSHI_ERR_SHAPE);
    assert_null(means.values);
    assert_int_equal(block_mean_make(m, &means), INSHI_OK);
    other           = means;
    other.full_rows = 2;
    assert_int_equal(block_mean_subtract(&means, &other), INSHI_ERR_SHAPE);
    assert_true(means.values[0] == 1);
    block_mean_release(&means);
    m.layout = INSHI_LAYOUT_CSR;
    assert_int_equal(block_mean_product(m, inshi_matrix_c(&(double){1}, INSHI_DTYPE_F8, 1, 1), &means),
                     INSHI_ERR_UNSUPPORTED);
}

/* The rows of a dense u1 matrix that is mostly 0, compressed with numbers of so many bytes. */
static inshi_matrix compress(const uint8_t *dense, int64_t rows, int64_t columns, int bytes)
{
    inshi_matrix m = {.layout = INSHI_LAYOUT_CSR, .dtype = INSHI_DTYPE_U1, .rows = rows, .columns = columns};
    char        *pointers = malloc((size_t)(rows + 1) * 8), *indices = malloc((size_t)(rows * columns) * 8);
    uint8_t     *values = malloc((size_t)(rows * columns));
    m.pointer_bytes = m.index_bytes = bytes;
    for (int64_t i = 0; i <= rows; i++) {
        memcpy(pointers + i * bytes, &m.nonzeros, (size_t)bytes); /* little-endian */
        for (int64_t j = 0; i < rows && j < columns; j++)
            if (dense[i * columns + j]) {
                memcpy(indices + m.nonzeros * bytes, &j, (size_t)bytes);
                values[m.nonzeros++] = dense[i * columns + j];
            }
    }
    m.pointers = pointers;
    m.indices  = indices;
    m.data     = values;
    return m;
}

static void check_sparse(int64_t rows, int64_t columns, int bytes)
{
    uint8_t *dense = calloc((size_t)(rows * columns), 1);
    for (int64_t i = 0; i < rows * columns; i++)
        dense[i] = (uint8_t)((i * 2654435761u >> 7) % 5 == 0 ? i % 100 + 1 : 0);
    inshi_matrix       m = compress(dense, rows, columns, bytes);
    const inshi_matrix d = inshi_matrix_c(dense, INSHI_DTYPE_U1, rows, columns);
    for (int transposed = 0; transposed < 2; transposed++) {
        struct block_means means, wanted;
        assert_int_equal(block_mean_make(transposed ? inshi_matrix_transpose(m) : m, &means), INSHI_OK);
        assert_int_equal(block_mean_make(transposed ? inshi_matrix_transpose(d) : d, &wanted), INSHI_OK);
        assert_true(means.rows == wanted.rows && means.columns == wanted.columns &&
                    means.full_rows == wanted.full_rows);
        for (int64_t i = 0; i < means.rows * means.columns; i++)
            assert_near(means.values[i], wanted.values[i], 1e-12);
        block_mean_release(&means);
        block_mean_release(&wanted);
    }
    free((void *)(uintptr_t)m.pointers);
    free((void *)(uintptr_t)m.indices);
    free(m.data);
    free(dense);
}

static void test_sparse_as_dense(void **state)
{
    (void)state;
    check_sparse(7, 5, 4);
    check_sparse(7, 5, 8);
    check_sparse(1, 4321, 4);
    check_sparse(4700, 9, 4);
    check_sparse(2500, 1300, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sparse_as_dense),
        cmocka_unit_test(test_every_type_and_order_is_read),
        cmocka_unit_test(test_signed_and_largest_values),
        cmocka_unit_test(test_half_precision_values),
        cmocka_unit_test(test_runs_cover_a_matrix_of_medium_size),
        cmocka_unit_test(test_a_tall_matrix_is_sampled_evenly),
        cmocka_unit_test(test_a_constant_stays_constant_up_to_the_largest_double),
        cmocka_unit_test(test_product_has_the_means_of_the_product),
        cmocka_unit_test(test_what_cannot_be_averaged_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
