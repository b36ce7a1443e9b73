/* draw.h -- numbers for tests: splitmix64 (Steele, Lea, Flood 2014), apart from the library's own generator. */
#ifndef TESTS_DRAW_H
#define TESTS_DRAW_H

#include <stdint.h>
#include <stdlib.h>

static inline uint64_t draw_bits(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z          = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z          = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Uniform on [0, 1). */
static inline double draw(uint64_t *state)
{
    return (double)(draw_bits(state) >> 11) * 0x1p-53;
}

/* A whole number from least to most. */
static inline int64_t draw_int(uint64_t *state, int64_t least, int64_t most)
{
    return least + (int64_t)(draw_bits(state) % (uint64_t)(most - least + 1));
}

/* count numbers uniform on [low, high); the caller frees them. */
static inline double *draw_many(uint64_t *state, int64_t count, double low, double high)
{
    double *out = malloc((size_t)(count > 0 ? count : 1) * sizeof *out);
    for (int64_t i = 0; i < count; i++)
        out[i] = low + (high - low) * draw(state);
    return out;
}

#endif
