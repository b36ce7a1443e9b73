/* test_kernels_weights.c -- gradient parts, value, Hessian and coordinate steps of every table where entries are missing or
 * weigh differently, against sums written out here in long double. */
#include "support/support.h"

#include <math.h>
#include "support/draw.h"
#include "support/tables.h"

static const double TOLERANCE = 500; /* see test_kernels_parts.c */

static const char *const LOSSES[] = {"eu", "kl", "is", "beta:0.5", "beta:1.5", "beta:-1", "beta:3"};
enum { LOSS_CASES = sizeof LOSSES / sizeof LOSSES[0] };

/* X with NaN where nothing is known, W', H, the weights as the tiles should have them. */
struct problem_data {
    int64_t         m, n, k;
    double         *x, *w, *h, *weight, *mask;
    inshi_matrix    weights_view, mask_view;
    struct observed observed;
};

static struct problem_data make_data(int64_t m, int64_t n, int64_t k, enum weighing weighing)
{
    uint64_t            seed = (uint64_t)(m * 1000003 + n * 1009 + k * 10 + (int)weighing);
    struct problem_data d    = {.m = m, .n = n, .k = k};
    d.x                      = draw_many(&seed, m * n, 0.1, 1.1);
    d.w                      = draw_many(&seed, k * m, 0.05, 1);
    d.h                      = draw_many(&seed, k * n, 0.05 / (double)k, 1 / (double)k);
    d.weight                 = draw_many(&seed, m * n, 0.25, 4);
    d.mask                   = draw_many(&seed, m * n, 0, 1);
    for (int64_t i = 0; i < k * m; i++)
        d.w[i] = (double)(float)d.w[i];
    for (int64_t i = 0; i < k * n; i++)
        d.h[i] = (double)(float)d.h[i];
    for (int64_t i = 0; i < m * n; i++) {
        d.x[i]      = (double)(float)d.x[i];
        d.weight[i] = weighing == WEIGHING_EACH ? (double)(float)d.weight[i] : 1;
        d.mask[i]   = d.mask[i] < 0.6 || weighing == WEIGHING_NONE;
        if (i % 7 == 3 && weighing != WEIGHING_NONE)
            d.x[i] = NAN;
    }
    return d;
}

/* Views are made where the struct stays. */
static void connect(struct problem_data *d, enum weighing weighing)
{
    d->mask_view    = inshi_matrix_c(d->mask, INSHI_DTYPE_F8, d->m, d->n);
    d->weights_view = inshi_matrix_c(d->weight, INSHI_DTYPE_F8, d->m, d->n);
    d->observed     = (struct observed){
            .mask = &d->mask_view, .weights = weighing == WEIGHING_EACH ? &d->weights_view : NULL, .unit = 2};
}

/* The weight of an entry as it should be, and x as it may be used. */
static double weight_of(const struct problem_data *d, enum weighing weighing, int64_t i, int64_t j, double *x)
{
    const int64_t at = i * d->n + j;
    if (weighing == WEIGHING_NONE) {
        *x = d->x[at];
        return 1;
    }
    const bool hidden = isnan(d->x[at]) || d->mask[at] == 0;
    *x                = hidden ? 1 : d->x[at];
    return hidden ? 0 : weighing == WEIGHING_EACH ? d->weight[at] / 2 : 1;
}

static void free_data(struct problem_data *d)
{
    double *const blocks[] = {d->x, d->w, d->h, d->weight, d->mask};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        free(blocks[i]);
}

struct bench {
    const struct kernels *t;
    struct problem_data  *d;
    struct tiles          x;
    void                 *factor[2], *scratch;
    int64_t               panels[2];
    char                  where[160];
};

static void make_bench(struct bench *b, const struct kernels *t, struct problem_data *d,
                       enum weighing weighing, bool packed)
{
    const int64_t T = t->lanes;
    connect(d, weighing);
    *b                = (struct bench){.t = t, .d = d};
    b->panels[SIDE_H] = (d->n + T - 1) / T;
    b->panels[SIDE_W] = (d->m + T - 1) / T;
    b->factor[SIDE_H] = to_panels(t, d->h, d->k, d->n);
    b->factor[SIDE_W] = to_panels(t, d->w, d->k, d->m);
    b->scratch        = aligned_alloc(64, (t->scratch_bytes(d->k) + 63) / 64 * 64);
    b->x              = (struct tiles){.view         = inshi_matrix_c(d->x, INSHI_DTYPE_F8, d->m, d->n),
                                       .scale        = 1,
                                       .tile_rows    = b->panels[SIDE_W],
                                       .tile_columns = b->panels[SIDE_H],
                                       .weighing     = weighing,
                                       .observed     = &d->observed};
    snprintf(b->where, sizeof b->where, "%s, %lld x %lld, k = %lld, %s, %s", table_name(t), (long long)d->m,
             (long long)d->n, (long long)d->k, packed ? "packed" : "loaded",
             weighing == WEIGHING_MASK   ? "mask"
             : weighing == WEIGHING_EACH ? "weights"
                                         : "whole");
    if (!packed)
        return;
    const int64_t     numbers = tiles_numbers(&b->x, t->lanes);
    struct tiles_sums sums    = {0};
    b->x.data                 = real_block(t, numbers, -1);
    if (weighing == WEIGHING_EACH)
        b->x.weights = real_block(t, numbers, -1);
    for (int64_t q = 0; q < b->x.tile_columns; q++)
        tiles_pack(t, &b->x, q, b->scratch, &sums);
}

static void free_bench(struct bench *b)
{
    void *const blocks[] = {b->x.data, b->x.weights, b->scratch, b->factor[0], b->factor[1]};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        free(blocks[i]);
}

/* x, y and weight of entry (depth, item) of a side. */
struct entry {
    long double x, y, weight;
};

static struct entry entry_of(const struct problem_data *d, enum weighing weighing, enum side side,
                             int64_t depth, int64_t item)
{
    const int64_t i = side == SIDE_H ? depth : item, j = side == SIDE_H ? item : depth;
    double        x, y                                 = 0;
    const double  weight = weight_of(d, weighing, i, j, &x);
    for (int64_t l = 0; l < d->k; l++)
        y += d->w[l * d->m + i] * d->h[l * d->n + j];
    return (struct entry){(long double)x, (long double)y, (long double)weight};
}

/* pull, push, curvature (as the kernels have it: expected, but for kl), value and the size of its terms */
static void parts_of(double beta, struct entry e, long double out[5])
{
    const long double B = (long double)beta;
    out[0]              = e.x * powl(e.y, B - 2);
    out[1]              = powl(e.y, B - 1);
    out[2]              = beta == 1 ? e.x / e.y / e.y : powl(e.y, B - 2);
    if (beta == 0)
        out[3] = e.x / e.y - logl(e.x / e.y) - 1;
    else if (beta == 1)
        out[3] = e.x * logl(e.x / e.y) - e.x + e.y;
    else
        out[3] = (powl(e.x, B) + (B - 1) * powl(e.y, B) - B * e.x * powl(e.y, B - 1)) / (B * (B - 1));
    out[4] = beta == 0 ? e.x / e.y + 1 : beta == 1 ? e.x + e.y : powl(e.x, B) + powl(e.y, B);
}

static void expect(const struct bench *b, const char *what, double got, long double wanted, long double size)
{
    if (!(fabsl((long double)got - wanted) <= (long double)(TOLERANCE * table_epsilon(b->t)) * size))
        fail_msg("%s: %s is %.17g, expected %.17g", b->where, what, got, (double)wanted);
}

/* Parts, value and Hessian of one panel. */
static void check_panel(struct bench *b, struct loss_choice loss, enum weighing weighing, enum side side,
                        int64_t panel)
{
    const struct problem_data *d = b->d;
    const int64_t              T = b->t->lanes, k = d->k, items = side == SIDE_H ? d->n : d->m,
                  depths = side == SIDE_H ? d->m : d->n;
    const double *other  = side == SIDE_H ? d->w : d->h;
    void         *pull = real_block(b->t, k * T, 0), *push = real_block(b->t, k * T, 0),
         *hessian = real_block(b->t, k * (k + 1) / 2 * T, 0), *product = real_block(b->t, 2 * k * T, 0);
    double           values[LANES_MOST] = {0};
    struct parts_job job                = {
                       .loss = loss, .x = &b->x, .side = side, .panel = panel, .k = k, .scratch = b->scratch};
    job.last    = b->panels[other_side(side)];
    job.other   = b->factor[other_side(side)];
    job.moving  = (char *)b->factor[side] + panel * k * T * b->t->real_bytes;
    job.pull    = pull;
    job.push    = push;
    job.values  = values;
    job.hessian = hessian;
    job.product = product;
    b->t->parts(&job);
    for (int64_t lane = 0; lane < T && panel * T + lane < items; lane++) {
        long double value = 0, size = 0;
        for (int64_t a = 0; a < k; a++) {
            long double sums[2] = {0}, row = 0;
            for (int64_t i = 0; i < depths; i++) {
                const struct entry e = entry_of(d, weighing, side, i, panel * T + lane);
                long double        part[5];
                parts_of(loss.beta, e, part);
                const long double w = (long double)other[a * depths + i];
                sums[0] += e.weight * w * part[0];
                sums[1] += e.weight * w * part[1];
                row += e.weight * w * (long double)other[i] * part[2]; /* with component 0 */
                value += a ? 0 : e.weight * part[3];
                size += a ? 0 : e.weight * part[4];
            }
            expect(b, "the pull", real_at(b->t, pull, a * T + lane), sums[0], fabsl(sums[0]));
            expect(b, "the push", real_at(b->t, push, a * T + lane), sums[1], fabsl(sums[1]));
            expect(b, "the Hessian", real_at(b->t, hessian, a * T + lane), row, fabsl(row));
        }
        expect(b, "the value", values[lane], value, 4 * size);
    }
    void *const blocks[] = {pull, push, hessian, product};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        free(blocks[i]);
}

/* One round of coordinate descent for kl, column by column, in double. */
static void check_coordinates(struct bench *b, struct loss_choice loss, enum weighing weighing,
                              enum side side, int64_t panel)
{
    const struct problem_data *d = b->d;
    const int64_t              T = b->t->lanes, k = d->k, items = side == SIDE_H ? d->n : d->m,
                  depths = side == SIDE_H ? d->m : d->n;
    const double *other = side == SIDE_H ? d->w : d->h, *own = side == SIDE_H ? d->h : d->w;
    void         *pull = real_block(b->t, k * T, 0), *push = real_block(b->t, k * T, 0),
         *to = real_block(b->t, k * T, 0);
    char *memory =
        aligned_alloc(64, (b->t->coordinate_bytes(k, b->panels[other_side(side)]) + 127) / 64 * 64);
    struct parts_job job = {
        .loss = loss, .x = &b->x, .side = side, .panel = panel, .k = k, .scratch = b->scratch};
    job.last   = b->panels[other_side(side)];
    job.other  = b->factor[other_side(side)];
    job.moving = (char *)b->factor[side] + panel * k * T * b->t->real_bytes;
    job.pull   = pull;
    job.push   = push;
    b->t->parts(&job);
    const struct panel_job move = {.k      = k,
                                   .lanes  = (int)(items - panel * T < T ? items - panel * T : T),
                                   .moving = (void *)job.moving,
                                   .pull   = pull,
                                   .push   = push,
                                   .update = {.move = MOVE_COORDINATES, .sweeps = 1}};
    b->t->coordinates(&job, &move, memory, to);
    for (int64_t lane = 0; lane < move.lanes; lane++) {
        long double h[64], y[256], x[256], weight[256];
        for (int64_t i = 0; i < depths; i++) {
            const struct entry e = entry_of(d, weighing, side, i, panel * T + lane);
            x[i]                 = e.x;
            y[i]                 = e.y;
            weight[i]            = e.weight;
        }
        for (int64_t l = 0; l < k; l++) {
            long double slope = 0, curvature = 0, whole = 0;
            h[l] = (long double)own[l * items + panel * T + lane];
            for (int64_t i = 0; i < depths; i++) {
                const long double w = (long double)other[l * depths + i];
                slope += weight[i] * w * (1 - x[i] / y[i]);
                whole += weight[i] * w;
                curvature += weight[i] * w * w * x[i] / y[i] / y[i];
            }
            const long double now = curvature > 0
                                        ? fmaxl(h[l] - slope / curvature * (whole - slope) / whole, 0)
                                    : slope > 0 ? 0
                                                : h[l];
            for (int64_t i = 0; i < depths; i++)
                y[i] += (now - h[l]) * (long double)other[l * depths + i];
            expect(b, "a coordinate", real_at(b->t, to, l * T + lane), now, 100 * (h[l] + fabsl(now)));
            h[l] = now;
        }
    }
    void *const blocks[] = {pull, push, to, memory};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        free(blocks[i]);
}

static void check_shape(const struct kernels *t, int64_t m, int64_t n, int64_t k)
{
    inshi_context *context = open_context();
    for (int kind = WEIGHING_NONE; kind <= WEIGHING_EACH; kind++) {
        struct problem_data d = make_data(m, n, k, (enum weighing)kind);
        for (int packed = 0; packed < 2; packed++) {
            struct bench b;
            make_bench(&b, t, &d, (enum weighing)kind, packed);
            for (int i = 0; i < LOSS_CASES; i++)
                for (int side = 0; side < 2; side++) {
                    struct loss_choice loss;
                    assert_int_equal(loss_find(context, LOSSES[i], &loss), INSHI_OK);
                    check_panel(&b, loss, (enum weighing)kind, (enum side)side, b.panels[side] - 1);
                    if (loss.beta == 1)
                        check_coordinates(&b, loss, (enum weighing)kind, (enum side)side, 0);
                }
            free_bench(&b);
        }
        free_data(&d);
    }
    inshi_context_destroy(context);
}

static void test_parts_with_weights(void **state)
{
    (void)state;
    for (int i = 0; test_table(i); i++) {
        const int64_t T = test_table(i)->lanes;
        check_shape(test_table(i), 5, 3, 2);
        check_shape(test_table(i), T + 3, T + 1, 3);
        check_shape(test_table(i), T, 2 * T - 1, 17);
    }
}

/* A weight of 1 changes no bit: whole columns in transform rest on it. */
static void test_ones_change_no_bit(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    for (int t = 0; test_table(t); t++)
        for (int i = 0; i < LOSS_CASES; i++) {
            const struct kernels *const table = test_table(t);
            const int64_t               T = table->lanes, k = 5;
            struct loss_choice          loss;
            void  *pull[2], *push[2], *hessian[2], *product = real_block(table, 2 * k * T, 0);
            double values[2][LANES_MOST] = {{0}};
            assert_int_equal(loss_find(context, LOSSES[i], &loss), INSHI_OK);
            for (int turn = 0; turn < 2; turn++) {
                struct problem_data d = make_data(T + 5, T, k, WEIGHING_NONE);
                struct bench        b;
                make_bench(&b, table, &d, turn ? WEIGHING_MASK : WEIGHING_NONE, true);
                pull[turn]           = real_block(table, k * T, 0);
                push[turn]           = real_block(table, k * T, 0);
                hessian[turn]        = real_block(table, k * (k + 1) / 2 * T, 0);
                struct parts_job job = {.loss    = loss,
                                        .x       = &b.x,
                                        .side    = SIDE_H,
                                        .last    = b.panels[SIDE_W],
                                        .k       = k,
                                        .moving  = b.factor[SIDE_H],
                                        .other   = b.factor[SIDE_W],
                                        .pull    = pull[turn],
                                        .push    = push[turn],
                                        .values  = values[turn],
                                        .hessian = hessian[turn],
                                        .product = product,
                                        .scratch = b.scratch};
                table->parts(&job);
                free_bench(&b);
                free_data(&d);
            }
            const size_t size = (size_t)(k * T) * (size_t)table->real_bytes;
            assert_memory_equal(pull[0], pull[1], size);
            assert_memory_equal(push[0], push[1], size);
            assert_memory_equal(hessian[0], hessian[1], size * (size_t)(k + 1) / 2);
            assert_memory_equal(values[0], values[1], sizeof values[0]);
            for (int turn = 0; turn < 2; turn++) {
                free(pull[turn]);
                free(push[turn]);
                free(hessian[turn]);
            }
            free(product);
        }
    inshi_context_destroy(context);
}

/* What stays where it is under every move, and what its neighbours do meanwhile is what they do alone. */
static void test_locked_entries_stay(void **state)
{
    (void)state;
    static const enum move moves[] = {MOVE_MULTIPLY, MOVE_RELAX, MOVE_PROJECT, MOVE_SWEEP};
    for (int t = 0; test_table(t); t++)
        for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
            const struct kernels *const table = test_table(t);
            const int64_t               T = table->lanes, k = 3, count = k * T;
            uint64_t                    seed = 17;
            void *before = real_block(table, count, 0), *moving = real_block(table, count, 0),
                 *pull = real_block(table, count, 0), *push = real_block(table, count, 0),
                 *locks = real_block(table, count, 0), *gram = real_block(table, k * k, 0.25);
            for (int64_t j = 0; j < count; j++) {
                const double a = 0.1 + draw(&seed);
                real_set(table, before, j, a);
                real_set(table, moving, j, a);
                real_set(table, pull, j, 0.5 + draw(&seed));
                real_set(table, push, j, 0.5 + draw(&seed));
                real_set(table, locks, j, draw(&seed) < 0.4);
            }
            for (int64_t l = 0; l < k; l++)
                real_set(table, gram, l * k + l, 1);
            struct panel_job job = {.k      = k,
                                    .lanes  = (int)T,
                                    .moving = moving,
                                    .pull   = pull,
                                    .push   = push,
                                    .gram   = gram,
                                    .locks  = locks,
                                    .update = {.move = moves[i], .exponent = 1, .eta = 0.1, .sweeps = 3}};
            table->move(&job);
            for (int64_t j = 0; j < count; j++) {
                const bool same = real_at(table, moving, j) == real_at(table, before, j);
                if (same != (real_at(table, locks, j) > 0))
                    fail_msg("%s, move %d: entry %lld %s", table_name(table), (int)moves[i], (long long)j,
                             same ? "has not moved" : "is locked and has moved");
            }
            void *const blocks[] = {before, moving, pull, push, locks, gram};
            for (size_t b = 0; b < sizeof blocks / sizeof blocks[0]; b++)
                free(blocks[b]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_with_weights),
        cmocka_unit_test(test_ones_change_no_bit),
        cmocka_unit_test(test_locked_entries_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
