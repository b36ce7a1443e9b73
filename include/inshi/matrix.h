/* matrix.h -- a view of numbers that somebody else owns.
 *
 * A dense view has any two strides, counted in elements: C order, Fortran order, transposes and slices cost no
 * copy. Sparse views are CSR or CSC. Shapes and indices are int64_t.
 */
#ifndef INSHI_MATRIX_H
#define INSHI_MATRIX_H

#include <stddef.h>
#include <stdint.h>
#include "inshi/context.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Storage types: unsigned, signed, floating point, and one byte that is 0 or 1. */
typedef enum inshi_dtype {
    INSHI_DTYPE_U1 = 1,
    INSHI_DTYPE_U2 = 2,
    INSHI_DTYPE_U4 = 3,
    INSHI_DTYPE_U8 = 4,
    INSHI_DTYPE_I1 = 5,
    INSHI_DTYPE_I2 = 6,
    INSHI_DTYPE_I4 = 7,
    INSHI_DTYPE_I8 = 8,
    INSHI_DTYPE_F2 = 9,
    INSHI_DTYPE_F4 = 10,
    INSHI_DTYPE_F8 = 11,
    INSHI_DTYPE_B1 = 12
} inshi_dtype;

typedef enum inshi_layout {
    INSHI_LAYOUT_DENSE = 0,
    INSHI_LAYOUT_CSR   = 1, /* rows are compressed    */
    INSHI_LAYOUT_CSC   = 2  /* columns are compressed */
} inshi_layout;

typedef struct inshi_matrix {
    inshi_layout layout;
    inshi_dtype  dtype;
    int64_t      rows, columns;
    void        *data;                      /* dense: entry (0, 0); sparse: the stored values              */
    int64_t      row_stride, column_stride; /* dense only, in elements, may be negative                     */
    int64_t      nonzeros;                  /* sparse only, like the rest                                   */
    const void  *pointers;                  /* rows + 1 (CSR) or columns + 1 (CSC) offsets into the values  */
    const void  *indices;                   /* nonzeros column (CSR) or row (CSC) numbers, rising, distinct */
    int          pointer_bytes, index_bytes; /* 4 or 8: int32_t or int64_t                                  */
} inshi_matrix;

/* Bytes of one element: 1, 2, 4 or 8; 0 for a value that is no dtype. */
INSHI_API int inshi_dtype_bytes(inshi_dtype dtype);

/* "u1" ... "f8", "b1"; "?" for a value that is no dtype. */
INSHI_API const char *inshi_dtype_name(inshi_dtype dtype);

/* A dense view in C order (rows contiguous) and in Fortran order (columns contiguous). */
INSHI_API inshi_matrix inshi_matrix_c(void *data, inshi_dtype dtype, int64_t rows, int64_t columns);
INSHI_API inshi_matrix inshi_matrix_fortran(void *data, inshi_dtype dtype, int64_t rows, int64_t columns);

/* The transposed view, dense or sparse; no copy. */
INSHI_API inshi_matrix inshi_matrix_transpose(inshi_matrix matrix);

/* Columns [first, first + count) of a dense view; no copy. The caller keeps the range inside the matrix. */
INSHI_API inshi_matrix inshi_matrix_columns(inshi_matrix matrix, int64_t first, int64_t count);

#ifdef __cplusplus
}
#endif
#endif
