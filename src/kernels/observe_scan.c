/* observe_scan.c -- one read of X together with the weights of its entries. */
#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/observe.h"
#include "kernels/strip.h"
#include "matrix/matrix.h"

enum {
    SIDE = 64, /* of a block: a task is a strip of so many columns */
    RUN  = 256
};

struct scan_job {
    inshi_matrix           x;
    const struct observed *observed;
    double                 floor;
    struct strip          *strips;
    struct observed_scan  *out;
};

static void note_column(struct observed_column *c, double x, double weight)
{
    c->count++;
    c->most         = fmax(c->most, x);
    c->weight_least = fmin(c->weight_least, weight);
    c->weight_most  = fmax(c->weight_most, weight);
}

/* One row of a block. */
static void scan_row(const struct scan_job *job, struct strip *strip, int64_t row, int64_t column,
                     int columns)
{
    double x[SIDE], weight[SIDE];
    bool   seen = false;
    observed_read(&job->x, row, column, columns, x);
    observed_block(job->observed, row, column, 1, columns, weight, SIDE);
    for (int j = 0; j < columns; j++) {
        struct observed_column *c = &job->out->columns[column + j];
        strip->scan.nan += isnan(x[j]) != 0;
        if (isnan(x[j]) || weight[j] == 0)
            continue;
        seen = true;
        strip_note(strip, job->floor, x[j], row, column + j);
        note_column(c, x[j], weight[j]);
    }
    if (seen) /* by several threads, all the same */
        atomic_store_explicit((_Atomic unsigned char *)&job->out->rows[row], 1, memory_order_relaxed);
}

static void scan_strip(void *user, int64_t index, int worker)
{
    (void)worker;
    const struct scan_job *job    = user;
    const int64_t          column = index * SIDE, left = job->x.columns - column;
    const int              columns = (int)(left < SIDE ? left : SIDE);
    struct strip           strip   = strip_empty();
    for (int j = 0; j < columns; j++)
        job->out->columns[column + j] = (struct observed_column){.weight_least = INFINITY};
    for (int64_t i = 0; i < job->x.rows; i++)
        scan_row(job, &strip, i, column, columns);
    job->strips[index] = strip;
}

/* What the columns have, added up. */
static void join_columns(struct observed_scan *out, int64_t columns)
{
    for (int64_t j = 0; j < columns; j++) {
        out->count += out->columns[j].count;
        out->weight_least = fmin(out->weight_least, out->columns[j].weight_least);
        out->weight_most  = fmax(out->weight_most, out->columns[j].weight_most);
    }
}

inshi_status observed_scan(inshi_context *context, inshi_matrix x, const struct observed *observed,
                           double floor, struct scan *scan, struct observed_scan *out)
{
    const int64_t   strips = (x.columns + SIDE - 1) / SIDE;
    struct scan_job job    = {x, observed, floor,
                              memory_take(context, strips, sizeof(struct strip), "a look at X"), out};
    *out                   = (struct observed_scan){.weight_least = INFINITY};
    out->columns           = memory_take(context, x.columns, sizeof *out->columns, "a look at X");
    out->rows              = memory_take(context, x.rows, 1, "a look at X");
    inshi_status status    = job.strips && out->columns && out->rows ? INSHI_OK : INSHI_ERR_MEMORY;
    if (!status) {
        memset(out->rows, 0, (size_t)x.rows);
        status = parallel_run(context, strips, 4 * (double)x.rows * (double)x.columns, scan_strip, &job);
    }
    if (!status)
        join_columns(out, x.columns);
    if (!status)
        *scan = strips_join(job.strips, strips, (double)out->count);
    memory_give(context, job.strips);
    return status;
}

/* The stored entries of one row (CSR) or column (CSC). */
static void scan_line(const struct scan_job *job, struct strip *strip, int64_t line)
{
    const inshi_matrix *x      = &job->x;
    const inshi_matrix  stored = inshi_matrix_c(x->data, x->dtype, 1, x->nonzeros);
    const int64_t       first  = matrix_integer(x->pointers, x->pointer_bytes, line),
                  end          = matrix_integer(x->pointers, x->pointer_bytes, line + 1);
    double values[RUN];
    for (int64_t at = first; at < end; at++) {
        if ((at - first) % RUN == 0)
            observed_read(&stored, 0, at, (int)(end - at < RUN ? end - at : RUN), values);
        const bool    rows  = x->layout == INSHI_LAYOUT_CSR;
        const int64_t index = matrix_integer(x->indices, x->index_bytes, at), row = rows ? line : index,
                      column = rows ? index : line;
        const double value = values[(at - first) % RUN], weight = observed_weight(job->observed, row, column);
        strip->scan.nan += isnan(value) != 0;
        if (isnan(value) || weight == 0)
            continue;
        strip_note(strip, job->floor, value, row, column);
        note_column(&job->out->columns[column], value, weight);
        job->out->rows[row] = 1;
    }
}

inshi_status observed_scan_stored(inshi_context *context, inshi_matrix x, const struct observed *observed,
                                  double floor, struct scan *scan, struct observed_scan *out)
{
    const int64_t   absent = x.rows * x.columns - x.nonzeros;
    struct strip    strip  = strip_empty();
    struct scan_job job    = {x, observed, floor, &strip, out};
    *out                   = (struct observed_scan){.weight_least = INFINITY};
    out->columns           = memory_take(context, x.columns, sizeof *out->columns, "a look at X");
    out->rows              = memory_take(context, x.rows, 1, "a look at X");
    if (!out->columns || !out->rows)
        return INSHI_ERR_MEMORY;
    memset(out->rows, 0, (size_t)x.rows);
    for (int64_t j = 0; j < x.columns; j++)
        out->columns[j] = (struct observed_column){.weight_least = INFINITY};
    for (int64_t line = 0; line < (x.layout == INSHI_LAYOUT_CSR ? x.rows : x.columns); line++)
        scan_line(&job, &strip, line);
    join_columns(out, x.columns);
    *scan = strips_join(&strip, 1, (double)x.rows * (double)x.columns);
    scan->zeros += absent;
    scan->below += floor > 0 ? absent : 0;
    return INSHI_OK;
}

void observed_release(inshi_context *context, struct observed_scan *scan)
{
    memory_give(context, scan->columns);
    memory_give(context, scan->rows);
    *scan = (struct observed_scan){0};
}
