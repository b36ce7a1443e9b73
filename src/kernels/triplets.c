/* triplets.c -- the largest singular triplets of X, nearly, from a few products with X.
 *
 * The range of X (kernels/range.c, four power iterations) leaves the small matrix B = Q'X, which has the singular values,
 * from the eigenvalues of BB' by Jacobi rotations. Ten vectors more than asked for are carried along.
 *   N. Halko, P.-G. Martinsson, J. A. Tropp. Finding structure with randomness: probabilistic algorithms for
 *     constructing approximate matrix decompositions. SIAM Review 53(2), 2011.
 *
 * Cost 20 m n l operations, l = count + 10; values below about 1e-7 of the largest have no digits.
 */
#include <math.h>
#include <string.h>
#include "kernels/kernels.h"
#include "kernels/panels.h"
#include "kernels/range.h"

static const double ROUNDING = 1e-7; /* entries below it are zeros that rounding has touched */
enum { MORE = 10, POWERS = 4, ROUNDS = 30 };

/* One rotation of the symmetric matrix a in the plane (p, q), and of the rows of v. */
static void jacobi_rotate(double *a, double *v, int64_t k, int64_t p, int64_t q)
{
    const double apq = a[p * k + q];
    if (fabs(apq) <= 1e-17 * sqrt(fabs(a[p * k + p] * a[q * k + q])))
        return;
    const double theta = (a[q * k + q] - a[p * k + p]) / (2 * apq);
    const double t     = (theta >= 0 ? 1 : -1) / (fabs(theta) + sqrt(theta * theta + 1));
    const double c = 1 / sqrt(t * t + 1), s = t * c;
    for (int64_t i = 0; i < k; i++) {
        const double x = a[i * k + p], y = a[i * k + q];
        a[i * k + p] = c * x - s * y;
        a[i * k + q] = s * x + c * y;
    }
    for (int64_t i = 0; i < k; i++) {
        const double x = a[p * k + i], y = a[q * k + i], vx = v[p * k + i], vy = v[q * k + i];
        a[p * k + i] = c * x - s * y;
        a[q * k + i] = s * x + c * y;
        v[p * k + i] = c * vx - s * vy;
        v[q * k + i] = s * vx + c * vy;
    }
}

/* Eigenvalues on the diagonal of a, largest first, eigenvectors in the rows of v. a: symmetric, destroyed. */
static void eigen(double *a, double *v, int64_t k)
{
    memset(v, 0, (size_t)(k * k) * sizeof *v);
    for (int64_t i = 0; i < k; i++)
        v[i * k + i] = 1;
    for (int round = 0; round < ROUNDS; round++) {
        double off = 0, all = 0;
        for (int64_t i = 0; i < k; i++)
            for (int64_t j = 0; j < k; j++) {
                all += a[i * k + j] * a[i * k + j];
                off += i == j ? 0 : a[i * k + j] * a[i * k + j];
            }
        if (off <= 1e-30 * all)
            break;
        for (int64_t p = 0; p < k; p++)
            for (int64_t q = p + 1; q < k; q++)
                jacobi_rotate(a, v, k, p, q);
    }
    for (int64_t i = 0; i < k; i++) {
        int64_t most = i;
        for (int64_t j = i + 1; j < k; j++)
            most = a[j * k + j] > a[most * k + most] ? j : most;
        const double value = a[most * k + most];
        a[most * k + most] = a[i * k + i];
        a[i * k + i]       = value;
        for (int64_t j = 0; j < k && most != i; j++) {
            const double x  = v[i * k + j];
            v[i * k + j]    = v[most * k + j];
            v[most * k + j] = x;
        }
    }
}

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
    eigen(a, v, k);
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
    return p->kernels->real_bytes == 8 ? ((const double *)panel)[at] : (double)((const float *)panel)[at];
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
