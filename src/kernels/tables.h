/* tables.h -- the tables of each instruction set, {float, double}; NULL where the build lacks it. */
#ifndef INSHI_KERNELS_TABLES_H
#define INSHI_KERNELS_TABLES_H

#include "kernels/kernels.h"

extern const struct kernels *const kernels_portable[2];
extern const struct kernels *const kernels_avx2[2];
extern const struct kernels *const kernels_avx512[2];

#endif
