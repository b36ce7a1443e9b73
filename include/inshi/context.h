/* context.h -- everything that outlives a call: threads, memory, callbacks, the last message.
 *
 * The library has no other state. A context belongs to one thread at a time; calls on two contexts may run at
 * once. A child after fork() may use the contexts of its parent: it makes threads of its own when it needs them.
 */
#ifndef INSHI_CONTEXT_H
#define INSHI_CONTEXT_H

#include <stddef.h>
#include <stdint.h>
#include "inshi/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct inshi_context inshi_context;

/* Where memory comes from. allocate returns NULL where there is none; the block need not be aligned. */
typedef struct inshi_allocator {
    void *(*allocate)(void *user, size_t bytes);
    void (*release)(void *user, void *block);
    void *user;
} inshi_allocator;

/* Opens a context with as many threads as the affinity mask has CPUs and the best instruction set there is.
 * allocator: NULL = malloc and free; copied. MEMORY, ARGUMENT (out is NULL). */
INSHI_API inshi_status inshi_context_create(const inshi_allocator *allocator, inshi_context **out);

/* Ends the threads and frees the context. NULL is accepted. */
INSHI_API void inshi_context_destroy(inshi_context *context);

/* One sentence about the last error of this context: what, where, why, what to do. "" where none happened. */
INSHI_API const char *inshi_context_message(const inshi_context *context);

/* Threads of the next calls: 1 to 1024, or 0 = the CPUs of the affinity mask. ARGUMENT. */
INSHI_API inshi_status inshi_context_set_threads(inshi_context *context, int64_t threads);
INSHI_API int64_t      inshi_context_threads(const inshi_context *context);

/* Instruction set of the kernels: "auto", "portable", "avx2", "avx512". ARGUMENT (no such name),
 * UNSUPPORTED (this machine or build lacks it). */
INSHI_API inshi_status inshi_context_set_isa(inshi_context *context, const char *name);
INSHI_API const char  *inshi_context_isa(const inshi_context *context);

/* Asked from the calling thread and from worker threads, at least once per chunk of work; non-zero stops the
 * call, which keeps what it has. It must be thread-safe and quick, e.g. read one sig_atomic_t. */
INSHI_API void inshi_context_set_interrupt(inshi_context *context, int (*interrupt)(void *user), void *user);

/* Told, in one sentence, what a user should know although the call succeeds. Called from the calling thread. */
INSHI_API void inshi_context_set_warning(inshi_context *context,
                                         void (*warning)(void *user, const char *sentence), void *user);

/* Where inshi_fit keeps its state, so that a call that was cut off can go on. Fill with zeros, then set fields. */
typedef struct inshi_checkpoint {
    size_t      size;    /* sizeof(inshi_checkpoint)                                                    */
    const char *path;    /* the file; what it held before is kept as PATH.prev. NULL = none; not copied */
    double      seconds; /* between two saves; 0 = at every iteration                                   */
    int         resume;  /* 1: goes on from the file where there is one (and warns where there is none) */
    int (*wanted)(
        void *user); /* asked once an iteration, from the calling thread: non-zero = save now; NULL = never */
    void *user;
} inshi_checkpoint;

/* For the next calls of inshi_fit; NULL = no longer. It saves between two iterations, when it is interrupted (the state
 * before the iteration that was cut off) and at its end, so that a finished fit can go on with more iterations. A fit
 * that goes on ends with the same bits as one that was never stopped, for any number of threads; on another instruction
 * set the bits that it would have had there differ. What must be as it was: X, given factors, k, dtype, and the
 * options but for iterations, tolerance, time_limit and history_every. With restarts, those that are
 * over do not go on with more iterations; the last one does. One more copy of each factor that the solver
 * keeps is held. A save that fails is a warning, and inshi_info.checkpoint. ARGUMENT. */
INSHI_API inshi_status inshi_context_set_checkpoint(inshi_context          *context,
                                                    const inshi_checkpoint *checkpoint);

/* Bytes held through this context now, and the most that were held at once. inshi_context_hold() adds bytes that
 * a caller wants counted (e.g. an X of its own); negative takes them back. */
INSHI_API int64_t inshi_context_bytes(const inshi_context *context);
INSHI_API int64_t inshi_context_peak_bytes(const inshi_context *context);
INSHI_API void    inshi_context_hold(inshi_context *context, int64_t bytes);
/* The most begins anew, at what is held now: before a call whose peak is wanted. */
INSHI_API void inshi_context_restart_peak(inshi_context *context);

/* The most bytes that may be held through this context, counted ones included; 0, the default: what the system gives.
 * What needs more returns MEMORY; a fit or transform that only lacks room for its packed copy of X goes without
 * (inshi_info.packed). ARGUMENT (negative). */
INSHI_API inshi_status inshi_context_set_memory_limit(inshi_context *context, int64_t bytes);

/* Bytes that can still be taken: the least of what is left by the context's limit, the process's (RLIMIT_AS,
 * RLIMIT_DATA), its cgroup's and the machine. INT64_MAX where nothing is known. */
INSHI_API int64_t inshi_context_memory_left(const inshi_context *context);

#ifdef __cplusplus
}
#endif
#endif
