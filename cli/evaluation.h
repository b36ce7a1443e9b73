/* evaluation.h -- scores of the sound files of one folder, given those of another. */
#ifndef CLI_EVALUATION_H
#define CLI_EVALUATION_H

#include "session.h"
#include "sound.h"

enum { MOST_SOURCES = 20 };

/* The sound files of a folder, by name, and their samples. */
struct side {
    const char         *folder;
    char              **names;
    int64_t             count;
    struct sound_header header; /* of the first; the others agree */
    double             *values; /* count rows of channels times (samples + GAP) */
    int64_t             held;
};

struct evaluation {
    struct session *session;
    struct side     references, estimates;
    inshi_bss_score scores[MOST_SOURCES];
};

/* Reads both folders (of a side with names only these files) and fills scores. The exit code, after a message. */
int  evaluation_score(struct evaluation *v);
void evaluation_release(struct evaluation *v);

/* Of the sources whose SDR is a number; NaN where there is none. */
double evaluation_mean_sdr(const struct evaluation *v);

#endif
