/* test_separation.c -- sources that add up to the recording, whatever the method; learned spectra that stay; blocks, threads,
 * gain and channels that change nothing; bases in files. */
#include "support/support.h"

#include <math.h>
#include <unistd.h>
#include "base/random.h"

enum { RATE = 8000, SAMPLES = 6000, MOST_SOURCES = 8 };

/* What a separation gave: sources x samples x channels. */
struct result {
    int64_t               sources, samples, channels;
    double               *values;
    char                  names[MOST_SOURCES][32];
    inshi_separation_info info;
    bool                  shares_add_up;
};

static int keep(void *user, int64_t source, int64_t first, int64_t count, const double *values)
{
    struct result *r = user;
    memcpy(r->values + (source * r->samples + first) * r->channels, values,
           (size_t)(count * r->channels) * sizeof *values);
    return 0;
}

static int look(void *user, const inshi_separation_frames *f)
{
    struct result *r     = user;
    const int64_t  plane = f->x.rows * f->x.columns;
    for (int64_t i = 0; i < plane; i++) {
        double sum = 0;
        for (int64_t j = 0; j < r->sources; j++) {
            const double share = f->masks[j * plane + i];
            r->shares_add_up   = r->shares_add_up && share >= 0 && share <= 1;
            sum += share;
        }
        r->shares_add_up = r->shares_add_up && fabs(sum - 1) < 1e-14;
    }
    return 0;
}

/* A chord that comes and goes, or a noise that does. */
static void tones(double *x, int64_t samples, double base, int64_t period, double loud)
{
    for (int64_t i = 0; i < samples; i++) {
        const double t = (double)i / RATE, on = (i / period) % 2 ? 1 : 0.1;
        x[i] = 0;
        for (int h = 1; h <= 4; h++)
            x[i] += loud * on * sin(2 * M_PI * base * h * t) / h;
    }
}

static void noise(double *x, int64_t samples, uint64_t seed, int64_t period, double loud)
{
    for (int64_t i = 0; i < samples; i++)
        x[i] = (i / period) % 2 ? loud * (2 * random_uniform(seed, 9, i, 0) - 1) : 0;
}

static inshi_sound sound_of(const double *x, int64_t samples, int64_t channels)
{
    return (inshi_sound){.samples        = samples,
                         .channels       = channels,
                         .rate           = RATE,
                         .data           = x,
                         .dtype          = INSHI_DTYPE_F8,
                         .sample_stride  = channels,
                         .channel_stride = 1};
}

/* How a test separates: two trained sources, one and free columns, or none. */
struct recipe {
    const char *loss;
    inshi_dtype dtype;
    int         trained, residual;
    int64_t     free, groups, block, threads;
    double      mask_power, sparse, smooth, learn_seconds;
};

static const double *training(int which)
{
    static double first[SAMPLES], second[SAMPLES];
    static bool   made;
    if (!made) {
        tones(first, SAMPLES, 220, 700, 0.3);
        noise(second, SAMPLES, 5, 900, 0.3);
    }
    made = true;
    return which ? second : first;
}

static void mix(double *x, int64_t samples)
{
    double *other = malloc((size_t)samples * sizeof *other);
    tones(x, samples, 220, 1100, 0.3);
    noise(other, samples, 6, 500, 0.3);
    for (int64_t i = 0; i < samples; i++)
        x[i] += other[i];
    free(other);
}

static inshi_separation *prepare(inshi_context *context, const struct recipe *recipe, inshi_options *fit)
{
    inshi_separation_options o;
    inshi_separation        *s;
    inshi_options_default(fit);
    fit->loss       = recipe->loss;
    fit->iterations = 30;
    fit->tolerance  = 1e-4;
    inshi_separation_defaults(&o);
    o.stft.length   = 256;
    o.fit           = fit;
    o.dtype         = recipe->dtype;
    o.residual      = recipe->residual;
    o.block         = recipe->block;
    o.mask_power    = recipe->mask_power;
    o.sparse        = recipe->sparse;
    o.smooth        = recipe->smooth;
    o.learn_seconds = recipe->learn_seconds > 0 ? recipe->learn_seconds : 300;
    assert_int_equal(inshi_context_set_threads(context, recipe->threads ? recipe->threads : 2), INSHI_OK);
    assert_int_equal(inshi_separation_create(context, &o, &s), INSHI_OK);
    for (int i = 0; i < recipe->trained; i++) {
        const inshi_sound sound = sound_of(training(i), SAMPLES, 1);
        assert_int_equal(inshi_separation_train(s, i ? "noise" : "tones", &sound, 3), INSHI_OK);
    }
    if (recipe->free)
        assert_int_equal(inshi_separation_add(s, "rest", recipe->free), INSHI_OK);
    return s;
}

/* Separates x; the result's values belong to the caller. */
static struct result separate(const struct recipe *recipe, const double *x, int64_t samples, int64_t channels)
{
    inshi_options     fit;
    inshi_context    *context = open_context();
    inshi_separation *s       = prepare(context, recipe, &fit);
    const inshi_sound sound   = sound_of(x, samples, channels);
    struct result     r       = {.samples = samples, .channels = channels, .shares_add_up = true};
    assert_int_equal(inshi_separation_learn(s, &sound, NULL), INSHI_OK);
    if (recipe->groups)
        assert_int_equal(inshi_separation_group(s, recipe->groups), INSHI_OK);
    r.sources = inshi_separation_count(s);
    assert_in_range(r.sources, 1, MOST_SOURCES);
    r.values = malloc((size_t)(r.sources * samples * channels) * sizeof *r.values);
    for (int64_t j = 0; j < r.sources; j++)
        snprintf(r.names[j], sizeof r.names[j], "%s", inshi_separation_name(s, j));
    const inshi_separation_sink sink = {keep, look, &r};
    assert_int_equal(inshi_separation_apply(s, &sound, &sink, &r.info), INSHI_OK);
    inshi_separation_destroy(s);
    inshi_context_destroy(context);
    return r;
}

/* The largest |x - sum of sources|. */
static double lack(const struct result *r, const double *x)
{
    const int64_t numbers = r->samples * r->channels;
    double        worst   = 0;
    for (int64_t i = 0; i < numbers; i++) {
        double sum = 0;
        for (int64_t j = 0; j < r->sources; j++)
            sum += r->values[j * numbers + i];
        worst = isfinite(sum) ? fmax(worst, fabs(x[i] - sum)) : INFINITY;
    }
    return worst;
}

static bool same_values(const struct result *a, const struct result *b)
{
    return a->sources == b->sources &&
           memcmp(a->values, b->values,
                  (size_t)(a->sources * a->samples * a->channels) * sizeof *a->values) == 0;
}

static const struct recipe RECIPES[] = {
    {.loss = "kl", .dtype = INSHI_DTYPE_F8, .trained = 2},
    {.loss = "is", .dtype = INSHI_DTYPE_F8, .trained = 2, .residual = 1},
    {.loss = "eu", .dtype = INSHI_DTYPE_F8, .trained = 2, .mask_power = INFINITY},
    {.loss = "kl", .dtype = INSHI_DTYPE_F8, .trained = 1, .free = 3},
    {.loss = "is", .dtype = INSHI_DTYPE_F8, .trained = 1, .free = 3, .residual = 1, .mask_power = 1.3},
    {.loss = "kl", .dtype = INSHI_DTYPE_F8, .free = 6, .groups = 3},
    {.loss = "is", .dtype = INSHI_DTYPE_F8, .free = 4, .groups = 2},
    {.loss = "beta:0.5", .dtype = INSHI_DTYPE_F8, .free = 4, .groups = 4, .residual = 1},
    {.loss = "kl", .dtype = INSHI_DTYPE_F8, .trained = 2, .learn_seconds = 0.2},
    {.loss = "kl", .dtype = INSHI_DTYPE_F8, .free = 4, .groups = 2, .learn_seconds = 0.2},
    {.loss = "kl", .dtype = INSHI_DTYPE_F8, .trained = 2, .sparse = 0.1},
    {.loss = "kl", .dtype = INSHI_DTYPE_F8, .trained = 1, .free = 3, .sparse = 0.1},
    {.loss = "is", .dtype = INSHI_DTYPE_F8, .free = 4, .groups = 2, .sparse = 0.1},
    {.loss = "kl", .dtype = INSHI_DTYPE_F8, .trained = 2, .smooth = 1},
    {.loss = "is", .dtype = INSHI_DTYPE_F8, .trained = 1, .free = 3, .smooth = 1},
    {.loss = "kl", .dtype = INSHI_DTYPE_F8, .free = 4, .groups = 2, .smooth = 1},
    {.loss = "kl", .dtype = INSHI_DTYPE_F4, .trained = 2},
    {.loss = "is", .dtype = INSHI_DTYPE_F4, .trained = 1, .free = 3, .residual = 1},
    {.loss = "eu", .dtype = INSHI_DTYPE_F4, .free = 5, .groups = 2},
};

enum { RECIPES_COUNT = sizeof RECIPES / sizeof *RECIPES };

static void check_sum(const struct recipe *recipe, const double *x, int64_t samples, int64_t channels)
{
    struct result r     = separate(recipe, x, samples, channels);
    const double  bound = recipe->dtype == INSHI_DTYPE_F4 ? 2e-6 : 1e-12;
    assert_true(lack(&r, x) <= bound);
    assert_true(r.info.remainder <= bound);
    assert_true(r.shares_add_up);
    free(r.values);
}

/* Ordinary sound, clipped sound, silence, a click in silence, a digitally silent half, and constant sound. */
static void test_separation_adds_up_to_the_mixture(void **state)
{
    (void)state;
    double x[SAMPLES], y[SAMPLES];
    mix(x, SAMPLES);
    for (int i = 0; i < RECIPES_COUNT; i++) {
        check_sum(&RECIPES[i], x, SAMPLES, 1);
        for (int64_t t = 0; t < SAMPLES; t++)
            y[t] = fmin(fmax(8 * x[t], -1), 1);
        check_sum(&RECIPES[i], y, SAMPLES, 1);
        memset(y, 0, sizeof y);
        check_sum(&RECIPES[i], y, SAMPLES, 1);
        y[1234] = 0.5;
        check_sum(&RECIPES[i], y, SAMPLES, 1);
        memcpy(y, x, sizeof y / 2);
        check_sum(&RECIPES[i], y, SAMPLES, 1);
        for (int64_t t = 0; t < SAMPLES; t++)
            y[t] = 0.25;
        check_sum(&RECIPES[i], y, SAMPLES, 1);
    }
}

static void test_separation_of_few_samples(void **state)
{
    (void)state;
    const double x[] = {0.5, -0.25, 0.125, 0, 0.75};
    for (int i = 0; i < RECIPES_COUNT; i++)
        for (int64_t n = 1; n <= 5; n += 2) {
            check_sum(&RECIPES[i], x, n, 1);
            check_sum(&RECIPES[i], x, 1, n);
        }
}

/* Any block, and any number of threads, give the same bits. */
static void test_separation_blocks_and_threads(void **state)
{
    (void)state;
    static const int64_t BLOCKS[] = {1000, 64, 4097};
    double               x[SAMPLES];
    mix(x, SAMPLES);
    for (int i = 0; i < RECIPES_COUNT; i++) {
        struct recipe recipe = RECIPES[i];
        struct result whole  = separate(&recipe, x, SAMPLES, 1);
        for (int b = 0; b < 3; b++) {
            recipe.block         = BLOCKS[b];
            recipe.threads       = b + 1 + (b == 2);
            struct result pieces = separate(&recipe, x, SAMPLES, 1);
            assert_true(same_values(&whole, &pieces));
            free(pieces.values);
        }
        free(whole.values);
    }
}

static double relative(const struct result *a, const struct result *b, double gain)
{
    double        most = 0, worst = 0;
    const int64_t numbers = a->sources * a->samples * a->channels;
    for (int64_t i = 0; i < numbers; i++) {
        most  = fmax(most, fabs(a->values[i]));
        worst = fmax(worst, fabs(a->values[i] - b->values[i] / gain));
    }
    return worst / most;
}

/* A louder recording has louder sources, and otherwise the same: 0.01 dB are 1e-3. */
static void test_separation_gain(void **state)
{
    (void)state;
    static const double GAINS[] = {1e-4, 1e4, 0x1p-40};
    double              x[SAMPLES], y[SAMPLES];
    mix(x, SAMPLES);
    for (int i = 0; i < RECIPES_COUNT; i++) {
        if (RECIPES[i].dtype == INSHI_DTYPE_F4 || isinf(RECIPES[i].mask_power))
            continue;
        struct result plain = separate(&RECIPES[i], x, SAMPLES, 1);
        for (int g = 0; g < 3; g++) {
            for (int64_t t = 0; t < SAMPLES; t++)
                y[t] = GAINS[g] * x[t];
            struct result loud = separate(&RECIPES[i], y, SAMPLES, 1);
            assert_true(relative(&plain, &loud, GAINS[g]) < 1e-3);
            free(loud.values);
        }
        free(plain.values);
    }
}

/* Channels may be swapped; one that is silent, or the other turned upside down, gets what it needs. */
static void test_separation_channels(void **state)
{
    (void)state;
    double stereo[2 * SAMPLES], swapped[2 * SAMPLES], x[SAMPLES];
    mix(x, SAMPLES);
    for (int64_t t = 0; t < SAMPLES; t++) {
        stereo[2 * t]      = x[t];
        stereo[2 * t + 1]  = 0.5 * x[(t + 77) % SAMPLES];
        swapped[2 * t]     = stereo[2 * t + 1];
        swapped[2 * t + 1] = stereo[2 * t];
    }
    for (int i = 0; i < RECIPES_COUNT; i++) {
        check_sum(&RECIPES[i], stereo, SAMPLES, 2);
        struct result a = separate(&RECIPES[i], stereo, SAMPLES, 2),
                      b = separate(&RECIPES[i], swapped, SAMPLES, 2);
        for (int64_t j = 0; j < a.sources * SAMPLES; j++)
            for (int c = 0; c < 2; c++)
                assert_true(fabs(a.values[2 * j + c] - b.values[2 * j + 1 - c]) < 1e-6);
        free(a.values), free(b.values);
    }
    for (int64_t t = 0; t < SAMPLES; t++)
        stereo[2 * t + 1] = 0;
    check_sum(&RECIPES[0], stereo, SAMPLES, 2);
    for (int64_t t = 0; t < SAMPLES; t++)
        stereo[2 * t + 1] = -stereo[2 * t];
    check_sum(&RECIPES[3], stereo, SAMPLES, 2);
}

static double energy(const double *x, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sum;
}

/* Trained sources find their own parts of the mixture. */
static void test_separation_separates(void **state)
{
    (void)state;
    static const double BOUNDS[] = {15, 4}; /* 11.8 dB with kl, 6 dB with is */
    static double       own[2][SAMPLES], x[SAMPLES], left[SAMPLES];
    tones(own[0], SAMPLES, 220, 1100, 0.3);
    noise(own[1], SAMPLES, 6, 500, 0.3);
    for (int64_t i = 0; i < SAMPLES; i++)
        x[i] = own[0][i] + own[1][i];
    for (int i = 0; i < 2; i++) {
        struct result r = separate(&RECIPES[i], x, SAMPLES, 1);
        assert_string_equal(r.names[0], "tones");
        assert_string_equal(r.names[1], "noise");
        for (int j = 0; j < 2; j++) {
            for (int64_t t = 0; t < SAMPLES; t++)
                left[t] = own[j][t] - r.values[j * SAMPLES + t];
            assert_true(energy(own[j], SAMPLES) > BOUNDS[i] * energy(left, SAMPLES));
        }
        free(r.values);
    }
}

/* Learned columns stay bit for bit beside free ones. */
static void test_separation_keeps_learned_columns(void **state)
{
    (void)state;
    double            x[SAMPLES];
    inshi_options     fit;
    inshi_context    *context = open_context();
    inshi_separation *s       = prepare(context, &RECIPES[3], &fit);
    const inshi_sound sound   = sound_of(x, SAMPLES, 1);
    inshi_matrix      w       = inshi_separation_basis(s);
    const size_t      bytes   = (size_t)(w.rows * 3) * sizeof(double);
    double           *before  = malloc(bytes);
    mix(x, SAMPLES);
    memcpy(before, w.data, bytes);
    assert_int_equal(inshi_separation_learn(s, &sound, NULL), INSHI_OK);
    w = inshi_separation_basis(s);
    assert_int_equal(w.columns, 6);
    assert_memory_equal(before, w.data, bytes);
    for (int64_t j = 0; j < w.columns; j++) {
        double sum = 0;
        for (int64_t b = 0; b < w.rows; b++)
            sum += ((double *)w.data)[j * w.rows + b];
        assert_true(fabs(sum - 1) < 1e-12);
    }
    free(before);
    inshi_separation_destroy(s);
    inshi_context_destroy(context);
}

static void says(inshi_context *context, const char *part)
{
    if (!strstr(inshi_context_message(context), part))
        print_error("\"%s\" lacks \"%s\"\n", inshi_context_message(context), part);
    assert_non_null(strstr(inshi_context_message(context), part));
}

static void test_separation_bases_in_files(void **state)
{
    (void)state;
    double            x[SAMPLES];
    char              path[512];
    inshi_options     fit;
    inshi_context    *context = open_context();
    inshi_separation *first   = prepare(context, &RECIPES[0], &fit), *second, *other;
    const char       *folder  = temporary_folder();
    mix(x, SAMPLES);
    snprintf(path, sizeof path, "%s/two.basis", folder);
    assert_int_equal(inshi_separation_save(first, path), INSHI_OK);
    struct recipe none = RECIPES[0];
    none.trained       = 0;
    second             = prepare(context, &none, &fit);
    assert_int_equal(inshi_separation_load(second, "noise", path), INSHI_OK);
    assert_int_equal(inshi_separation_load(second, "tones", path), INSHI_OK);
    const inshi_matrix a = inshi_separation_basis(first), b = inshi_separation_basis(second);
    const size_t       half = (size_t)(a.rows * 3) * sizeof(double);
    assert_memory_equal((char *)a.data + half, b.data, half); /* noise came first here */
    assert_memory_equal(a.data, (char *)b.data + half, half);
    assert_int_equal(inshi_separation_load(second, "flute", path), INSHI_ERR_DATA);
    says(context, "no source \"flute\"");
    says(context, "tones, noise");
    assert_int_equal(inshi_separation_load(second, "noise", path), INSHI_ERR_ARGUMENT);
    none.loss = "is";
    other     = prepare(context, &none, &fit);
    assert_int_equal(inshi_separation_load(other, "noise", path), INSHI_ERR_DATA);
    says(context, "--power 1");
    inshi_separation_destroy(other);
    none.loss = "eu";
    other     = prepare(context, &none, &fit);
    assert_int_equal(inshi_separation_load(other, "noise", path), INSHI_ERR_DATA);
    says(context, "--loss kl");
    inshi_separation_destroy(other);
    inshi_separation_destroy(second);
    inshi_separation_destroy(first);
    remove_folder(folder);
    inshi_context_destroy(context);
}

/* No byte of a basis file can change, and none be missing, without notice. */
static void test_separation_damaged_bases(void **state)
{
    (void)state;
    static char       bytes[1 << 16];
    char              path[512];
    inshi_options     fit;
    inshi_context    *context = open_context();
    struct recipe     none    = RECIPES[0];
    inshi_separation *s       = prepare(context, &RECIPES[0], &fit);
    const char       *folder  = temporary_folder();
    snprintf(path, sizeof path, "%s/two.basis", folder);
    assert_int_equal(inshi_separation_save(s, path), INSHI_OK);
    inshi_separation_destroy(s);
    FILE        *file  = fopen(path, "rb");
    const size_t count = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    none.trained = 0;
    s            = prepare(context, &none, &fit);
    for (size_t i = 0; i < count; i += i < 400 ? 1 : 97) {
        bytes[i] ^= 16;
        assert_int_equal(inshi_file_write(context, path, bytes, count), INSHI_OK);
        const inshi_status status = inshi_separation_load(s, "tones", path);
        assert_true(status == INSHI_ERR_DATA || status == INSHI_ERR_UNSUPPORTED);
        bytes[i] ^= 16;
        assert_int_equal(inshi_file_write(context, path, bytes, i), INSHI_OK);
        assert_int_equal(inshi_separation_load(s, "tones", path), INSHI_ERR_DATA);
    }
    assert_int_equal(inshi_separation_count(s), 0);
    inshi_separation_destroy(s);
    remove_folder(folder);
    inshi_context_destroy(context);
}

/* Two tones that never sound together, four components: pairs of one tone come together. */
static void test_separation_groups(void **state)
{
    (void)state;
    double x[SAMPLES], other[SAMPLES];
    tones(x, SAMPLES, 220, 1000, 0.3);
    tones(other, SAMPLES, 1300, 1000, 0.3);
    for (int64_t i = 0; i < SAMPLES; i++)
        x[i] = (i / 1000) % 2 ? x[i] : other[i] * 10;
    const struct recipe recipe = {.loss = "kl", .dtype = INSHI_DTYPE_F8, .free = 4, .groups = 2};
    struct result       r      = separate(&recipe, x, SAMPLES, 1);
    assert_int_equal(r.sources, 2);
    assert_string_equal(r.names[0], "source1");
    const int low  = energy(r.values + 1000, 1000) > energy(r.values + SAMPLES + 1000, 1000) ? 0 : 1;
    double    mine = 0, theirs = 0;
    for (int64_t from = 1000; from < SAMPLES; from += 2000) {
        mine += energy(r.values + low * SAMPLES + from, 1000);
        theirs += energy(r.values + (1 - low) * SAMPLES + from, 1000);
    }
    assert_true(mine > 30 * theirs);
    free(r.values);
}

static void test_separation_refusals(void **state)
{
    (void)state;
    double            x[SAMPLES] = {0};
    inshi_options     fit;
    inshi_context    *context = open_context();
    inshi_separation *s       = prepare(context, &RECIPES[5], &fit);
    inshi_sound       sound   = sound_of(x, SAMPLES, 1);
    assert_int_equal(inshi_separation_train(s, "silent", &sound, 3), INSHI_ERR_DATA);
    says(context, "silent");
    x[17] = NAN;
    assert_int_equal(inshi_separation_learn(s, &sound, NULL), INSHI_ERR_DATA);
    says(context, "sample 17");
    x[17] = 0.5;
    assert_int_equal(inshi_separation_group(s, 2), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_separation_learn(s, &sound, NULL), INSHI_OK);
    assert_int_equal(inshi_separation_group(s, 7), INSHI_ERR_ARGUMENT);
    says(context, "6 components");
    sound.rate = 44100;
    assert_int_equal(inshi_separation_learn(s, &sound, NULL), INSHI_ERR_DATA);
    says(context, "44100");
    sound.rate    = RATE;
    sound.samples = 0;
    assert_int_equal(inshi_separation_learn(s, &sound, NULL), INSHI_ERR_DATA);
    says(context, "empty");
    assert_int_equal(inshi_separation_add(s, "rest", 2), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_separation_add(s, "more", 0), INSHI_ERR_ARGUMENT);
    inshi_separation_destroy(s);
    inshi_separation_options o;
    inshi_separation_defaults(&o);
    o.smooth = 1;
    fit.loss = "eu";
    o.fit    = &fit;
    assert_int_equal(inshi_separation_create(context, &o, &s), INSHI_ERR_UNSUPPORTED);
    assert_null(s);
    o.smooth     = 0;
    o.mask_power = -1;
    assert_int_equal(inshi_separation_create(context, &o, &s), INSHI_ERR_ARGUMENT);
    inshi_context_destroy(context);
}

/* A separation of free and learned columns, with every allocation failing once. */
static inshi_status whole(const inshi_allocator *allocator, void *user)
{
    static double     values[MOST_SOURCES * 600];
    inshi_context    *context = NULL;
    inshi_separation *s       = NULL;
    inshi_options     fit;
    struct result     r      = {.samples = 600, .channels = 1, .values = values};
    inshi_status      status = inshi_context_create(allocator, &context);
    if (status)
        return status;
    const inshi_sound           sound = sound_of(user, 600, 1);
    const inshi_separation_sink sink  = {keep, NULL, &r};
    inshi_separation_options    o;
    inshi_options_default(&fit);
    fit.loss       = "kl";
    fit.iterations = 3;
    inshi_separation_defaults(&o);
    o.stft.length = 64;
    o.fit         = &fit;
    inshi_context_set_threads(context, 1);
    status = inshi_separation_create(context, &o, &s);
    if (!status)
        status = inshi_separation_train(s, "one", &sound, 2);
    if (!status)
        status = inshi_separation_add(s, "rest", 2);
    if (!status)
        status = inshi_separation_learn(s, &sound, NULL);
    if (!status)
        status = inshi_separation_apply(s, &sound, &sink, NULL);
    inshi_separation_destroy(s);
    inshi_context_destroy(context);
    return status;
}

static void test_separation_allocations(void **state)
{
    (void)state;
    double x[600];
    mix(x, 600);
    check_every_allocation(whole, x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_separation_adds_up_to_the_mixture),
        cmocka_unit_test(test_separation_of_few_samples),
        cmocka_unit_test(test_separation_blocks_and_threads),
        cmocka_unit_test(test_separation_gain),
        cmocka_unit_test(test_separation_channels),
        cmocka_unit_test(test_separation_separates),
        cmocka_unit_test(test_separation_keeps_learned_columns),
        cmocka_unit_test(test_separation_bases_in_files),
        cmocka_unit_test(test_separation_damaged_bases),
        cmocka_unit_test(test_separation_groups),
        cmocka_unit_test(test_separation_refusals),
        cmocka_unit_test(test_separation_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
