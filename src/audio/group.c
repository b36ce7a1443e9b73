/* group.c -- which components belong to one source, where nothing says so.
 *
 * Two components are alike where their spectra are (the cosine of the square roots) and where they sound at the same
 * times (the correlation of the square roots of their activations). From one group each, the two groups that are most
 * alike, on the mean over their pairs, are joined until as many are left as there are sources (average linkage:
 * R. R. Sokal, C. D. Michener. A statistical method for evaluating systematic relationships. 1958). Nothing is random.
 * k^2 numbers, k^3 steps.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "audio/separation.h"

static const double SPECTRUM_WEIGHT = 0.5; /* of the spectra; the rest is that of the activations */

/* Rows of numbers whose likeness is sought: roots, less their mean where centred, of unit length. */
struct features {
    int64_t count, length;
    double *values;
};

static double number_at(const inshi_separation *s, const void *data, int64_t at)
{
    return s->options.dtype == INSHI_DTYPE_F4 ? (double)((const float *)data)[at] : ((const double *)data)[at];
}

static void finish_row(double *row, int64_t length, bool centred)
{
    double mean = 0, squares = 0;
    for (int64_t i = 0; i < length && centred; i++)
        mean += row[i] / (double)length;
    for (int64_t i = 0; i < length; i++) {
        row[i] -= mean;
        squares += row[i] * row[i];
    }
    for (int64_t i = 0; i < length && squares > 0; i++)
        row[i] /= sqrt(squares);
}

static double likeness(const double *a, const double *b, int64_t length)
{
    double sum = 0;
    for (int64_t i = 0; i < length; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Adds weight times the likeness of all pairs; first: entry i of row j of the features is data[i step + j jump]. */
static inshi_status add_likeness(const inshi_separation *s, const void *data, int64_t length, bool by_frame, double weight,
                                 double *pairs)
{
    double *rows = memory_take(s->context, checked_product(s->k, length), sizeof *rows, "the likeness of components");
    if (!rows)
        return INSHI_ERR_MEMORY;
    for (int64_t j = 0; j < s->k; j++) {
        for (int64_t i = 0; i < length; i++)
            rows[j * length + i] = sqrt(number_at(s, data, by_frame ? i * s->k + j : j * length + i));
        finish_row(rows + j * length, length, by_frame);
    }
    for (int64_t a = 0; a < s->k; a++)
        for (int64_t b = 0; b < s->k; b++)
            pairs[a * s->k + b] += weight * likeness(rows + a * length, rows + b * length, length);
    memory_give(s->context, rows);
    return INSHI_OK;
}

/* Joins group b to group a: the mean over pairs of members. */
static void join(double *pairs, int64_t *sizes, int64_t k, int64_t a, int64_t b)
{
    for (int64_t c = 0; c < k; c++) {
        const double mean = ((double)sizes[a] * pairs[a * k + c] + (double)sizes[b] * pairs[b * k + c]) /
                            (double)(sizes[a] + sizes[b]);
        pairs[a * k + c] = pairs[c * k + a] = mean;
    }
    sizes[a] += sizes[b];
    sizes[b] = 0;
}

static void cluster(double *pairs, int64_t *sizes, int64_t *groups, int64_t k, int64_t count)
{
    for (int64_t j = 0; j < k; j++) {
        groups[j] = j;
        sizes[j]  = 1;
    }
    for (int64_t left = k; left > count; left--) {
        int64_t a = -1, b = -1;
        for (int64_t i = 0; i < k; i++)
            for (int64_t j = i + 1; j < k; j++)
                if (sizes[i] && sizes[j] && (a < 0 || pairs[i * k + j] > pairs[a * k + b])) {
                    a = i;
                    b = j;
                }
        join(pairs, sizes, k, a, b);
        for (int64_t j = 0; j < k; j++)
            groups[j] = groups[j] == b ? a : groups[j];
    }
}

/* Groups are numbered by their first component. */
static void number_groups(int64_t *groups, int64_t *places, int64_t k)
{
    int64_t next = 0;
    for (int64_t j = 0; j < k; j++)
        if (groups[j] == j)
            places[j] = next++;
    for (int64_t j = 0; j < k; j++)
        groups[j] = places[groups[j]];
}

static inshi_status name_groups(inshi_separation *s, const int64_t *groups, int64_t count)
{
    enum { LONGEST = 32 };
    char        *texts  = memory_take(s->context, count, LONGEST, "the names");
    const char **names  = memory_take(s->context, count, sizeof *names, "the names");
    inshi_status status = texts && names ? INSHI_OK : INSHI_ERR_MEMORY;
    for (int64_t g = 0; g < count && !status; g++) {
        snprintf(texts + g * LONGEST, LONGEST, "source%lld", (long long)g + 1);
        names[g] = texts + g * LONGEST;
    }
    if (!status)
        status = separation_regroup(s, groups, names, count);
    memory_give(s->context, names);
    memory_give(s->context, texts);
    return status;
}

static inshi_status check(const inshi_separation *s, int64_t count)
{
    if (!s->learned)
        return context_fail(s->context, INSHI_ERR_ARGUMENT, "components can be grouped once a mixture is learned");
    for (int64_t j = 0; j < s->k; j++)
        if (s->fixed[j])
            return context_fail(s->context, INSHI_ERR_ARGUMENT,
                                "components of learned sources have their source, and cannot be grouped");
    if (count < 1 || count > s->k)
        return context_fail(s->context, INSHI_ERR_ARGUMENT,
                            "sources is %lld, and with %lld components there can be 1 to %lld: each source needs one",
                            (long long)count, (long long)s->k, (long long)s->k);
    return INSHI_OK;
}

inshi_status inshi_separation_group(inshi_separation *s, int64_t count)
{
    if (!s)
        return INSHI_ERR_ARGUMENT;
    inshi_status status = check(s, count);
    if (status)
        return status;
    double  *pairs  = memory_take(s->context, checked_product(s->k, s->k), sizeof *pairs, "the likeness of components");
    int64_t *groups = memory_take(s->context, 3 * s->k, sizeof *groups, "the groups");
    status          = pairs && groups ? INSHI_OK : INSHI_ERR_MEMORY;
    for (int64_t i = 0; i < s->k * s->k && !status; i++)
        pairs[i] = 0;
    if (!status)
        status = add_likeness(s, s->w, s->bins, false, SPECTRUM_WEIGHT, pairs);
    if (!status && s->seen)
        status = add_likeness(s, s->seen, s->seen_count, true, 1 - SPECTRUM_WEIGHT, pairs);
    if (!status) {
        cluster(pairs, groups + s->k, groups, s->k, count);
        number_groups(groups, groups + 2 * s->k, s->k);
        status = name_groups(s, groups, count);
    }
    memory_give(s->context, groups);
    memory_give(s->context, pairs);
    return status;
}
