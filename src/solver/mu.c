/* mu.c -- multiplicative updates (majorisation-minimisation).
 *
 *     F <- F (N / C)^e,   N, C the negative and positive gradient parts, C with the penalties
 *
 * first for H, then for W at the new H. The loss knows the exponent e for which no step raises the objective.
 *   D. D. Lee, H. S. Seung. Algorithms for non-negative matrix factorization. NIPS 13, 2001. (eu, kl)
 *   C. Fevotte, J. Idier. Algorithms for nonnegative matrix factorization with the beta-divergence. Neural
 *     Computation 23(9), 2011. (the exponent)
 *
 * Cost    4 m n k operations a factor (6 with a push; products only for eu: 2)
 * Limits  linear rate, slow near the end; an exact zero stays zero
 * Held by tests/property/test_monotone.c
 */
#include "solver/solver.h"

static void plan(const struct loss_choice *loss, int64_t k, bool sparse, struct update *update)
{
    (void)loss, (void)k, (void)sparse;
    update->move = MOVE_MULTIPLY;
}

const struct solver solver_mu = {
    .name    = "mu",
    .summary = "multiplicative updates: any loss, monotone, slow near the end",
    .plan    = plan,
};
