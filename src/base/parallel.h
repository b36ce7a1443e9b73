/* parallel.h -- run a function over numbered tasks on a few threads. The only place that starts threads. */
#ifndef INSHI_BASE_PARALLEL_H
#define INSHI_BASE_PARALLEL_H

#include <stdint.h>
#include "base/context.h"

enum { PARALLEL_MOST = 1024 };

/* CPUs of the affinity mask, 1 to PARALLEL_MOST. */
int64_t parallel_cpus(void);

/* Calls run(user, task, worker) for every task in [0, tasks), each once, in any order, on up to
 * context->threads threads (the caller is worker 0); worker < context->threads tells scratch apart. Results must
 * not depend on which worker runs a task: then they have the same bits for any number of threads.
 * work: an estimate of all tasks in operations; little work stays on the calling thread.
 * Before each task the interrupt callback is asked; where it says stop, the tasks that are left are not run and
 * INTERRUPTED is returned. */
inshi_status parallel_run(inshi_context *context, int64_t tasks, double work,
                          void (*run)(void *user, int64_t task, int worker), void *user);

/* Ends the threads of the context; the next parallel_run makes new ones. */
void parallel_end(inshi_context *context);

#endif
