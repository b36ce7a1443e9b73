/* wide64.c -- the source of the AVX-512 kernels, built for what this machine has: the compiler lowers each 64-byte
 * vector to two of 32, so that all but the instruction selection of avx512.c can be tested anywhere. */
#include "support/tables.h"

#include <math.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

#define VBYTES   64
#define ROWS     8
#define ISA_NAME "wide64"
enum { lanes_f64 = 24, lanes_f32 = 48 };
#include "kernels/wide.inc"

const struct kernels *const kernels_wide64[2] = {&table_f32, &table_f64};
