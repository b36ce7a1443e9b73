/* test_resume.c -- a fit that was stopped and goes on ends with the bits of one that was never stopped. */
#include <math.h>
#include "support/files.h"
#include "support/fixture.h"

#include "support/sample.h"

enum { M = 37, N = 29, K = 3, LAST = 14 };

/* What a fit has left. */
struct outcome {
    inshi_matrix       w, h;
    inshi_info         info;
    inshi_history_row *rows;
    int64_t            count;
};

/* One fit, in a context of its own, from the sample as it is. */
struct call {
    struct sample    sample;
    inshi_options    options;
    inshi_checkpoint checkpoint; /* path NULL: none */
    int64_t          threads;
    const char      *isa;
    int64_t          cut_at; /* the interrupt callback says stop at this question; 0 = never */
};

static const char *place;

static int begin(void **state)
{
    place = memory_folder();
    return set_up(state);
}

static int end(void **state)
{
    remove_folder(place);
    return tear_down(state);
}

static int64_t left;

static int cut(void *user)
{
    (void)user;
    return left > 0 && --left == 0;
}

static inshi_status run(const struct call *call, struct outcome *out)
{
    inshi_context *own = open_context();
    inshi_report  *report;
    struct sample  s = call->sample;
    s.w              = matrix_copy(s.w);
    s.h              = matrix_copy(s.h);
    assert_int_equal(inshi_report_create(own, &report), INSHI_OK);
    assert_int_equal(inshi_context_set_threads(own, call->threads ? call->threads : 1), INSHI_OK);
    assert_int_equal(inshi_context_set_isa(own, call->isa ? call->isa : "auto"), INSHI_OK);
    assert_int_equal(inshi_context_set_checkpoint(own, call->checkpoint.path ? &call->checkpoint : NULL),
                     INSHI_OK);
    left = call->cut_at;
    if (call->cut_at)
        inshi_context_set_interrupt(own, cut, NULL);
    const inshi_status status = inshi_fit(own, s.x, s.w, s.h, &call->options, report);
    if (status && status != INSHI_ERR_INTERRUPTED)
        fail_msg("%s, %s: %s", call->options.solver, call->options.loss, inshi_context_message(own));
    *out                           = (struct outcome){.w = s.w, .h = s.h, .info = *inshi_report_info(report)};
    const inshi_history_row *rows  = inshi_report_history(report, &out->count);
    const size_t             bytes = (size_t)out->count * sizeof *rows;
    out->rows                      = malloc(bytes + 1);
    if (bytes)
        memcpy(out->rows, rows, bytes);
    inshi_report_destroy(report);
    inshi_context_set_threads(own, 1); /* ends the others, whose memory is the context's */
    assert_int_equal(inshi_context_bytes(own), 0);
    inshi_context_destroy(own);
    return status;
}

static void outcome_free(struct outcome *o)
{
    free(o->w.data);
    free(o->h.data);
    free(o->rows);
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void check_same(const struct call *call, const struct outcome *whole, const struct outcome *parts,
                       int64_t at)
{
    const inshi_info *a = &whole->info, *b = &parts->info;
    bool              same = matrix_same(whole->w, parts->w) && matrix_same(whole->h, parts->h) &&
                whole->count == parts->count && a->iterations == b->iterations && a->stop == b->stop &&
                a->restart == b->restart && a->revived == b->revived &&
                same_bits(a->objective, b->objective) && same_bits(a->kkt, b->kkt) &&
                same_bits(a->relative_error, b->relative_error) && same_bits(a->kkt_worst, b->kkt_worst);
    double before = 0;
    for (int64_t i = 0; i < whole->count && same; i++) {
        const inshi_history_row *p = &whole->rows[i], *q = &parts->rows[i];
        same = p->iteration == q->iteration && same_bits(p->objective, q->objective) &&
               same_bits(p->kkt, q->kkt) && q->seconds >= before;
        before = q->seconds;
    }
    if (!same)
        fail_msg("%s, %s, %s, %lld starts, %lld threads: other bits after a stop at %lld",
                 call->options.solver, call->options.loss, inshi_dtype_name(call->sample.w.dtype),
                 (long long)call->options.restarts, (long long)call->threads, (long long)at);
}

static void forget(const char *path)
{
    char previous[310];
    snprintf(previous, sizeof previous, "%s.prev", path);
    remove(path);
    remove(previous);
}

/* Ends after `at` iterations, and goes on with as many more as there were to be. */
static void check_stop_at(struct call call, const struct outcome *whole, int64_t at, int64_t threads)
{
    struct outcome first, second;
    struct call    head = call, tail = call;
    char           path[300];
    snprintf(path, sizeof path, "%s/c", place);
    head.checkpoint = (inshi_checkpoint){.size = sizeof head.checkpoint, .path = path, .seconds = 1e9};
    head.options.iterations = at;
    tail.checkpoint         = head.checkpoint;
    tail.checkpoint.resume  = 1;
    tail.threads            = threads;
    run(&head, &first);
    run(&tail, &second);
    assert_true(second.info.resumed);
    assert_int_equal(second.info.resumed_iteration, at);
    check_same(&tail, whole, &second, at);
    outcome_free(&first);
    outcome_free(&second);
    forget(path);
}

static struct call call_make(inshi_dtype dtype, const char *solver, const char *loss)
{
    struct call call = {.sample = sample_make(M, N, K, dtype, 7)};
    inshi_options_default(&call.options);
    call.options.solver     = solver;
    call.options.loss       = loss;
    call.options.iterations = LAST;
    call.options.tolerance  = 0;
    call.options.eta        = strcmp(loss, "eu") ? 0.1 : 1e-4;
    return call;
}

static void check_pair(inshi_dtype dtype, const char *solver, const char *loss)
{
    struct outcome whole;
    struct call    call = call_make(dtype, solver, loss);
    run(&call, &whole);
    for (int64_t at = 0; at < LAST; at++)
        check_stop_at(call, &whole, at, 1 + at % 3);
    outcome_free(&whole);
    call.options.tolerance = 3e-3; /* the first part ends by iterations, the whole by what it has reached */
    call.options.history_every = 3;
    run(&call, &whole);
    for (int64_t at = 0; at < whole.info.iterations; at++)
        check_stop_at(call, &whole, at, 1);
    outcome_free(&whole);
    sample_free(&call.sample);
}

static void each_pair(void (*check)(inshi_dtype dtype, const char *solver, const char *loss),
                      inshi_dtype dtype)
{
    static const char *const losses[] = {"eu", "kl", "is", "beta:1.5", "beta:0.5"};
    for (int i = 0; inshi_solver_name(i); i++)
        for (int j = 0; j < 5; j++)
            if (pair_exists(context, inshi_solver_name(i), losses[j]))
                check(dtype, inshi_solver_name(i), losses[j]);
}

static void test_every_solver_and_loss(void **state)
{
    (void)state;
    each_pair(check_pair, INSHI_DTYPE_F8);
    each_pair(check_pair, INSHI_DTYPE_F4);
}

static void test_a_larger_x_on_more_threads(void **state)
{
    (void)state;
    static const char *const losses[] = {"eu", "kl", "is"};
    for (int i = 0; i < 3; i++)
        for (int64_t threads = 1; threads <= 3; threads++) {
            struct outcome whole;
            struct call    call = call_make(INSHI_DTYPE_F8, "auto", losses[i]);
            sample_free(&call.sample);
            call.sample = sample_make(310, 270, 5, INSHI_DTYPE_F8, 9);
            run(&call, &whole);
            for (int64_t at = 1; at < LAST; at += 4)
                check_stop_at(call, &whole, at, threads);
            outcome_free(&whole);
            sample_free(&call.sample);
        }
}

/* Entries of all sizes, on which plain steps of newton are rejected: from then on columns are watched, after a stop too. */
static void test_steps_that_were_too_bold(void **state)
{
    (void)state;
    static const char *const losses[] = {"kl", "is", "beta:1.5"};
    for (int i = 0; i < 3; i++) {
        struct outcome whole;
        struct call    call = call_make(INSHI_DTYPE_F8, "newton", losses[i]);
        sample_spread(&call.sample, 6, 3);
        call.options.iterations = 40;
        run(&call, &whole);
        for (int64_t at = 1; at < 40; at += 2)
            check_stop_at(call, &whole, at, 1 + at % 3);
        outcome_free(&whole);
        sample_free(&call.sample);
    }
}

/* Interrupted after a number of the library's questions, in the middle of passes and of starts, until the fit is done. Where
 * that was too early to get anywhere, later the next time. */
static void check_cuts(struct call call, int64_t step)
{
    struct outcome whole, part;
    char           path[300];
    int64_t        resumed = 0, stuck = 0, start = -1, iteration = -1;
    run(&call, &whole);
    snprintf(path, sizeof path, "%s/c", place);
    call.checkpoint =
        (inshi_checkpoint){.size = sizeof call.checkpoint, .path = path, .seconds = 1e9, .resume = 1};
    for (int64_t calls = 0;; calls++) {
        call.cut_at     = step * (1 + calls % 7) << stuck;
        call.threads    = 1 + calls % 3;
        const bool done = run(&call, &part) == INSHI_OK && part.info.stop != INSHI_STOP_INTERRUPTED;
        const bool same = part.info.resumed_start == start && part.info.resumed_iteration == iteration;
        resumed += part.info.resumed;
        stuck     = same || !part.info.resumed ? stuck + 1 : 0;
        start     = part.info.resumed_start;
        iteration = part.info.resumed_iteration;
        if (done)
            check_same(&call, &whole, &part, call.cut_at);
        outcome_free(&part);
        if (done)
            break;
    }
    assert_true(resumed >= 1);
    outcome_free(&whole);
    forget(path);
}

static void check_cuts_of_pair(inshi_dtype dtype, const char *solver, const char *loss)
{
    struct call call      = call_make(dtype, solver, loss);
    call.options.restarts = 3;
    check_cuts(call, 9);
    call.options.restarts = 1;
    check_cuts(call, 8);
    sample_free(&call.sample);
}

static void test_cut_off_anywhere(void **state)
{
    (void)state;
    each_pair(check_cuts_of_pair, INSHI_DTYPE_F8);
}

/* kl on a large X begins with two bouts of a warm start, of which the second is undone on noise of all sizes. */
static void test_cut_off_in_a_warm_start(void **state)
{
    (void)state;
    for (int harm = 0; harm < 2; harm++) {
        struct call call = call_make(INSHI_DTYPE_F8, "auto", "kl");
        sample_free(&call.sample);
        call.sample             = sample_make(530, 611, 13, INSHI_DTYPE_F8, 9);
        call.options.iterations = 4;
        if (harm)
            sample_spread(&call.sample, 4, 3);
        check_cuts(call, 150);
        sample_free(&call.sample);
    }
}

/* With a checkpoint, a call that ends in the second bout gives what the first one left, in float and in double. */
static void test_a_bout_that_is_cut_leaves_the_point(void **state)
{
    (void)state;
    static const inshi_dtype dtypes[] = {INSHI_DTYPE_F4, INSHI_DTYPE_F8};
    char                     path[300];
    snprintf(path, sizeof path, "%s/c", place);
    for (int i = 0; i < 2; i++) {
        struct outcome one, part;
        int            seen = 0;
        struct call    call = call_make(dtypes[i], "auto", "kl");
        sample_free(&call.sample);
        call.sample = sample_make(530, 611, 13, dtypes[i], 9);
        sample_fill(&call.sample, 20, 0.1, 0, 1, 3);
        call.options.iterations = 1;
        run(&call, &one);
        call.options.iterations = 4;
        call.checkpoint = (inshi_checkpoint){.size = sizeof call.checkpoint, .path = path, .seconds = 1e9};
        for (call.cut_at = 4000; call.cut_at < 20000; call.cut_at = call.cut_at * 8 / 7) {
            if (run(&call, &part) == INSHI_OK && part.info.stop == INSHI_STOP_INTERRUPTED &&
                part.info.iterations == 1) {
                assert_true(matrix_same(one.w, part.w) && matrix_same(one.h, part.h));
                assert_true(part.info.objective == one.info.objective);
                seen++;
            }
            outcome_free(&part);
            forget(path);
        }
        assert_true(seen >= 3);
        outcome_free(&one);
        sample_free(&call.sample);
    }
}

/* A saved state for every iteration: the file and the one before it are both good at each. */
static int count_wanted(void *user)
{
    ++*(int *)user;
    return 1;
}

static void test_saves_when_asked(void **state)
{
    (void)state;
    int            asked = 0;
    struct outcome out;
    struct call    call = call_make(INSHI_DTYPE_F8, "mu", "kl");
    char           path[300], previous[300];
    snprintf(path, sizeof path, "%s/c", place);
    snprintf(previous, sizeof previous, "%s/c.prev", place);
    call.checkpoint = (inshi_checkpoint){
        .size = sizeof call.checkpoint, .path = path, .seconds = 1e9, .wanted = count_wanted, .user = &asked};
    run(&call, &out);
    outcome_free(&out);
    assert_int_equal(asked, LAST + 1);
    call.checkpoint =
        (inshi_checkpoint){.size = sizeof call.checkpoint, .path = previous, .seconds = 1e9, .resume = 1};
    run(&call, &out);
    assert_int_equal(out.info.resumed_iteration, LAST - 1);
    outcome_free(&out);
    sample_free(&call.sample);
}

static void test_parts_that_stay_and_penalties(void **state)
{
    (void)state;
    static const int64_t fixed[] = {1};
    for (int i = 0; inshi_solver_name(i); i++)
        for (int kind = 0; kind < 3; kind++) {
            struct call call = call_make(INSHI_DTYPE_F8, inshi_solver_name(i), i % 2 ? "kl" : "eu");
            if (!pair_exists(context, call.options.solver, call.options.loss))
                call.options.loss = "kl";
            if (!pair_exists(context, call.options.solver, call.options.loss))
                call.options.loss = "eu";
            call.options.l1_h = kind == 2 ? 0 : 0.05;
            call.options.l2_w = kind == 2 ? 0 : 0.1;
            if (kind > 0)
                call.options.given_w = 1;
            if (kind == 1) {
                call.options.fix_columns       = fixed;
                call.options.fix_columns_count = 1;
            } else if (kind == 2)
                call.options.fix = "w";
            check_cuts(call, 6);
            sample_free(&call.sample);
        }
}

/* What is saved has no layout of kernels in it: another instruction set goes on from it. */
static void test_another_instruction_set(void **state)
{
    (void)state;
    struct outcome whole, first, second;
    struct call    call = call_make(INSHI_DTYPE_F8, "auto", "kl");
    char           path[300];
    snprintf(path, sizeof path, "%s/c", place);
    run(&call, &whole);
    call.checkpoint = (inshi_checkpoint){.size = sizeof call.checkpoint, .path = path, .seconds = 1e9};
    call.options.iterations = 6;
    call.isa                = "portable";
    run(&call, &first);
    call.options.iterations = LAST;
    call.isa                = NULL;
    call.checkpoint.resume  = 1;
    run(&call, &second);
    assert_int_equal(second.info.resumed_iteration, 6);
    assert_true(matrix_distance(whole.w, second.w) < 1e-8 && matrix_distance(whole.h, second.h) < 1e-8);
    outcome_free(&whole);
    outcome_free(&first);
    outcome_free(&second);
    sample_free(&call.sample);
}

/* With more iterations the last start goes on; a finished fit with the same number ends at once as it was. */
static void test_a_finished_fit_again(void **state)
{
    (void)state;
    struct outcome first, second;
    struct call    call = call_make(INSHI_DTYPE_F8, "auto", "is");
    char           path[300];
    snprintf(path, sizeof path, "%s/c", place);
    call.options.restarts = 4;
    call.checkpoint       = (inshi_checkpoint){.size = sizeof call.checkpoint, .path = path, .seconds = 1e9};
    run(&call, &first);
    call.checkpoint.resume = 1;
    run(&call, &second);
    assert_true(second.info.resumed && second.info.resumed_start == 3);
    check_same(&call, &first, &second, LAST);
    outcome_free(&first);
    outcome_free(&second);
    sample_free(&call.sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_solver_and_loss, begin, end),
        cmocka_unit_test_setup_teardown(test_steps_that_were_too_bold, begin, end),
        cmocka_unit_test_setup_teardown(test_a_larger_x_on_more_threads, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_off_anywhere, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_off_in_a_warm_start, begin, end),
        cmocka_unit_test_setup_teardown(test_a_bout_that_is_cut_leaves_the_point, begin, end),
        cmocka_unit_test_setup_teardown(test_saves_when_asked, begin, end),
        cmocka_unit_test_setup_teardown(test_parts_that_stay_and_penalties, begin, end),
        cmocka_unit_test_setup_teardown(test_another_instruction_set, begin, end),
        cmocka_unit_test_setup_teardown(test_a_finished_fit_again, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
