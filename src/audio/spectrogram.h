/* spectrogram.h -- the nonnegative matrix of a recording: magnitude or mean power of its channels. */
#ifndef INSHI_AUDIO_SPECTROGRAM_H
#define INSHI_AUDIO_SPECTROGRAM_H

#include "audio/separation.h"
#include "audio/recording.h"

/* The scale of a recording of that level. */
struct scale scale_of(const inshi_separation *s, struct level level);

/* Where frames of a recording are worked out. */
struct spectra {
    int64_t first, last; /* frames held                                          */
    int64_t from, count; /* samples held                                         */
    double *samples;     /* [channel][sample]                                    */
    double *values;      /* [channel][frame][bin][2]                             */
    double *scratch;     /* samples as they are read                             */
};

/* Room for so many frames of so many channels. MEMORY. */
inshi_status spectra_take(inshi_separation *s, int64_t frames, int64_t channels, struct spectra *out);
void         spectra_give(inshi_separation *s, struct spectra *spectra);

/* The spectrum of frames [first, last) of every channel. IO, INTERRUPTED. */
inshi_status spectra_fill(inshi_separation *s, const inshi_sound *sound, int64_t first, int64_t last,
                          struct spectra *out);

/* X of the frames held, a column a frame, contiguous numbers of the model's dtype. INTERRUPTED. */
inshi_status spectra_columns(inshi_separation *s, const struct spectra *spectra, int64_t channels,
                             struct scale scale, void *x);

/* X of frames that are spread evenly over the recording, at most as many as learn_seconds has: the frames, and how
 * many. x belongs to the caller. MEMORY, IO, INTERRUPTED. */
inshi_status spectrogram_sample(inshi_separation *s, const inshi_sound *sound, struct scale scale, void **x,
                                int64_t *frames);

#endif
