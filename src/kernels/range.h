/* range.h -- an orthonormal basis of nearly all that X spans. */
#ifndef INSHI_KERNELS_RANGE_H
#define INSHI_KERNELS_RANGE_H

#include "kernels/kernels.h"

/* For a problem made by problem_share(): rows Q, orthonormal, in the factor of `side`, and the product of Q with X in that of the
 * other, so that their product is nearly X. More powers, nearer. room: 2 k x k numbers. */
inshi_status range_find(struct problem *thin, enum side side, int powers, double *room, uint64_t seed);

/* F <- M F for a factor; M is k x k in double, row by row. */
inshi_status range_rotate(struct problem *thin, enum side side, const double *m);

#endif
