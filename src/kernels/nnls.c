/* nnls.c -- nonnegative least squares, exactly: min x'Gx/2 - b'x over x >= 0 by block principal pivoting.
 *
 * A passive set F is solved for, G_FF x_F = b_F; variables with the wrong sign (x in F, gradient outside) change sides, all
 * at once while their number falls, and only the last one (Murty's rule, which is finite) after three failures.
 *   J. Kim, H. Park. Fast nonnegative matrix factorization: an active-set-like method and comparisons. SIAM Journal on
 *     Scientific Computing 33(6), 2011.
 * Cost k^3 / 3 a pivot. A column of G that depends on others of F stays at 0.
 */
#include "kernels/nnls.h"

#include <math.h>
#include <string.h>

struct pivots {
    const double *gram, *b;
    int64_t       k, count; /* of the passive set */
    double       *factor, *x, *gradient;
    int64_t      *set;
    bool         *passive;
};

/* Cholesky of G_FF, packed rows of F x F; a dependent variable leaves F. */
static void factorize(struct pivots *p)
{
    int64_t count = 0;
    for (int64_t v = 0; v < p->k; v++) {
        if (!p->passive[v])
            continue;
        double *row = p->factor + count * p->k, rest = p->gram[v * p->k + v];
        for (int64_t c = 0; c < count; c++) {
            double sum = p->gram[v * p->k + p->set[c]];
            for (int64_t i = 0; i < c; i++)
                sum -= row[i] * p->factor[c * p->k + i];
            row[c] = sum / p->factor[c * p->k + c];
            rest -= row[c] * row[c];
        }
        if (!(rest > 1e-14 * p->gram[v * p->k + v])) {
            p->passive[v] = false;
            continue;
        }
        row[count]      = sqrt(rest);
        p->set[count++] = v;
    }
    p->count = count;
}

static void solve_passive(struct pivots *p)
{
    double *z = p->gradient; /* room for the inner vector; the gradient is computed afterwards */
    for (int64_t c = 0; c < p->count; c++) {
        double sum = p->b[p->set[c]];
        for (int64_t i = 0; i < c; i++)
            sum -= p->factor[c * p->k + i] * z[i];
        z[c] = sum / p->factor[c * p->k + c];
    }
    for (int64_t c = p->count - 1; c >= 0; c--) {
        double sum = z[c];
        for (int64_t i = c + 1; i < p->count; i++)
            sum -= p->factor[i * p->k + c] * z[i];
        z[c] = sum / p->factor[c * p->k + c];
    }
    memset(p->x, 0, (size_t)p->k * sizeof *p->x);
    for (int64_t c = 0; c < p->count; c++)
        p->x[p->set[c]] = z[c];
}

/* Changes sides of all wrong variables, or of the last one alone. Returns how many are wrong. */
static int64_t count_wrong(struct pivots *p, double slack, int64_t *last)
{
    int64_t wrong = 0;
    for (int64_t v = 0; v < p->k; v++) {
        double g = -p->b[v];
        for (int64_t c = 0; c < p->count; c++)
            g += p->gram[v * p->k + p->set[c]] * p->x[p->set[c]];
        p->gradient[v] = g;
        if (p->passive[v] ? p->x[v] < 0 : g < -slack) {
            wrong++;
            *last = v;
        }
    }
    return wrong;
}

static void exchange(struct pivots *p, double slack, bool all, int64_t last)
{
    for (int64_t v = 0; v < p->k; v++)
        if ((all || v == last) && (p->passive[v] ? p->x[v] < 0 : p->gradient[v] < -slack))
            p->passive[v] = !p->passive[v];
}

int64_t nnls_numbers(int64_t k)
{
    return k * k + 2 * k;
}

bool nnls_solve(const double *gram, const double *b, int64_t k, double *x, double *room, int64_t *set,
                bool *passive)
{
    struct pivots p    = {gram, b, k, 0, room, room + k * k, room + k * k + k, set, passive};
    double        most = 0;
    for (int64_t v = 0; v < k; v++) {
        passive[v] = x[v] > 0;
        most       = fmax(most, fabs(b[v]));
    }
    int64_t fewest = k + 1, chances = 3;
    for (int64_t turn = 0; turn < 20 + 10 * k; turn++) {
        int64_t last = -1;
        factorize(&p);
        solve_passive(&p);
        const int64_t wrong = count_wrong(&p, 1e-15 * most, &last);
        if (wrong == 0) {
            memcpy(x, p.x, (size_t)k * sizeof *x);
            return true;
        }
        if (wrong < fewest) {
            fewest  = wrong;
            chances = 3;
        } else {
            chances--;
        }
        exchange(&p, 1e-15 * most, chances > 0, last);
    }
    return false;
}
