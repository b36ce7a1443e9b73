/* recording.c -- see recording.h. */
#include "audio/recording.h"

#include <math.h>
#include "base/real.h"

enum { PIECE = 1 << 16, MOST_CHANNELS = 1024 };

inshi_status recording_check(inshi_context *context, const inshi_sound *sound, const char *what)
{
    if (!sound || (!sound->data && !sound->read && sound->samples != 0))
        return context_fail(context, INSHI_ERR_ARGUMENT, "%s has neither samples nor a function to read them",
                            what);
    if (sound->data && sound->dtype != INSHI_DTYPE_F4 && sound->dtype != INSHI_DTYPE_F8)
        return context_fail(context, INSHI_ERR_ARGUMENT, "%s is of dtype %s, and must be f4 or f8", what,
                            inshi_dtype_name(sound->dtype));
    if (sound->samples < 0 || sound->samples > INT64_MAX / 64 || sound->channels < 1 ||
        sound->channels > MOST_CHANNELS)
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "%s has %lld samples in %lld channels, and may have 1 to %d channels", what,
                            (long long)sound->samples, (long long)sound->channels, MOST_CHANNELS);
    if (!(sound->rate > 0) || !isfinite(sound->rate))
        return context_fail(context, INSHI_ERR_ARGUMENT, "%s has a rate of %g Hz, and must have one above 0",
                            what, sound->rate);
    if (sound->samples == 0)
        return context_fail(context, INSHI_ERR_DATA, "%s is empty: there is not one sample in it", what);
    return INSHI_OK;
}

static double sample_at(const inshi_sound *sound, int64_t sample, int64_t channel)
{
    return real_get(sound->data, inshi_dtype_bytes(sound->dtype),
                    sample * sound->sample_stride + channel * sound->channel_stride);
}

inshi_status recording_read(inshi_context *context, const inshi_sound *sound, int64_t first, int64_t count,
                            double *planes, double *scratch)
{
    const int64_t channels = sound->channels;
    if (!sound->data && sound->read(sound->user, first, count, scratch))
        return context_fail(context, INSHI_ERR_IO, "samples %lld to %lld of the sound cannot be read",
                            (long long)first, (long long)(first + count - 1));
    for (int64_t c = 0; c < channels; c++)
        for (int64_t i = 0; i < count; i++)
            planes[c * count + i] = sound->data ? sample_at(sound, first + i, c) : scratch[i * channels + c];
    return INSHI_OK;
}

/* The largest size in a plane; NaN where a sample is not finite, whose number is *bad then. */
static double peak_of(const double *plane, int64_t count, int64_t *bad)
{
    double peak = 0;
    for (int64_t i = 0; i < count; i++) {
        const double size = fabs(plane[i]);
        if (!isfinite(size)) {
            *bad = i;
            return NAN;
        }
        peak = size > peak ? size : peak;
    }
    return peak;
}

/* Adds the squares of a plane to unit^2 *sum. All are taken relative to a peak, so that none leaves the range of a
 * double. */
static void add_squares(const double *plane, int64_t count, double peak, double *unit, double *sum)
{
    if (peak > *unit) {
        *sum *= (*unit / peak) * (*unit / peak);
        *unit = peak;
    }
    for (int64_t i = 0; i<count && * unit> 0; i++)
        *sum += (plane[i] / *unit) * (plane[i] / *unit);
}

static inshi_status fail_sample(inshi_context *context, const inshi_sound *sound, const char *what,
                                int64_t sample, int64_t channel)
{
    return context_fail(
        context, INSHI_ERR_DATA,
        "%s is not finite at sample %lld (%.6g s), channel %lld: NaN and infinity are no sound", what,
        (long long)sample, (double)sample / sound->rate, (long long)channel + 1);
}

inshi_status recording_measure(inshi_context *context, const inshi_sound *sound, const char *what,
                               struct level *out)
{
    const int64_t channels = sound->channels;
    double *planes = memory_take(context, 2 * PIECE * channels, sizeof *planes, "samples"), unit = 0, sum = 0;
    inshi_status status = planes ? INSHI_OK : INSHI_ERR_MEMORY;
    *out                = (struct level){0, 0};
    for (int64_t first = 0; first < sound->samples && !status; first += PIECE) {
        const int64_t count = first + PIECE < sound->samples ? PIECE : sound->samples - first;
        status              = recording_read(context, sound, first, count, planes, planes + PIECE * channels);
        for (int64_t c = 0; c < channels && !status; c++) {
            int64_t      bad  = 0;
            const double peak = peak_of(planes + c * count, count, &bad);
            if (isnan(peak))
                status = fail_sample(context, sound, what, first + bad, c);
            else
                add_squares(planes + c * count, count, peak, &unit, &sum);
        }
        if (!status && context_interrupted(context))
            status = context_fail(context, INSHI_ERR_INTERRUPTED, "interrupted while %s was read", what);
    }
    memory_give(context, planes);
    if (!status)
        *out = (struct level){unit, unit * sqrt(sum / ((double)sound->samples * (double)channels))};
    return status;
}
