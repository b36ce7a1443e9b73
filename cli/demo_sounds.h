/* demo_sounds.h -- two instruments that are computed: what the demo mixes and separates. */
#ifndef CLI_DEMO_SOUNDS_H
#define CLI_DEMO_SOUNDS_H

#include <stdint.h>

enum {
    SOUND_RATE    = 16000,
    SOUND_STEPS   = 32,
    SOUND_STEP    = SOUND_RATE / 4,
    SOUND_SAMPLES = SOUND_STEPS * SOUND_STEP
};
enum { PIANO, DRUMS, SOUND_INSTRUMENTS };

extern const char *const DEMO_INSTRUMENTS[SOUND_INSTRUMENTS];

/* Two pieces of eight seconds: scales and single strokes to learn from, and the music that is mixed. */
enum demo_piece { PIECE_LEARN, PIECE_MUSIC };
void demo_sound_play(int instrument, enum demo_piece piece, double out[SOUND_SAMPLES]);

#endif
