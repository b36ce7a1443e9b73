/* ccd.c -- cyclic coordinate descent on the Kullback-Leibler divergence.
 *
 * For each component l in turn, with y = Wh kept up to date for every column at once,
 *     h_l <- max(0, h_l + (N / P) (N - P) / C),  N = sum_i w_il x_i / y_i,  P = sum_i w_il,  C = sum_i w_il^2 x_i / y_i^2.
 * It is Newton's step on 1 / N(h_l) = 1 / P. 1 / N is nearly a line (and is one where a single entry of the column counts), where
 * N itself is a hyperbola: Newton's step on N = P goes far beyond the minimum where N < P, and raises the objective on sparse X.
 * Of an entry's y a step leaves a millionth at least (float: a thousandth): less would be the rounding of a difference, and two such
 * entries would move the next components anywhere.
 *   C.-J. Hsieh, I. S. Dhillon. Fast coordinate descent methods with variable selection for non-negative matrix
 *     factorization. KDD 2011.
 *   P. Carbonetto, A. Sarkar, Z. Wang, M. Stephens. Non-negative matrix factorization algorithms greatly improve topic
 *     model fits. arXiv:2105.13440, 2021. (with extrapolation)
 *
 * Cost    about 10 m n k operations and m n k divisions a factor
 * Scratch two panels of the height of X a thread
 * Limits  kl only
 */
#include "solver/solver.h"

static void plan(const struct loss_choice *loss, int64_t k, bool sparse, struct update *update)
{
    (void)k;
    (void)loss;
    update->move   = MOVE_COORDINATES;
    update->sweeps = sparse ? 2 : 1;
}

static int64_t warm(const struct loss_choice *loss, int64_t k, bool sparse)
{
    (void)loss, (void)k;
    return sparse ? 0 : 60; /* on text the stand-in leads to worse minima than multiplicative steps */
}

/* Measured on faces and spectra: bench/results. */
static const struct pace pace = {.beta = 0.5, .grow = 1.05, .grow_most = 1.02, .shrink = 1.5, .most = 0.99};

/* Measured on text and counts of genes: bench/results. The schedule of fastTopics (Carbonetto et al.). */
static const struct pace sparse_pace = {
    .beta = 0.5, .grow = 1.1, .grow_most = 1.05, .shrink = 1 / 0.75, .most = 0.99, .keep = 0.02};

const struct solver solver_ccd = {
    .name           = "ccd",
    .summary        = "cyclic coordinate descent: kl, fast for large k",
    .needs          = LOSS_PUSH_IS_ONE,
    .revives        = true,
    .pace           = &pace,
    .sparse_pace    = &sparse_pace,
    .warm           = warm,
    .sparse_opening = 10,
    .plan           = plan,
};
