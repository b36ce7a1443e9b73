/* hals.c -- hierarchical alternating least squares: exact coordinate descent on the squared Euclidean loss.
 *
 * With B = W'X and G = W'W, one sweep over the components of every column of H is
 *     h_l <- max(0, h_l + (B_l - sum_q G_lq h_q) / G_ll),
 * and likewise for W with XH' and HH'. Several sweeps share one product with X, which costs far more.
 *   A. Cichocki, A.-H. Phan. Fast local algorithms for large scale nonnegative matrix and tensor factorizations.
 *     IEICE Transactions E92-A(3), 2009.
 *   N. Gillis, F. Glineur. Accelerated multiplicative updates and hierarchical ALS algorithms for nonnegative matrix
 *     factorization. Neural Computation 24(4), 2012. (several sweeps)
 *
 * Near an exact factorization the sweeps work on the residual (kernels.h: net), and there are more of them: G is then nearly
 * singular, and more rounds shorten the swamps.
 *
 * Cost    2 m n k operations a factor for the product, 2 k^2 for each item and sweep
 * Limits  squared Euclidean loss only
 * Held by tests/property/test_monotone.c
 */
#include "solver/solver.h"

static void plan(const struct loss_choice *loss, int64_t k, bool sparse, struct update *update)
{
    (void)loss;
    update->move   = MOVE_SWEEP;
    update->sweeps = update->near               ? 20
                     : sparse && k > SOLVER_FEW ? 12
                                                : 8; /* fewer end in worse minima there */
}

/* In float, where the fit is in double. */
static int64_t warm(const struct loss_choice *loss, int64_t k, bool sparse)
{
    (void)loss, (void)k;
    return sparse ? 0 : 60;
}

/* Measured on faces, spectra, planted data, text and counts of genes: bench/results. */
static const struct pace pace = {.beta = 0.5, .grow = 1.01, .grow_most = 1.005, .shrink = 1.5, .most = 1};

const struct solver solver_hals = {
    .name         = "hals",
    .summary      = "hierarchical alternating least squares: eu, monotone, fast",
    .needs        = LOSS_QUADRATIC,
    .revives      = true,
    .pace         = &pace,
    .warm         = warm,
    .sparse_steps = true,
    .plan         = plan,
};
