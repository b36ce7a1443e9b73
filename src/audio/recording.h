/* recording.h -- samples of a recording, piece by piece, each channel by itself, and what is to be known of all. */
#ifndef INSHI_AUDIO_RECORDING_H
#define INSHI_AUDIO_RECORDING_H

#include "base/context.h"
#include "inshi/separation.h"

/* The shape, the rate and the pointers. ARGUMENT, DATA (no channel, no rate). */
inshi_status recording_check(inshi_context *context, const inshi_sound *sound, const char *what);

/* Samples [first, first + count), which lie inside, into planes: channel c at planes + c count. scratch has room for
 * count x channels numbers where the sound is read; may be NULL where it is in memory. IO. */
inshi_status recording_read(inshi_context *context, const inshi_sound *sound, int64_t first, int64_t count,
                            double *planes, double *scratch);

struct level {
    double peak, rms; /* of all channels */
};

/* Reads all once. DATA (a sample that is not finite, and where it is), IO, MEMORY, INTERRUPTED. */
inshi_status recording_measure(inshi_context *context, const inshi_sound *sound, const char *what,
                               struct level *out);

#endif
