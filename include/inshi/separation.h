/* separation.h -- one recording into its sources, by nonnegative factors of its spectrogram.
 *
 * The spectrogram X (bins x frames) of the recording is approximated by WH; each source is some of the components, and
 * gets of each time and frequency the share that its components have in WH. Sources add up to the recording.
 *
 *     inshi_separation_create(context, NULL, &separation);
 *     inshi_separation_train(separation, "piano", &piano, 20);
 *     inshi_separation_train(separation, "voice", &voice, 20);
 *     inshi_separation_learn(separation, &mixture);
 *     inshi_separation_apply(separation, &mixture, &result);
 *
 * Gain changes nothing but the scale of the result: levels are relative to those of each recording.
 */
#ifndef INSHI_SEPARATION_H
#define INSHI_SEPARATION_H

#include <stddef.h>
#include <stdint.h>
#include "inshi/audio.h"
#include "inshi/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A recording: in memory, or read piece by piece. Read only, not kept. */
typedef struct inshi_sound {
    int64_t     samples, channels;
    double      rate; /* Hz                                                        */
    const void *data; /* sample (0, channel 0), of dtype F4 or F8; NULL: read()    */
    inshi_dtype dtype;
    int64_t     sample_stride, channel_stride; /* in elements                                               */
    int (*read)(void *user, int64_t first, int64_t count,
                double *out); /* out[count][channels]; non-zero: cannot */
    void *user;
} inshi_sound;

/* Fill with inshi_separation_defaults(), then change fields. Activations beside learned columns are found in a quarter of
 * fit's iterations: docs/maths/separation.md. */
typedef struct inshi_separation_options {
    size_t             size; /* sizeof(inshi_separation_options)                                      */
    inshi_stft_options stft; /* size set                                                              */
    const inshi_options
        *fit; /* loss, solver, seed, restarts, iterations, tolerance, time_limit; NULL = kl, 100, 1e-4 */
    inshi_dtype dtype;     /* of W, H and the arithmetic of the fits: F4, the default, or F8        */
    int         power;     /* X is the magnitude (1) or the power (2); 0 = 2 for losses with B < 1, else 1 */
    double  mask_power;    /* exponent of the magnitudes in the masks; 0 = 2, INFINITY = all to the largest */
    int     residual;      /* 1: what WH lacks of X is a source of its own, "residual"              */
    double  sparse;        /* weight of sum(H), W of unit length, relative to the level of X        */
    double  smooth;        /* weight of the changes of H from frame to frame; kl and is             */
    double  learn_seconds; /* models are learned on at most so many, evenly spread               */
    int64_t block;         /* samples that are separated at a time; 0 = as many as are quick        */
} inshi_separation_options;

INSHI_API void inshi_separation_defaults(inshi_separation_options *options);

/* Sources, their components, and what has been learned. Opaque; belongs to the context it was made with. */
typedef struct inshi_separation inshi_separation;

/* ARGUMENT, UNSUPPORTED (as inshi_fit says), MEMORY. */
INSHI_API inshi_status inshi_separation_create(inshi_context                  *context,
                                               const inshi_separation_options *options,
                                               inshi_separation              **out);
INSHI_API void         inshi_separation_destroy(inshi_separation *separation);

/* Adds a source whose k components are learned from a recording of it alone, and stay.
 *   ARGUMENT  a name that is there already, k < 1
 *   DATA      samples that are NaN or infinite, another rate than before, no sound
 *   IO        read() failed;  MEMORY, INTERRUPTED, NUMERIC */
INSHI_API inshi_status inshi_separation_train(inshi_separation *separation, const char *name,
                                              const inshi_sound *sound, int64_t k);

/* Adds a source with k components that inshi_separation_learn() finds in the mixture. */
INSHI_API inshi_status inshi_separation_add(inshi_separation *separation, const char *name, int64_t k);

/* Adds a source whose components are in a file of inshi_separation_save(): the source of that name there, or the only
 * one. They stay. IO, DATA (no such file of ours, damaged, no such source, made with another transform, power, loss, rate). */
INSHI_API inshi_status inshi_separation_load(inshi_separation *separation, const char *name,
                                             const char *path);

/* Keeps rate, transform, power, loss, names and spectra in a file, whole or not at all. IO, MEMORY. */
INSHI_API inshi_status inshi_separation_save(const inshi_separation *separation, const char *path);

/* Measures the mixture and learns the components that are free. Beforehand at least one source; again for another
 * mixture. report: of the fit (NULL = not wanted). Errors as of inshi_separation_train. */
INSHI_API inshi_status inshi_separation_learn(inshi_separation *separation, const inshi_sound *mixture,
                                              inshi_report *report);

/* Makes `count` sources, source1 ..., of all components, by the likeness of their spectra and activations. After learn.
 * ARGUMENT: fewer components than sources, components that are not free. */
INSHI_API inshi_status inshi_separation_group(inshi_separation *separation, int64_t count);

/* Makes sources by hand: component i belongs to source groups[i] < count of that name. After learn. ARGUMENT. */
INSHI_API inshi_status inshi_separation_assign(inshi_separation *separation, const int64_t *groups,
                                               const char *const *names, int64_t count);

/* A piece of what has been separated: frames [first, first + x.columns). */
typedef struct inshi_separation_frames {
    int64_t       first;
    inshi_matrix  x, h;  /* bins x frames, k x frames                                                      */
    const double *masks; /* [source][frame][bin]                                                           */
} inshi_separation_frames;

/* Where the result goes, piece after piece. Non-zero stops with IO. */
typedef struct inshi_separation_sink {
    /* Samples [first, first + count) of a source: values[count][channels]. */
    int (*write)(void *user, int64_t source, int64_t first, int64_t count, const double *values);
    int (*look)(void *user, const inshi_separation_frames *frames); /* NULL = not wanted                    */
    void *user;
} inshi_separation_sink;

typedef struct inshi_separation_info {
    int64_t bins, frames;
    int     power;       /* of the entries of X: 1 = magnitude, 2 = power                                 */
    double  remainder;   /* the largest |mixture - sum of sources| before it went to the last source        */
    double  level;       /* root mean square of the mixture                                                 */
    double  seconds;     /* of apply                                                                        */
    int64_t length, hop; /* samples of a window, and between two                                            */
    double
        learn_seconds; /* the most that a model is learned on                                             */
} inshi_separation_info;

/* Separates the mixture that was learned. Sources, the residual last, add up to it to rounding: with dtype F4 their
 * samples are floats, and the last one holds what rounding left. Any block size gives the same bits, and so does any
 * number of threads. Memory does not grow with the recording but for what learning kept. */
INSHI_API inshi_status inshi_separation_apply(inshi_separation *separation, const inshi_sound *mixture,
                                              const inshi_separation_sink *sink, inshi_separation_info *info);

/* The same into memory: values[source][sample][channel], of inshi_separation_count() sources. */
INSHI_API inshi_status inshi_separation_collect(inshi_separation *separation, const inshi_sound *mixture,
                                                double *values, inshi_separation_info *info);

/* What is known before apply: bins, power, length, hop and learn_seconds, and once a mixture is learned also frames and level. */
INSHI_API void inshi_separation_inspect(const inshi_separation *separation, inshi_separation_info *info);

/* Sources, the residual included; their names (NULL outside) and components (numbers of columns of W). */
INSHI_API int64_t        inshi_separation_count(const inshi_separation *separation);
INSHI_API const char    *inshi_separation_name(const inshi_separation *separation, int64_t source);
INSHI_API const int64_t *inshi_separation_components(const inshi_separation *separation, int64_t source,
                                                     int64_t *count);

/* The basis, bins x k, of unit sums; empty before anything is there. Valid until the next call. */
INSHI_API inshi_matrix inshi_separation_basis(const inshi_separation *separation);

#ifdef __cplusplus
}
#endif
#endif
