/* test_stored_weights.c -- sparse X of which only stored entries are observed, with a mask and weights: the fit of the dense X with
 * NaN for what is not observed, whatever the layouts, the threads and what is hidden. */
#include "support/support.h"

#include <math.h>
#include "support/compressed.h"
#include "support/draw.h"
#include "support/sample.h"

static const char *const LOSSES[] = {"eu", "kl", "is", "beta:0.5", "beta:1.5", "beta:3", "beta:-1"};
enum { LOSS_CASES = sizeof LOSSES / sizeof LOSSES[0], M = 60, N = 50, K = 3 };

/* What is given beside X; all of the shape of X or vectors. */
enum { MASK = 1, WEIGHTS = 2, ROWS = 4, COLUMNS = 8, HIDDEN_IS_NAN = 16, NAN_ALONE = 32 };

struct case_data {
    struct sample s;        /* 0 = not stored            */
    inshi_matrix  x, dense; /* compressed; NaN for 0     */
    inshi_matrix  mask, weights, rows, columns;
    inshi_matrix  mask_sparse, weights_sparse;
};

static void make_case(struct case_data *c, inshi_layout layout)
{
    uint64_t seed = 77;
    c->s          = sample_make(M, N, K, INSHI_DTYPE_F8, 5);
    c->mask       = inshi_matrix_c(draw_many(&seed, M * N, 0, 1), INSHI_DTYPE_F8, M, N);
    c->weights    = inshi_matrix_c(draw_many(&seed, M * N, 0, 1), INSHI_DTYPE_F8, M, N);
    c->rows       = inshi_matrix_c(draw_many(&seed, M, 0.5, 2), INSHI_DTYPE_F8, M, 1);
    c->columns    = inshi_matrix_c(draw_many(&seed, N, 0.5, 2), INSHI_DTYPE_F8, 1, N);
    for (int64_t i = 0; i < M; i++)
        for (int64_t j = 0; j < N; j++) {
            entry_set(c->s.x, i, j, draw(&seed) < 0.5 ? 0 : (double)draw_int(&seed, 1, 9));
            entry_set(c->mask, i, j, draw(&seed) < 0.8);
            entry_set(c->weights, i, j, draw(&seed) < 0.1 ? 0 : (double)draw_int(&seed, 1, 12) / 4);
        }
    c->dense = matrix_copy(c->s.x);
    for (int64_t i = 0; i < M * N; i++)
        if (((double *)c->dense.data)[i] == 0)
            ((double *)c->dense.data)[i] = NAN;
    c->x              = compressed_make(c->s.x, layout, INSHI_DTYPE_F8, 4, 0);
    c->mask_sparse    = compressed_make(c->mask, layout, INSHI_DTYPE_U1, 8, 0);
    c->weights_sparse = compressed_make(c->weights, INSHI_LAYOUT_CSC, INSHI_DTYPE_F8, 4, 0);
}

static void free_case(struct case_data *c)
{
    inshi_matrix *const compressed[] = {&c->x, &c->mask_sparse, &c->weights_sparse};
    void *const blocks[] = {c->dense.data, c->mask.data, c->weights.data, c->rows.data, c->columns.data};
    for (int i = 0; i < 3; i++)
        compressed_free(compressed[i]);
    for (int i = 0; i < 5; i++)
        free(blocks[i]);
    sample_free(&c->s);
}

/* Masked entries of the sparse X become something else than numbers; nan_alone: NaN, in the dense X too. */
static void spoil(struct case_data *c, bool nan_alone)
{
    for (int64_t i = 0; nan_alone && i < M * N; i++)
        if (((double *)c->mask.data)[i] == 0)
            ((double *)c->dense.data)[i] = NAN;
    for (int64_t line = 0; line < (c->x.layout == INSHI_LAYOUT_CSR ? M : N); line++)
        for (int32_t at = ((const int32_t *)c->x.pointers)[line];
             at < ((const int32_t *)c->x.pointers)[line + 1]; at++) {
            const int64_t index = ((const int32_t *)c->x.indices)[at];
            const bool    rows  = c->x.layout == INSHI_LAYOUT_CSR;
            if (entry_get(c->mask, rows ? line : index, rows ? index : line) == 0)
                ((double *)c->x.data)[at] = nan_alone || at % 3 == 0 ? NAN : at % 3 == 1 ? -1 : INFINITY;
        }
}

static inshi_options choose(const struct case_data *c, const char *solver, const char *loss, int kind,
                            bool sparse)
{
    inshi_options o;
    inshi_options_default(&o);
    o.solver     = solver;
    o.loss       = loss;
    o.iterations = 50;
    o.tolerance  = 0;
    o.eta        = strcmp(loss, "eu") ? 0.5 : 1e-5;
    o.given_w = o.given_h = 1;
    o.absent              = sparse ? "missing" : "zero";
    o.mask                = !(kind & MASK) ? NULL : sparse ? &c->mask_sparse : &c->mask;
    o.weights             = !(kind & WEIGHTS) ? NULL : sparse ? &c->weights_sparse : &c->weights;
    o.row_weights         = kind & ROWS ? &c->rows : NULL;
    o.column_weights      = kind & COLUMNS ? &c->columns : NULL;
    return o;
}

/* The dense fit, and the same bits from both layouts and any threads. */
static void check_pair(inshi_context *context, const char *solver, const char *loss, int kind)
{
    struct case_data c, turned;
    make_case(&c, INSHI_LAYOUT_CSR);
    make_case(&turned, INSHI_LAYOUT_CSC);
    if (kind & (HIDDEN_IS_NAN | NAN_ALONE)) {
        spoil(&c, kind & NAN_ALONE);
        spoil(&turned, kind & NAN_ALONE);
    }
    const inshi_options dense_options = choose(&c, solver, loss, kind, false),
                        o             = choose(&c, solver, loss, kind, true);
    struct result dense               = result_of(context, &c.s, c.dense, &dense_options),
                  rows                = result_of(context, &c.s, c.x, &o),
                  columns             = result_of(context, &turned.s, turned.x, &o);
    inshi_context_set_threads(context, 3);
    struct result threads   = result_of(context, &c.s, c.x, &o);
    const double  objective = fabs(dense.info.objective / rows.info.objective - 1),
                 error      = fabs(dense.info.relative_error / rows.info.relative_error - 1),
                 w = matrix_distance(dense.w, rows.w), h = matrix_distance(dense.h, rows.h);
    if (!(objective <= 1e-12 && error <= 1e-8 && w <= 1e-8 && h <= 1e-8))
        fail_msg(
            "%s, %s, kind %d: dense and sparse differ: objective %.2g, relative error %.2g, W %.2g, H %.2g",
            solver, loss, kind, objective, error, w, h);
    assert_int_equal(dense.info.observed, rows.info.observed);
    if (!result_same(&rows, &columns) || !result_same(&rows, &threads))
        fail_msg("%s, %s, kind %d: other bits from compressed columns or 3 threads", solver, loss, kind);
    inshi_context_set_threads(context, 1);
    struct result *const all[] = {&dense, &rows, &columns, &threads};
    for (int i = 0; i < 4; i++)
        result_free(all[i]);
    free_case(&c);
    free_case(&turned);
}

static void test_the_fit_of_the_dense_x(void **state)
{
    (void)state;
    static const int kinds[] = {MASK,
                                WEIGHTS,
                                ROWS | COLUMNS,
                                MASK | WEIGHTS | ROWS,
                                MASK | HIDDEN_IS_NAN,
                                MASK | WEIGHTS | COLUMNS | HIDDEN_IS_NAN,
                                NAN_ALONE,
                                NAN_ALONE | ROWS};
    inshi_context   *context = open_context();
    for (int i = 0; inshi_solver_name(i); i++)
        for (int j = 0; j < LOSS_CASES; j++)
            for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++)
                if (pair_exists(context, inshi_solver_name(i), LOSSES[j]))
                    check_pair(context, inshi_solver_name(i), LOSSES[j], kinds[kind]);
    assert_int_equal(inshi_context_set_isa(context, "portable"), INSHI_OK);
    for (int i = 0; inshi_solver_name(i); i++)
        for (int j = 0; j < LOSS_CASES; j++)
            if (pair_exists(context, inshi_solver_name(i), LOSSES[j]))
                check_pair(context, inshi_solver_name(i), LOSSES[j], MASK | WEIGHTS);
    inshi_context_destroy(context);
}

/* Ones change no bit, a common factor no factor. */
static void test_ones_and_twos(void **state)
{
    (void)state;
    inshi_context   *context = open_context();
    struct case_data c;
    make_case(&c, INSHI_LAYOUT_CSR);
    for (int j = 0; j < LOSS_CASES; j++) {
        struct result plain, ones, twos;
        inshi_options o = choose(&c, "auto", LOSSES[j], 0, true);
        plain           = result_of(context, &c.s, c.x, &o);
        for (int64_t i = 0; i < M * N; i++)
            ((double *)c.weights.data)[i] = ((double *)c.mask.data)[i] = 1;
        o.mask    = &c.mask;
        o.weights = &c.weights;
        ones      = result_of(context, &c.s, c.x, &o);
        assert_true(result_same(&plain, &ones));
        for (int64_t i = 0; i < M * N; i++)
            ((double *)c.weights.data)[i] = 2;
        twos = result_of(context, &c.s, c.x, &o);
        assert_true(matrix_distance(plain.w, twos.w) < 1e-9 && matrix_distance(plain.h, twos.h) < 1e-9);
        assert_true(fabs(twos.info.objective / plain.info.objective - 2) < 1e-9);
        result_free(&plain);
        result_free(&ones);
        result_free(&twos);
    }
    free_case(&c);
    inshi_context_destroy(context);
}

/* A row whose stored entries are all hidden gets zeros and a warning; all hidden is an error. */
static void test_nothing_left(void **state)
{
    (void)state;
    inshi_context   *context = open_context();
    struct case_data c;
    make_case(&c, INSHI_LAYOUT_CSC);
    for (int64_t j = 0; j < N; j++)
        entry_set(c.mask, 4, j, 0);
    inshi_options o = choose(&c, "auto", "kl", MASK, true);
    o.mask          = &c.mask;
    o.given_w = o.given_h = 0;
    struct result r       = result_of(context, &c.s, c.x, &o);
    for (int64_t l = 0; l < K; l++)
        assert_true(entry_get(r.w, 4, l) == 0 && entry_get(r.w, 5, l) + entry_get(r.w, 5, (l + 1) % K) > 0);
    o.mask = NULL;
    o.init = "nndsvd"; /* would take what is missing for zeros */
    assert_int_equal(inshi_fit(context, c.x, r.w, r.h, &o, NULL), INSHI_ERR_ARGUMENT);
    assert_non_null(
        strstr(inshi_context_message(context), "a start from singular vectors needs every entry"));
    o.mask = &c.mask;
    o.init = "auto";
    memset(c.mask.data, 0, M * N * sizeof(double));
    assert_int_equal(inshi_fit(context, c.x, r.w, r.h, &o, NULL), INSHI_ERR_DATA);
    assert_non_null(strstr(inshi_context_message(context), "no observed entry"));
    result_free(&r);
    free_case(&c);
    inshi_context_destroy(context);
}

static void test_transform(void **state)
{
    (void)state;
    inshi_context   *context = open_context();
    struct case_data c;
    make_case(&c, INSHI_LAYOUT_CSR);
    spoil(&c, false);
    for (int j = 0; j < LOSS_CASES; j++) {
        inshi_matrix  h[2]   = {matrix_copy(c.s.h), matrix_copy(c.s.h)};
        inshi_report *report = NULL;
        double        objective[2];
        assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
        for (int sparse = 0; sparse < 2; sparse++) {
            inshi_options o = choose(&c, "auto", LOSSES[j], MASK | WEIGHTS | COLUMNS, sparse);
            o.iterations    = 1000;
            o.tolerance     = 1e-10;
            if (inshi_transform(context, sparse ? c.x : c.dense, c.s.w, h[sparse], &o, report))
                fail_msg("%s: %s", LOSSES[j], inshi_context_message(context));
            objective[sparse] = inshi_report_info(report)->objective;
        }
        if (!(fabs(objective[0] / objective[1] - 1) < 1e-9))
            fail_msg("%s: objective %.12g of the dense X, %.12g of the sparse", LOSSES[j], objective[0],
                     objective[1]);
        inshi_report_destroy(report);
        free(h[0].data);
        free(h[1].data);
    }
    free_case(&c);
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_fit_of_the_dense_x),
        cmocka_unit_test(test_ones_and_twos),
        cmocka_unit_test(test_nothing_left),
        cmocka_unit_test(test_transform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
