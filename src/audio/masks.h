/* masks.h -- what share of each time and frequency is a source's. */
#ifndef INSHI_AUDIO_MASKS_H
#define INSHI_AUDIO_MASKS_H

#include "audio/separation.h"

/* The model of some frames. */
struct masks_job {
    const inshi_separation *s;
    inshi_matrix x, h;  /* bins x frames, k x frames: columns contiguous, of the model's dtype        */
    double      *masks; /* out: [source][frame][bin], of inshi_separation_count() sources              */
};

/* Shares >= 0 that add up to 1 in every bin: P_j^e / sum P_i^e of the parts P of WH, with e the mask's exponent; all to
 * the largest (the first of equals) where it is infinite; 1 / sources each where all are 0. INTERRUPTED. */
inshi_status masks_fill(inshi_context *context, struct masks_job *job);

#endif
