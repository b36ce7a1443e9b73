/* observe_scan.c -- one read of X together with the weights of its entries. */
#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/observe.h"

enum { SIDE = 64 }; /* of a block: a task is a strip of so many columns */

/* Sums as in scan.c: of 2^512 x and 2^-64 x. */
struct strip {
    struct scan scan;
    double      small_sum, large_sum;
};

struct scan_job {
    inshi_matrix           x;
    const struct observed *observed;
    double                 floor;
    struct strip          *strips;
    struct observed_scan  *out;
};

static void note_bad(struct scan *s, double a, int64_t row, int64_t column)
{
    s->infinite += isinf(a) != 0;
    s->negative += a < 0;
    if (s->bad_row < 0 || row < s->bad_row || (row == s->bad_row && column < s->bad_column)) {
        s->bad_row    = row;
        s->bad_column = column;
        s->bad_value  = a;
    }
}

static void note(struct strip *strip, double floor, double a, int64_t row, int64_t column)
{
    struct scan *s = &strip->scan;
    if (!(a >= 0 && a <= 1.7976931348623157e308)) {
        note_bad(s, a, row, column);
        return;
    }
    s->zeros += a == 0;
    s->below += a < floor;
    s->least = a < s->least ? a : s->least;
    s->most  = a > s->most ? a : s->most;
    strip->small_sum += a * 0x1p512;
    strip->large_sum += a * 0x1p-64;
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
        note(strip, job->floor, x[j], row, column + j);
        c->count++;
        c->most         = fmax(c->most, x[j]);
        c->weight_least = fmin(c->weight_least, weight[j]);
        c->weight_most  = fmax(c->weight_most, weight[j]);
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
    struct strip           strip   = {.scan = {.least = INFINITY, .bad_row = -1, .bad_column = -1}};
    for (int j = 0; j < columns; j++)
        job->out->columns[column + j] = (struct observed_column){.weight_least = INFINITY};
    for (int64_t i = 0; i < job->x.rows; i++)
        scan_row(job, &strip, i, column, columns);
    job->strips[index] = strip;
}

/* Adds the strips up, in order. */
static void join(const struct scan_job *job, int64_t count, struct scan *out)
{
    double small_sum = 0, large_sum = 0;
    *out = (struct scan){.least = INFINITY, .bad_row = -1, .bad_column = -1};
    for (int64_t t = 0; t < count; t++) {
        const struct scan *s = &job->strips[t].scan;
        out->least           = fmin(out->least, s->least);
        out->most            = fmax(out->most, s->most);
        out->zeros += s->zeros;
        out->below += s->below;
        out->negative += s->negative;
        out->nan += s->nan;
        out->infinite += s->infinite;
        if (s->bad_row >= 0 && (out->bad_row < 0 || s->bad_row < out->bad_row)) {
            out->bad_row    = s->bad_row;
            out->bad_column = s->bad_column;
            out->bad_value  = s->bad_value;
        }
        small_sum += job->strips[t].small_sum;
        large_sum += job->strips[t].large_sum;
    }
    const double entries = (double)job->out->count;
    out->mean            = entries == 0          ? 0
                           : isfinite(small_sum) ? small_sum / entries * 0x1p-512
                                                 : large_sum / entries * 0x1p64;
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
    for (int64_t j = 0; !status && j < x.columns; j++) {
        out->count += out->columns[j].count;
        out->weight_least = fmin(out->weight_least, out->columns[j].weight_least);
        out->weight_most  = fmax(out->weight_most, out->columns[j].weight_most);
    }
    if (!status)
        join(&job, strips, scan);
    memory_give(context, job.strips);
    return status;
}

void observed_release(inshi_context *context, struct observed_scan *scan)
{
    memory_give(context, scan->columns);
    memory_give(context, scan->rows);
    *scan = (struct observed_scan){0};
}
