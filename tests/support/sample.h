/* sample.h -- small problems for tests of the model: X, W, H with their views. */
#ifndef TESTS_SAMPLE_H
#define TESTS_SAMPLE_H

#include <stdbool.h>
#include "inshi/inshi.h"

struct sample {
    int64_t      m, n, k;
    inshi_matrix x, w, h; /* X f8; W and H of the sample's dtype; all in C order */
};

/* X uniform on [0, 1), W and H uniform on [0.1, 1.1), all from the seed. */
struct sample sample_make(int64_t m, int64_t n, int64_t k, inshi_dtype dtype, uint64_t seed);
void          sample_free(struct sample *sample);

/* X = low-rank of rank `rank`, plus noise of that size, zeros where a draw is below `zeros`; times scale. */
void sample_fill(struct sample *sample, int64_t rank, double noise, double zeros, double scale,
                 uint64_t seed);

/* X = noise of so many decades, uniform in its logarithm. */
void sample_spread(struct sample *sample, double decades, uint64_t seed);

/* Entries of f4 and f8 views. */
double entry_get(inshi_matrix matrix, int64_t row, int64_t column);
void   entry_set(inshi_matrix matrix, int64_t row, int64_t column, double value);

/* A copy of a factor in C order, f8 or f4 as it was; free() its data. */
inshi_matrix matrix_copy(inshi_matrix matrix);

/* True where both have the same shape, dtype and bits. */
bool matrix_same(inshi_matrix a, inshi_matrix b);

/* Largest |a - b| over the largest |a|. */
double matrix_distance(inshi_matrix a, inshi_matrix b);

/* True where every entry is finite and >= 0. */
bool matrix_is_sound(inshi_matrix matrix);

/* The divergence of X from WH plus nothing else, in long double, entries of X below lift lifted. */
double sample_divergence(const struct sample *sample, double beta, double lift);

/* The smallest divergence that a constant Y reaches. */
double constant_divergence(inshi_matrix x, double beta, double lift);

/* Fits; fails the test where the status is not OK, with the message. */
void sample_fit(inshi_context *context, const struct sample *sample, const inshi_options *options,
                inshi_report *report);

/* A fit of some X from the sample's W and H, which stay as they are. */
struct result {
    inshi_matrix w, h;
    inshi_info   info;
};

/* Fails the test as sample_fit does. */
struct result result_of(inshi_context *context, const struct sample *sample, inshi_matrix x,
                        const inshi_options *options);
void          result_free(struct result *result);

/* True where factors, objective and KKT residual have the same bits. */
bool result_same(const struct result *a, const struct result *b);

/* True where this solver minimises this loss. */
bool pair_exists(inshi_context *context, const char *solver, const char *loss);

/* The B of "eu", "kl", "is", "beta:B". */
double beta_of(const char *loss);

#endif
