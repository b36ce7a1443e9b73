/* test_accelerate.c -- what a step's objective leads to: accepted, or back to the accepted pair and on plainly, then safely. */
#include "support/support.h"

#include <math.h>
#include "model/accelerate.h"

/* A problem of one number a factor. */
struct one {
    struct kernels     kernels;
    struct problem     problem;
    struct accelerator accelerator;
    struct pace        pace;
    double             factor[2], plain[2], accepted[2];
};

static void begin(struct one *o, double slack)
{
    *o         = (struct one){.kernels = {.lanes = 1, .real_bytes = 8}, .factor = {1, 2}};
    o->pace    = (struct pace){.beta = 0.5, .grow = 1.1, .grow_most = 1.05, .shrink = 2, .most = 1};
    o->problem = (struct problem){.kernels = &o->kernels, .k = 1};
    for (int side = 0; side < 2; side++) {
        o->problem.factor[side]       = (struct factor){.data = &o->factor[side], .count = 1, .panels = 1};
        o->accelerator.plain[side]    = &o->plain[side];
        o->accelerator.accepted[side] = &o->accepted[side];
    }
    o->accelerator.problem = &o->problem;
    o->accelerator.pace    = &o->pace;
    o->accelerator.slack   = slack;
    assert_int_equal(accelerator_begin(&o->accelerator), INSHI_OK);
}

/* Moves both factors to `at` and judges them by the objective. */
static enum verdict step(struct one *o, double at, double objective, bool extrapolated)
{
    enum verdict verdict;
    o->factor[0] = o->factor[1] = at;
    o->accelerator.extrapolated = extrapolated;
    assert_int_equal(accelerator_judge(&o->accelerator, objective, false, &verdict), INSHI_OK);
    return verdict;
}

static void test_a_rise_is_taken_back(void **state)
{
    (void)state;
    struct one o;
    begin(&o, 0);
    assert_int_equal(step(&o, 3, 10, true), VERDICT_ACCEPTED); /* nothing to compare with */
    assert_true(o.accelerator.beta > 0.5);
    assert_int_equal(step(&o, 4, 9, true), VERDICT_ACCEPTED);
    assert_int_equal(step(&o, 5, 9 + 1e-9, true), VERDICT_STEP_PLAINLY);
    assert_true(o.factor[0] == 4 && o.factor[1] == 4);
    assert_true(o.accelerator.beta < 0.5 && !o.accelerator.falters);
    assert_int_equal(step(&o, 5, NAN, false), VERDICT_STEP_SAFELY);
    assert_true(o.factor[0] == 4 && o.factor[1] == 4 && o.accelerator.falters);
    assert_int_equal(step(&o, 5, 9 + 1e-15, false), VERDICT_ACCEPTED); /* the last bit is no rise */
}

/* Where the objective is only known to the slack, a rise up to it is accepted and what comes after is compared with it. */
static void test_a_rise_within_the_slack_is_not(void **state)
{
    (void)state;
    struct one o;
    begin(&o, 0.1);
    assert_int_equal(step(&o, 3, 9, true), VERDICT_ACCEPTED);
    const double beta = o.accelerator.beta;
    assert_int_equal(step(&o, 4, 9.05, true), VERDICT_ACCEPTED);
    assert_true(o.accelerator.beta > beta && o.accelerator.objective == 9.05);
    assert_int_equal(step(&o, 5, 9.2, true), VERDICT_STEP_PLAINLY);
    assert_true(o.factor[0] == 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_rise_is_taken_back),
        cmocka_unit_test(test_a_rise_within_the_slack_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
