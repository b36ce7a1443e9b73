/* group.c -- which components belong to one source, where nothing says so.
 *
 * Two components are alike where their spectra are (the correlation of their levels in bands of the ear's scale) and where
 * they sound at the same times (the correlation of the roots of their activations). The likeness A, without a diagonal, is
 * that of a graph, which is cut by the first eigenvectors of D^-1/2 A D^-1/2, D being the sums of its rows (A. Y. Ng,
 * M. I. Jordan, Y. Weiss. On spectral clustering: analysis and an algorithm. NIPS 2001): each component goes to the
 * one of N that are most unlike each other whose direction is nearest. Nothing is random. Some k^3 steps, 3 k^2 numbers.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "audio/separation.h"
#include "base/eigen.h"
#include "base/real.h"

enum { BANDS = 40 };
static const double ACTIVATIONS_WEIGHT = 0.5;  /* beside that of the spectra, 1 */
static const double LEAST_LEVEL        = 1e-3; /* of a band, relative to the largest */
static const double LEAST_LIKENESS     = 1e-9; /* so that every component is in the graph */

/* A row less its mean, of unit length. */
static void finish_row(double *row, int64_t length)
{
    double mean = 0, squares = 0;
    for (int64_t i = 0; i < length; i++)
        mean += row[i] / (double)length;
    for (int64_t i = 0; i < length; i++) {
        row[i] -= mean;
        squares += row[i] * row[i];
    }
    for (int64_t i = 0; i < length && squares > 0; i++)
        row[i] /= sqrt(squares);
}

/* The pitch of a bin in mel (S. S. Stevens, J. Volkmann 1940), as a number of bands. */
static double band_of(const inshi_separation *s, int64_t bin)
{
    const double hertz = s->rate / (double)s->options.stft.fft, top = (double)(s->bins - 1) * hertz;
    return (BANDS + 1) * log1p((double)bin * hertz / 700) / log1p(top / 700);
}

/* Levels of column j of W in triangular bands that overlap by halves. */
static void fill_bands(const inshi_separation *s, int64_t j, double *bands)
{
    double most = 0;
    memset(bands, 0, BANDS * sizeof *bands);
    for (int64_t b = 0; b < s->bins; b++) {
        const double value =
            pow(real_get(s->w, (int64_t)separation_real(s), j * s->bins + b), 1. / s->options.power);
        const double at = s->bins > 1 ? band_of(s, b) : 0;
        for (int64_t i = (int64_t)at - 1; i <= (int64_t)at; i++) /* band i is highest at i + 1 */
            if (i >= 0 && i < BANDS)
                bands[i] += value * fmax(0, 1 - fabs(at - (double)(i + 1)));
    }
    for (int i = 0; i < BANDS; i++)
        most = fmax(most, bands[i]);
    for (int i = 0; i < BANDS; i++)
        bands[i] = most > 0 ? log(bands[i] / most + LEAST_LEVEL) : 0;
}

static void fill_activations(const inshi_separation *s, int64_t j, double *row)
{
    for (int64_t t = 0; t < s->seen_count; t++)
        row[t] = pow(real_get(s->seen, (int64_t)separation_real(s), t * s->k + j), 0.5 / s->options.power);
}

/* Adds weight times the likeness of all pairs, of their spectra or activations. */
static inshi_status add_likeness(const inshi_separation *s, bool spectra, double weight, double *pairs)
{
    const int64_t length = spectra ? BANDS : s->seen_count, k = s->k;
    double       *rows =
        memory_take(s->context, checked_product(k, length), sizeof *rows, "the likeness of components");
    if (!rows)
        return INSHI_ERR_MEMORY;
    for (int64_t j = 0; j < k; j++) {
        if (spectra)
            fill_bands(s, j, rows + j * length);
        else
            fill_activations(s, j, rows + j * length);
        finish_row(rows + j * length, length);
    }
    for (int64_t a = 0; a < k; a++)
        for (int64_t b = 0; b < k; b++)
            for (int64_t i = 0; i < length; i++)
                pairs[a * k + b] += weight * rows[a * length + i] * rows[b * length + i];
    memory_give(s->context, rows);
    return INSHI_OK;
}

/* The likeness to the matrix whose eigenvectors cut the graph. */
static void normalize_graph(double *pairs, double *degrees, int64_t k)
{
    for (int64_t a = 0; a < k; a++) {
        degrees[a] = 0;
        for (int64_t b = 0; b < k; b++) {
            double *pair = &pairs[a * k + b];
            *pair        = a == b ? 0 : fmax(*pair, 0) + LEAST_LIKENESS;
            degrees[a] += *pair;
        }
        degrees[a] = k > 1 ? 1 / sqrt(degrees[a]) : 1;
    }
    for (int64_t a = 0; a < k; a++)
        for (int64_t b = 0; b < k; b++)
            pairs[a * k + b] *= degrees[a] * degrees[b];
}

static double dot(const double *a, const double *b, int64_t length)
{
    double sum = 0;
    for (int64_t i = 0; i < length; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Chooses `count` rows of points, one after another the one that is farthest from the span of those before; left is a
 * copy of points, and holds nothing afterwards. */
static void choose_unlike(double *left, int64_t k, int64_t count, int64_t *chosen)
{
    for (int64_t g = 0; g < count; g++) {
        int64_t best = 0;
        for (int64_t j = 1; j < k; j++)
            if (dot(left + j * count, left + j * count, count) >
                dot(left + best * count, left + best * count, count))
                best = j;
        chosen[g]           = best;
        const double length = dot(left + best * count, left + best * count, count);
        for (int64_t j = 0; j < k && length > 0; j++) {
            const double along = dot(left + j * count, left + best * count, count) / length;
            for (int64_t i = 0; i < count && j != best; i++)
                left[j * count + i] -= along * left[best * count + i];
        }
        memset(left + best * count, 0, (size_t)count * sizeof *left);
    }
}

/* Each point to the chosen one whose direction is nearest; a chosen one to itself. */
static void follow(const double *points, int64_t k, int64_t count, const int64_t *chosen, int64_t *groups)
{
    for (int64_t j = 0; j < k; j++) {
        double nearest = -INFINITY;
        for (int64_t g = 0; g < count; g++) {
            const double *other = points + chosen[g] * count;
            const double  cosine =
                dot(points + j * count, other, count) / (sqrt(dot(other, other, count)) + 1e-300);
            if (cosine > nearest) {
                nearest   = cosine;
                groups[j] = g;
            }
        }
    }
    for (int64_t g = 0; g < count; g++)
        groups[chosen[g]] = g;
}

/* pairs: k x k, destroyed; groups: k, and k more as scratch. MEMORY. */
static inshi_status cut(inshi_context *context, double *pairs, int64_t k, int64_t count, int64_t *groups)
{
    double *degrees = memory_take(context, k, sizeof *degrees, "the likeness of components");
    double *vectors =
        memory_take(context, checked_product(k, k), sizeof *vectors, "the likeness of components");
    double *points =
        memory_take(context, checked_product(2 * k, count), sizeof *points, "the likeness of components");
    inshi_status status = degrees && vectors && points ? INSHI_OK : INSHI_ERR_MEMORY;
    if (!status) {
        normalize_graph(pairs, degrees, k);
        eigen_symmetric(pairs, k, vectors);
        for (int64_t j = 0; j < k; j++)
            for (int64_t g = 0; g < count; g++)
                points[j * count + g] = points[(k + j) * count + g] = vectors[g * k + j] * degrees[j];
        choose_unlike(points + k * count, k, count, groups + k);
        follow(points, k, count, groups + k, groups);
    }
    memory_give(context, points);
    memory_give(context, vectors);
    memory_give(context, degrees);
    return status;
}

/* Groups are numbered by their first component. */
static void number_groups(int64_t *groups, int64_t *places, int64_t k, int64_t count)
{
    int64_t next = 0;
    for (int64_t g = 0; g < count; g++)
        places[g] = -1;
    for (int64_t j = 0; j < k; j++) {
        if (places[groups[j]] < 0)
            places[groups[j]] = next++;
        groups[j] = places[groups[j]];
    }
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
        return context_fail(s->context, INSHI_ERR_ARGUMENT,
                            "components can be grouped once a mixture is learned");
    for (int64_t j = 0; j < s->k; j++)
        if (s->fixed[j])
            return context_fail(s->context, INSHI_ERR_ARGUMENT,
                                "components of learned sources have their source, and cannot be grouped");
    if (count < 1 || count > s->k)
        return context_fail(
            s->context, INSHI_ERR_ARGUMENT,
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
    double *pairs =
        memory_take(s->context, checked_product(s->k, s->k), sizeof *pairs, "the likeness of components");
    int64_t *groups = memory_take(s->context, 2 * s->k, sizeof *groups, "the groups");
    status          = pairs && groups ? INSHI_OK : INSHI_ERR_MEMORY;
    for (int64_t i = 0; i < s->k * s->k && !status; i++)
        pairs[i] = 0;
    if (!status)
        status = add_likeness(s, true, 1, pairs);
    if (!status && s->seen)
        status = add_likeness(s, false, ACTIVATIONS_WEIGHT, pairs);
    if (!status)
        status = cut(s->context, pairs, s->k, count, groups);
    if (!status) {
        number_groups(groups, groups + s->k, s->k, count);
        status = name_groups(s, groups, count);
    }
    memory_give(s->context, groups);
    memory_give(s->context, pairs);
    return status;
}
