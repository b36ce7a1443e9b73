/* window.h -- the periodic windows of a short-time Fourier transform. */
#ifndef INSHI_AUDIO_WINDOW_H
#define INSHI_AUDIO_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

/* Fills out[length] with the window of that name: hann 1/2 - 1/2 cos(2 pi i / length), hamming 0.54 - 0.46 cos, sqrthann
 * sin(pi i / length). False where there is no such name. */
bool window_fill(const char *name, int64_t length, double *out);

#endif
