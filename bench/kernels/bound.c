/* bound.c -- see bound.h. Compiled for the instruction set of the machine that it is run on. */
#include "bench/kernels/bound.h"

#include <string.h>

#ifdef __AVX512F__
typedef int64_t vec __attribute__((vector_size(64), aligned(4), may_alias));
#else
typedef int64_t vec __attribute__((vector_size(32), aligned(4), may_alias));
#endif

void bound_run(const struct problem *p, enum side side)
{
    const struct stored    *s      = p->x.stored;
    const size_t            bytes  = (size_t)p->kernels->item_stride(p->k) * (size_t)p->kernels->real_bytes;
    const int64_t           count  = p->factor[side].count;
    vec                     sum[4] = {0};
    int64_t                 values = 0;
    static volatile int64_t sink;
    (void)sink;
    for (int64_t item = 0; item < count; item++)
        for (int64_t at = s->pointers[side][item]; at < s->pointers[side][item + 1]; at++) {
            const char *w = (const char *)p->items + (size_t)s->indices[side][at] * bytes;
            int32_t     value;
            for (size_t i = 0, turn = 0; i + sizeof(vec) <= bytes; i += sizeof(vec), turn++)
                sum[turn % 4] ^= *(const vec *)(w + i);
            memcpy(&value, (const char *)s->values[side] + (size_t)at * (size_t)p->kernels->real_bytes,
                   sizeof value);
            values ^= value;
        }
    sum[0] ^= sum[1] ^ sum[2] ^ sum[3];
    sink = sum[0][0] ^ sum[0][1] ^ sum[0][2] ^ sum[0][3] ^ values;
}
