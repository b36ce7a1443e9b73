/* parallel.c -- a small pool of pthreads that a context owns.
 *
 * Workers take task numbers from a shared counter. Between two runs they spin briefly, then sleep on a condition
 * variable. A forked child has none of its parent's threads: the pool remembers its process and is made anew there.
 * Where threads cannot be made, the calling thread does the work alone.
 */
#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

enum { SPIN = 4000 };
static const double LEAST_WORK = 3e5; /* operations below which waking a thread costs more than it brings */

struct job {
    void (*run)(void *user, int64_t task, int worker);
    void           *user;
    int64_t         tasks;
    inshi_context  *context;
    _Atomic int64_t next;
    _Atomic int     interrupted;
};

struct parallel {
    pid_t           process;
    int             workers; /* threads beside the caller */
    pthread_mutex_t mutex;
    pthread_cond_t  wake, done;
    _Atomic int64_t round; /* rises by one with every job; -1 ends the workers */
    _Atomic int     busy;
    struct job     *job;
    struct worker {
        struct parallel *pool;
        pthread_t        thread;
        int              number;
    } worker[];
};

int64_t parallel_cpus(void)
{
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        const int count = CPU_COUNT(&set);
        return count < 1 ? 1 : count > PARALLEL_MOST ? PARALLEL_MOST : count;
    }
#endif
    const long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > PARALLEL_MOST ? PARALLEL_MOST : count;
}

static void take_tasks(struct job *job, int worker)
{
    for (;;) {
        const int64_t task = atomic_fetch_add(&job->next, 1);
        if (task >= job->tasks || atomic_load(&job->interrupted))
            return;
        if (context_interrupted(job->context)) {
            atomic_store(&job->interrupted, 1);
            return;
        }
        job->run(job->user, task, worker);
    }
}

static inline void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/* Waits until the round differs from seen; returns the new round. */
static int64_t wait_for_round(struct parallel *pool, int64_t seen)
{
    for (int i = 0; i < SPIN; i++) {
        const int64_t round = atomic_load(&pool->round);
        if (round != seen)
            return round;
        relax();
    }
    pthread_mutex_lock(&pool->mutex);
    while (atomic_load(&pool->round) == seen)
        pthread_cond_wait(&pool->wake, &pool->mutex);
    const int64_t round = atomic_load(&pool->round);
    pthread_mutex_unlock(&pool->mutex);
    return round;
}

static void *work(void *argument)
{
    struct worker   *self = argument;
    struct parallel *pool = self->pool;
    for (int64_t seen = 0;;) {
        seen = wait_for_round(pool, seen);
        if (seen < 0)
            return NULL;
        take_tasks(pool->job, self->number);
        if (atomic_fetch_sub(&pool->busy, 1) == 1) {
            pthread_mutex_lock(&pool->mutex);
            pthread_cond_signal(&pool->done);
            pthread_mutex_unlock(&pool->mutex);
        }
    }
}

static struct parallel *make_pool(inshi_context *context)
{
    const int        most = (int)context->threads - 1;
    struct parallel *pool =
        memory_take(context, 1, sizeof *pool + (size_t)most * sizeof pool->worker[0], "threads");
    if (!pool)
        return NULL;
    pool->process = getpid();
    pool->workers = 0;
    pool->job     = NULL;
    atomic_init(&pool->round, 0);
    atomic_init(&pool->busy, 0);
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);
    for (int i = 0; i < most; i++) {
        struct worker *w = &pool->worker[i];
        w->pool          = pool;
        w->number        = i + 1;
        if (pthread_create(&w->thread, NULL, work, w))
            break;
        pool->workers++;
    }
    return pool;
}

static void start_round(struct parallel *pool, int64_t round)
{
    pthread_mutex_lock(&pool->mutex);
    atomic_store(&pool->round, round);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
}

void parallel_end(inshi_context *context)
{
    struct parallel *pool = context->pool;
    if (!pool)
        return;
    if (pool->process == getpid()) {
        start_round(pool, -1);
        for (int i = 0; i < pool->workers; i++)
            pthread_join(pool->worker[i].thread, NULL);
        pthread_cond_destroy(&pool->done);
        pthread_cond_destroy(&pool->wake);
        pthread_mutex_destroy(&pool->mutex);
    }
    context->pool = NULL;
    memory_give(context, pool);
}

static void wait_for_workers(struct parallel *pool)
{
    for (int i = 0; i < SPIN && atomic_load(&pool->busy) > 0; i++)
        relax();
    if (atomic_load(&pool->busy) == 0)
        return;
    pthread_mutex_lock(&pool->mutex);
    while (atomic_load(&pool->busy) > 0)
        pthread_cond_wait(&pool->done, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
}

inshi_status parallel_run(inshi_context *context, int64_t tasks, double work_size,
                          void (*run)(void *user, int64_t task, int worker), void *user)
{
    struct job job = {.run = run, .user = user, .tasks = tasks, .context = context};
    if (context->pool && context->pool->process != getpid())
        parallel_end(context);
    if (context->threads > 1 && tasks > 1 && work_size >= LEAST_WORK) {
        if (!context->pool)
            context->pool = make_pool(context);
        struct parallel *pool = context->pool;
        if (pool && pool->workers > 0) {
            pool->job = &job;
            atomic_store(&pool->busy, pool->workers);
            start_round(pool, atomic_load(&pool->round) + 1);
            take_tasks(&job, 0);
            wait_for_workers(pool);
            return atomic_load(&job.interrupted) ? INSHI_ERR_INTERRUPTED : INSHI_OK;
        }
    }
    take_tasks(&job, 0);
    return atomic_load(&job.interrupted) ? INSHI_ERR_INTERRUPTED : INSHI_OK;
}
