/* fft_avx2.c -- the passes of a transform for AVX2 and FMA. */
#if defined(__AVX2__)
#define FFT_MIXED fft_mixed_avx2
#include "audio/fft_passes.h"
#else
typedef int fft_avx2_is_for_x86;
#endif
