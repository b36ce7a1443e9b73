/* test_warm.c -- the warm start, in float for a fit in double, on an X of low rank where X is large: it is told, lowers the
 * objective, keeps its bits, and may be cut. */
#include "support/support.h"

#include <math.h>
#include "support/sample.h"

enum { LAST = 4, KINDS = 6 };

/* X of the last three is compressed: k + 10 is small beside both sides. */
static const struct {
    const char *loss;
    int         m, n, k;
} KIND[KINDS] = {{"eu", 100, 1000, 25}, {"kl", 100, 1000, 25}, {"is", 100, 1000, 25},
                 {"eu", 611, 530, 13},  {"kl", 530, 611, 13},  {"is", 530, 611, 13}};

struct call {
    inshi_context *context;
    inshi_report  *report;
    struct sample  sample;
    inshi_options  options;
};

static void begin(struct call *c, int kind, inshi_dtype dtype)
{
    *c = (struct call){.context = open_context(),
                       .sample  = sample_make(KIND[kind].m, KIND[kind].n, KIND[kind].k, dtype, 5)};
    assert_int_equal(inshi_report_create(c->context, &c->report), INSHI_OK);
    inshi_options_default(&c->options);
    c->options.loss       = KIND[kind].loss;
    c->options.iterations = LAST;
    c->options.tolerance  = 0;
}

static void end(struct call *c)
{
    inshi_report_destroy(c->report);
    sample_free(&c->sample);
    inshi_context_destroy(c->context);
}

static void check_told(const struct call *c, bool in_float)
{
    const inshi_info *info = inshi_report_info(c->report);
    assert_int_equal(info->warm_in_float, in_float);
    assert_true((info->warm_iterations > 0) == (in_float || strcmp(c->options.loss, "eu") != 0));
}

static void test_it_is_told_and_lowers(void **state)
{
    (void)state;
    for (int i = 0; i < KINDS; i++) {
        struct call c;
        int64_t     count;
        begin(&c, i, INSHI_DTYPE_F8);
        sample_fit(c.context, &c.sample, &c.options, c.report);
        const inshi_history_row *rows = inshi_report_history(c.report, &count);
        check_told(&c, true);
        assert_true((inshi_report_info(c.report)->warm_rank > 0) == (i >= 3));
        assert_int_equal(count, LAST + 1);
        for (int64_t row = 1; row < count; row++)
            assert_true(
                rows[row].objective < rows[row - 1].objective ||
                (row == 2 && rows[row].objective == rows[row - 1].objective)); /* a bout that was undone */
        const double exact = sample_divergence(&c.sample, beta_of(c.options.loss), 0);
        assert_true(fabs(exact - rows[LAST].objective) <= 1e-10 * exact);
        end(&c);
    }
}

/* kl on a compressed X has two bouts. Where the second takes the objective up, as on some noise of all sizes, the factors are those
 * of the first; on parts with less noise it counts. */
static void test_a_bout_that_does_harm_is_undone(void **state)
{
    (void)state;
    int undone = 0;
    for (uint64_t draws = 0; draws < 6; draws++) {
        struct call  c;
        int64_t      count;
        double       after[2];
        inshi_matrix kept = {0};
        begin(&c, 4, INSHI_DTYPE_F8);
        if (draws)
            sample_spread(&c.sample, 5, draws);
        else
            sample_fill(&c.sample, 20, 0.1, 0, 1, 3);
        for (int bouts = 1; bouts <= 2; bouts++) {
            c.options.iterations = bouts;
            sample_fit(c.context, &c.sample, &c.options, c.report);
            after[bouts - 1] = inshi_report_history(c.report, &count)[bouts].objective;
            if (bouts == 1)
                kept = matrix_copy(c.sample.w);
        }
        const bool same = after[1] == after[0];
        assert_true(after[1] <= after[0] && (draws || !same));
        assert_int_equal(matrix_same(kept, c.sample.w), same);
        undone += same;
        free(kept.data);
        end(&c);
    }
    assert_true(undone > 0);
}

/* From factors that are better than what the stand-in leads to, both bouts are undone: the iterations leave them as they are. */
static void test_two_bouts_that_do_harm_are_undone(void **state)
{
    (void)state;
    struct call c;
    int64_t     count;
    begin(&c, 4, INSHI_DTYPE_F8);
    sample_spread(&c.sample, 5, 3);
    c.options.iterations = 60;
    sample_fit(c.context, &c.sample, &c.options, c.report);
    c.options.given_w = c.options.given_h = 1;
    c.options.normalize                   = "none";
    c.options.iterations                  = 3;
    sample_fit(c.context, &c.sample, &c.options, c.report);
    const inshi_history_row *rows = inshi_report_history(c.report, &count);
    assert_int_equal(count, 4);
    assert_true(rows[1].objective == rows[0].objective && rows[2].objective == rows[0].objective);
    assert_true(rows[3].objective <= rows[2].objective);
    end(&c);
}

/* A fit in float, one that is small, and one with a penalty. */
static void test_where_there_is_none(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct call c;
        begin(&c, 0, kind == 0 ? INSHI_DTYPE_F4 : INSHI_DTYPE_F8);
        if (kind == 1) {
            sample_free(&c.sample);
            c.sample = sample_make(40, 30, 5, INSHI_DTYPE_F8, 5);
        }
        c.options.l1_h = kind == 2 ? 0.1 : 0;
        sample_fit(c.context, &c.sample, &c.options, c.report);
        check_told(&c, false);
        end(&c);
    }
}

static void test_the_same_bits_on_more_threads(void **state)
{
    (void)state;
    for (int i = 0; i < KINDS; i++) {
        struct call  c;
        inshi_matrix w = {0}, h = {0};
        begin(&c, i, INSHI_DTYPE_F8);
        c.options.restarts = 2;
        for (int threads = 1; threads <= 4; threads++) {
            assert_int_equal(inshi_context_set_threads(c.context, threads), INSHI_OK);
            sample_fit(c.context, &c.sample, &c.options, c.report);
            if (threads == 1) {
                w = matrix_copy(c.sample.w);
                h = matrix_copy(c.sample.h);
            }
            assert_true(matrix_same(w, c.sample.w) && matrix_same(h, c.sample.h));
        }
        free(w.data);
        free(h.data);
        end(&c);
    }
}

static int64_t left;

/* Says it once, at the question that `left` counts down to. */
static int once(void *user)
{
    (void)user;
    return left > 0 && --left == 0;
}

static void test_an_interrupt_that_is_told_once(void **state)
{
    (void)state;
    for (int i = 0; i < KINDS; i++) {
        struct call c;
        begin(&c, i, INSHI_DTYPE_F8);
        inshi_context_set_interrupt(c.context, once, NULL);
        for (int64_t at = 60; at < 3000; at = at * 5 / 4) {
            left = at;
            if (inshi_fit(c.context, c.sample.x, c.sample.w, c.sample.h, &c.options, c.report) != INSHI_OK)
                continue; /* before there was anything */
            const inshi_info *info  = inshi_report_info(c.report);
            const double      exact = sample_divergence(&c.sample, beta_of(c.options.loss), 0);
            if (left == 0 && info->stop != INSHI_STOP_INTERRUPTED)
                fail_msg("%s: interrupted at question %lld, stop %s", c.options.loss, (long long)at,
                         inshi_stop_name(info->stop));
            assert_true(fabs(exact - info->objective) <= 1e-9 * exact);
        }
        end(&c);
    }
}

static void test_the_time_limit_cuts_it(void **state)
{
    (void)state;
    struct call c;
    begin(&c, 1, INSHI_DTYPE_F8);
    c.options.time_limit = 1e-9;
    sample_fit(c.context, &c.sample, &c.options, c.report);
    assert_int_equal(inshi_report_info(c.report)->stop, INSHI_STOP_TIME);
    assert_int_equal(inshi_report_info(c.report)->warm_iterations, 0);
    end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_told_and_lowers),
        cmocka_unit_test(test_a_bout_that_does_harm_is_undone),
        cmocka_unit_test(test_two_bouts_that_do_harm_are_undone),
        cmocka_unit_test(test_where_there_is_none),
        cmocka_unit_test(test_the_same_bits_on_more_threads),
        cmocka_unit_test(test_an_interrupt_that_is_told_once),
        cmocka_unit_test(test_the_time_limit_cuts_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
