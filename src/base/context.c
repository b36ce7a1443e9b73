/* context.c -- one context: its message, its memory, its callbacks. */
#include "base/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/limit.h"
#include "base/parallel.h"
#include "inshi/fit.h"

static const size_t LARGE = 4 << 20;

/* Large blocks ask for huge pages: faults and misses of the TLB are a tenth of a fit of a large X. */
static void *standard_allocate(void *user, size_t bytes)
{
    (void)user;
    char *const block = malloc(bytes);
#ifdef MADV_HUGEPAGE
    if (block && bytes >= LARGE) {
        const size_t page = (size_t)sysconf(_SC_PAGESIZE), skip = (page - (uintptr_t)block % page) % page;
        (void)madvise(block + skip, (bytes - skip) / page * page, MADV_HUGEPAGE); /* nothing depends on it */
    }
#endif
    return block;
}

static void standard_release(void *user, void *block)
{
    (void)user;
    free(block);
}

inshi_status inshi_context_create(const inshi_allocator *allocator, inshi_context **out)
{
    if (!out)
        return INSHI_ERR_ARGUMENT;
    *out = NULL;
    const inshi_allocator a =
        allocator ? *allocator : (inshi_allocator){standard_allocate, standard_release, NULL};
    inshi_context *it = a.allocate(a.user, sizeof *it);
    if (!it)
        return INSHI_ERR_MEMORY;
    *it         = (inshi_context){.allocator = a, .isa = "auto"};
    it->threads = parallel_cpus();
    *out        = it;
    return INSHI_OK;
}

void inshi_context_destroy(inshi_context *context)
{
    if (!context)
        return;
    parallel_end(context);
    const inshi_allocator a = context->allocator;
    a.release(a.user, context);
}

const char *inshi_context_message(const inshi_context *context)
{
    return context ? context->message : "there is no context: inshi_context_create failed or was not called";
}

#undef context_fail /* clang-tidy's, see context.h */
inshi_status context_fail(inshi_context *context, inshi_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(context->message, sizeof context->message, format, arguments);
    va_end(arguments);
    return status;
}

inshi_status inshi_context_set_threads(inshi_context *context, int64_t threads)
{
    if (!context)
        return INSHI_ERR_ARGUMENT;
    if (threads < 0 || threads > PARALLEL_MOST)
        return context_fail(context, INSHI_ERR_ARGUMENT, "threads is %lld, and must be 0 (all CPUs) to %d",
                            (long long)threads, PARALLEL_MOST);
    const int64_t wanted = threads ? threads : parallel_cpus();
    if (wanted != context->threads)
        parallel_end(context);
    context->threads = wanted;
    return INSHI_OK;
}

int64_t inshi_context_threads(const inshi_context *context)
{
    return context ? context->threads : 0;
}

void inshi_context_set_interrupt(inshi_context *context, int (*interrupt)(void *user), void *user)
{
    context->interrupt      = interrupt;
    context->interrupt_user = user;
}

bool context_interrupted(inshi_context *context)
{
    return context->interrupt && context->interrupt(context->interrupt_user) != 0;
}

void inshi_context_set_progress(inshi_context *context,
                                int (*progress)(void *user, const struct inshi_progress *progress),
                                void *user)
{
    context->progress      = progress;
    context->progress_user = user;
}

void inshi_context_set_warning(inshi_context *context, void (*warning)(void *user, const char *sentence),
                               void          *user)
{
    context->warning      = warning;
    context->warning_user = user;
}

int64_t inshi_context_bytes(const inshi_context *context)
{
    return context ? context->bytes : 0;
}

int64_t inshi_context_peak_bytes(const inshi_context *context)
{
    return context ? context->peak_bytes : 0;
}

void inshi_context_hold(inshi_context *context, int64_t bytes)
{
    context->bytes += bytes;
    if (context->bytes > context->peak_bytes)
        context->peak_bytes = context->bytes;
}

void inshi_context_restart_peak(inshi_context *context)
{
    context->peak_bytes = context->bytes;
}

inshi_status inshi_context_set_memory_limit(inshi_context *context, int64_t bytes)
{
    if (!context)
        return INSHI_ERR_ARGUMENT;
    if (bytes < 0)
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "the memory limit is %lld bytes, and must not be negative", (long long)bytes);
    context->memory_limit = bytes;
    return INSHI_OK;
}

static int64_t context_left(const inshi_context *context)
{
    if (!context->memory_limit)
        return INT64_MAX;
    return context->memory_limit > context->bytes ? context->memory_limit - context->bytes : 0;
}

int64_t inshi_context_memory_left(const inshi_context *context)
{
    if (!context)
        return 0;
    const int64_t own = context_left(context), system = limit_left();
    return own < system ? own : system;
}

inshi_context context_counter(const inshi_context *context)
{
    return (inshi_context){.allocator  = context->allocator,
                           .threads    = context->threads,
                           .isa        = context->isa,
                           .checkpoint = context->checkpoint,
                           .counts     = true};
}

inshi_status inshi_context_set_checkpoint(inshi_context *context, const inshi_checkpoint *checkpoint)
{
    if (!context)
        return INSHI_ERR_ARGUMENT;
    if (!checkpoint) {
        context->checkpoint = (inshi_checkpoint){0};
        return INSHI_OK;
    }
    if (checkpoint->size != sizeof *checkpoint)
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "a checkpoint of this size is of another version; set its size");
    if (!checkpoint->path || !*checkpoint->path)
        return context_fail(context, INSHI_ERR_ARGUMENT, "a checkpoint needs a path");
    if (!(checkpoint->seconds >= 0))
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "the seconds between two checkpoints are %g, and must be at least 0",
                            checkpoint->seconds);
    context->checkpoint = *checkpoint;
    return INSHI_OK;
}

/* In front of every block: where the allocator's block begins, and how many bytes the caller has. */
struct block_head {
    void  *whole;
    size_t bytes;
};

enum { ALIGNMENT = 64 };

int64_t checked_product(int64_t a, int64_t b)
{
    int64_t product;
    if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &product))
        return -1;
    return product;
}

void *memory_take(inshi_context *context, int64_t count, size_t size, const char *what)
{
    const int64_t bytes = checked_product(count, (int64_t)size);
    if (bytes < 0 || bytes > INT64_MAX - 2 * ALIGNMENT - context->bytes) {
        context_fail(context, INSHI_ERR_MEMORY,
                     "not enough memory for %s: %lld x %zu bytes is more than can be counted", what,
                     (long long)count, size);
        return NULL;
    }
    const size_t extra = sizeof(struct block_head) + ALIGNMENT, real = context->counts ? 0 : (size_t)bytes;
    const bool   fits  = bytes <= context_left(context);
    char        *whole = fits ? context->allocator.allocate(context->allocator.user, real + extra) : NULL;
    if (!whole) {
        context_fail(
            context, INSHI_ERR_MEMORY, "not enough memory for %s: %.3g MB more than the %.3g MB held%s", what,
            (double)bytes / 1e6, (double)context->bytes / 1e6, fits ? "" : " is beyond the memory limit");
        return NULL;
    }
    const uintptr_t    first = ((uintptr_t)whole + extra - 1) / ALIGNMENT * ALIGNMENT;
    struct block_head *head  = (struct block_head *)first - 1;
    *head                    = (struct block_head){whole, (size_t)bytes};
    inshi_context_hold(context, bytes);
    return (void *)first;
}

void memory_give(inshi_context *context, void *block)
{
    if (!block)
        return;
    const struct block_head head = ((struct block_head *)block)[-1];
    inshi_context_hold(context, -(int64_t)head.bytes);
    context->allocator.release(context->allocator.user, head.whole);
}

void *memory_grow(inshi_context *context, void *block, int64_t count, size_t size, const char *what)
{
    void *larger = memory_take(context, count, size, what);
    if (!larger || !block)
        return larger;
    const size_t old = ((struct block_head *)block)[-1].bytes, now = (size_t)count * size;
    memcpy(larger, block, old < now ? old : now);
    memory_give(context, block);
    return larger;
}
