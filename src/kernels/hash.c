/* hash.c -- a number for the content of a matrix, one read in the order of memory, O(entries).
 *
 * The finisher is that of splitmix64 (G. L. Steele, D. Lea, C. H. Flood. Fast splittable pseudorandom number generators.
 * OOPSLA 2014). It tells accidents apart, not adversaries.
 */
#include <math.h>
#include <string.h>
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/storage.h"
#include "matrix/matrix.h"

struct hash_job {
    inshi_matrix matrix;       /* rows of this view are runs of memory */
    uint64_t     major, minor; /* what a step to the next row and column adds */
    int64_t      chunk;        /* rows of a task */
    uint64_t    *sums;
};

static const uint64_t OF_ROW = UINT64_C(0x9e3779b97f4a7c15), OF_COLUMN = UINT64_C(0xd6e8feb86659fd93);

static inline uint64_t hash_entry(double a, uint64_t place)
{
    uint64_t z;
    if (a == 0)
        return 0;
    if (isnan(a))
        z = UINT64_C(0x7ff8000000000000);
    else
        memcpy(&z, &a, sizeof z);
    z += place;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline int64_t offset_at(const void *array, int bytes, int64_t at)
{
    return bytes == 8 ? ((const int64_t *)array)[at] : ((const int32_t *)array)[at];
}

#define HASH_ROWS(suffix, type, convert)                                                                     \
    static uint64_t dense_##suffix(const struct hash_job *job, int64_t row)                                  \
    {                                                                                                        \
        const inshi_matrix m   = job->matrix;                                                                \
        const type        *at  = (const type *)m.data + row * m.row_stride;                                  \
        uint64_t           sum = 0, place = (uint64_t)row * job->major;                                      \
        for (int64_t j = 0; j < m.columns; j++, place += job->minor)                                         \
            sum += hash_entry(convert(at[j * m.column_stride]), place);                                      \
        return sum;                                                                                          \
    }                                                                                                        \
    static uint64_t sparse_##suffix(const struct hash_job *job, int64_t row)                                 \
    {                                                                                                        \
        const inshi_matrix m    = job->matrix;                                                               \
        const int64_t      last = offset_at(m.pointers, m.pointer_bytes, row + 1);                           \
        uint64_t           sum  = 0;                                                                         \
        for (int64_t e = offset_at(m.pointers, m.pointer_bytes, row); e < last; e++) {                       \
            const uint64_t column = (uint64_t)offset_at(m.indices, m.index_bytes, e);                        \
            sum += hash_entry(convert(((const type *)m.data)[e]),                                            \
                              (uint64_t)row * job->major + column * job->minor);                             \
        }                                                                                                    \
        return sum;                                                                                          \
    }
STORAGE_LIST(HASH_ROWS)
#undef HASH_ROWS

static uint64_t hash_row(const struct hash_job *job, int64_t row)
{
    const bool dense = job->matrix.layout == INSHI_LAYOUT_DENSE;
    switch (job->matrix.dtype) {
#define CASE(suffix, type, convert)                                                                          \
    case INSHI_DTYPE_##suffix:                                                                               \
        return dense ? dense_##suffix(job, row) : sparse_##suffix(job, row);
        STORAGE_LIST(CASE)
#undef CASE
    }
    return 0;
}

static void hash_task(void *user, int64_t task, int worker)
{
    (void)worker;
    const struct hash_job *job  = user;
    const int64_t          last = (task + 1) * job->chunk;
    uint64_t               sum  = 0;
    for (int64_t row = task * job->chunk; row < last && row < job->matrix.rows; row++)
        sum += hash_row(job, row);
    job->sums[task] = sum;
}

inshi_status matrix_hash(inshi_context *context, inshi_matrix matrix, uint64_t *hash)
{
    const bool turned =
        matrix.layout == INSHI_LAYOUT_DENSE ? !matrix_row_major(matrix) : matrix.layout == INSHI_LAYOUT_CSC;
    const inshi_matrix m       = turned ? inshi_matrix_transpose(matrix) : matrix;
    const double       entries = m.layout == INSHI_LAYOUT_DENSE ? (double)m.rows * (double)m.columns
                                                                : (double)m.nonzeros + (double)m.rows;
    const double       rows    = 65536 * (double)m.rows / (entries + 1) + 1;
    struct hash_job job = {m, turned ? OF_COLUMN : OF_ROW, turned ? OF_ROW : OF_COLUMN, (int64_t)rows, NULL};
    const int64_t   tasks = (m.rows + job.chunk - 1) / job.chunk;
    *hash                 = 0;
    job.sums              = memory_take(context, tasks, sizeof *job.sums, "a look at X");
    if (!job.sums)
        return INSHI_ERR_MEMORY;
    const inshi_status status = parallel_run(context, tasks, 4 * entries, hash_task, &job);
    for (int64_t t = 0; t < tasks && !status; t++)
        *hash += job.sums[t];
    memory_give(context, job.sums);
    return status;
}
