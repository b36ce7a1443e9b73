/* vmath32.c -- the vector functions as the AVX2 kernels have them. */
#define VBYTES  32
#define FLAVOUR "32 bytes"
#define TABLES  vmath32
#include "support/vmath.h"
const struct vmath *vmath32(int index);
#include "support/vmath_build.inc"
