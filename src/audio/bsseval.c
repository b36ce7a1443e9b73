/* bsseval.c -- how good separated sources are: SDR, SIR, SAR, SI-SDR.
 *
 * An estimate e is projected on the delays 0 ... taps - 1 of one reference (P_j) and of all (P): with orthogonal parts,
 * SDR = |P_j|^2 / (|P - P_j|^2 + |e - P|^2), SIR = |P_j|^2 / |P - P_j|^2, SAR = |P|^2 / |e - P|^2. The normal equations are
 * block Toeplitz and factorized once for all estimates; |P_j|^2 and |P - P_j|^2 are their quadratic forms, |e - P|^2 is summed
 * over time. Memory: (sources taps)^2 / 2 numbers, beside 16 sources^2 spectra of blocks; none grows with samples.
 */
#include "inshi/audio.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "audio/assignment.h"
#include "audio/correlate.h"
#include "audio/toeplitz.h"
#include "base/parallel.h"

enum { DEFAULT_TAPS = 512, MOST_TAPS = 8192, BLOCK = 4096 };

struct evaluation {
    inshi_context   *context;
    struct sources   references, estimates;
    int64_t          count, taps;
    double          *scales;       /* of references, then of estimates                               */
    double          *correlations; /* of references, then estimates, with references                 */
    double          *filters;      /* of estimate e over all references: count^2 taps                */
    double          *own;          /* of estimate e over reference j alone: likewise                 */
    struct toeplitz *systems;      /* of all references, then of each                                */
    double          *all_energy, *residual, *own_energy, *sir; /* [e], [e], [j count + e], [j count + e] */
    inshi_bss_score *pairs;                                    /* [j count + e]                          */
    inshi_bss_score *scores;
};

static double decibels(double good, double bad)
{
    return 10 * log10(good / (bad > 0 ? bad : 0));
}

static inshi_status check(inshi_context *context, inshi_matrix references, inshi_matrix estimates,
                          const inshi_bss_options *options)
{
    const inshi_matrix both[]  = {references, estimates};
    const char *const  names[] = {"references", "estimates"};
    for (int i = 0; i < 2; i++) {
        const inshi_matrix *m = &both[i];
        if (m->layout != INSHI_LAYOUT_DENSE)
            return context_fail(context, INSHI_ERR_UNSUPPORTED, "the %s are sparse, and sound is dense",
                                names[i]);
        if (m->dtype != INSHI_DTYPE_F4 && m->dtype != INSHI_DTYPE_F8)
            return context_fail(context, INSHI_ERR_ARGUMENT, "the %s are of dtype %s, and sound is f4 or f8",
                                names[i], inshi_dtype_name(m->dtype));
        if (!m->data)
            return context_fail(context, INSHI_ERR_ARGUMENT, "the %s are NULL", names[i]);
        if (m->rows < 1 || m->columns < 1)
            return context_fail(context, INSHI_ERR_SHAPE,
                                "the %s are %lld sources of %lld samples; there must be one of each at least",
                                names[i], (long long)m->rows, (long long)m->columns);
    }
    if (references.rows != estimates.rows || references.columns != estimates.columns)
        return context_fail(
            context, INSHI_ERR_SHAPE,
            "there are %lld references of %lld samples and %lld estimates of %lld; they must be as many "
            "and as long",
            (long long)references.rows, (long long)references.columns, (long long)estimates.rows,
            (long long)estimates.columns);
    if (references.rows > ASSIGNMENT_MOST)
        return context_fail(context, INSHI_ERR_ARGUMENT, "there are %lld sources, and %d are the most",
                            (long long)references.rows, ASSIGNMENT_MOST);
    if (options && options->size != sizeof *options)
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "inshi_bss_options of this size are of another version; set their size");
    if (options && (options->taps < 0 || options->taps > MOST_TAPS))
        return context_fail(context, INSHI_ERR_ARGUMENT, "the filters have %lld taps, and may have 1 to %d",
                            (long long)options->taps, MOST_TAPS);
    return INSHI_OK;
}

static inshi_status take(struct evaluation *v)
{
    inshi_context *context = v->context;
    const int64_t  n       = v->count;
    const int64_t  numbers = 2 * n + 4 * n * n * v->taps + 2 * n + 2 * n * n;
    v->scales              = memory_take(context, numbers, sizeof(double), "correlations");
    if (!v->scales)
        return INSHI_ERR_MEMORY;
    v->correlations = v->scales + 2 * n;
    v->filters      = v->correlations + 2 * n * n * v->taps;
    v->own          = v->filters + n * n * v->taps;
    v->all_energy   = v->own + n * n * v->taps;
    v->residual     = v->all_energy + n;
    v->own_energy   = v->residual + n;
    v->sir          = v->own_energy + n * n;
    v->pairs        = memory_take(context, n * n, sizeof *v->pairs, "scores");
    v->systems      = v->pairs ? memory_take(context, n + 1, sizeof *v->systems, "systems") : NULL;
    if (!v->systems)
        return INSHI_ERR_MEMORY;
    memset(v->systems, 0, (size_t)(n + 1) * sizeof *v->systems);
    inshi_status status = toeplitz_make(context, n, v->taps, &v->systems[0]);
    for (int64_t j = 0; j < n && !status; j++)
        status = toeplitz_make(context, 1, v->taps, &v->systems[j + 1]);
    return status;
}

static void give(struct evaluation *v)
{
    for (int64_t j = 0; v->systems && j <= v->count; j++)
        toeplitz_free(v->context, &v->systems[j]);
    memory_give(v->context, v->systems);
    memory_give(v->context, v->pairs);
    memory_give(v->context, v->scales);
}

/* Task 0: all references, task j + 1: reference j alone; filters of every estimate, and their energies. */
static void project(void *user, int64_t task, int worker)
{
    struct evaluation *v = user;
    const int64_t      n = v->count, taps = v->taps, j = task - 1;
    struct toeplitz   *system = &v->systems[task];
    (void)worker;
    toeplitz_factorize(system, v->correlations + (task ? (j * n + j) * taps : 0));
    for (int64_t e = 0; e < n; e++) {
        const double *right  = v->correlations + (n + e) * n * taps + (task ? j * taps : 0);
        double       *filter = task ? v->own + (e * n + j) * taps : v->filters + e * n * taps;
        toeplitz_solve(system, right, filter);
        *(task ? &v->own_energy[j * n + e] : &v->all_energy[e]) = toeplitz_energy(system, filter);
    }
}

/* What other references explain of estimate e: the energy of the difference of its two projections. */
static double interference(const struct evaluation *v, int64_t j, int64_t e)
{
    const int64_t n = v->count, taps = v->taps;
    double       *difference = v->correlations; /* no longer needed */
    memcpy(difference, v->filters + e * n * taps, (size_t)(n * taps) * sizeof *difference);
    for (int64_t s = 0; s < taps; s++)
        difference[j * taps + s] -= v->own[(e * n + j) * taps + s];
    return toeplitz_energy(&v->systems[0], difference);
}

static void score_pair(const struct evaluation *v, int64_t j, int64_t e)
{
    const int64_t    at   = j * v->count + e;
    inshi_bss_score *pair = &v->pairs[at];
    if (v->references.scale[j] == 0 || v->estimates.scale[e] == 0) {
        *pair      = (inshi_bss_score){e, NAN, NAN, NAN, NAN};
        v->sir[at] = 0; /* the same for every choice */
        return;
    }
    const double own = v->own_energy[at], other = fmax(interference(v, j, e), 0);
    *pair      = (inshi_bss_score){e, decibels(own, other + v->residual[e]), decibels(own, other),
                                   decibels(v->all_energy[e], v->residual[e]), NAN};
    v->sir[at] = isnan(pair->sir) ? 0 : pair->sir;
}

/* <s, s>, <x, s> and |x - a s|^2 of a reference s and an estimate x. */
struct products {
    double ss, xs, rest;
};

/* Sums of blocks, which keeps rounding small. */
static struct products sum_products(const struct evaluation *v, int64_t j, int64_t e, double a)
{
    struct products whole = {0, 0, 0};
    double          s[BLOCK], x[BLOCK];
    for (int64_t from = 0; from < v->references.samples; from += BLOCK) {
        struct products part = {0, 0, 0};
        sources_read(&v->references, j, from, BLOCK, s);
        sources_read(&v->estimates, e, from, BLOCK, x);
        for (int i = 0; i < BLOCK; i++) {
            const double left = x[i] - a * s[i];
            part.ss += s[i] * s[i];
            part.xs += x[i] * s[i];
            part.rest += left * left;
        }
        whole = (struct products){whole.ss + part.ss, whole.xs + part.xs, whole.rest + part.rest};
    }
    return whole;
}

/* With a = <x, s> / <s, s>: |a s|^2 / |x - a s|^2. */
static double scale_invariant(const struct evaluation *v, int64_t j, int64_t e)
{
    const struct products first = sum_products(v, j, e, 0);
    const double          a     = first.xs / first.ss;
    return decibels(a * a * first.ss, sum_products(v, j, e, a).rest);
}

static void score_source(void *user, int64_t j, int worker)
{
    struct evaluation *v     = user;
    inshi_bss_score   *score = &v->scores[j];
    (void)worker;
    *score = v->pairs[j * v->count + score->estimate];
    if (v->references.scale[j] != 0 && v->estimates.scale[score->estimate] != 0)
        score->si_sdr = scale_invariant(v, j, score->estimate);
}

static void warn_silent(const struct evaluation *v, const struct sources *sources, const char *name)
{
    for (int64_t i = 0; i < v->count; i++)
        if (sources->scale[i] == 0 && v->context->warning) {
            char sentence[160];
            snprintf(sentence, sizeof sentence,
                     "%s %lld is silent: its SDR, SIR, SAR and SI-SDR are not defined (NaN)", name,
                     (long long)i + 1);
            v->context->warning(v->context->warning_user, sentence);
        }
}

static inshi_status evaluate(struct evaluation *v, bool keep_order)
{
    const int64_t n = v->count, taps = v->taps;
    int64_t       chosen[ASSIGNMENT_MOST];
    inshi_status  status = correlate(v->context, &v->references, &v->estimates, taps, v->correlations);
    for (int64_t j = 0; j < n && !status; j++)
        if (v->references.scale[j] == 0) /* a unit block of its own, whose solution is 0 */
            v->correlations[(j * n + j) * taps] = 1;
    if (!status)
        status = parallel_run(v->context, n + 1, 8 * (double)(n * n * n * taps * taps), project, v);
    if (!status)
        status = filter_residual(v->context, &v->references, &v->estimates, taps, v->filters, v->residual);
    if (status)
        return status;
    for (int64_t j = 0; j < n; j++)
        for (int64_t e = 0; e < n; e++)
            score_pair(v, j, e);
    status = assignment_find(v->context, n, v->sir, chosen);
    for (int64_t j = 0; j < n && !status; j++)
        v->scores[j].estimate = keep_order ? j : chosen[j];
    if (!status)
        status = parallel_run(v->context, n, (double)(n * v->references.samples * 20), score_source, v);
    return status;
}

inshi_status inshi_bss_eval(inshi_context *context, inshi_matrix references, inshi_matrix estimates,
                            const inshi_bss_options *options, inshi_bss_score *scores)
{
    if (!context)
        return INSHI_ERR_ARGUMENT;
    if (!scores)
        return context_fail(context, INSHI_ERR_ARGUMENT, "scores is NULL");
    inshi_status status = check(context, references, estimates, options);
    if (status)
        return status;
    const int64_t     taps = options && options->taps ? options->taps : DEFAULT_TAPS;
    struct evaluation v    = {.context = context, .count = references.rows, .taps = taps, .scores = scores};
    status                 = take(&v);
    if (!status)
        status = sources_open(context, references, "reference", v.scales, &v.references);
    if (!status)
        status = sources_open(context, estimates, "estimate", v.scales + v.count, &v.estimates);
    if (!status)
        status = evaluate(&v, options && options->keep_order);
    if (!status) {
        warn_silent(&v, &v.references, "reference");
        warn_silent(&v, &v.estimates, "estimate");
    }
    give(&v);
    return status;
}
