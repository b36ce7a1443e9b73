/* bound.h -- the byte bound of a half-step over stored entries. */
#ifndef BENCH_BOUND_H
#define BENCH_BOUND_H

#include "kernels/kernels.h"

/* Reads what a half-step of this side has to read: index and value of every stored entry, and the other factor's
 * item for each, with vector loads and additions alone. problem->items holds the items. */
void bound_run(const struct problem *problem, enum side side);

#endif
