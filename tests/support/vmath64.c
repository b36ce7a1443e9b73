/* vmath64.c -- the vector functions as the AVX-512 kernels have them, but for the instructions. */
#define VBYTES  64
#define FLAVOUR "64 bytes"
#define TABLES  vmath64
#include "support/vmath.h"
const struct vmath *vmath64(int index);
#include "support/vmath_build.inc"
