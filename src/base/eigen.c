/* eigen.c -- by rotations that clear one entry after another (C. G. J. Jacobi. Ueber ein leichtes Verfahren ... 1846), the
 * cyclic order of entries; G. H. Golub, C. F. Van Loan. Matrix Computations, section 8.5. Some ten n^3 steps.
 */
#include "base/eigen.h"

#include <math.h>
#include <string.h>

enum { ROUNDS = 30 };

/* Clears entry (p, q) of the symmetric matrix a by a rotation, which turns the rows of v too. */
static void rotate(double *a, double *v, int64_t n, int64_t p, int64_t q)
{
    const double apq = a[p * n + q];
    if (fabs(apq) <= 1e-17 * sqrt(fabs(a[p * n + p] * a[q * n + q])))
        return;
    const double theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
    const double t     = (theta >= 0 ? 1 : -1) / (fabs(theta) + sqrt(theta * theta + 1));
    const double c = 1 / sqrt(t * t + 1), s = t * c;
    for (int64_t i = 0; i < n; i++) {
        const double x = a[i * n + p], y = a[i * n + q];
        a[i * n + p] = c * x - s * y;
        a[i * n + q] = s * x + c * y;
    }
    for (int64_t i = 0; i < n; i++) {
        const double x = a[p * n + i], y = a[q * n + i], vx = v[p * n + i], vy = v[q * n + i];
        a[p * n + i] = c * x - s * y;
        a[q * n + i] = s * x + c * y;
        v[p * n + i] = c * vx - s * vy;
        v[q * n + i] = s * vx + c * vy;
    }
}

/* Sums of squares of all entries, and of those off the diagonal. */
static void add_squares(const double *a, int64_t n, double *all, double *off)
{
    *all = *off = 0;
    for (int64_t i = 0; i < n * n; i++) {
        *all += a[i] * a[i];
        *off += i % (n + 1) ? a[i] * a[i] : 0;
    }
}

static void swap(double *a, double *b)
{
    const double kept = *a;
    *a                = *b;
    *b                = kept;
}

/* The largest eigenvalue first, and the largest entry of each vector positive. */
static void put_in_order(double *a, int64_t n, double *v)
{
    for (int64_t i = 0; i < n; i++) {
        int64_t most = i, largest = 0;
        for (int64_t j = i + 1; j < n; j++)
            most = a[j * n + j] > a[most * n + most] ? j : most;
        swap(&a[i * n + i], &a[most * n + most]);
        for (int64_t j = 0; j < n && most != i; j++)
            swap(&v[i * n + j], &v[most * n + j]);
        for (int64_t j = 1; j < n; j++)
            largest = fabs(v[i * n + j]) > fabs(v[i * n + largest]) ? j : largest;
        for (int64_t j = 0, turns = v[i * n + largest] < 0; j < n && turns; j++)
            v[i * n + j] = -v[i * n + j];
    }
}

void eigen_symmetric(double *matrix, int64_t n, double *vectors)
{
    memset(vectors, 0, (size_t)(n * n) * sizeof *vectors);
    for (int64_t i = 0; i < n; i++)
        vectors[i * n + i] = 1;
    for (int round = 0; round < ROUNDS; round++) {
        double all, off;
        add_squares(matrix, n, &all, &off);
        if (off <= 1e-30 * all)
            break;
        for (int64_t p = 0; p < n; p++)
            for (int64_t q = p + 1; q < n; q++)
                rotate(matrix, vectors, n, p, q);
    }
    put_in_order(matrix, n, vectors);
}
