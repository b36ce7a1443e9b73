/* fft_passes.h -- defines FFT_MIXED, the passes of a transform; included once by the file of each instruction set. */
#include <string.h>
#include "audio/fft_plan.h"

enum { ODD_HALF = LARGEST_RADIX / 2 };

/* No turn of the loop below reads what another one writes. */
#if defined(__clang__)
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define INDEPENDENT _Pragma("GCC ivdep")
#endif

#define BOTH_TYPES "audio/fft_passes.inc"
#include "audio/both_types.h"

void FFT_MIXED(const struct fft *plan, void *re, void *im, void *scratch)
{
    if (plan->dtype == INSHI_DTYPE_F4)
        mixed_f4(plan, re, im, scratch);
    else
        mixed_f8(plan, re, im, scratch);
}
