/* memory.c -- see memory.h. A call is gone through with a context that only counts, so that what is foretold is what the
 * same code takes. */
#include "model/memory.h"

#include <stdio.h>

/* Below it nobody is asked: a few system calls would take longer than a small fit. */
static const int64_t SMALL = 16 << 20;

/* For what a count leaves out: the threads' own. */
static const int64_t SPARE = 4096;

inshi_status memory_count_as(const struct plan *plan, memory_taker taker, bool packs, int64_t k,
                             inshi_dtype dtype, int64_t *bytes)
{
    inshi_context counter = context_counter(plan->context);
    struct plan   copy    = *plan;
    copy.context          = &counter;
    copy.report           = NULL;
    copy.k                = k;
    inshi_status status   = kernels_choose(&counter, dtype, &copy.kernels);
    if (!status)
        status = taker(&copy, packs);
    *bytes = counter.peak_bytes + SPARE;
    return status ? context_fail(plan->context, status, "%s", counter.message) : INSHI_OK;
}

inshi_status memory_count(const struct plan *plan, memory_taker taker, bool packs, int64_t *bytes)
{
    return memory_count_as(plan, taker, packs, plan->k, plan->view[SIDE_W].dtype, bytes);
}

/* The largest rank for which it would fit; 0 where none does. */
static int64_t rank_that_fits(const struct plan *plan, memory_taker taker, inshi_dtype dtype, int64_t left)
{
    int64_t low = 0, high = plan->k; /* low fits, high does not */
    while (high - low > 1) {
        const int64_t k     = low + (high - low) / 2;
        int64_t       bytes = 0;
        if (memory_count_as(plan, taker, false, k, dtype, &bytes) || bytes > left)
            high = k;
        else
            low = k;
    }
    return low;
}

static inshi_status refuse(const struct plan *plan, memory_taker taker, int64_t needed, int64_t left)
{
    const inshi_dtype dtype    = plan->view[SIDE_W].dtype;
    char              rank[32] = "";
    int64_t           bytes    = 0;
    const bool        f32      = dtype == INSHI_DTYPE_F8 &&
                     !memory_count_as(plan, taker, false, plan->k, INSHI_DTYPE_F4, &bytes) && bytes <= left;
    const int64_t k = rank_that_fits(plan, taker, dtype, left);
    if (k)
        snprintf(rank, sizeof rank, "k = %lld", (long long)k);
    return context_fail(
        plan->context, INSHI_ERR_MEMORY,
        "not enough memory: beside X, W and H it takes %.3g MB even without a packed copy of X, and "
        "%.3g MB are left; %s%s%s would fit",
        (double)needed / 1e6, (double)left / 1e6, f32 ? "f32" : "", f32 && k ? " or " : "",
        k     ? rank
        : f32 ? ""
              : "a smaller X");
}

inshi_status memory_choose(struct plan *plan, memory_taker taker, bool *packs)
{
    int64_t      with = 0, without = 0;
    inshi_status status = memory_count(plan, taker, true, &with);
    if (status == INSHI_OK)
        status = memory_count(plan, taker, false, &without);
    *packs = true;
    if (status || (with < SMALL && !plan->context->memory_limit))
        return status;
    const int64_t left = inshi_context_memory_left(plan->context);
    *packs             = with <= left;
    if (without > left)
        return refuse(plan, taker, without, left);
    if (!*packs)
        report_warn(plan->context, plan->report,
                    "there is no room for a packed copy of X (%.3g MB, and %.3g MB are left beside the "
                    "rest): every pass "
                    "reads X itself, which takes longer and gives the same bits",
                    (double)(with - without) / 1e6, (double)(left - without) / 1e6);
    return INSHI_OK;
}
