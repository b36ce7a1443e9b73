/* context.h -- the inside of an inshi_context: message, memory, callbacks. */
#ifndef INSHI_BASE_CONTEXT_H
#define INSHI_BASE_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "inshi/context.h"

struct inshi_progress;
struct parallel;

enum { MESSAGE_SIZE = 1024 };

struct inshi_context {
    inshi_allocator allocator;
    int64_t         bytes, peak_bytes, memory_limit; /* 0 = none */
    bool        counts; /* memory is only counted: blocks have their size in name, and nothing is in them */
    int64_t     threads;
    const char *isa; /* name of the kernels chosen */
    struct parallel *pool;
    int (*interrupt)(void *user);
    void *interrupt_user;
    int (*progress)(void *user, const struct inshi_progress *progress);
    void *progress_user;
    void (*warning)(void *user, const char *sentence);
    void            *warning_user;
    inshi_checkpoint checkpoint; /* path NULL: none */
    char             message[MESSAGE_SIZE];
};

/* Keeps the sentence for the user and returns status, so that a check is one line:
 *     return context_fail(context, INSHI_ERR_SHAPE, "H is %lld x ...", ...); */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
inshi_status
context_fail(inshi_context *context, inshi_status status, const char *format, ...);
#if defined(__clang_analyzer__) /* which sees one file at a time: what it returns is what it was given */
#define context_fail(context, status, ...) (context_fail(context, status, __VA_ARGS__), (status))
#endif

/* True where the interrupt callback asks to stop. Any thread. */
bool context_interrupted(inshi_context *context);

/* count x size bytes, aligned to 64, not cleared, counted in the context; NULL after context_fail(MEMORY) that
 * names `what`. count = 0 gives a block of no bytes. The product is checked. Only the calling thread may take. */
void *memory_take(inshi_context *context, int64_t count, size_t size, const char *what);
void  memory_give(inshi_context *context, void *block); /* NULL is accepted */

/* Makes a context that only counts what is taken, as many threads and kernels as the other has: peak_bytes says what
 * the same calls would hold. What is taken must not be touched; it has no threads and is given back like any memory. */
inshi_context context_counter(const inshi_context *context);

/* Grows a block taken before to count x size bytes, keeping its first bytes; on failure the old block stays. */
void *memory_grow(inshi_context *context, void *block, int64_t count, size_t size, const char *what);

/* a x b, or -1 where it does not fit int64_t or an argument is negative. */
int64_t checked_product(int64_t a, int64_t b);

#endif
