/* matrix.c -- views: sizes, names, transposes, slices. No arithmetic. */
#include "inshi/matrix.h"

#include "base/context.h"
#include "matrix/matrix.h"

int inshi_dtype_bytes(inshi_dtype dtype)
{
    switch (dtype) {
    case INSHI_DTYPE_U1:
    case INSHI_DTYPE_I1:
    case INSHI_DTYPE_B1:
        return 1;
    case INSHI_DTYPE_U2:
    case INSHI_DTYPE_I2:
    case INSHI_DTYPE_F2:
        return 2;
    case INSHI_DTYPE_U4:
    case INSHI_DTYPE_I4:
    case INSHI_DTYPE_F4:
        return 4;
    case INSHI_DTYPE_U8:
    case INSHI_DTYPE_I8:
    case INSHI_DTYPE_F8:
        return 8;
    }
    return 0;
}

const char *inshi_dtype_name(inshi_dtype dtype)
{
    static const char *const names[] = {"?",  "u1", "u2", "u4", "u8", "i1", "i2",
                                        "i4", "i8", "f2", "f4", "f8", "b1"};
    return inshi_dtype_bytes(dtype) ? names[dtype] : names[0];
}

inshi_matrix inshi_matrix_c(void *data, inshi_dtype dtype, int64_t rows, int64_t columns)
{
    return (inshi_matrix){.layout        = INSHI_LAYOUT_DENSE,
                          .dtype         = dtype,
                          .rows          = rows,
                          .columns       = columns,
                          .data          = data,
                          .row_stride    = columns,
                          .column_stride = 1};
}

inshi_matrix inshi_matrix_fortran(void *data, inshi_dtype dtype, int64_t rows, int64_t columns)
{
    return inshi_matrix_transpose(inshi_matrix_c(data, dtype, columns, rows));
}

inshi_matrix inshi_matrix_transpose(inshi_matrix matrix)
{
    inshi_matrix out  = matrix;
    out.rows          = matrix.columns;
    out.columns       = matrix.rows;
    out.row_stride    = matrix.column_stride;
    out.column_stride = matrix.row_stride;
    if (matrix.layout == INSHI_LAYOUT_CSR)
        out.layout = INSHI_LAYOUT_CSC;
    else if (matrix.layout == INSHI_LAYOUT_CSC)
        out.layout = INSHI_LAYOUT_CSR;
    return out;
}

inshi_matrix inshi_matrix_columns(inshi_matrix matrix, int64_t first, int64_t count)
{
    inshi_matrix out = matrix;
    out.data         = matrix_at(matrix, 0, first);
    out.columns      = count;
    return out;
}

int64_t matrix_bytes(inshi_matrix m)
{
    const int64_t size = inshi_dtype_bytes(m.dtype), most = INT64_MAX / 4;
    if (m.layout == INSHI_LAYOUT_DENSE) {
        const int64_t entries = checked_product(m.rows, m.columns), bytes = checked_product(entries, size);
        return bytes < 0 || bytes > most ? most : bytes;
    }
    const int64_t pointers = (m.layout == INSHI_LAYOUT_CSR ? m.rows : m.columns) + 1;
    const int64_t values   = checked_product(m.nonzeros, size + m.index_bytes);
    return values < 0 || values > most ? most : values + pointers * m.pointer_bytes;
}
