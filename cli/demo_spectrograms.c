/* demo_spectrograms.c -- the picture of inshi demo --audio. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "demo_audio.h"
#include "figure.h"
#include "sound.h"

enum { COLUMNS = 2 + AUDIO_LOSSES, PANELS = SOUND_INSTRUMENTS * COLUMNS, LENGTH = 1024, HOP = 384 };
static const double DECIBELS = 70, HIGHEST = 4000 /* Hz that are shown */;

struct sheet {
    struct figure_heat heats[PANELS];
    double            *values[PANELS];
    char              *titles[PANELS];
    double             reference; /* the largest power of the mixture */
};

static double power_at(const double *spectrum, int64_t at)
{
    return spectrum[2 * at] * spectrum[2 * at] + spectrum[2 * at + 1] * spectrum[2 * at + 1];
}

/* Decibels below the largest of the mixture, which comes first; the highest frequency is the first row. */
static inshi_status draw_spectrum(inshi_context *context, const double *x, struct sheet *sheet, int panel)
{
    const inshi_stft_options options = {.size = sizeof options, .length = LENGTH, .hop = HOP};
    int64_t                  bins, frames;
    inshi_status             status = inshi_stft_shape(context, &options, SOUND_SAMPLES, &bins, &frames);
    if (status)
        return status;
    double *spectrum     = small_take(2 * (size_t)(bins * frames), sizeof *spectrum);
    status               = inshi_stft(context, &options, x, SOUND_SAMPLES, INSHI_DTYPE_F8, spectrum);
    const int64_t rows   = (int64_t)(HIGHEST * LENGTH / SOUND_RATE);
    double       *values = small_take((size_t)(rows * frames), sizeof *values);
    for (int64_t i = 0; i < bins * frames && panel == 0; i++)
        sheet->reference = fmax(sheet->reference, power_at(spectrum, i));
    for (int64_t row = 0; row < rows; row++)
        for (int64_t t = 0; t < frames; t++)
            values[row * frames + t] =
                10 * log10(power_at(spectrum, t * bins + rows - 1 - row) / sheet->reference + 1e-30);
    free(spectrum);
    sheet->values[panel] = values;
    sheet->heats[panel]  = (struct figure_heat){.title        = sheet->titles[panel],
                                                .row_label    = "Hz",
                                                .column_label = "seconds",
                                                .value_label  = "dB",
                                                .values       = {.data       = values,
                                                                 .rows       = rows,
                                                                 .columns    = frames,
                                                                 .row_end    = HIGHEST,
                                                                 .column_end = (double)SOUND_SAMPLES / SOUND_RATE},
                                                .low          = -DECIBELS,
                                                .high         = 0};
    return status;
}

static void draw_found(struct session *session, const struct demo_audio *demo, struct folder *folder,
                       struct sheet *sheet, int loss, int instrument)
{
    const int    panel = instrument * COLUMNS + 2 + loss;
    char        *name  = text_print("%s/%s.wav", DEMO_AUDIO_LOSSES[loss], DEMO_INSTRUMENTS[instrument]);
    char        *path  = folder_path(folder, name);
    struct sound sound;
    sheet->titles[panel] =
        text_print("%s, SDR %.1f dB", DEMO_AUDIO_LOSSES[loss], demo->scores[loss][instrument].sdr);
    const int code = sound_load(session, path, INSHI_DTYPE_F8, &sound);
    if (code)
        folder->code = code;
    else if (sound.header.samples == SOUND_SAMPLES && sound.header.channels == 1)
        folder->code = draw_spectrum(session->context, sound.values, sheet, panel)
                           ? session_fail(session, INSHI_ERR_MEMORY)
                           : folder->code;
    if (!code)
        sound_release(&sound);
    free(path);
    free(name);
}

static void fill_sheet(struct session *session, const struct demo_audio *demo, struct folder *folder,
                       struct sheet *sheet)
{
    sheet->titles[0]    = text_print("the mixture");
    inshi_status status = draw_spectrum(session->context, demo->mixture, sheet, 0);
    for (int i = 0; i < SOUND_INSTRUMENTS && !status; i++) {
        sheet->titles[i * COLUMNS + 1] = text_print("%s, as it was", DEMO_INSTRUMENTS[i]);
        status = draw_spectrum(session->context, demo->sources + (size_t)i * SOUND_SAMPLES, sheet,
                               i * COLUMNS + 1);
    }
    if (status)
        folder->code = session_fail(session, status);
    for (int loss = 0; loss < demo->done && !folder->code; loss++)
        for (int i = 0; i < SOUND_INSTRUMENTS && !folder->code; i++)
            draw_found(session, demo, folder, sheet, loss, i);
}

void demo_spectrograms_write(struct session *session, const struct demo_audio *demo, struct folder *folder)
{
    struct sheet sheet = {0};
    if (strcmp(session->settings.figures, "none") == 0)
        return;
    folder_inside(session, folder, "figures");
    fill_sheet(session, demo, folder, &sheet);
    const struct figure_panels panels = {"a piano and drums, mixed and separated", SOUND_INSTRUMENTS, COLUMNS,
                                         sheet.heats};
    char                      *file   = text_print("figures/spectrograms.%s", session->settings.figures);
    char                      *path   = folder_path(folder, file);
    if (!folder->code)
        folder_note(session, folder, file, figure_panels_write(session->context, path, &panels));
    free(path);
    free(file);
    for (int i = 0; i < PANELS; i++) {
        free(sheet.values[i]);
        free(sheet.titles[i]);
    }
}
