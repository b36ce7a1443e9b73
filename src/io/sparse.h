/* sparse.h -- compressed matrices as readers make them: arrays that inshi_data owns, looked through, put in order. */
#ifndef INSHI_IO_SPARSE_H
#define INSHI_IO_SPARSE_H

#include <stdbool.h>
#include "base/context.h"
#include "inshi/matrix.h"

/* Rows of CSR, columns of CSC: what is compressed; and the other direction, which indices count. */
static inline int64_t sparse_majors(const inshi_matrix *m)
{
    return m->layout == INSHI_LAYOUT_CSR ? m->rows : m->columns;
}

static inline int64_t sparse_minors(const inshi_matrix *m)
{
    return m->layout == INSHI_LAYOUT_CSR ? m->columns : m->rows;
}

static inline int64_t sparse_number(const void *numbers, int bytes, int64_t i)
{
    return bytes == 4 ? ((const int32_t *)numbers)[i] : ((const int64_t *)numbers)[i];
}

static inline void sparse_set(void *numbers, int bytes, int64_t i, int64_t value)
{
    if (bytes == 4)
        ((int32_t *)numbers)[i] = (int32_t)value;
    else
        ((int64_t *)numbers)[i] = value;
}

static inline int64_t sparse_pointer(const inshi_matrix *m, int64_t i)
{
    return sparse_number(m->pointers, m->pointer_bytes, i);
}

static inline int64_t sparse_index(const inshi_matrix *m, int64_t i)
{
    return sparse_number(m->indices, m->index_bytes, i);
}

/* 4 where numbers up to most fit int32_t, otherwise 8. */
static inline int sparse_bytes(int64_t most)
{
    return most <= INT32_MAX ? 4 : 8;
}

/* Bytes of the arrays of CSR with values of so many bytes; INT64_MAX where they cannot be counted. */
int64_t sparse_size(int64_t rows, int64_t columns, int64_t nonzeros, int64_t value_bytes);

/* Refuses pointers that do not begin at 0, fall or end elsewhere than at nonzeros, and indices out of range. name: the
 * file's. DATA */
inshi_status sparse_check(inshi_context *context, const char *name, const inshi_matrix *m);

/* Sorts the entries of each row (column) by index, where they are not, and adds up those of one place, with one
 * warning; integers whose sum does not fit get a larger type. The arrays are the context's; only what was changed is
 * replaced. Equal bits for any number of threads. DATA (a sum that nothing holds), MEMORY, INTERRUPTED. */
inshi_status sparse_order(inshi_context *context, const char *name, inshi_matrix *m);

#endif
