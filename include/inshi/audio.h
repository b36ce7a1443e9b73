/* audio.h -- sound: the short-time Fourier transform and its inverse, and how good separated sources are.
 *
 * A spectrum is bins x frames complex numbers (real part, imaginary part), frame after frame: bin b of frame t is at
 * spectrum[2 (t bins + b)]. As a matrix of NMF it is bins x frames in Fortran order (inshi_matrix_fortran), a column
 * for each frame.
 */
#ifndef INSHI_AUDIO_H
#define INSHI_AUDIO_H

#include <stddef.h>
#include <stdint.h>
#include "inshi/context.h"
#include "inshi/matrix.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How sound is cut into frames. Fill with zeros, set size, then what differs from the defaults. Frame t is the Fourier
 * transform of samples t hop - (length - hop) ... t hop + hop - 1 times the window; samples outside the signal are 0,
 * and there are as many frames as have a sample of it. So every sample lies in as many frames as any other, and
 * the inverse, which weighs its frames with the same window and divides by the sum of its squares, is exact. */
typedef struct inshi_stft_options {
    size_t      size;   /* sizeof(inshi_stft_options)                                                      */
    int64_t     length; /* samples of a frame, any number up to 2^24; 0 = 2048                             */
    int64_t     hop;    /* samples between two frames, 1 to length; 0 = length / 4, at least 1             */
    int64_t     fft;    /* points of the transform, at least length (zeros follow the frame); 0 = length   */
    const char *window; /* periodic: "hann", "hamming", "sqrthann" (the square root of hann); NULL = hann  */
} inshi_stft_options;

/* Bins (fft / 2 + 1) and frames of a signal of so many samples; no samples have no frames. options NULL = defaults.
 * ARGUMENT: options out of range, or a window and hop that leave samples with hardly any weight (hann at hop =
 * length), for which there is no inverse. */
INSHI_API inshi_status inshi_stft_shape(inshi_context *context, const inshi_stft_options *options,
                                        int64_t samples, int64_t *bins, int64_t *frames);

/* The spectrum of x, which has `samples` numbers of dtype F4 or F8; spectrum has 2 bins frames of the same dtype. The
 * same bits for any number of threads. ARGUMENT, MEMORY, INTERRUPTED. */
INSHI_API inshi_status inshi_stft(inshi_context *context, const inshi_stft_options *options, const void *x,
                                  int64_t samples, inshi_dtype dtype, void *spectrum);

/* The signal of `samples` numbers whose spectrum this is, or, of a spectrum that no signal has, the signal whose
 * spectrum is nearest (D. W. Griffin, J. S. Lim. Signal estimation from modified short-time Fourier transform. IEEE
 * Trans. ASSP 32, 1984). The frames must be those that inshi_stft_shape says. Imaginary parts of bin 0 and, of an even
 * fft, of the last bin are taken as 0. The same bits for any number of threads. ARGUMENT, MEMORY, INTERRUPTED. */
INSHI_API inshi_status inshi_stft_inverse(inshi_context *context, const inshi_stft_options *options,
                                          const void *spectrum, int64_t samples, inshi_dtype dtype, void *x);

/* Fill with zeros, set size, then what differs from the defaults. */
typedef struct inshi_bss_options {
    size_t  size;       /* sizeof(inshi_bss_options)                                             */
    int64_t taps;       /* of the filters that a reference may go through, 1 to 8192; 0 = 512    */
    int     keep_order; /* 1: estimate i is for reference i, whatever the scores say             */
} inshi_bss_options;

/* How good an estimate of a source is, in dB; +infinity where what is wrong is exactly 0, NaN where nothing is defined:
 * the reference or the estimate is silent. */
typedef struct inshi_bss_score {
    int64_t
        estimate;  /* the row that belongs to this reference                                               */
    double sdr;    /* the source, filtered, over all else                                                  */
    double sir;    /* over what other references explain                                                   */
    double sar;    /* what the references explain over what none does                                      */
    double si_sdr; /* the source, scaled, over all else                                                    */
} inshi_bss_score;

/* BSSEval 3 for sources (E. Vincent, R. Gribonval, C. Fevotte. Performance measurement in blind audio source separation.
 * IEEE Trans. Audio Speech Language Processing 14, 2006), the numbers of mir_eval.separation.bss_eval_sources, and
 * SI-SDR (J. Le Roux, S. Wisdom, H. Erdogan, J. R. Hershey. SDR - half-baked or well done? ICASSP 2019; no mean is
 * taken off). Sources are rows, samples columns, of dtype F4 or F8 and of one shape in both; at most 20 sources. scores
 * has a row for each reference; estimates are paired with references so that the mean SIR is highest. options NULL =
 * defaults. A silent source is warned of. Signals are as loud as they like: each is scaled first. ARGUMENT, SHAPE, DATA
 * (not finite), UNSUPPORTED (sparse), MEMORY, INTERRUPTED. The same bits for any number of threads. */
INSHI_API inshi_status inshi_bss_eval(inshi_context *context, inshi_matrix references, inshi_matrix estimates,
                                      const inshi_bss_options *options, inshi_bss_score *scores);

#ifdef __cplusplus
}
#endif
#endif
