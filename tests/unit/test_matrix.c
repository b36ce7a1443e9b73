/* test_matrix.c -- views: orders, transposes, slices, dtypes. */
#include "support/support.h"

#include "matrix/matrix.h"

static double at(inshi_matrix m, int64_t i, int64_t j)
{
    return *(const double *)matrix_at(m, i, j);
}

static void test_orders_transposes_and_slices(void **state)
{
    (void)state;
    double a[12];
    for (int i = 0; i < 12; i++)
        a[i] = i;
    const inshi_matrix c = inshi_matrix_c(a, INSHI_DTYPE_F8, 3, 4),
                       f = inshi_matrix_fortran(a, INSHI_DTYPE_F8, 3, 4);
    assert_true(c.rows == 3 && c.columns == 4 && f.rows == 3 && f.columns == 4);
    for (int64_t i = 0; i < 3; i++)
        for (int64_t j = 0; j < 4; j++) {
            assert_true(at(c, i, j) == (double)(4 * i + j));
            assert_true(at(f, i, j) == (double)(i + 3 * j));
            assert_true(at(inshi_matrix_transpose(c), j, i) == at(c, i, j));
        }
    const inshi_matrix s = inshi_matrix_columns(f, 1, 2),
                       t = inshi_matrix_columns(inshi_matrix_transpose(c), 2, 1);
    assert_true(s.columns == 2 && s.rows == 3 && at(s, 2, 1) == at(f, 2, 2));
    assert_true(t.rows == 4 && t.columns == 1 && at(t, 3, 0) == at(c, 2, 3));
    assert_true(matrix_row_major(c) && !matrix_row_major(f));
}

static void test_transpose_of_a_sparse_view(void **state)
{
    (void)state;
    const inshi_matrix csr = {
        .layout = INSHI_LAYOUT_CSR, .dtype = INSHI_DTYPE_F4, .rows = 2, .columns = 5, .nonzeros = 3};
    const inshi_matrix csc = inshi_matrix_transpose(csr);
    assert_true(csc.layout == INSHI_LAYOUT_CSC && csc.rows == 5 && csc.columns == 2 && csc.nonzeros == 3);
    assert_true(inshi_matrix_transpose(csc).layout == INSHI_LAYOUT_CSR);
}

static void test_dtypes(void **state)
{
    (void)state;
    static const char *const names[] = {"u1", "u2", "u4", "u8", "i1", "i2",
                                        "i4", "i8", "f2", "f4", "f8", "b1"};
    for (int i = 0; i < 12; i++) {
        assert_string_equal(inshi_dtype_name((inshi_dtype)(i + 1)), names[i]);
        assert_int_equal(inshi_dtype_bytes((inshi_dtype)(i + 1)), names[i][1] - '0');
    }
    assert_string_equal(inshi_dtype_name((inshi_dtype)0), "?");
    assert_string_equal(inshi_dtype_name((inshi_dtype)13), "?");
    assert_int_equal(inshi_dtype_bytes((inshi_dtype)13), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders_transposes_and_slices),
        cmocka_unit_test(test_transpose_of_a_sparse_view),
        cmocka_unit_test(test_dtypes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
