/* test_stft.c -- frames as defined, an exact inverse for any window, hop and length, the same bits for every cut. */
#include "support/support.h"

#include <math.h>
#include "audio/stft.h"
#include "base/random.h"

static const char *const WINDOWS[] = {"hann", "hamming", "sqrthann"};

static inshi_stft_options options_of(int64_t length, int64_t hop, const char *window)
{
    return (inshi_stft_options){
        .size = sizeof(inshi_stft_options), .length = length, .hop = hop, .window = window};
}

static void fill_noise(double *x, float *xf, int64_t n, uint64_t seed)
{
    for (int64_t i = 0; i < n; i++)
        xf[i] = (float)(x[i] = 2 * random_uniform(seed, 2, i, n) - 1);
}

/* The largest error of the round trip of noise, double and float. */
static void round_trip(inshi_context *context, inshi_stft_options options, int64_t n, double worst[2])
{
    int64_t bins, frames;
    assert_int_equal(inshi_stft_shape(context, &options, n, &bins, &frames), INSHI_OK);
    const size_t numbers = 2 * (size_t)(bins * frames);
    double      *x = malloc((size_t)n * 8), *y = malloc((size_t)n * 8), *s = malloc(numbers * 8);
    float       *xf = malloc((size_t)n * 4), *yf = malloc((size_t)n * 4), *sf = malloc(numbers * 4);
    fill_noise(x, xf, n, (uint64_t)options.length);
    assert_int_equal(inshi_stft(context, &options, x, n, INSHI_DTYPE_F8, s), INSHI_OK);
    assert_int_equal(inshi_stft_inverse(context, &options, s, n, INSHI_DTYPE_F8, y), INSHI_OK);
    assert_int_equal(inshi_stft(context, &options, xf, n, INSHI_DTYPE_F4, sf), INSHI_OK);
    assert_int_equal(inshi_stft_inverse(context, &options, sf, n, INSHI_DTYPE_F4, yf), INSHI_OK);
    for (int64_t i = 0; i < n; i++) {
        worst[0] = fmax(worst[0], fabs(x[i] - y[i]));
        worst[1] = fmax(worst[1], fabs((double)xf[i] - (double)yf[i]));
    }
    free(x), free(y), free(s), free(xf), free(yf), free(sf);
}

static void test_stft_inverse_is_exact(void **state)
{
    (void)state;
    static const int64_t LENGTHS[] = {2, 8, 17, 100, 441, 512, 1009, 1764, 2048};
    static const int64_t SAMPLES[] = {1, 2, 3, 7, 8, 64, 255, 1008, 1009, 1010, 2047, 2049, 3527, 4999, 5000};
    inshi_context       *context   = open_context();
    double               worst[2]  = {0, 0};
    for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++)
        for (int64_t part = 2; part <= 8 && part <= LENGTHS[i]; part *= 2)
            for (int w = 0; w < 3; w++)
                for (size_t j = 0; j < sizeof SAMPLES / sizeof *SAMPLES; j++)
                    round_trip(context, options_of(LENGTHS[i], LENGTHS[i] / part, WINDOWS[w]), SAMPLES[j],
                               worst);
    round_trip(context, options_of(2000, 1, "hann"), 1000, worst); /* a sample in 2000 frames */
    for (int64_t hop = 1; hop <= 33; hop++)                        /* any hop */
        round_trip(context, options_of(50, hop, "hann"), 300, worst);
    inshi_stft_options padded = options_of(100, 30, "hann");
    padded.fft                = 256;
    round_trip(context, padded, 700, worst);
    assert_true(worst[0] <= 1e-12 && worst[0] > 0);
    assert_true(worst[1] <= 1e-6 && worst[1] > 1e-9);
    inshi_context_destroy(context);
}

/* Frame t is sum_i window[i] x[t hop - (length - hop) + i] exp(-2 pi i i b / fft). */
static void test_stft_frames_are_as_defined(void **state)
{
    (void)state;
    enum { N = 41, LENGTH = 12, HOP = 5, FFT = 15 };
    inshi_context     *context = open_context();
    inshi_stft_options options = options_of(LENGTH, HOP, "hann");
    options.fft                = FFT;
    int64_t bins, frames;
    double  x[N], s[2 * 8 * 20];
    float   unused[N];
    fill_noise(x, unused, N, 3);
    assert_int_equal(inshi_stft_shape(context, &options, N, &bins, &frames), INSHI_OK);
    assert_int_equal(bins, 8);
    assert_int_equal(frames, 10); /* the last sample, 40, is reached by frames that begin at 40 or before */
    assert_int_equal(inshi_stft(context, &options, x, N, INSHI_DTYPE_F8, s), INSHI_OK);
    for (int64_t t = 0; t < frames; t++)
        for (int64_t b = 0; b < bins; b++) {
            double re = 0, im = 0;
            for (int i = 0; i < LENGTH; i++) {
                const int64_t at = t * HOP - (LENGTH - HOP) + i;
                const double  v  = at >= 0 && at < N ? x[at] * (0.5 - 0.5 * cos(2 * M_PI * i / LENGTH)) : 0;
                re += v * cos(2 * M_PI * i * (double)b / FFT);
                im -= v * sin(2 * M_PI * i * (double)b / FFT);
            }
            assert_true(fabs(re - s[2 * (t * bins + b)]) < 1e-13 &&
                        fabs(im - s[2 * (t * bins + b) + 1]) < 1e-13);
        }
    inshi_context_destroy(context);
}

static void test_stft_defaults(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    int64_t        bins, frames;
    assert_int_equal(inshi_stft_shape(context, NULL, 0, &bins, &frames), INSHI_OK);
    assert_int_equal(bins, 1025);
    assert_int_equal(frames, 0);
    assert_int_equal(inshi_stft(context, NULL, NULL, 0, INSHI_DTYPE_F4, NULL), INSHI_OK);
    assert_int_equal(inshi_stft_inverse(context, NULL, NULL, 0, INSHI_DTYPE_F4, NULL), INSHI_OK);
    assert_int_equal(inshi_stft_shape(context, NULL, 512, &bins, &frames), INSHI_OK);
    assert_int_equal(frames, 4);
    assert_int_equal(inshi_stft_shape(context, NULL, 513, &bins, &frames), INSHI_OK);
    assert_int_equal(frames, 5);
    inshi_context_destroy(context);
}

static void test_stft_has_the_same_bits_for_any_threads(void **state)
{
    (void)state;
    enum { N = 30011 };
    static const int64_t     THREADS[] = {1, 2, 3, 7};
    const inshi_stft_options options   = options_of(441, 100, "sqrthann");
    inshi_context           *context   = open_context();
    int64_t                  bins, frames;
    assert_int_equal(inshi_stft_shape(context, &options, N, &bins, &frames), INSHI_OK);
    const size_t bytes  = 16 * (size_t)(bins * frames);
    double      *x      = malloc(N * 8), *y[4], *s[4];
    float       *unused = malloc(N * 4);
    fill_noise(x, unused, N, 5);
    for (int i = 0; i < 4; i++) {
        y[i] = malloc(N * 8);
        s[i] = malloc(bytes);
        assert_int_equal(inshi_context_set_threads(context, THREADS[i]), INSHI_OK);
        assert_int_equal(inshi_stft(context, &options, x, N, INSHI_DTYPE_F8, s[i]), INSHI_OK);
        assert_int_equal(inshi_stft_inverse(context, &options, s[i], N, INSHI_DTYPE_F8, y[i]), INSHI_OK);
        assert_memory_equal(s[0], s[i], bytes);
        assert_memory_equal(y[0], y[i], N * 8);
    }
    for (int i = 0; i < 4; i++)
        free(y[i]), free(s[i]);
    free(x), free(unused);
    inshi_context_destroy(context);
}

/* A signal in blocks: frames from the piece that they read, samples from the frames that reach them. */
static void test_stft_has_the_same_bits_for_any_blocks(void **state)
{
    (void)state;
    enum { N = 9001, LENGTH = 256, HOP = 96 };
    static const int64_t     BLOCKS[] = {97, 1000, 4500};
    const inshi_stft_options options  = options_of(LENGTH, HOP, "hann");
    inshi_context           *context  = open_context();
    struct stft             *plan;
    float                   *x = malloc(N * 4), *y = malloc(N * 4), *whole = malloc(N * 4);
    double                  *unused = malloc(N * 8);
    fill_noise(unused, x, N, 9);
    assert_int_equal(stft_make(context, &options, INSHI_DTYPE_F4, &plan), INSHI_OK);
    const int64_t frames = stft_frames(plan, N), bins = stft_bins(plan);
    float        *s = malloc((size_t)(bins * frames) * 8), *part = malloc((size_t)(bins * frames) * 8);
    assert_int_equal(stft_forward(context, plan, (struct stft_piece){x, 0, N}, 0, frames, s), INSHI_OK);
    assert_int_equal(stft_inverse(context, plan, (struct stft_spectrum){s, 0}, 0, N, whole), INSHI_OK);
    for (int i = 0; i < 3; i++)
        for (int64_t from = 0; from < N; from += BLOCKS[i]) {
            const int64_t to = from + BLOCKS[i] < N ? from + BLOCKS[i] : N;
            int64_t       first, last, begin, end;
            stft_frames_of(plan, from, to, &first, &last);
            stft_samples_of(plan, first, last, &begin, &end);
            begin                         = begin < 0 ? 0 : begin;
            end                           = end < N ? end : N;
            const struct stft_piece piece = {x + begin, begin, end - begin};
            assert_int_equal(stft_forward(context, plan, piece, first, last, part), INSHI_OK);
            assert_memory_equal(part, s + 2 * bins * first, (size_t)(8 * bins * (last - first)));
            assert_int_equal(
                stft_inverse(context, plan, (struct stft_spectrum){part, first}, from, to, y + from),
                INSHI_OK);
            assert_memory_equal(y + from, whole + from, (size_t)(to - from) * 4);
        }
    stft_free(context, plan);
    free(x), free(y), free(whole), free(unused), free(s), free(part);
    inshi_context_destroy(context);
}

static void check_refused(inshi_context *context, inshi_stft_options options, const char *words)
{
    int64_t      bins, frames;
    double       x[4]   = {1, 2, 3, 4}, s[64];
    inshi_status status = inshi_stft_shape(context, &options, 4, &bins, &frames);
    assert_int_equal(status, INSHI_ERR_ARGUMENT);
    assert_non_null(strstr(inshi_context_message(context), words));
    assert_int_equal(inshi_stft(context, &options, x, 4, INSHI_DTYPE_F8, s), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_stft_inverse(context, &options, s, 4, INSHI_DTYPE_F8, x), INSHI_ERR_ARGUMENT);
}

static void test_stft_refuses_with_a_sentence(void **state)
{
    (void)state;
    inshi_context     *context = open_context();
    inshi_stft_options options = {0};
    int64_t            bins, frames;
    double             x[4] = {0}, s[64];
    check_refused(context, options, "set their size");
    check_refused(context, options_of(-1, 1, "hann"), "the window has -1 samples");
    check_refused(context, options_of((1 << 24) + 1, 1, "hann"), "1 to 16777216");
    check_refused(context, options_of(8, 9, "hann"), "the hop is 9 samples, and must be 1 to the 8");
    check_refused(context, options_of(8, -1, "hann"), "the hop is -1");
    check_refused(context, options_of(8, 8, "hann"), "next to no weight");
    check_refused(context, options_of(1, 1, "hann"), "next to no weight");
    check_refused(context, options_of(8, 2, "triangle"), "no window \"triangle\"");
    options     = options_of(8, 2, "hann");
    options.fft = 7;
    check_refused(context, options, "at least the 8 of the window");
    options.fft = 8;
    assert_int_equal(inshi_stft(context, &options, x, 4, INSHI_DTYPE_I4, s), INSHI_ERR_ARGUMENT);
    assert_non_null(strstr(inshi_context_message(context), "f4 or f8, not i4"));
    assert_int_equal(inshi_stft(context, &options, NULL, 4, INSHI_DTYPE_F8, s), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_stft(context, &options, x, -4, INSHI_DTYPE_F8, s), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_stft_shape(context, &options, 4, NULL, &frames), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_stft_shape(NULL, &options, 4, &bins, &frames), INSHI_ERR_ARGUMENT);
    inshi_context_destroy(context);
}

static inshi_status both_ways(const inshi_allocator *allocator, void *user)
{
    const int64_t            length  = *(const int64_t *)user;
    const inshi_stft_options options = options_of(length, length / 2, "hann");
    inshi_context           *context;
    double                   x[50]  = {1, 2, 3}, s[2 * 60 * 10];
    inshi_status             status = inshi_context_create(allocator, &context);
    if (!status)
        status = inshi_stft(context, &options, x, 50, INSHI_DTYPE_F8, s);
    if (!status)
        status = inshi_stft_inverse(context, &options, s, 50, INSHI_DTYPE_F8, x);
    inshi_context_destroy(context);
    return status;
}

static void test_stft_survives_every_failing_allocation(void **state)
{
    (void)state;
    int64_t mixed = 24, prime = 53;
    check_every_allocation(both_ways, &mixed);
    check_every_allocation(both_ways, &prime);
}

static int stop_at_once(void *user)
{
    (void)user;
    return 1;
}

static void test_stft_can_be_interrupted(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    double         x[100] = {0}, *s = malloc(16 * 1025 * 10);
    inshi_context_set_interrupt(context, stop_at_once, NULL);
    assert_int_equal(inshi_stft(context, NULL, x, 100, INSHI_DTYPE_F8, s), INSHI_ERR_INTERRUPTED);
    free(s);
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stft_inverse_is_exact),
                                       cmocka_unit_test(test_stft_frames_are_as_defined),
                                       cmocka_unit_test(test_stft_defaults),
                                       cmocka_unit_test(test_stft_has_the_same_bits_for_any_threads),
                                       cmocka_unit_test(test_stft_has_the_same_bits_for_any_blocks),
                                       cmocka_unit_test(test_stft_refuses_with_a_sentence),
                                       cmocka_unit_test(test_stft_survives_every_failing_allocation),
                                       cmocka_unit_test(test_stft_can_be_interrupted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
