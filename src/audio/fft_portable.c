/* fft_portable.c -- the passes of a transform for any processor. */
#define FFT_MIXED fft_mixed_portable
#include "audio/fft_passes.h"
