/* avx2.c -- the kernels for AVX2 with FMA: 32-byte vectors, 16 registers, register tiles of 4 x 3 vectors. */
#include "kernels/tables.h"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

#define VBYTES   32
#define ROWS     4
#define ISA_NAME "avx2"
enum { lanes_f64 = 24, lanes_f32 = 24 };
#include "kernels/wide.inc"

const struct kernels *const kernels_avx2[2] = {&table_f32, &table_f64};
#else
const struct kernels *const kernels_avx2[2] = {0};
#endif
