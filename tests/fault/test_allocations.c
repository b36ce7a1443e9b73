/* test_allocations.c -- the n-th allocation of a fit or transform fails, for every n: MEMORY, no leak, W and H as they
 * were. On one thread: where no pool of threads can be made a call goes on without it (tests/unit/test_parallel.c). */
#include "support/support.h"

#include "support/sample.h"

struct call {
    inshi_options        options;
    const struct sample *sample;
    inshi_matrix         w, h; /* as they were */
    bool                 transform;
    const char          *checkpoint; /* saved at every iteration; NULL = none */
    int                  resume;
};

static inshi_status body(const inshi_allocator *allocator, void *user)
{
    struct call   *call    = user;
    inshi_context *context = NULL;
    inshi_report  *report  = NULL;
    memcpy(call->sample->w.data, call->w.data, (size_t)(call->w.rows * call->w.columns) * 8);
    memcpy(call->sample->h.data, call->h.data, (size_t)(call->h.rows * call->h.columns) * 8);
    inshi_status status = inshi_context_create(allocator, &context);
    if (status)
        return status;
    inshi_context_set_threads(context, 1);
    status                            = inshi_report_create(context, &report);
    const inshi_checkpoint checkpoint = {
        .size = sizeof checkpoint, .path = call->checkpoint, .resume = call->resume};
    if (!status && call->checkpoint)
        status = inshi_context_set_checkpoint(context, &checkpoint);
    if (!status)
        status = (call->transform ? inshi_transform : inshi_fit)(context, call->sample->x, call->sample->w,
                                                                 call->sample->h, &call->options, report);
    if (status) {
        assert_true(strlen(inshi_context_message(context)) > 20);
        assert_true(matrix_same(call->sample->w, call->w) && matrix_same(call->sample->h, call->h));
    }
    inshi_report_destroy(report);
    assert_int_equal(inshi_context_bytes(context), 0);
    inshi_context_destroy(context);
    return status;
}

static void check(const struct sample *s, const inshi_options *o, bool transform)
{
    struct call call = {*o, s, matrix_copy(s->w), matrix_copy(s->h), transform, NULL, 0};
    check_every_allocation(body, &call);
    free(call.w.data);
    free(call.h.data);
}

static const char *const LOSSES[] = {"eu", "kl", "is", "beta:1.5"};

static void test_every_solver_and_loss(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    struct sample  s       = sample_make(60, 210, 3, INSHI_DTYPE_F8, 1);
    for (int i = 0; inshi_solver_name(i); i++)
        for (int j = 0; j < 4; j++) {
            inshi_options o;
            inshi_options_default(&o);
            o.solver     = inshi_solver_name(i);
            o.loss       = LOSSES[j];
            o.eta        = 1e-9;
            o.iterations = 3;
            o.tolerance  = 0;
            if (pair_exists(context, o.solver, o.loss))
                check(&s, &o, false);
        }
    sample_free(&s);
    inshi_context_destroy(context);
}

/* A long history grows; restarts have one each, and the result of the first is not written while others may fail. */
static void test_restarts_and_histories(void **state)
{
    (void)state;
    struct sample s = sample_make(9, 7, 2, INSHI_DTYPE_F8, 2);
    inshi_options o;
    inshi_options_default(&o);
    o.solver     = "mu";
    o.loss       = "kl";
    o.restarts   = 4;
    o.iterations = 150;
    o.tolerance  = 0;
    check(&s, &o, false);
    sample_free(&s);
}

static void test_fixed_columns_and_penalties(void **state)
{
    (void)state;
    struct sample s       = sample_make(9, 70, 3, INSHI_DTYPE_F8, 3);
    const int64_t fixed[] = {1};
    inshi_options o;
    inshi_options_default(&o);
    o.given_w           = 1;
    o.fix_columns       = fixed;
    o.fix_columns_count = 1;
    o.l1_h = o.l2_w = 0.1;
    o.iterations    = 3;
    check(&s, &o, false);
    sample_free(&s);
}

static void test_transform(void **state)
{
    (void)state;
    for (int j = 0; j < 4; j++) {
        struct sample s = sample_make(20, 70, 3, INSHI_DTYPE_F8, 4);
        inshi_options o;
        inshi_options_default(&o);
        o.loss = LOSSES[j];
        check(&s, &o, true);
        sample_free(&s);
    }
}

/* Saving, and going on from what was saved. */
static void test_checkpoints(void **state)
{
    (void)state;
    const char   *folder = memory_folder();
    struct sample s      = sample_make(9, 7, 2, INSHI_DTYPE_F8, 2);
    char          path[100];
    snprintf(path, sizeof path, "%s/c", folder);
    struct call call = {.sample = &s, .w = matrix_copy(s.w), .h = matrix_copy(s.h), .checkpoint = path};
    inshi_options_default(&call.options);
    call.options.solver     = "hals";
    call.options.iterations = 80;
    call.options.restarts   = 2;
    call.options.tolerance  = 0;
    check_every_allocation(body, &call);
    call.resume             = 1;
    call.options.iterations = 90;
    check_every_allocation(body, &call);
    free(call.w.data);
    free(call.h.data);
    sample_free(&s);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_solver_and_loss),
        cmocka_unit_test(test_restarts_and_histories),
        cmocka_unit_test(test_fixed_columns_and_penalties),
        cmocka_unit_test(test_transform),
        cmocka_unit_test(test_checkpoints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
