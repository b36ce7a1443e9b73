/* window.c -- the periodic windows, and the list of their names. */
#include "audio/window.h"

#include <string.h>
#include "audio/fft.h"

static double cosine(int64_t i, int64_t length)
{
    double re, im;
    fft_turn(i, length, &re, &im);
    return re;
}

static double hann(int64_t i, int64_t length)
{
    return 0.5 - 0.5 * cosine(i, length);
}

static double hamming(int64_t i, int64_t length)
{
    return 0.54 - 0.46 * cosine(i, length);
}

static double sqrthann(int64_t i, int64_t length)
{
    double re, im;
    fft_turn(i, 2 * length, &re, &im);
    return -im;
}

static const struct {
    const char *name;
    double (*value)(int64_t i, int64_t length);
} WINDOWS[] = {{"hann", hann}, {"hamming", hamming}, {"sqrthann", sqrthann}};

bool window_fill(const char *name, int64_t length, double *out)
{
    for (size_t w = 0; w < sizeof WINDOWS / sizeof *WINDOWS; w++)
        if (strcmp(name, WINDOWS[w].name) == 0) {
            for (int64_t i = 0; i < length; i++)
                out[i] = WINDOWS[w].value(i, length);
            return true;
        }
    return false;
}
