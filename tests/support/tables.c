/* tables.c -- see tables.h. */
#include "support/tables.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include "kernels/tables.h"

static bool runs_avx2(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return true; /* the compiler lowers the vectors to what there is */
#endif
}

static bool runs_avx512(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

const struct kernels *test_table(int index)
{
    const struct kernels *const *const all[] = {kernels_portable, runs_avx2() ? kernels_avx2 : NULL,
                                                runs_avx512() ? kernels_avx512 : NULL,
                                                runs_avx2() ? kernels_wide64 : NULL};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        for (int type = 0; all[i] && type < 2; type++)
            if (all[i][type] && index-- == 0)
                return all[i][type];
    return NULL;
}

const char *table_name(const struct kernels *table)
{
    static char name[32];
    snprintf(name, sizeof name, "%s f%d", table->isa, 8 * table->real_bytes);
    return name;
}

double table_epsilon(const struct kernels *table)
{
    return table->real_bytes == 8 ? DBL_EPSILON / 2 : (double)FLT_EPSILON / 2;
}

double real_at(const struct kernels *table, const void *block, int64_t i)
{
    return table->real_bytes == 8 ? ((const double *)block)[i] : (double)((const float *)block)[i];
}

void real_set(const struct kernels *table, void *block, int64_t i, double value)
{
    if (table->real_bytes == 8)
        ((double *)block)[i] = value;
    else
        ((float *)block)[i] = (float)value;
}

void *real_block(const struct kernels *table, int64_t count, double value)
{
    const size_t bytes = (size_t)count * (size_t)table->real_bytes;
    void        *block = aligned_alloc(64, (bytes + 64) / 64 * 64);
    for (int64_t i = 0; i < count; i++)
        real_set(table, block, i, value);
    return block;
}

int64_t panel_index(const struct kernels *table, int64_t k, int64_t component, int64_t item)
{
    const int64_t T = table->lanes;
    return item / T * k * T + component * T + item % T;
}

void *to_panels(const struct kernels *table, const double *factor, int64_t k, int64_t count)
{
    const int64_t T = table->lanes, panels = (count + T - 1) / T;
    void         *block = real_block(table, panels * k * T, 0);
    for (int64_t l = 0; l < k; l++)
        for (int64_t j = 0; j < count; j++)
            real_set(table, block, panel_index(table, k, l, j), factor[l * count + j]);
    return block;
}
