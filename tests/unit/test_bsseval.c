/* test_bsseval.c -- scores of separated sources: closed forms, pairing, silence, scale, threads, refusals. */
#include "support/support.h"

#include <math.h>
#include "audio/assignment.h"
#include "audio/toeplitz.h"
#include "base/random.h"

enum { SAMPLES = 6000 };

/* Two references that are single clicks, whose delays 0 ... 511 do not meet: references[0] at 100, [1] at 2000. What an
 * estimate has in 100 ... 611 is the first source's, in 2000 ... 2511 the second's, elsewhere artifact. */
static void clicks(double *references)
{
    memset(references, 0, 2 * SAMPLES * sizeof *references);
    references[100]            = 0.5;
    references[SAMPLES + 2000] = -2;
}

static inshi_status evaluate(inshi_context *context, double *references, double *estimates, int64_t sources,
                             inshi_bss_score *scores)
{
    return inshi_bss_eval(context, inshi_matrix_c(references, INSHI_DTYPE_F8, sources, SAMPLES),
                          inshi_matrix_c(estimates, INSHI_DTYPE_F8, sources, SAMPLES), NULL, scores);
}

static double db(double good, double bad)
{
    return 10 * log10(good / bad);
}

static void assert_close(double value, double truth)
{
    if (!(fabs(value - truth) <= 1e-9))
        fail_msg("%.15g, and the truth is %.15g", value, truth);
}

static void fill_clicks(double *references, double *estimates)
{
    clicks(references);
    memset(estimates, 0, 2 * SAMPLES * sizeof *estimates);
    double *first = estimates + SAMPLES, *second = estimates; /* exchanged */
    first[100]   = 3;
    first[611]   = 1;
    first[2005]  = 0.5;
    first[612]   = 0.25; /* just behind the filter's reach */
    second[2000] = 1;
    second[99]   = 0.1; /* just before it */
    second[130]  = 0.2;
}

static void test_bss_eval_is_its_closed_form(void **state)
{
    (void)state;
    inshi_context  *context    = open_context();
    double         *references = malloc(2 * SAMPLES * 8), *estimates = malloc(2 * SAMPLES * 8);
    inshi_bss_score scores[2];
    fill_clicks(references, estimates);
    assert_int_equal(evaluate(context, references, estimates, 2, scores), INSHI_OK);
    assert_int_equal(scores[0].estimate, 1);
    assert_close(scores[0].sdr, db(10, 0.25 + 0.0625));
    assert_close(scores[0].sir, db(10, 0.25));
    assert_close(scores[0].sar, db(10.25, 0.0625));
    assert_close(scores[0].si_sdr, db(9, 1 + 0.25 + 0.0625));
    assert_int_equal(scores[1].estimate, 0);
    assert_close(scores[1].sdr, db(1, 0.01 + 0.04));
    assert_close(scores[1].sir, db(1, 0.04));
    assert_close(scores[1].sar, db(1.04, 0.01));
    assert_close(scores[1].si_sdr, db(1, 0.01 + 0.04));
    free(references), free(estimates);
    inshi_context_destroy(context);
}

/* Taps 1: only scale is forgiven, so that SDR is SI-SDR; 613 taps reach one sample further. keep_order pairs as given. */
static void test_bss_eval_options(void **state)
{
    (void)state;
    inshi_context    *context    = open_context();
    inshi_bss_options options    = {.size = sizeof options, .taps = 1};
    double           *references = malloc(2 * SAMPLES * 8), *estimates = malloc(2 * SAMPLES * 8);
    inshi_bss_score   scores[2];
    fill_clicks(references, estimates);
    const inshi_matrix r = inshi_matrix_c(references, INSHI_DTYPE_F8, 2, SAMPLES);
    const inshi_matrix e = inshi_matrix_c(estimates, INSHI_DTYPE_F8, 2, SAMPLES);
    assert_int_equal(inshi_bss_eval(context, r, e, &options, scores), INSHI_OK);
    assert_close(scores[0].sdr, scores[0].si_sdr);
    options.taps = 513;
    assert_int_equal(inshi_bss_eval(context, r, e, &options, scores), INSHI_OK);
    assert_close(scores[0].sdr, db(10.0625, 0.25));
    options = (inshi_bss_options){.size = sizeof options, .keep_order = 1};
    assert_int_equal(inshi_bss_eval(context, r, e, &options, scores), INSHI_OK);
    assert_int_equal(scores[0].estimate, 0);
    assert_close(scores[0].sdr, db(0.04, 1 + 0.01));
    free(references), free(estimates);
    inshi_context_destroy(context);
}

static void fill_mixed(double *references, double *estimates, int64_t sources, double gain)
{
    for (int64_t t = 0; t < SAMPLES; t++)
        for (int64_t i = 0; i < sources; i++)
            references[i * SAMPLES + t] = random_uniform(1, 3, i, t) - 0.5;
    for (int64_t t = 0; t < SAMPLES; t++)
        for (int64_t i = 0; i < sources; i++)
            estimates[i * SAMPLES + t] =
                gain * (references[(i + 1) % sources * SAMPLES + t] + 0.2 * references[i * SAMPLES + t] +
                        0.1 * (random_uniform(1, 4, i, t) - 0.5));
}

static void test_bss_eval_does_not_depend_on_scale_strides_threads(void **state)
{
    (void)state;
    enum { SOURCES = 3 };
    static const int64_t THREADS[] = {1, 2, 3, 7};
    static const double  GAINS[]   = {1, 0x1p-900, 0x1p900, 1e-4, 1e4};
    inshi_context       *context   = open_context();
    double         *references = malloc(SOURCES * SAMPLES * 8), *estimates = malloc(SOURCES * SAMPLES * 8);
    double         *columns = malloc(SOURCES * SAMPLES * 8);
    inshi_bss_score first[SOURCES], scores[SOURCES];
    fill_mixed(references, estimates, SOURCES, 1);
    assert_int_equal(evaluate(context, references, estimates, SOURCES, first), INSHI_OK);
    assert_int_equal(first[0].estimate, 2);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(inshi_context_set_threads(context, THREADS[i]), INSHI_OK);
        assert_int_equal(evaluate(context, references, estimates, SOURCES, scores), INSHI_OK);
        assert_memory_equal(scores, first, sizeof first);
    }
    for (int i = 0; i < 5; i++) {
        fill_mixed(references, estimates, SOURCES, GAINS[i]);
        assert_int_equal(evaluate(context, references, estimates, SOURCES, scores), INSHI_OK);
        for (int j = 0; j < SOURCES; j++) {
            assert_close(scores[j].sdr, first[j].sdr);
            assert_close(scores[j].si_sdr, first[j].si_sdr);
        }
    }
    fill_mixed(references, estimates, SOURCES, 1);
    for (int64_t i = 0; i < SOURCES * SAMPLES; i++)
        columns[i % SAMPLES * SOURCES + i / SAMPLES] = references[i];
    assert_int_equal(inshi_bss_eval(context, inshi_matrix_fortran(columns, INSHI_DTYPE_F8, SOURCES, SAMPLES),
                                    inshi_matrix_c(estimates, INSHI_DTYPE_F8, SOURCES, SAMPLES), NULL,
                                    scores),
                     INSHI_OK);
    assert_memory_equal(scores, first, sizeof first);
    free(references), free(estimates), free(columns);
    inshi_context_destroy(context);
}

struct heard {
    int  count;
    char last[200];
};

static void hear(void *user, const char *sentence)
{
    struct heard *heard = user;
    heard->count++;
    snprintf(heard->last, sizeof heard->last, "%s", sentence);
}

static void test_bss_eval_of_silence_is_nan_with_a_sentence(void **state)
{
    (void)state;
    inshi_context  *context    = open_context();
    struct heard    heard      = {0};
    double         *references = malloc(3 * SAMPLES * 8), *estimates = malloc(3 * SAMPLES * 8);
    inshi_bss_score pair[2], scores[3];
    fill_mixed(references, estimates, 2, 1);
    assert_int_equal(evaluate(context, references, estimates, 2, pair), INSHI_OK);
    memset(references + 2 * SAMPLES, 0, SAMPLES * 8);
    memcpy(estimates + 2 * SAMPLES, references, SAMPLES * 8);
    estimates[2 * SAMPLES] += 1;
    inshi_context_set_warning(context, hear, &heard);
    assert_int_equal(evaluate(context, references, estimates, 3, scores), INSHI_OK);
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last,
                        "reference 3 is silent: its SDR, SIR, SAR and SI-SDR are not defined (NaN)");
    assert_true(isnan(scores[2].sdr) && isnan(scores[2].sir) && isnan(scores[2].sar) &&
                isnan(scores[2].si_sdr));
    assert_close(scores[1].sdr, pair[1].sdr); /* a silent reference explains nothing of others */
    memset(estimates, 0, SAMPLES * 8);
    assert_int_equal(evaluate(context, references, estimates, 2, scores), INSHI_OK);
    assert_string_equal(heard.last,
                        "estimate 1 is silent: its SDR, SIR, SAR and SI-SDR are not defined (NaN)");
    free(references), free(estimates);
    inshi_context_destroy(context);
}

static void test_bss_eval_of_one_source_and_of_a_copy(void **state)
{
    (void)state;
    inshi_context  *context    = open_context();
    double         *references = malloc(2 * SAMPLES * 8), *estimates = malloc(2 * SAMPLES * 8);
    inshi_bss_score score[2];
    fill_mixed(references, estimates, 1, 1);
    assert_int_equal(evaluate(context, references, estimates, 1, score), INSHI_OK);
    assert_true(isinf(score[0].sir) && score[0].sir > 0);
    assert_close(score[0].sdr, score[0].sar);
    for (int64_t t = 0; t < SAMPLES; t++)
        estimates[t] = 0.25 * references[t];
    assert_int_equal(evaluate(context, references, estimates, 1, score), INSHI_OK);
    assert_true(score[0].sdr > 200);
    assert_true(isinf(score[0].si_sdr) || score[0].si_sdr > 200);
    memcpy(references + SAMPLES, references, SAMPLES * 8); /* the same reference twice: a singular system */
    memcpy(estimates + SAMPLES, references, SAMPLES * 8);
    estimates[7] += 1;
    assert_int_equal(evaluate(context, references, estimates, 2, score), INSHI_OK);
    assert_true(isfinite(score[0].sdr) && isfinite(score[1].sar));
    free(references), free(estimates);
    inshi_context_destroy(context);
}

static void test_bss_eval_refuses_with_a_sentence(void **state)
{
    (void)state;
    inshi_context    *context = open_context();
    double            x[40]   = {1, 2, 3, 4, 5, 6, 7, 8};
    inshi_bss_score   scores[21];
    inshi_bss_options options = {0};
    inshi_matrix a = inshi_matrix_c(x, INSHI_DTYPE_F8, 2, 4), b = inshi_matrix_c(x, INSHI_DTYPE_F8, 2, 3);
    assert_int_equal(inshi_bss_eval(NULL, a, a, NULL, scores), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_bss_eval(context, a, a, NULL, NULL), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_bss_eval(context, a, b, NULL, scores), INSHI_ERR_SHAPE);
    assert_non_null(strstr(inshi_context_message(context), "2 references of 4 samples and 2 estimates of 3"));
    assert_int_equal(inshi_bss_eval(context, a, a, &options, scores), INSHI_ERR_ARGUMENT);
    options = (inshi_bss_options){.size = sizeof options, .taps = 8193};
    assert_int_equal(inshi_bss_eval(context, a, a, &options, scores), INSHI_ERR_ARGUMENT);
    b = inshi_matrix_c(x, INSHI_DTYPE_F8, 2, 0);
    assert_int_equal(inshi_bss_eval(context, b, b, NULL, scores), INSHI_ERR_SHAPE);
    b = inshi_matrix_c(x, INSHI_DTYPE_F8, 21, 1);
    assert_int_equal(inshi_bss_eval(context, b, b, NULL, scores), INSHI_ERR_ARGUMENT);
    b = inshi_matrix_c(x, INSHI_DTYPE_I4, 2, 4);
    assert_int_equal(inshi_bss_eval(context, a, b, NULL, scores), INSHI_ERR_ARGUMENT);
    b = inshi_matrix_c(NULL, INSHI_DTYPE_F8, 2, 4);
    assert_int_equal(inshi_bss_eval(context, b, a, NULL, scores), INSHI_ERR_ARGUMENT);
    b.layout = INSHI_LAYOUT_CSR;
    assert_int_equal(inshi_bss_eval(context, b, a, NULL, scores), INSHI_ERR_UNSUPPORTED);
    x[5] = NAN;
    assert_int_equal(inshi_bss_eval(context, a, a, NULL, scores), INSHI_ERR_DATA);
    assert_non_null(strstr(inshi_context_message(context), "reference 2, sample 1 is nan"));
    inshi_context_destroy(context);
}

static inshi_status evaluate_with(const inshi_allocator *allocator, void *user)
{
    inshi_bss_options options = {.size = sizeof options, .taps = 5};
    inshi_context    *context;
    inshi_bss_score   scores[2];
    inshi_status      status = inshi_context_create(allocator, &context);
    if (!status)
        status = inshi_context_set_threads(context, 1); /* without memory for threads it goes on alone */
    if (!status)
        status = inshi_bss_eval(context, inshi_matrix_c(user, INSHI_DTYPE_F8, 2, 50),
                                inshi_matrix_c(user, INSHI_DTYPE_F8, 2, 50), &options, scores);
    inshi_context_destroy(context);
    return status;
}

static void test_bss_eval_survives_every_failing_allocation(void **state)
{
    (void)state;
    double x[100];
    for (int i = 0; i < 100; i++)
        x[i] = random_uniform(1, 1, i, 0);
    check_every_allocation(evaluate_with, x);
}

/* Every permutation of up to 5 against the one found; ties give the first. */
static double search(int64_t count, const double *gain, int64_t row, int64_t taken)
{
    double best = row < count ? -HUGE_VAL : 0;
    for (int64_t c = 0; c < count && row < count; c++)
        if (!(taken >> c & 1))
            best = fmax(best, gain[row * count + c] + search(count, gain, row + 1, taken | (int64_t)1 << c));
    return best;
}

static void test_assignment_is_the_best_permutation(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    for (int64_t count = 1; count <= 5; count++)
        for (uint64_t seed = 0; seed < 50; seed++) {
            double  gain[25], sum    = 0;
            int64_t chosen[5], taken = 0;
            for (int64_t i = 0; i < count * count; i++)
                gain[i] = floor(8 * random_uniform(seed, 9, i, count));
            assert_int_equal(assignment_find(context, count, gain, chosen), INSHI_OK);
            for (int64_t i = 0; i < count; i++) {
                sum += gain[i * count + chosen[i]];
                taken |= (int64_t)1 << chosen[i];
            }
            assert_int_equal(taken, ((int64_t)1 << count) - 1);
            assert_true(sum == search(count, gain, 0, 0));
        }
    const double same[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, endless[4] = {0, HUGE_VAL, HUGE_VAL, 5};
    int64_t      chosen[3];
    assert_int_equal(assignment_find(context, 3, same, chosen), INSHI_OK);
    assert_true(chosen[0] == 0 && chosen[1] == 1 && chosen[2] == 2);
    assert_int_equal(assignment_find(context, 2, endless, chosen), INSHI_OK);
    assert_true(chosen[0] == 1 && chosen[1] == 0);
    inshi_context_destroy(context);
}

/* G c = d by the entries of G, for signals that are noise; and a singular G, whose diagonal is loaded. */
static void test_toeplitz_solves_its_system(void **state)
{
    (void)state;
    enum { N = 3, TAPS = 7, LONG = 60 };
    inshi_context  *context = open_context();
    struct toeplitz system;
    double          x[N][LONG + TAPS] = {{0}}, r[N * N * TAPS] = {0}, d[N * TAPS], c[N * TAPS];
    for (int same = 0; same < 2; same++) {
        for (int i = 0; i < N; i++)
            for (int t = 0; t < LONG; t++)
                x[i][t] = random_uniform(3, 3, same && i == 2 ? 0 : i, t) - 0.5;
        memset(r, 0, sizeof r);
        for (int i = 0; i < N; i++)
            for (int k = 0; k < N; k++)
                for (int lag = 0; lag < TAPS; lag++)
                    for (int t = 0; t < LONG; t++)
                        r[(i * N + k) * TAPS + lag] += x[i][t + lag] * x[k][t];
        assert_int_equal(toeplitz_make(context, N, TAPS, &system), INSHI_OK);
        toeplitz_factorize(&system, r);
        for (int i = 0; i < N * TAPS; i++)
            d[i] = same && i >= 2 * TAPS ? d[i - 2 * TAPS] : random_uniform(4, 4, i, 0);
        toeplitz_solve(&system, d, c);
        double energy = 0;
        for (int i = 0; i < N; i++)
            for (int s = 0; s < TAPS; s++) {
                double sum = 0;
                for (int k = 0; k < N; k++)
                    for (int t = 0; t < TAPS; t++)
                        sum += (t >= s ? r[(i * N + k) * TAPS + t - s] : r[(k * N + i) * TAPS + s - t]) *
                               c[k * TAPS + t];
                assert_true(fabs(sum - d[i * TAPS + s]) < (same ? 1e-7 : 1e-13));
                energy += c[i * TAPS + s] * sum;
            }
        assert_true(fabs(toeplitz_energy(&system, c) / energy - 1) < 1e-10);
        assert_true(same ? system.load > 0 && system.load < 1e-10 : system.load == 0);
        toeplitz_free(context, &system);
    }
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bss_eval_is_its_closed_form),
        cmocka_unit_test(test_bss_eval_options),
        cmocka_unit_test(test_bss_eval_does_not_depend_on_scale_strides_threads),
        cmocka_unit_test(test_bss_eval_of_silence_is_nan_with_a_sentence),
        cmocka_unit_test(test_bss_eval_of_one_source_and_of_a_copy),
        cmocka_unit_test(test_bss_eval_refuses_with_a_sentence),
        cmocka_unit_test(test_bss_eval_survives_every_failing_allocation),
        cmocka_unit_test(test_assignment_is_the_best_permutation),
        cmocka_unit_test(test_toeplitz_solves_its_system)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
