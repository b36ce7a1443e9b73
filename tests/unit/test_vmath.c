/* test_vmath.c -- vector log and exp within 2 units in the last place of long double, at 32 and 64 bytes. */
#include "support/support.h"

#include <math.h>
#include "support/draw.h"
#include "support/vmath.h"

static const double MOST_ULP = 2;

static double worst(const struct vmath *v, enum vmath_function f, double low, double high, int count)
{
    uint64_t seed  = 3;
    double   least = 0;
    for (int i = 0; i < count; i++) {
        const bool   across = low > 0 && high / low > 100; /* evenly in the exponent */
        const double u      = draw(&seed),
                     a     = across ? exp2(log2(low) + u * (log2(high) - log2(low))) : low + (high - low) * u;
        const double error = v->error(f, a);
        if (!(error <= MOST_ULP))
            fail_msg("%s: function %d of %.17g is off by %.2f ulp", v->name, (int)f, a, error);
        least = fmax(least, error);
    }
    return least;
}

static void test_log_is_within_two_ulp(void **state)
{
    (void)state;
    for (int i = 0; vmath_at(i); i++) {
        const struct vmath *v = vmath_at(i);
        worst(v, VMATH_LOG, v->single ? 1.2e-38 : 2.3e-308, v->single ? 3e38 : 1.7e308, 200000);
        worst(v, VMATH_LOG, 0.5, 2, 200000);
        worst(v, VMATH_LOG, 0.999, 1.001, 100000);
        worst(v, VMATH_LOG, 0.7071, 0.70712, 20000);
        worst(v, VMATH_LOG, 1.41421, 1.41422, 20000);
        for (int e = v->single ? -126 : -1022; e < (v->single ? 128 : 1024); e++)
            assert_true(v->error(VMATH_LOG, ldexp(1, e)) <= MOST_ULP);
        for (int e = 1; e < (v->single ? 23 : 52); e++) {
            assert_true(v->error(VMATH_LOG, 1 + ldexp(1, -e)) <= MOST_ULP);
            assert_true(v->error(VMATH_LOG, 1 - ldexp(1, -e)) <= MOST_ULP);
        }
    }
}

static void test_exp_is_within_two_ulp(void **state)
{
    (void)state;
    for (int i = 0; vmath_at(i); i++) {
        const struct vmath *v = vmath_at(i);
        worst(v, VMATH_EXP, v->single ? -87 : -708, v->single ? 88 : 709, 200000);
        worst(v, VMATH_EXP, -1, 1, 200000);
        worst(v, VMATH_EXP, -1e-3, 1e-3, 50000);
        assert_true(v->error(VMATH_EXP, 0) == 0);
    }
}

/* atanh(s)/s - 1 up to where the losses leave it, s^2 < 0.03. */
static void test_atanh_tail(void **state)
{
    (void)state;
    for (int i = 0; vmath_at(i); i++)
        worst(vmath_at(i), VMATH_ATANH_TAIL, 1e-12, vmath_at(i)->reach, 100000);
}

/* Beyond their ends exp stays finite and positive. */
static void test_exp_is_bounded(void **state)
{
    (void)state;
    for (int i = 0; vmath_at(i); i++) {
        const double far   = vmath_at(i)->single ? 1e30 : 1e300;
        const double least = vmath_at(i)->exponential(-far), most = vmath_at(i)->exponential(far);
        assert_true(least > 0 && least < 1e-37 && isfinite(most) && most > 1e38);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_is_within_two_ulp),
        cmocka_unit_test(test_exp_is_within_two_ulp),
        cmocka_unit_test(test_atanh_tail),
        cmocka_unit_test(test_exp_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
