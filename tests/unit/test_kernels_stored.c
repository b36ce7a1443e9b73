/* test_kernels_stored.c -- the kernels over stored entries of every table against sums written out here. */
#include "support/support.h"

#include <math.h>
#include "kernels/stored.h"
#include "support/compressed.h"
#include "support/draw.h"
#include "support/sample.h"
#include "support/tables.h"

/* In halves of the last bit of a sum of magnitudes, as in test_kernels_parts.c; coordinate descent goes over all entries
 * once for every component. */
static const double TOLERANCE = 500, DESCENT = 5e5;

static const char *const LOSSES[] = {"eu", "kl", "is", "beta:0.5", "beta:1.5", "beta:-1", "beta:3"};
enum { LOSS_CASES = sizeof LOSSES / sizeof LOSSES[0] };

/* X (0 = not stored), its stored form, factors as doubles and in panels and items. */
struct bench {
    inshi_context        *context;
    const struct kernels *t;
    int64_t               count[2], panels[2], k; /* of H (columns), of W (rows) */
    inshi_matrix          x, csr;
    struct stored         stored;
    struct tiles          tiles;
    double               *factor[2]; /* k x count */
    void                 *panel[2], *items[2], *scratch;
};

static struct bench make_bench(const struct kernels *t, int64_t m, int64_t n, int64_t k, double zeros)
{
    uint64_t      seed = (uint64_t)(m * 31 + n * 7 + k);
    struct bench  b    = {.context = open_context(), .t = t, .count = {n, m}, .k = k};
    const int64_t T    = t->lanes;
    b.x                = inshi_matrix_c(draw_many(&seed, m * n, 0.5, 3), INSHI_DTYPE_F8, m, n);
    for (int64_t i = 0; i < m * n; i++)
        ((double *)b.x.data)[i] = draw(&seed) < zeros ? 0 : (double)(float)((double *)b.x.data)[i];
    b.csr                         = compressed_make(b.x, INSHI_LAYOUT_CSR, INSHI_DTYPE_F8, 4, 0);
    const struct stored_wish wish = {1, 0, NULL, NULL};
    assert_int_equal(stored_take(b.context, t, b.csr, (bool[2]){false, false}, WEIGHING_NONE, &b.stored),
                     INSHI_OK);
    assert_int_equal(stored_fill(b.context, t, b.csr, &wish, &b.stored), INSHI_OK);
    b.scratch = aligned_alloc(64, (t->scratch_bytes(k) + 63) / 64 * 64);
    for (int side = 0; side < 2; side++) {
        b.panels[side] = (b.count[side] + T - 1) / T;
        b.factor[side] = draw_many(&seed, k * b.count[side], 0.05, 1);
        for (int64_t i = 0; i < k * b.count[side]; i++)
            b.factor[side][i] = (double)(float)(b.factor[side][i] / sqrt((double)k));
        b.panel[side] = to_panels(t, b.factor[side], k, b.count[side]);
        b.items[side] = real_block(t, b.panels[side] * T * t->item_stride(k), -1);
        for (int64_t p = 0; p < b.panels[side]; p++)
            t->items((char *)b.panel[side] + p * k * T * t->real_bytes, k, NULL,
                     (char *)b.items[side] + p * T * t->item_stride(k) * t->real_bytes);
    }
    b.tiles = (struct tiles){
        .view = b.csr, .scale = 1, .tile_rows = b.panels[SIDE_W], .tile_columns = b.panels[SIDE_H]};
    return b;
}

static void free_bench(struct bench *b)
{
    stored_destroy(b->context, &b->stored);
    for (int side = 0; side < 2; side++) {
        free(b->factor[side]);
        free(b->panel[side]);
        free(b->items[side]);
    }
    free(b->scratch);
    free(b->x.data);
    compressed_free(&b->csr);
    inshi_context_destroy(b->context);
}

static double entry(const struct bench *b, enum side side, int64_t item, int64_t other)
{
    return side == SIDE_H ? entry_get(b->x, other, item) : entry_get(b->x, item, other);
}

static double f(const struct bench *b, enum side side, int64_t l, int64_t item)
{
    return b->factor[side][l * b->count[side] + item];
}

static double predicted(const struct bench *b, enum side side, int64_t item, int64_t other)
{
    long double y = 0;
    for (int64_t l = 0; l < b->k; l++)
        y += (long double)f(b, side, l, item) * (long double)f(b, other_side(side), l, other);
    return (double)y;
}

struct expected {
    double *pull, *push, *product; /* k x count */
    double *hessian;               /* k x k x count */
    double  value, value_size, less, less_size;
};

/* The second derivative in y, the expected one where the rule says so; test_losses.c holds the formulas. */
static double curvature(double beta, double x, double y)
{
    return beta == 1 ? x / y / y : beta == 2 ? 1 : pow(y, beta - 2);
}

static struct expected expect(const struct bench *b, enum side side, struct loss_choice loss)
{
    const int64_t   k = b->k, n = b->count[side];
    struct expected e = {calloc((size_t)(k * n), 8),
                         calloc((size_t)(k * n), 8),
                         calloc((size_t)(k * n), 8),
                         calloc((size_t)(k * k * n), 8),
                         0,
                         0,
                         0,
                         0};
    for (int64_t j = 0; j < n; j++)
        for (int64_t i = 0; i < b->count[other_side(side)]; i++) {
            const double x = entry(b, side, j, i), y = predicted(b, side, j, i);
            if (x == 0)
                continue;
            const double value = loss_value(loss, x, y), nothing = loss.beta > 0 ? loss_value(loss, 0, y) : 0;
            const double size = fabs(loss_pull(loss, x, y) * y) + fabs(loss_push(loss, x, y) * y) + value + x;
            e.value += value;
            e.value_size += size;
            e.less += value - nothing;
            e.less_size += size + nothing;
            for (int64_t l = 0; l < k; l++) {
                const double w = f(b, other_side(side), l, i);
                e.pull[l * n + j] += w * loss_pull(loss, x, y);
                e.push[l * n + j] += w * loss_push(loss, x, y);
                e.product[l * n + j] += w * x;
                for (int64_t q = l; q < k; q++)
                    e.hessian[(l * k + q) * n + j] +=
                        w * f(b, other_side(side), q, i) * curvature(loss.beta, x, y);
            }
        }
    return e;
}

static void free_expected(struct expected *e)
{
    free(e->pull);
    free(e->push);
    free(e->product);
    free(e->hessian);
}

static void check_number(const struct bench *b, const char *what, const char *loss, double got,
                         double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance * table_epsilon(b->t)))
        fail_msg("%s, %lld x %lld, k = %lld, %s: %s is %.17g, expected %.17g", table_name(b->t),
                 (long long)b->count[1], (long long)b->count[0], (long long)b->k, loss, what, got, expected);
}

static void check_panel(const struct bench *b, enum side side, int64_t panel, const void *block,
                        const double *expected, const char *what, const char *loss)
{
    const int64_t T = b->t->lanes, n = b->count[side];
    for (int64_t l = 0; l < b->k; l++)
        for (int64_t j = 0; j < T && panel * T + j < n; j++) {
            const double e = expected[l * n + panel * T + j];
            check_number(b, what, loss, real_at(b->t, block, l * T + j), e, TOLERANCE * fabs(e));
        }
}

static struct parts_job job_for(const struct bench *b, enum side side, int64_t panel, struct loss_choice loss)
{
    const enum side other = other_side(side);
    return (struct parts_job){.loss  = loss,
                              .x     = &b->tiles,
                              .side  = side,
                              .panel = panel,
                              .last  = b->panels[other],
                              .k     = b->k,
                              .moving =
                                  (char *)b->panel[side] + panel * b->k * b->t->lanes * b->t->real_bytes,
                              .other   = b->panel[other],
                              .items   = b->items[other],
                              .scratch = b->scratch};
}

/* Parts, product and Hessian of one panel; the entries in two shares. */
static void check_parts(const struct bench *b, enum side side, struct loss_choice loss, const char *name)
{
    const int64_t   k = b->k, T = b->t->lanes, n = b->count[side], rows = k * (k + 1) / 2;
    struct expected e     = expect(b, side, loss);
    double          value = 0, less = 0;
    for (int64_t panel = 0; panel < b->panels[side]; panel++) {
        void  *pull = real_block(b->t, k * T, 0), *push = real_block(b->t, k * T, 0);
        void  *product = real_block(b->t, k * T, 0), *hessian = real_block(b->t, rows * T, 0);
        void  *room               = real_block(b->t, 2 * k * T, 0);
        double values[LANES_MOST] = {0}, lesser[LANES_MOST] = {0};
        for (int share = 0; share < 2; share++) {
            const int64_t    depth = b->panels[other_side(side)];
            struct parts_job job   = job_for(b, side, panel, loss);
            job.first              = share * depth / 2;
            job.last               = (share + 1) * depth / 2;
            job.pull               = pull;
            job.push               = push;
            job.values             = values;
            job.hessian            = hessian;
            job.product            = room;
            b->t->parts(&job);
            job.pull = job.push = job.hessian = NULL;
            job.values                        = lesser;
            job.less_nothing                  = true;
            if (loss.beta >= 1)
                b->t->parts(&job);
            job.values = NULL;
            job.pull   = product;
            b->t->product(&job);
        }
        for (int j = 0; j < LANES_MOST; j++) {
            value += values[j];
            less += lesser[j];
        }
        check_panel(b, side, panel, pull, e.pull, "pull", name);
        check_panel(b, side, panel, push, e.push, "push", name);
        check_panel(b, side, panel, product, e.product, "product", name);
        for (int64_t a = 0, row = 0; a < k; a++)
            for (int64_t q = a; q < k; q++, row++)
                for (int64_t j = 0; j < T && panel * T + j < n; j++) {
                    const double want = e.hessian[(a * k + q) * n + panel * T + j];
                    check_number(b, "Hessian", name, real_at(b->t, hessian, row * T + j), want,
                                 TOLERANCE * want);
                }
        free(pull);
        free(push);
        free(product);
        free(hessian);
        free(room);
    }
    check_number(b, "value", name, value, e.value, TOLERANCE * e.value_size);
    if (loss.beta >= 1)
        check_number(b, "value less that of nothing", name, less, e.less, TOLERANCE * e.less_size);
    free_expected(&e);
}

/* One round of coordinate descent on an item, written out. */
static void descend(const struct bench *b, enum side side, int64_t item, double push, int sweeps, double *h)
{
    const enum side other = other_side(side);
    for (int64_t l = 0; l < b->k; l++)
        h[l] = f(b, side, l, item);
    for (int64_t turn = 0; turn < sweeps * b->k; turn++) {
        const int64_t l    = turn % b->k;
        double        pull = 0, bend = 0;
        for (int64_t i = 0; i < b->count[other]; i++) {
            const double x = entry(b, side, item, i), w = f(b, other, l, i);
            double       y = 0;
            for (int64_t q = 0; q < b->k; q++)
                y += h[q] * f(b, other, q, i);
            if (x == 0)
                continue;
            pull += w * x / y;
            bend += w * w * x / y / y;
        }
        h[l] = bend > 0 ? fmax(h[l] + pull / push * (pull - push) / bend, 0) : 0; /* no entry: all the way */
    }
}

static void check_descent(const struct bench *b, enum side side)
{
    const int64_t            k = b->k, T = b->t->lanes;
    const struct loss_choice kl   = {loss_at(LOSS_ID_kl), 1};
    int64_t                  most = 0;
    for (int64_t i = 0; i < b->count[side]; i++) {
        const int64_t entries = b->stored.pointers[side][i + 1] - b->stored.pointers[side][i];
        most                  = entries > most ? entries : most;
    }
    void           *memory = aligned_alloc(64, (b->t->stored_bytes(k, most) + 64) / 64 * 64);
    void           *sums = real_block(b->t, k, 1.5), *pull = real_block(b->t, k * T, 0);
    void           *candidate = real_block(b->t, k * T, -1);
    double         *h         = calloc((size_t)k, 8);
    struct expected e         = expect(b, side, kl);
    double          less      = 0;
    for (int64_t panel = 0; panel < b->panels[side]; panel++) {
        double           values[LANES_MOST] = {0};
        struct parts_job parts              = job_for(b, side, panel, kl);
        memset(pull, 0, (size_t)(k * T * b->t->real_bytes));
        parts.pull                  = pull;
        parts.values                = values;
        parts.less_nothing          = true;
        const int64_t          left = b->count[side] - panel * T;
        const struct panel_job own  = {.k         = k,
                                       .lanes     = (int)(left < T ? left : T),
                                       .moving    = (void *)parts.moving,
                                       .pull      = pull,
                                       .push_sums = sums,
                                       .update    = {.move = MOVE_COORDINATES, .sweeps = 2}};
        b->t->coordinates(&parts, &own, memory, candidate);
        check_panel(b, side, panel, pull, e.pull, "pull", "kl, descent");
        for (int j = 0; j < LANES_MOST; j++)
            less += values[j];
        for (int64_t j = 0; j < own.lanes; j++) {
            descend(b, side, panel * T + j, 1.5, 2, h);
            double size = 0;
            for (int64_t l = 0; l < k; l++)
                size = fmax(size, h[l]);
            for (int64_t l = 0; l < k; l++)
                check_number(b, "descent", "kl", real_at(b->t, candidate, l * T + j), h[l], DESCENT * size);
        }
    }
    check_number(b, "value less that of nothing", "kl, descent", less, e.less, TOLERANCE * e.less_size);
    free_expected(&e);
    free(memory);
    free(sums);
    free(pull);
    free(candidate);
    free(h);
}

static void check_shape(const struct kernels *t, int64_t m, int64_t n, int64_t k, double zeros)
{
    struct bench b = make_bench(t, m, n, k, zeros);
    b.tiles.stored = &b.stored;
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < LOSS_CASES; i++) {
            struct loss_choice loss;
            assert_int_equal(loss_find(b.context, LOSSES[i], &loss), INSHI_OK);
            check_parts(&b, side, loss, LOSSES[i]);
        }
        check_descent(&b, side);
    }
    free_bench(&b);
}

static void test_every_table_and_shape(void **state)
{
    (void)state;
    static const int64_t ranks[] = {1, 2, 5, 8, 17, 20, 33, 50};
    for (int i = 0; test_table(i); i++)
        for (size_t r = 0; r < sizeof ranks / sizeof *ranks; r++) {
            check_shape(test_table(i), 1, 1, ranks[r], 0);
            check_shape(test_table(i), 29, 61, ranks[r], 0.6);
            check_shape(test_table(i), 50, 26, ranks[r], 0.9);
        }
}

static void test_items_of_every_length(void **state)
{
    (void)state;
    for (int i = 0; test_table(i); i++) {
        check_shape(test_table(i), 700, 3, 3, 0.1);
        check_shape(test_table(i), 3, 1100, 2, 0.5);
    }
}

/* Rows and columns give the same copy, sorted or not, whatever the indices and values are stored as. */
static void test_copies_are_the_same(void **state)
{
    (void)state;
    inshi_context        *context = open_context();
    const struct kernels *t;
    uint64_t              seed = 3;
    inshi_matrix          x    = inshi_matrix_c(calloc(4000 * 30, 8), INSHI_DTYPE_F8, 4000, 30);
    assert_int_equal(kernels_choose(context, INSHI_DTYPE_F8, &t), INSHI_OK);
    for (int64_t i = 0; i < 4000 * 30; i++)
        ((double *)x.data)[i] = draw(&seed) < 0.8 ? 0 : (double)draw_int(&seed, 1, 99);
    const struct stored_wish wish  = {0.5, 0, NULL, NULL};
    struct stored            first = {0}, s;
    for (int c = 0; c < 4; c++) {
        static const inshi_dtype dtypes[] = {INSHI_DTYPE_F8, INSHI_DTYPE_U1, INSHI_DTYPE_I4, INSHI_DTYPE_F4};
        inshi_matrix             m =
            compressed_make(x, c % 2 ? INSHI_LAYOUT_CSC : INSHI_LAYOUT_CSR, dtypes[c], c < 2 ? 4 : 8, 0);
        inshi_context_set_threads(context, 1 + c);
        assert_int_equal(stored_take(context, t, m, (bool[2]){true, true}, WEIGHING_NONE, &s), INSHI_OK);
        assert_int_equal(stored_fill(context, t, m, &wish, &s), INSHI_OK);
        for (int side = 0; side < 2; side++) {
            const size_t count = side == SIDE_H ? 30 : 4000;
            for (size_t i = 1; i < count; i++) /* the most entries first */
                assert_true(s.pointers[side][i + 1] - s.pointers[side][i] <=
                            s.pointers[side][i] - s.pointers[side][i - 1]);
            for (size_t i = 0; i < count; i++)
                for (int64_t at = s.pointers[side][i]; at < s.pointers[side][i + 1]; at++) {
                    const int64_t own = s.order[side][i], across = s.order[!side][s.indices[side][at]];
                    const double  a = side == SIDE_H ? entry_get(x, across, own) : entry_get(x, own, across);
                    assert_true(((double *)s.values[side])[at] == 0.5 * a && a > 0);
                }
            if (!first.nonzeros)
                continue;
            const size_t entries = (size_t)s.nonzeros;
            assert_memory_equal(s.pointers[side], first.pointers[side], (count + 1) * 8);
            assert_memory_equal(s.indices[side], first.indices[side], entries * 4);
            assert_memory_equal(s.values[side], first.values[side], entries * 8);
            assert_memory_equal(s.order[side], first.order[side], count * 4);
        }
        if (first.nonzeros)
            stored_destroy(context, &s);
        else
            first = s;
        compressed_free(&m);
    }
    stored_destroy(context, &first);
    free(x.data);
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_table_and_shape),
        cmocka_unit_test(test_items_of_every_length),
        cmocka_unit_test(test_copies_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
