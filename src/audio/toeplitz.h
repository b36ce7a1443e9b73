/* toeplitz.h -- least squares on delayed signals: symmetric positive definite block Toeplitz systems. */
#ifndef INSHI_AUDIO_TOEPLITZ_H
#define INSHI_AUDIO_TOEPLITZ_H

#include "base/context.h"

struct fft_real;

/* G[(s, i), (t, k)] = r[i][k][t - s] for t >= s, delays s, t < taps, signals i, k; symmetric. Vectors are signal after
 * signal, `taps` numbers each. */
struct toeplitz {
    int64_t signals, taps, order; /* order = signals taps                                            */
    double *factor;               /* R, upper triangular, R'R = G + load: its rows, one after another */
    double *spectra;              /* of the sequences r[i][k][-taps + 1 ... taps - 1], for products   */
    double *work;                 /* generators, then vectors                                         */
    double *scratch;              /* of the transform                                                 */
    struct fft_real *transform;
    double load; /* added to the diagonal, relative to its largest entry: 0 where none was needed    */
};

/* Takes the memory for so many signals and taps. Fields are zero before. MEMORY. */
inshi_status toeplitz_make(inshi_context *context, int64_t signals, int64_t taps, struct toeplitz *out);
void         toeplitz_free(inshi_context *context, struct toeplitz *toeplitz);

/* Factorizes; r[(i signals + k) taps + d]. Where G is singular to working precision its diagonal is loaded, as little as
 * makes it positive definite. One thread; takes no memory. */
void toeplitz_factorize(struct toeplitz *toeplitz, const double *r);

/* c = argmin |G c - d|, refined; c and d are not the same array. One thread at a time may use a toeplitz. */
void toeplitz_solve(const struct toeplitz *toeplitz, const double *d, double *c);

/* v'G v. */
double toeplitz_energy(const struct toeplitz *toeplitz, const double *v);

#endif
