/* scan.c -- see scan.h. Runs along the shorter stride, so that memory is read in order; the values of a sparse matrix are
 * one run. */
#include "scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "block_mean.h"

/* A run of `count` entries of one type: true where each is finite and >= 0. */
#define DEFINE_RUN(name, type, limit)                                                                        \
    static bool name(const void *data, int64_t count, int64_t stride)                                        \
    {                                                                                                        \
        const type *entry = data;                                                                            \
        int         bad   = 0;                                                                               \
        for (int64_t i = 0; i < count; i++)                                                                  \
            bad |= !(entry[i * stride] >= 0 && entry[i * stride] <= limit);                                  \
        return !bad;                                                                                         \
    }

DEFINE_RUN(run_i1, int8_t, INT8_MAX)
DEFINE_RUN(run_i2, int16_t, INT16_MAX)
DEFINE_RUN(run_i4, int32_t, INT32_MAX)
DEFINE_RUN(run_i8, int64_t, INT64_MAX)
DEFINE_RUN(run_f4, float, 3.40282347e38f)
DEFINE_RUN(run_f8, double, 1.7976931348623157e308)

/* IEEE 754 binary16: the sign, or an exponent of ones; minus zero is a zero. */
static bool run_f2(const void *data, int64_t count, int64_t stride)
{
    const uint16_t *entry = data;
    int             bad   = 0;
    for (int64_t i = 0; i < count; i++)
        bad |= entry[i * stride] >= 0x7C00 && entry[i * stride] != 0x8000;
    return !bad;
}

static bool run_is_good(inshi_dtype dtype, const void *data, int64_t count, int64_t stride)
{
    switch (dtype) {
    case INSHI_DTYPE_I1:
        return run_i1(data, count, stride);
    case INSHI_DTYPE_I2:
        return run_i2(data, count, stride);
    case INSHI_DTYPE_I4:
        return run_i4(data, count, stride);
    case INSHI_DTYPE_I8:
        return run_i8(data, count, stride);
    case INSHI_DTYPE_F2:
        return run_f2(data, count, stride);
    case INSHI_DTYPE_F4:
        return run_f4(data, count, stride);
    case INSHI_DTYPE_F8:
        return run_f8(data, count, stride);
    case INSHI_DTYPE_U1:
    case INSHI_DTYPE_U2:
    case INSHI_DTYPE_U4:
    case INSHI_DTYPE_U8:
    case INSHI_DTYPE_B1:
        break;
    }
    return true;
}

/* Along which index a run goes. */
static bool runs_are_rows(inshi_matrix m)
{
    return llabs(m.column_stride) <= llabs(m.row_stride);
}

static const char *run_start(inshi_matrix m, int64_t run)
{
    return (const char *)m.data +
           run * (runs_are_rows(m) ? m.row_stride : m.column_stride) * inshi_dtype_bytes(m.dtype);
}

/* marks: a byte a column, 1 = has negatives, 2 = has broken entries. */
static void note_entry(struct scan *scan, unsigned char *marks, int64_t row, int64_t column, double value)
{
    const bool          broken      = !isfinite(value);
    const unsigned char mark        = broken ? 2 : 1;
    int64_t *const      count       = broken ? &scan->broken : &scan->negative;
    int64_t *const      columns     = broken ? &scan->broken_columns : &scan->negative_columns;
    const bool          rank_higher = broken && scan->broken == 0, rank_same = broken == (scan->broken > 0);
    const bool          earlier = row < scan->row || (row == scan->row && column < scan->column);
    const bool          first   = scan->broken + scan->negative == 0;
    if (first || rank_higher || (rank_same && earlier)) {
        scan->row    = row;
        scan->column = column;
        scan->value  = value;
    }
    ++*count;
    *columns += !(marks[column] & mark);
    marks[column] |= mark;
}

struct hiding {
    bool (*hidden)(const void *user, int64_t row, int64_t column, double value);
    const void *user;
};

static void scan_run(inshi_matrix m, int64_t run, struct hiding hiding, struct scan *scan,
                     unsigned char *marks)
{
    const int64_t count = runs_are_rows(m) ? m.columns : m.rows;
    const bool    rows  = runs_are_rows(m);
    for (int64_t i = 0; i < count; i++) {
        const int64_t row = rows ? run : i, column = rows ? i : run;
        const double  value = block_mean_entry(m, row, column);
        if (!(value >= 0 && isfinite(value)) &&
            !(hiding.hidden && hiding.hidden(hiding.user, row, column, value)))
            note_entry(scan, marks, row, column, value);
    }
}

/* The listed values as a dense row. */
static inshi_matrix values_of(inshi_matrix m)
{
    return inshi_matrix_c(m.data, m.dtype, 1, m.nonzeros);
}

static int64_t number_at(const void *numbers, int bytes, int64_t i)
{
    return bytes == 4 ? ((const int32_t *)numbers)[i] : ((const int64_t *)numbers)[i];
}

/* Calls visit for every entry that is listed. */
static void each_listed(inshi_matrix m, void (*visit)(void *user, int64_t row, int64_t column, double value),
                        void        *user)
{
    const bool         rows   = m.layout == INSHI_LAYOUT_CSR;
    const inshi_matrix values = values_of(m);
    for (int64_t i = 0; i < (rows ? m.rows : m.columns); i++)
        for (int64_t at = number_at(m.pointers, m.pointer_bytes, i);
             at < number_at(m.pointers, m.pointer_bytes, i + 1); at++) {
            const int64_t index = number_at(m.indices, m.index_bytes, at);
            visit(user, rows ? i : index, rows ? index : i, block_mean_entry(values, 0, at));
        }
}

struct listed {
    struct scan   *scan;
    unsigned char *marks;
    struct hiding  hiding;
};

static void note_listed(void *user, int64_t row, int64_t column, double value)
{
    const struct listed *l = user;
    if (!(value >= 0 && isfinite(value)) &&
        !(l->hiding.hidden && l->hiding.hidden(l->hiding.user, row, column, value)))
        note_entry(l->scan, l->marks, row, column, value);
}

static bool scan_listed(inshi_matrix m, struct hiding hiding, struct scan *out)
{
    if (run_is_good(m.dtype, m.data, m.nonzeros, 1))
        return true;
    struct listed listed = {out, calloc((size_t)m.columns + 1, 1), hiding};
    if (!listed.marks)
        return false;
    each_listed(m, note_listed, &listed);
    free(listed.marks);
    return true;
}

bool scan_matrix(inshi_matrix m, bool (*hidden)(const void *user, int64_t row, int64_t column, double value),
                 const void *user, struct scan *out)
{
    *out = (struct scan){0};
    if (m.layout != INSHI_LAYOUT_DENSE)
        return scan_listed(m, (struct hiding){hidden, user}, out);
    const bool     rows = runs_are_rows(m);
    const int64_t  runs = rows ? m.rows : m.columns, count = rows ? m.columns : m.rows;
    const int64_t  stride = rows ? m.column_stride : m.row_stride;
    unsigned char *marks  = NULL;
    for (int64_t run = 0; run < runs; run++) {
        if (run_is_good(m.dtype, run_start(m, run), count, stride))
            continue;
        if (!marks && !(marks = calloc((size_t)m.columns + 1, 1)))
            return false;
        scan_run(m, run, (struct hiding){hidden, user}, out, marks);
    }
    free(marks);
    return true;
}

int64_t scan_nonzeros(inshi_matrix m)
{
    int64_t count = 0;
    if (m.layout != INSHI_LAYOUT_DENSE)
        m = values_of(m);
    const bool rows = runs_are_rows(m);
    for (int64_t a = 0; a < (rows ? m.rows : m.columns); a++)
        for (int64_t b = 0; b < (rows ? m.columns : m.rows); b++)
            count += fabs(block_mean_entry(m, rows ? a : b, rows ? b : a)) > 0; /* not NaN */
    return count;
}

/* Every storage type has all bits 0 for the number 0. */
void scan_clip(inshi_matrix m)
{
    const size_t bytes = (size_t)inshi_dtype_bytes(m.dtype);
    if (m.layout != INSHI_LAYOUT_DENSE)
        m = values_of(m);
    for (int64_t i = 0; i < m.rows; i++)
        for (int64_t j = 0; j < m.columns; j++)
            if (block_mean_entry(m, i, j) < 0)
                memset((char *)m.data + (i * m.row_stride + j * m.column_stride) * (int64_t)bytes, 0, bytes);
}

struct copy {
    inshi_matrix to;
    int64_t      changed;
};

static void copy_entry(void *user, int64_t row, int64_t column, double value)
{
    struct copy  *copy = user;
    const int64_t at   = row * copy->to.row_stride + column * copy->to.column_stride;
    if (copy->to.dtype == INSHI_DTYPE_F4) {
        ((float *)copy->to.data)[at] = (float)value;
        copy->changed += (double)(float)value != value;
    } else
        ((double *)copy->to.data)[at] = value;
}

int64_t scan_copy(inshi_matrix from, inshi_matrix to)
{
    struct copy copy  = {to, 0};
    const bool  dense = from.layout == INSHI_LAYOUT_DENSE;
    for (int64_t i = 0; i < to.rows; i++)
        for (int64_t j = 0; j < to.columns; j++)
            copy_entry(&copy, i, j, dense ? block_mean_entry(from, i, j) : 0);
    if (!dense)
        each_listed(from, copy_entry, &copy);
    return copy.changed;
}
