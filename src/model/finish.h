/* finish.h -- scale and order of the factors in the caller's arrays. */
#ifndef INSHI_MODEL_FINISH_H
#define INSHI_MODEL_FINISH_H

#include "model/plan.h"

/* Scales the columns of W as the plan says, H by the inverse, and sorts the components by sum(w) sum(h), largest first,
 * ties by index, where the plan sorts. A component of zero mass becomes zero in both factors where
 * neither was given and nothing is penalised. */
inshi_status finish_factors(struct plan *plan);

#endif
