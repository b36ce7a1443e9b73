/* avx512.c -- the kernels for AVX-512: 64-byte vectors, 32 registers, register tiles of 8 x 3 vectors. */
#include "kernels/tables.h"

#if defined(__AVX512F__)
#include <immintrin.h>

#define VBYTES   64
#define ROWS     8
#define ISA_NAME "avx512"
enum { lanes_f64 = 24, lanes_f32 = 48 };
#include "kernels/wide.inc"

const struct kernels *const kernels_avx512[2] = {&table_f32, &table_f64};
#else
const struct kernels *const kernels_avx512[2] = {0};
#endif
