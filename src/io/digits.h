/* digits.h -- eight decimal digits at a time in a 64-bit word (D. Lemire, Quickly parsing eight digits, 2018). */
#ifndef INSHI_IO_DIGITS_H
#define INSHI_IO_DIGITS_H

#include <stdint.h>
#include <string.h>

/* How many of the 8 bytes at `at` are digits before the first that is none; *word: their values, a byte each, the first in
 * the lowest byte, what follows them is anything. */
static inline int digits_count(const char *at, uint64_t *word)
{
    memcpy(word, at, sizeof *word);
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    *word = __builtin_bswap64(*word);
#endif
    *word ^= UINT64_C(0x3030303030303030);
    /* of the first byte that is no digit the high half is not 0, also after 6 is added; only bytes behind it see a carry */
    const uint64_t others = (*word | (*word + UINT64_C(0x0606060606060606))) & UINT64_C(0xf0f0f0f0f0f0f0f0);
    return others ? __builtin_ctzll(others) / 8 : 8;
}

/* The number that the first count (1 to 8) digits of word make. */
static inline uint64_t digits_value(uint64_t word, int count)
{
    word <<= 64 - 8 * count;
    word = (word * 10 + (word >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
    word = (word * 100 + (word >> 16)) & UINT64_C(0x0000ffff0000ffff);
    return (word * 10000 + (word >> 32)) & UINT64_C(0x00000000ffffffff);
}

#endif
