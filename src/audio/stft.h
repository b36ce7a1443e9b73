/* stft.h -- the inside of the short-time Fourier transform: plans, and pieces of a long signal.
 *
 * A long signal is transformed block by block: any range of frames from a piece of the signal, any range of samples
 * from the frames that reach it. A sample has the same bits for every way to cut.
 */
#ifndef INSHI_AUDIO_STFT_H
#define INSHI_AUDIO_STFT_H

#include "base/context.h"
#include "inshi/audio.h"

struct stft;

/* A plan, with scratch for as many threads as the context has now; one call at a time may use it. ARGUMENT (options,
 * dtype), MEMORY. */
inshi_status stft_make(inshi_context *context, const inshi_stft_options *options, inshi_dtype dtype,
                       struct stft **out);
void         stft_free(inshi_context *context, struct stft *plan); /* NULL is accepted */

int64_t stft_bins(const struct stft *plan);
int64_t stft_length(const struct stft *plan);
int64_t stft_hop(const struct stft *plan);
double  stft_power(const struct stft *plan);                   /* sum of squares of the window */
int64_t stft_frames(const struct stft *plan, int64_t samples); /* of a signal of so many samples */

/* Frames [first, last) are those that samples [from, to) reach, to > from; and samples [from, to) are those that frames
 * [first, last) read, which may begin before 0 and end behind the signal. */
void stft_frames_of(const struct stft *plan, int64_t from, int64_t to, int64_t *first, int64_t *last);
void stft_samples_of(const struct stft *plan, int64_t first, int64_t last, int64_t *from, int64_t *to);

/* Samples start ... start + count - 1 of a signal; all others are 0. */
struct stft_piece {
    const void *x;
    int64_t     start, count;
};

/* Frames [first, last) into spectrum, 2 bins (last - first) numbers. INTERRUPTED. */
inshi_status stft_forward(inshi_context *context, struct stft *plan, struct stft_piece piece, int64_t first,
                          int64_t last, void *spectrum);

/* Frames first, first + 1, ... */
struct stft_spectrum {
    const void *values;
    int64_t     first;
};

/* Samples [from, to) into x, from frames that hold at least those of stft_frames_of. INTERRUPTED. */
inshi_status stft_inverse(inshi_context *context, struct stft *plan, struct stft_spectrum spectrum,
                          int64_t from, int64_t to, void *x);

#endif
