/* callbacks.c -- see callbacks.h. */
#include "callbacks.h"

#include <pthread.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void inshi_python_begin(inshi_python_call *call)
{
    call->thread = (uint64_t)pthread_self();
    call->next   = now() + call->every;
    __atomic_store_n(&call->stop, 0, __ATOMIC_RELAXED);
}

static int answer(inshi_python_call *call, int stop)
{
    if (stop)
        __atomic_store_n(&call->stop, 1, __ATOMIC_RELAXED);
    return stop;
}

int inshi_python_interrupt(void *user)
{
    inshi_python_call *call = user;
    if (__atomic_load_n(&call->stop, __ATOMIC_RELAXED))
        return 1;
    if (!call->ask || call->thread != (uint64_t)pthread_self())
        return 0;
    const double time = now();
    if (time < call->next)
        return 0;
    call->next = time + call->every;
    return answer(call, call->ask(NULL));
}

int inshi_python_progress(void *user, const inshi_progress *progress)
{
    inshi_python_call *call = user;
    return call->tell ? answer(call, call->tell(progress)) : 0;
}
