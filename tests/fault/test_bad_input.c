/* test_bad_input.c -- what inshi_fit and inshi_transform refuse: the status, the sentence, W and H untouched. */
#include "support/support.h"

#include <math.h>
#include "support/sample.h"

/* One call that is fine, to be spoilt. */
struct call {
    inshi_context *context;
    inshi_options  options;
    struct sample  sample;
    inshi_matrix   x, w, h;
};

static struct call good(void)
{
    struct call c = {.context = open_context(), .sample = sample_make(6, 5, 2, INSHI_DTYPE_F8, 1)};
    inshi_options_default(&c.options);
    c.options.iterations = 5;
    c.x                  = c.sample.x;
    c.w                  = c.sample.w;
    c.h                  = c.sample.h;
    return c;
}

static void end(struct call *c)
{
    sample_free(&c->sample);
    inshi_context_destroy(c->context);
}

enum { FIT = 1, TRANSFORM = 2 };

static void expect_of(struct call *c, int calls, inshi_status expected, const char *const words[])
{
    for (int call = FIT; call <= TRANSFORM; call++) {
        if (!(calls & call))
            continue;
        inshi_matrix       w = matrix_copy(c->sample.w), h = matrix_copy(c->sample.h);
        const inshi_status status =
            (call == FIT ? inshi_fit : inshi_transform)(c->context, c->x, c->w, c->h, &c->options, NULL);
        const char *message = inshi_context_message(c->context);
        if (status != expected)
            fail_msg("%s: \"%s\", expected \"%s\" (%s)", call == FIT ? "fit" : "transform",
                     inshi_status_text(status), inshi_status_text(expected), message);
        for (int i = 0; words[i]; i++)
            if (!strstr(message, words[i]))
                fail_msg("%s: the message does not say \"%s\": %s", call == FIT ? "fit" : "transform",
                         words[i], message);
        assert_true(matrix_same(w, c->sample.w) && matrix_same(h, c->sample.h));
        free(w.data);
        free(h.data);
    }
}

#define EXPECT(call, calls, status, ...)                                                                     \
    expect_of(call, calls, status, (const char *const[]){__VA_ARGS__, NULL})

static void test_the_good_call_is_good(void **state)
{
    (void)state;
    struct call c = good();
    assert_int_equal(inshi_fit(c.context, c.x, c.w, c.h, &c.options, NULL), INSHI_OK);
    assert_int_equal(inshi_fit(c.context, c.x, c.w, c.h, NULL, NULL), INSHI_OK);
    assert_int_equal(inshi_transform(c.context, c.x, c.w, c.h, NULL, NULL), INSHI_OK);
    assert_int_equal(inshi_fit(NULL, c.x, c.w, c.h, NULL, NULL), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_transform(NULL, c.x, c.w, c.h, NULL, NULL), INSHI_ERR_ARGUMENT);
    end(&c);
}

static void test_entries_of_x(void **state)
{
    (void)state;
    const double bad[]  = {-0.31, INFINITY};
    const char  *says[] = {"-0.31 is negative", "is infinite"};
    for (int i = 0; i < 2; i++) {
        struct call c = good();
        entry_set(c.x, 3, 1, bad[i]);
        entry_set(c.x, 4, 2, -1);
        EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_DATA, "X row 3, column 1", says[i],
               i == 0 ? "2 negative" : "1 negative");
        end(&c);
    }
}

static void test_entries_of_given_factors(void **state)
{
    (void)state;
    struct call c = good();
    entry_set(c.w, 2, 1, -5);
    assert_int_equal(inshi_fit(c.context, c.x, c.w, c.h, &c.options, NULL),
                     INSHI_OK); /* not given: only written */
    entry_set(c.w, 2, 1, -5);
    EXPECT(&c, TRANSFORM, INSHI_ERR_DATA, "W row 2, column 1", "-5 is negative");
    c.options.given_w = 1;
    EXPECT(&c, FIT, INSHI_ERR_DATA, "W row 2, column 1", "-5 is negative");
    entry_set(c.w, 2, 1, 1);
    entry_set(c.h, 1, 4, NAN);
    c.options.given_h = 1;
    EXPECT(&c, FIT, INSHI_ERR_DATA, "H row 1, column 4", "is not a number");
    end(&c);
}

static void test_shapes(void **state)
{
    (void)state;
    struct call c = good();
    c.w.rows      = 4;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_SHAPE, "W is 4 x 2", "6 x 2", "6 x 5");
    c.w         = c.sample.w;
    c.h.columns = 3;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_SHAPE, "H is 2 x 3", "2 x 5");
    c.h      = c.sample.h;
    c.h.rows = 1;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_SHAPE, "H is 1 x 5");
    c.h      = c.sample.h;
    c.x.rows = 0;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_SHAPE, "X is 0 x 5", "at least one entry");
    c.x         = c.sample.x;
    c.x.columns = -2;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_SHAPE, "X is 6 x -2");
    c.x         = c.sample.x;
    c.w.columns = c.h.rows = 0;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_SHAPE, "rank", "0");
    c.w.columns = c.h.rows = -1;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_SHAPE, "rank", "-1");
    end(&c);
}

static void test_types(void **state)
{
    (void)state;
    struct call c = good();
    c.w.dtype     = INSHI_DTYPE_I8;
    c.h.dtype     = INSHI_DTYPE_I8;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_SHAPE, "W is stored as i8", "f4 or f8");
    c.w       = c.sample.w;
    c.h       = c.sample.h;
    c.h.dtype = INSHI_DTYPE_F4;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_SHAPE, "W is f8 and H is f4");
    c.h       = c.sample.h;
    c.x.dtype = (inshi_dtype)77;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_ARGUMENT, "dtype", "77");
    c.x        = c.sample.x;
    c.x.layout = INSHI_LAYOUT_CSR;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_ARGUMENT, "sparse X", "4 or 8");
    c.x      = c.sample.x;
    c.x.data = NULL;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_ARGUMENT, "X has no data");
    c.x      = c.sample.x;
    c.w.data = NULL;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_ARGUMENT, "W has no data");
    c.w      = c.sample.w;
    c.h.data = NULL;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_ARGUMENT, "H has no data");
    end(&c);
}

static void test_options(void **state)
{
    (void)state;
    struct call c  = good();
    c.options.loss = "lk";
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_ARGUMENT, "lk", "kl");
    c.options.loss   = "kl";
    c.options.solver = "hals";
    EXPECT(&c, FIT, INSHI_ERR_UNSUPPORTED, "hals", "kl", "mu");
    c.options.solver = "hasl";
    EXPECT(&c, FIT, INSHI_ERR_ARGUMENT, "hasl", "did you mean hals?");
    c.options.solver = "auto";
    c.options.init   = "randm";
    EXPECT(&c, FIT, INSHI_ERR_ARGUMENT, "randm", "did you mean random?");
    c.options.init = "auto";
    c.options.fix  = "w";
    EXPECT(&c, FIT, INSHI_ERR_ARGUMENT, "fix is w", "init-w");
    c.options.fix       = "none";
    c.options.tolerance = NAN;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_ARGUMENT, "tolerance");
    c.options.tolerance = 1e-5;
    c.options.size      = 3;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_ARGUMENT, "inshi_options_default");
    end(&c);
}

static void test_fixed_columns(void **state)
{
    (void)state;
    struct call   c             = good();
    const int64_t fixed[]       = {0, 2};
    c.options.given_w           = 1;
    c.options.fix_columns       = fixed;
    c.options.fix_columns_count = 2;
    EXPECT(&c, FIT, INSHI_ERR_ARGUMENT, "fix", "2", "columns 0 to 1");
    c.options.given_w = 0;
    EXPECT(&c, FIT, INSHI_ERR_ARGUMENT, "fix-columns", "init-w");
    end(&c);
}

/* Sums of such values overflow; f4 holds neither values beyond its range nor the powers of far B. */
static void test_ranges(void **state)
{
    (void)state;
    struct call c = good();
    for (int i = 0; i < 30; i++)
        ((double *)c.x.data)[i] = 1e308;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_DATA, "1e+308", "overflow");
    end(&c);
    c         = good();
    c.w.dtype = c.h.dtype = INSHI_DTYPE_F4;
    for (int i = 0; i < 30; i++)
        ((double *)c.x.data)[i] = 1e200;
    c.sample.w.dtype = c.sample.h.dtype = INSHI_DTYPE_F4;
    for (int i = 0; i < 12; i++)
        ((float *)c.w.data)[i] = 1;
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_DATA, "1e+200", "f32", "f64");
    for (int i = 0; i < 30; i++)
        ((double *)c.x.data)[i] = 1;
    c.options.loss = "beta:-1";
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_UNSUPPORTED, "beta:-1", "f64");
    end(&c);
}

/* Memory of a machine that has 1 GB. */
static void *allocate_little(void *user, size_t bytes)
{
    (void)user;
    return bytes > (size_t)1 << 30 ? NULL : malloc(bytes);
}

static void release(void *user, void *block)
{
    (void)user;
    free(block);
}

/* The rank is as large as a caller can say: counted, not computed modulo 2^64. */
static void test_a_rank_beyond_memory(void **state)
{
    (void)state;
    const int64_t ranks[] = {1000000000, 4000000000, INT64_C(1) << 40, INT64_C(1) << 61};
    for (int i = 0; i < 4; i++) {
        struct call c = good();
        inshi_context_destroy(c.context);
        assert_int_equal(inshi_context_create(&(inshi_allocator){allocate_little, release, NULL}, &c.context),
                         INSHI_OK);
        c.w.columns = c.h.rows = ranks[i];
        c.w.row_stride = c.w.column_stride = c.h.row_stride = c.h.column_stride = 0;
        EXPECT(&c, FIT, INSHI_ERR_MEMORY, "not enough memory");
        end(&c);
    }
}

/* A step that is too long leaves the finite numbers. */
static void test_numerical_breakdown(void **state)
{
    (void)state;
    struct call c        = good();
    c.options.solver     = "gradient";
    c.options.eta        = 1e100;
    c.options.iterations = 100;
    c.options.tolerance  = 0;
    EXPECT(&c, FIT, INSHI_ERR_NUMERIC, "finite", "--eta");
    end(&c);
}

static int yes(void *user)
{
    (void)user;
    return 1;
}

static void test_interrupted_before_there_is_anything(void **state)
{
    (void)state;
    struct call c = good();
    inshi_context_set_interrupt(c.context, yes, NULL);
    EXPECT(&c, FIT | TRANSFORM, INSHI_ERR_INTERRUPTED, "interrupted");
    end(&c);
}

static void test_reports(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    inshi_report  *report;
    int64_t        count = 5;
    assert_int_equal(inshi_report_create(NULL, &report), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_report_create(context, NULL), INSHI_ERR_ARGUMENT);
    assert_null(inshi_report_info(NULL));
    assert_null(inshi_report_history(NULL, &count));
    assert_int_equal(count, 0);
    assert_null(inshi_report_warning(NULL, 0));
    inshi_report_destroy(NULL);
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    assert_null(inshi_report_warning(report, 0));
    assert_null(inshi_report_warning(report, -1));
    inshi_report_destroy(report);
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_good_call_is_good),
        cmocka_unit_test(test_entries_of_x),
        cmocka_unit_test(test_entries_of_given_factors),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_fixed_columns),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_a_rank_beyond_memory),
        cmocka_unit_test(test_numerical_breakdown),
        cmocka_unit_test(test_interrupted_before_there_is_anything),
        cmocka_unit_test(test_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
