/* test_parallel.c -- every task runs once, on workers that have their own numbers, in children too. */
#include "support/support.h"

#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/parallel.h"

enum { TASKS = 1000 };
static const double MUCH = 1e9; /* work that is worth threads */

struct tally {
    _Atomic int runs[TASKS];
    _Atomic int busy[PARALLEL_MOST], clashes, used[PARALLEL_MOST];
    int         threads;
};

static void count_task(void *user, int64_t task, int worker)
{
    struct tally *t = user;
    if (worker < 0 || worker >= t->threads || atomic_exchange(&t->busy[worker], 1))
        atomic_fetch_add(&t->clashes, 1);
    else {
        atomic_fetch_add(&t->used[worker], 1);
        atomic_fetch_add(&t->runs[task], 1);
        for (volatile int i = 0; i < 2000; i++) {
        }
        atomic_store(&t->busy[worker], 0);
    }
}

static int check_run(inshi_context *context, int threads, int64_t tasks, double work)
{
    struct tally *t       = calloc(1, sizeof *t);
    int           workers = 0;
    t->threads            = threads;
    assert_int_equal(parallel_run(context, tasks, work, count_task, t), INSHI_OK);
    assert_int_equal(t->clashes, 0);
    for (int64_t i = 0; i < TASKS; i++)
        assert_int_equal(t->runs[i], i < tasks);
    for (int i = 0; i < PARALLEL_MOST; i++)
        workers += t->used[i] > 0;
    free(t);
    return workers;
}

static void test_every_task_runs_once(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 5; threads++) {
        inshi_context *context = open_context();
        assert_int_equal(inshi_context_set_threads(context, threads), INSHI_OK);
        for (int round = 0; round < 50; round++) {
            check_run(context, threads, TASKS, MUCH);
            check_run(context, threads, 1, MUCH);
            check_run(context, threads, 0, MUCH);
            assert_int_equal(check_run(context, threads, TASKS, 10), 1); /* little work stays here */
        }
        inshi_context_destroy(context);
    }
}

/* Tasks that wait for each other: they end only where every one has a thread of its own. */
static void meet(void *user, int64_t task, int worker)
{
    _Atomic int *arrived = user;
    (void)task, (void)worker;
    atomic_fetch_add(arrived, 1);
    for (int i = 0; i < 20000 && atomic_load(arrived) < 3; i++)
        usleep(1000);
}

static void test_threads_work_at_once(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    _Atomic int    arrived = 0;
    inshi_context_set_threads(context, 3);
    const time_t began = time(NULL);
    assert_int_equal(parallel_run(context, 3, MUCH, meet, &arrived), INSHI_OK);
    assert_true(arrived == 3 && time(NULL) - began < 15);
    inshi_context_destroy(context);
}

static void test_threads_change_between_runs(void **state)
{
    (void)state;
    inshi_context *context  = open_context();
    const int      counts[] = {3, 1, 7, 2, 2, 4};
    for (int i = 0; i < 6; i++) {
        assert_int_equal(inshi_context_set_threads(context, counts[i]), INSHI_OK);
        check_run(context, counts[i], TASKS, MUCH);
    }
    assert_true(inshi_context_bytes(context) > 0);
    parallel_end(context);
    parallel_end(context);
    assert_int_equal(inshi_context_bytes(context), 0);
    check_run(context, 4, TASKS, MUCH);
    inshi_context_destroy(context);
}

struct stopping {
    _Atomic int ran, asked;
    int         after;
};

static int ask(void *user)
{
    struct stopping *s = user;
    return atomic_fetch_add(&s->asked, 1) >= s->after;
}

static void run_counted(void *user, int64_t task, int worker)
{
    (void)task, (void)worker;
    atomic_fetch_add(&((struct stopping *)user)->ran, 1);
}

static void test_interruption_leaves_the_rest(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads += 2) {
        inshi_context  *context = open_context();
        struct stopping s       = {.after = 10};
        inshi_context_set_threads(context, threads);
        inshi_context_set_interrupt(context, ask, &s);
        assert_int_equal(parallel_run(context, TASKS, MUCH, run_counted, &s), INSHI_ERR_INTERRUPTED);
        assert_int_equal(s.ran, 10);
        inshi_context_set_interrupt(context, NULL, NULL);
        assert_int_equal(parallel_run(context, TASKS, MUCH, run_counted, &s), INSHI_OK);
        assert_int_equal(s.ran, 10 + TASKS);
        inshi_context_destroy(context);
    }
}

/* A child has none of its parent's threads, and makes its own. */
static void test_a_forked_child_works(void **state)
{
    (void)state;
#if defined(__SANITIZE_THREAD__)
    skip(); /* it ends a child that starts threads */
#endif
    inshi_context *context = open_context();
    inshi_context_set_threads(context, 3);
    check_run(context, 3, TASKS, MUCH);
    const pid_t child = fork();
    if (child == 0) {
        struct tally *t = calloc(1, sizeof *t);
        t->threads      = 3;
        alarm(20);
        int good = parallel_run(context, TASKS, MUCH, count_task, t) == INSHI_OK && t->clashes == 0;
        for (int i = 0; i < TASKS; i++)
            good = good && t->runs[i] == 1;
        inshi_context_destroy(context);
        free(t);
        _exit(good ? 0 : 1);
    }
    int result = -1;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    check_run(context, 3, TASKS, MUCH); /* the parent's are unharmed */
    inshi_context_destroy(context);
}

/* Where the pool cannot be made, the calling thread does the work alone. */
static void test_no_memory_for_threads(void **state)
{
    (void)state;
    struct failing        failing   = {.fail_at = 2};
    const inshi_allocator allocator = failing_allocator(&failing);
    inshi_context        *context;
    assert_int_equal(inshi_context_create(&allocator, &context), INSHI_OK);
    inshi_context_set_threads(context, 4);
    assert_int_equal(check_run(context, 4, TASKS, MUCH), 1);
    inshi_context_destroy(context);
    assert_int_equal(failing.live, 0);
}

static void test_cpus(void **state)
{
    (void)state;
    assert_true(parallel_cpus() >= 1 && parallel_cpus() <= PARALLEL_MOST);
    inshi_context *context = open_context();
    assert_int_equal(inshi_context_threads(context), parallel_cpus());
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_task_runs_once),
        cmocka_unit_test(test_threads_work_at_once),
        cmocka_unit_test(test_threads_change_between_runs),
        cmocka_unit_test(test_interruption_leaves_the_rest),
        cmocka_unit_test(test_a_forked_child_works),
        cmocka_unit_test(test_no_memory_for_threads),
        cmocka_unit_test(test_cpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
