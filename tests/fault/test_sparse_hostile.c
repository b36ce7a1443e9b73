/* test_sparse_hostile.c -- sparse matrices that are none: a sentence, and nothing read beyond what there is. */
#include "support/support.h"

#include <math.h>
#include "support/compressed.h"
#include "support/sample.h"

enum { M = 6, N = 5, K = 2 };

struct call {
    inshi_context *context;
    struct sample  sample;
    inshi_matrix   x;
    int32_t       *pointers, *indices;
};

static struct call good(void)
{
    struct call c = {.context = open_context(), .sample = sample_make(M, N, K, INSHI_DTYPE_F8, 1)};
    for (int64_t i = 0; i < M; i++)
        for (int64_t j = 0; j < N; j++)
            if ((i + j) % 2)
                entry_set(c.sample.x, i, j, 0);
    c.x        = compressed_make(c.sample.x, INSHI_LAYOUT_CSR, INSHI_DTYPE_F8, 4, 0);
    c.pointers = (int32_t *)c.x.pointers;
    c.indices  = (int32_t *)c.x.indices;
    return c;
}

static void end(struct call *c)
{
    compressed_free(&c->x);
    sample_free(&c->sample);
    inshi_context_destroy(c->context);
}

/* fit and transform refuse with this status and these words, and leave W and H as they were. */
static void expect(struct call *c, const inshi_options *o, inshi_status status, const char *one,
                   const char *two)
{
    inshi_matrix w = matrix_copy(c->sample.w), h = matrix_copy(c->sample.h);
    for (int transform = 0; transform < 2; transform++) {
        const inshi_status got     = transform ? inshi_transform(c->context, c->x, w, h, o, NULL)
                                               : inshi_fit(c->context, c->x, w, h, o, NULL);
        const char        *message = inshi_context_message(c->context);
        if (got != status || !strstr(message, one) || !strstr(message, two))
            fail_msg("status %d, \"%s\"; expected status %d, \"%s\" and \"%s\"", (int)got, message,
                     (int)status, one, two);
        assert_true(matrix_same(w, c->sample.w) && matrix_same(h, c->sample.h));
    }
    free(w.data);
    free(h.data);
}

static void test_fields(void **state)
{
    (void)state;
    struct call        c     = good();
    const inshi_matrix sound = c.x;
    c.x.pointer_bytes        = 2;
    expect(&c, NULL, INSHI_ERR_ARGUMENT, "sparse X", "4 or 8");
    c.x             = sound;
    c.x.index_bytes = 0;
    expect(&c, NULL, INSHI_ERR_ARGUMENT, "sparse X", "4 or 8");
    c.x          = sound;
    c.x.pointers = NULL;
    expect(&c, NULL, INSHI_ERR_ARGUMENT, "sparse X", "NULL");
    c.x         = sound;
    c.x.indices = NULL;
    expect(&c, NULL, INSHI_ERR_ARGUMENT, "sparse X", "NULL");
    c.x      = sound;
    c.x.data = NULL;
    expect(&c, NULL, INSHI_ERR_ARGUMENT, "X has no data", "NULL");
    c.x          = sound;
    c.x.nonzeros = -3;
    expect(&c, NULL, INSHI_ERR_ARGUMENT, "sparse X", "-3");
    c.x         = sound;
    c.x.columns = INT64_C(1) << 40;
    c.x.rows    = 1;
    expect(&c, NULL, INSHI_ERR_SHAPE, "W is", "1099511627776");
    c.x       = sound;
    c.x.dtype = (inshi_dtype)50;
    expect(&c, NULL, INSHI_ERR_ARGUMENT, "dtype", "50");
    c.x = sound;
    end(&c);
}

static void test_pointers(void **state)
{
    (void)state;
    for (int at = 0; at <= M; at++) {
        static const int32_t bad[] = {-1, 1000000, INT32_MAX, INT32_MIN};
        for (int i = 0; i < 4; i++) {
            struct call c  = good();
            c.pointers[at] = bad[i];
            expect(&c, NULL, INSHI_ERR_DATA, "sparse X", "pointers");
            end(&c);
        }
    }
    struct call c = good();
    c.pointers[3] = c.pointers[2] - 1;
    expect(&c, NULL, INSHI_ERR_DATA, "sparse X", "must rise");
    end(&c);
    c             = good();
    c.pointers[0] = 1;
    expect(&c, NULL, INSHI_ERR_DATA, "sparse X", "from 1 to 15");
    end(&c);
    c = good();
    c.x.nonzeros++;
    expect(&c, NULL, INSHI_ERR_DATA, "sparse X", "from 0 to 15");
    end(&c);
}

static void test_indices(void **state)
{
    (void)state;
    for (int64_t at = 0; at < 15; at++) {
        static const int32_t bad[] = {-1, N, INT32_MAX, INT32_MIN};
        for (int i = 0; i < 4; i++) {
            struct call c = good();
            c.indices[at] = bad[i];
            expect(&c, NULL, INSHI_ERR_DATA, "sparse X",
                   bad[i] == N ? "column 5, and columns go from 0 to 4" : "column");
            end(&c);
        }
    }
    struct call c = good();
    c.indices[1]  = c.indices[0];
    expect(&c, NULL, INSHI_ERR_DATA, "row 0 has column 0 behind column 0", "sort");
    end(&c);
    c            = good();
    c.indices[0] = 3;
    expect(&c, NULL, INSHI_ERR_DATA, "row 0 has column 2 behind column 3", "sort");
    end(&c);
}

static void test_values(void **state)
{
    (void)state;
    static const double bad[]   = {-1, INFINITY};
    static const char  *words[] = {"is negative", "is infinite"};
    for (int i = 0; i < 2; i++) {
        struct call c           = good();
        ((double *)c.x.data)[4] = bad[i]; /* the second of row 1: 1, 3 */
        expect(&c, NULL, INSHI_ERR_DATA, "X row 1, column 3", words[i]);
        end(&c);
    }
}

/* As in dense X, NaN is no entry. */
static void test_nan(void **state)
{
    (void)state;
    struct call c = good(), dense = good();
    ((double *)c.x.data)[4] = NAN;
    entry_set(dense.sample.x, 1, 3, NAN);
    for (int i = 0; i < 2; i++) {
        inshi_options o;
        inshi_options_default(&o);
        o.loss       = i ? "kl" : "eu";
        o.iterations = 5;
        assert_int_equal(inshi_fit(c.context, c.x, c.sample.w, c.sample.h, &o, NULL), INSHI_OK);
        assert_int_equal(inshi_fit(dense.context, dense.sample.x, dense.sample.w, dense.sample.h, &o, NULL),
                         INSHI_OK);
        assert_true(matrix_distance(c.sample.w, dense.sample.w) < 1e-9);
        assert_true(matrix_distance(c.sample.h, dense.sample.h) < 1e-9);
    }
    end(&c);
    end(&dense);
}

static void test_losses_without_a_value_at_zero(void **state)
{
    (void)state;
    static const char *const losses[] = {"is", "beta:-0.5"};
    for (int i = 0; i < 2; i++) {
        struct call   c = good();
        inshi_options o;
        inshi_options_default(&o);
        o.loss = losses[i];
        expect(&c, &o, INSHI_ERR_UNSUPPORTED, "sparse", "floor");
        o.floor = 1e-3;
        assert_int_equal(inshi_fit(c.context, c.x, c.sample.w, c.sample.h, &o, NULL), INSHI_OK);
        o.floor  = -1;
        o.absent = "missing";
        assert_int_equal(inshi_fit(c.context, c.x, c.sample.w, c.sample.h, &o, NULL), INSHI_OK);
        end(&c);
    }
}

static void test_absent(void **state)
{
    (void)state;
    struct call   c = good();
    inshi_options o;
    inshi_options_default(&o);
    o.absent = "gone";
    expect(&c, &o, INSHI_ERR_ARGUMENT, "absent", "zero|missing");
    o.absent               = "missing";
    const inshi_matrix own = c.x;
    c.x                    = c.sample.x;
    expect(&c, &o, INSHI_ERR_ARGUMENT, "absent", "dense");
    c.x = own;
    end(&c);
}

/* Nothing stored at all, and rows without entries. */
static void test_empty(void **state)
{
    (void)state;
    const char *const losses[] = {"eu", "kl", "beta:1.5"};
    for (int i = 0; i < 6; i++) {
        struct call   c = good();
        inshi_options o;
        inshi_report *report;
        inshi_options_default(&o);
        o.loss       = losses[i / 2];
        o.absent     = i % 2 ? "missing" : "zero";
        o.iterations = 5;
        memset(c.pointers, 0, (M + 1) * sizeof *c.pointers);
        c.x.nonzeros = 0;
        assert_int_equal(inshi_report_create(c.context, &report), INSHI_OK);
        assert_int_equal(inshi_fit(c.context, c.x, c.sample.w, c.sample.h, &o, report), INSHI_OK);
        assert_true(matrix_is_sound(c.sample.w) && matrix_is_sound(c.sample.h));
        assert_true(inshi_report_info(report)->objective >= 0);
        assert_non_null(inshi_report_warning(report, 0));
        inshi_report_destroy(report);
        end(&c);
    }
}

static inshi_status fit_once(const inshi_allocator *allocator, void *user)
{
    struct call       *c = user;
    inshi_context     *context;
    inshi_options      o;
    const inshi_status status = inshi_context_create(allocator, &context);
    if (status)
        return status;
    inshi_options_default(&o);
    o.loss                    = "kl";
    o.iterations              = 2;
    const inshi_status fitted = inshi_fit(context, c->x, c->sample.w, c->sample.h, &o, NULL);
    inshi_context_destroy(context);
    return fitted;
}

static void test_every_allocation(void **state)
{
    (void)state;
    struct call c = good();
    check_every_allocation(fit_once, &c);
    end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_pointers),
        cmocka_unit_test(test_indices),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_nan),
        cmocka_unit_test(test_losses_without_a_value_at_zero),
        cmocka_unit_test(test_absent),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_every_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
