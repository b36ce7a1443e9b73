/* demo_sounds.c -- see demo_sounds.h.
 *
 * A piano string is a sum of partials, slightly stiff, the higher ones dying sooner; a drum is a falling tone, noise, or
 * both. A piece is lines of letters, one for each quarter of a second: what is struck there.
 */
#include "demo_sounds.h"

#include <math.h>
#include <string.h>

enum { LINES = 3, PARTIALS = 10, LONGEST = 6 * SOUND_STEP };
static const double PI = 3.14159265358979323846;

const char *const DEMO_INSTRUMENTS[SOUND_INSTRUMENTS] = {"piano", "drums"};

static const char *const PIECES[SOUND_INSTRUMENTS][2][LINES] = {
    {{"c...d...e...f...g...a...b...C...", "", ""},
     {"c...a...f...g...c...a...f...g...", "..g...e...c...d.e.g.C.a.f.a.C.b.",
      "e.......a.......g.......d......."}},
    {{"k...s...h...k...s...h...k..sh...", "", ""},
     {"k..k..k.k..k..k.k..k..k.k.k...k.", "..s...s...s...s...s...s...s..ss.",
      "h.h.h.h.h.h.h.hhh.h.h.h.h.h.h.h."}}};

struct noise {
    uint64_t state;
    double   before;
};

static double draw(struct noise *noise)
{
    noise->state = noise->state * 6364136223846793005u + 1442695040888963407u;
    return (double)(noise->state >> 11) / 4503599627370496.0 - 1;
}

static double pitch_of(char letter)
{
    static const char letters[]   = "cdefgabC";
    static const int  semitones[] = {0, 2, 4, 5, 7, 9, 11, 12};
    return 261.63 * exp2(semitones[strchr(letters, letter) - letters] / 12.0);
}

static void strike_string(char letter, double *out, int64_t count)
{
    const double pitch = pitch_of(letter);
    for (int h = 1; h <= PARTIALS; h++) {
        const double step = 2 * PI * pitch * h * sqrt(1 + 4e-4 * h * h) / SOUND_RATE;
        const double size = 0.12 / pow(h, 1.2), decay = 1.5 + 0.6 * h;
        for (int64_t i = 0; i < count; i++) {
            const double t = (double)i / SOUND_RATE, end = 1 - (double)i / LONGEST;
            out[i] += size * end * (1 - exp(-400 * t)) * exp(-decay * t) * sin(step * (double)i);
        }
    }
}

static void strike_drum(char letter, struct noise *noise, double *out, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        const double t = (double)i / SOUND_RATE, white = draw(noise), high = white - noise->before;
        noise->before = white;
        if (letter == 'k')
            out[i] += 0.5 * exp(-9 * t) * sin(2 * PI * (50 * t + 3 * (1 - exp(-25 * t))));
        else if (letter == 's')
            out[i] += 0.2 * exp(-18 * t) * white + 0.2 * exp(-25 * t) * sin(2 * PI * 180 * t);
        else
            out[i] += 0.08 * exp(-45 * t) * high;
    }
}

void demo_sound_play(int instrument, enum demo_piece piece, double out[SOUND_SAMPLES])
{
    struct noise noise = {1 + (uint64_t)piece, 0};
    memset(out, 0, SOUND_SAMPLES * sizeof *out);
    for (int line = 0; line < LINES; line++) {
        const char *letters = PIECES[instrument][piece][line];
        for (int64_t i = 0; letters[i]; i++) {
            const int64_t first = i * SOUND_STEP, left = SOUND_SAMPLES - first;
            const int64_t count = left < LONGEST ? left : LONGEST;
            if (letters[i] != '.' && instrument == PIANO)
                strike_string(letters[i], out + first, count);
            else if (letters[i] != '.')
                strike_drum(letters[i], &noise, out + first, count);
        }
    }
}
