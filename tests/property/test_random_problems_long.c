/* test_random_problems_long.c -- ten thousand random problems of sizes 1 to 40, k 1 to 8, every solver and loss, zeros,
 * scales from 1e-200 to 1e200: no NaN, no rise beyond 1e-12 of the best constant's objective. */
#include "support/support.h"

#include <math.h>
#include "support/draw.h"
#include "support/sample.h"

enum { PROBLEMS = 10000 };

static const char *const LOSSES[] = {"eu",       "kl",       "is",     "beta:-1",  "beta:0.5",
                                     "beta:1.5", "beta:2.7", "beta:3", "beta:-2.5"};
enum { LOSS_CASES = sizeof LOSSES / sizeof LOSSES[0] };

static void check(inshi_context *context, inshi_report *report, const char *solver, uint64_t number)
{
    uint64_t      seed = number;
    inshi_options o;
    inshi_options_default(&o);
    o.solver = solver;
    o.loss   = LOSSES[draw_int(&seed, 0, LOSS_CASES - 1)];
    if (!pair_exists(context, o.solver, o.loss))
        return;
    const int64_t m = draw_int(&seed, 1, 40), n = draw_int(&seed, 1, 40), k = draw_int(&seed, 1, 8);
    const double  beta = beta_of(o.loss), scale = pow(10, (double)draw_int(&seed, -200, 200));
    /* the test's own sums are of X near 1, where they neither over- nor underflow */
    struct sample s = sample_make(m, n, k, INSHI_DTYPE_F8, number);
    sample_fill(&s, draw_int(&seed, 1, 4), draw(&seed) < 0.7 ? draw(&seed) : 0,
                draw(&seed) < 0.5 ? draw(&seed) : 0, 1, number);
    const double floor = 1e-16, constant = constant_divergence(s.x, beta, beta <= 0 ? floor : 0);
    double       most = 0;
    for (int64_t i = 0; i < m * n; i++)
        most = fmax(most, ((double *)s.x.data)[i]);
    for (int64_t i = 0; i < m * n; i++)
        ((double *)s.x.data)[i] *= scale;
    o.seed       = number;
    o.iterations = 25;
    o.tolerance  = 0;
    if (beta <= 0 && most > 0)
        o.floor = floor * scale;
    sample_fit(context, &s, &o, report);
    const inshi_info        *info = inshi_report_info(report);
    int64_t                  count;
    const inshi_history_row *rows = inshi_report_history(report, &count);
    const double unit = pow(scale, beta); /* of the objective; infinite or 0 where a double cannot hold it */
    if (!matrix_is_sound(s.w) || !matrix_is_sound(s.h) || !isfinite(info->relative_error) ||
        !isfinite(info->kkt))
        fail_msg("%s, %s, problem %llu: not sound", o.solver, o.loss, (unsigned long long)number);
    for (int64_t i = 0; i < count; i++) {
        assert_false(isnan(rows[i].objective));
        if (i > 0 && isfinite(unit * constant) && unit * constant > 1e-290 &&
            !(rows[i].objective - rows[i - 1].objective <= 1e-12 * unit * constant))
            fail_msg("%s, %s, problem %llu (%lld x %lld, k = %lld, scale %g): rises by %.3g of a constant's "
                     "at iteration %lld",
                     o.solver, o.loss, (unsigned long long)number, (long long)m, (long long)n, (long long)k,
                     scale, (rows[i].objective - rows[i - 1].objective) / unit / constant, (long long)i);
    }
    sample_free(&s);
}

static void test_random_problems(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    inshi_report  *report;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    for (int i = 0; inshi_solver_name(i); i++)
        for (uint64_t number = 1; number <= PROBLEMS && strcmp(inshi_solver_name(i), "gradient"); number++)
            check(context, report, inshi_solver_name(i), number);
    inshi_report_destroy(report);
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_problems)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
