/* test_kernels_parts.c -- the fused pass and the product of every table against sums written out here. */
#include "support/support.h"

#include <math.h>
#include "support/draw.h"
#include "support/tables.h"

/* The tolerance of a sum, in halves of the last bit of the sum of magnitudes: Y carries up to k, the power of Y some
 * three times that, the sum over the depth its own. */
static const double TOLERANCE = 500;

static const char *const LOSSES[] = {"eu",       "kl",      "is",     "beta:0.5",
                                     "beta:1.5", "beta:-1", "beta:3", "beta:2.7"};
enum { LOSS_CASES = sizeof LOSSES / sizeof LOSSES[0] };

/* X, W', H and, for one loss, pull, push and value of both sides with the sums of their magnitudes. */
struct reference {
    int64_t m, n, k;
    double *x, *w, *h;
    double *pull[2], *push[2], *product[2];
    double  value, value_size;
};

static void write_loss(double beta, double x, double y, double out[2], long double value[2])
{
    const long double a = (long double)x, b = (long double)y, B = (long double)beta;
    out[0] = (double)(a * powl(b, B - 2));
    out[1] = (double)powl(b, B - 1);
    if (beta == 0) {
        value[0] = a / b - logl(a / b) - 1;
        value[1] = a / b + 1;
    } else if (beta == 1) {
        value[0] = a * logl(a / b) - a + b;
        value[1] = a + b;
    } else {
        value[0] = (powl(a, B) + (B - 1) * powl(b, B) - B * a * powl(b, B - 1)) / (B * (B - 1));
        value[1] = (powl(a, B) + powl(b, B)) / fabsl(B * (B - 1));
    }
}

static struct reference make_reference(int64_t m, int64_t n, int64_t k)
{
    uint64_t         seed = (uint64_t)(m * 1000003 + n * 1009 + k);
    struct reference r    = {.m = m, .n = n, .k = k};
    r.x                   = draw_many(&seed, m * n, 0.1, 1.1);
    r.w                   = draw_many(&seed, k * m, 0.05, 1);
    r.h                   = draw_many(&seed, k * n, 0.05, 1);
    for (int64_t i = 0; i < m * n; i++) /* what float holds too */
        r.x[i] = (double)(float)r.x[i];
    for (int64_t i = 0; i < k * m; i++)
        r.w[i] = (double)(float)r.w[i];
    for (int64_t i = 0; i < k * n; i++)
        r.h[i] = (double)(float)(r.h[i] / (double)k);
    for (int side = 0; side < 2; side++) {
        const size_t count = (size_t)(k * (side == SIDE_H ? n : m));
        r.pull[side]       = calloc(count, sizeof(double));
        r.push[side]       = calloc(count, sizeof(double));
        r.product[side]    = calloc(count, sizeof(double));
    }
    return r;
}

static void fill_reference(struct reference *r, double beta)
{
    long double value = 0, size = 0;
    for (int side = 0; side < 2; side++) {
        const size_t bytes = (size_t)(r->k * (side == SIDE_H ? r->n : r->m)) * sizeof(double);
        memset(r->pull[side], 0, bytes);
        memset(r->push[side], 0, bytes);
        memset(r->product[side], 0, bytes);
    }
    for (int64_t i = 0; i < r->m; i++)
        for (int64_t j = 0; j < r->n; j++) {
            double      y = 0, part[2];
            long double term[2];
            for (int64_t l = 0; l < r->k; l++)
                y += r->w[l * r->m + i] * r->h[l * r->n + j];
            write_loss(beta, r->x[i * r->n + j], y, part, term);
            value += term[0];
            size += term[1];
            for (int64_t l = 0; l < r->k; l++) {
                const double w = r->w[l * r->m + i], h = r->h[l * r->n + j], x = r->x[i * r->n + j];
                r->pull[SIDE_H][l * r->n + j] += w * part[0];
                r->push[SIDE_H][l * r->n + j] += w * part[1];
                r->product[SIDE_H][l * r->n + j] += w * x;
                r->pull[SIDE_W][l * r->m + i] += h * part[0];
                r->push[SIDE_W][l * r->m + i] += h * part[1];
                r->product[SIDE_W][l * r->m + i] += h * x;
            }
        }
    r->value      = (double)value;
    r->value_size = (double)size;
}

static void free_reference(struct reference *r)
{
    for (int side = 0; side < 2; side++) {
        free(r->pull[side]);
        free(r->push[side]);
        free(r->product[side]);
    }
    free(r->x);
    free(r->w);
    free(r->h);
}

/* One table at work on one reference. */
struct bench {
    const struct kernels *t;
    struct reference     *r;
    struct tiles          x;
    void                 *factor[2], *scratch;
    int64_t               panels[2], count[2];
    char                  where[128];
};

static struct bench make_bench(const struct kernels *t, struct reference *r, bool packed)
{
    const int64_t T  = t->lanes;
    struct bench  b  = {.t = t, .r = r, .count = {r->n, r->m}};
    b.panels[SIDE_H] = (r->n + T - 1) / T;
    b.panels[SIDE_W] = (r->m + T - 1) / T;
    b.factor[SIDE_H] = to_panels(t, r->h, r->k, r->n);
    b.factor[SIDE_W] = to_panels(t, r->w, r->k, r->m);
    b.scratch        = aligned_alloc(64, (t->scratch_bytes(r->k) + 63) / 64 * 64);
    b.x              = (struct tiles){.view         = inshi_matrix_c(r->x, INSHI_DTYPE_F8, r->m, r->n),
                                      .scale        = 1,
                                      .tile_rows    = b.panels[SIDE_W],
                                      .tile_columns = b.panels[SIDE_H]};
    snprintf(b.where, sizeof b.where, "%s, %lld x %lld, k = %lld, %s", table_name(t), (long long)r->m,
             (long long)r->n, (long long)r->k, packed ? "packed" : "loaded");
    if (!packed)
        return b;
    struct tiles_sums sums  = {0};
    void *const       spare = real_block(t, T * T, 0);
    b.x.data                = real_block(t, tiles_numbers(&b.x, t->lanes), -1);
    for (int64_t q = 0; q < b.x.tile_columns; q++)
        tiles_pack(t, &b.x, q, spare, &sums);
    free(spare);
    return b;
}

static void free_bench(struct bench *b)
{
    free(b->x.data);
    free(b->scratch);
    free(b->factor[0]);
    free(b->factor[1]);
}

static void check_block(const struct bench *b, const char *what, enum side side, const void *block,
                        const double *expected)
{
    const double tolerance = TOLERANCE * table_epsilon(b->t);
    for (int64_t l = 0; l < b->r->k; l++)
        for (int64_t j = 0; j < b->count[side]; j++) {
            const double a = real_at(b->t, block, panel_index(b->t, b->r->k, l, j));
            const double e = expected[l * b->count[side] + j];
            if (!(fabs(a - e) <= tolerance * fabs(e)))
                fail_msg("%s: %s of side %s at (%lld, %lld) is %.17g, expected %.17g", b->where, what,
                         side == SIDE_H ? "H" : "W", (long long)l, (long long)j, a, e);
        }
}

static void *zeros(const struct bench *b, enum side side)
{
    return real_block(b->t, b->panels[side] * b->r->k * b->t->lanes, 0);
}

static void *panel_of(const struct bench *b, void *block, int64_t panel)
{
    return (char *)block + panel * b->r->k * b->t->lanes * b->t->real_bytes;
}

/* Every panel of one side, the depth in two pieces; joint: the other side on the way. */
static void run_side(struct bench *b, struct loss_choice loss, enum side side, bool joint)
{
    const enum side other = other_side(side);
    const int64_t   depth = b->panels[other];
    void  *pull = zeros(b, side), *push = zeros(b, side), *pull2 = zeros(b, other), *push2 = zeros(b, other);
    void  *product = zeros(b, side), *product2 = zeros(b, other);
    double values[LANES_MOST], value           = 0;
    struct parts_job job = {.loss = loss, .x = &b->x, .side = side, .k = b->r->k, .scratch = b->scratch};
    job.other            = b->factor[other];
    for (int64_t panel = 0; panel < b->panels[side]; panel++) {
        memset(values, 0, sizeof values);
        for (int piece = 0; piece < 2; piece++) {
            job.panel      = panel;
            job.first      = piece * depth / 2;
            job.last       = (piece + 1) * depth / 2;
            job.moving     = panel_of(b, b->factor[side], panel);
            job.pull       = panel_of(b, pull, panel);
            job.push       = panel_of(b, push, panel);
            job.other_pull = joint ? pull2 : NULL;
            job.other_push = joint ? push2 : NULL;
            job.values     = values;
            b->t->parts(&job);
            job.pull       = panel_of(b, product, panel);
            job.push       = NULL;
            job.other_pull = joint ? product2 : NULL;
            job.other_push = NULL;
            job.values     = NULL;
            b->t->product(&job);
        }
        for (int64_t lane = 0; lane < b->t->lanes && panel * b->t->lanes + lane < b->count[side]; lane++)
            value += values[lane];
    }
    check_block(b, "pull", side, pull, b->r->pull[side]);
    check_block(b, "push", side, push, b->r->push[side]);
    check_block(b, "product", side, product, b->r->product[side]);
    if (joint) {
        check_block(b, "joint pull", other, pull2, b->r->pull[other]);
        check_block(b, "joint push", other, push2, b->r->push[other]);
        check_block(b, "joint product", other, product2, b->r->product[other]);
    }
    if (!(fabs(value - b->r->value) <= TOLERANCE * table_epsilon(b->t) * b->r->value_size))
        fail_msg("%s: the value is %.17g, expected %.17g", b->where, value, b->r->value);
    void *const blocks[] = {pull, push, pull2, push2, product, product2};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        free(blocks[i]);
}

static const struct loss_choice *all_losses(void)
{
    static struct loss_choice losses[LOSS_CASES];
    inshi_context            *context = open_context();
    for (int i = 0; i < LOSS_CASES; i++)
        assert_int_equal(loss_find(context, LOSSES[i], &losses[i]), INSHI_OK);
    inshi_context_destroy(context);
    return losses;
}

static void check_shape(const struct kernels *t, int64_t m, int64_t n, int64_t k, bool joint)
{
    const struct loss_choice *losses = all_losses();
    struct reference          r      = make_reference(m, n, k);
    for (int i = 0; i < LOSS_CASES; i++) {
        fill_reference(&r, losses[i].beta);
        for (int packed = 0; packed < 2; packed++) {
            struct bench b = make_bench(t, &r, packed);
            snprintf(b.where + strlen(b.where), sizeof b.where - strlen(b.where), ", %s", LOSSES[i]);
            run_side(&b, losses[i], SIDE_H, joint);
            run_side(&b, losses[i], SIDE_W, joint);
            free_bench(&b);
        }
    }
    free_reference(&r);
}

static const int64_t RANKS[] = {1, 2, 3, 5, 8, 16, 17, 49};

static void each_table(void (*check)(const struct kernels *t, int64_t k))
{
    for (int i = 0; test_table(i); i++)
        for (size_t r = 0; r < sizeof RANKS / sizeof RANKS[0]; r++)
            check(test_table(i), RANKS[r]);
}

static void check_small(const struct kernels *t, int64_t k)
{
    const int64_t T = t->lanes;
    check_shape(t, 1, 1, k, false);
    check_shape(t, 1, T, k, false);
    check_shape(t, T + 1, 2, k, false);
    check_shape(t, 13, T - 1, k, true);
}

static void check_large(const struct kernels *t, int64_t k)
{
    const int64_t T = t->lanes;
    check_shape(t, 2 * T + 3, T + 1, k, false);
    check_shape(t, T, 2 * T + 3, k, true);
}

static void test_parts_of_small_shapes(void **state)
{
    (void)state;
    each_table(check_small);
}

static void test_parts_of_several_tiles(void **state)
{
    (void)state;
    each_table(check_large);
}

/* What a job does not ask for is not touched, and what it asks for is added to. */
static void test_parts_add_and_leave_alone(void **state)
{
    (void)state;
    const struct loss_choice *losses = all_losses();
    struct reference          r      = make_reference(7, 5, 3);
    for (int i = 0; test_table(i); i++) {
        const struct kernels *t = test_table(i);
        struct bench          b = make_bench(t, &r, true);
        fill_reference(&r, 1);
        void            *once = zeros(&b, SIDE_H), *twice = zeros(&b, SIDE_H);
        struct parts_job job = {.loss    = losses[1],
                                .x       = &b.x,
                                .side    = SIDE_H,
                                .last    = 1,
                                .k       = 3,
                                .moving  = b.factor[SIDE_H],
                                .other   = b.factor[SIDE_W],
                                .scratch = b.scratch};
        job.pull             = once;
        t->parts(&job);
        job.pull = twice;
        t->parts(&job);
        t->parts(&job);
        for (int64_t l = 0; l < 3; l++)
            for (int64_t j = 0; j < 5; j++) {
                const int64_t at = panel_index(t, 3, l, j);
                const double  a = real_at(t, once, at), c = real_at(t, twice, at);
                assert_true(a > 0 && fabs(c - 2 * a) <= 4 * table_epsilon(t) * c);
            }
        free(once);
        free(twice);
        free_bench(&b);
    }
    free_reference(&r);
}

/* A net pull is that of the entries' pull - push, of both sides, with the digits of X - WH where X is nearly WH. */
static void check_net(const struct kernels *t, int64_t k)
{
    const struct loss_choice *losses = all_losses();
    struct reference          r      = make_reference(t->lanes + 3, 5, k);
    for (int i = 0; i < LOSS_CASES; i++) {
        struct bench     b     = make_bench(t, &r, true);
        const enum side  other = SIDE_W;
        void            *net = zeros(&b, SIDE_H), *pull2 = zeros(&b, other);
        struct parts_job job = {.loss = losses[i], .x = &b.x, .side = SIDE_H, .k = k, .scratch = b.scratch};
        fill_reference(&r, losses[i].beta);
        job.last       = b.panels[other];
        job.moving     = b.factor[SIDE_H];
        job.other      = b.factor[other];
        job.pull       = net;
        job.other_pull = pull2;
        job.net        = true;
        t->parts(&job);
        for (int64_t l = 0; l < k; l++)
            for (int64_t j = 0; j < r.n; j++) {
                const double pull = r.pull[SIDE_H][l * r.n + j], push = r.push[SIDE_H][l * r.n + j];
                const double a = real_at(t, net, panel_index(t, k, l, j));
                if (!(fabs(a - (pull - push)) <= TOLERANCE * table_epsilon(t) * (fabs(pull) + fabs(push))))
                    fail_msg("%s, %s: net pull %.17g, expected %.17g", b.where, LOSSES[i], a, pull - push);
            }
        free(net);
        free(pull2);
        free_bench(&b);
    }
    free_reference(&r);
}

static void test_net_parts(void **state)
{
    (void)state;
    each_table(check_net);
}

/* Y = 0, X = 0 and their pairs: every part stays finite. */
static void test_parts_at_zeros_are_finite(void **state)
{
    (void)state;
    const struct loss_choice *losses = all_losses();
    for (int i = 0; test_table(i); i++)
        for (int loss = 0; loss < LOSS_CASES; loss++) {
            const struct kernels *t = test_table(i);
            struct reference      r = make_reference(5, 4, 2);
            for (int64_t a = 0; a < 4; a++) {
                r.x[a] = 0;          /* first row of X              */
                r.w[0] = r.w[5] = 0; /* first row of W: Y = 0 there */
                r.h[0] = r.h[4] = 0; /* first column of H           */
            }
            struct bench     b    = make_bench(t, &r, true);
            void            *pull = zeros(&b, SIDE_H), *push = zeros(&b, SIDE_H);
            double           values[LANES_MOST] = {0}, value = 0;
            struct parts_job job = {.loss    = losses[loss],
                                    .x       = &b.x,
                                    .side    = SIDE_H,
                                    .last    = 1,
                                    .k       = 2,
                                    .moving  = b.factor[SIDE_H],
                                    .other   = b.factor[SIDE_W],
                                    .scratch = b.scratch,
                                    .pull    = pull,
                                    .push    = push,
                                    .values  = values};
            t->parts(&job);
            for (int lane = 0; lane < LANES_MOST; lane++)
                value += values[lane];
            for (int64_t l = 0; l < 2; l++)
                for (int64_t j = 0; j < 4; j++) {
                    const int64_t at = panel_index(t, 2, l, j);
                    if (!isfinite(real_at(t, pull, at)) || !isfinite(real_at(t, push, at)))
                        fail_msg("%s, %s: parts at (%lld, %lld) are %g, %g", table_name(t), LOSSES[loss],
                                 (long long)l, (long long)j, real_at(t, pull, at), real_at(t, push, at));
                }
            assert_false(isnan(value));
            free(pull);
            free(push);
            free_bench(&b);
            free_reference(&r);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_of_small_shapes),     cmocka_unit_test(test_parts_of_several_tiles),
        cmocka_unit_test(test_parts_add_and_leave_alone), cmocka_unit_test(test_net_parts),
        cmocka_unit_test(test_parts_at_zeros_are_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
