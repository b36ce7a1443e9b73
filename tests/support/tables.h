/* tables.h -- the kernel tables that this machine can run, and factors in their panels. */
#ifndef TESTS_TABLES_H
#define TESTS_TABLES_H

#include "kernels/kernels.h"

/* Every table: portable, avx2, avx512 (where the machine has them) and the 64-byte source shape of avx512 built for
 * AVX2; float and double. NULL past the end. */
const struct kernels *test_table(int index);

/* "avx2 f64", ...: static storage. */
const char *table_name(const struct kernels *table);

/* Half the distance of 1 to the next number of the table's type. */
double table_epsilon(const struct kernels *table);

/* Number i of a block of the table's type, read and written. */
double real_at(const struct kernels *table, const void *block, int64_t i);
void   real_set(const struct kernels *table, void *block, int64_t i, double value);

/* count numbers of the table's type, aligned to 64, all `value`; free() gives them back. */
void *real_block(const struct kernels *table, int64_t count, double value);

/* A factor, k x count (component first), in panels; lanes behind the last item are 0. free() gives it back. */
void *to_panels(const struct kernels *table, const double *factor, int64_t k, int64_t count);

/* Where entry (component, item) of a factor in panels is. */
int64_t panel_index(const struct kernels *table, int64_t k, int64_t component, int64_t item);

/* The tables of wide64.c, {float, double}. */
extern const struct kernels *const kernels_wide64[2];

#endif
