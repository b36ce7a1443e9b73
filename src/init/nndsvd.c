/* nndsvd.c -- starts from the singular vectors of X.
 *
 * The first pair of vectors of a nonnegative matrix is nonnegative. Of every other triplet (s, u, v) either the positive
 * parts of u and v or the negative ones, whichever pair is the longer, become a component: with lengths a and b,
 *     w = sqrt(s a b) u+ / a,   h = sqrt(s a b) v+ / b.
 *   C. Boutsidis, E. Gallopoulos. SVD based initialization: a head start for nonnegative matrix factorization. Pattern
 *     Recognition 41(4), 2008.
 * nndsvd leaves half of the entries zero, which multiplicative rules cannot leave; nndsvda fills zeros with the mean of
 * X, nndsvdar with a random hundredth of it. Components beyond min(m, n) are random.
 *
 * Cost 20 m n (k + 10) operations (kernels/triplets.c)
 */
#include <math.h>
#include "base/random.h"
#include "init/init.h"

struct filling {
    uint64_t  seed;
    enum side side;
    double    most; /* of a random entry; 0 = none */
};

static double random_entry(const void *user, int64_t component, int64_t item)
{
    const struct filling *f = user;
    return f->most * random_uniform(f->seed, 0xf111 + (uint32_t)f->side, component, item);
}

static double mean_entry(const void *user, int64_t component, int64_t item)
{
    (void)component, (void)item;
    return ((const struct filling *)user)->most;
}

static void take_component(struct problem *problem, const struct triplets *t, int64_t l)
{
    double w[2], h[2];
    triplets_lengths(t, SIDE_W, l, w);
    triplets_lengths(t, SIDE_H, l, h);
    const int    sign = w[1] * h[1] > w[0] * h[0];
    const double both = w[sign] * h[sign];
    if (!(both > 0))
        return;
    const double scale = sqrt(t->values[l] * both) * (sign ? -1 : 1);
    triplets_take(t, l, scale / w[sign], problem, SIDE_W);
    triplets_take(t, l, scale / h[sign], problem, SIDE_H);
}

static inshi_status start_from(struct problem *problem, const bool generate[2], uint64_t seed,
                               double (*fill)(const void *, int64_t, int64_t), double share)
{
    struct triplets t = {0};
    if (!generate[SIDE_H] || !generate[SIDE_W])
        return context_fail(
            problem->context, INSHI_ERR_ARGUMENT,
            "a start from singular vectors makes both factors, and one is given; use init random");
    if (problem->x.weighing != WEIGHING_NONE || problem->incomplete)
        return context_fail(
            problem->context, INSHI_ERR_ARGUMENT,
            "a start from singular vectors needs every entry of X, and here some are missing or weigh "
            "less than others; use init random");
    inshi_status status = triplets_create(&t, problem, problem->k, seed);
    const double mean   = problem->total / ((double)problem->x.view.rows * (double)problem->x.view.columns);
    for (int side = 0; side < 2 && !status; side++) {
        const struct filling beyond = {seed, side, sqrt(mean) / 100};
        problem_fill(problem, side, random_entry, &beyond);
        for (int64_t l = 0; l < t.count; l++)
            problem_clear(problem, side, l);
    }
    for (int64_t l = 0; l < t.count && !status; l++)
        take_component(problem, &t, l);
    for (int side = 0; side < 2 && !status && fill; side++) {
        const struct filling zeros = {seed, side, share * mean};
        problem_fill_zeros(problem, side, fill, &zeros);
    }
    triplets_destroy(&t);
    return status;
}

static inshi_status try_memory(const struct problem *problem)
{
    struct triplets    t      = {0};
    const inshi_status status = triplets_create(&t, problem, problem->k, 0);
    triplets_destroy(&t);
    return status;
}

static inshi_status start(struct problem *problem, const bool generate[2], uint64_t seed, int64_t attempt)
{
    (void)attempt;
    return start_from(problem, generate, seed, NULL, 0);
}

static inshi_status start_mean(struct problem *problem, const bool generate[2], uint64_t seed,
                               int64_t attempt)
{
    (void)attempt;
    return start_from(problem, generate, seed, mean_entry, 1);
}

static inshi_status start_random(struct problem *problem, const bool generate[2], uint64_t seed,
                                 int64_t attempt)
{
    return start_from(problem, generate, seed + (uint64_t)attempt, random_entry, 0.01);
}

const struct init init_nndsvd   = {.name       = "nndsvd",
                                   .summary    = "parts of the singular vectors, half of the entries zero",
                                   .of_data    = true,
                                   .single     = true,
                                   .start      = start,
                                   .try_memory = try_memory};
const struct init init_nndsvda  = {.name       = "nndsvda",
                                   .summary    = "nndsvd, its zeros filled with the mean of the data",
                                   .of_data    = true,
                                   .single     = true,
                                   .start      = start_mean,
                                   .try_memory = try_memory};
const struct init init_nndsvdar = {.name    = "nndsvdar",
                                   .summary = "nndsvd, its zeros filled with random hundredths of the mean",
                                   .of_data = true,
                                   .start   = start_random,
                                   .try_memory = try_memory};
