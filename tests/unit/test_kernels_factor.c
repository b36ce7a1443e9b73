/* test_kernels_factor.c -- what the tables do to one panel of a factor, against plain loops in double. */
#include "support/support.h"

#include <math.h>
#include "support/draw.h"
#include "support/tables.h"

/* In halves of the last bit of the sum of magnitudes, which has at most 49 + 48 terms. */
static const double TOLERANCE = 200;

static const int64_t RANKS[] = {1, 2, 3, 5, 8, 16, 17, 49};

static void *panel_of_draws(const struct kernels *t, uint64_t *seed, int64_t k, int lanes)
{
    void *panel = real_block(t, k * t->lanes, 0);
    for (int64_t l = 0; l < k; l++)
        for (int j = 0; j < lanes; j++)
            real_set(t, panel, l * t->lanes + j, draw(seed) < 0.2 ? 0 : 0.1 + draw(seed));
    return panel;
}

static void close_to(const struct kernels *t, const char *what, double a, double expected, double size)
{
    if (!(fabs(a - expected) <= TOLERANCE * table_epsilon(t) * size))
        fail_msg("%s: %s is %.17g, expected %.17g", table_name(t), what, a, expected);
}

static void each_table(void (*check)(const struct kernels *t, int64_t k, uint64_t *seed))
{
    uint64_t seed = 11;
    for (int i = 0; test_table(i); i++)
        for (size_t r = 0; r < sizeof RANKS / sizeof RANKS[0]; r++)
            check(test_table(i), RANKS[r], &seed);
}

static void check_gram(const struct kernels *t, int64_t k, uint64_t *seed)
{
    const int T     = t->lanes;
    void     *panel = panel_of_draws(t, seed, k, T - 1);
    double   *gram = malloc((size_t)(k * k) * sizeof *gram), *sums = malloc((size_t)k * sizeof *sums);
    void     *wide = real_block(t, k * k, 0), *out = real_block(t, k * T, -1);
    for (int64_t i = 0; i < k * k; i++)
        gram[i] = 0.5; /* added to */
    for (int64_t l = 0; l < k; l++)
        sums[l] = 0.25;
    t->gram(panel, k, gram);
    t->sums(panel, k, sums);
    for (int64_t a = 0; a < k; a++) {
        double sum = 0.25;
        for (int j = 0; j < T; j++)
            sum += real_at(t, panel, a * T + j);
        close_to(t, "a sum", sums[a], sum, sum);
        for (int64_t b = 0; b < k; b++) {
            double product = 0.5;
            for (int j = 0; b >= a && j < T; j++)
                product += real_at(t, panel, a * T + j) * real_at(t, panel, b * T + j);
            close_to(t, "a Gram entry", gram[a * k + b], product,
                     product); /* below the diagonal: untouched */
            real_set(t, wide, a * k + b, draw(seed) - 0.5);
        }
    }
    t->gram_product(wide, panel, k, out);
    for (int64_t l = 0; l < k; l++)
        for (int j = 0; j < T; j++) {
            double sum = 0, size = 0;
            for (int64_t q = 0; q < k; q++) {
                const double term = real_at(t, wide, l * k + q) * real_at(t, panel, q * T + j);
                sum += term;
                size += fabs(term);
            }
            close_to(t, "a product with the Gram matrix", real_at(t, out, l * T + j), sum, size);
        }
    free(panel);
    free(gram);
    free(sums);
    free(wide);
    free(out);
}

static void test_gram_sums_and_their_product(void **state)
{
    (void)state;
    each_table(check_gram);
}

/* A panel job on draws: push NULL means push_sums. */
struct work {
    struct panel_job job;
    void            *moving, *pull, *push, *push_sums, *gram, *before;
    bool             fixed[64];
    double           measures[MEASURES * 64];
};

static void make_work(struct work *w, const struct kernels *t, int64_t k, uint64_t *seed, int variant)
{
    const int T = t->lanes, lanes = variant & 1 ? T : T - 2;
    *w        = (struct work){0};
    w->moving = panel_of_draws(t, seed, k, lanes);
    w->before = real_block(t, k * T, 0);
    memcpy(w->before, w->moving, (size_t)(k * T * t->real_bytes));
    w->pull      = panel_of_draws(t, seed, k, T);
    w->push      = panel_of_draws(t, seed, k, T);
    w->push_sums = real_block(t, k, 0.75);
    w->gram      = real_block(t, k * k, 0);
    for (int64_t a = 0; a < k; a++) {
        w->fixed[a] = a % 3 == 1;
        for (int64_t b = 0; b <= a; b++) {
            const double g = a == b ? (a % 5 == 4 ? 0 : 1 + draw(seed)) : 0.3 * draw(seed);
            real_set(t, w->gram, a * k + b, g);
            real_set(t, w->gram, b * k + a, g);
        }
    }
    w->job = (struct panel_job){.k         = k,
                                .lanes     = lanes,
                                .moving    = w->moving,
                                .pull      = w->pull,
                                .push      = variant & 2 ? w->push : NULL,
                                .push_sums = w->push_sums,
                                .gram      = w->gram,
                                .l1        = variant & 4 ? 0.125 : 0,
                                .l2        = variant & 4 && variant & 1 ? 0.5 : 0,
                                .fixed     = variant & 8 ? w->fixed : NULL,
                                .measures  = w->measures};
}

static void free_work(struct work *w)
{
    free(w->moving);
    free(w->before);
    free(w->pull);
    free(w->push);
    free(w->push_sums);
    free(w->gram);
}

static double push_at(const struct kernels *t, const struct work *w, int64_t l, int j)
{
    return w->job.push ? real_at(t, w->push, l * t->lanes + j) : real_at(t, w->push_sums, l);
}

static void check_measure(const struct kernels *t, int64_t k, uint64_t *seed)
{
    for (int variant = 0; variant < 16; variant++) {
        struct work w;
        make_work(&w, t, k, seed, variant);
        for (int i = 0; i < MEASURES * t->lanes; i++)
            w.measures[i] = -7; /* not added to */
        t->measure(&w.job);
        for (int j = 0; j < t->lanes; j++) {
            double e[MEASURES] = {0};
            for (int64_t l = 0; l < k; l++) {
                const double a = real_at(t, w.moving, l * t->lanes + j),
                             n = real_at(t, w.pull, l * t->lanes + j);
                const double d = push_at(t, &w, l, j), c = d + w.job.l1 + w.job.l2 * a;
                e[MEASURE_PULL] += a * n;
                e[MEASURE_PUSH] += a * d;
                e[MEASURE_SUM] += a;
                e[MEASURE_SQUARES] += a * a;
                if (w.job.fixed && w.fixed[l])
                    continue;
                e[MEASURE_VIOLATION] += a * fabs(n - c);
                e[MEASURE_WEIGHT] += a * c;
                if (n > c && (n - c) / (n + c) > e[MEASURE_WORST])
                    e[MEASURE_WORST] = (n - c) / (n + c);
            }
            for (int m = 0; m < MEASURES; m++) {
                const double size = m == MEASURE_WORST       ? 1
                                    : m == MEASURE_VIOLATION ? e[MEASURE_PULL] + e[MEASURE_WEIGHT]
                                                             : e[m];
                close_to(t, "a measure", w.measures[m * t->lanes + j], e[m], size);
            }
        }
        free_work(&w);
    }
}

static void test_measures(void **state)
{
    (void)state;
    each_table(check_measure);
}

/* One entry after a step that is not a sweep, in double. */
static double stepped(const struct update *u, double a, double n, double c)
{
    if (u->move == MOVE_PROJECT)
        return fmax(0, a + u->eta * (n - c));
    if (c == 0 || a == 0)
        return a;
    if (u->move == MOVE_RELAX)
        return fmax(0, a + u->eta * a / c * (n - c));
    return a * pow(n / c, u->exponent);
}

static void check_move(const struct kernels *t, int64_t k, uint64_t *seed)
{
    static const struct update updates[] = {
        {.move = MOVE_MULTIPLY, .exponent = 1},
        {.move = MOVE_MULTIPLY, .exponent = 0.5},
        {.move = MOVE_MULTIPLY, .exponent = 1.0 / 3},
        {.move = MOVE_MULTIPLY, .exponent = 1 / 1.7},
        {.move = MOVE_RELAX, .exponent = 1, .eta = 0.1},
        {.move = MOVE_RELAX, .exponent = 1, .eta = 1.5},
        {.move = MOVE_PROJECT, .eta = 0.3},
    };
    for (size_t u = 0; u < sizeof updates / sizeof updates[0]; u++)
        for (int variant = 0; variant < 16; variant++) {
            struct work w;
            make_work(&w, t, k, seed, variant);
            w.job.update = updates[u];
            t->move(&w.job);
            for (int64_t l = 0; l < k; l++)
                for (int j = 0; j < t->lanes; j++) {
                    const double a = real_at(t, w.before, l * t->lanes + j),
                                 n = real_at(t, w.pull, l * t->lanes + j);
                    const double c = push_at(t, &w, l, j) + w.job.l1 + w.job.l2 * a;
                    double       e = stepped(&w.job.update, a, n, c);
                    if (w.job.fixed && w.fixed[l])
                        e = a;
                    if (j >= w.job.lanes)
                        e = 0;
                    close_to(t, "a moved entry", real_at(t, w.moving, l * t->lanes + j), e, e + a + n + c);
                }
            free_work(&w);
        }
}

static void test_steps(void **state)
{
    (void)state;
    each_table(check_move);
}

/* Coordinate descent on 1/2 f'Gf - f'(pull - l1) + l2/2 |f|^2, one column, in double. */
static void descend(double *f, const double *gram, const double *pull, const struct work *w)
{
    const int64_t k = w->job.k;
    for (int s = 0; s < w->job.update.sweeps; s++)
        for (int64_t l = 0; l < k; l++) {
            double slope = w->job.l1 + w->job.l2 * f[l] - pull[l];
            for (int64_t q = 0; q < k; q++)
                slope += gram[l * k + q] * f[q];
            const double curvature = gram[l * k + l] + w->job.l2;
            if (w->job.fixed && w->fixed[l])
                continue;
            if (curvature > 0)
                f[l] = fmax(0, f[l] - slope / curvature);
            else if (w->job.l1 > 0) /* only the penalty is left */
                f[l] = 0;
        }
}

/* With a net pull N - G f, a sweep leads to where one with N leads. */
static void check_net_sweep(const struct kernels *t, int64_t k, uint64_t *seed)
{
    double gram[49 * 49], pull[49], f[49];
    for (int variant = 0; variant < 16; variant++) {
        struct work w;
        make_work(&w, t, k, seed, variant);
        w.job.update  = (struct update){.move = MOVE_SWEEP, .sweeps = 1 + variant % 2};
        w.job.net     = true;
        w.job.scratch = aligned_alloc(64, (t->scratch_bytes(k) + 63) / 64 * 64);
        t->move(&w.job);
        for (int64_t i = 0; i < k * k; i++)
            gram[i] = real_at(t, w.gram, i);
        for (int j = 0; j < w.job.lanes; j++) {
            double size = 1;
            for (int64_t l = 0; l < k; l++)
                f[l] = real_at(t, w.before, l * t->lanes + j);
            for (int64_t l = 0; l < k; l++) {
                pull[l] = real_at(t, w.pull, l * t->lanes + j);
                for (int64_t q = 0; q < k; q++)
                    pull[l] += gram[l * k + q] * f[q];
                size += fabs(f[l]) + pull[l];
            }
            descend(f, gram, pull, &w);
            for (int64_t l = 0; l < k; l++)
                close_to(t, "an entry swept from a net pull", real_at(t, w.moving, l * t->lanes + j), f[l],
                         size);
        }
        free(w.job.scratch);
        free_work(&w);
    }
}

static void test_net_sweeps(void **state)
{
    (void)state;
    each_table(check_net_sweep);
}

static void check_sweep(const struct kernels *t, int64_t k, uint64_t *seed)
{
    double gram[49 * 49], pull[49], f[49];
    for (int variant = 0; variant < 16; variant++) {
        struct work w;
        make_work(&w, t, k, seed, variant);
        w.job.update = (struct update){.move = MOVE_SWEEP, .sweeps = 1 + variant % 2};
        t->move(&w.job);
        for (int64_t i = 0; i < k * k; i++)
            gram[i] = real_at(t, w.gram, i);
        for (int j = 0; j < t->lanes; j++) {
            double size = 1;
            for (int64_t l = 0; l < k; l++) {
                f[l]    = real_at(t, w.before, l * t->lanes + j);
                pull[l] = real_at(t, w.pull, l * t->lanes + j);
                size += fabs(f[l]) + pull[l];
            }
            descend(f, gram, pull, &w);
            for (int64_t l = 0; l < k; l++)
                close_to(t, "a swept entry", real_at(t, w.moving, l * t->lanes + j),
                         j < w.job.lanes ? f[l] : 0, size);
        }
        free_work(&w);
    }
}

static void test_sweeps(void **state)
{
    (void)state;
    each_table(check_sweep);
}

/* An exact zero stays zero under a multiplicative step, whatever pulls at it; C = 0 leaves the entry. */
static void test_steps_at_zeros(void **state)
{
    (void)state;
    for (int i = 0; test_table(i); i++) {
        const struct kernels *t = test_table(i);
        const int             T = t->lanes;
        void                 *f = real_block(t, 3 * T, 0), *pull = real_block(t, 3 * T, 1e30),
             *push                   = real_block(t, 3 * T, 0);
        struct panel_job job         = {.k = 3, .lanes = T, .moving = f, .pull = pull, .push = push};
        const double     exponents[] = {1, 0.5, 0.4};
        for (int e = 0; e < 3; e++) {
            for (int j = 0; j < T; j++) {
                real_set(t, f, j, 0);
                real_set(t, f, T + j, 0.5);
                real_set(t, f, 2 * T + j, 0.5);
                real_set(t, push, 2 * T + j, 1);
                real_set(t, pull, 2 * T + j, 0);
            }
            job.update = (struct update){.move = MOVE_MULTIPLY, .exponent = exponents[e]};
            t->move(&job);
            for (int j = 0; j < T; j++) {
                assert_true(real_at(t, f, j) == 0);
                assert_true(real_at(t, f, T + j) == 0.5);
                assert_true(real_at(t, f, 2 * T + j) == 0);
            }
        }
        free(f);
        free(pull);
        free(push);
    }
}

static void check_copies(const struct kernels *t, int64_t k, uint64_t *seed)
{
    const int     T     = t->lanes;
    const int64_t count = T + 3;
    double *whole = draw_many(seed, k * count * 4, 0, 1), *out = calloc((size_t)(k * count * 4), sizeof *out);
    double *factors = draw_many(seed, k, 0, 2);
    void   *panel   = real_block(t, k * T, -1);
    float  *single  = malloc((size_t)(k * count * 4) * sizeof *single);
    for (int64_t i = 0; i < k * count * 4; i++)
        single[i] = (float)whole[i];
    for (int way = 0; way < 4; way++) {
        inshi_matrix view = way & 1 ? inshi_matrix_fortran(whole, INSHI_DTYPE_F8, k, count)
                                    : (inshi_matrix){.dtype         = INSHI_DTYPE_F8,
                                                     .rows          = k,
                                                     .columns       = count,
                                                     .data          = whole + 4 * k * count - 1,
                                                     .row_stride    = -4 * count,
                                                     .column_stride = -3};
        inshi_matrix back = view;
        back.data         = out + ((double *)view.data - whole);
        if (way & 2) {
            view.dtype = INSHI_DTYPE_F4;
            view.data  = single + ((double *)back.data - out);
        }
        t->read_panel(view, 3, T, k, panel);
        t->write_panel(panel, 3, T, k, back);
        for (int64_t l = 0; l < k; l++)
            for (int j = 0; j < T; j++) {
                const int64_t at = l * view.row_stride + (3 + j) * view.column_stride;
                const double  a  = way & 2 ? (double)((float *)view.data)[at] : ((double *)view.data)[at];
                const double  e  = t->real_bytes == 8 ? a : (double)(float)a;
                assert_true(real_at(t, panel, l * T + j) == e);
                assert_true(((double *)back.data)[at] == e);
            }
    }
    const inshi_matrix last = inshi_matrix_c(whole, INSHI_DTYPE_F8, k, count);
    t->read_panel(last, T, 3, k, panel); /* the last panel: lanes behind its 3 items are 0 */
    for (int64_t l = 0; l < k; l++)
        for (int j = 0; j < T; j++)
            close_to(t, "a read entry", real_at(t, panel, l * T + j), j < 3 ? whole[l * count + T + j] : 0,
                     1e-2);
    t->scale(panel, k, factors);
    for (int64_t l = 0; l < k; l++)
        close_to(t, "a scaled entry", real_at(t, panel, l * T + 1), whole[l * count + T + 1] * factors[l],
                 1e-2);
    t->from_double(whole, k, panel);
    for (int64_t l = 0; l < k; l++)
        assert_true(real_at(t, panel, l) == (t->real_bytes == 8 ? whole[l] : (double)(float)whole[l]));
    free(whole);
    free(out);
    free(factors);
    free(panel);
    free(single);
}

static void test_copies_and_scales(void **state)
{
    (void)state;
    each_table(check_copies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gram_sums_and_their_product),
        cmocka_unit_test(test_measures),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_net_sweeps),
        cmocka_unit_test(test_sweeps),
        cmocka_unit_test(test_steps_at_zeros),
        cmocka_unit_test(test_copies_and_scales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
