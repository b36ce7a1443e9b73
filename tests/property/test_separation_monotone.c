/* test_separation_monotone.c -- sparse and smooth activations: no iteration raises the objective, columns that stay do, and
 * the objective is what it is said to be. */
#include "support/support.h"

#include <math.h>
#include "audio/learn.h"
#include "base/random.h"

enum { K = 4, FRAMES = 30, SEEDS = 20, ROOM = 60 };

struct problem {
    inshi_context    *context;
    inshi_separation *s;
    struct learning   l;
    double           *x, *w, *h, *start;
    bool              fixed[K];
    double            costs[ROOM];
};

static double draw(uint64_t seed, uint32_t stream, int64_t row, int64_t column)
{
    return random_uniform(seed, stream, row, column);
}

/* Random X of rank K with noise, some entries tiny, and a random start. */
static void make(struct problem *p, const char *loss, double sparse, double smooth, int fixed, uint64_t seed)
{
    inshi_options            fit;
    inshi_separation_options o;
    *p = (struct problem){.context = open_context()};
    inshi_options_default(&fit);
    fit.loss       = loss;
    fit.iterations = ROOM;
    fit.tolerance  = 0;
    inshi_separation_defaults(&o);
    o.stft.length = 62;
    o.fit         = &fit;
    o.dtype       = INSHI_DTYPE_F8;
    o.sparse      = sparse;
    o.smooth      = smooth;
    assert_int_equal(inshi_separation_create(p->context, &o, &p->s), INSHI_OK);
    const int64_t bins = p->s->bins;
    p->x               = calloc((size_t)(bins * FRAMES), sizeof(double));
    p->w               = calloc((size_t)(bins * K), sizeof(double));
    p->start           = calloc((size_t)(bins * K), sizeof(double));
    p->h               = calloc(K * FRAMES, sizeof(double));
    for (int64_t t = 0; t < FRAMES; t++)
        for (int64_t b = 0; b < bins; b++) {
            double value = 1e-3;
            for (int64_t j = 0; j < K; j++)
                value += pow(draw(seed, 1, b, j), 4) * pow(draw(seed, 2, j, t), 3);
            p->x[t * bins + b] = value * (0.5 + draw(seed, 3, b, t));
        }
    for (int64_t i = 0; i < bins * K; i++)
        p->start[i] = p->w[i] = 0.01 + draw(seed, 4, i, 0);
    for (int64_t i = 0; i < K * FRAMES; i++)
        p->h[i] = 0.01 + draw(seed, 5, i, 0);
    for (int j = 0; j < fixed; j++)
        p->fixed[j] = true;
    p->l = (struct learning){.s         = p->s,
                             .x         = inshi_matrix_fortran(p->x, INSHI_DTYPE_F8, bins, FRAMES),
                             .w         = inshi_matrix_fortran(p->w, INSHI_DTYPE_F8, bins, K),
                             .h         = inshi_matrix_fortran(p->h, INSHI_DTYPE_F8, K, FRAMES),
                             .fixed     = p->fixed,
                             .level     = 0.3,
                             .seed      = seed,
                             .costs     = p->costs,
                             .cost_room = ROOM};
}

static void end(struct problem *p)
{
    free(p->x), free(p->w), free(p->h), free(p->start);
    inshi_separation_destroy(p->s);
    inshi_context_destroy(p->context);
}

static void check(struct problem *p, inshi_status (*learn)(struct learning *), const char *loss, int fixed)
{
    const int64_t bins = p->s->bins;
    assert_int_equal(learn(&p->l), INSHI_OK);
    assert_true(p->l.cost_count >= 10);
    for (int64_t i = 1; i < p->l.cost_count; i++)
        if (!(p->costs[i] <= p->costs[i - 1] + 1e-10 * fabs(p->costs[i - 1]))) {
            print_error("%s, %d columns fixed: iteration %d rises from %.17g to %.17g\n", loss, fixed, (int)i,
                        p->costs[i - 1], p->costs[i]);
            fail();
        }
    assert_true(p->costs[p->l.cost_count - 1] < p->costs[0]);
    assert_memory_equal(p->w, p->start, (size_t)(bins * fixed) * sizeof(double));
    for (int64_t i = 0; i < K * FRAMES; i++)
        assert_true(p->h[i] >= 0 && isfinite(p->h[i]));
}

static void test_sparse_never_rises(void **state)
{
    (void)state;
    static const char *const LOSSES[] = {"kl", "is", "eu", "beta:0.5", "beta:1.5", "beta:3"};
    for (size_t l = 0; l < sizeof LOSSES / sizeof *LOSSES; l++)
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct problem p;
            make(&p, LOSSES[l], seed % 2 ? 0.05 : 1, 0, (int)(seed % 3), seed);
            check(&p, learn_sparse, LOSSES[l], (int)(seed % 3));
            end(&p);
        }
}

static void test_smooth_never_rises(void **state)
{
    (void)state;
    static const double WEIGHTS[] = {0.01, 0.1, 1, 10};
    for (int l = 0; l < 2; l++)
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct problem p;
            const int      fixed = seed % 5 == 4 ? K : (int)(seed % 3);
            make(&p, l ? "is" : "kl", 0, WEIGHTS[seed % 4], fixed, seed);
            check(&p, learn_smooth, l ? "is" : "kl", fixed);
            end(&p);
        }
}

/* sum of changes of H, relative to its size */
static double roughness(const struct problem *p)
{
    double changes = 0, size = 0;
    for (int64_t t = 0; t < FRAMES; t++)
        for (int64_t j = 0; j < K; j++) {
            size += p->h[t * K + j];
            changes += t > 0 ? fabs(p->h[t * K + j] - p->h[(t - 1) * K + j]) : 0;
        }
    return changes / size;
}

/* Components that are next to nothing: the part of H below a hundredth of its largest entry. */
static double empty_part(const struct problem *p)
{
    double most = 0, count = 0;
    for (int64_t i = 0; i < K * FRAMES; i++)
        most = fmax(most, p->h[i]);
    for (int64_t i = 0; i < K * FRAMES; i++)
        count += p->h[i] < 0.01 * most;
    return count / (K * FRAMES);
}

/* More weight, more effect. */
static void test_weights_have_their_effect(void **state)
{
    (void)state;
    struct problem weak, strong;
    for (int l = 0; l < 2; l++) {
        make(&weak, l ? "is" : "kl", 0, 1e-6, 0, 7);
        make(&strong, l ? "is" : "kl", 0, 10, 0, 7);
        assert_int_equal(learn_smooth(&weak.l), INSHI_OK);
        assert_int_equal(learn_smooth(&strong.l), INSHI_OK);
        assert_true(roughness(&strong) < 0.7 * roughness(&weak));
        end(&weak), end(&strong);
    }
    make(&weak, "kl", 1e-9, 0, 0, 7);
    make(&strong, "kl", 0.3, 0, 0, 7);
    assert_int_equal(learn_sparse(&weak.l), INSHI_OK);
    assert_int_equal(learn_sparse(&strong.l), INSHI_OK);
    assert_true(empty_part(&strong) > empty_part(&weak) + 0.1);
    end(&weak), end(&strong);
}

/* The first objective of smooth kl, at the start that was given, summed here. */
static void test_smooth_objective_is_as_defined(void **state)
{
    (void)state;
    struct problem p;
    make(&p, "kl", 0, 2, K, 3);
    const int64_t bins   = p.s->bins;
    const double  lambda = 2 / ((double)bins * 0.3);
    double        wanted = 0;
    for (int64_t t = 0; t < FRAMES; t++)
        for (int64_t b = 0; b < bins; b++) {
            double       y = 0;
            const double x = p.x[t * bins + b];
            for (int64_t j = 0; j < K; j++)
                y += p.w[j * bins + b] * p.h[t * K + j];
            wanted += x * log(x / y) - x + y;
        }
    for (int64_t t = 1; t < FRAMES; t++)
        for (int64_t j = 0; j < K; j++)
            wanted += lambda * pow(p.h[t * K + j] - p.h[(t - 1) * K + j], 2);
    assert_int_equal(learn_smooth(&p.l), INSHI_OK);
    assert_true(fabs(p.costs[0] - wanted) < 1e-12 * wanted);
    end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sparse_never_rises),
        cmocka_unit_test(test_smooth_never_rises),
        cmocka_unit_test(test_weights_have_their_effect),
        cmocka_unit_test(test_smooth_objective_is_as_defined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
