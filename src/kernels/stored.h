/* stored.h -- X by its stored entries, compressed by the items of each side: columns for H, rows for W.
 *
 * Items may stand in another order than in X: those with the most entries first, so that the items of a panel have
 * nearly as many each. The factors of the problem then have that order too; `order` leads back. */
#ifndef INSHI_KERNELS_STORED_H
#define INSHI_KERNELS_STORED_H

#include "kernels/kernels.h"

/* How entries are copied. */
struct stored_wish {
    double                 scale, lift;  /* entry = max(scale x, lift) */
    const double          *column_scale; /* times this of its column; NULL = 1 */
    const struct observed *observed;     /* entries that do not count are left out; NULL = all count alike */
};

/* Takes the memory for a copy of a CSR or CSC matrix of which the shape and the number of entries are known; sorted: the
 * items of a side by the number of their entries, else in the order of X; weighing: entries may be left out, or weigh. *out is for stored_destroy() after a failure too.
 * The second function takes and gives back what filling it will need for a while. */
inshi_status stored_take(inshi_context *context, const struct kernels *kernels, inshi_matrix matrix,
                         const bool sorted[2], enum weighing weighing, struct stored *out);
inshi_status stored_take_and_give_scratch(inshi_context *context, const struct kernels *kernels,
                                          inshi_matrix matrix, enum weighing weighing, struct stored *out);

/* Copies a matrix that has been checked. Both layouts of one X give the same bits. */
inshi_status stored_fill(inshi_context *context, const struct kernels *kernels, inshi_matrix matrix,
                         const struct stored_wish *wish, struct stored *out);

/* Gives back all but the order of the items; all. */
void stored_release(inshi_context *context, struct stored *stored);
void stored_destroy(inshi_context *context, struct stored *stored);

/* The sum of d(0, y) over all entries of WH, which the values of stored entries are relative to. */
inshi_status problem_nothing(struct problem *problem, struct loss_choice loss, double *sum);

#endif
