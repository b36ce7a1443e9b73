/* separation.c -- an inshi_separation: its options, its sources and their components. */
#include "audio/separation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "loss/losses.h"

enum { ITERATIONS = 100 };
static const double LEARN_SECONDS = 300, MASK_POWER = 2, TOLERANCE = 1e-4;

void inshi_separation_defaults(inshi_separation_options *options)
{
    if (!options)
        return;
    *options = (inshi_separation_options){.size          = sizeof *options,
                                          .stft          = {.size = sizeof options->stft},
                                          .dtype         = INSHI_DTYPE_F4,
                                          .learn_seconds = LEARN_SECONDS};
}

size_t separation_real(const inshi_separation *s)
{
    return (size_t)inshi_dtype_bytes(s->options.dtype);
}

static inshi_status check_numbers(inshi_context *context, const inshi_separation_options *o)
{
    const struct {
        const char *name;
        double      value;
    } numbers[] = {{"sparse", o->sparse}, {"smooth", o->smooth}, {"learn-seconds", o->learn_seconds}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!(numbers[i].value >= 0) || !isfinite(numbers[i].value))
            return context_fail(context, INSHI_ERR_ARGUMENT, "%s is %g, and must be a number of at least 0",
                                numbers[i].name, numbers[i].value);
    if (o->learn_seconds == 0)
        return context_fail(context, INSHI_ERR_ARGUMENT, "learn-seconds is 0, and must be above it");
    if (o->dtype != INSHI_DTYPE_F4 && o->dtype != INSHI_DTYPE_F8)
        return context_fail(context, INSHI_ERR_ARGUMENT, "the dtype is %s, and must be f4 or f8",
                            inshi_dtype_name(o->dtype));
    if (o->power < 0 || o->power > 2)
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "power is %d, and must be 1 (the magnitude) or 2 (the power)", o->power);
    if (isnan(o->mask_power) || o->mask_power < 0)
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "mask-power is %g, and must be a number above 0, or binary", o->mask_power);
    if (o->block < 0)
        return context_fail(context, INSHI_ERR_ARGUMENT, "a block of %lld samples is none",
                            (long long)o->block);
    return INSHI_OK;
}

/* The options of the fits: what belongs to a single matrix is not the caller's to give. */
static inshi_status adopt_fit(inshi_separation *s, const inshi_options *fit)
{
    inshi_options_default(&s->fit);
    s->fit.loss       = "kl";
    s->fit.iterations = ITERATIONS;
    s->fit.tolerance  = TOLERANCE;
    if (fit) {
        s->fit.loss       = fit->loss ? fit->loss : "kl";
        s->fit.solver     = fit->solver;
        s->fit.seed       = fit->seed;
        s->fit.restarts   = fit->restarts;
        s->fit.iterations = fit->iterations;
        s->fit.tolerance  = fit->tolerance;
        s->fit.time_limit = fit->time_limit;
    }
    struct loss_choice loss;
    inshi_status       status = inshi_options_check(s->context, &s->fit);
    if (!status)
        status = loss_find(s->context, s->fit.loss, &loss);
    if (status)
        return status;
    if (strlen(s->fit.loss) >= LOSS_SIZE)
        return context_fail(s->context, INSHI_ERR_ARGUMENT, "the name of the loss is too long");
    snprintf(s->loss, sizeof s->loss, "%s", s->fit.loss);
    s->fit.loss          = s->loss;
    s->fit.floor         = 0; /* the spectrogram is lifted as a whole */
    s->fit.history_every = 0;
    s->beta              = loss.beta;
    return INSHI_OK;
}

/* Every default said. */
static void resolve(inshi_separation *s)
{
    inshi_separation_options *o = &s->options;
    snprintf(s->window, sizeof s->window, "%s", o->stft.window ? o->stft.window : "hann");
    o->stft.window = s->window;
    o->stft.length = stft_length(s->plan);
    o->stft.hop    = stft_hop(s->plan);
    o->stft.fft    = o->stft.fft ? o->stft.fft : o->stft.length;
    o->power       = o->power ? o->power : s->beta < 1 ? 2 : 1;
    o->mask_power  = o->mask_power > 0 ? o->mask_power : MASK_POWER;
    s->hop         = o->stft.hop;
    s->bins        = stft_bins(s->plan);
}

static inshi_status prepare(inshi_separation *s, const inshi_separation_options *options)
{
    if (options && options->size != sizeof *options)
        return context_fail(s->context, INSHI_ERR_ARGUMENT,
                            "inshi_separation_options of this size are of another version; set their size");
    inshi_separation_defaults(&s->options);
    if (options)
        s->options = *options;
    inshi_status status = check_numbers(s->context, &s->options);
    if (!status)
        status = adopt_fit(s, s->options.fit);
    if (!status && s->options.smooth > 0 && s->beta != 1 && s->beta != 0)
        status = context_fail(s->context, INSHI_ERR_UNSUPPORTED,
                              "smooth is there for the losses kl and is, not for %s", s->loss);
    if (!status && s->options.smooth > 0 && s->options.sparse > 0)
        status = context_fail(s->context, INSHI_ERR_UNSUPPORTED,
                              "smooth and sparse do not go together yet; one of them must be 0");
    if (!status)
        status = stft_make(s->context, &s->options.stft, INSHI_DTYPE_F8, &s->plan);
    if (!status)
        resolve(s);
    return status;
}

inshi_status inshi_separation_create(inshi_context *context, const inshi_separation_options *options,
                                     inshi_separation **out)
{
    if (!context || !out)
        return context ? context_fail(context, INSHI_ERR_ARGUMENT, "out is NULL") : INSHI_ERR_ARGUMENT;
    *out                = NULL;
    inshi_separation *s = memory_take(context, 1, sizeof *s, "a separation");
    if (!s)
        return INSHI_ERR_MEMORY;
    *s                        = (inshi_separation){.context = context};
    const inshi_status status = prepare(s, options);
    if (status)
        inshi_separation_destroy(s);
    else
        *out = s;
    return status;
}

static void give_sources(inshi_context *context, struct source *sources, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        memory_give(context, sources[i].components);
    memory_give(context, sources);
}

void inshi_separation_destroy(inshi_separation *s)
{
    if (!s)
        return;
    inshi_context *context = s->context;
    stft_free(context, s->plan);
    memory_give(context, s->w);
    memory_give(context, s->fixed);
    memory_give(context, s->seen);
    give_sources(context, s->sources, s->source_count);
    memory_give(context, s);
}

bool separation_has_free(const inshi_separation *s)
{
    for (int64_t i = 0; i < s->k; i++)
        if (!s->fixed[i])
            return true;
    return false;
}

inshi_matrix separation_columns(const inshi_separation *s, int64_t first, int64_t count)
{
    return inshi_matrix_fortran(s->w + (size_t)(first * s->bins) * separation_real(s), s->options.dtype,
                                s->bins, count);
}

static inshi_status check_name(const inshi_separation *s, const char *name)
{
    if (!name || !*name || strlen(name) >= NAME_SIZE)
        return context_fail(s->context, INSHI_ERR_ARGUMENT, "a source needs a name of 1 to %d bytes",
                            NAME_SIZE - 1);
    for (int64_t i = 0; i < s->source_count; i++)
        if (strcmp(s->sources[i].name, name) == 0)
            return context_fail(s->context, INSHI_ERR_ARGUMENT, "there are two sources named \"%s\"", name);
    if (s->options.residual && strcmp(name, "residual") == 0)
        return context_fail(s->context, INSHI_ERR_ARGUMENT,
                            "a source cannot be named \"residual\" where there is to be a residual");
    return INSHI_OK;
}

inshi_status separation_new_source(inshi_separation *s, const char *name, int64_t k, bool fixed)
{
    inshi_status status = check_name(s, name);
    if (!status && (k < 1 || k > 1 << 20))
        status = context_fail(s->context, INSHI_ERR_ARGUMENT,
                              "the source \"%s\" has %lld components, and must have at least 1", name,
                              (long long)k);
    if (status)
        return status;
    void *w =
        memory_grow(s->context, s->w, checked_product(s->k + k, s->bins), separation_real(s), "the basis");
    if (!w)
        return INSHI_ERR_MEMORY;
    s->w        = w;
    void *flags = memory_grow(s->context, s->fixed, s->k + k, sizeof *s->fixed, "the components");
    if (!flags)
        return INSHI_ERR_MEMORY;
    s->fixed = flags;
    void *sources =
        memory_grow(s->context, s->sources, s->source_count + 1, sizeof *s->sources, "the sources");
    if (!sources)
        return INSHI_ERR_MEMORY;
    s->sources            = sources;
    struct source *source = &s->sources[s->source_count];
    source->components    = memory_take(s->context, k, sizeof *source->components, "the components");
    if (!source->components)
        return INSHI_ERR_MEMORY;
    snprintf(source->name, sizeof source->name, "%s", name);
    source->count = k;
    for (int64_t i = 0; i < k; i++) {
        source->components[i] = s->k + i;
        s->fixed[s->k + i]    = fixed;
    }
    s->k += k;
    s->source_count++;
    s->learned = false;
    return INSHI_OK;
}

void separation_drop_source(inshi_separation *s)
{
    struct source *last = &s->sources[--s->source_count];
    s->k -= last->count;
    memory_give(s->context, last->components);
}

inshi_status inshi_separation_add(inshi_separation *s, const char *name, int64_t k)
{
    return s ? separation_new_source(s, name, k, false) : INSHI_ERR_ARGUMENT;
}

inshi_status separation_match_rate(inshi_separation *s, double rate, const char *what)
{
    if (s->rate > 0 && s->rate != rate)
        return context_fail(
            s->context, INSHI_ERR_DATA,
            "%s has %g samples a second, and what was there before has %g; bring them to one rate "
            "(sox IN.wav -r %g OUT.wav)",
            what, rate, s->rate, s->rate);
    s->rate = rate;
    return INSHI_OK;
}

static inshi_status fill_sources(inshi_context *context, struct source *sources, int64_t count,
                                 const int64_t *groups, int64_t k)
{
    for (int64_t g = 0; g < count; g++) {
        int64_t size = 0;
        for (int64_t i = 0; i < k; i++)
            size += groups[i] == g;
        sources[g].components = memory_take(context, size, sizeof(int64_t), "the components");
        if (!sources[g].components)
            return INSHI_ERR_MEMORY;
        for (int64_t i = 0; i < k; i++)
            if (groups[i] == g)
                sources[g].components[sources[g].count++] = i;
    }
    return INSHI_OK;
}

inshi_status separation_regroup(inshi_separation *s, const int64_t *groups, const char *const *names,
                                int64_t count)
{
    struct source *sources = memory_take(s->context, count, sizeof *sources, "the sources");
    if (!sources)
        return INSHI_ERR_MEMORY;
    for (int64_t g = 0; g < count; g++) {
        sources[g] = (struct source){0};
        snprintf(sources[g].name, sizeof sources[g].name, "%s", names[g]);
    }
    const inshi_status status = fill_sources(s->context, sources, count, groups, s->k);
    if (status) {
        give_sources(s->context, sources, count);
        return status;
    }
    give_sources(s->context, s->sources, s->source_count);
    s->sources      = sources;
    s->source_count = count;
    return INSHI_OK;
}

/* Names that can be: not empty, not too long, none twice. */
static inshi_status check_names(inshi_separation *s, const char *const *names, int64_t count)
{
    const int64_t before = s->source_count;
    inshi_status  status = INSHI_OK;
    s->source_count      = 0; /* the old ones go */
    for (int64_t i = 0; i < count && !status; i++) {
        status = check_name(s, names[i]);
        for (int64_t j = 0; j < i && !status; j++)
            if (strcmp(names[i], names[j]) == 0)
                status = context_fail(s->context, INSHI_ERR_ARGUMENT, "there are two sources named \"%s\"",
                                      names[i]);
    }
    s->source_count = before;
    return status;
}

inshi_status inshi_separation_assign(inshi_separation *s, const int64_t *groups, const char *const *names,
                                     int64_t count)
{
    if (!s)
        return INSHI_ERR_ARGUMENT;
    if (!s->learned || !groups || !names || count < 1)
        return context_fail(s->context, INSHI_ERR_ARGUMENT,
                            !s->learned ? "components can be assigned once a mixture is learned"
                                        : "groups or names are missing");
    for (int64_t i = 0; i < s->k; i++)
        if (groups[i] < 0 || groups[i] >= count)
            return context_fail(s->context, INSHI_ERR_ARGUMENT,
                                "component %lld goes to source %lld, and there are %lld", (long long)i,
                                (long long)groups[i], (long long)count);
    const inshi_status status = check_names(s, names, count);
    return status ? status : separation_regroup(s, groups, names, count);
}

int64_t inshi_separation_count(const inshi_separation *s)
{
    return s ? s->source_count + (s->options.residual != 0) : 0;
}

const char *inshi_separation_name(const inshi_separation *s, int64_t source)
{
    if (!s || source < 0 || source >= inshi_separation_count(s))
        return NULL;
    return source < s->source_count ? s->sources[source].name : "residual";
}

const int64_t *inshi_separation_components(const inshi_separation *s, int64_t source, int64_t *count)
{
    const bool there = s && source >= 0 && source < s->source_count;
    if (count)
        *count = there ? s->sources[source].count : 0;
    return there ? s->sources[source].components : NULL;
}

inshi_matrix inshi_separation_basis(const inshi_separation *s)
{
    return s ? separation_columns(s, 0, s->k) : inshi_matrix_fortran(NULL, INSHI_DTYPE_F8, 0, 0);
}

void inshi_separation_inspect(const inshi_separation *s, inshi_separation_info *info)
{
    if (s && info)
        *info = (inshi_separation_info){.bins          = s->bins,
                                        .frames        = s->frames,
                                        .power         = s->options.power,
                                        .level         = s->rms,
                                        .length        = s->options.stft.length,
                                        .hop           = s->options.stft.hop,
                                        .learn_seconds = s->options.learn_seconds};
}
