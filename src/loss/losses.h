/* losses.h -- the list of divergences, and what a solver may know of one.
 *
 * A loss is a file here: formula, traits, value, the two nonnegative gradient parts and the curvature, written
 * once over `vec`, which is a real number in portable.c and tests and a vector in the SIMD kernels. To add one,
 * see docs/add-a-loss.md: one file, and one line in loss/list.inc.
 */
#ifndef INSHI_LOSS_LOSSES_H
#define INSHI_LOSS_LOSSES_H

#include <stdbool.h>
#include "base/context.h"

enum loss_trait {
    LOSS_QUADRATIC =
        1,           /* the gradient is linear in Y: products with X and Gram matrices serve               */
    LOSS_CONVEX = 2, /* convex in y                                                                        */
    LOSS_PUSH_IS_ONE =
        4, /* dd/dy = 1 - pull: the sums of the other factor are the whole positive part         */
    LOSS_PARAMETER =
        8, /* named with a number, "name:B"                                                      */
    LOSS_HAS_UNIT =
        16 /* d(cx|cy) is not c^B d(x|y): the data must not be rescaled                          */
};

enum loss_id {
#define LOSS_ROW(name, summary, traits, order) LOSS_ID_##name,
#include "loss/list.inc"
#undef LOSS_ROW
    LOSS_COUNT
};

struct loss {
    enum loss_id id;
    const char  *name, *summary;
    double order; /* the B whose exponent, degree and lifting of zeros this loss shares; else its parameter */
    unsigned traits;
};

/* A loss with its order or parameter: beta is 2 for eu, 1 for kl, 0 for is. */
struct loss_choice {
    const struct loss *loss;
    double             beta;
};

/* The row of the list, NULL outside 0 <= index < LOSS_COUNT. */
const struct loss *loss_at(int index);

/* Parses "eu", "kl", "is", "beta:B"; beta:2, beta:1 and beta:0 give the first three. ARGUMENT, with a suggestion. */
inshi_status loss_find(inshi_context *context, const char *name, struct loss_choice *out);

/* True where entries of X that are 0 add what the factors' sums or Gram matrices say, so that the others are all a pass looks at. */
static inline bool loss_by_entries(struct loss_choice loss)
{
    return loss.loss->traits & (LOSS_QUADRATIC | LOSS_PUSH_IS_ONE);
}

/* True where X must be lifted to a positive floor: the divergence has no finite value at x = 0. */
bool loss_needs_positive(struct loss_choice loss);

/* Exponent of F <- F (pull / push)^e that never raises the divergence (Fevotte, Idier: Algorithms for nonnegative
 * matrix factorization with the beta-divergence, Neural Computation 23(9), 2011; 1 on [0, 1) by their section 4 and,
 * at B = 0, because it is the step to the point of equal auxiliary value). With an l2 penalty the majoriser has one more term, and the
 * exponent is 1 / (3 - B) up to B = 2 (Tan, Fevotte: Automatic relevance determination in NMF with the
 * beta-divergence, TPAMI 35(7), 2013). */
double loss_exponent(struct loss_choice loss, bool squared_penalty);

/* One entry in double: the divergence, and the parts of its derivative dd/dy = push - pull. */
double loss_value(struct loss_choice loss, double x, double y);
double loss_pull(struct loss_choice loss, double x, double y);
double loss_push(struct loss_choice loss, double x, double y);

#endif
