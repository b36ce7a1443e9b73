/* memory.h -- how much memory a call takes, before it takes it. */
#ifndef INSHI_MODEL_MEMORY_H
#define INSHI_MODEL_MEMORY_H

#include "model/plan.h"

/* Takes all memory of a call on the plan's context, with or without a packed copy of X, and gives it back. Where the
 * context counts, nothing in it is touched. */
typedef inshi_status (*memory_taker)(struct plan *plan, bool packs);

/* What a call would hold at the most, with and without a packed copy of X, and what is left for it. */
struct memory_forecast {
    int64_t with, without, left;
    bool    packs;
};

/* all: X, W and H are still to come and count too. MEMORY where it does not fit: the sentence says what would. */
inshi_status memory_foretell(const struct plan *plan, memory_taker taker, bool all,
                             struct memory_forecast *out);

/* Whether there is room for a packed copy of X; where there is not, a warning says so. MEMORY where the rest does not
 * fit either: the sentence says what would. */
inshi_status memory_choose(struct plan *plan, memory_taker taker, bool *packs);

#endif
