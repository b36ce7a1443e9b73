/* sparse_sum.h -- entries of one place, added up. */
#ifndef INSHI_IO_SPARSE_SUM_H
#define INSHI_IO_SPARSE_SUM_H

#include "base/context.h"
#include "inshi/matrix.h"

/* Adds up the `doubles` entries that have the place of the one before, of a matrix sorted by index, and warns. Sums of
 * b1 stay 1; f2 becomes f4; integers become the least type that holds all sums. DATA (none does), MEMORY. */
inshi_status sparse_sum(inshi_context *context, const char *name, int64_t doubles, inshi_matrix *m);

/* The least integer type that holds least and most, unsigned where least >= 0; f8 where none does. */
inshi_dtype sparse_least_type(int64_t least, uint64_t most);

#endif
