/* triplets.c -- the largest singular triplets of X, nearly, from a few products with X.
 *
 * The range of X (kernels/range.c, four power iterations) leaves the small matrix B = Q'X, which has the singular values,
 * from the eigenvalues of BB' (base/eigen.c). Ten vectors more than asked for are carried along.
 *   N. Halko, P.-G. Martinsson, J. A. Tropp. Finding structure with randomness: probabilistic algorithms for
 *     constructing approximate matrix decompositions. SIAM Review 53(2), 2011.
 *
 * Cost 20 m n l operations, l = count + 10; values below about 1e-7 of the largest have no digits.
 */
#include <math.h>
#include "base/eigen.h"
#include "base/real.h"
#include "kernels/kernels.h"
#include "kernels/panels.h"
#include "kernels/range.h"

static const double ROUNDING = 1e-7; /* entries below it are zeros that rounding has touched */
enum { MORE = 10, POWERS = 4 };

/* B = Q'X in the factor of H: to singular values, left vectors in W, right vectors in H. */
static inshi_status diagonalize(struct triplets *t, double *room)
{
    struct problem *thin = &t->thin;
    const int64_t   k    = thin->k;
    double         *a = room, *v = room + k * k;
    inshi_status    status = problem_gram(thin, SIDE_H);
    for (int64_t i = 0; i < k; i++)
        for (int64_t j = 0; j < k; j++)
            a[i * k + j] = thin->small[i < j ? i * k + j : j * k + i];
    eigen_symmetric(a, k, v);
    range_rotate(thin, SIDE_W, v);
    for (int64_t i = 0; i < k; i++) {
        t->values[i] = a[i * k + i] > 0 ? sqrt(a[i * k + i]) : 0;
        for (int64_t j = 0; j < k; j++)
            v[i * k + j] *= t->values[i] > 1e-8 * t->values[0] ? 1 / t->values[i] : 0;
    }
    range_rotate(thin, SIDE_H, v);
    return status;
}

inshi_status triplets_create(struct triplets *t, const struct problem *from, int64_t count, uint64_t seed)
{
    const int64_t m = from->factor[SIDE_W].count, n = from->factor[SIDE_H].count, least = m < n ? m : n;
    const int64_t k      = count + MORE < least ? count + MORE : least;
    inshi_status  status = problem_share(&t->thin, from, k);
    t->count             = count < least ? count : least;
    t->values            = status ? NULL : memory_take(from->context, k, sizeof(double), "singular values");
    double *room =
        t->values ? memory_take(from->context, 2 * k * k, sizeof(double), "singular values") : NULL;
    if (!room)
        return INSHI_ERR_MEMORY;
    if (!from->context->counts)
        status = range_find(&t->thin, SIDE_W, POWERS, room, seed);
    if (!status && !from->context->counts)
        status = diagonalize(t, room);
    memory_give(from->context, room);
    return status;
}

void triplets_destroy(struct triplets *t)
{
    if (!t->thin.context)
        return;
    memory_give(t->thin.context, t->values);
    t->thin.x.data = NULL; /* it is the other problem's */
    problem_destroy(&t->thin);
}

static double entry(const struct problem *p, enum side side, int64_t l, int64_t item)
{
    const int     T     = p->kernels->lanes;
    const void   *panel = panel_at(p, p->factor[side].data, item / T);
    const int64_t at    = l * T + item % T;
    return real_get(panel, p->kernels->real_bytes, at);
}

void triplets_lengths(const struct triplets *t, enum side side, int64_t row, double length[2])
{
    length[0] = length[1] = 0;
    for (int64_t i = 0; i < t->thin.factor[side].count; i++) {
        const double a = entry(&t->thin, side, row, i);
        length[a < 0] += a * a;
    }
    length[0] = sqrt(length[0]);
    length[1] = sqrt(length[1]);
}

void triplets_take(const struct triplets *t, int64_t row, double scale, struct problem *to, enum side side)
{
    const int T = to->kernels->lanes;
    for (int64_t i = 0; i < to->factor[side].count; i++) {
        const double v = entry(&t->thin, side, row, i); /* of a vector of length 1 */
        const double a = scale * v > 0 && fabs(v) > ROUNDING ? scale * v : 0;
        to->kernels->from_double(&a, 1,
                                 (char *)panel_at(to, to->factor[side].data, i / T) +
                                     (size_t)(row * T + i % T) * (size_t)to->kernels->real_bytes);
    }
}
