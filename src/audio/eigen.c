/* eigen.c -- by rotations that clear one entry after another (C. G. J. Jacobi. Ueber ein leichtes Verfahren ... 1846), the
 * cyclic order of entries; G. H. Golub, C. F. Van Loan. Matrix Computations, section 8.5. Some ten n^3 steps.
 */
#include "audio/eigen.h"

#include <math.h>

enum { SWEEPS = 60 };

/* Turns rows p and q by the angle whose cosine and sine these are. */
static void turn_rows(double *m, int64_t n, int64_t p, int64_t q, double c, double s)
{
    for (int64_t i = 0; i < n; i++) {
        const double a = m[p * n + i], b = m[q * n + i];
        m[p * n + i] = c * a - s * b;
        m[q * n + i] = s * a + c * b;
    }
}

static void turn_columns(double *m, int64_t n, int64_t p, int64_t q, double c, double s)
{
    for (int64_t i = 0; i < n; i++) {
        const double a = m[i * n + p], b = m[i * n + q];
        m[i * n + p] = c * a - s * b;
        m[i * n + q] = s * a + c * b;
    }
}

/* Clears entry (p, q). */
static void clear_entry(double *m, int64_t n, int64_t p, int64_t q, double *vectors)
{
    const double between = m[p * n + q];
    if (between == 0)
        return;
    const double half = (m[q * n + q] - m[p * n + p]) / (2 * between);
    const double t    = (half >= 0 ? 1 : -1) / (fabs(half) + hypot(half, 1));
    const double c = 1 / hypot(t, 1), s = t * c;
    turn_rows(m, n, p, q, c, s);
    turn_columns(m, n, p, q, c, s);
    m[p * n + q] = m[q * n + p] = 0;
    turn_rows(vectors, n, p, q, c, s);
}

static void swap(double *a, double *b)
{
    const double kept = *a;
    *a                = *b;
    *b                = kept;
}

/* Largest eigenvalue first, and a sign for each vector. */
static void put_in_order(double *m, int64_t n, double *vectors)
{
    for (int64_t i = 0; i < n; i++) {
        int64_t best = i, largest = 0;
        for (int64_t j = i + 1; j < n; j++)
            best = m[j * n + j] > m[best * n + best] ? j : best;
        if (best != i)
            swap(&m[i * n + i], &m[best * n + best]);
        for (int64_t j = 0; j < n && best != i; j++)
            swap(&vectors[i * n + j], &vectors[best * n + j]);
        for (int64_t j = 1; j < n; j++)
            largest = fabs(vectors[i * n + j]) > fabs(vectors[i * n + largest]) ? j : largest;
        for (int64_t j = 0; j < n && vectors[i * n + largest] < 0; j++)
            vectors[i * n + j] = j == largest ? vectors[i * n + j] : -vectors[i * n + j];
        vectors[i * n + largest] = fabs(vectors[i * n + largest]);
    }
}

void eigen_symmetric(double *m, int64_t n, double *vectors)
{
    double all = 0;
    for (int64_t i = 0; i < n * n; i++) {
        vectors[i] = i % (n + 1) == 0;
        all += m[i] * m[i];
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        double left = 0;
        for (int64_t p = 0; p < n; p++)
            for (int64_t q = p + 1; q < n; q++)
                left += m[p * n + q] * m[p * n + q];
        if (!(left > 1e-30 * all))
            break;
        for (int64_t p = 0; p < n; p++)
            for (int64_t q = p + 1; q < n; q++)
                clear_entry(m, n, p, q, vectors);
    }
    put_in_order(m, n, vectors);
}
