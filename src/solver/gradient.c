/* gradient.c -- gradient steps of a size eta, both factors moved from the same point.
 *
 * Squared Euclidean:  F <- max(0, F + eta (N - C)),        N, C the negative and positive gradient parts
 * any other loss:     F <- max(0, F + eta F / C (N - C)),  a relaxed multiplicative step; eta = 1 is `mu`
 *
 * The Euclidean rule projects: without it entries turn negative at the first step. Its eta has a unit, that of 1 / F^2; the
 * other rule's has none.
 * Cost    one pass over X for both factors: 6 m n k operations (8 with a push; products only for eu: 4)
 * Limits  no step is guaranteed to lower the objective: eta is the user's
 */
#include "solver/solver.h"

static void plan(const struct loss_choice *loss, int64_t k, bool sparse, struct update *update)
{
    (void)k;
    (void)sparse;
    update->move = loss->loss->traits & LOSS_QUADRATIC ? MOVE_PROJECT : MOVE_RELAX;
}

const struct solver solver_gradient = {
    .name    = "gradient",
    .summary = "gradient steps of size --eta, both factors at once: any loss, not monotone",
    .joint   = true,
    .plan    = plan,
};
