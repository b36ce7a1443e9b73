/* npz_coo.c -- lists of rows and columns to compressed rows: count, add up, place; the order of the list stays. */
#include "io/npz_coo.h"

#include <string.h>
#include "io/sparse.h"

static inshi_status check(inshi_context *context, const char *name, const char *what, const void *numbers,
                          int bytes, int64_t count, int64_t extent)
{
    for (int64_t i = 0; i < count; i++) {
        const int64_t index = sparse_number(numbers, bytes, i);
        if (index < 0 || index >= extent)
            return context_fail(
                context, INSHI_ERR_DATA,
                "%s: entry %lld of %s is %lld, and they count from 0 to %lld; write the file again", name,
                (long long)i, what, (long long)index, (long long)extent - 1);
    }
    return INSHI_OK;
}

static inshi_status check_rows(inshi_context *context, const char *name, const inshi_matrix *m)
{
    enum { FREE = 1 << 20, EACH = 64 };
    if (m->rows <= FREE || (m->rows - FREE) / EACH <= m->nonzeros)
        return INSHI_OK;
    return context_fail(
        context, INSHI_ERR_DATA,
        "%s has %lld rows for %lld entries, so that nearly all are empty; leave empty rows out", name,
        (long long)m->rows, (long long)m->nonzeros);
}

/* Where the entries of each row begin: pointers[row + 1], moved on while they are placed, ends as the row's end. */
static void place(const struct npz_coo *coo, inshi_matrix *m, const char *from)
{
    void *const  pointers = (void *)(uintptr_t)m->pointers;
    const int    bytes    = m->pointer_bytes;
    const size_t size     = (size_t)inshi_dtype_bytes(m->dtype);
    memset(pointers, 0, (size_t)(m->rows + 1) * (size_t)bytes);
    for (int64_t i = 0; i < m->nonzeros; i++) {
        const int64_t row = sparse_number(coo->rows, coo->row_bytes, i) + 1;
        sparse_set(pointers, bytes, row, sparse_number(pointers, bytes, row) + 1);
    }
    for (int64_t row = 1, next = 0; row <= m->rows; row++) {
        const int64_t count = sparse_number(pointers, bytes, row);
        sparse_set(pointers, bytes, row, next);
        next += count;
    }
    for (int64_t i = 0; i < m->nonzeros; i++) {
        const int64_t row = sparse_number(coo->rows, coo->row_bytes, i) + 1,
                      at  = sparse_number(pointers, bytes, row);
        sparse_set((void *)(uintptr_t)m->indices, m->index_bytes, at,
                   sparse_number(coo->columns, coo->column_bytes, i));
        memcpy((char *)m->data + (size_t)at * size, from + (size_t)i * size, size);
        sparse_set(pointers, bytes, row, at + 1);
    }
}

inshi_status npz_coo_compress(inshi_context *context, const char *name, const struct npz_coo *coo,
                              inshi_matrix *m)
{
    inshi_status status = check(context, name, "row", coo->rows, coo->row_bytes, m->nonzeros, m->rows);
    if (!status)
        status = check(context, name, "col", coo->columns, coo->column_bytes, m->nonzeros, m->columns);
    if (!status)
        status = check_rows(context, name, m);
    if (status)
        return status;
    void *const listed = m->data;
    m->data            = memory_take(context, m->nonzeros, (size_t)inshi_dtype_bytes(m->dtype), name);
    m->pointers        = memory_take(context, m->rows + 1, (size_t)m->pointer_bytes, name);
    m->indices         = memory_take(context, m->nonzeros, (size_t)m->index_bytes, name);
    status             = m->data && m->pointers && m->indices ? INSHI_OK : INSHI_ERR_MEMORY;
    if (!status)
        place(coo, m, listed);
    memory_give(context, listed);
    return status;
}
