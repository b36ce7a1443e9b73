/* matrix.h -- what the inside asks of a view. */
#ifndef INSHI_MATRIX_MATRIX_H
#define INSHI_MATRIX_MATRIX_H

#include "base/context.h"
#include "inshi/matrix.h"

/* Number `index` of an array of int32_t or int64_t. */
static inline int64_t matrix_integer(const void *numbers, int bytes, int64_t index)
{
    return bytes == 8 ? ((const int64_t *)numbers)[index] : ((const int32_t *)numbers)[index];
}

/* Whether a CSR or CSC view is one, but for its values: ARGUMENT, DATA. `name` is "X" in the sentence. */
inshi_status matrix_check_sparse(inshi_context *context, const char *name, inshi_matrix matrix);

/* The most entries of a column (0) and of a row (1) of a sound CSR or CSC view. */
inshi_status matrix_longest(inshi_context *context, inshi_matrix matrix, int64_t longest[2]);

/* The address of entry (row, column) of a dense view. */
static inline void *matrix_at(inshi_matrix m, int64_t row, int64_t column)
{
    return (char *)m.data + (row * m.row_stride + column * m.column_stride) * inshi_dtype_bytes(m.dtype);
}

/* The pattern of the columns of a dense view in memory: true where a step along a row is the shorter one. */
static inline int matrix_row_major(inshi_matrix m)
{
    const int64_t r = m.row_stride < 0 ? -m.row_stride : m.row_stride;
    const int64_t c = m.column_stride < 0 ? -m.column_stride : m.column_stride;
    return c <= r;
}

/* Bytes of what a matrix stores, dense without gaps; 2^61 where they are more. */
int64_t matrix_bytes(inshi_matrix matrix);

#endif
