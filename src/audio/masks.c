/* masks.c -- generalized Wiener masks.
 *
 * A. Liutkus, R. Badeau. Generalized Wiener filtering with fractional power spectrograms. ICASSP 2015. Parts are taken
 * relative to the largest of the bin, so that no power of them overflows and nothing need be added to the sum.
 */
#include "audio/masks.h"

#include <math.h>
#include "base/parallel.h"
#include "base/real.h"

/* Adds the part of one component to plane, bins numbers. */
static void add_component(const inshi_separation *s, int64_t component, double gain, double *plane)
{
    const size_t at = (size_t)(component * s->bins);
    if (s->options.dtype == INSHI_DTYPE_F4) {
        const float *w = (const float *)s->w + at;
        for (int64_t b = 0; b < s->bins; b++)
            plane[b] += (double)w[b] * gain;
    } else {
        const double *w = (const double *)s->w + at;
        for (int64_t b = 0; b < s->bins; b++)
            plane[b] += w[b] * gain;
    }
}

/* The part of source j in frame t. */
static void fill_part(const struct masks_job *job, int64_t t, int64_t j, double *plane)
{
    const inshi_separation *s = job->s;
    for (int64_t b = 0; b < s->bins; b++)
        plane[b] = 0;
    for (int64_t i = 0; i < s->sources[j].count; i++) {
        const int64_t component = s->sources[j].components[i];
        add_component(s, component, real_get(job->h.data, (int64_t)separation_real(s), t * s->k + component),
                      plane);
    }
}

/* What the parts of frame t lack of X. */
static void fill_residual(const struct masks_job *job, int64_t t, int64_t stride)
{
    const inshi_separation *s     = job->s;
    double                 *plane = job->masks + t * s->bins, *left = plane + s->source_count * stride;
    for (int64_t b = 0; b < s->bins; b++) {
        left[b] = real_get(job->x.data, (int64_t)separation_real(s), t * s->bins + b);
        for (int64_t j = 0; j < s->source_count; j++)
            left[b] -= plane[j * stride + b];
        left[b] = left[b] > 0 ? left[b] : 0;
    }
}

/* One bin's parts, `stride` apart, to shares. */
static void share(double *parts, int64_t count, int64_t stride, double exponent)
{
    int64_t largest = 0;
    double  sum     = 0;
    for (int64_t j = 1; j < count; j++)
        if (parts[j * stride] > parts[largest * stride])
            largest = j;
    const double most = parts[largest * stride];
    for (int64_t j = 0; j < count; j++) {
        double *part = &parts[j * stride];
        if (!(most > 0))
            *part = 1;
        else if (isinf(exponent))
            *part = j == largest;
        else if (exponent == 2)
            *part = (*part / most) * (*part / most);
        else
            *part = exponent == 1 ? *part / most : pow(*part / most, exponent);
        sum += *part;
    }
    for (int64_t j = 0; j < count; j++)
        parts[j * stride] /= sum;
}

static void fill_frame(void *user, int64_t t, int worker)
{
    const struct masks_job *job    = user;
    const inshi_separation *s      = job->s;
    const int64_t           stride = job->x.columns * s->bins, count = inshi_separation_count(s);
    const double            exponent = s->options.mask_power / s->options.power;
    (void)worker;
    for (int64_t j = 0; j < s->source_count; j++)
        fill_part(job, t, j, job->masks + j * stride + t * s->bins);
    if (s->options.residual)
        fill_residual(job, t, stride);
    for (int64_t b = 0; b < s->bins; b++)
        share(job->masks + t * s->bins + b, count, stride, exponent);
}

inshi_status masks_fill(inshi_context *context, struct masks_job *job)
{
    const double work = (double)job->x.columns * (double)job->s->bins * (double)(job->s->k + 20);
    return parallel_run(context, job->x.columns, work, fill_frame, job);
}
