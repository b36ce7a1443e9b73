/* separation.h -- what inshi separate holds until its end, and what its files share. */
#ifndef CLI_SEPARATION_H
#define CLI_SEPARATION_H

#include "folder.h"
#include "progress.h"
#include "session.h"
#include "separation_page.h"
#include "sound.h"

/* A stretch of a sound file, as the library reads it. */
struct stretch {
    struct sound_reader *reader;
    int64_t              offset;
    int                  code; /* of the first read that failed */
};

struct separating {
    struct session         *session;
    const char             *path; /* of the mixture */
    struct folder           folder;
    struct stretch          mixture;
    struct sound_header     header;
    inshi_separation       *model;
    inshi_report           *report;
    bool                    fitted; /* the mixture itself was learned from: the report says how */
    int64_t                 sources;
    char                  **files; /* of each source, in the folder */
    struct sound_writer   **writers;
    struct separation_page *page;
    struct progress         progress;
    double                  began; /* the separation itself, of separation_seconds() */
    int                     code;  /* of the first write that failed */
    inshi_separation_info   info;
    double                  learning; /* seconds before the separation itself */
};

/* Of a clock that only goes forward. */
double separation_seconds(void);

/* Everything about sources that can be known before a file is read: names, numbers, contradictions. */
int separation_check(struct session *session);

/* The library's view of a stretch of a file. */
inshi_sound separation_sound(struct stretch *stretch, int64_t samples, const struct sound_header *header);

/* Adds the sources that --train, --basis, --free or -k name. */
int separation_sources(struct separating *s);

/* Makes sources of free components: --list, --group, --sources. */
int separation_group(struct separating *s);

/* Whether components are to be found without anything learned before. */
bool separation_blind(const struct settings *settings);

/* The code of a failed call: that of the reader where it was reading that failed. */
int separation_fail(struct separating *s, inshi_status status, const struct stretch *stretch);

/* Writes the files of the sources, separation.json and separation.html. */
int separation_write(struct separating *s);

#endif
