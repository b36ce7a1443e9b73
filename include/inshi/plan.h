/* plan.h -- what a fit will take, before it starts. */
#ifndef INSHI_PLAN_H
#define INSHI_PLAN_H

#include <stdint.h>
#include "inshi/context.h"
#include "inshi/matrix.h"
#include "inshi/options.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct inshi_estimate {
    int64_t x_bytes, factor_bytes; /* X as it is stored; W and H                                          */
    int64_t peak_bytes;            /* the most that is held at once, X, W and H included                  */
    int64_t left_bytes;            /* that can be taken now; INT64_MAX where nothing is known             */
    int     packed;                /* 1: with a packed copy of X                                          */
    int     fits;
    double  seconds;               /* of all iterations and restarts; NaN where not measured              */
    double  seconds_per_iteration; /* of a late one                                                      */
    const char *solver;            /* what "auto" chooses; static text                                    */
} inshi_estimate;

/* Foretells inshi_fit of an X of that shape, type and layout (its data may be NULL) with W and H of dtype (f4 or f8).
 * measure: also the time, from a short fit of a made X that is no larger (up to a few seconds); what a tolerance
 * would save is not known, so it is the time of all iterations.
 * Memory is counted by the code that takes it. Where it does not suffice, MEMORY: the sentence says what would fit, and
 * out is filled but for the time. Other errors as inshi_fit finds them without looking at entries. */
INSHI_API inshi_status inshi_plan(inshi_context *context, inshi_matrix x, int64_t k, inshi_dtype dtype,
                                  const inshi_options *options, int measure, inshi_estimate *out);

#ifdef __cplusplus
}
#endif
#endif
