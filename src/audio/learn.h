/* learn.h -- factors of spectrograms by the library's fits. */
#ifndef INSHI_AUDIO_LEARN_H
#define INSHI_AUDIO_LEARN_H

#include "audio/separation.h"

/* One fit: X (bins x frames) by columns [first, first + k) of W, and H, k x frames, both columns contiguous. */
struct learning {
    inshi_separation *s;
    inshi_matrix      x, w, h;
    const bool       *fixed; /* columns that stay, or NULL = none does */
    double            level; /* of X: struct scale                      */
    uint64_t          seed;
    bool              trains; /* one source, from its own sound */
    const char       *solver; /* in the place of "auto", or NULL */
    inshi_report     *report; /* or NULL */
    double *costs; /* room for the objective of sparse and smooth, iteration after iteration, or NULL */
    int64_t cost_count, cost_room;
};

double learn_get(inshi_matrix m, int64_t row, int64_t column);
void   learn_set(inshi_matrix m, int64_t row, int64_t column, double value);

/* What a learning by several fits holds: the numbers of the columns that stay, and a report where the caller has given none. */
struct fits {
    int64_t      *columns, count;
    inshi_report *own;
};

/* MEMORY. learn_end follows in any case. */
inshi_status learn_begin(struct learning *l, struct fits *fits);
void         learn_end(struct learning *l, struct fits *fits);

/* W (but for what stays) and H; columns of W have unit sum. */
inshi_status learn_factors(struct learning *l);

/* H for a W that stays, each column alone: the same bits for any division of the columns. */
inshi_status learn_activations(struct learning *l);

/* The options for inshi_transform. */
inshi_options learn_transform_options(const struct learning *l);

/* The same with a weight of sum(H), and columns of W of unit length in the objective (sparse.c). */
inshi_status learn_sparse(struct learning *l);

/* learn_activations with that weight; and the weight, and columns brought to unit length. */
inshi_status learn_sparse_activations(struct learning *l);
double       learn_sparsity(const struct learning *l);
void         learn_unit_length(inshi_matrix w, inshi_matrix h);

/* The same with a weight of the changes of H from column to column (smooth.c). */
inshi_status learn_smooth(struct learning *l);

/* Scales columns of W that move to unit sum, and rows of H by the inverse. */
void learn_normalize(struct learning *l);

/* level^(power (B - 1)): what a weight of H is multiplied with, so that gain changes nothing. */
double learn_unit(const struct learning *l);

#endif
