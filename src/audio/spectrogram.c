/* spectrogram.c -- see spectrogram.h. */
#include "audio/spectrogram.h"

#include <math.h>
#include "base/parallel.h"
#include "base/real.h"

enum { RUN = 128 };
static const double RUN_SECONDS = 10;   /* of a stretch that a model is learned on */
static const double POWER_FLOOR = 1e-6; /* of the mean power: added where a loss has no finite value at 0 */

struct scale scale_of(const inshi_separation *s, struct level level)
{
    struct scale scale = {1, 0};
    if (level.rms > 0) {
        int          exponent;
        const double root = sqrt(stft_power(s->plan)), size = frexp(level.rms, &exponent);
        int          more;
        scale.level  = frexp(size * root, &more);
        scale.factor = ldexp(1, -exponent - more < 1000 ? -exponent - more : 1000);
    }
    return scale;
}

inshi_status spectra_take(inshi_separation *s, int64_t frames, int64_t channels, struct spectra *out)
{
    const int64_t samples = checked_product((frames + 1) * s->hop + stft_length(s->plan), channels);
    const int64_t values  = checked_product(checked_product(frames, channels), 2 * s->bins);
    *out                  = (struct spectra){0};
    out->samples          = memory_take(s->context, samples, sizeof(double), "samples");
    out->scratch          = out->samples ? memory_take(s->context, samples, sizeof(double), "samples") : NULL;
    out->values           = out->scratch ? memory_take(s->context, values, sizeof(double), "spectra") : NULL;
    if (out->values)
        return INSHI_OK;
    spectra_give(s, out);
    return INSHI_ERR_MEMORY;
}

void spectra_give(inshi_separation *s, struct spectra *spectra)
{
    memory_give(s->context, spectra->values);
    memory_give(s->context, spectra->scratch);
    memory_give(s->context, spectra->samples);
    *spectra = (struct spectra){0};
}

inshi_status spectra_fill(inshi_separation *s, const inshi_sound *sound, int64_t first, int64_t last,
                          struct spectra *out)
{
    int64_t from, to;
    stft_samples_of(s->plan, first, last, &from, &to);
    out->first = first;
    out->last  = last;
    out->from  = from > 0 ? from : 0;
    out->count = (to < sound->samples ? to : sound->samples) - out->from;
    inshi_status status =
        recording_read(s->context, sound, out->from, out->count, out->samples, out->scratch);
    for (int64_t c = 0; c < sound->channels && !status; c++)
        status = stft_forward(s->context, s->plan,
                              (struct stft_piece){out->samples + c * out->count, out->from, out->count},
                              first, last, out->values + c * (last - first) * 2 * s->bins);
    return status;
}

struct columns_job {
    const inshi_separation *s;
    const struct spectra   *spectra;
    int64_t                 channels;
    struct scale            scale;
    char                   *x;
};

/* One column: the mean over channels of the power, lifted where the loss needs it, or its root. */
static void fill_column(void *user, int64_t task, int worker)
{
    const struct columns_job *job    = user;
    const inshi_separation   *s      = job->s;
    const int64_t             frames = job->spectra->last - job->spectra->first;
    const bool                root   = s->options.power == 1;
    const int64_t             real   = (int64_t)separation_real(s);
    const double              lift   = s->beta < 1 ? POWER_FLOOR * job->scale.level * job->scale.level : 0;
    (void)worker;
    for (int64_t b = 0; b < s->bins; b++) {
        double power = 0;
        for (int64_t c = 0; c < job->channels; c++) {
            const double *z  = job->spectra->values + 2 * ((c * frames + task) * s->bins + b);
            const double  re = z[0] * job->scale.factor, im = z[1] * job->scale.factor;
            power += re * re + im * im;
        }
        power = power / (double)job->channels + lift;
        real_set(job->x, real, task * s->bins + b, root ? sqrt(power) : power);
    }
}

inshi_status spectra_columns(inshi_separation *s, const struct spectra *spectra, int64_t channels,
                             struct scale scale, void *x)
{
    struct columns_job job    = {s, spectra, channels, scale, x};
    const int64_t      frames = spectra->last - spectra->first;
    return parallel_run(s->context, frames, (double)(frames * channels * s->bins) * 8, fill_column, &job);
}

/* Fills x with the columns of frames [first, last). */
static inshi_status fill_run(inshi_separation *s, const inshi_sound *sound, struct scale scale, int64_t first,
                             int64_t last, struct spectra *spectra, char *x)
{
    inshi_status status = INSHI_OK;
    for (int64_t t = first; t < last && !status; t += RUN) {
        status = spectra_fill(s, sound, t, t + RUN < last ? t + RUN : last, spectra);
        if (!status)
            status = spectra_columns(s, spectra, sound->channels, scale,
                                     x + (size_t)((t - first) * s->bins) * separation_real(s));
    }
    return status;
}

inshi_status spectrogram_sample(inshi_separation *s, const inshi_sound *sound, struct scale scale, void **x,
                                int64_t *frames)
{
    const int64_t all   = stft_frames(s->plan, sound->samples);
    const double  asked = ceil(s->options.learn_seconds * s->rate / (double)s->hop);
    const int64_t most  = asked < (double)all ? (int64_t)fmax(asked, 1) : all;
    const int64_t runs =
        most == all ? 1 : (int64_t)ceil((double)most * (double)s->hop / s->rate / RUN_SECONDS);
    struct spectra spectra = {0};
    *x = memory_take(s->context, checked_product(most, s->bins), separation_real(s), "the spectrogram");
    inshi_status status = *x ? spectra_take(s, RUN, sound->channels, &spectra) : INSHI_ERR_MEMORY;
    for (int64_t i = 0; i < runs && !status; i++) {
        const int64_t at = most * i / runs, count = most * (i + 1) / runs - at;
        const int64_t first = runs > 1 ? (all - count) / (runs - 1) * i : (all - count) / 2;
        status              = fill_run(s, sound, scale, first, first + count, &spectra,
                                       (char *)*x + (size_t)(at * s->bins) * separation_real(s));
    }
    spectra_give(s, &spectra);
    if (status) {
        memory_give(s->context, *x);
        *x = NULL;
    }
    *frames = most;
    return status;
}
