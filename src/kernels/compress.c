/* compress.c -- the low-rank stand-in for X: X ~ Q'B, so that W'X ~ (W'Q')B and XH' ~ Q'(BH').
 *
 *   G. Zhou, A. Cichocki, S. Xie. Fast nonnegative matrix/tensor factorization based on low-rank approximation.
 *     IEEE Transactions on Signal Processing 60(6), 2012.
 *
 * A factor in panels lies in memory as a matrix in packed tiles does, so the parts are multiplied by the kernels for X. The rank
 * is a multiple of the lanes and the columns are filled up with zeros: no tile is cut.
 *
 * Cost 8 m n rank operations once, then 4 (m + n) rank k an iteration instead of 4 m n k
 */
#include <math.h>
#include <string.h>
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/panels.h"
#include "kernels/range.h"

enum { LEAST_MORE = 10, MOST_MORE = 50, POWERS = 1, SEED = 0x10a };
static const double SHARE = 0.4;     /* most of the products with X that those with the parts may cost */
static const double SMALL = 4 << 20; /* bytes that nobody misses */
static const double OF_X  = 0.05;    /* else at most this part of X */

static double share(double m, double n, double rank)
{
    return (m + n) * rank / (m * n);
}

double compression_share(const struct compression *c)
{
    return share((double)c->thin.factor[SIDE_W].count, (double)c->thin.factor[SIDE_H].count,
                 (double)c->thin.k);
}

int64_t compression_rank(int64_t m, int64_t n, int64_t k, int lanes, int real_bytes)
{
    const double  entries = (double)m * (double)n, longer = (double)(m > n ? m : n);
    const double  bytes = fmax(SMALL, OF_X * entries * real_bytes), each = (double)(m + n) + longer;
    const double  most  = fmin(SHARE / share((double)m, (double)n, 1), bytes / (each * real_bytes));
    const int64_t least = (k + LEAST_MORE) / lanes * lanes,
                  good  = k + MOST_MORE < 2 * k ? k + MOST_MORE : 2 * k;
    const int64_t rank  = (int64_t)fmin(most, (double)good) / lanes * lanes;
    return rank > k && rank >= least ? rank : 0;
}

inshi_status compression_take(struct compression *c, const struct problem *from,
                              const struct kernels *kernels, int64_t rank)
{
    struct problem like       = *from;
    like.kernels              = kernels;
    const inshi_status status = problem_share(&c->thin, &like, rank);
    if (status)
        return status;
    const int T = kernels->lanes;
    c->core = memory_take(from->context, rank / T, (size_t)from->k * (size_t)T * (size_t)kernels->real_bytes,
                          "a compressed factor");
    for (int side = 0; side < 2; side++) {
        const int64_t panels = c->thin.factor[side].panels;
        c->part[side]        = (struct tiles){.view         = {.rows = rank, .columns = panels * T},
                                              .tile_rows    = rank / T,
                                              .tile_columns = panels,
                                              .data         = c->thin.factor[side].data};
    }
    return c->core ? INSHI_OK : INSHI_ERR_MEMORY;
}

/* The parts of the X of the problem. */
static inshi_status make_parts(struct compression *c, const struct problem *p)
{
    const enum side shorter = p->factor[SIDE_W].panels < p->factor[SIDE_H].panels ? SIDE_W : SIDE_H;
    const int64_t   l       = c->thin.k;
    double *const   room    = memory_take(p->context, 2 * l * l, sizeof *room, "a compressed X");
    if (!room)
        return INSHI_ERR_MEMORY;
    c->thin.x        = p->x;
    c->thin.weighted = p->weighted;
    c->thin.entries  = p->entries;
    for (int side = 0; side < 2; side++)
        c->thin.weight[side] = p->weight[side];
    const inshi_status status = range_find(&c->thin, shorter, POWERS, room, SEED);
    memory_give(p->context, room);
    for (int side = 0; side < 2; side++)
        c->thin.weight[side] = NULL; /* they are the other problem's, like x.data */
    c->thin.x.data = NULL;
    return status;
}

inshi_status compression_begin(struct compression *c, struct problem *p)
{
    const inshi_status status = c->made ? INSHI_OK : make_parts(c, p);
    c->made                   = !status;
    p->compression            = status ? NULL : c;
    return status;
}

struct core_job {
    const struct problem *p;
    enum side             side; /* of the factor that is multiplied by its part */
};

static void core_task(void *user, int64_t panel, int worker)
{
    const struct core_job *job   = user;
    const struct problem  *p     = job->p;
    struct compression    *c     = p->compression;
    struct parts_job       parts = {.loss    = p->loss,
                                    .x       = &c->part[job->side],
                                    .side    = SIDE_W,
                                    .panel   = panel,
                                    .last    = c->part[job->side].tile_columns,
                                    .k       = p->k,
                                    .other   = p->factor[job->side].data,
                                    .pull    = panel_at(p, c->core, panel),
                                    .scratch = p->scratch + (size_t)worker * p->scratch_size};
    memset(parts.pull, 0, panel_bytes(p));
    p->kernels->product(&parts);
}

inshi_status compression_prepare(const struct problem *p, enum side side)
{
    struct core_job     job  = {p, other_side(side)};
    const struct tiles *part = &p->compression->part[job.side];
    const double        work = 2.0 * (double)part->view.columns * (double)part->view.rows * (double)p->k;
    return parallel_run(p->context, part->tile_rows, work, core_task, &job);
}

void compression_destroy(struct compression *c)
{
    if (!c->thin.context)
        return;
    memory_give(c->thin.context, c->core);
    c->thin.x.data = NULL;
    problem_destroy(&c->thin);
    *c = (struct compression){0};
}
