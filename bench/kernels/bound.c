/* bound.c -- see bound.h. Compiled for the instruction set of the machine that it is run on. */
#include "bench/kernels/bound.h"

#include <string.h>

#ifdef __AVX512F__
typedef int64_t vec __attribute__((vector_size(64), aligned(4), may_alias));
#else
typedef int64_t vec __attribute__((vector_size(32), aligned(4), may_alias));
#endif

enum { UNROLLED = 16 }; /* vectors of an item; larger items take several turns */

/* Loads of `count` vectors, which the compiler knows, for every entry: as fast as loads go, with or without prefetch. */
static inline __attribute__((always_inline)) int64_t stream(const struct problem *p, enum side side,
                                                            size_t bytes, const size_t count, size_t offset)
{
    const struct stored *s     = p->x.stored;
    const int32_t       *index = s->indices[side];
    const size_t         real  = (size_t)p->kernels->real_bytes;
    const char          *items = (const char *)p->items + offset, *x = s->values[side];
    vec                  sum[4] = {0};
    int64_t              values = 0;
    for (int64_t at = 0; at < s->nonzeros; at++) {
        const char *w     = items + (size_t)index[at] * bytes,
                   *ahead = items + (size_t)index[at + STORED_AHEAD] * bytes;
        int32_t value;
        for (size_t i = 0; i < count * sizeof(vec); i += 64)
            __builtin_prefetch(ahead + i);
        _Pragma("GCC unroll 16") for (size_t i = 0; i < count; i++) sum[i % 4] ^= ((const vec *)w)[i];
        memcpy(&value, x + (size_t)at * real, sizeof value);
        values ^= value;
    }
    sum[0] ^= sum[1] ^ sum[2] ^ sum[3];
    return sum[0][0] ^ sum[0][1] ^ sum[0][2] ^ sum[0][3] ^ values;
}

void bound_run(const struct problem *p, enum side side)
{
    const size_t            bytes = (size_t)p->kernels->item_stride(p->k) * (size_t)p->kernels->real_bytes;
    static volatile int64_t sink;
    (void)sink;
    for (size_t left = bytes / sizeof(vec), turn; left; left -= turn) {
        turn = left < UNROLLED ? left : UNROLLED;
        switch (turn) {
#define TURN(n)                                                                                              \
    case n:                                                                                                  \
        sink = stream(p, side, bytes, n, bytes - left * sizeof(vec));                                        \
        break;
            TURN(1)
            TURN(2)
            TURN(3)
            TURN(4)
            TURN(5)
            TURN(6) TURN(7) TURN(8) TURN(9) TURN(10) TURN(11) TURN(12) TURN(13) TURN(14) TURN(15) TURN(16)
#undef TURN
        }
    }
}
