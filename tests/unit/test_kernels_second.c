/* test_kernels_second.c -- second-order steps of one panel, exact least squares, and the small moves between panels,
 * of every table against plain loops in double. */
#include "support/support.h"

#include <math.h>
#include "support/draw.h"
#include "support/tables.h"

/* In halves of the last bit of the result and the sums that make it. */
static const double TOLERANCE = 4000;

enum { MOST_K = 17, MOST_M = 60 };
static const int64_t RANKS[] = {1, 2, 5, 8, 17};

/* One panel of H with W and X behind it, in double, and in the table's types. */
struct panel {
    const struct kernels *t;
    int64_t               k, m;
    int                   lanes;
    double               *x, *w, *h; /* m x lanes, k x m, k x lanes */
    struct tiles          tiles;
    void                 *moving, *other, *pull, *push, *scratch, *candidate, *push_sums;
    bool                  fixed[MOST_K];
    struct parts_job      parts;
    struct panel_job      job;
};

static double single(double a)
{
    return (double)(float)a;
}

static void make(struct panel *p, const struct kernels *t, int64_t k, int64_t m, struct loss_choice loss,
                 bool sums)
{
    uint64_t  seed = (uint64_t)(k * 131 + m);
    const int T    = t->lanes;
    *p             = (struct panel){.t = t, .k = k, .m = m, .lanes = T - 1};
    p->x           = draw_many(&seed, m * p->lanes, 0.1, 1.1);
    p->w           = draw_many(&seed, k * m, 0.05, 1);
    p->h           = draw_many(&seed, k * p->lanes, 0.05, 1);
    for (int64_t i = 0; i < m * p->lanes; i++)
        p->x[i] = single(p->x[i]);
    for (int64_t i = 0; i < k * m; i++)
        p->w[i] = single(p->w[i]);
    for (int64_t i = 0; i < k * p->lanes; i++)
        p->h[i] = k >= 5 && draw(&seed) < 0.1 ? 0 : single(p->h[i] / (double)k); /* but Y > 0 */
    p->tiles     = (struct tiles){.view         = inshi_matrix_c(p->x, INSHI_DTYPE_F8, m, p->lanes),
                                  .scale        = 1,
                                  .tile_rows    = (m + T - 1) / T,
                                  .tile_columns = 1};
    p->moving    = to_panels(t, p->h, k, p->lanes);
    p->other     = to_panels(t, p->w, k, m);
    p->pull      = real_block(t, k * T, 0);
    p->push      = real_block(t, k * T, 0);
    p->candidate = real_block(t, k * T, -1);
    p->push_sums = real_block(t, k, 0);
    p->scratch   = aligned_alloc(64, (t->scratch_bytes(k) + 63) / 64 * 64);
    for (int64_t l = 0; l < k; l++) {
        double sum = 0;
        for (int64_t i = 0; i < m; i++)
            sum += p->w[l * m + i];
        real_set(t, p->push_sums, l, sum);
        p->fixed[l] = l % 4 == 2;
    }
    p->parts = (struct parts_job){.loss    = loss,
                                  .x       = &p->tiles,
                                  .side    = SIDE_H,
                                  .last    = p->tiles.tile_rows,
                                  .k       = k,
                                  .moving  = p->moving,
                                  .other   = p->other,
                                  .pull    = p->pull,
                                  .push    = sums ? NULL : p->push,
                                  .scratch = p->scratch};
    p->job   = (struct panel_job){.k         = k,
                                  .lanes     = p->lanes,
                                  .moving    = p->moving,
                                  .pull      = p->pull,
                                  .push      = sums ? NULL : p->push,
                                  .push_sums = sums ? p->push_sums : NULL};
}

static void end(struct panel *p)
{
    void *const blocks[] = {p->x,    p->w,    p->h,         p->moving,    p->other,
                            p->pull, p->push, p->candidate, p->push_sums, p->scratch};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        free(blocks[i]);
}

/* Slope of the objective along component l at h, and its curvature: the expected one, for kl that of the loss. */
static void along(const struct panel *p, int lane, const double *h, int64_t l, int64_t q, double *slope,
                  double *curvature)
{
    const double B = p->parts.loss.beta;
    *slope         = p->job.l1 + p->job.l2 * h[l];
    *curvature     = 0;
    for (int64_t i = 0; i < p->m; i++) {
        const double x = p->x[i * p->lanes + lane];
        double       y = 0;
        for (int64_t r = 0; r < p->k; r++)
            y += p->w[r * p->m + i] * h[r];
        y = fmax(y, p->t->real_bytes == 8 ? 1e-140 : 1e-30);
        *slope += p->w[l * p->m + i] * (pow(y, B - 1) - x * pow(y, B - 2));
        *curvature += p->w[l * p->m + i] * p->w[q * p->m + i] * (B == 1 ? x / y / y : pow(y, B - 2));
    }
}

static void check_candidate(const struct panel *p, const char *what, int lane, const double *expected)
{
    for (int64_t l = 0; l < p->k; l++) {
        const double a = real_at(p->t, p->candidate, l * p->t->lanes + lane);
        if (!(fabs(a - expected[l]) <= TOLERANCE * table_epsilon(p->t) * (1 + fabs(expected[l]))))
            fail_msg(
                "%s, %s, beta %g, k = %lld, m = %lld: component %lld of lane %d is %.17g, expected %.17g",
                table_name(p->t), what, p->parts.loss.beta, (long long)p->k, (long long)p->m, (long long)l,
                lane, a, expected[l]);
    }
}

/* Rounds of coordinate descent on the quadratic model at h. */
static void descend_model(const struct panel *p, int lane, double *out)
{
    static double hessian[MOST_K][MOST_K];
    double        start[MOST_K], gradient[MOST_K];
    const double  lift = p->t->real_bytes == 8 ? 1e-10 : 1e-5;
    for (int64_t l = 0; l < p->k; l++)
        out[l] = start[l] = p->h[l * p->lanes + lane];
    for (int64_t l = 0; l < p->k; l++)
        for (int64_t q = 0; q < p->k; q++)
            along(p, lane, start, l, q, &gradient[l], &hessian[l][q]);
    for (int round = 0; round < p->job.update.sweeps; round++)
        for (int64_t l = 0; l < p->k; l++) {
            double slope = gradient[l] + p->job.l2 * (out[l] - start[l]);
            for (int64_t q = 0; q < p->k; q++)
                slope += hessian[l][q] * (out[q] - start[q]);
            if (!(p->job.fixed && p->fixed[l]))
                out[l] = fmax(0, out[l] - slope / (hessian[l][l] * (1 + lift) + p->job.l2));
        }
}

static void check_newton(const struct kernels *t, const struct loss_choice *loss, int64_t k, int64_t m,
                         int variant)
{
    struct panel p;
    double       expected[MOST_K];
    make(&p, t, k, m, *loss, loss->beta == 1);
    p.job.update = (struct update){.move = MOVE_NEWTON, .sweeps = 1 + variant % 2};
    p.job.fixed  = variant & 2 ? p.fixed : NULL;
    p.job.l1     = variant & 1 ? 0.25 : 0;
    p.job.l2     = variant & 1 ? 0.5 : 0;
    void *memory = aligned_alloc(64, (t->newton_bytes(k, p.tiles.tile_rows) + 64) / 64 * 64);
    t->newton(&p.parts, &p.job, memory, p.candidate);
    for (int lane = 0; lane < p.lanes; lane++) {
        descend_model(&p, lane, expected);
        check_candidate(&p, "newton", lane, expected);
    }
    free(memory);
    end(&p);
}

static struct loss_choice find(const char *name)
{
    struct loss_choice out;
    inshi_context     *context = open_context();
    assert_int_equal(loss_find(context, name, &out), INSHI_OK);
    inshi_context_destroy(context);
    return out;
}

static void test_newton_steps(void **state)
{
    (void)state;
    const struct loss_choice losses[] = {find("kl"), find("is"), find("beta:0.5"), find("beta:3")};
    for (int i = 0; test_table(i); i++)
        for (int j = 0; j < 4; j++)
            for (size_t r = 0; r < sizeof RANKS / sizeof RANKS[0]; r++)
                for (int variant = 0; variant < 4; variant++) {
                    check_newton(test_table(i), &losses[j], RANKS[r], 40, variant);
                    check_newton(test_table(i), &losses[j], RANKS[r], test_table(i)->lanes + 3, variant);
                }
}

static void check_coordinates(const struct kernels *t, const struct loss_choice *loss, int64_t k, int64_t m,
                              int variant)
{
    struct panel p;
    double       h[MOST_K];
    make(&p, t, k, m, *loss, true);
    p.job.update = (struct update){.move = MOVE_COORDINATES, .sweeps = 1 + variant % 2};
    p.job.fixed  = variant & 2 ? p.fixed : NULL;
    p.job.l1     = variant & 1 ? 0.25 : 0;
    p.job.l2     = variant & 1 ? 0.5 : 0;
    void *memory = aligned_alloc(64, (t->coordinate_bytes(k, p.tiles.tile_rows) + 64) / 64 * 64);
    t->parts(&p.parts);
    t->coordinates(&p.parts, &p.job, memory, p.candidate);
    for (int lane = 0; lane < p.lanes; lane++) {
        for (int64_t l = 0; l < k; l++)
            h[l] = p.h[l * p.lanes + lane];
        for (int turn = 0; turn < p.job.update.sweeps * (int)k; turn++) {
            const int64_t l = turn % k;
            double        slope, curvature, push = p.job.l1 + p.job.l2 * h[l];
            along(&p, lane, h, l, l, &slope, &curvature);
            for (int64_t i = 0; i < m; i++)
                push += p.w[l * m + i];
            if (!(p.job.fixed && p.fixed[l])) /* the tangent of 1 / N: N = push - slope */
                h[l] = fmax(0, h[l] - slope / (curvature * push / (push - slope) + p.job.l2));
        }
        check_candidate(&p, "coordinates", lane, h);
    }
    free(memory);
    end(&p);
}

static void test_coordinate_steps(void **state)
{
    (void)state;
    const struct loss_choice kl = find("kl");
    for (int i = 0; test_table(i); i++)
        for (size_t r = 0; r < sizeof RANKS / sizeof RANKS[0]; r++)
            for (int variant = 0; variant < 4; variant++) {
                check_coordinates(test_table(i), &kl, RANKS[r], 41, variant);
                check_coordinates(test_table(i), &kl, RANKS[r], test_table(i)->lanes + 3, variant);
            }
}

/* Nonnegative least squares: x >= 0, the gradient >= 0, and one of them 0, for every column. */
static void check_exact(const struct kernels *t, int64_t k, bool dependent)
{
    uint64_t  seed = (uint64_t)k + 7;
    const int T    = t->lanes;
    double   *a = draw_many(&seed, 40 * k, 0, 1), *gram = calloc((size_t)(k * k), sizeof *gram);
    for (int64_t i = 0; dependent && k > 1 && i < 40; i++)
        a[i * k + k - 1] = a[i * k]; /* two components are one */
    for (int64_t l = 0; l < k; l++)
        for (int64_t q = 0; q < k; q++)
            for (int64_t i = 0; i < 40; i++)
                gram[l * k + q] += a[i * k + l] * a[i * k + q];
    void *moving = real_block(t, k * T, 0.5), *pull = real_block(t, k * T, 0);
    for (int j = 0; j < T; j++)
        for (int64_t i = 0; i < 40; i++) {
            const double x =
                draw(&seed) - (j % 3 ? 0.25 : 0); /* so that some components are pushed to zero */
            for (int64_t l = 0; l < k; l++)
                real_set(t, pull, l * T + j, real_at(t, pull, l * T + j) + a[i * k + l] * x);
        }
    const struct panel_job job  = {.k = k, .lanes = T, .moving = moving, .pull = pull, .l1 = 0.5};
    void                  *room = aligned_alloc(64, (t->exact_bytes(k) + 64) / 64 * 64);
    t->exact(&job, gram, room);
    for (int j = 0; j < T; j++)
        for (int64_t l = 0; l < k; l++) {
            const double x     = real_at(t, moving, l * T + j);
            double       slope = 0.5 - real_at(t, pull, l * T + j), size = fabs(slope);
            for (int64_t q = 0; q < k; q++) {
                slope += gram[l * k + q] * real_at(t, moving, q * T + j);
                size += gram[l * k + q] * real_at(t, moving, q * T + j);
            }
            const double allowed = 100 * table_epsilon(t) * (size + 1) + 1e-11;
            if (!(x >= 0 && slope >= -allowed && (x == 0 || slope <= allowed)))
                fail_msg("%s, k = %lld: x = %g, slope %g", table_name(t), (long long)k, x, slope);
        }
    void *const blocks[] = {a, gram, moving, pull, room};
    for (int i = 0; i < 5; i++)
        free(blocks[i]);
}

static void test_exact_least_squares(void **state)
{
    (void)state;
    for (int i = 0; test_table(i); i++)
        for (size_t r = 0; r < sizeof RANKS / sizeof RANKS[0]; r++) {
            check_exact(test_table(i), RANKS[r], false);
            check_exact(test_table(i), RANKS[r], true);
        }
}

static void test_moves_between_panels(void **state)
{
    (void)state;
    for (int i = 0; test_table(i); i++) {
        const struct kernels *t    = test_table(i);
        const int             T    = t->lanes;
        const int64_t         k    = 3;
        uint64_t              seed = 5;
        void *a = real_block(t, k * T, 0), *b = real_block(t, k * T, 0), *f = real_block(t, k * T, 0),
             *plain = real_block(t, k * T, 0);
        void   *out = real_block(t, k * T, -1), *weighed = real_block(t, k * T, -1);
        double *lanes = draw_many(&seed, T, 0, 4), least[] = {0.5, 0, 0.25};
        for (int64_t e = 0; e < k * T; e++) {
            real_set(t, a, e, draw(&seed));
            real_set(t, b, e, draw(&seed));
            real_set(t, f, e, real_at(t, a, e));
            real_set(t, plain, e, real_at(t, b, e));
        }
        t->extrapolate(f, plain, k, 0.75, 0);
        t->between(a, b, k, 2, 0.3, out);
        t->weigh(a, k, lanes, weighed);
        const double near = 8 * table_epsilon(t);
        for (int64_t e = 0; e < k * T; e++) {
            const double p = real_at(t, a, e), q = real_at(t, b, e);
            assert_true(fabs(real_at(t, f, e) - fmax(0, p + 0.75 * (p - q))) <= near);
            assert_true(real_at(t, plain, e) == p);
            assert_true(fabs(real_at(t, out, e) - (e % T == 2 ? p + 0.3 * (q - p) : -1)) <= near);
            assert_true(fabs(real_at(t, weighed, e) - p * lanes[e % T]) <= near * 4);
        }
        memcpy(out, b, (size_t)(k * T * t->real_bytes));
        t->lift(b, k, T - 1, least);
        for (int64_t e = 0; e < k * T; e++) {
            const double before = real_at(t, out, e);
            assert_true(real_at(t, b, e) == (e % T == T - 1 ? before : fmax(before, least[e / T])));
        }
        void *const blocks[] = {a, b, f, plain, out, weighed, lanes};
        for (int e = 0; e < 7; e++)
            free(blocks[e]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_newton_steps),
        cmocka_unit_test(test_coordinate_steps),
        cmocka_unit_test(test_exact_least_squares),
        cmocka_unit_test(test_moves_between_panels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
