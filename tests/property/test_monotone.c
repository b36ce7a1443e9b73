/* test_monotone.c -- the objective never rises by more than 1e-12 of the objective of the best constant Y (with
 * penalties: of the result, which is less).
 *
 * 200 random problems for every solver but "gradient" (whose step is the user's) and every B; with and without
 * penalties; the history's objectives are also compared with sums written out in the test. */
#include "support/support.h"

#include <math.h>
#include "support/draw.h"
#include "support/sample.h"

static const char *const LOSSES[] = {"beta:-1", "is", "beta:0.5", "kl", "beta:1.5", "eu", "beta:3"};
enum { LOSS_CASES = sizeof LOSSES / sizeof LOSSES[0], PROBLEMS = 200, ITERATIONS = 30 };
static const double MOST_RISE = 1e-12;

struct penalties {
    double l1_w, l1_h, l2_w, l2_h;
};

static double penalty_of(const struct sample *s, const inshi_options *o)
{
    double sum = 0;
    for (int64_t l = 0; l < s->k; l++) {
        for (int64_t i = 0; i < s->m; i++)
            sum +=
                o->l1_w * entry_get(s->w, i, l) + o->l2_w / 2 * entry_get(s->w, i, l) * entry_get(s->w, i, l);
        for (int64_t j = 0; j < s->n; j++)
            sum +=
                o->l1_h * entry_get(s->h, l, j) + o->l2_h / 2 * entry_get(s->h, l, j) * entry_get(s->h, l, j);
    }
    return sum;
}

static void check_history(const struct sample *s, const inshi_options *o, const inshi_report *report,
                          uint64_t seed)
{
    const inshi_info        *info = inshi_report_info(report);
    int64_t                  count;
    const inshi_history_row *rows = inshi_report_history(report, &count);
    const bool               bare = o->l1_w + o->l1_h + o->l2_w + o->l2_h == 0;
    const double             free = constant_divergence(s->x, beta_of(o->loss), info->floor);
    const double scale = bare ? free : fmax(free, rows[count - 1].objective); /* less than a constant's */
    assert_int_equal(count, info->iterations + 1);
    for (int64_t i = 1; i < count; i++)
        if (!(rows[i].objective - rows[i - 1].objective <= MOST_RISE * scale))
            fail_msg("%s, %s, problem %llu (%lld x %lld, k = %lld): rises from %.17g to %.17g at iteration "
                     "%lld, by %.2g "
                     "of a constant's %.3g",
                     o->solver, o->loss, (unsigned long long)seed, (long long)s->m, (long long)s->n,
                     (long long)s->k, rows[i - 1].objective, rows[i].objective, (long long)rows[i].iteration,
                     (rows[i].objective - rows[i - 1].objective) / scale, scale);
    const double exact = sample_divergence(s, beta_of(o->loss), info->floor) + penalty_of(s, o);
    if (!(fabs(exact - rows[count - 1].objective) <= 1e-9 * (scale + fabs(exact))))
        fail_msg("%s, %s, problem %llu: the objective is %.17g, expected %.17g", o->solver, o->loss,
                 (unsigned long long)seed, rows[count - 1].objective, exact);
}

static void check_problem(inshi_context *context, inshi_report *report, const char *solver, const char *loss,
                          uint64_t seed, const struct penalties *penalties)
{
    uint64_t      state = seed * 7919 + 1;
    const int64_t k     = draw_int(&state, 1, 6);
    struct sample s = sample_make(draw_int(&state, 1, 30), draw_int(&state, 1, 30), k, INSHI_DTYPE_F8, seed);
    if (seed % 2)
        sample_fill(&s, draw_int(&state, 1, 5), draw(&state) < 0.5 ? 0.05 : 0, seed % 3 ? 0 : 0.3,
                    pow(10, (double)draw_int(&state, -3, 3)), seed);
    inshi_options o;
    inshi_options_default(&o);
    o.solver     = solver;
    o.loss       = loss;
    o.seed       = seed;
    o.iterations = ITERATIONS;
    o.tolerance  = 0;
    o.given_w = o.given_h = seed % 4 == 0;
    if (penalties) {
        const double mean = constant_divergence(s.x, 2, 0) > 0 ? 1 : 0.5;
        o.l1_w            = penalties->l1_w * mean;
        o.l1_h            = penalties->l1_h * mean;
        o.l2_w            = penalties->l2_w * mean;
        o.l2_h            = penalties->l2_h * mean;
    }
    sample_fit(context, &s, &o, report);
    check_history(&s, &o, report, seed);
    sample_free(&s);
}

static void each_pair(const struct penalties *penalties, uint64_t problems)
{
    inshi_context *context = open_context();
    inshi_report  *report;
    int            pairs = 0;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    for (int i = 0; inshi_solver_name(i); i++)
        for (int j = 0; j < LOSS_CASES; j++) {
            const char *solver = inshi_solver_name(i);
            if (strcmp(solver, "gradient") == 0 || !pair_exists(context, solver, LOSSES[j]))
                continue;
            pairs++;
            for (uint64_t seed = 1; seed <= problems; seed++)
                check_problem(context, report, solver, LOSSES[j], seed, penalties);
        }
    assert_true(pairs >= LOSS_CASES + 1);
    inshi_report_destroy(report);
    inshi_context_destroy(context);
}

static void test_objective_never_rises(void **state)
{
    (void)state;
    each_pair(NULL, PROBLEMS);
}

static void test_objective_with_l1_never_rises(void **state)
{
    (void)state;
    each_pair(&(struct penalties){0.3, 0.1, 0, 0}, PROBLEMS / 4);
}

static void test_objective_with_l2_never_rises(void **state)
{
    (void)state;
    each_pair(&(struct penalties){0, 0, 0.2, 0.5}, PROBLEMS / 4);
}

static void test_objective_with_both_never_rises(void **state)
{
    (void)state;
    each_pair(&(struct penalties){0.1, 0.2, 0.5, 0.01}, PROBLEMS / 4);
}

/* X nearly constant: the divergence is a small difference of large sums. */
static void test_a_nearly_constant_x(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    inshi_report  *report;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    for (int i = 0; inshi_solver_name(i); i++)
        for (int j = 0; j < LOSS_CASES; j++)
            for (int decade = 1; decade <= 6; decade++) {
                if (strcmp(inshi_solver_name(i), "gradient") == 0 ||
                    !pair_exists(context, inshi_solver_name(i), LOSSES[j]))
                    continue;
                struct sample s = sample_make(23, 31, 3, INSHI_DTYPE_F8, (uint64_t)decade);
                for (int64_t e = 0; e < s.m * s.n; e++)
                    ((double *)s.x.data)[e] = 1 + pow(10, -decade) * ((double *)s.x.data)[e];
                inshi_options o;
                inshi_options_default(&o);
                o.solver     = inshi_solver_name(i);
                o.loss       = LOSSES[j];
                o.iterations = 200;
                o.tolerance  = 0;
                sample_fit(context, &s, &o, report);
                int64_t                  count;
                const inshi_history_row *rows  = inshi_report_history(report, &count);
                const double             scale = constant_divergence(s.x, beta_of(o.loss), 0);
                /* 1e-12, and what rounding X to its last bit changes */
                const double allowed = MOST_RISE * scale + 1e-16 * sqrt(scale * (double)(s.m * s.n));
                for (int64_t r = 1; r < count; r++)
                    if (!(rows[r].objective - rows[r - 1].objective <= allowed))
                        fail_msg("%s, %s, 1 + 1e-%d: rises by %.3g of a constant's at iteration %lld",
                                 o.solver, o.loss, decade,
                                 (rows[r].objective - rows[r - 1].objective) / scale,
                                 (long long)rows[r].iteration);
                sample_free(&s);
            }
    inshi_report_destroy(report);
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_objective_never_rises),
        cmocka_unit_test(test_objective_with_l1_never_rises),
        cmocka_unit_test(test_objective_with_l2_never_rises),
        cmocka_unit_test(test_objective_with_both_never_rises),
        cmocka_unit_test(test_a_nearly_constant_x),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
