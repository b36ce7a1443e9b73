/* apply.c -- from a learned model to the sources of a recording, block by block.
 *
 * A block is a range of samples; the frames that reach it are worked out anew, so that a block needs nothing of the one
 * before it, and every number is the same for every division: columns of H are found one by one, masks bin by bin, and
 * samples from their frames in order.
 */
#include <math.h>
#include <string.h>
#include "audio/learn.h"
#include "audio/masks.h"
#include "audio/spectrogram.h"
#include "base/clock.h"
#include "base/parallel.h"

enum { PIECE = 1 << 14 };
static const double BLOCK_BYTES = 64e6;

struct applying {
    inshi_separation            *s;
    const inshi_sound           *mixture;
    const inshi_separation_sink *sink;
    struct spectra               spectra;
    char                        *x, *h;
    double                      *masks;  /* [source][frame][bin]                        */
    double                      *masked; /* [frame][bin][2], of one source and channel  */
    double                      *samples, *sum, *out;
    int64_t                      block, frames; /* samples and frames at a time */
    double                       remainder;
    bool                         narrow;
};

static int64_t choose_block(const inshi_separation *s)
{
    if (s->options.block)
        return s->options.block < s->samples ? s->options.block : s->samples;
    const double frame =
        (double)s->bins * 8 * (2 * (double)s->channels + 3 + (double)inshi_separation_count(s));
    double frames       = floor(BLOCK_BYTES / frame);
    frames              = fmax(16, fmin(512, frames));
    const int64_t block = (int64_t)frames * s->hop;
    return block < s->samples ? block : s->samples;
}

static inshi_status take(struct applying *a)
{
    inshi_separation *s       = a->s;
    inshi_context    *context = s->context;
    const size_t      real    = separation_real(s);
    a->block                  = choose_block(s);
    a->frames                 = (a->block + stft_length(s->plan)) / s->hop + 2;
    const int64_t plane       = checked_product(a->frames, s->bins);
    const int64_t samples     = checked_product(a->block, s->channels);
    inshi_status  status      = spectra_take(s, a->frames, s->channels, &a->spectra);
    if (status)
        return status;
    a->x      = memory_take(context, plane, real, "a block");
    a->h      = a->x ? memory_take(context, checked_product(a->frames, s->k), real, "a block") : NULL;
    a->masks  = a->h ? memory_take(context, checked_product(plane, inshi_separation_count(s)), sizeof(double),
                                   "the masks")
                     : NULL;
    a->masked = a->masks ? memory_take(context, 2 * plane, sizeof(double), "a block") : NULL;
    a->samples = a->masked ? memory_take(context, a->block, sizeof(double), "a block") : NULL;
    a->sum     = a->samples ? memory_take(context, samples, sizeof(double), "a block") : NULL;
    a->out     = a->sum ? memory_take(context, samples, sizeof(double), "a block") : NULL;
    return a->out ? INSHI_OK : INSHI_ERR_MEMORY;
}

static void give(struct applying *a)
{
    inshi_context *context = a->s->context;
    memory_give(context, a->out);
    memory_give(context, a->sum);
    memory_give(context, a->samples);
    memory_give(context, a->masked);
    memory_give(context, a->masks);
    memory_give(context, a->h);
    memory_give(context, a->x);
    spectra_give(a->s, &a->spectra);
}

/* H of the frames held: what the fit of all frames found, or each column for itself; nothing for silence. */
static inshi_status fill_activations(struct applying *a)
{
    inshi_separation *s     = a->s;
    const int64_t     first = a->spectra.first, frames = a->spectra.last - first;
    const size_t      real = separation_real(s), bytes = (size_t)(s->k * frames) * real;
    if (s->scale.level == 0)
        memset(a->h, 0, bytes);
    else if (s->seen_count == s->frames)
        memcpy(a->h, s->seen + (size_t)(s->k * first) * real, bytes);
    else {
        struct learning l = {.s     = s,
                             .x     = inshi_matrix_fortran(a->x, s->options.dtype, s->bins, frames),
                             .w     = separation_columns(s, 0, s->k),
                             .h     = inshi_matrix_fortran(a->h, s->options.dtype, s->k, frames),
                             .level = s->scale.level};
        return learn_activations(&l);
    }
    return INSHI_OK;
}

static inshi_status fill_masks(struct applying *a)
{
    inshi_separation *s      = a->s;
    const int64_t     frames = a->spectra.last - a->spectra.first;
    inshi_status      status = spectra_columns(s, &a->spectra, s->channels, s->scale, a->x);
    if (!status)
        status = fill_activations(a);
    if (status)
        return status;
    struct masks_job job = {s, inshi_matrix_fortran(a->x, s->options.dtype, s->bins, frames),
                            inshi_matrix_fortran(a->h, s->options.dtype, s->k, frames), a->masks};
    status               = masks_fill(s->context, &job);
    if (!status && a->sink->look) {
        const inshi_separation_frames seen = {a->spectra.first, job.x, job.h, a->masks};
        if (a->sink->look(a->sink->user, &seen))
            status = context_fail(s->context, INSHI_ERR_IO, "what was separated could not be looked at");
    }
    return status;
}

struct masking {
    const double *spectrum, *mask;
    double       *out;
    int64_t       numbers; /* complex ones */
};

static void mask_piece(void *user, int64_t task, int worker)
{
    const struct masking *m   = user;
    const int64_t         end = task * PIECE + PIECE < m->numbers ? task * PIECE + PIECE : m->numbers;
    (void)worker;
    for (int64_t i = task * PIECE; i < end; i++) {
        m->out[2 * i]     = m->spectrum[2 * i] * m->mask[i];
        m->out[2 * i + 1] = m->spectrum[2 * i + 1] * m->mask[i];
    }
}

/* One channel of one source into a->out. */
static inshi_status resynthesize(struct applying *a, int64_t source, int64_t channel, int64_t from,
                                 int64_t count)
{
    const inshi_separation *s       = a->s;
    const int64_t           numbers = (a->spectra.last - a->spectra.first) * s->bins;
    struct masking          masking = {a->spectra.values + 2 * channel * numbers, a->masks + source * numbers,
                                       a->masked, numbers};
    inshi_status            status =
        parallel_run(s->context, (numbers + PIECE - 1) / PIECE, 4 * (double)numbers, mask_piece, &masking);
    if (!status)
        status = stft_inverse(s->context, s->plan, (struct stft_spectrum){a->masked, a->spectra.first}, from,
                              from + count, a->samples);
    for (int64_t i = 0; i < count && !status; i++)
        a->out[i * s->channels + channel] = a->narrow ? (double)(float)a->samples[i] : a->samples[i];
    return status;
}

/* The last source gets what rounding left of the mixture. */
static void settle(struct applying *a, int64_t from, int64_t count)
{
    const int64_t channels = a->s->channels;
    const double *planes   = a->spectra.samples + (from - a->spectra.from);
    for (int64_t c = 0; c < channels; c++)
        for (int64_t i = 0; i < count; i++) {
            const int64_t at   = i * channels + c;
            const double  left = planes[c * a->spectra.count + i] - a->sum[at];
            const double  off  = fabs(left - a->out[at]);
            a->remainder       = off > a->remainder ? off : a->remainder;
            a->out[at]         = a->narrow ? (double)(float)left : left;
        }
}

static inshi_status separate_block(struct applying *a, int64_t from, int64_t count)
{
    inshi_separation *s       = a->s;
    const int64_t     sources = inshi_separation_count(s);
    int64_t           first, last;
    stft_frames_of(s->plan, from, from + count, &first, &last);
    inshi_status status = spectra_fill(s, a->mixture, first, last, &a->spectra);
    if (!status)
        status = fill_masks(a);
    memset(a->sum, 0, (size_t)(count * s->channels) * sizeof *a->sum);
    for (int64_t j = 0; j < sources && !status; j++) {
        for (int64_t c = 0; c < s->channels && !status; c++)
            status = resynthesize(a, j, c, from, count);
        if (!status && j == sources - 1)
            settle(a, from, count);
        for (int64_t i = 0; i < count * s->channels && !status; i++)
            a->sum[i] += a->out[i];
        if (!status && a->sink->write(a->sink->user, j, from, count, a->out))
            status = context_fail(s->context, INSHI_ERR_IO, "the source \"%s\" could not be written",
                                  inshi_separation_name(s, j));
    }
    return status;
}

static inshi_status check(inshi_separation *s, const inshi_sound *mixture, const inshi_separation_sink *sink)
{
    if (!sink || !sink->write)
        return context_fail(s->context, INSHI_ERR_ARGUMENT,
                            "the sink has no function that takes the samples");
    const inshi_status status = recording_check(s->context, mixture, "the recording");
    if (status)
        return status;
    if (!s->learned || mixture->samples != s->samples || mixture->channels != s->channels ||
        mixture->rate != s->rate)
        return context_fail(s->context, INSHI_ERR_ARGUMENT,
                            "a recording is separated after it has been learned: inshi_separation_learn");
    return INSHI_OK;
}

inshi_status inshi_separation_apply(inshi_separation *s, const inshi_sound *mixture,
                                    const inshi_separation_sink *sink, inshi_separation_info *info)
{
    if (!s)
        return INSHI_ERR_ARGUMENT;
    const double    began  = clock_seconds();
    struct applying a      = {.s = s, .mixture = mixture, .sink = sink};
    inshi_status    status = check(s, mixture, sink);
    if (status)
        return status;
    a.narrow = s->options.dtype == INSHI_DTYPE_F4;
    status   = take(&a);
    for (int64_t from = 0; from < s->samples && !status; from += a.block)
        status = separate_block(&a, from, a.block < s->samples - from ? a.block : s->samples - from);
    give(&a);
    if (info) {
        inshi_separation_inspect(s, info);
        info->remainder = a.remainder;
        info->seconds   = clock_seconds() - began;
    }
    return status;
}

struct collecting {
    double *values;
    int64_t samples, channels;
};

static int collect(void *user, int64_t source, int64_t first, int64_t count, const double *values)
{
    const struct collecting *c = user;
    memcpy(c->values + (source * c->samples + first) * c->channels, values,
           (size_t)(count * c->channels) * sizeof *values);
    return 0;
}

inshi_status inshi_separation_collect(inshi_separation *s, const inshi_sound *mixture, double *values,
                                      inshi_separation_info *info)
{
    if (!s)
        return INSHI_ERR_ARGUMENT;
    if (!values)
        return context_fail(s->context, INSHI_ERR_ARGUMENT, "values is NULL");
    struct collecting           c    = {values, s->samples, s->channels};
    const inshi_separation_sink sink = {collect, NULL, &c};
    return inshi_separation_apply(s, mixture, &sink, info);
}
