/* fft_plan.h -- the plan of a transform, for the files that run it. */
#ifndef INSHI_AUDIO_FFT_PLAN_H
#define INSHI_AUDIO_FFT_PLAN_H

#include "audio/fft.h"

enum { LARGEST_RADIX = 47, MOST_PASSES = 32 };

/* All passes of a mixed-radix plan, in place; re, im and scratch are of the plan's dtype. */
typedef void fft_mixed(const struct fft *plan, void *re, void *im, void *scratch);

fft_mixed fft_mixed_portable, fft_mixed_avx2;

struct pass {
    int         radix;
    int64_t     groups, inner;
    const void *turns;  /* for r = 1 ...: inner real parts, inner imaginary parts */
    const void *circle; /* radix turns */
};

struct fft {
    inshi_dtype dtype;
    int64_t     length;
    int         passes;
    struct pass pass[MOST_PASSES];
    void       *turns;
    fft_mixed  *mixed;  /* its passes, for an instruction set */
    struct fft *inner;  /* Bluestein: of 2 n - 1 points or more; NULL = mixed radix */
    double     *chirp;  /* n real parts, n imaginary parts of exp(-i pi j^2 / n)     */
    double     *filter; /* the transform of its conjugate, over the inner length      */
};

#endif
