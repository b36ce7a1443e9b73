/* range.c -- an orthonormal basis of nearly all that X spans, from a few products with X.
 *
 * A random block is multiplied by X and X' in turn, orthonormal in between. A turn of Cholesky QR keeps the span; after two
 * the rows are orthonormal to rounding.
 *   N. Halko, P.-G. Martinsson, J. A. Tropp. Finding structure with randomness: probabilistic algorithms for
 *     constructing approximate matrix decompositions. SIAM Review 53(2), 2011.
 *   Y. Yamamoto, Y. Nakatsukasa, Y. Yanagisawa, T. Fukaya. Roundoff error analysis of the CholeskyQR2 algorithm.
 *     ETNA 44, 2015.
 *
 * Cost 4 (1 + powers) m n k operations
 */
#include "kernels/range.h"

#include <math.h>
#include <string.h>
#include "base/parallel.h"
#include "base/random.h"
#include "kernels/panels.h"

struct rotation {
    struct problem *thin;
    enum side       side;
};

static void rotate_task(void *user, int64_t index, int worker)
{
    const struct rotation *r     = user;
    struct problem        *thin  = r->thin;
    void *const            panel = panel_at(thin, thin->factor[r->side].data, index);
    char *const            room  = thin->scratch + (size_t)worker * thin->scratch_size;
    thin->kernels->gram_product(thin->gram, panel, thin->k, room);
    memcpy(panel, room, panel_bytes(thin));
}

inshi_status range_rotate(struct problem *thin, enum side side, const double *m)
{
    struct rotation job  = {thin, side};
    const double    work = 2.0 * (double)thin->factor[side].count * (double)thin->k * (double)thin->k;
    thin->kernels->from_double(m, thin->k * thin->k, thin->gram);
    return parallel_run(thin->context, thin->factor[side].panels, work, rotate_task, &job);
}

/* L with LL' = G (upper triangle given), and its inverse; a vector that depends on those before it becomes 0. */
static void invert_cholesky(const double *g, int64_t k, double *l, double *inverse)
{
    memset(l, 0, (size_t)(k * k) * sizeof *l);
    memset(inverse, 0, (size_t)(k * k) * sizeof *inverse);
    for (int64_t i = 0; i < k; i++) {
        for (int64_t j = 0; j <= i; j++) {
            double sum = g[j * k + i];
            for (int64_t q = 0; q < j; q++)
                sum -= l[i * k + q] * l[j * k + q];
            if (j < i)
                l[i * k + j] = l[j * k + j] > 0 ? sum / l[j * k + j] : 0;
            else
                l[i * k + i] = sum > 1e-13 * g[i * k + i] ? sqrt(sum) : 0;
        }
        if (!(l[i * k + i] > 0))
            continue;
        inverse[i * k + i] = 1 / l[i * k + i];
        for (int64_t j = 0; j < i; j++) {
            double sum = 0;
            for (int64_t q = j; q < i; q++)
                sum += l[i * k + q] * inverse[q * k + j];
            inverse[i * k + j] = -sum / l[i * k + i];
        }
    }
}

/* Rows of a side's factor made orthonormal. room: 2 k x k. */
static inshi_status orthonormalize(struct problem *thin, enum side side, int turns, double *room)
{
    inshi_status status = INSHI_OK;
    for (int turn = 0; turn < turns && !status; turn++) {
        status = problem_gram(thin, side);
        invert_cholesky(thin->small, thin->k, room, room + thin->k * thin->k);
        if (!status)
            status = range_rotate(thin, side, room + thin->k * thin->k);
    }
    return status;
}

static double random_entry(const void *user, int64_t component, int64_t item)
{
    return random_uniform(*(const uint64_t *)user, 0x51d, component, item) - 0.5;
}

/* The other factor's product with X becomes the factor of this side; lanes behind the last item are made 0. */
static inshi_status multiply(struct problem *thin, enum side side)
{
    struct half half;
    thin->pulls_only = thin->skips_kkt = true;
    const inshi_status status          = problem_half(thin, side, false, NULL, &half);
    const int64_t      last            = thin->factor[side].panels - 1;
    void *const        panel           = panel_at(thin, thin->factor[side].data, last);
    double             lanes[LANES_MOST];
    if (status)
        return status;
    problem_copy(thin, side, thin->factor[side].data, half.pull);
    for (int j = 0; j < thin->kernels->lanes; j++)
        lanes[j] = j < lanes_of(thin, side, last);
    thin->kernels->weigh(panel, thin->k, lanes, panel);
    return INSHI_OK;
}

inshi_status range_find(struct problem *thin, enum side side, int powers, double *room, uint64_t seed)
{
    const enum side other  = other_side(side);
    inshi_status    status = problem_fill(thin, other, random_entry, &seed);
    for (int turn = 0; turn <= powers && !status; turn++) {
        status = multiply(thin, side);
        if (!status)
            status = orthonormalize(thin, side, turn < powers ? 1 : 2, room);
        if (!status)
            status = multiply(thin, other);
        if (!status && turn < powers)
            status = orthonormalize(thin, other, 1, room);
    }
    return status;
}
