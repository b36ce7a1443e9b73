/* fft.h -- discrete Fourier transforms of any length, in float or double.
 *
 * X[k] = sum_j x[j] exp(-2 pi i j k / n). A plan is read only when it is used: many threads may share it, each with
 * scratch of its own.
 */
#ifndef INSHI_AUDIO_FFT_H
#define INSHI_AUDIO_FFT_H

#include <stddef.h>
#include "base/context.h"
#include "inshi/matrix.h"

enum { FFT_LONGEST = 1 << 30 };

struct fft;
struct fft_real;

/* Complex, for 1 <= length <= FFT_LONGEST and dtype F4 or F8 (the caller has checked both). MEMORY. */
inshi_status fft_make(inshi_context *context, int64_t length, inshi_dtype dtype, struct fft **out);
void         fft_free(inshi_context *context, struct fft *plan); /* NULL is accepted */
int64_t      fft_scratch(const struct fft *plan);                /* bytes, a multiple of 64 */

/* In place; re and im are arrays of their own, aligned like scratch to 8 bytes. The inverse, times n, is the same call
 * with re and im exchanged. */
void fft_run(const struct fft *plan, void *re, void *im, void *scratch);

/* Real numbers x[n] to the n / 2 + 1 complex numbers X[0 ... n / 2] (real, imaginary part, ...), and back: exactly the
 * inverse, scaled by 1 / n. */
inshi_status fft_real_make(inshi_context *context, int64_t length, inshi_dtype dtype, struct fft_real **out);
void         fft_real_free(inshi_context *context, struct fft_real *plan);
int64_t      fft_real_scratch(const struct fft_real *plan);
void         fft_real_run(const struct fft_real *plan, const void *x, void *spectrum, void *scratch);
void         fft_real_inverse(const struct fft_real *plan, const void *spectrum, void *x, void *scratch);

/* sum += a b and sum += a conj(b), for `count` complex numbers of double; sum is another array. */
void fft_add_products(const double *restrict a, const double *restrict b, int64_t count,
                      double *restrict sum);
void fft_add_conjugates(const double *restrict a, const double *restrict b, int64_t count,
                        double *restrict sum);

/* The least n >= least that has no prime factor above 5, and above 64 is a multiple of 8: quick to transform. */
int64_t fft_good_length(int64_t least);

/* exp(-2 pi i k / n), 0 <= k < n, correct to the last bit or two. */
void fft_turn(int64_t k, int64_t n, double *re, double *im);

#endif
