/* correlate.c -- correlations and filters by Fourier transforms of blocks.
 *
 * A block of `points` samples from u on, times the conjugate of samples u ... u + step - 1 followed by zeros, step = points -
 * taps + 1, adds to the correlation at lags 0 ... taps - 1 without wrapping round; the products are summed over blocks
 * before they are transformed back once. Filters: overlap-save. Blocks are dealt to a fixed number of tasks, whose sums
 * are added in their order. 5 transforms a block and source.
 */
#include "audio/correlate.h"

#include <string.h>
#include "audio/fft.h"
#include "base/parallel.h"

enum { MOST_TASKS = 8 };

struct blocks {
    const struct sources *references, *estimates;
    int64_t               taps, points, numbers, step, count, tasks;
    struct fft_real      *transform;
    int64_t               room; /* doubles of scratch for each thread */
    double               *scratch;
    double               *sums;    /* correlate: products of each task; filter: the filters' spectra */
    double               *partial; /* filter: energies of each block                                 */
};

static inshi_status open_blocks(inshi_context *context, struct blocks *b, int64_t samples, int64_t sums,
                                int64_t partial)
{
    b->count            = (samples + b->step - 1) / b->step;
    b->tasks            = b->count < MOST_TASKS ? b->count : MOST_TASKS;
    inshi_status status = fft_real_make(context, b->points, INSHI_DTYPE_F8, &b->transform);
    if (status)
        return status;
    const int64_t signals = 2 * b->references->matrix.rows + 2;
    b->room = checked_product(signals, b->numbers) + fft_real_scratch(b->transform) / (int64_t)sizeof(double);
    b->scratch =
        memory_take(context, checked_product(context->threads, b->room), sizeof(double), "blocks of sound");
    b->sums    = b->scratch ? memory_take(context, checked_product(sums, b->numbers), sizeof(double),
                                          "spectra of correlations")
                            : NULL;
    b->partial = b->sums ? memory_take(context, checked_product(partial, b->count), sizeof(double),
                                       "energies of blocks")
                         : NULL;
    return b->partial ? INSHI_OK : INSHI_ERR_MEMORY;
}

static void close_blocks(inshi_context *context, struct blocks *b)
{
    memory_give(context, b->partial);
    memory_give(context, b->sums);
    memory_give(context, b->scratch);
    fft_real_free(context, b->transform);
}

static struct blocks blocks_of(const struct sources *references, const struct sources *estimates,
                               int64_t taps)
{
    const int64_t points = fft_good_length(8 * taps < 256 ? 256 : 8 * taps);
    return (struct blocks){.references = references,
                           .estimates  = estimates,
                           .taps       = taps,
                           .points     = points,
                           .numbers    = 2 * (points / 2 + 1),
                           .step       = points - taps + 1};
}

static void transform_block(const struct blocks *b, const struct sources *sources, int64_t signal,
                            int64_t from, int64_t count, double *spectrum, double *rest)
{
    double *x = rest;
    sources_read(sources, signal, from, count, x);
    memset(x + count, 0, (size_t)(b->points - count) * sizeof *x);
    fft_real_run(b->transform, x, spectrum, rest + b->numbers);
}

static void correlate_task(void *user, int64_t task, int worker)
{
    const struct blocks *b       = user;
    const int64_t        sources = b->references->matrix.rows, numbers = b->numbers;
    double              *spectra = b->scratch + worker * b->room, *one = spectra + 2 * sources * numbers;
    double              *sums = b->sums + task * 2 * sources * sources * numbers;
    memset(sums, 0, (size_t)(2 * sources * sources * numbers) * sizeof *sums);
    for (int64_t block = task * b->count / b->tasks; block < (task + 1) * b->count / b->tasks; block++) {
        const int64_t from = block * b->step;
        for (int64_t a = 0; a < 2 * sources; a++)
            transform_block(b, a < sources ? b->references : b->estimates, a % sources, from, b->points,
                            spectra + a * numbers, one + numbers);
        for (int64_t s = 0; s < sources; s++) {
            transform_block(b, b->references, s, from, b->step, one, one + numbers);
            for (int64_t a = 0; a < 2 * sources; a++)
                fft_add_conjugates(spectra + a * numbers, one, numbers / 2,
                                   sums + (a * sources + s) * numbers);
        }
    }
}

inshi_status correlate(inshi_context *context, const struct sources *references,
                       const struct sources *estimates, int64_t taps, double *out)
{
    struct blocks b       = blocks_of(references, estimates, taps);
    const int64_t sources = references->matrix.rows, pairs = 2 * sources * sources;
    inshi_status  status = open_blocks(context, &b, references->samples, MOST_TASKS * pairs, 0);
    const double  work   = (double)b.count * (double)(3 * sources * b.points * 30 + 4 * pairs * b.points);
    if (!status)
        status = parallel_run(context, b.tasks, work, correlate_task, &b);
    for (int64_t pair = 0; pair < pairs && !status; pair++) {
        double *sum = b.sums + pair * b.numbers;
        for (int64_t task = 1; task < b.tasks; task++)
            for (int64_t i = 0; i < b.numbers; i++)
                sum[i] += b.sums[(task * pairs + pair) * b.numbers + i];
        fft_real_inverse(b.transform, sum, b.scratch, b.scratch + b.numbers);
        memcpy(out + pair * taps, b.scratch, (size_t)taps * sizeof *out);
    }
    close_blocks(context, &b);
    return status;
}

/* Outputs from block step on, of which the last `step` of a block's points are whole. */
static void residual_task(void *user, int64_t block, int worker)
{
    const struct blocks *b       = user;
    const int64_t        sources = b->references->matrix.rows, numbers = b->numbers, from = block * b->step;
    double              *spectra = b->scratch + worker * b->room, *sum = spectra + sources * numbers;
    double              *x = sum + numbers, *rest = x + numbers;
    const int64_t end = b->references->samples + b->taps - 1 - from, count = end < b->step ? end : b->step;
    for (int64_t s = 0; s < sources; s++)
        transform_block(b, b->references, s, from - b->taps + 1, b->points, spectra + s * numbers, x);
    for (int64_t e = 0; e < sources; e++) {
        double energy = 0;
        memset(sum, 0, (size_t)numbers * sizeof *sum);
        for (int64_t s = 0; s < sources; s++)
            fft_add_products(spectra + s * numbers, b->sums + (e * sources + s) * numbers, numbers / 2, sum);
        fft_real_inverse(b->transform, sum, x, rest);
        sources_read(b->estimates, e, from, count, sum);
        for (int64_t i = 0; i < count; i++) {
            const double left = sum[i] - x[b->taps - 1 + i];
            energy += left * left;
        }
        b->partial[block * sources + e] = energy;
    }
}

inshi_status filter_residual(inshi_context *context, const struct sources *references,
                             const struct sources *estimates, int64_t taps, const double *filters,
                             double *out)
{
    struct blocks b       = blocks_of(references, estimates, taps);
    const int64_t sources = references->matrix.rows;
    inshi_status  status =
        open_blocks(context, &b, references->samples + taps - 1, sources * sources, sources);
    for (int64_t pair = 0; pair < sources * sources && !status; pair++) {
        memset(b.scratch, 0, (size_t)b.points * sizeof *b.scratch);
        memcpy(b.scratch, filters + pair * taps, (size_t)taps * sizeof *filters);
        fft_real_run(b.transform, b.scratch, b.sums + pair * b.numbers, b.scratch + b.numbers);
    }
    if (!status)
        status = parallel_run(context, b.count, (double)b.count * (double)(2 * sources * b.points * 30),
                              residual_task, &b);
    for (int64_t e = 0; e < sources && !status; e++) {
        out[e] = 0;
        for (int64_t block = 0; block < b.count; block++)
            out[e] += b.partial[block * sources + e];
    }
    close_blocks(context, &b);
    return status;
}
