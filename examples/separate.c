/* separate.c -- two sounds that are mixed, and taken apart again by what each sounds like alone: by each of three losses. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <inshi/inshi.h>

enum { RATE = 8000, SAMPLES = 2 * RATE };

/* A chord that is struck twice a second; a noise that is heard three times. */
static void play(double *chord, double *noise)
{
    unsigned long long state = 1;
    for (int i = 0; i < SAMPLES; i++) {
        const double t = (double)i / RATE;
        state          = state * 6364136223846793005u + 1442695040888963407u;
        chord[i]       = 0;
        for (int h = 1; h <= 4; h++)
            chord[i] += 0.1 / h * exp(-4 * fmod(t, 0.5)) * sin(2 * 3.141592653589793 * 220 * h * t);
        noise[i] = 0.1 * exp(-8 * fmod(t, 0.66)) * ((double)(state >> 40) / (1 << 23) - 1);
    }
}

static inshi_sound sound_of(const double *x)
{
    return (inshi_sound){.samples        = SAMPLES,
                         .channels       = 1,
                         .rate           = RATE,
                         .data           = x,
                         .dtype          = INSHI_DTYPE_F8,
                         .sample_stride  = 1,
                         .channel_stride = 1};
}

/* How much larger x is than what is missing of it, in dB. */
static double quality(const double *x, const double *found)
{
    double size = 0, missing = 0;
    for (int i = 0; i < SAMPLES; i++) {
        size += x[i] * x[i];
        missing += (x[i] - found[i]) * (x[i] - found[i]);
    }
    return 10 * log10(size / missing);
}

/* found has room for two sources. The README quotes the body. */
static void separate(inshi_context *context, const char *loss, const inshi_sound *chord,
                     const inshi_sound *noise, const inshi_sound *mixture, double *found)
{
    inshi_options fit;
    inshi_options_default(&fit);
    inshi_separation_options options;
    inshi_separation_defaults(&options);
    fit.loss            = loss;
    options.fit         = &fit;
    inshi_separation *s = NULL;
    if (inshi_separation_create(context, &options, &s) || inshi_separation_train(s, "chord", chord, 4) ||
        inshi_separation_train(s, "noise", noise, 4) || inshi_separation_learn(s, mixture, NULL) ||
        inshi_separation_collect(s, mixture, found, NULL))
        fprintf(stderr, "%s\n", inshi_context_message(context));
    inshi_separation_destroy(s);
}

int main(void)
{
    static const char *const losses[] = {"eu", "kl", "is"};
    static double            chord[SAMPLES], noise[SAMPLES], mixture[SAMPLES], found[2 * SAMPLES];
    play(chord, noise);
    for (int i = 0; i < SAMPLES; i++)
        mixture[i] = chord[i] + noise[i];
    const inshi_sound first = sound_of(chord), second = sound_of(noise), both = sound_of(mixture);

    inshi_context *context = NULL;
    if (inshi_context_create(NULL, &context))
        return 1;
    for (int i = 0; i < 3; i++) {
        memset(found, 0, sizeof found);
        separate(context, losses[i], &first, &second, &both, found);
        printf("%s: chord %.1f dB, noise %.1f dB\n", losses[i], quality(chord, found),
               quality(noise, found + SAMPLES));
    }
    inshi_context_destroy(context);
    return 0;
}
