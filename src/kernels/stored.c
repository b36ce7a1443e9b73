/* stored.c -- X from CSR or CSC into compressed columns and compressed rows of the compute type.
 *
 * The lines of the caller's matrix (rows of CSR) are cut into parts of about equal work by the pattern alone. Each part
 * counts its entries of every item across, then puts them behind those of the parts before it: the entries of every item
 * end in the order of X, whatever the layout and the threads.
 * Cost three reads of X; scratch (lines across) numbers a part. Where entries do not count or weigh, two looks at the weight
 * of each besides.
 */
#include "kernels/stored.h"

#include <math.h>
#include <string.h>
#include "base/parallel.h"
#include "base/real.h"
#include "kernels/observe.h"
#include "kernels/panels.h"
#include "matrix/matrix.h"

static const double NET_MOST = 100;

enum { PARTS_MOST = 16, RUN = 256 };

struct store_job {
    const struct kernels     *kernels;
    inshi_matrix              matrix;
    const struct stored_wish *wish;
    struct stored            *out;
    enum side                 own, across; /* sides of the lines of the matrix, and of their indices */
    int64_t                   count[2];
    int32_t                  *rank[2];  /* where an item of X stands; NULL = where it is in X */
    int64_t                  *begin[2]; /* for sorting                                        */
    int64_t                   parts;
    int64_t                  *next;  /* parts x count[across]: where the next entry of an item goes */
    bool                      drops; /* entries may be left out                                     */
    int64_t                  *kept;  /* then: the entries of each line that are not                 */
};

static int64_t pointer_at(const inshi_matrix *m, int64_t line)
{
    return matrix_integer(m->pointers, m->pointer_bytes, line);
}

static int64_t index_at(const inshi_matrix *m, int64_t entry)
{
    return matrix_integer(m->indices, m->index_bytes, entry);
}

/* The first line of a part: where its share of the entries and lines begins. */
static int64_t part_first(const struct store_job *job, int64_t part)
{
    const inshi_matrix *m     = &job->matrix;
    const int64_t       lines = job->count[job->own];
    const double        share = (double)part / (double)job->parts * (double)(m->nonzeros + lines);
    int64_t             low = 0, high = lines;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if ((double)(pointer_at(m, middle) + middle) < share)
            low = middle + 1;
        else
            high = middle;
    }
    return part == job->parts ? lines : low;
}

/* What the entry counts: 0 = it is left out. */
static double weight_of(const struct store_job *job, int64_t line, int64_t entry)
{
    const inshi_matrix *m     = &job->matrix;
    const inshi_matrix  run   = inshi_matrix_c(m->data, m->dtype, 1, m->nonzeros);
    const bool          rows  = job->own == SIDE_W;
    const int64_t       index = index_at(m, entry);
    double              value;
    observed_read(&run, 0, entry, 1, &value);
    return isnan(value) ? 0 : observed_weight(job->wish->observed, rows ? line : index, rows ? index : line);
}

/* As below, where entries may be left out. */
static void count_kept(const struct store_job *job, int64_t part, int64_t *next)
{
    const inshi_matrix *m    = &job->matrix;
    const int64_t       last = part_first(job, part + 1);
    for (int64_t line = part_first(job, part); line < last; line++) {
        const int64_t end = pointer_at(m, line + 1);
        job->kept[line]   = 0;
        for (int64_t entry = pointer_at(m, line); entry < end; entry++)
            if (weight_of(job, line, entry) != 0) {
                next[index_at(m, entry)]++;
                job->kept[line]++;
            }
    }
}

static void count_task(void *user, int64_t part, int worker)
{
    (void)worker;
    const struct store_job *job  = user;
    const inshi_matrix     *m    = &job->matrix;
    int64_t                *next = job->next + part * job->count[job->across];
    memset(next, 0, (size_t)job->count[job->across] * sizeof *next);
    if (job->drops) {
        count_kept(job, part, next);
        return;
    }
    const int64_t last = pointer_at(m, part_first(job, part + 1));
    for (int64_t entry = pointer_at(m, part_first(job, part)); entry < last; entry++)
        next[index_at(m, entry)]++;
}

static int64_t standing(const struct store_job *job, enum side side, int64_t item)
{
    return job->rank[side] ? job->rank[side][item] : item;
}

struct entry {
    double value, weight;
};

static void put(const struct store_job *job, enum side side, int64_t at, int64_t index, struct entry entry)
{
    job->out->indices[side][at] = (int32_t)index;
    real_set(job->out->values[side], job->kernels->real_bytes, at, entry.value);
    if (job->out->weights[side])
        real_set(job->out->weights[side], job->kernels->real_bytes, at, entry.weight);
}

static double value_of(const struct store_job *job, double x, int64_t column)
{
    const struct stored_wish *w = job->wish;
    const double              a = x * w->scale < w->lift ? w->lift : x * w->scale;
    return (job->kernels->real_bytes == 8 ? a : (double)(float)a) *
           (w->column_scale ? w->column_scale[column] : 1);
}

static void place_task(void *user, int64_t part, int worker)
{
    (void)worker;
    const struct store_job *job     = user;
    const inshi_matrix     *m       = &job->matrix;
    int64_t                *next    = job->next + part * job->count[job->across];
    const int64_t           last    = part_first(job, part + 1);
    const inshi_matrix      entries = inshi_matrix_c(m->data, m->dtype, 1, m->nonzeros);
    double                  run[RUN];
    for (int64_t line = part_first(job, part); line < last; line++) {
        const int64_t own = standing(job, job->own, line), first = pointer_at(m, line),
                      end = pointer_at(m, line + 1);
        int64_t to        = job->out->pointers[job->own][own];
        for (int64_t entry = first; entry < end; entry++) {
            if ((entry - first) % RUN == 0)
                observed_read(&entries, 0, entry, (int)(end - entry < RUN ? end - entry : RUN), run);
            const int64_t      item = index_at(m, entry);
            const struct entry e    = {
                   value_of(job, run[(entry - first) % RUN], job->own == SIDE_H ? line : item),
                job->drops ? weight_of(job, line, entry) : 1};
            if (e.weight == 0)
                continue;
            put(job, job->own, to++, standing(job, job->across, item), e);
            put(job, job->across, next[item]++, own, e);
        }
    }
}

/* Entries of each item of the side across into the last part's row of `next`, for sorting. */
static int64_t entries_of(const struct store_job *job, enum side side, int64_t item)
{
    if (side == job->own && job->drops)
        return job->kept[item];
    if (side == job->own)
        return pointer_at(&job->matrix, item + 1) - pointer_at(&job->matrix, item);
    int64_t sum = 0;
    for (int64_t part = 0; part < job->parts; part++)
        sum += job->next[part * job->count[side] + item];
    return sum;
}

/* order and rank of a side: the most entries first, as in X among equals. */
static void sort_side(struct store_job *job, enum side side)
{
    const int64_t count = job->count[side], most = job->count[other_side(side)];
    int64_t      *begin = job->begin[side];
    memset(begin, 0, (size_t)(most + 2) * sizeof *begin);
    for (int64_t i = 0; i < count; i++)
        begin[most - entries_of(job, side, i) + 1]++;
    for (int64_t i = 1; i <= most; i++)
        begin[i] += begin[i - 1];
    for (int64_t i = 0; i < count; i++) {
        const int64_t at          = begin[most - entries_of(job, side, i)]++;
        job->out->order[side][at] = (int32_t)i;
        job->rank[side][i]        = (int32_t)at;
    }
}

/* Where the entries of each standing item begin, and for the side across where those of each part go. */
static void set_pointers(struct store_job *job, enum side side)
{
    struct stored *out     = job->out;
    const int64_t  count   = job->count[side];
    out->pointers[side][0] = 0;
    for (int64_t at = 0; at < count; at++) {
        const int64_t item          = out->order[side] ? out->order[side][at] : at,
                      entries       = entries_of(job, side, item);
        int64_t to                  = out->pointers[side][at];
        out->pointers[side][at + 1] = to + entries;
        for (int64_t part = 0; side == job->across && part < job->parts; part++) {
            int64_t *const next = &job->next[part * count + item];
            const int64_t  own  = *next;
            *next               = to;
            to += own;
        }
    }
}

inshi_status stored_take(inshi_context *context, const struct kernels *kernels, inshi_matrix matrix,
                         const bool sorted[2], enum weighing weighing, struct stored *out)
{
    const bool    each     = weighing == WEIGHING_EACH;
    const int64_t count[2] = {matrix.columns, matrix.rows}, entries = matrix.nonzeros;
    *out = (struct stored){.nonzeros = entries};
    for (int side = 0; side < 2; side++) {
        out->pointers[side] = memory_take(context, count[side] + 1, sizeof(int64_t), "sparse X");
        out->indices[side]  = memory_take(context, entries + STORED_AHEAD, sizeof(int32_t), "sparse X");
        out->values[side] =
            memory_take(context, entries + STORED_AHEAD, (size_t)kernels->real_bytes, "sparse X");
        if (sorted[side])
            out->order[side] = memory_take(context, count[side], sizeof(int32_t), "an order of X");
        if (each)
            out->weights[side] =
                memory_take(context, entries + STORED_AHEAD, (size_t)kernels->real_bytes, "weights of X");
        if (!out->pointers[side] || !out->indices[side] || !out->values[side] ||
            (sorted[side] && !out->order[side]) || (each && !out->weights[side]))
            return INSHI_ERR_MEMORY;
    }
    return INSHI_OK;
}

/* The order of the parts, and where a rank is wanted its room. */
static inshi_status take_scratch(inshi_context *context, struct store_job *job)
{
    const int64_t across = job->count[job->across], parts = job->matrix.nonzeros / (4 * across + 1);
    job->parts = parts < 1 ? 1 : parts > PARTS_MOST ? PARTS_MOST : parts;
    job->next = memory_take(context, checked_product(job->parts, across), sizeof *job->next, "an order of X");
    if (job->drops)
        job->kept = memory_take(context, job->count[job->own], sizeof *job->kept, "an order of X");
    if (!job->next || (job->drops && !job->kept))
        return INSHI_ERR_MEMORY;
    for (int side = 0; side < 2; side++) {
        if (!job->out->order[side])
            continue;
        job->rank[side] = memory_take(context, job->count[side], sizeof(int32_t), "an order of X");
        job->begin[side] =
            memory_take(context, job->count[other_side(side)] + 2, sizeof(int64_t), "an order of X");
        if (!job->rank[side] || !job->begin[side])
            return INSHI_ERR_MEMORY;
    }
    return INSHI_OK;
}

static void give_scratch(inshi_context *context, struct store_job *job)
{
    memory_give(context, job->next);
    memory_give(context, job->kept);
    for (int side = 0; side < 2; side++) {
        memory_give(context, job->rank[side]);
        memory_give(context, job->begin[side]);
    }
}

static struct store_job describe(const struct kernels *kernels, inshi_matrix matrix,
                                 const struct stored_wish *wish, struct stored *out)
{
    const bool rows = matrix.layout == INSHI_LAYOUT_CSR;
    return (struct store_job){.kernels = kernels,
                              .matrix  = matrix,
                              .wish    = wish,
                              .out     = out,
                              .drops   = wish && wish->observed,
                              .own     = rows ? SIDE_W : SIDE_H,
                              .across  = rows ? SIDE_H : SIDE_W,
                              .count   = {matrix.columns, matrix.rows}};
}

inshi_status stored_take_and_give_scratch(inshi_context *context, const struct kernels *kernels,
                                          inshi_matrix matrix, enum weighing weighing, struct stored *out)
{
    struct store_job job      = describe(kernels, matrix, NULL, out);
    job.drops                 = weighing != WEIGHING_NONE;
    const inshi_status status = take_scratch(context, &job);
    give_scratch(context, &job);
    return status;
}

/* Sum and sum of squares of the stored entries, each times its weight, in the order of the columns of X. */
static void add_up(struct stored *out, int real_bytes)
{
    for (int64_t i = 0; i < out->nonzeros; i++) {
        const double a = real_get(out->values[SIDE_H], real_bytes, i),
                     w = out->weights[SIDE_H] ? real_get(out->weights[SIDE_H], real_bytes, i) : 1;
        out->total += w * a;
        out->square += w * a * a;
    }
}

/* What can be read behind the last entry. */
static void end_with_zeros(struct stored *out, size_t real)
{
    for (int side = 0; side < 2; side++) {
        memset(out->indices[side] + out->nonzeros, 0, STORED_AHEAD * sizeof(int32_t));
        memset((char *)out->values[side] + (size_t)out->nonzeros * real, 0, STORED_AHEAD * real);
        if (out->weights[side])
            memset((char *)out->weights[side] + (size_t)out->nonzeros * real, 0, STORED_AHEAD * real);
    }
}

static inshi_status fill(inshi_context *context, struct store_job *job)
{
    const double work   = 20 * (double)job->matrix.nonzeros;
    inshi_status status = parallel_run(context, job->parts, work, count_task, job);
    for (int side = 0; side < 2 && !status; side++)
        if (job->out->order[side])
            sort_side(job, side);
    for (int side = 0; side < 2 && !status; side++)
        set_pointers(job, side);
    job->out->nonzeros = status ? 0 : job->out->pointers[SIDE_H][job->count[SIDE_H]];
    return status ? status : parallel_run(context, job->parts, work, place_task, job);
}

inshi_status stored_fill(inshi_context *context, const struct kernels *kernels, inshi_matrix matrix,
                         const struct stored_wish *wish, struct stored *out)
{
    struct store_job job    = describe(kernels, matrix, wish, out);
    inshi_status     status = take_scratch(context, &job);
    out->total = out->square = 0;
    if (!status)
        status = fill(context, &job);
    if (!status) {
        end_with_zeros(out, (size_t)kernels->real_bytes);
        add_up(out, kernels->real_bytes);
    }
    give_scratch(context, &job);
    return status;
}

void stored_release(inshi_context *context, struct stored *stored)
{
    for (int side = 0; side < 2; side++) {
        memory_give(context, stored->pointers[side]);
        memory_give(context, stored->indices[side]);
        memory_give(context, stored->values[side]);
        memory_give(context, stored->weights[side]);
        stored->pointers[side] = NULL;
        stored->indices[side]  = NULL;
        stored->values[side]   = NULL;
        stored->weights[side]  = NULL;
    }
}

void stored_destroy(inshi_context *context, struct stored *stored)
{
    stored_release(context, stored);
    memory_give(context, stored->order[SIDE_H]);
    memory_give(context, stored->order[SIDE_W]);
    *stored = (struct stored){0};
}

/* ---- over a problem ------------------------------------------------------------------------------------------------ */

bool problem_by_entries(const struct problem *p, struct loss_choice loss)
{
    if (p->x.view.layout == INSHI_LAYOUT_DENSE)
        return false;
    if (p->x.weighing != WEIGHING_NONE)
        return false;
    return p->incomplete || (loss_by_entries(loss) && !(p->x.lift > 0));
}

bool problem_has_net(const struct problem *p)
{
    const double entries = (double)p->x.view.rows * (double)p->x.view.columns;
    return !p->entries || p->incomplete || entries <= NET_MOST * (double)p->x.stored->nonzeros;
}

struct items_job {
    struct problem *p;
    enum side       other;
    size_t          bytes; /* of a panel's items */
};

static void items_task(void *user, int64_t panel, int worker)
{
    (void)worker;
    const struct items_job *job = user;
    const struct problem   *p   = job->p;
    p->kernels->items(panel_at(p, p->factor[job->other].data, panel), p->k,
                      p->weighted ? p->weight[job->other] + panel * p->kernels->lanes : NULL,
                      (char *)p->items + (size_t)panel * job->bytes);
}

inshi_status problem_make_items(struct problem *p, enum side side)
{
    const struct factor  *f    = &p->factor[other_side(side)];
    const struct kernels *k    = p->kernels;
    struct items_job      job  = {p, other_side(side),
                                  (size_t)k->lanes * (size_t)k->item_stride(p->k) * (size_t)k->real_bytes};
    const double          work = 2 * (double)f->count * (double)p->k;
    return parallel_run(p->context, f->panels, work, items_task, &job);
}

inshi_status problem_nothing(struct problem *p, struct loss_choice loss, double *sum)
{
    const bool    gram = loss.loss->traits & LOSS_QUADRATIC;
    const int64_t k = p->k, count = gram ? k * k : k;
    inshi_status  status = gram ? problem_gram(p, SIDE_W) : problem_sums(p, SIDE_W, p->small);
    memcpy(p->pair, p->small, (size_t)count * sizeof *p->pair);
    if (!status)
        status = gram ? problem_gram(p, SIDE_H) : problem_sums(p, SIDE_H, p->small);
    *sum = 0;
    for (int64_t i = 0; i < count; i++) /* of a Gram matrix the upper triangle is there */
        if (!gram || i / k <= i % k)
            *sum += (gram && i / k == i % k ? 0.5 : 1) * p->pair[i] * p->small[i];
    return status;
}
