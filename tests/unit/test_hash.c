/* test_hash.c -- the number for the content of a matrix: what it depends on and what not. */
#include "kernels/kernels.h"
#include "support/draw.h"
#include "support/fixture.h"

enum { ROWS = 700, COLUMNS = 301 };

static uint64_t hash_of(inshi_matrix m)
{
    uint64_t one, other;
    inshi_context_set_threads(context, 1);
    assert_int_equal(matrix_hash(context, m, &one), INSHI_OK);
    inshi_context_set_threads(context, 3);
    assert_int_equal(matrix_hash(context, m, &other), INSHI_OK);
    inshi_context_set_threads(context, 1);
    assert_true(one == other);
    return one;
}

/* Small whole numbers, two thirds of them 0. */
static uint8_t *draw_x(uint64_t seed)
{
    uint8_t *x = malloc(ROWS * COLUMNS);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        const int64_t drawn = draw_int(&seed, -200, 100);
        x[i]                = drawn > 0 ? (uint8_t)drawn : 0;
    }
    return x;
}

static void test_types_strides_and_order_do_not_matter(void **state)
{
    (void)state;
    uint8_t       *x        = draw_x(1);
    double        *turned   = malloc(sizeof(double) * ROWS * COLUMNS);
    float         *spread   = malloc(2 * sizeof(float) * ROWS * COLUMNS);
    const uint64_t expected = hash_of(inshi_matrix_c(x, INSHI_DTYPE_U1, ROWS, COLUMNS));
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++) {
            const uint8_t a               = x[i * COLUMNS + j];
            turned[j * ROWS + i]          = a ? a : -0.0;
            spread[2 * (i * COLUMNS + j)] = a;
        }
    assert_true(hash_of(inshi_matrix_fortran(turned, INSHI_DTYPE_F8, ROWS, COLUMNS)) == expected);
    inshi_matrix wide  = inshi_matrix_c(spread, INSHI_DTYPE_F4, ROWS, COLUMNS);
    wide.row_stride    = 2 * COLUMNS;
    wide.column_stride = 2;
    assert_true(hash_of(wide) == expected);
    free(x);
    free(turned);
    free(spread);
}

static void test_sparse_is_the_same(void **state)
{
    (void)state;
    uint8_t *x = draw_x(2), *values = malloc(ROWS * COLUMNS);
    int32_t  pointers[ROWS + 1] = {0};
    int64_t  wide[ROWS + 1]     = {0};
    int64_t *indices            = malloc(sizeof(int64_t) * ROWS * COLUMNS);
    int32_t *narrow             = malloc(sizeof(int32_t) * ROWS * COLUMNS);
    int32_t  count              = 0;
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < COLUMNS; j++)
            if (x[i * COLUMNS + j] || j == 7) { /* stored zeros too */
                values[count]  = x[i * COLUMNS + j];
                narrow[count]  = j;
                indices[count] = j;
                count++;
            }
        wide[i + 1] = pointers[i + 1] = count;
    }
    const inshi_matrix dense = inshi_matrix_c(x, INSHI_DTYPE_U1, ROWS, COLUMNS);
    inshi_matrix       csr   = {.layout        = INSHI_LAYOUT_CSR,
                                .dtype         = INSHI_DTYPE_U1,
                                .rows          = ROWS,
                                .columns       = COLUMNS,
                                .data          = values,
                                .nonzeros      = count,
                                .pointers      = pointers,
                                .indices       = indices,
                                .pointer_bytes = 4,
                                .index_bytes   = 8};
    assert_true(hash_of(csr) == hash_of(dense));
    assert_true(hash_of(inshi_matrix_transpose(csr)) == hash_of(inshi_matrix_transpose(dense))); /* CSC */
    csr.pointers      = wide;
    csr.pointer_bytes = 8;
    csr.indices       = narrow;
    csr.index_bytes   = 4;
    assert_true(hash_of(csr) == hash_of(dense));
    free(x);
    free(values);
    free(indices);
    free(narrow);
}

static void test_any_change_matters(void **state)
{
    (void)state;
    uint64_t           seed = 5;
    double            *x    = draw_many(&seed, 40 * 30, 0, 1);
    const inshi_matrix m    = inshi_matrix_c(x, INSHI_DTYPE_F8, 40, 30);
    const uint64_t     was  = hash_of(m);
    assert_true(hash_of(inshi_matrix_c(x, INSHI_DTYPE_F8, 30, 40)) != was);
    assert_true(hash_of(inshi_matrix_transpose(m)) != was);
    for (int i = 0; i < 40 * 30; i++) {
        const double kept = x[i];
        uint64_t     bits;
        memcpy(&bits, &x[i], 8);
        bits ^= UINT64_C(1) << i % 62;
        memcpy(&x[i], &bits, 8);
        assert_true(hash_of(m) != was);
        x[i]               = x[(i + 30) % 1200]; /* two rows, two columns change places */
        x[(i + 30) % 1200] = kept;
        assert_true(hash_of(m) != was);
        x[(i + 30) % 1200] = x[i];
        x[i]               = kept;
    }
    assert_true(hash_of(m) == was);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_types_strides_and_order_do_not_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sparse_is_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_any_change_matters, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
