/* stft.c -- the short-time Fourier transform and its inverse.
 *
 * Frame t begins at sample t hop - (length - hop). The inverse adds window x frame and divides by the sum of squared
 * windows, which depends on the sample's place in a hop only: every sample lies in all frames that can reach it. Scratch
 * for each thread: one frame, that of the transform, and the sums of RUN_FRAMES windows.
 */
#include "audio/stft.h"

#include <string.h>
#include "audio/fft.h"
#include "audio/window.h"
#include "base/parallel.h"

enum { LONGEST = 1 << 24, DEFAULT_LENGTH = 2048, RUN_FRAMES = 16, FRAMES_A_TASK = 8 };
static const double LEAST_WEIGHT = 1e-6; /* of the largest: below it rounding would be heard */

struct stft {
    inshi_dtype      dtype;
    int64_t          length, hop, fft, bins;
    double           power;  /* sum of squares of the window               */
    void            *window; /* length numbers                             */
    void            *weight; /* hop numbers: sums of squares of the window */
    struct fft_real *transform;
    char            *scratch;
    int64_t          frame_bytes, scratch_bytes; /* of a frame; of a thread */
};

#define BOTH_TYPES "audio/stft.inc"
#include "audio/both_types.h"

static const inshi_stft_options DEFAULTS = {.size = sizeof(inshi_stft_options)};

/* Resolves the defaults of options into plan. */
static inshi_status check(inshi_context *context, const inshi_stft_options *options, struct stft *plan)
{
    const long long length = options->length ? options->length : DEFAULT_LENGTH;
    const long long hop    = options->hop ? options->hop : length / 4 > 0 ? length / 4 : 1;
    const long long fft    = options->fft ? options->fft : length;
    if (options->size != sizeof *options)
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "inshi_stft_options of this size are of another version; set their size");
    if (length < 1 || length > LONGEST)
        return context_fail(context, INSHI_ERR_ARGUMENT, "the window has %lld samples, and may have 1 to %d",
                            length, LONGEST);
    if (hop < 1 || hop > length)
        return context_fail(
            context, INSHI_ERR_ARGUMENT,
            "the hop is %lld samples, and must be 1 to the %lld of the window: others would lose "
            "samples",
            hop, length);
    if (fft < length || fft > 2 * LONGEST)
        return context_fail(
            context, INSHI_ERR_ARGUMENT,
            "the transform has %lld points, and must have at least the %lld of the window and at most "
            "%d",
            fft, length, 2 * LONGEST);
    plan->length = length;
    plan->hop    = hop;
    plan->fft    = fft;
    plan->bins   = fft / 2 + 1;
    return INSHI_OK;
}

/* weight[p], the sum of squares over the frames of sample s = p modulo hop; checks that it is nowhere too small. */
static inshi_status weigh(inshi_context *context, const struct stft *plan, const char *name,
                          const double *window, double *weight)
{
    double least = 0, most = 0;
    for (int64_t p = 0; p < plan->hop; p++) {
        weight[p] = 0;
        for (int64_t i = p + plan->length - plan->hop; i >= 0; i -= plan->hop)
            weight[p] += window[i] * window[i];
        least = p == 0 || weight[p] < least ? weight[p] : least;
        most  = weight[p] > most ? weight[p] : most;
    }
    if (least > LEAST_WEIGHT * most)
        return INSHI_OK;
    return context_fail(
        context, INSHI_ERR_ARGUMENT,
        "a %s window of %lld samples at a hop of %lld leaves samples with next to no weight; a hop of at "
        "most half the window has an inverse",
        name, (long long)plan->length, (long long)plan->hop);
}

/* The window and its weights, in double here and in the type of the plan where that is made. */
static inshi_status fill(inshi_context *context, struct stft *plan, const char *name, bool keep)
{
    const size_t size   = keep ? (size_t)inshi_dtype_bytes(plan->dtype) : 0;
    double      *window = memory_take(context, plan->length + plan->hop, sizeof *window, "a window"), *weight;
    inshi_status status = INSHI_ERR_MEMORY;
    if (!window)
        return status;
    weight = window + plan->length;
    if (window_fill(name, plan->length, window))
        status = weigh(context, plan, name, window, weight);
    else
        status = context_fail(context, INSHI_ERR_ARGUMENT,
                              "there is no window \"%s\"; there are hann, hamming and sqrthann", name);
    if (status || !keep)
        goto done;
    status       = INSHI_ERR_MEMORY;
    plan->window = memory_take(context, plan->length, size, "a window");
    plan->weight = plan->window ? memory_take(context, plan->hop, size, "the weights of a window") : NULL;
    if (!plan->weight)
        goto done;
    for (int64_t i = 0; i < plan->length; i++)
        plan->power += window[i] * window[i];
    (plan->dtype == INSHI_DTYPE_F4 ? store_f4 : store_f8)(window, plan->window, plan->length);
    (plan->dtype == INSHI_DTYPE_F4 ? store_f4 : store_f8)(weight, plan->weight, plan->hop);
    status = INSHI_OK;
done:
    memory_give(context, window);
    return status;
}

static inshi_status prepare(inshi_context *context, const inshi_stft_options *options, struct stft *plan)
{
    inshi_status status = check(context, options, plan);
    if (!status)
        status = fill(context, plan, options->window ? options->window : "hann", true);
    if (!status)
        status = fft_real_make(context, plan->fft, plan->dtype, &plan->transform);
    if (status)
        return status;
    plan->frame_bytes   = (plan->fft * inshi_dtype_bytes(plan->dtype) + 63) / 64 * 64;
    plan->scratch_bytes = plan->frame_bytes + fft_real_scratch(plan->transform) +
                          RUN_FRAMES * plan->length * (int64_t)sizeof(double);
    plan->scratch = memory_take(context, context->threads, (size_t)plan->scratch_bytes, "frames");
    return plan->scratch ? INSHI_OK : INSHI_ERR_MEMORY;
}

inshi_status stft_make(inshi_context *context, const inshi_stft_options *options, inshi_dtype dtype,
                       struct stft **out)
{
    *out = NULL;
    if (dtype != INSHI_DTYPE_F4 && dtype != INSHI_DTYPE_F8)
        return context_fail(context, INSHI_ERR_ARGUMENT, "sound is of dtype f4 or f8, not %s",
                            inshi_dtype_name(dtype));
    struct stft *plan = memory_take(context, 1, sizeof *plan, "a short-time Fourier transform");
    if (!plan)
        return INSHI_ERR_MEMORY;
    *plan                     = (struct stft){.dtype = dtype};
    const inshi_status status = prepare(context, options ? options : &DEFAULTS, plan);
    if (status)
        stft_free(context, plan);
    else
        *out = plan;
    return status;
}

void stft_free(inshi_context *context, struct stft *plan)
{
    if (!plan)
        return;
    memory_give(context, plan->scratch);
    fft_real_free(context, plan->transform);
    memory_give(context, plan->weight);
    memory_give(context, plan->window);
    memory_give(context, plan);
}

int64_t stft_bins(const struct stft *plan)
{
    return plan->bins;
}

int64_t stft_length(const struct stft *plan)
{
    return plan->length;
}

double stft_power(const struct stft *plan)
{
    return plan->power;
}

int64_t stft_hop(const struct stft *plan)
{
    return plan->hop;
}

int64_t stft_frames(const struct stft *plan, int64_t samples)
{
    int64_t first = 0, last = 0;
    if (samples > 0)
        stft_frames_of(plan, 0, samples, &first, &last);
    return last;
}

void stft_frames_of(const struct stft *plan, int64_t from, int64_t to, int64_t *first, int64_t *last)
{
    *first = from / plan->hop;
    *last  = (to - 1 + plan->length - plan->hop) / plan->hop + 1;
}

void stft_samples_of(const struct stft *plan, int64_t first, int64_t last, int64_t *from, int64_t *to)
{
    *from = first * plan->hop - (plan->length - plan->hop);
    *to   = last * plan->hop;
}

struct forward {
    struct stft      *plan;
    struct stft_piece piece;
    int64_t           first, last;
    char             *spectrum;
};

static void forward_task(void *user, int64_t task, int worker)
{
    const struct forward *f     = user;
    struct stft          *plan  = f->plan;
    const int64_t         begin = f->first + task * FRAMES_A_TASK;
    const int64_t         end   = begin + FRAMES_A_TASK < f->last ? begin + FRAMES_A_TASK : f->last;
    const int64_t         bytes = 2 * plan->bins * inshi_dtype_bytes(plan->dtype);
    void                 *mine  = plan->scratch + worker * plan->scratch_bytes;
    for (int64_t t = begin; t < end; t++) {
        void *out = f->spectrum + bytes * (t - f->first);
        if (plan->dtype == INSHI_DTYPE_F4)
            forward_frame_f4(plan, &f->piece, t, out, mine);
        else
            forward_frame_f8(plan, &f->piece, t, out, mine);
    }
}

inshi_status stft_forward(inshi_context *context, struct stft *plan, struct stft_piece piece, int64_t first,
                          int64_t last, void *spectrum)
{
    struct forward f     = {plan, piece, first, last, spectrum};
    const int64_t  tasks = (last - first + FRAMES_A_TASK - 1) / FRAMES_A_TASK;
    return parallel_run(context, tasks, (double)(last - first) * 40 * (double)plan->fft, forward_task, &f);
}

struct inverse {
    struct stft         *plan;
    struct stft_spectrum spectrum;
    int64_t              from, to, run;
    char                *x;
};

static void inverse_task(void *user, int64_t task, int worker)
{
    const struct inverse *v     = user;
    struct stft          *plan  = v->plan;
    const int64_t         begin = v->from + task * v->run;
    const int64_t         end   = begin + v->run < v->to ? begin + v->run : v->to;
    void                 *out   = v->x + task * v->run * inshi_dtype_bytes(plan->dtype);
    void                 *mine  = plan->scratch + worker * plan->scratch_bytes;
    if (plan->dtype == INSHI_DTYPE_F4)
        inverse_run_f4(plan, &v->spectrum, begin, end, out, mine);
    else
        inverse_run_f8(plan, &v->spectrum, begin, end, out, mine);
}

inshi_status stft_inverse(inshi_context *context, struct stft *plan, struct stft_spectrum spectrum,
                          int64_t from, int64_t to, void *x)
{
    struct inverse v     = {plan, spectrum, from, to, RUN_FRAMES * plan->length, x};
    const int64_t  tasks = (to - from + v.run - 1) / v.run;
    const double   count = (double)(to - from) / (double)plan->hop;
    return parallel_run(context, tasks, count * 40 * (double)plan->fft, inverse_task, &v);
}

static inshi_status check_signal(inshi_context *context, const void *x, const void *spectrum, int64_t samples)
{
    if (!context)
        return INSHI_ERR_ARGUMENT;
    if (samples < 0 || samples > INT64_MAX / 64)
        return context_fail(context, INSHI_ERR_ARGUMENT, "there are %lld samples, and must be 0 or more",
                            (long long)samples);
    if (samples > 0 && (!x || !spectrum))
        return context_fail(context, INSHI_ERR_ARGUMENT, "%s is NULL", x ? "the spectrum" : "the signal");
    return INSHI_OK;
}

inshi_status inshi_stft_shape(inshi_context *context, const inshi_stft_options *options, int64_t samples,
                              int64_t *bins, int64_t *frames)
{
    struct stft  plan   = {0};
    inshi_status status = check_signal(context, &plan, &plan, samples);
    if (!status && (!bins || !frames))
        status = context_fail(context, INSHI_ERR_ARGUMENT, "bins or frames is NULL");
    if (!status)
        status = check(context, options ? options : &DEFAULTS, &plan);
    if (!status)
        status = fill(context, &plan, options && options->window ? options->window : "hann", false);
    if (status)
        return status;
    *bins   = plan.bins;
    *frames = stft_frames(&plan, samples);
    return INSHI_OK;
}

inshi_status inshi_stft(inshi_context *context, const inshi_stft_options *options, const void *x,
                        int64_t samples, inshi_dtype dtype, void *spectrum)
{
    struct stft *plan   = NULL;
    inshi_status status = check_signal(context, x, spectrum, samples);
    if (!status)
        status = stft_make(context, options, dtype, &plan);
    if (!status)
        status = stft_forward(context, plan, (struct stft_piece){x, 0, samples}, 0,
                              stft_frames(plan, samples), spectrum);
    stft_free(context, plan);
    return status;
}

inshi_status inshi_stft_inverse(inshi_context *context, const inshi_stft_options *options,
                                const void *spectrum, int64_t samples, inshi_dtype dtype, void *x)
{
    struct stft *plan   = NULL;
    inshi_status status = check_signal(context, x, spectrum, samples);
    if (!status)
        status = stft_make(context, options, dtype, &plan);
    if (!status)
        status = stft_inverse(context, plan, (struct stft_spectrum){spectrum, 0}, 0, samples, x);
    stft_free(context, plan);
    return status;
}
