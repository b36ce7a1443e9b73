/* separation.h -- the inside of an inshi_separation. */
#ifndef INSHI_AUDIO_SEPARATION_H
#define INSHI_AUDIO_SEPARATION_H

#include <stdbool.h>
#include "audio/stft.h"
#include "base/context.h"
#include "inshi/separation.h"

enum { NAME_SIZE = 256, LOSS_SIZE = 64 };

/* How a recording's spectrum is scaled before it is looked at: by the power of two that brings its root mean square
 * below 1, so that no power of it leaves the range of a float. */
struct scale {
    double factor; /* of the spectrum                                        */
    double level;  /* root mean square of a bin then: 1/2 to 1, or 0 = silence */
};

struct source {
    char     name[NAME_SIZE];
    int64_t *components;
    int64_t  count;
};

struct inshi_separation {
    inshi_context           *context;
    inshi_separation_options options; /* resolved: nothing is 0 that stands for a default */
    inshi_options            fit;
    char                     loss[LOSS_SIZE], window[16];
    double                   beta; /* of the loss */
    struct stft             *plan;
    int64_t                  bins, hop;
    double                   rate; /* 0 = not known yet */
    int64_t                  k;
    char                    *w;     /* k columns of `bins` numbers of the dtype, of unit sum */
    bool                    *fixed; /* of each component */
    struct source           *sources;
    int64_t                  source_count;

    /* Of the mixture that was learned. */
    bool         learned;
    int64_t      samples, channels, frames;
    double       rms;
    struct scale scale;
    char        *seen; /* k numbers for each of seen_count frames that were learned on, or NULL */
    int64_t      seen_count;
};

/* Bytes of a number of the model. */
size_t separation_real(const inshi_separation *s);

/* True where a free component is left to learn. */
bool separation_has_free(const inshi_separation *s);

/* Room for k more columns of W, and a source of them. ARGUMENT (the name), MEMORY. */
inshi_status separation_new_source(inshi_separation *s, const char *name, int64_t k, bool fixed);

/* Takes back the last source and its columns. */
void separation_drop_source(inshi_separation *s);

/* Columns [first, first + count) of W. */
inshi_matrix separation_columns(const inshi_separation *s, int64_t first, int64_t count);

/* Puts count sources in the place of those there are: component i goes to groups[i]. MEMORY. */
inshi_status separation_regroup(inshi_separation *s, const int64_t *groups, const char *const *names,
                                int64_t count);

/* The first sound sets the rate, others must have it. DATA. */
inshi_status separation_match_rate(inshi_separation *s, double rate, const char *what);

#endif
