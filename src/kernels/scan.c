/* scan.c -- one read of a matrix in the order of memory: range, mean, zeros, and what is not a number >= 0. */
#include <math.h>
#include <string.h>
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/observe.h"
#include "kernels/storage.h"
#include "kernels/strip.h"
#include "matrix/matrix.h"

struct scan_job {
    inshi_matrix  matrix; /* major = rows of this view: memory is read along them */
    int64_t       chunk;  /* rows of one task */
    bool          turned; /* it is the transpose of the caller's matrix */
    double        floor;
    struct strip *strips;
};

#define SCAN_ROWS(suffix, type, convert)                                                                     \
    static void rows_##suffix(const struct scan_job *job, int64_t first, int64_t last, struct strip *s)      \
    {                                                                                                        \
        const inshi_matrix m = job->matrix;                                                                  \
        for (int64_t i = first; i < last; i++) {                                                             \
            const type *row = (const type *)m.data + i * m.row_stride;                                       \
            for (int64_t j = 0; j < m.columns; j++)                                                          \
                strip_note(s, job->floor, convert(row[j * m.column_stride]), job->turned ? j : i,            \
                           job->turned ? i : j);                                                             \
        }                                                                                                    \
    }
STORAGE_LIST(SCAN_ROWS)
#undef SCAN_ROWS

static void scan_task(void *user, int64_t task, int worker)
{
    (void)worker;
    const struct scan_job *job = user;
    const int64_t left = job->matrix.rows - task * job->chunk, count = left < job->chunk ? left : job->chunk;
    struct strip  s = strip_empty();
    switch (job->matrix.dtype) {
#define CASE(suffix, type, convert)                                                                          \
    case INSHI_DTYPE_##suffix:                                                                               \
        rows_##suffix(job, task * job->chunk, task * job->chunk + count, &s);                                \
        break;
        STORAGE_LIST(CASE)
#undef CASE
    }
    job->strips[task] = s;
}

/* The line of a compressed matrix that holds a stored entry. */
static int64_t line_of(const inshi_matrix *m, int64_t entry)
{
    int64_t low = 0, high = m->layout == INSHI_LAYOUT_CSR ? m->rows : m->columns;
    while (low + 1 < high) {
        const int64_t middle = low + (high - low) / 2;
        if (matrix_integer(m->pointers, m->pointer_bytes, middle) <= entry)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Sparse: the stored entries as one row; what is not stored is 0. */
static inshi_status scan_stored(inshi_context *context, inshi_matrix m, double floor, struct scan *out)
{
    const bool         rows  = m.layout == INSHI_LAYOUT_CSR;
    const double       count = (double)m.rows * (double)m.columns, absent = count - (double)m.nonzeros;
    const inshi_matrix entries = inshi_matrix_c(m.data, m.dtype, m.nonzeros, 1);
    const inshi_status status  = matrix_scan(context, entries, floor, out);
    if (status)
        return status;
    out->mean = m.nonzeros > 0 ? out->mean * ((double)m.nonzeros / count) : 0;
    if (out->bad_row >= 0) {
        const int64_t line   = line_of(&m, out->bad_row),
                      across = matrix_integer(m.indices, m.index_bytes, out->bad_row);
        out->bad_row         = rows ? line : across;
        out->bad_column      = rows ? across : line;
    }
    if (absent > 0) {
        out->least = 0;
        out->zeros += (int64_t)absent;
        out->below += floor > 0 ? (int64_t)absent : 0;
    }
    return INSHI_OK;
}

inshi_status matrix_scan(inshi_context *context, inshi_matrix matrix, double floor, struct scan *out)
{
    if (matrix.layout != INSHI_LAYOUT_DENSE)
        return scan_stored(context, matrix, floor, out);
    const bool         turned = !matrix_row_major(matrix);
    const inshi_matrix m      = turned ? inshi_matrix_transpose(matrix) : matrix;
    const int64_t   chunk = 1 + 65536 / (m.columns > 0 ? m.columns : 1), tasks = (m.rows + chunk - 1) / chunk;
    struct scan_job job = {m, chunk, turned, floor,
                           memory_take(context, tasks, sizeof(struct strip), "a look at X")};
    if (!job.strips)
        return INSHI_ERR_MEMORY;
    const inshi_status status =
        parallel_run(context, tasks, (double)m.rows * (double)m.columns, scan_task, &job);
    *out = strips_join(job.strips, status ? 0 : tasks, (double)m.rows * (double)m.columns);
    memory_give(context, job.strips);
    return status;
}

/* ---- the largest entry of each column --------------------------------------------------------------------------- */

struct most_job {
    inshi_matrix matrix;
    double      *most;
};

enum { MOST_COLUMNS = 64 }; /* of a task */

#define MOST_COLUMN(suffix, type, convert)                                                                   \
    static double most_##suffix(inshi_matrix m, int64_t column)                                              \
    {                                                                                                        \
        const type *at   = (const type *)m.data + column * m.column_stride;                                  \
        double      most = 0;                                                                                \
        for (int64_t i = 0; i < m.rows; i++) {                                                               \
            const double a = convert(at[i * m.row_stride]);                                                  \
            most           = a > most ? a : most;                                                            \
        }                                                                                                    \
        return most;                                                                                         \
    }
STORAGE_LIST(MOST_COLUMN)
#undef MOST_COLUMN

static void most_task(void *user, int64_t task, int worker)
{
    (void)worker;
    const struct most_job *job  = user;
    const int64_t          last = (task + 1) * MOST_COLUMNS;
    for (int64_t j = task * MOST_COLUMNS; j < last && j < job->matrix.columns; j++)
        switch (job->matrix.dtype) {
#define CASE(suffix, type, convert)                                                                          \
    case INSHI_DTYPE_##suffix:                                                                               \
        job->most[j] = most_##suffix(job->matrix, j);                                                        \
        break;
            STORAGE_LIST(CASE)
#undef CASE
        }
}

/* The largest of each column of CSR or CSC. */
static void most_stored(inshi_matrix m, double *most)
{
    const bool         rows    = m.layout == INSHI_LAYOUT_CSR;
    const int64_t      lines   = rows ? m.rows : m.columns;
    const inshi_matrix entries = inshi_matrix_c(m.data, m.dtype, 1, m.nonzeros);
    for (int64_t j = 0; j < m.columns; j++)
        most[j] = 0;
    for (int64_t line = 0; line < lines; line++)
        for (int64_t at = matrix_integer(m.pointers, m.pointer_bytes, line);
             at < matrix_integer(m.pointers, m.pointer_bytes, line + 1); at++) {
            const int64_t column = rows ? matrix_integer(m.indices, m.index_bytes, at) : line;
            double        a;
            observed_read(&entries, 0, at, 1, &a);
            most[column] = a > most[column] ? a : most[column];
        }
}

inshi_status matrix_column_most(inshi_context *context, inshi_matrix matrix, double *most)
{
    if (matrix.layout != INSHI_LAYOUT_DENSE) {
        most_stored(matrix, most);
        return INSHI_OK;
    }
    struct most_job job   = {matrix, most};
    const int64_t   tasks = (matrix.columns + MOST_COLUMNS - 1) / MOST_COLUMNS;
    return parallel_run(context, tasks, (double)matrix.rows * (double)matrix.columns, most_task, &job);
}
