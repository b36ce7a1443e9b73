/* strip.h -- what the scans of X note of a strip of entries, and how strips are added up, in order. */
#ifndef INSHI_KERNELS_STRIP_H
#define INSHI_KERNELS_STRIP_H

#include <math.h>
#include "kernels/kernels.h"

/* Sums are kept of 2^-64 x and 2^512 x: whatever the range of X, one of them neither overflows nor loses all. */
struct strip {
    struct scan scan; /* but for its mean */
    double      small_sum, large_sum;
};

static inline struct strip strip_empty(void)
{
    return (struct strip){.scan = {.least = INFINITY, .bad_row = -1, .bad_column = -1}};
}

/* Keeps the first bad entry in C order of the caller's matrix, for the message. */
static inline void strip_keep_bad(struct scan *s, double a, int64_t row, int64_t column)
{
    if (s->bad_row < 0 || row < s->bad_row || (row == s->bad_row && column < s->bad_column)) {
        s->bad_row    = row;
        s->bad_column = column;
        s->bad_value  = a;
    }
}

static inline void strip_note(struct strip *strip, double floor, double a, int64_t row, int64_t column)
{
    struct scan *s = &strip->scan;
    if (!(a >= 0 && a <= 1.7976931348623157e308)) {
        s->nan += isnan(a) != 0;
        s->infinite += isinf(a) != 0;
        s->negative += a < 0;
        strip_keep_bad(s, a, row, column);
        return;
    }
    s->zeros += a == 0;
    s->below += a < floor;
    s->least = a < s->least ? a : s->least;
    s->most  = a > s->most ? a : s->most;
    strip->small_sum += a * 0x1p512;
    strip->large_sum += a * 0x1p-64;
}

/* All strips, with the mean over `entries` entries (0 where there are none). */
static inline struct scan strips_join(const struct strip *strips, int64_t count, double entries)
{
    struct strip all = strip_empty();
    struct scan *out = &all.scan;
    for (int64_t t = 0; t < count; t++) {
        const struct scan *s = &strips[t].scan;
        out->least           = fmin(out->least, s->least);
        out->most            = fmax(out->most, s->most);
        out->zeros += s->zeros;
        out->below += s->below;
        out->negative += s->negative;
        out->nan += s->nan;
        out->infinite += s->infinite;
        if (s->bad_row >= 0)
            strip_keep_bad(out, s->bad_value, s->bad_row, s->bad_column);
        all.small_sum += strips[t].small_sum;
        all.large_sum += strips[t].large_sum;
    }
    if (entries > 0)
        out->mean =
            isfinite(all.small_sum) ? all.small_sum / entries * 0x1p-512 : all.large_sum / entries * 0x1p64;
    return *out;
}

#endif
