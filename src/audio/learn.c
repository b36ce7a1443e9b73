/* learn.c -- what a recording of one source, or a mixture, teaches.
 *
 * Learned columns stay when the mixture is learned: only H and the free columns move. The activations come first,
 * for a few iterations, with the free columns at their start: otherwise these take what belongs to the learned ones.
 */
#include "audio/learn.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "audio/spectrogram.h"
#include "base/random.h"
#include "base/real.h"

enum { OPENING = 10, PACE = 4, START_STREAM = 0x50554F };
/* A basis that is not fitted to its recording to the last digit serves other recordings better: docs/maths/separation.md. */
static const char TRAINING_SOLVER[] = "mu";
/* Blind kl: newton finds the notes of a piano where ccd, which is sooner done, does not; above so many components it costs too much. */
static const char BLIND_SOLVER[] = "newton";
enum { BLIND_MOST = 32 };
static const double SILENCE = 2e-6; /* of the mean power of all frames; half of it is in X where B < 1 */

double learn_get(inshi_matrix m, int64_t row, int64_t column)
{
    return real_get(m.data, inshi_dtype_bytes(m.dtype), row * m.row_stride + column * m.column_stride);
}

void learn_set(inshi_matrix m, int64_t row, int64_t column, double value)
{
    real_set(m.data, inshi_dtype_bytes(m.dtype), row * m.row_stride + column * m.column_stride, value);
}

double learn_unit(const struct learning *l)
{
    return pow(l->level, (double)l->s->options.power * (l->s->beta - 1));
}

void learn_normalize(struct learning *l)
{
    for (int64_t j = 0; j < l->w.columns; j++) {
        double sum = 0;
        for (int64_t b = 0; b < l->w.rows; b++)
            sum += learn_get(l->w, b, j);
        if ((l->fixed && l->fixed[j]) || !(sum > 0))
            continue;
        for (int64_t b = 0; b < l->w.rows; b++)
            learn_set(l->w, b, j, learn_get(l->w, b, j) / sum);
        for (int64_t t = 0; t < l->h.columns; t++)
            learn_set(l->h, j, t, learn_get(l->h, j, t) * sum);
    }
}

/* Free columns: the mean of X, each bin times a random number. */
static void start_columns(struct learning *l, uint64_t seed)
{
    for (int64_t b = 0; b < l->x.rows; b++) {
        double mean = 0;
        for (int64_t t = 0; t < l->x.columns; t++)
            mean += learn_get(l->x, b, t);
        mean /= (double)l->x.columns;
        for (int64_t j = 0; j < l->w.columns; j++)
            if (!l->fixed[j])
                learn_set(l->w, b, j, mean * random_uniform(seed, START_STREAM, b, j));
    }
    learn_normalize(l);
}

/* One start of a fit with columns that stay: H alone first, then H and the free columns. */
static inshi_status fit_around(struct learning *l, uint64_t seed, const int64_t *columns, int64_t count)
{
    inshi_options options = l->s->fit;
    start_columns(l, seed);
    options.given_w     = 1;
    options.fix         = "w";
    options.restarts    = 1;
    options.iterations  = OPENING;
    options.tolerance   = 0;
    inshi_status status = inshi_fit(l->s->context, l->x, l->w, l->h, &options, l->report);
    if (status)
        return status;
    options                   = l->s->fit;
    options.restarts          = 1;
    options.given_w           = 1;
    options.given_h           = 1;
    options.fix_columns       = columns;
    options.fix_columns_count = count;
    return inshi_fit(l->s->context, l->x, l->w, l->h, &options, l->report);
}

/* The lowest of all starts. kept: room for W and H. */
static inshi_status fit_starts(struct learning *l, const int64_t *columns, int64_t count, char *kept)
{
    const size_t real = separation_real(l->s), w_bytes = (size_t)(l->w.rows * l->w.columns) * real,
                 h_bytes = (size_t)(l->h.rows * l->h.columns) * real;
    double       least   = INFINITY;
    inshi_status status  = INSHI_OK;
    for (int64_t r = 0; r < l->s->fit.restarts && !status; r++) {
        status               = fit_around(l, l->seed + (uint64_t)r, columns, count);
        const double reached = status ? 0 : inshi_report_info(l->report)->objective;
        if (status || (r > 0 && !(reached < least)))
            continue;
        least = reached;
        memcpy(kept, l->w.data, w_bytes);
        memcpy(kept + w_bytes, l->h.data, h_bytes);
    }
    if (status)
        return status;
    memcpy(l->w.data, kept, w_bytes);
    memcpy(l->h.data, kept + w_bytes, h_bytes);
    return INSHI_OK;
}

inshi_status learn_begin(struct learning *l, struct fits *fits)
{
    inshi_context *context = l->s->context;
    *fits = (struct fits){.columns = memory_take(context, l->w.columns, sizeof(int64_t), "the components")};
    inshi_status status = fits->columns ? INSHI_OK : INSHI_ERR_MEMORY;
    if (!status && !l->report) {
        status    = inshi_report_create(context, &fits->own);
        l->report = fits->own;
    }
    for (int64_t j = 0; j < l->w.columns && l->fixed && !status; j++)
        if (l->fixed[j])
            fits->columns[fits->count++] = j;
    return status;
}

void learn_end(struct learning *l, struct fits *fits)
{
    if (fits->own)
        l->report = NULL;
    inshi_report_destroy(fits->own);
    memory_give(l->s->context, fits->columns);
}

static inshi_status fit_beside_fixed(struct learning *l)
{
    struct fits    fits;
    inshi_context *context = l->s->context;
    const int64_t  numbers = l->w.rows * l->w.columns + l->h.rows * l->h.columns;
    char          *kept    = memory_take(context, numbers, separation_real(l->s), "the best start");
    if (!kept)
        return INSHI_ERR_MEMORY;
    inshi_status status = learn_begin(l, &fits);
    if (!status)
        status = fit_starts(l, fits.columns, fits.count, kept);
    learn_end(l, &fits);
    memory_give(context, kept);
    return status;
}

/* Training with a loss of B < 1, which is full of local minima, begins with the loss half-way to kl, that has fewer
 * (N. Bertin, C. Fevotte, R. Badeau. A tempering approach for Itakura-Saito nonnegative matrix factorization. ICASSP 2009). */
static inshi_status temper(struct learning *l, inshi_options *options)
{
    char          milder[48];
    inshi_options first = *options;
    snprintf(milder, sizeof milder, "beta:%.17g", (l->s->beta + 1) / 2);
    first.loss        = milder;
    first.solver      = l->solver;
    options->given_w  = 1;
    options->given_h  = 1;
    options->restarts = 1;
    return inshi_fit(l->s->context, l->x, l->w, l->h, &first, l->report);
}

static inshi_status fit_all(struct learning *l)
{
    inshi_options options = l->s->fit;
    inshi_status  status  = INSHI_OK;
    options.seed          = l->seed;
    l->fixed              = NULL;
    if (l->solver && strcmp(options.solver, "auto") == 0)
        options.solver = l->solver;
    if (l->trains && l->s->beta < 1)
        status = temper(l, &options);
    return status ? status : inshi_fit(l->s->context, l->x, l->w, l->h, &options, l->report);
}

inshi_status learn_factors(struct learning *l)
{
    bool any = false, all = l->fixed != NULL;
    for (int64_t j = 0; l->fixed && j < l->w.columns; j++) {
        any = any || l->fixed[j];
        all = all && l->fixed[j];
    }
    inshi_status status;
    if (all)
        status = learn_activations(l);
    else if (any)
        status = fit_beside_fixed(l);
    else
        status = fit_all(l);
    if (!status && l->s->options.sparse > 0)
        status = learn_sparse(l);
    if (!status && l->s->options.smooth > 0)
        status = learn_smooth(l);
    if (!status)
        learn_normalize(l);
    return status;
}

inshi_options learn_transform_options(const struct learning *l)
{
    inshi_options options = l->s->fit;
    options.iterations =
        (options.iterations + PACE - 1) / PACE; /* they are of second order: fewer go as far */
    return options;
}

inshi_status learn_activations(struct learning *l)
{
    inshi_options options = learn_transform_options(l);
    if (l->s->options.sparse > 0)
        return learn_sparse_activations(l);
    return inshi_transform(l->s->context, l->x, l->w, l->h, &options, l->report);
}

/* ---- the calls ---------------------------------------------------------------------------------------------------- */

/* Checks a sound, takes its level, and matches its rate. */
static inshi_status meet(inshi_separation *s, const inshi_sound *sound, const char *what, struct level *level)
{
    inshi_status status = recording_check(s->context, sound, what);
    if (!status)
        status = separation_match_rate(s, sound->rate, what);
    return status ? status : recording_measure(s->context, sound, what, level);
}

/* Moves the frames that sound to the front and gives their number: the spectra of silence are those of no source, and
 * losses for which they count like others would spend components on them. */
static int64_t drop_quiet(const inshi_separation *s, inshi_matrix x, double level)
{
    int64_t kept = 0;
    for (int64_t t = 0; t < x.columns; t++) {
        double power = 0;
        for (int64_t b = 0; b < x.rows; b++)
            power += s->options.power == 1 ? learn_get(x, b, t) * learn_get(x, b, t) : learn_get(x, b, t);
        if (!(power / (double)x.rows >= SILENCE * level * level))
            continue;
        for (int64_t b = 0; b < x.rows; b++)
            learn_set(x, b, kept, learn_get(x, b, t));
        kept++;
    }
    return kept ? kept : x.columns;
}

static inshi_status train(inshi_separation *s, const inshi_sound *sound, struct scale scale, int64_t k)
{
    struct learning l = {
        .s = s, .level = scale.level, .seed = s->fit.seed, .trains = true, .solver = TRAINING_SOLVER};
    int64_t      frames;
    void        *x = NULL, *h = NULL;
    inshi_status status = spectrogram_sample(s, sound, scale, &x, &frames);
    if (!status)
        h = memory_take(s->context, checked_product(k, frames), separation_real(s), "the activations");
    if (!status && !h)
        status = INSHI_ERR_MEMORY;
    if (!status) {
        l.x    = inshi_matrix_fortran(x, s->options.dtype, s->bins, frames);
        frames = drop_quiet(s, l.x, scale.level);
        l.x    = inshi_matrix_columns(l.x, 0, frames);
        l.w    = separation_columns(s, s->k - k, k);
        l.h    = inshi_matrix_fortran(h, s->options.dtype, k, frames);
        status = learn_factors(&l);
    }
    memory_give(s->context, h);
    memory_give(s->context, x);
    return status;
}

inshi_status inshi_separation_train(inshi_separation *s, const char *name, const inshi_sound *sound,
                                    int64_t k)
{
    char         what[NAME_SIZE + 64] = "the training sound of \"";
    struct level level;
    if (!s)
        return INSHI_ERR_ARGUMENT;
    strncat(what, name ? name : "", NAME_SIZE);
    strcat(what, "\"");
    inshi_status status = meet(s, sound, what, &level);
    if (!status && level.rms == 0)
        status =
            context_fail(s->context, INSHI_ERR_DATA, "%s is silent: there is nothing to learn in it", what);
    if (!status)
        status = separation_new_source(s, name, k, true);
    if (status)
        return status;
    status = train(s, sound, scale_of(s, level), k);
    if (status)
        separation_drop_source(s);
    return status;
}

/* The fit of the mixture: W's free columns and, of the frames learned on, H, which is kept. */
static inshi_status learn_mixture(inshi_separation *s, const inshi_sound *mixture, inshi_report *report)
{
    struct learning l = {
        .s = s, .level = s->scale.level, .seed = s->fit.seed, .fixed = s->fixed, .report = report};
    if (s->beta == 1 && s->k <= BLIND_MOST)
        l.solver = BLIND_SOLVER;
    void        *x      = NULL;
    inshi_status status = spectrogram_sample(s, mixture, s->scale, &x, &s->seen_count);
    if (!status && s->options.smooth > 0 && s->seen_count < s->frames)
        status = context_fail(
            s->context, INSHI_ERR_UNSUPPORTED,
            "smooth needs all frames at once, and learn-seconds %g is less than the %.6g s of the "
            "recording; make it larger, or cut the recording",
            s->options.learn_seconds, (double)s->samples / s->rate);
    if (!status)
        s->seen = memory_take(s->context, checked_product(s->k, s->seen_count), separation_real(s),
                              "the activations");
    if (!status && !s->seen)
        status = INSHI_ERR_MEMORY;
    if (!status) {
        l.x    = inshi_matrix_fortran(x, s->options.dtype, s->bins, s->seen_count);
        l.w    = separation_columns(s, 0, s->k);
        l.h    = inshi_matrix_fortran(s->seen, s->options.dtype, s->k, s->seen_count);
        status = learn_factors(&l);
    }
    memory_give(s->context, x);
    return status;
}

/* A free column of silence: flat. */
static void flatten_free(inshi_separation *s)
{
    const inshi_matrix w = separation_columns(s, 0, s->k);
    for (int64_t j = 0; j < s->k; j++)
        for (int64_t b = 0; b < s->bins && !s->fixed[j]; b++)
            learn_set(w, b, j, 1 / (double)s->bins);
}

inshi_status inshi_separation_learn(inshi_separation *s, const inshi_sound *mixture, inshi_report *report)
{
    struct level level;
    if (!s)
        return INSHI_ERR_ARGUMENT;
    if (s->source_count == 0)
        return context_fail(s->context, INSHI_ERR_ARGUMENT,
                            "there is no source yet: train, load or add one first");
    inshi_status status = meet(s, mixture, "the recording", &level);
    if (status)
        return status;
    memory_give(s->context, s->seen);
    s->seen       = NULL;
    s->seen_count = 0;
    s->learned    = false;
    s->samples    = mixture->samples;
    s->channels   = mixture->channels;
    s->frames     = stft_frames(s->plan, mixture->samples);
    s->rms        = level.rms;
    s->scale      = scale_of(s, level);
    if (separation_has_free(s) && level.rms == 0)
        flatten_free(s);
    else if (level.rms > 0 && (separation_has_free(s) || s->options.smooth > 0))
        status = learn_mixture(s, mixture, report);
    s->learned = !status;
    return status;
}
