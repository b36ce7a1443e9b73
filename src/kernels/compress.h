/* compress.h -- X by two thin matrices, for the first iterations of a least squares fit. */
#ifndef INSHI_KERNELS_COMPRESS_H
#define INSHI_KERNELS_COMPRESS_H

#include "kernels/kernels.h"

/* X is nearly part[SIDE_W]' part[SIDE_H], both of `rank` rows, packed like X. */
struct compression {
    struct problem thin;    /* rank: its k; 0 = nothing is compressed */
    struct tiles   part[2]; /* its factors, read as matrices          */
    void          *core;    /* a factor's product with its part, k x rank in panels */
};

/* The rank for a dense m x n X and factors of rank k, in numbers of so many bytes: 0 where it would not pay, or take too much memory. */
int64_t compression_rank(int64_t m, int64_t n, int64_t k, int lanes, int real_bytes);

/* Takes the memory, for the kernels in which the first iterations run. For compression_destroy() after a failure too. */
inshi_status compression_take(struct compression *compression, const struct problem *from,
                              const struct kernels *kernels, int64_t rank);

/* What products with the parts cost, as a share of what those with X do. */
double compression_share(const struct compression *compression);

/* X of a packed problem, with the weights of its items where it has such. From then on products with X in that problem's passes are
 * products with the parts, until problem->compression is NULL again. */
inshi_status compression_begin(struct compression *compression, struct problem *problem);

/* core <- the product of the factor that a half-step of `side` holds fixed with its part. */
inshi_status compression_prepare(const struct problem *problem, enum side side);

void compression_destroy(struct compression *compression);

#endif
