/* solver.h -- what a solver is: one rule a file, and the list.
 *
 * A solver says how one factor moves, given the parts of the gradient at the point where it stands. It holds no
 * loop over entries of X and no word about number types, instruction sets or threads: those are in kernels.h.
 * Iterating, stopping, history and restarts are in model/fit.c, once.
 */
#ifndef INSHI_SOLVER_SOLVER_H
#define INSHI_SOLVER_SOLVER_H

#include <stdbool.h>
#include "kernels/kernels.h"
#include "loss/losses.h"

/* The schedule of the extrapolation; see model/accelerate.h. */
struct pace {
    double beta;            /* at the start                                     */
    double grow, grow_most; /* of beta and of its bound after an accepted point */
    double shrink;          /* of beta after a rejected one                     */
    double most;            /* beta's bound never grows beyond                  */
    double
        keep; /* of an entry is left at least, where its fall is extrapolated: then none becomes zero by that */
};

struct solver {
    const char *name, *summary;
    unsigned    needs;   /* traits (enum loss_trait) that the loss must have                             */
    bool        revives; /* a component that has become zero can come back from zero in one factor   */
    const struct pace *pace;        /* NULL: not extrapolated                                              */
    const struct pace *sparse_pace; /* where few entries of X are not 0; NULL: pace                 */
    bool joint; /* both factors move from the same point; otherwise H first, then W from the new H */

    /* Most iterations of hals on the Euclidean stand-in (model/warm.c) before all else; NULL = none. */
    int64_t (*warm)(const struct loss_choice *loss, int64_t k, bool sparse);
    int64_t opening; /* multiplicative iterations then; none after a warm start for a loss with B >= 1 */
    int64_t
        sparse_opening; /* where few entries of X are not 0: which minimum is found depends on the beginning */
    bool
        sparse_steps; /* and with few components (SOLVER_FEW) less often, by several steps from one product with X: eu only */

    /* How a factor moves: fills the update that the loop then runs, which holds the multiplicative one. */
    void (*plan)(const struct loss_choice *loss, int64_t k, bool sparse, struct update *update);
};

/* The row of the list, NULL outside. */
const struct solver *solver_at(int index);
const struct solver *solver_find(const char *name); /* NULL where there is none */

/* True where the solver minimises this loss. */
bool solver_supports(const struct solver *solver, const struct loss_choice *loss);

/* How the solver's steps are extrapolated; NULL: not. */
static inline const struct pace *solver_pace(const struct solver *solver, bool sparse)
{
    return sparse && solver->sparse_pace ? solver->sparse_pace : solver->pace;
}

/* Up to so many components sparse X is begun with SOLVER_STEPS steps a product, where the solver does that. */
enum { SOLVER_FEW = 32, SOLVER_STEPS = 4, SOLVER_PRODUCTS = 3 };

static inline bool solver_steps(const struct solver *solver, int64_t k, bool sparse)
{
    return sparse && solver->sparse_steps && k <= SOLVER_FEW;
}

/* Multiplicative iterations before the solver's own. */
static inline int64_t solver_opening(const struct solver *solver, int64_t k, bool sparse)
{
    return solver_steps(solver, k, sparse) ? SOLVER_PRODUCTS
           : sparse                        ? solver->sparse_opening
                                           : solver->opening;
}

/* What "auto" stands for. sparse: few entries of X are not 0, in whatever layout X is; peaked: a few are far above the mean. */
const struct solver *solver_auto(const struct loss_choice *loss, int64_t k, bool sparse, bool peaked);

/* The list: a solver is a file that defines solver_NAME, and a name here. */
#define SOLVER_LIST(ROW) ROW(gradient) ROW(mu) ROW(hals) ROW(newton) ROW(ccd)

#define SOLVER_DECLARE(name) extern const struct solver solver_##name;
SOLVER_LIST(SOLVER_DECLARE)
#undef SOLVER_DECLARE

#endif
