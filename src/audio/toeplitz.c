/* toeplitz.c -- Cholesky factors of block Toeplitz matrices by Schur's algorithm.
 *
 * With unknowns ordered by delay, then signal, G has N x N blocks T_d on its diagonals, and G - Z G Z' (Z shifts down by a
 * block) = U'U - V'V, where U = L^-1 [T_0 T_1 ...], T_0 = LL', and V is U with its first block 0. Each of the taps steps
 * takes N rows of R from U, shifts U right by a block, and clears the next block of V by hyperbolic rotations, in the
 * mixed form that is stable (T. Kailath, A. H. Sayed. Displacement structure. SIAM Review 37, 1995; A. W. Bojanczyk,
 * R. P. Brent, F. R. de Hoog, D. R. Sweet. On the stability of the Bareiss and related Toeplitz factorization
 * algorithms. SIAM J. Matrix Anal. Appl. 16, 1995). N^3 taps^2 4 operations; (N taps)^2 / 2 numbers. Products with G
 * are by Fourier transforms.
 */
#include "audio/toeplitz.h"

#include <math.h>
#include <string.h>
#include "audio/fft.h"

enum { REFINEMENTS = 3 };
static const double ENOUGH      = 1e-15; /* of the right side: a residual that is not refined */
static const double LEAST_PIVOT = 1e-15, FIRST_LOAD = 1e-15, LAST_LOAD = 1e-3;

inshi_status toeplitz_make(inshi_context *context, int64_t signals, int64_t taps, struct toeplitz *out)
{
    const int64_t order = signals * taps, points = fft_good_length(2 * taps);
    *out                = (struct toeplitz){.signals = signals, .taps = taps, .order = order};
    inshi_status status = fft_real_make(context, points, INSHI_DTYPE_F8, &out->transform);
    if (status)
        return status;
    const int64_t spectra = checked_product(signals * signals, points + 2);
    const int64_t half    = checked_product(order, order + 1);
    out->spectra          = memory_take(context, spectra, sizeof(double), "spectra of correlations");
    out->factor =
        out->spectra ? memory_take(context, half < 0 ? half : half / 2, sizeof(double), "a factor") : NULL;
    out->work    = out->factor ? memory_take(context, 2 * checked_product(signals, order) + 3 * order,
                                             sizeof(double), "the generators of a factor")
                               : NULL;
    out->scratch = out->work ? memory_take(context,
                                           (signals + 2) * (points + 2) * (int64_t)sizeof(double) +
                                               fft_real_scratch(out->transform),
                                           1, "a product")
                             : NULL;
    return out->scratch ? INSHI_OK : INSHI_ERR_MEMORY;
}

void toeplitz_free(inshi_context *context, struct toeplitz *toeplitz)
{
    memory_give(context, toeplitz->scratch);
    memory_give(context, toeplitz->work);
    memory_give(context, toeplitz->factor);
    memory_give(context, toeplitz->spectra);
    fft_real_free(context, toeplitz->transform);
    *toeplitz = (struct toeplitz){0};
}

static int64_t points_of(const struct toeplitz *t)
{
    return fft_good_length(2 * t->taps);
}

/* out_i[s] = sum_k sum_u r_ki[s - u] v_k[u]: the sequence of (k, i) is laid around the circle. */
static void fill_spectra(struct toeplitz *t, const double *r)
{
    const int64_t n = t->signals, points = points_of(t);
    double       *circle = t->scratch;
    void         *rest   = t->scratch + (n + 2) * (points + 2);
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < n; k++) {
            memset(circle, 0, (size_t)points * sizeof *circle);
            for (int64_t d = 0; d < t->taps; d++) {
                circle[d]                     = r[(k * n + i) * t->taps + d];
                circle[(points - d) % points] = r[(i * n + k) * t->taps + d];
            }
            circle[0] = r[(i * n + k) * t->taps];
            fft_real_run(t->transform, circle, t->spectra + (i * n + k) * (points + 2), rest);
        }
}

/* out = G v. */
static void multiply(const struct toeplitz *t, const double *v, double *out)
{
    const int64_t n = t->signals, points = points_of(t), numbers = points + 2;
    double       *x = t->scratch, *sum = x + numbers, *spectra = sum + numbers;
    void         *rest = t->scratch + (n + 2) * numbers;
    for (int64_t k = 0; k < n; k++) {
        memset(x, 0, (size_t)points * sizeof *x);
        memcpy(x, v + k * t->taps, (size_t)t->taps * sizeof *x);
        fft_real_run(t->transform, x, spectra + k * numbers, rest);
    }
    for (int64_t i = 0; i < n; i++) {
        memset(sum, 0, (size_t)numbers * sizeof *sum);
        for (int64_t k = 0; k < n; k++)
            fft_add_products(t->spectra + (i * n + k) * numbers, spectra + k * numbers, points / 2 + 1, sum);
        fft_real_inverse(t->transform, sum, x, rest);
        memcpy(out + i * t->taps, x, (size_t)t->taps * sizeof *x);
    }
}

/* The Cholesky factor of T_0 + load, by rows in the first block of U; then U = L^-1 [T_0 T_1 ...]. False where it is not
 * positive definite. */
static bool first_generator(const struct toeplitz *t, const double *r, double load, double *u)
{
    const int64_t n = t->signals, order = t->order;
    for (int64_t i = 0; i < n; i++)
        for (int64_t d = 0; d < t->taps; d++)
            for (int64_t k = 0; k < n; k++)
                u[i * order + d * n + k] = r[(i * n + k) * t->taps + d] + (d == 0 && k == i ? load : 0);
    for (int64_t i = 0; i < n; i++) {
        const double pivot = u[i * order + i];
        if (!(pivot > LEAST_PIVOT * r[(i * n + i) * t->taps]))
            return false;
        const double scale = 1 / sqrt(pivot);
        for (int64_t c = i; c < order; c++)
            u[i * order + c] *= scale;
        for (int64_t k = i + 1; k < n; k++) {
            const double below = u[i * order + k];
            for (int64_t c = k; c < order; c++)
                u[k * order + c] -= below * u[i * order + c];
            u[k * order + i] = 0;
        }
    }
    return true;
}

/* Turns rows u and v from column c on so that v[c] = 0; false where u'u - v'v is not positive there. */
static bool turn(double *restrict u, double *restrict v, int64_t count, double least)
{
    const double rho = v[0] / u[0], rest = (1 - rho) * (1 + rho);
    if (!(rest > 0) || !(u[0] * u[0] * rest > least))
        return false;
    const double s = sqrt(rest), inverse = 1 / s;
    for (int64_t i = 0; i < count; i++) {
        u[i] = (u[i] - rho * v[i]) * inverse;
        v[i] = s * v[i] - rho * u[i];
    }
    v[0] = 0;
    return true;
}

static bool schur(struct toeplitz *t, const double *r, double load)
{
    const int64_t n = t->signals, order = t->order;
    double       *u = t->work, *v = u + n * order, *row = t->factor;
    if (!first_generator(t, r, load, u))
        return false;
    memcpy(v, u, (size_t)(n * order) * sizeof *v);
    for (int64_t i = 0; i < n; i++)
        memset(v + i * order, 0, (size_t)n * sizeof *v);
    /* U is kept where it is: column c of U belongs to column c + done of R. */
    for (int64_t done = 0; done < order; done += n) {
        const int64_t left = order - done;
        for (int64_t i = 0; i < n && done > 0; i++)
            for (int64_t j = 0; j < n; j++)
                if (!turn(u + i * order + i, v + j * order + done + i, left - i,
                          LEAST_PIVOT * r[(i * n + i) * t->taps]))
                    return false;
        for (int64_t i = 0; i < n; i++) {
            memcpy(row, u + i * order + i, (size_t)(left - i) * sizeof *row);
            row += left - i;
        }
    }
    return true;
}

void toeplitz_factorize(struct toeplitz *t, const double *r)
{
    const int64_t n    = t->signals;
    double        most = 0;
    for (int64_t i = 0; i < n; i++)
        most = fmax(most, r[(i * n + i) * t->taps]);
    fill_spectra(t, r);
    t->load = 0;
    while (!schur(t, r, t->load * most) && t->load < LAST_LOAD)
        t->load = t->load > 0 ? 10 * t->load : FIRST_LOAD;
}

static double dot(const double *a, const double *b, int64_t count)
{
    double  sums[4] = {0, 0, 0, 0}, rest = 0;
    int64_t i = 0;
    for (; i + 4 <= count; i += 4)
        for (int lane = 0; lane < 4; lane++)
            sums[lane] += a[i + lane] * b[i + lane];
    for (; i < count; i++)
        rest += a[i] * b[i];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest;
}

/* y = R^-1 R'^-1 y, unknowns by delay, then signal. */
static void back_and_forth(const struct toeplitz *t, double *restrict y)
{
    const double *row = t->factor;
    for (int64_t m = 0; m < t->order; m++) {
        const double value = y[m] / row[0];
        y[m]               = value;
        for (int64_t c = 1; c < t->order - m; c++)
            y[m + c] -= value * row[c];
        row += t->order - m;
    }
    for (int64_t m = t->order - 1; m >= 0; m--) {
        row -= t->order - m;
        y[m] = (y[m] - dot(row + 1, y + m + 1, t->order - m - 1)) / row[0];
    }
}

static double largest(const double *v, int64_t count)
{
    double most = 0;
    for (int64_t i = 0; i < count; i++)
        most = fabs(v[i]) > most ? fabs(v[i]) : most;
    return most;
}

void toeplitz_solve(const struct toeplitz *t, const double *d, double *c)
{
    const int64_t n = t->signals, order = t->order;
    double       *rest = t->work, *step = rest + order;
    memset(c, 0, (size_t)order * sizeof *c);
    memcpy(rest, d, (size_t)order * sizeof *rest);
    for (int round = 0; round <= REFINEMENTS; round++) {
        for (int64_t i = 0; i < n; i++)
            for (int64_t s = 0; s < t->taps; s++)
                step[s * n + i] = rest[i * t->taps + s];
        back_and_forth(t, step);
        for (int64_t i = 0; i < n; i++)
            for (int64_t s = 0; s < t->taps; s++)
                c[i * t->taps + s] += step[s * n + i];
        multiply(t, c, rest);
        for (int64_t i = 0; i < order; i++)
            rest[i] = d[i] - rest[i];
        if (largest(rest, order) <= ENOUGH * largest(d, order))
            return;
    }
}

double toeplitz_energy(const struct toeplitz *t, const double *v)
{
    double *product = t->work, sum = 0;
    multiply(t, v, product);
    for (int64_t i = 0; i < t->order; i++)
        sum += v[i] * product[i];
    return sum;
}
