/* test_missing.c -- missing entries, weights and locks in fit and transform: what is hidden does not matter, ones change no
 * bit, a common factor of the weights changes no factor, the objective is the weighted sum and never rises, locked entries
 * come out bit for bit. */
#include "support/support.h"

#include <math.h>
#include "support/draw.h"
#include "support/sample.h"

static const char *const LOSSES[] = {"eu", "kl", "is", "beta:0.5", "beta:1.5", "beta:-1", "beta:3"};
enum { LOSS_CASES = sizeof LOSSES / sizeof LOSSES[0], M = 37, N = 53, K = 3 };

/* A sample with a mask (about 30 % hidden) and weights. */
struct case_data {
    struct sample s;
    uint8_t      *mask;
    double       *weights;
    inshi_matrix  mask_view, weights_view;
};

static void make_case(struct case_data *c, inshi_dtype dtype, uint64_t seed)
{
    uint64_t state = seed + 100;
    c->s           = sample_make(M, N, K, dtype, seed);
    sample_fill(&c->s, K, 0.5, 0, 1, seed);
    c->mask    = malloc(M * N);
    c->weights = draw_many(&state, M * N, 0.25, 3);
    for (int64_t i = 0; i < M * N; i++)
        c->mask[i] = draw(&state) < 0.7;
    c->mask_view    = inshi_matrix_c(c->mask, INSHI_DTYPE_U1, M, N);
    c->weights_view = inshi_matrix_c(c->weights, INSHI_DTYPE_F8, M, N);
}

static void free_case(struct case_data *c)
{
    sample_free(&c->s);
    free(c->mask);
    free(c->weights);
}

static inshi_options standard(const char *loss, const char *solver)
{
    inshi_options o;
    inshi_options_default(&o);
    o.loss       = loss;
    o.solver     = solver;
    o.iterations = 40;
    o.tolerance  = 0;
    o.floor      = 1e-12;
    if (strcmp(solver, "gradient") == 0)
        o.eta = strcmp(loss, "eu") == 0 ? 1e-3 : 0.3;
    return o;
}

/* d(x|y) in long double. */
static long double divergence_of(double beta, double x, double y)
{
    const long double a = (long double)x, b = (long double)y, B = (long double)beta;
    if (beta == 0)
        return a / b - logl(a / b) - 1;
    if (beta == 1)
        return (a > 0 ? a * logl(a / b) : 0) - a + b;
    return (powl(a, B) + (B - 1) * powl(b, B) - B * a * powl(b, B - 1)) / (B * (B - 1));
}

/* Divergence and relative error over the entries that count; x from `clean`, for X may hold anything where it is hidden. */
static void weighted_sums(const struct case_data *c, inshi_matrix clean, const inshi_options *o,
                          double out[2])
{
    long double divergence = 0, error = 0, square = 0;
    for (int64_t i = 0; i < M; i++)
        for (int64_t j = 0; j < N; j++) {
            const double w = (o->mask ? c->mask[i * N + j] : 1) * (o->weights ? c->weights[i * N + j] : 1);
            double       y = 0;
            for (int64_t l = 0; l < K; l++)
                y += entry_get(c->s.w, i, l) * entry_get(c->s.h, l, j);
            const double x = entry_get(clean, i, j);
            if (w == 0)
                continue;
            divergence += (long double)w * divergence_of(beta_of(o->loss), x, y);
            error += (long double)(w * (x - y) * (x - y));
            square += (long double)(w * x * x);
        }
    out[0] = (double)divergence;
    out[1] = (double)sqrtl(error / square);
}

static void each_pair(void (*check)(inshi_context *context, const char *loss, const char *solver))
{
    inshi_context *context = open_context();
    for (int j = 0; j < LOSS_CASES; j++)
        for (int i = 0; inshi_solver_name(i); i++)
            if (pair_exists(context, inshi_solver_name(i), LOSSES[j]))
                check(context, LOSSES[j], inshi_solver_name(i));
    inshi_context_destroy(context);
}

static void fit(inshi_context *context, const struct case_data *c, const inshi_options *o,
                inshi_report *report)
{
    sample_fit(context, &c->s, o, report);
}

/* ---- the objective -------------------------------------------------------------------------------------------------- */

static void check_objective(inshi_context *context, const char *loss, const char *solver)
{
    inshi_report *report;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    for (int kind = 0; kind < 4; kind++) { /* mask, weights, both; both with penalties */
        struct case_data c;
        make_case(&c, INSHI_DTYPE_F8, 5 + (uint64_t)kind);
        inshi_options o = standard(loss, solver);
        o.mask          = kind != 1 ? &c.mask_view : NULL;
        o.weights       = kind != 0 ? &c.weights_view : NULL;
        o.l1_w = o.l2_h = kind == 3 ? 0.3 : 0;
        fit(context, &c, &o, report);
        double            expected[2], penalty = 0;
        const inshi_info *info = inshi_report_info(report);
        weighted_sums(&c, c.s.x, &o, expected);
        for (int64_t i = 0; i < M; i++)
            for (int64_t l = 0; l < K; l++)
                penalty += o.l1_w * entry_get(c.s.w, i, l);
        for (int64_t l = 0; l < K; l++)
            for (int64_t j = 0; j < N; j++)
                penalty += o.l2_h / 2 * entry_get(c.s.h, l, j) * entry_get(c.s.h, l, j);
        if (!(fabs(info->divergence - expected[0]) <= 1e-9 * expected[0]) ||
            !(fabs(info->objective - expected[0] - penalty) <= 1e-9 * (expected[0] + penalty)) ||
            !(fabs(info->relative_error - expected[1]) <= 1e-9))
            fail_msg("%s, %s, kind %d: divergence %.15g, objective %.15g, error %.15g; expected %.15g, "
                     "%.15g, %.15g",
                     loss, solver, kind, info->divergence, info->objective, info->relative_error, expected[0],
                     expected[0] + penalty, expected[1]);
        int64_t                  count;
        const inshi_history_row *rows = inshi_report_history(report, &count);
        for (int64_t i = 1; i < count && strcmp(solver, "gradient") != 0; i++)
            if (!(rows[i].objective <= rows[i - 1].objective + 1e-12 * rows[0].objective))
                fail_msg("%s, %s, kind %d: rises from %.17g to %.17g", loss, solver, kind,
                         rows[i - 1].objective, rows[i].objective);
        assert_true(rows[count - 1].objective < rows[0].objective);
        free_case(&c);
    }
    inshi_report_destroy(report);
}

static void test_the_objective_is_the_weighted_sum_and_never_rises(void **state)
{
    (void)state;
    each_pair(check_objective);
}

/* ---- what is hidden -------------------------------------------------------------------------------------------------- */

/* The stored ones of the mask as CSR, or of its transpose (which makes it CSC). */
struct sparse {
    int64_t *pointers;
    int32_t *indices;
    uint8_t *values;
};

static inshi_matrix make_sparse(const struct case_data *c, bool columns, struct sparse *to)
{
    const int64_t lines = columns ? N : M, width = columns ? M : N;
    int64_t       count = 0;
    to->pointers        = calloc((size_t)lines + 1, sizeof *to->pointers);
    to->indices         = malloc(M * N * sizeof *to->indices);
    to->values          = malloc(M * N);
    for (int64_t a = 0; a < lines; a++) {
        for (int64_t b = 0; b < width; b++)
            if (c->mask[columns ? b * N + a : a * N + b]) {
                to->indices[count]  = (int32_t)b;
                to->values[count++] = 1;
            }
        to->pointers[a + 1] = count;
    }
    return (inshi_matrix){.layout        = columns ? INSHI_LAYOUT_CSC : INSHI_LAYOUT_CSR,
                          .dtype         = INSHI_DTYPE_U1,
                          .rows          = M,
                          .columns       = N,
                          .data          = to->values,
                          .nonzeros      = count,
                          .pointers      = to->pointers,
                          .indices       = to->indices,
                          .pointer_bytes = 8,
                          .index_bytes   = 4};
}

static void free_sparse(struct sparse *s)
{
    free(s->pointers);
    free(s->indices);
    free(s->values);
}

static void expect_same(const char *what, const inshi_options *o, inshi_matrix a, inshi_matrix b)
{
    if (!matrix_same(a, b))
        fail_msg("%s, %s: %s gives other bits, by %g", o->loss, o->solver, what, matrix_distance(a, b));
}

static void check_hidden(inshi_context *context, const char *loss, const char *solver)
{
    static const double others[] = {NAN, -3, INFINITY, 1e200, 0};
    struct case_data    c;
    inshi_options       o = standard(loss, solver);
    make_case(&c, INSHI_DTYPE_F8, 11);
    o.mask = &c.mask_view;
    fit(context, &c, &o, NULL);
    const inshi_matrix w = matrix_copy(c.s.w), h = matrix_copy(c.s.h);
    for (int kind = 0; kind < 5; kind++) {
        int turn = kind;
        for (int64_t i = 0; i < M * N; i++)
            if (!c.mask[i])
                ((double *)c.s.x.data)[i] = others[turn++ % 5];
        fit(context, &c, &o, NULL);
        expect_same("what is hidden", &o, w, c.s.w);
        expect_same("what is hidden", &o, h, c.s.h);
    }
    for (int columns = 0; columns < 2; columns++) {
        struct sparse      sparse;
        const inshi_matrix view = make_sparse(&c, columns, &sparse);
        o.mask                  = &view;
        fit(context, &c, &o, NULL);
        expect_same(columns ? "a CSC mask" : "a CSR mask", &o, w, c.s.w);
        free_sparse(&sparse);
    }
    for (int64_t i = 0; i < M * N; i++)
        if (!c.mask[i])
            ((double *)c.s.x.data)[i] = NAN;
    o.mask = NULL;
    fit(context, &c, &o, NULL);
    expect_same("NaN for a mask", &o, w, c.s.w);
    const inshi_matrix as_weights = c.mask_view;
    o.weights                     = &as_weights;
    fit(context, &c, &o, NULL);
    expect_same("a mask as weights", &o, h, c.s.h);
    free(w.data);
    free(h.data);
    free_case(&c);
}

static void test_what_is_hidden_does_not_matter(void **state)
{
    (void)state;
    each_pair(check_hidden);
}

/* ---- scale of the weights ----------------------------------------------------------------------------------------- */

static void fill_weights(struct case_data *c, double value)
{
    for (int64_t i = 0; i < M * N; i++)
        c->weights[i] = value;
}

static void check_scale(inshi_context *context, const char *loss, const char *solver)
{
    struct case_data c;
    inshi_options    o = standard(loss, solver);
    double           ones[N], twos[M];
    inshi_matrix     column = inshi_matrix_c(ones, INSHI_DTYPE_F8, 1, N),
                 row        = inshi_matrix_c(twos, INSHI_DTYPE_F8, M, 1);
    inshi_report *report;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    make_case(&c, INSHI_DTYPE_F8, 12);
    for (int64_t j = 0; j < N; j++)
        ones[j] = 1;
    for (int64_t i = 0; i < M; i++)
        twos[i] = 2;
    fit(context, &c, &o, report);
    const double       plain = inshi_report_info(report)->objective;
    const inshi_matrix w     = matrix_copy(c.s.w);
    memset(c.mask, 1, M * N);
    fill_weights(&c, 1);
    o.mask           = &c.mask_view;
    o.weights        = &c.weights_view;
    o.column_weights = &column;
    fit(context, &c, &o, NULL);
    expect_same("all 1", &o, w, c.s.w);
    o.row_weights = &row;
    fill_weights(&c, 3);
    fit(context, &c, &o, report);
    if (!(matrix_distance(w, c.s.w) <= 1e-9))
        fail_msg("%s, %s: all 6 moves W by %g", loss, solver, matrix_distance(w, c.s.w));
    assert_true(fabs(inshi_report_info(report)->objective - 6 * plain) <= 1e-12 * plain * 6);
    free(w.data);
    free_case(&c);

    make_case(&c, INSHI_DTYPE_F8, 13); /* weights that differ, and the same times 7 */
    o         = standard(loss, solver);
    o.weights = &c.weights_view;
    fit(context, &c, &o, NULL);
    const inshi_matrix w2 = matrix_copy(c.s.w);
    for (int64_t i = 0; i < M * N; i++)
        c.weights[i] *= 0x1p40;
    fit(context, &c, &o, NULL);
    expect_same("weights times 2^40", &o, w2, c.s.w);
    free(w2.data);
    free_case(&c);
    inshi_report_destroy(report);
}

static void test_the_scale_of_weights_does_not_matter(void **state)
{
    (void)state;
    each_pair(check_scale);
}

/* Row and column weights are the products that they stand for; a weight of 2 is a row that stands twice. */
static void test_row_and_column_weights(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    for (int j = 0; j < LOSS_CASES; j++) {
        struct case_data   c;
        inshi_options      o    = standard(LOSSES[j], "auto");
        uint64_t           seed = 4;
        double            *rows = draw_many(&seed, M, 0.1, 2), *columns = draw_many(&seed, N, 0.1, 2);
        const inshi_matrix row_view    = inshi_matrix_c(rows, INSHI_DTYPE_F8, 1, M),
                           column_view = inshi_matrix_c(columns, INSHI_DTYPE_F8, N, 1);
        make_case(&c, INSHI_DTYPE_F8, 14);
        o.row_weights    = &row_view;
        o.column_weights = &column_view;
        fit(context, &c, &o, NULL);
        const inshi_matrix w = matrix_copy(c.s.w);
        for (int64_t i = 0; i < M * N; i++)
            c.weights[i] = rows[i / N] * columns[i % N];
        o.row_weights = o.column_weights = NULL;
        o.weights                        = &c.weights_view;
        fit(context, &c, &o, NULL);
        expect_same("a product of vectors", &o, w, c.s.w);
        free(w.data);
        free(rows);
        free(columns);
        free_case(&c);
    }
    inshi_context_destroy(context);
}

/* ---- threads, types -------------------------------------------------------------------------------------------------- */

static void test_threads_change_no_bit(void **state)
{
    (void)state;
    for (int j = 0; j < LOSS_CASES; j++)
        for (int type = 0; type < 2; type++) {
            struct case_data c;
            inshi_matrix     w = {0};
            inshi_options    o = standard(LOSSES[j], "auto");
            if (type && (beta_of(o.loss) < 0 || beta_of(o.loss) > 3))
                continue;
            make_case(&c, type ? INSHI_DTYPE_F4 : INSHI_DTYPE_F8, 15);
            o.mask    = &c.mask_view;
            o.weights = j % 2 ? &c.weights_view : NULL;
            for (int threads = 1; threads <= 7; threads += threads == 3 ? 4 : 1) {
                inshi_context *context = open_context();
                assert_int_equal(inshi_context_set_threads(context, threads), INSHI_OK);
                fit(context, &c, &o, NULL);
                if (w.data)
                    expect_same("another number of threads", &o, w, c.s.w);
                else
                    w = matrix_copy(c.s.w);
                inshi_context_destroy(context);
            }
            assert_true(matrix_is_sound(w));
            free(w.data);
            free_case(&c);
        }
}

/* ---- nothing observed ------------------------------------------------------------------------------------------------- */

static void check_empty(inshi_context *context, const char *loss, const char *solver)
{
    struct case_data c;
    inshi_options    o = standard(loss, solver);
    inshi_report    *report;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    make_case(&c, INSHI_DTYPE_F8, 16);
    for (int64_t j = 0; j < N; j++)
        c.mask[5 * N + j] = 0;
    for (int64_t i = 0; i < M; i++)
        c.mask[i * N + 7] = c.mask[i * N + 9] = 0;
    o.mask = &c.mask_view;
    fit(context, &c, &o, report);
    for (int64_t l = 0; l < K; l++) {
        assert_true(entry_get(c.s.w, 5, l) == 0 && entry_get(c.s.h, l, 7) == 0 &&
                    entry_get(c.s.h, l, 9) == 0);
        assert_true(entry_get(c.s.w, 6, 0) + entry_get(c.s.w, 6, 1) + entry_get(c.s.w, 6, 2) > 0);
    }
    assert_non_null(
        strstr(inshi_report_warning(report, 0), "1 row of X (the first is row 5, counted from 0) has no"));
    assert_non_null(
        strstr(inshi_report_warning(report, 1), "2 columns of X (the first is column 7, counted from 0)"));
    assert_true(inshi_report_info(report)->observed > 0 &&
                inshi_report_info(report)->observed < (M - 1) * (N - 2));
    inshi_report_destroy(report);
    free_case(&c);
}

static void test_rows_and_columns_without_an_entry_become_zero(void **state)
{
    (void)state;
    each_pair(check_empty);
}

/* ---- locks ------------------------------------------------------------------------------------------------------------ */

static void check_locks(inshi_context *context, const char *loss, const char *solver)
{
    for (int masked = 0; masked < 2; masked++) {
        struct case_data c;
        uint8_t          lock_w[M * K], lock_h[K * N];
        uint64_t         seed = 18;
        inshi_report    *report;
        inshi_options    o = standard(loss, solver);
        assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
        make_case(&c, INSHI_DTYPE_F8, 17);
        const inshi_matrix w = matrix_copy(c.s.w), h = matrix_copy(c.s.h),
                           w_view = inshi_matrix_c(lock_w, INSHI_DTYPE_U1, M, K),
                           h_view = inshi_matrix_c(lock_h, INSHI_DTYPE_U1, K, N);
        for (int64_t i = 0; i < M * K; i++)
            lock_w[i] = draw(&seed) < 0.3;
        for (int64_t i = 0; i < K * N; i++)
            lock_h[i] = draw(&seed) < 0.3;
        o.given_w = o.given_h = 1;
        o.lock_w              = &w_view;
        o.lock_h              = &h_view;
        o.mask                = masked ? &c.mask_view : NULL;
        fit(context, &c, &o, report);
        int64_t moved = 0;
        for (int64_t i = 0; i < M; i++)
            for (int64_t l = 0; l < K; l++) {
                const bool same = entry_get(c.s.w, i, l) == entry_get(w, i, l);
                if (lock_w[i * K + l] && !same)
                    fail_msg("%s, %s: the locked entry (%lld, %lld) of W has moved", loss, solver,
                             (long long)i, (long long)l);
                moved += !same;
            }
        for (int64_t l = 0; l < K; l++)
            for (int64_t j = 0; j < N; j++)
                if (lock_h[l * N + j] && entry_get(c.s.h, l, j) != entry_get(h, l, j))
                    fail_msg("%s, %s: the locked entry (%lld, %lld) of H has moved", loss, solver,
                             (long long)l, (long long)j);
        assert_true(moved > M * K / 2);
        assert_string_equal(inshi_report_info(report)->normalize, "none");
        int64_t                  count;
        const inshi_history_row *rows = inshi_report_history(report, &count);
        for (int64_t i = 1; i < count && strcmp(solver, "gradient") != 0; i++)
            if (!(rows[i].objective <= rows[i - 1].objective + 1e-12 * rows[0].objective))
                fail_msg("%s, %s: rises from %.17g to %.17g", loss, solver, rows[i - 1].objective,
                         rows[i].objective);
        inshi_report_destroy(report);
        free(w.data);
        free(h.data);
        free_case(&c);
    }
}

static void test_locked_entries_stay_bit_for_bit(void **state)
{
    (void)state;
    each_pair(check_locks);
}

/* The residual is that of the entries that may move: it falls to nothing although the locked ones are far from optimal. */
static void test_locks_converge(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    for (int j = 0; j < LOSS_CASES; j++) {
        struct case_data c;
        inshi_report    *report;
        uint8_t          lock[M * K] = {0};
        inshi_options    o           = standard(LOSSES[j], "auto");
        assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
        make_case(&c, INSHI_DTYPE_F8, 19);
        const inshi_matrix view = inshi_matrix_c(lock, INSHI_DTYPE_U1, M, K);
        for (int64_t i = 0; i < M; i += 3) {
            lock[i * K] = 1;
            entry_set(c.s.w, i, 0, i % 2 ? 0 : 2);
        }
        o.given_w = o.given_h = 1;
        o.lock_w              = &view;
        o.iterations          = 20000;
        o.tolerance           = 1e-6;
        fit(context, &c, &o, report);
        if (inshi_report_info(report)->stop != INSHI_STOP_TOLERANCE)
            fail_msg("%s: the residual is %g", o.loss, inshi_report_info(report)->kkt);
        inshi_report_destroy(report);
        free_case(&c);
    }
    inshi_context_destroy(context);
}

/* ---- transform -------------------------------------------------------------------------------------------------------- */

static void transform(inshi_context *context, inshi_matrix x, inshi_matrix w, inshi_matrix h,
                      const inshi_options *o, inshi_report *report)
{
    if (inshi_transform(context, x, w, h, o, report))
        fail_msg("%s: %s", o->loss, inshi_context_message(context));
}

/* Some columns are whole, some weigh all the same, some nothing: whatever else is in a batch must not show. */
static void check_batches(inshi_context *context, const char *loss, inshi_dtype dtype, bool weights,
                          double l1)
{
    static const int64_t sizes[] = {1, 2, 7, 25};
    struct case_data     c;
    inshi_options        o = standard(loss, "auto");
    make_case(&c, dtype, 21);
    for (int64_t j = 0; j < N; j += 4)
        for (int64_t i = 0; i < M; i++) {
            c.mask[i * N + j]    = j % 12 != 8;
            c.weights[i * N + j] = j % 8 ? 1 : 1.7;
        }
    o.tolerance        = 1e-8;
    o.iterations       = 3000;
    o.l1_h             = l1;
    inshi_matrix whole = c.s.h, other = matrix_copy(c.s.h);
    o.mask    = &c.mask_view;
    o.weights = weights ? &c.weights_view : NULL;
    transform(context, c.s.x, c.s.w, whole, &o, NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int64_t first = 0; first < N; first += sizes[i]) {
            const int64_t      count  = first + sizes[i] < N ? sizes[i] : N - first;
            const inshi_matrix mask   = inshi_matrix_columns(c.mask_view, first, count),
                               weight = inshi_matrix_columns(c.weights_view, first, count);
            inshi_options part        = o;
            part.mask                 = &mask;
            part.weights              = weights ? &weight : NULL;
            transform(context, inshi_matrix_columns(c.s.x, first, count), c.s.w,
                      inshi_matrix_columns(other, first, count), &part, NULL);
        }
        if (!matrix_same(whole, other))
            fail_msg("%s, %s%s: batches of %lld columns give other bits, by %g", loss,
                     inshi_dtype_name(dtype), weights ? ", weights" : "", (long long)sizes[i],
                     matrix_distance(whole, other));
    }
    free(other.data);
    free_case(&c);
}

static void test_any_split_gives_the_same_bits(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    for (int j = 0; j < LOSS_CASES; j++)
        for (int weights = 0; weights < 2; weights++) {
            check_batches(context, LOSSES[j], INSHI_DTYPE_F8, weights, 0);
            check_batches(context, LOSSES[j], INSHI_DTYPE_F8, weights, 0.1);
            if (beta_of(LOSSES[j]) >= 0 && beta_of(LOSSES[j]) <= 3)
                check_batches(context, LOSSES[j], INSHI_DTYPE_F4, weights, 0);
        }
    inshi_context_destroy(context);
}

/* A fitted H is never better for its own W than that of transform. */
static void test_transform_is_not_above_the_fit(void **state)
{
    (void)state;
    static const char *const convex[] = {"eu", "kl", "beta:1.5"};
    inshi_context           *context  = open_context();
    for (int j = 0; j < 3; j++)
        for (int kind = 0; kind < 3; kind++) {
            struct case_data c;
            inshi_report    *report;
            assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
            inshi_options o = standard(convex[j], "auto");
            make_case(&c, INSHI_DTYPE_F8, 22);
            o.mask       = kind != 1 ? &c.mask_view : NULL;
            o.weights    = kind != 0 ? &c.weights_view : NULL;
            o.normalize  = "none";
            o.iterations = 200;
            o.l1_h       = kind == 2 ? 0.05 : 0;
            fit(context, &c, &o, report);
            double l1 = 0;
            for (int64_t l = 0; l < K; l++)
                for (int64_t i = 0; i < N; i++)
                    l1 += o.l1_h * entry_get(c.s.h, l, i);
            const double fitted = inshi_report_info(report)->divergence + l1;
            o.tolerance         = 1e-10;
            o.iterations        = 100000;
            transform(context, c.s.x, c.s.w, c.s.h, &o, report);
            const double found = inshi_report_info(report)->objective;
            if (!(found <= fitted * (1 + 1e-8)))
                fail_msg("%s, kind %d: transform reaches %.15g, the fit %.15g", o.loss, kind, found, fitted);
            assert_int_equal(inshi_report_info(report)->stop, INSHI_STOP_TOLERANCE);
            double expected[2];
            weighted_sums(&c, c.s.x, &o, expected);
            assert_true(fabs(inshi_report_info(report)->divergence - expected[0]) <= 1e-9 * expected[0]);
            assert_true(fabs(inshi_report_info(report)->relative_error - expected[1]) <= 1e-9);
            inshi_report_destroy(report);
            free_case(&c);
        }
    inshi_context_destroy(context);
}

/* ---- what is refused ---------------------------------------------------------------------------------------------------- */

static void refuse(inshi_context *context, const struct case_data *c, const inshi_options *o,
                   inshi_status status, const char *says)
{
    const inshi_status got = inshi_fit(context, c->s.x, c->s.w, c->s.h, o, NULL);
    if (got != status || !strstr(inshi_context_message(context), says))
        fail_msg("status %d, \"%s\"; expected %d, \"%s\"", (int)got, inshi_context_message(context),
                 (int)status, says);
}

static void test_bad_weights_are_refused(void **state)
{
    (void)state;
    inshi_context   *context = open_context();
    struct case_data c;
    make_case(&c, INSHI_DTYPE_F8, 23);
    inshi_matrix wrong  = inshi_matrix_c(c.weights, INSHI_DTYPE_F8, M - 1, N),
                 vector = inshi_matrix_c(c.weights, INSHI_DTYPE_F8, 2, M);
    inshi_options o     = standard("kl", "auto");
    o.mask              = &wrong;
    refuse(context, &c, &o, INSHI_ERR_SHAPE, "mask is 36 x 53, and must be 37 x 53");
    o.mask    = NULL;
    o.weights = &wrong;
    refuse(context, &c, &o, INSHI_ERR_SHAPE, "weights is 36 x 53");
    o.weights     = NULL;
    o.row_weights = &vector;
    refuse(context, &c, &o, INSHI_ERR_SHAPE, "must be a vector of 37 numbers, one for each row of X");
    o.row_weights    = NULL;
    o.column_weights = &vector;
    refuse(context, &c, &o, INSHI_ERR_SHAPE, "one for each column of X");
    o.column_weights     = NULL;
    o.weights            = &c.weights_view;
    c.weights[2 * N + 4] = -1;
    refuse(context, &c, &o, INSHI_ERR_DATA, "weights row 2, column 4 (counted from 0): -1 is negative");
    c.weights[2 * N + 4] = NAN;
    refuse(context, &c, &o, INSHI_ERR_DATA, "is no number");
    c.weights[2 * N + 4] = INFINITY;
    refuse(context, &c, &o, INSHI_ERR_DATA, "is infinite");
    fill_weights(&c, 0);
    refuse(context, &c, &o, INSHI_ERR_DATA, "no observed entry");
    fill_weights(&c, 1e308);
    o.row_weights = &(inshi_matrix){
        .dtype = INSHI_DTYPE_F8, .rows = 1, .columns = M, .data = c.weights, .column_stride = 1};
    refuse(context, &c, &o, INSHI_ERR_DATA, "the product of the weights");
    o.weights = o.row_weights = NULL;
    o.mask                    = &c.mask_view;
    c.mask[3 * N + 1]         = 2;
    refuse(context, &c, &o, INSHI_ERR_DATA, "mask row 3, column 1 (counted from 0): 2 is neither 0 nor 1");
    memset(c.mask, 0, M * N);
    refuse(context, &c, &o, INSHI_ERR_DATA, "no observed entry");
    o.mask = NULL;
    for (int64_t i = 0; i < M * N; i++)
        ((double *)c.s.x.data)[i] = NAN;
    refuse(context, &c, &o, INSHI_ERR_DATA, "no observed entry");
    free_case(&c);
    inshi_context_destroy(context);
}

static void test_bad_sparse_masks_are_refused(void **state)
{
    (void)state;
    inshi_context   *context = open_context();
    struct case_data c;
    struct sparse    s;
    make_case(&c, INSHI_DTYPE_F8, 24);
    inshi_matrix  view = make_sparse(&c, false, &s);
    inshi_options o    = standard("eu", "auto");
    o.mask             = &view;
    fit(context, &c, &o, NULL);
    const int32_t kept = s.indices[3];
    s.indices[3]       = N;
    refuse(context, &c, &o, INSHI_ERR_DATA, "mask is sparse, and its pointers or indices");
    s.indices[3] = s.indices[2];
    refuse(context, &c, &o, INSHI_ERR_DATA, "do not rise");
    s.indices[3]  = kept;
    s.pointers[4] = s.pointers[2];
    refuse(context, &c, &o, INSHI_ERR_DATA, "do not rise");
    free_sparse(&s);
    view        = make_sparse(&c, false, &s);
    s.values[7] = 5;
    refuse(context, &c, &o, INSHI_ERR_DATA, "mask stored number 7 (counted from 0): 5 is neither 0 nor 1");
    view.index_bytes = 2;
    refuse(context, &c, &o, INSHI_ERR_DATA, "mask is sparse");
    free_sparse(&s);
    free_case(&c);
    inshi_context_destroy(context);
}

static void test_locks_that_contradict_are_refused(void **state)
{
    (void)state;
    inshi_context   *context = open_context();
    struct case_data c;
    uint8_t          lock[M * K] = {0};
    make_case(&c, INSHI_DTYPE_F8, 25);
    inshi_matrix  view = inshi_matrix_c(lock, INSHI_DTYPE_U1, M, K);
    inshi_options o    = standard("kl", "auto");
    o.lock_w           = &view;
    refuse(context, &c, &o, INSHI_ERR_ARGUMENT, "lock-w needs a start");
    o.given_w = 1;
    o.fix     = "w";
    refuse(context, &c, &o, INSHI_ERR_ARGUMENT, "lock-w and fix w contradict each other");
    o.fix       = "none";
    o.normalize = "sum";
    refuse(context, &c, &o, INSHI_ERR_ARGUMENT, "normalize is sum");
    o.normalize = "auto";
    view.rows   = M - 1;
    refuse(context, &c, &o, INSHI_ERR_SHAPE, "lock-w is 36 x 3, and must be 37 x 3 like W");
    view.rows = M;
    lock[1]   = 3;
    refuse(context, &c, &o, INSHI_ERR_DATA, "lock-w row 0, column 1 (counted from 0): 3 is neither 0 nor 1");
    lock[1]   = 0;
    o.mask    = &c.mask_view;
    o.given_w = 0;
    o.lock_w  = NULL;
    o.init    = "nndsvd";
    refuse(context, &c, &o, INSHI_ERR_ARGUMENT, "a start from singular vectors needs every entry");
    free_case(&c);
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_objective_is_the_weighted_sum_and_never_rises),
        cmocka_unit_test(test_what_is_hidden_does_not_matter),
        cmocka_unit_test(test_the_scale_of_weights_does_not_matter),
        cmocka_unit_test(test_row_and_column_weights),
        cmocka_unit_test(test_threads_change_no_bit),
        cmocka_unit_test(test_rows_and_columns_without_an_entry_become_zero),
        cmocka_unit_test(test_locked_entries_stay_bit_for_bit),
        cmocka_unit_test(test_locks_converge),
        cmocka_unit_test(test_any_split_gives_the_same_bits),
        cmocka_unit_test(test_transform_is_not_above_the_fit),
        cmocka_unit_test(test_bad_weights_are_refused),
        cmocka_unit_test(test_bad_sparse_masks_are_refused),
        cmocka_unit_test(test_locks_that_contradict_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
