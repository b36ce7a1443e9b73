/* test_losses.c -- each divergence in double against long double, its slope against differences, its name. */
#include "support/support.h"

#include <math.h>
#include "loss/losses.h"
#include "support/draw.h"

static const char *const NAMES[] = {"eu",     "kl",       "is",        "beta:0.5",  "beta:1.5", "beta:-1",
                                    "beta:3", "beta:2.7", "beta:-2.3", "beta:-0.5", "beta:4",   "beta:0.1"};
enum { COUNT = sizeof NAMES / sizeof NAMES[0] };

static struct loss_choice find(const char *name)
{
    struct loss_choice out;
    inshi_context     *context = open_context();
    assert_int_equal(loss_find(context, name, &out), INSHI_OK);
    inshi_context_destroy(context);
    return out;
}

/* Fevotte and Idier's d_B(x|y), as they write it. */
static long double divergence(long double B, long double x, long double y)
{
    if (B == 0)
        return x / y - logl(x / y) - 1;
    if (B == 1)
        return (x > 0 ? x * logl(x / y) : 0) - x + y;
    const long double first = x > 0 ? powl(x, B) : 0;
    return (first + (B - 1) * powl(y, B) - B * x * powl(y, B - 1)) / (B * (B - 1));
}

static void close_to(const char *name, const char *what, double x, double y, double a, long double e,
                     double tolerance)
{
    if (!(fabsl((long double)a - e) <= (long double)tolerance))
        fail_msg("%s: %s at x = %.17g, y = %.17g is %.17g, expected %.17Lg", name, what, x, y, a, e);
}

static void test_value_and_parts(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < COUNT; i++) {
        const struct loss_choice loss = find(NAMES[i]);
        const long double        B    = (long double)loss.beta;
        for (int t = 0; t < 4000; t++) {
            const double      x = pow(10, 6 * draw(&seed) - 3), y = pow(10, 6 * draw(&seed) - 3);
            const long double e    = divergence(B, (long double)x, (long double)y);
            const double      size = (double)(powl((long double)x, B) + powl((long double)y, B) +
                                         (long double)x * powl((long double)y, B - 1)) +
                                fabs(log(x / y)) * fmax(x, 1);
            close_to(NAMES[i], "value", x, y, loss_value(loss, x, y), e,
                     1e-14 * size /
                         fmin(1, fabs(loss.beta * (loss.beta - 1)) + (loss.beta == 0 || loss.beta == 1)));
            const long double pull = (long double)x * powl((long double)y, B - 2),
                              push = powl((long double)y, B - 1);
            close_to(NAMES[i], "pull", x, y, loss_pull(loss, x, y), pull, 1e-14 * (double)pull);
            close_to(NAMES[i], "push", x, y, loss_push(loss, x, y), push, 1e-14 * (double)push);
        }
    }
}

static void test_slope_is_push_minus_pull(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int i = 0; i < COUNT; i++) {
        const struct loss_choice loss = find(NAMES[i]);
        for (int t = 0; t < 500; t++) {
            const double x = 0.2 + 3 * draw(&seed), y = 0.2 + 3 * draw(&seed), h = 1e-5 * y;
            const double slope = (loss_value(loss, x, y + h) - loss_value(loss, x, y - h)) / (2 * h);
            const double size  = loss_push(loss, x, y) + loss_pull(loss, x, y);
            close_to(NAMES[i], "slope", x, y, loss_push(loss, x, y) - loss_pull(loss, x, y),
                     (long double)slope, 1e-8 * size + 1e-8);
        }
    }
}

/* The three terms cancel near x = y; all digits are there nevertheless. Expected: d_B(x|y) as y^B times its Taylor
 * series in z = x/y - 1, in long double. */
static void test_value_near_x_equals_y_keeps_its_digits(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int i = 0; i < COUNT; i++) {
        const struct loss_choice loss = find(NAMES[i]);
        const long double        B    = (long double)loss.beta;
        for (int decade = 1; decade <= 12; decade++)
            for (int t = 0; t < 200; t++) {
                const double y        = pow(10, 4 * draw(&seed) - 2),
                             shift    = (t % 2 ? 1 : -1) * pow(10, -decade) * (0.3 + 0.4 * draw(&seed));
                const double      x   = y * (1 + shift);
                const long double z   = ((long double)x - (long double)y) / (long double)y;
                long double       sum = 0, c = 0.5L, power = z * z;
                for (int j = 2; j < 60; j++) {
                    sum += c * power;
                    c *= (B - j) / (j + 1);
                    power *= z;
                }
                sum *= powl((long double)y, B);
                close_to(NAMES[i], "value near x = y", x, y, loss_value(loss, x, y), sum,
                         (decade == 1 ? 1e-11 : 1e-12) * (double)sum);
            }
        assert_true(loss_value(loss, 0.7, 0.7) == 0);
    }
}

static void test_value_at_x_zero(void **state)
{
    (void)state;
    const double ys[] = {1e-100, 1e-3, 1, 7.5, 1e6};
    for (int i = 0; i < COUNT; i++) {
        const struct loss_choice loss = find(NAMES[i]);
        for (int j = 0; j < 5; j++) {
            const double y = ys[j], a = loss_value(loss, 0, y);
            if (loss.beta <= 0) { /* infinite: the objective counts 0 */
                assert_true(a == 0);
                continue;
            }
            const long double e = divergence((long double)loss.beta, 0, (long double)y); /* y^B / B */
            close_to(NAMES[i], "value at x = 0", 0, y, a, e, 1e-14 * (double)e + 1e-300);
            assert_true(loss_pull(loss, 0, y) == 0);
        }
    }
}

static void test_names(void **state)
{
    (void)state;
    assert_int_equal(find("eu").loss->id, LOSS_ID_eu);
    assert_int_equal(find("beta:2").loss->id, LOSS_ID_eu);
    assert_int_equal(find("beta:1.0").loss->id, LOSS_ID_kl);
    assert_int_equal(find("beta:0").loss->id, LOSS_ID_is);
    assert_int_equal(find("beta:-0").loss->id, LOSS_ID_is);
    assert_true(find("beta:-1.25e0").beta == -1.25 && find("kl").beta == 1 && find("is").beta == 0 &&
                find("eu").beta == 2);
    assert_true(loss_needs_positive(find("is")) && loss_needs_positive(find("beta:-1")) &&
                !loss_needs_positive(find("beta:0.1")));
    assert_null(loss_at(-1));
    assert_null(loss_at(LOSS_COUNT));
}

static void test_names_that_are_refused(void **state)
{
    (void)state;
    static const char *const bad[][2] = {{"lk", "did you mean kl?"},   {"KL", "kl"},
                                         {"", "there are eu, kl, is"}, {"beta", "beta:B"},
                                         {"beta:", "beta:1.5"},        {"beta:x", "number"},
                                         {"beta:nan", "number"},       {"beta:inf", "number"},
                                         {"beta:1.5 ", "number"},      {"beta: 1", "number"},
                                         {"beta:0x1p0", "number"},     {"beta:1e9", "between"},
                                         {"beta:1,5", "number"},       {"frobenius", "there are eu"}};
    inshi_context           *context  = open_context();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct loss_choice out;
        assert_int_equal(loss_find(context, bad[i][0], &out), INSHI_ERR_ARGUMENT);
        if (!strstr(inshi_context_message(context), bad[i][1]))
            fail_msg("\"%s\": the message is \"%s\"", bad[i][0], inshi_context_message(context));
    }
    inshi_context_destroy(context);
}

static void test_exponents(void **state)
{
    (void)state;
    assert_true(loss_exponent(find("eu"), false) == 1 && loss_exponent(find("kl"), false) == 1);
    assert_true(loss_exponent(find("beta:1.5"), false) == 1 && loss_exponent(find("beta:0.5"), false) == 1);
    assert_true(loss_exponent(find("beta:3"), false) == 0.5 && loss_exponent(find("beta:3"), true) == 0.5);
    assert_true(loss_exponent(find("beta:-1"), false) == 1.0 / 3 &&
                loss_exponent(find("beta:-1"), true) == 0.25);
    assert_true(loss_exponent(find("kl"), true) == 0.5 && loss_exponent(find("is"), true) == 1.0 / 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value_and_parts),
        cmocka_unit_test(test_slope_is_push_minus_pull),
        cmocka_unit_test(test_value_near_x_equals_y_keeps_its_digits),
        cmocka_unit_test(test_value_at_x_zero),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_names_that_are_refused),
        cmocka_unit_test(test_exponents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
