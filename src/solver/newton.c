/* newton.c -- proximal Newton steps for every column of H, then every row of W.
 *
 * For a column h with y = Wh, g the gradient and c the curvature of the loss at y,
 *     d = argmin g'd + d'Qd/2 over h + d >= 0,   Q = sum_i c_i w_i w_i',   h <- h + d,
 * by a few rounds of coordinate descent on the k x k quadratic. c is the second derivative for kl, the expected one (Fisher
 * scoring) y^(B-2) elsewhere. No line search: the loop judges the objective, returns to the accepted pair where it
 * rose, and steps multiplicatively from there.
 *   Q. T. Dinh, A. Kyrillidis, V. Cevher. Composite self-concordant minimization. JMLR 16, 2015.
 *
 * Cost    4 m n k + m n k (k + 1) operations a factor
 * Scratch k (k + 1) / 2 numbers for each column of one panel a thread
 * Limits  the cost grows with k^2: for k above 32 see ccd.c
 */
#include "solver/solver.h"

static void plan(const struct loss_choice *loss, int64_t k, bool sparse, struct update *update)
{
    (void)loss, (void)k, (void)sparse;
    update->move   = MOVE_NEWTON;
    update->sweeps = 5;
}

/* Measured on faces, spectra and spectrograms (bench/results/experiments.md): long for kl, which it serves best; short
 * or not at all for losses that weigh small entries more. */
static int64_t warm(const struct loss_choice *loss, int64_t k, bool sparse)
{
    (void)sparse;
    if (loss->beta >= 1)
        return 60;
    return k >= 12 ? 10 : 0;
}

/* Measured on faces, spectra and spectrograms: bench/results. */
static const struct pace pace = {.beta = 0.5, .grow = 1.05, .grow_most = 1.02, .shrink = 1.5, .most = 0.99};

const struct solver solver_newton = {
    .name           = "newton",
    .summary        = "proximal Newton steps, Fisher scoring for is and beta: any loss, fast for small k",
    .revives        = true,
    .pace           = &pace,
    .opening        = 20,
    .sparse_opening = 20,
    .warm           = warm,
    .plan           = plan,
};
