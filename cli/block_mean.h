/* block_mean.h -- a small stand-in for a large matrix: means of evenly sampled rows and columns.
 *
 * Rows and columns are each cut into at most 1000 runs; of each run at most four evenly spaced members are
 * read. A matrix of at most 4000 x 4000 is thus read whole, and no more than 4000 x 4000 entries of any other
 * are. Means are linear, so those of W H are the product of the row means of W and the column means of H: WH
 * itself is never computed.
 */
#ifndef CLI_BLOCK_MEAN_H
#define CLI_BLOCK_MEAN_H

#include <stdint.h>
#include "inshi/matrix.h"

enum { BLOCK_MEAN_LARGEST = 1000, BLOCK_MEAN_SAMPLES = 4 };

/* values is rows x columns, row after row, and belongs to whoever called; the matrix behind it is full_rows x
 * full_columns. A mean with an infinity or NaN in it is not finite. */
struct block_means {
    double *values;
    int64_t rows, columns;
    int64_t full_rows, full_columns;
};

/* The block means of a matrix, of any type and strides, or sparse. ARGUMENT (empty, or not a dtype), MEMORY; out is then
 * empty and needs no release. */
inshi_status block_mean_make(inshi_matrix matrix, struct block_means *out);

/* Those of the product w h (m x k times k x n, dense), on the samples that block_mean_make() reads of an m x
 * n matrix. The same errors, SHAPE, and UNSUPPORTED (sparse). */
inshi_status block_mean_product(inshi_matrix w, inshi_matrix h, struct block_means *out);

/* x := x - y, e.g. the block means of the residual X - WH. SHAPE, x is then unchanged. */
inshi_status block_mean_subtract(struct block_means *x, const struct block_means *y);

void block_mean_release(struct block_means *means);

/* Entry (row, column) of a dense matrix of any type, as a double; the caller keeps the indices inside. */
double block_mean_entry(inshi_matrix matrix, int64_t row, int64_t column);

#endif
