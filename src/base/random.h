/* random.h -- random numbers that depend on where they are used, not on the order of use.
 *
 * Philox 4x32 with 10 rounds (J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw. Parallel random numbers: as easy
 * as 1, 2, 3. SC 2011): a bijection of a 128-bit counter under a 64-bit key. The key is the seed, the counter is
 * (row, column, stream), so that one seed gives one matrix for any thread count and memory order.
 */
#ifndef INSHI_BASE_RANDOM_H
#define INSHI_BASE_RANDOM_H

#include <stdint.h>

/* Uniform on [0, 1), 53 bits. row and column below 2^48; stream tells matrices of one seed apart. */
double random_uniform(uint64_t seed, uint32_t stream, int64_t row, int64_t column);

/* Four 32-bit numbers for one counter and key: the published bijection. */
void random_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

#endif
