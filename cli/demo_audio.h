/* demo_audio.h -- inshi demo --audio: two instruments, mixed, and separated by the article's three divergences. */
#ifndef CLI_DEMO_AUDIO_H
#define CLI_DEMO_AUDIO_H

#include "demo_sounds.h"
#include "folder.h"

enum { AUDIO_LOSSES = 3 };

struct demo_audio {
    double         *mixture; /* SOUND_SAMPLES numbers */
    double         *sources; /* the true ones, one after another */
    int             done;    /* losses so far */
    double          seconds[AUDIO_LOSSES];
    inshi_bss_score before[SOUND_INSTRUMENTS]; /* of the mixture itself */
    inshi_bss_score scores[AUDIO_LOSSES][SOUND_INSTRUMENTS];
};

extern const char *const DEMO_AUDIO_LOSSES[AUDIO_LOSSES];

int demo_audio_run(struct session *session);

/* figures/spectrograms: the mixture, the true sources, and what each divergence found. */
void demo_spectrograms_write(struct session *session, const struct demo_audio *demo, struct folder *folder);

#endif
