/* scan.h -- looks through the entries of a matrix, of a sparse one those that are listed, for those that a factorization cannot use. */
#ifndef CLI_SCAN_H
#define CLI_SCAN_H

#include <stdbool.h>
#include "inshi/inshi.h"

struct scan {
    int64_t negative, negative_columns; /* how many entries, in how many columns */
    int64_t broken, broken_columns;     /* NaN and infinities                    */
    int64_t row, column; /* the first broken entry, or else the first negative one, row by row */
    double  value;       /* and what it is */
};

/* Reads every entry once; those that `hidden` (NULL: none) is true for are passed over. False where there was no memory for a
 * mark a column. */
bool scan_matrix(inshi_matrix matrix,
                 bool (*hidden)(const void *user, int64_t row, int64_t column, double value),
                 const void *user, struct scan *out);

/* Sets negative entries to 0 where they stand. */
void scan_clip(inshi_matrix matrix);

int64_t scan_nonzeros(inshi_matrix matrix);

/* Copies a matrix into a dense f4 or f8 of its shape; returns how many entries are no longer the same.
 */
int64_t scan_copy(inshi_matrix from, inshi_matrix to);

#endif
