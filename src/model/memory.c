/* memory.c -- see memory.h. A call is gone through with a context that only counts, so that what is foretold is what the
 * same code takes. */
#include "model/memory.h"
#include "model/run.h"

#include <stdio.h>
#include "matrix/matrix.h"

/* Below it nobody is asked: a few system calls would take longer than a small fit. */
static const int64_t SMALL = 16 << 20;

/* Matrices that may stand beside X. */
enum { BESIDE = 6 };

/* For what a count leaves out: the threads' own. */
static const int64_t SPARE = 4096;

/* A question about memory. */
struct question {
    const struct plan *plan;
    memory_taker       taker;
    bool               all; /* X, W and H are still to come, and count too */
};

/* Of what stands beside X: it is there whenever anybody asks. */
static int64_t beside_bytes(const struct plan *plan)
{
    const inshi_options      *o             = &plan->options;
    const inshi_matrix *const given[BESIDE] = {o->mask,           o->weights, o->row_weights,
                                               o->column_weights, o->lock_w,  o->lock_h};
    int64_t                   bytes         = 0;
    for (int i = 0; i < BESIDE; i++)
        bytes += given[i] ? matrix_bytes(*given[i]) : 0;
    return bytes;
}

/* The most that is held at once for a rank and a type of numbers. */
static inshi_status count(const struct question *q, bool packs, int64_t k, inshi_dtype dtype, int64_t *bytes)
{
    const struct plan *plan    = q->plan;
    inshi_context      counter = context_counter(plan->context);
    struct plan        copy    = *plan;
    copy.context               = &counter;
    copy.report                = NULL;
    copy.k                     = k;
    copy.low                   = NULL;
    copy.compressed            = 0;
    inshi_status status        = kernels_choose(&counter, dtype, &copy.kernels);
    if (!status && (plan->low || plan->compressed))
        warm_choose(&copy);
    if (!status)
        status = q->taker(&copy, packs);
    *bytes = counter.peak_bytes + SPARE;
    if (status)
        return context_fail(plan->context, status, "%s", counter.message);
    const int64_t factors = checked_product(k * inshi_dtype_bytes(dtype), plan->x.rows + plan->x.columns);
    if (!q->all)
        return INSHI_OK;
    if (factors < 0 || __builtin_add_overflow(*bytes, factors, bytes) ||
        __builtin_add_overflow(*bytes, matrix_bytes(plan->x), bytes) ||
        __builtin_add_overflow(*bytes, beside_bytes(plan), bytes))
        return context_fail(plan->context, INSHI_ERR_MEMORY,
                            "not enough memory for k = %lld: W and H are too large", (long long)k);
    return INSHI_OK;
}

/* The largest rank for which it would fit; 0 where none does. */
static int64_t rank_that_fits(const struct question *q, inshi_dtype dtype, int64_t left)
{
    int64_t low = 0, high = q->plan->k; /* low fits, high does not */
    while (high - low > 1) {
        const int64_t k     = low + (high - low) / 2;
        int64_t       bytes = 0;
        if (count(q, false, k, dtype, &bytes) || bytes > left)
            high = k;
        else
            low = k;
    }
    return low;
}

static inshi_status refuse(const struct question *q, int64_t needed, int64_t left)
{
    const struct plan *plan     = q->plan;
    const inshi_dtype  dtype    = plan->view[SIDE_W].dtype;
    char               rank[32] = "";
    int64_t            bytes    = 0;
    const bool         f32 =
        dtype == INSHI_DTYPE_F8 && !count(q, false, plan->k, INSHI_DTYPE_F4, &bytes) && bytes <= left;
    const int64_t k =
        rank_that_fits(q, dtype, q->all ? left - left / 64 : left); /* all: what comes first may take more */
    if (k)
        snprintf(rank, sizeof rank, "k = %lld", (long long)k);
    return context_fail(
        plan->context, INSHI_ERR_MEMORY,
        "not enough memory: k = %lld takes %.3g MB%s even without a packed copy of X, and %.3g MB are "
        "left; %s%s%s would fit",
        (long long)plan->k, (double)needed / 1e6, q->all ? "" : " beside X, W and H", (double)left / 1e6,
        f32 ? "f32" : "", f32 && k ? " or " : "",
        k     ? rank
        : f32 ? ""
              : "a smaller X");
}

inshi_status memory_foretell(const struct plan *plan, memory_taker taker, bool all,
                             struct memory_forecast *out)
{
    const struct question q     = {plan, taker, all};
    const inshi_dtype     dtype = plan->view[SIDE_W].dtype;
    *out                        = (struct memory_forecast){.packs = true, .left = INT64_MAX};
    inshi_status status         = count(&q, true, plan->k, dtype, &out->with);
    if (!status)
        status = count(&q, false, plan->k, dtype, &out->without);
    if (status || (out->with < SMALL && !plan->context->memory_limit))
        return status;
    out->left = inshi_context_memory_left(plan->context);
    if (all && out->left < INT64_MAX / 2) /* what is here is not to be taken again */
        out->left += (plan->x.data ? matrix_bytes(plan->x) : 0) + beside_bytes(plan);
    out->packs = out->with <= out->left;
    return out->without > out->left ? refuse(&q, out->without, out->left) : INSHI_OK;
}

inshi_status memory_choose(struct plan *plan, memory_taker taker, bool *packs)
{
    struct memory_forecast f;
    const inshi_status     status = memory_foretell(plan, taker, false, &f);
    *packs                        = f.packs;
    if (!status && !f.packs)
        report_warn(
            plan->context, plan->report,
            "there is no room for a packed copy of X (%.3g MB, and %.3g MB are left beside the rest): every "
            "pass reads X itself, which takes longer and gives the same bits",
            (double)(f.with - f.without) / 1e6, (double)(f.left - f.without) / 1e6);
    return status;
}
