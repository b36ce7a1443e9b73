/* sources.h -- rows of numbers that are signals: read in blocks, as doubles, each scaled to a largest value near 1. */
#ifndef INSHI_AUDIO_SOURCES_H
#define INSHI_AUDIO_SOURCES_H

#include "base/context.h"
#include "inshi/matrix.h"

struct sources {
    inshi_matrix matrix;  /* dense, F4 or F8: a signal in each row   */
    double      *scale;   /* powers of two; 0 = the signal is silent */
    int64_t      samples; /* its columns                             */
};

/* Finds the scales, into scale[matrix.rows]. DATA where a number is not finite; name is for the sentence. */
inshi_status sources_open(inshi_context *context, inshi_matrix matrix, const char *name, double *scale,
                          struct sources *out);

/* Numbers from ... from + count - 1 of a signal into out; 0 outside of it. */
void sources_read(const struct sources *sources, int64_t signal, int64_t from, int64_t count, double *out);

#endif
