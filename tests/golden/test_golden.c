/* test_golden.c -- the rules step by step against NumPy and SciPy; make_golden.py made the numbers. */
#include "support/support.h"

#include <math.h>
#include "support/sample.h"

static const double FACTORS   = 1e-12,
                    OBJECTIVE = 1e-12; /* 20 steps of rounding, of the largest entry; relative */

/* An .npy of version 1.0, f8, C order, as make_golden.py writes it; read here, apart from the library's reader. */
static inshi_matrix load(const char *name)
{
    char path[1024], header[1024];
    snprintf(path, sizeof path, "%s/%s.npy", INSHI_GOLDEN_DATA, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s is not here", path);
    unsigned char start[10];
    assert_int_equal(fread(start, 1, 10, file), 10);
    const size_t length = start[8] + 256u * start[9];
    assert_true(length < sizeof header && fread(header, 1, length, file) == length);
    header[length]   = 0;
    const char *text = strstr(header, "'shape': (");
    assert_true(text && strstr(header, "<f8") && strstr(header, "False"));
    char         *end;
    const int64_t rows = strtoll(text + 10, &end, 10), columns = strtoll(end + 1, NULL, 10);
    inshi_matrix  out = inshi_matrix_c(malloc((size_t)(rows * columns) * 8), INSHI_DTYPE_F8, rows, columns);
    assert_int_equal(fread(out.data, 8, (size_t)(rows * columns), file), rows * columns);
    fclose(file);
    return out;
}

static void check_case(inshi_context *context, const char *isa, const char *name,
                       const inshi_options *standard, double objective)
{
    char          path[128];
    inshi_matrix  x = load("x"), w = load("w0"), h = load("h0"), ew, eh;
    inshi_report *report;
    inshi_options o = *standard;
    snprintf(path, sizeof path, "%s_w", name);
    ew = load(path);
    snprintf(path, sizeof path, "%s_h", name);
    eh        = load(path);
    o.given_w = o.given_h = 1;
    o.iterations          = 20;
    o.tolerance           = 0;
    o.normalize           = "none";
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    assert_int_equal(inshi_fit(context, x, w, h, &o, report), INSHI_OK);
    const double reached = inshi_report_info(report)->objective;
    if (matrix_distance(ew, w) > FACTORS || matrix_distance(eh, h) > FACTORS ||
        fabs(reached - objective) > OBJECTIVE * objective)
        fail_msg("%s, %s: factors differ by %g, %g, objective %.17g, expected %.17g", name, isa,
                 matrix_distance(ew, w), matrix_distance(eh, h), reached, objective);
    inshi_report_destroy(report);
    void *const blocks[] = {x.data, w.data, h.data, ew.data, eh.data};
    for (int i = 0; i < 5; i++)
        free(blocks[i]);
}

static void test_every_case_on_every_instruction_set(void **state)
{
    (void)state;
    static const char *const sets[]  = {"portable", "avx2", "avx512"};
    inshi_context           *context = open_context();
    for (int i = 0; i < 3; i++) {
        if (inshi_context_set_isa(context, sets[i]))
            continue;
        FILE *file  = fopen(INSHI_GOLDEN_DATA "/cases.txt", "r");
        int   count = 0;
        char  name[64], solver[32], loss[32];
        assert_non_null(file);
        inshi_options o;
        inshi_options_default(&o);
        o.solver = solver;
        o.loss   = loss;
        double objective;
        while (fscanf(file, "%63s %31s %31s %lf %lf", name, solver, loss, &o.eta, &objective) == 5) {
            if (o.eta == 0)
                o.eta = 1;
            check_case(context, sets[i], name, &o, objective);
            count++;
        }
        fclose(file);
        assert_int_equal(count, 14);
    }
    inshi_context_destroy(context);
}

static void test_transform_is_nonnegative_least_squares(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    inshi_matrix   x = load("x"), w = load("w0"), h = load("h0"), expected = load("nnls_h");
    inshi_options  o;
    inshi_options_default(&o);
    o.tolerance  = 1e-13;
    o.iterations = 1000000;
    assert_int_equal(inshi_transform(context, x, w, h, &o, NULL), INSHI_OK);
    if (matrix_distance(expected, h) > 1e-10)
        fail_msg("activations differ by %g", matrix_distance(expected, h));
    void *const blocks[] = {x.data, w.data, h.data, expected.data};
    for (int i = 0; i < 4; i++)
        free(blocks[i]);
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_case_on_every_instruction_set),
        cmocka_unit_test(test_transform_is_nonnegative_least_squares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
