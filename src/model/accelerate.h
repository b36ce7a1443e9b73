/* accelerate.h -- extrapolation with restart, once for every solver.
 *
 * Each factor, once moved to n, goes on to y = max(0, n + beta (n - n_before)) before the other factor moves. The
 * objective of the pair of y's is known at the next look. Where it is not above that of the accepted pair, it is
 * accepted and beta grows. Otherwise the problem returns to exactly the accepted pair and makes a plain step, which
 * cannot be worse but for rounding, and beta shrinks. Where a solver's plain step may rise after all, a
 * multiplicative step from the accepted pair follows, which never does.
 *   A. M. S. Ang, N. Gillis. Accelerating nonnegative matrix factorization algorithms using extrapolation. Neural
 *     Computation 31(2), 2019.
 */
#ifndef INSHI_MODEL_ACCELERATE_H
#define INSHI_MODEL_ACCELERATE_H

#include "kernels/kernels.h"
#include "solver/solver.h"

struct accelerator {
    struct problem    *problem;
    const struct pace *pace;
    void              *plain[2], *accepted[2]; /* panels: n, and the accepted pair  */
    double             beta, beta_before, beta_most;
    double             objective;    /* of the accepted pair           */
    double             slack;        /* a rise up to this is rounding  */
    bool               extrapolated; /* the last step, by a beta above 0 */
    bool               falters;      /* a plain step has been rejected   */
};

/* What a look has shown; unless accepted, the problem stands at the accepted pair again. */
enum verdict { VERDICT_ACCEPTED, VERDICT_STEP_PLAINLY, VERDICT_STEP_SAFELY };

inshi_status accelerator_create(struct accelerator *accelerator, struct problem *problem,
                                const struct pace *pace);
void         accelerator_destroy(struct accelerator *accelerator);

/* Before the first iteration of a start. */
inshi_status accelerator_begin(struct accelerator *accelerator);

/* Judges the point where the problem stands by its objective. force: accept whatever it is. */
inshi_status accelerator_judge(struct accelerator *accelerator, double objective, bool force,
                               enum verdict *verdict);

/* After a factor has moved: from n to y, or where plainly is true only noted as n. */
inshi_status accelerator_extrapolate(struct accelerator *accelerator, enum side side, bool plainly);

#endif
