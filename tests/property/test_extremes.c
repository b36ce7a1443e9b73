/* test_extremes.c -- ordinary results for extraordinary X: every loss, every solver, both types. */
#include "support/support.h"

#include <float.h>
#include <math.h>
#include "support/draw.h"
#include "support/sample.h"

static const char *const LOSSES[] = {"eu",       "kl",       "is",       "beta:-1",
                                     "beta:0.5", "beta:1.5", "beta:2.7", "beta:3"};
enum { LOSS_CASES = sizeof LOSSES / sizeof LOSSES[0] };

/* What is done to X, which is uniform on [0, 1) before. */
struct extreme {
    const char *name;
    double (*entry)(double x, int64_t i, int64_t j);
    bool fits_single; /* f4 holds it */
};

static double times_1e_300(double x, int64_t i, int64_t j)
{
    (void)i, (void)j;
    return x * 1e-300;
}

static double times_1e_250(double x, int64_t i, int64_t j)
{
    (void)i, (void)j;
    return x * 1e-250;
}

static double times_1e250(double x, int64_t i, int64_t j)
{
    (void)i, (void)j;
    return x * 1e250;
}

static double times_1e300(double x, int64_t i, int64_t j)
{
    (void)i, (void)j;
    return x * 1e300;
}

static double subnormal(double x, int64_t i, int64_t j)
{
    (void)i, (void)j;
    return floor(x * 50) * DBL_TRUE_MIN;
}

static double least_of_all(double x, int64_t i, int64_t j)
{
    (void)x;
    return (i + j) % 2 ? DBL_TRUE_MIN : 0;
}

static double mixed(double x, int64_t i, int64_t j)
{
    return (i + 3 * j) % 7 == 0 ? x * 1e250 : (i + j) % 3 == 0 ? x * 1e-300 : x;
}

static double rows_apart(double x, int64_t i, int64_t j)
{
    (void)j;
    return x * pow(10, 12 * (double)(i % 5) - 24);
}

static double constant(double x, int64_t i, int64_t j)
{
    (void)x, (void)i, (void)j;
    return 3.25;
}

static double zero(double x, int64_t i, int64_t j)
{
    (void)x, (void)i, (void)j;
    return 0;
}

static double zero_rows_and_columns(double x, int64_t i, int64_t j)
{
    return i % 4 == 1 || j % 5 == 0 ? 0 : x;
}

static double mostly_zero(double x, int64_t i, int64_t j)
{
    return (i * 7 + j * 3) % 11 == 0 ? x : 0;
}

static double one_entry_set(double x, int64_t i, int64_t j)
{
    (void)x;
    return i == 2 && j == 1 ? 5 : 0;
}

static double identity(double x, int64_t i, int64_t j)
{
    (void)x;
    return i == j;
}

static const struct extreme EXTREMES[] = {
    {"1e-300 X", times_1e_300, false},
    {"1e-250 X", times_1e_250, false},
    {"1e250 X", times_1e250, false},
    {"1e300 X", times_1e300, false},
    {"subnormals", subnormal, false},
    {"the least number", least_of_all, false},
    {"1e250, 1 and 1e-300", mixed, false},
    {"rows 1e12 apart", rows_apart, true},
    {"a constant", constant, true},
    {"zero", zero, true},
    {"zero rows and columns", zero_rows_and_columns, true},
    {"mostly zero", mostly_zero, true},
    {"one entry set", one_entry_set, true},
    {"the identity", identity, true},
};
enum { EXTREME_CASES = sizeof EXTREMES / sizeof EXTREMES[0] };

static void check_result(const struct sample *s, const inshi_options *o, const inshi_report *report,
                         const char *name)
{
    const inshi_info *info  = inshi_report_info(report);
    const bool        sound = matrix_is_sound(s->w) && matrix_is_sound(s->h);
    if (!sound || !isfinite(info->relative_error) || info->relative_error < 0 || !isfinite(info->kkt) ||
        !isfinite(info->kkt_worst) || isnan(info->objective) || isnan(info->divergence))
        fail_msg("%s, %s, %s, %lld x %lld, k = %lld, %s, floor %g: factors %s, objective %g, relative error "
                 "%g, kkt %g, %g",
                 o->solver, o->loss, name, (long long)s->m, (long long)s->n, (long long)s->k,
                 inshi_dtype_name(s->w.dtype), o->floor, sound ? "sound" : "NOT SOUND", info->objective,
                 info->relative_error, info->kkt, info->kkt_worst);
    int64_t                  count;
    const inshi_history_row *rows = inshi_report_history(report, &count);
    for (int64_t i = 0; i < count; i++)
        if (isnan(rows[i].objective))
            fail_msg("%s, %s, %s: the objective is NaN at iteration %lld", o->solver, o->loss, name,
                     (long long)rows[i].iteration);
}

static void check_extreme(inshi_context *context, inshi_report *report, inshi_options *o,
                          const struct extreme *extreme, const int64_t shape[3], inshi_dtype dtype)
{
    const double beta = beta_of(o->loss);
    if (dtype == INSHI_DTYPE_F4 && (!extreme->fits_single || beta < 0 || beta > 3))
        return;
    struct sample s = sample_make(shape[0], shape[1], shape[2], dtype, 3);
    for (int64_t i = 0; i < s.m; i++)
        for (int64_t j = 0; j < s.n; j++)
            entry_set(s.x, i, j, extreme->entry(entry_get(s.x, i, j), i, j));
    const inshi_status status = inshi_fit(context, s.x, s.w, s.h, o, report);
    /* At zeros of X the divergence of a negative B falls without bound as Y falls: may be refused, not answered wrongly. */
    const bool hopeless = o->floor == 0 && beta < 0;
    if (hopeless && status == INSHI_ERR_NUMERIC) {
        sample_free(&s);
        return;
    }
    if (status)
        fail_msg("%s, %s, %s, %s: %s", o->solver, o->loss, extreme->name, inshi_dtype_name(dtype),
                 inshi_context_message(context));
    check_result(&s, o, report, extreme->name);
    o->tolerance = 1e-6;
    assert_int_equal(inshi_transform(context, s.x, s.w, s.h, o, report), INSHI_OK);
    o->tolerance             = 0;
    const char *const solver = o->solver;
    o->solver                = "transform";
    check_result(&s, o, report, extreme->name);
    o->solver = solver;
    sample_free(&s);
}

static void each(int64_t iterations, void (*change)(inshi_options *o, int loss))
{
    static const int64_t shapes[][3] = {{13, 9, 3}, {1, 1, 1}, {1, 30, 2}, {30, 1, 2}};
    inshi_context       *context     = open_context();
    inshi_report        *report;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    for (int i = 0; inshi_solver_name(i); i++)
        for (int j = 0; j < LOSS_CASES; j++) {
            inshi_options o;
            inshi_options_default(&o);
            o.solver = inshi_solver_name(i);
            o.loss   = LOSSES[j];
            if (!pair_exists(context, o.solver, o.loss))
                continue;
            if (strcmp(o.solver, "gradient") == 0)
                o.eta = 1e-300; /* no step size suits all of these: it must only not break anything */
            o.iterations = iterations;
            o.tolerance  = 0;
            change(&o, j);
            for (int e = 0; e < EXTREME_CASES; e++)
                for (int shape = 0; shape < 4; shape++)
                    for (int type = 0; type < 2; type++)
                        check_extreme(context, report, &o, &EXTREMES[e], shapes[shape],
                                      type ? INSHI_DTYPE_F4 : INSHI_DTYPE_F8);
        }
    inshi_report_destroy(report);
    inshi_context_destroy(context);
}

static void as_it_is(inshi_options *o, int loss)
{
    (void)o, (void)loss;
}

static void without_floor(inshi_options *o, int loss)
{
    (void)loss;
    o->floor = 0;
}

static void with_penalties(inshi_options *o, int loss)
{
    (void)loss;
    o->l1_w = 0.1;
    o->l1_h = 0.2;
    o->l2_h = 0.3;
    o->l2_w = 0.1;
}

static void test_no_extreme_breaks_a_fit(void **state)
{
    (void)state;
    each(40, as_it_is);
}

static void test_no_floor(void **state)
{
    (void)state;
    each(40, without_floor);
}

static void test_penalties(void **state)
{
    (void)state;
    each(10, with_penalties);
}

/* A constant, a single entry and a zero matrix are represented exactly. */
static void test_simple_x_is_represented_exactly(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    inshi_report  *report;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    for (int j = 0; j < LOSS_CASES; j++)
        for (int e = 0; e < EXTREME_CASES; e++) {
            const bool    simple = EXTREMES[e].entry == constant || EXTREMES[e].entry == zero;
            const int64_t side   = simple ? 12 : 1;
            struct sample s      = sample_make(side, side, 1, INSHI_DTYPE_F8, 3);
            for (int64_t i = 0; i < side * side; i++)
                ((double *)s.x.data)[i] = EXTREMES[e].entry(0.7, i / side, i % side);
            inshi_options o;
            inshi_options_default(&o);
            o.loss       = LOSSES[j];
            o.iterations = 3000;
            o.tolerance  = 1e-9;
            sample_fit(context, &s, &o, report);
            const double error = inshi_report_info(report)->relative_error;
            if (error > 1e-6)
                fail_msg("%s, %s: the relative error is %g", o.loss, EXTREMES[e].name, error);
            sample_free(&s);
        }
    inshi_report_destroy(report);
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_extreme_breaks_a_fit),
        cmocka_unit_test(test_no_floor),
        cmocka_unit_test(test_penalties),
        cmocka_unit_test(test_simple_x_is_represented_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
