/* test_exact.c -- an X with an exact factorization: the fit reaches it to the last digits, and never rises on the way.
 *
 * The article's X, sin cos + 1, of rank 2 with exact zeros; k = 5. Errors are summed here, in long double. */
#include "support/support.h"

#include <math.h>
#include "support/sample.h"

enum { STARTS = 5, ROWS_OF_X = 100, COLUMNS_OF_X = 200 };

static struct sample article(void)
{
    struct sample s  = sample_make(ROWS_OF_X, COLUMNS_OF_X, 5, INSHI_DTYPE_F8, 1);
    const double  pi = acos(-1);
    for (int64_t i = 0; i < s.m; i++)
        for (int64_t j = 0; j < s.n; j++)
            entry_set(s.x, i, j, sin((double)i * 0.02 * pi) * cos((double)j * 0.04 * pi) + 1);
    return s;
}

static double relative_error(const struct sample *s)
{
    long double error = 0, whole = 0;
    for (int64_t i = 0; i < s->m; i++)
        for (int64_t j = 0; j < s->n; j++) {
            const long double x = (long double)entry_get(s->x, i, j);
            long double       r = x;
            for (int64_t l = 0; l < s->k; l++)
                r -= (long double)entry_get(s->w, i, l) * (long double)entry_get(s->h, l, j);
            error += r * r;
            whole += x * x;
        }
    return (double)sqrtl(error / whole);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The middle of the errors that so many iterations reach from random starts. */
static double middle_error(const char *loss, int64_t iterations)
{
    inshi_context *context = open_context();
    inshi_report  *report;
    double         errors[STARTS];
    struct sample  s     = article();
    const double   scale = constant_divergence(s.x, beta_of(loss), 0);
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    for (int seed = 0; seed < STARTS; seed++) {
        int64_t       count;
        inshi_options o;
        inshi_options_default(&o);
        o.loss       = loss;
        o.seed       = (uint64_t)seed;
        o.iterations = iterations;
        o.tolerance  = 0;
        sample_fit(context, &s, &o, report);
        errors[seed]                  = relative_error(&s);
        const inshi_history_row *rows = inshi_report_history(report, &count);
        assert_int_equal(count, iterations + 1);
        for (int64_t i = 1; i < count; i++)
            if (!(rows[i].objective - rows[i - 1].objective <= 1e-12 * scale))
                fail_msg("%s, seed %d: rises from %.17g to %.17g at iteration %lld", loss, seed,
                         rows[i - 1].objective, rows[i].objective, (long long)i);
    }
    qsort(errors, STARTS, sizeof errors[0], ascending);
    sample_free(&s);
    inshi_report_destroy(report);
    inshi_context_destroy(context);
    return errors[STARTS / 2];
}

static void check_loss(const char *loss, int64_t iterations)
{
    const double error = middle_error(loss, iterations);
    if (!(error < 1e-12))
        fail_msg("%s: the middle relative error after %lld iterations is %.3g", loss, (long long)iterations,
                 error);
}

static void test_an_exact_factorization(void **state)
{
    (void)state;
    check_loss("eu", 1000);
    check_loss("kl", 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_an_exact_factorization)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
