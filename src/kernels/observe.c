/* observe.c -- weights of entries, a block at a time, from matrices of any storage type and layout. */
#include "kernels/observe.h"

#include "kernels/storage.h"
#include "matrix/matrix.h"

#define READ_RUN(suffix, type, convert)                                                                      \
    static void read_##suffix(const void *data, int64_t first, int64_t step, int count, double *out)         \
    {                                                                                                        \
        const type *at = (const type *)data + first;                                                         \
        for (int j = 0; j < count; j++)                                                                      \
            out[j] = convert(at[j * step]);                                                                  \
    }
STORAGE_LIST(READ_RUN)
#undef READ_RUN

static void read_run(inshi_dtype dtype, const void *data, int64_t first, int64_t step, int count, double *out)
{
    switch (dtype) {
#define CASE(suffix, type, convert)                                                                          \
    case INSHI_DTYPE_##suffix:                                                                               \
        read_##suffix(data, first, step, count, out);                                                        \
        break;
        STORAGE_LIST(CASE)
#undef CASE
    }
}

/* The first stored entry of a line [first, last) whose index is at least `least`. */
static int64_t find(const inshi_matrix *m, int64_t first, int64_t last, int64_t least)
{
    while (first < last) {
        const int64_t middle = first + (last - first) / 2;
        if (matrix_integer(m->indices, m->index_bytes, middle) < least)
            first = middle + 1;
        else
            last = middle;
    }
    return first;
}

/* The stored entries of line `line` (a row of CSR, a column of CSC) from `first` on; entry i goes to out[i step]. */
static void spread_line(const inshi_matrix *m, int64_t line, int64_t first, int count, double *out, int step)
{
    const int64_t end = matrix_integer(m->pointers, m->pointer_bytes, line + 1);
    for (int64_t at = find(m, matrix_integer(m->pointers, m->pointer_bytes, line), end, first); at < end;
         at++) {
        const int64_t i = matrix_integer(m->indices, m->index_bytes, at) - first;
        if (i >= count)
            return;
        read_run(m->dtype, m->data, at, 1, 1, &out[i * step]);
    }
}

void observed_read(const inshi_matrix *m, int64_t row, int64_t column, int count, double *out)
{
    if (m->layout == INSHI_LAYOUT_DENSE) {
        read_run(m->dtype, m->data, row * m->row_stride + column * m->column_stride, m->column_stride, count,
                 out);
        return;
    }
    for (int j = 0; j < count; j++)
        out[j] = 0;
    if (m->layout == INSHI_LAYOUT_CSR)
        spread_line(m, row, column, count, out, 1);
    else
        for (int j = 0; j < count; j++)
            spread_line(m, column + j, row, 1, &out[j], 1);
}

enum { BLOCK_MOST = 64 };

/* Multiplies one row of `columns` (at most BLOCK_MOST) weights by those of a matrix; mask: any but 0 is 1. */
static void multiply_row(const inshi_matrix *m, bool mask, int64_t row, int64_t column, int columns,
                         double *out)
{
    double values[BLOCK_MOST];
    observed_read(m, row, column, columns, values);
    for (int j = 0; j < columns; j++)
        out[j] *= mask ? (values[j] != 0 ? 1.0 : 0.0) : values[j];
}

void observed_block(const struct observed *o, int64_t row, int64_t column, int rows, int columns, double *out,
                    int stride)
{
    for (int i = 0; i < rows; i++) {
        double *const to = out + (int64_t)i * stride;
        for (int j = 0; j < columns; j++)
            to[j] = (o->row ? o->row[row + i] : 1) * (o->column ? o->column[column + j] : 1);
        if (o->mask)
            multiply_row(o->mask, true, row + i, column, columns, to);
        if (o->weights)
            multiply_row(o->weights, false, row + i, column, columns, to);
        for (int j = 0; j < columns; j++) /* a number divided by itself is 1 */
            to[j] /= o->column_unit ? o->column_unit[column + j] : o->unit;
    }
}

double observed_weight(const struct observed *o, int64_t row, int64_t column)
{
    double weight;
    observed_block(o, row, column, 1, 1, &weight, 1);
    return weight;
}
