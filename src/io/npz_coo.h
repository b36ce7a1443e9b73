/* npz_coo.h -- lists of rows and columns to compressed rows. */
#ifndef INSHI_IO_NPZ_COO_H
#define INSHI_IO_NPZ_COO_H

#include "base/context.h"
#include "inshi/matrix.h"

struct npz_coo {
    void *rows, *columns; /* owned by whoever calls */
    int   row_bytes, column_bytes;
};

/* Makes pointers, indices and values of m, whose data are the values as listed, and whose sizes are known. name: the
 * file's. DATA (an index out of range), MEMORY. */
inshi_status npz_coo_compress(inshi_context *context, const char *name, const struct npz_coo *coo,
                              inshi_matrix *m);

#endif
