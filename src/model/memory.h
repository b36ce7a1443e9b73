/* memory.h -- how much memory a call takes, before it takes it. */
#ifndef INSHI_MODEL_MEMORY_H
#define INSHI_MODEL_MEMORY_H

#include "model/plan.h"

/* Takes all memory of a call on the plan's context, with or without a packed copy of X, and gives it back. Where the
 * context counts, nothing in it is touched. */
typedef inshi_status (*memory_taker)(struct plan *plan, bool packs);

/* The most that a call holds at once beside X, W and H. Whatever the taker fails with, MEMORY. */
inshi_status memory_count(const struct plan *plan, memory_taker taker, bool packs, int64_t *bytes);

/* The same for another rank and type of numbers. */
inshi_status memory_count_as(const struct plan *plan, memory_taker taker, bool packs, int64_t k,
                             inshi_dtype dtype, int64_t *bytes);

/* Whether there is room for a packed copy of X; where there is not, a warning says so. MEMORY where the rest does not
 * fit either: the sentence says what would. */
inshi_status memory_choose(struct plan *plan, memory_taker taker, bool *packs);

#endif
