/* problem.c -- makes a problem: X packed into tiles, factors, and all the scratch that a fit needs. */
#include <math.h>
#include <string.h>
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/stored.h"

enum { RANK_MOST = 1 << 26 }; /* beyond it sizes with k^2 in them would not fit int64_t */

struct pack_job {
    struct problem    *problem;
    struct tiles_sums *columns; /* one for each strip */
};

static int64_t tiles_for(int64_t count, int lanes)
{
    return (count + lanes - 1) / lanes;
}

static void pack_column(void *user, int64_t column, int worker)
{
    const struct pack_job *job = user;
    struct problem        *p   = job->problem;
    tiles_pack(p->kernels, &p->x, column, p->scratch + (size_t)worker * p->scratch_size,
               &job->columns[column]);
}

static inshi_status fill_stored(struct problem *p)
{
    const double absent = (double)p->x.view.rows * (double)p->x.view.columns - (double)p->x.view.nonzeros;
    const bool   weigh  = p->stored_weighing != WEIGHING_NONE;
    const struct stored_wish wish = {p->x.scale, p->x.lift, p->x.column_scale, weigh ? p->x.observed : NULL};
    const inshi_status       status = stored_fill(p->context, p->kernels, p->x.view, &wish, &p->stored);
    p->total                        = p->stored.total + (p->incomplete ? 0 : absent * p->x.lift);
    p->square                       = p->stored.square + (p->incomplete ? 0 : absent * p->x.lift * p->x.lift);
    return status;
}

inshi_status problem_pack(struct problem *p)
{
    if (p->x.stored) {
        const inshi_status status = fill_stored(p);
        if (status || p->x.weighing == WEIGHING_NONE)
            return status;
        p->total = p->square = 0; /* entries weigh: every one is looked at */
    }
    struct pack_job job = {p, memory_take(p->context, p->x.tile_columns, sizeof *job.columns, "a look at X")};
    if (!job.columns)
        return INSHI_ERR_MEMORY;
    memset(job.columns, 0, (size_t)p->x.tile_columns * sizeof *job.columns);
    const double       entries = (double)p->x.view.rows * (double)p->x.view.columns;
    const inshi_status status  = parallel_run(p->context, p->x.tile_columns, 4 * entries, pack_column, &job);
    for (int64_t c = 0; c < p->x.tile_columns; c++) {
        p->square += job.columns[c].square;
        p->total += job.columns[c].total;
    }
    memory_give(p->context, job.columns);
    return status;
}

/* Tasks of a half-step: a side with few panels is split along the depth too, by its shape alone. */
int64_t problem_segments(const struct problem *p, enum side side)
{
    const int64_t panels = p->factor[side].panels, depth = p->factor[other_side(side)].panels;
    const int64_t wanted = (16 + panels - 1) / panels, most = depth / 8 > 1 ? depth / 8 : 1;
    return wanted < most ? wanted : most;
}

static int64_t most_partial(const struct problem *p, bool both)
{
    int64_t most = 0;
    for (int side = 0; side < 2; side++) {
        const int64_t segments = problem_segments(p, side);
        if (segments > 1 && 2 * segments * p->factor[side].panels > most)
            most = 2 * segments * p->factor[side].panels;
    }
    const int64_t h = p->factor[SIDE_H].panels, w = p->factor[SIDE_W].panels, shorter = h < w ? h : w;
    return both && 2 * JOINT_PARTS * shorter > most ? 2 * JOINT_PARTS * shorter : most;
}

static inshi_status take(struct problem *p, void **block, int64_t count, size_t size, const char *what)
{
    *block = memory_take(p->context, count, size, what);
    return *block ? INSHI_OK : INSHI_ERR_MEMORY;
}

/* A factor-shaped block for one side, or for the larger one where the sides take turns. */
static inshi_status take_parts(struct problem *p, void *parts[2], bool both, size_t panel)
{
    const int64_t h = p->factor[SIDE_H].panels, w = p->factor[SIDE_W].panels;
    if (!both) {
        inshi_status status = take(p, &parts[SIDE_H], h > w ? h : w, panel, "the gradient");
        parts[SIDE_W]       = parts[SIDE_H];
        return status;
    }
    if (take(p, &parts[SIDE_H], h, panel, "the gradient") ||
        take(p, &parts[SIDE_W], w, panel, "the gradient"))
        return INSHI_ERR_MEMORY;
    return INSHI_OK;
}

/* Of a quadratic loss it is made out of the Gram matrix where it is needed. */
static bool needs_push(const struct problem *p)
{
    return !problem_is_quadratic(p) && !problem_push_is_sums(p);
}

static inshi_status take_all(struct problem *p, bool with_copy, bool both)
{
    const struct kernels *const k    = p->kernels;
    const int                   T    = k->lanes;
    const size_t                real = (size_t)k->real_bytes, panel = (size_t)p->k * (size_t)T * real;
    const int64_t               tiles = tiles_numbers(&p->x, T);
    const int64_t h = p->factor[SIDE_H].panels, w = p->factor[SIDE_W].panels, threads = p->context->threads;
    const size_t  measures = sizeof(double) * MEASURES * (size_t)T;
    p->scratch_size  = (k->scratch_bytes(p->k) + measures + (size_t)p->k * (size_t)T * real + 127) / 64 * 64;
    p->partial_parts = most_partial(p, both);
    const int64_t chunks = h > w ? h : w;
    if (with_copy && (tiles < 0 || take(p, &p->x.data, tiles, real, "the packed X")))
        return tiles < 0 ? context_fail(p->context, INSHI_ERR_MEMORY, "X has too many entries to count")
                         : INSHI_ERR_MEMORY;
    if (with_copy && p->x.weighing == WEIGHING_EACH &&
        take(p, &p->x.weights, tiles, real, "the packed weights"))
        return INSHI_ERR_MEMORY;
    if (take(p, &p->factor[SIDE_H].data, h, panel, "H") || take(p, &p->factor[SIDE_W].data, w, panel, "W") ||
        take_parts(p, p->pull, both, panel) || (needs_push(p) && take_parts(p, p->push, both, panel)) ||
        take(p, (void **)&p->scratch, threads, p->scratch_size, "scratch") ||
        take(p, &p->gram, 2 * p->k * p->k, real, "a Gram matrix") ||
        take(p, &p->sums, 2 * p->k, real, "sums") ||
        take(p, (void **)&p->small, GRAM_PARTS * (p->k + 1) * p->k, sizeof(double), "a Gram matrix") ||
        take(p, (void **)&p->chunk, chunks + 16, sizeof(double) * (MEASURES + 1), "sums") ||
        take(p, &p->partial, p->partial_parts, panel, "partial sums"))
        return INSHI_ERR_MEMORY;
    if (p->may_weigh && (take(p, (void **)&p->weight[SIDE_H], h * T, sizeof(double), "weights") ||
                         take(p, (void **)&p->weight[SIDE_W], w * T, sizeof(double), "weights")))
        return INSHI_ERR_MEMORY;
    if (p->low && (take(p, &p->low_factor[SIDE_H], h, panel / 2, "H in float") ||
                   take(p, &p->low_factor[SIDE_W], w, panel / 2, "W in float")))
        return INSHI_ERR_MEMORY;
    if (p->x.stored &&
        (take(p, &p->items, checked_product(h > w ? h : w, T), (size_t)k->item_stride(p->k) * real,
              "a factor by items") ||
         take(p, (void **)&p->pair, checked_product(p->k, p->k), sizeof(double), "a Gram matrix")))
        return INSHI_ERR_MEMORY;
    if (p->context->counts)
        return INSHI_OK;
    memset(p->factor[SIDE_H].data, 0, (size_t)h * panel);
    memset(p->factor[SIDE_W].data, 0, (size_t)w * panel);
    return INSHI_OK;
}

/* Room for the stored entries of sparse X. Items that weigh, or that must not depend on others, stand as in X. */
static inshi_status take_stored(struct problem *p, inshi_matrix x)
{
    p->entries            = problem_by_entries(p, p->loss);
    const bool   sorts[2] = {p->entries && (!p->keeps_order || p->x.column_scale),
                             p->entries && !p->keeps_order};
    inshi_status status   = stored_take(p->context, p->kernels, x, sorts, p->stored_weighing, &p->stored);
    p->x.stored           = &p->stored;
    if (!status && p->context->counts)
        status = stored_take_and_give_scratch(p->context, p->kernels, x, p->stored_weighing, &p->stored);
    return status;
}

inshi_status problem_take(struct problem *p, inshi_matrix x, bool with_copy, bool both)
{
    const int T = p->kernels->lanes;
    if (p->k > RANK_MOST)
        return context_fail(
            p->context, INSHI_ERR_MEMORY,
            "not enough memory for a rank of %lld: k x k numbers are more than can be counted",
            (long long)p->k);
    p->x.view           = x;
    p->x.tile_rows      = tiles_for(x.rows, T);
    p->x.tile_columns   = tiles_for(x.columns, T);
    p->factor[SIDE_H]   = (struct factor){x.columns, p->x.tile_columns, NULL};
    p->factor[SIDE_W]   = (struct factor){x.rows, p->x.tile_rows, NULL};
    inshi_status status = INSHI_OK;
    if (x.layout != INSHI_LAYOUT_DENSE && !p->x.stored) {
        with_copy = false;
        status    = take_stored(p, x);
    }
    return status ? status : take_all(p, with_copy, both);
}

inshi_status problem_create(struct problem *p, inshi_matrix x, bool with_copy, bool both)
{
    const inshi_status status = problem_take(p, x, with_copy, both);
    return status ? status : problem_pack(p);
}

inshi_status problem_share(struct problem *out, const struct problem *from, int64_t k)
{
    *out        = (struct problem){.context = from->context,
                                   .kernels = from->kernels,
                                   .loss    = {loss_at(LOSS_ID_eu), 2},
                                   .x       = from->x,
                                   .k       = k};
    out->x.data = out->x.weights = NULL;
    out->x.weighing              = WEIGHING_NONE;
    const inshi_status status    = problem_take(out, from->x.view, false, false);
    out->x.data                  = from->x.data;
    out->entries                 = from->x.stored != NULL;
    return status;
}

static void give(struct problem *p, void **block)
{
    memory_give(p->context, *block);
    *block = NULL;
}

/* Both blocks of a pair, which may be one. */
static void give_pair(struct problem *p, void *pair[2])
{
    if (pair[SIDE_W] == pair[SIDE_H])
        pair[SIDE_W] = NULL;
    give(p, &pair[SIDE_H]);
    give(p, &pair[SIDE_W]);
}

void problem_release(struct problem *p)
{
    give_pair(p, p->pull);
    give_pair(p, p->push);
    give(p, &p->x.data);
    give(p, &p->x.weights);
    give(p, &p->partial);
    give(p, &p->low_factor[SIDE_H]);
    give(p, &p->low_factor[SIDE_W]);
    give(p, (void **)&p->memory);
    give(p, &p->items);
    stored_release(p->context, &p->stored);
}

void problem_destroy(struct problem *p)
{
    problem_release(p);
    stored_destroy(p->context, &p->stored);
    void *const blocks[] = {p->factor[0].data, p->factor[1].data, p->scratch,  p->gram,
                            p->sums,           p->small,          p->chunk,    p->weight[0],
                            p->weight[1],      p->locks[0],       p->locks[1], p->pair};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        memory_give(p->context, blocks[i]);
    *p = (struct problem){0};
}
