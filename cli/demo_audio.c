/* demo_audio.c -- see demo_audio.h. Each separation is the command `inshi separate` with the words that its page shows. */
#include "demo_audio.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "arguments.h"
#include "interrupt.h"
#include "report.h"
#include "sound.h"

enum { MOST_ARGUMENTS = 24 };

const char *const DEMO_AUDIO_LOSSES[AUDIO_LOSSES] = {"eu", "kl", "is"};

/* ---- sounds ---------------------------------------------------------------------------------------------------------- */

static int write_sound(struct session *session, struct folder *folder, const char *name, const double *values)
{
    struct sound_header  header = {.samples = SOUND_SAMPLES, .channels = 1, .rate = SOUND_RATE};
    struct sound_writer *writer;
    char                *path = folder_path(folder, name);
    header.format             = sound_format("wav32", &header);
    int code                  = sound_create(session, path, &header, &writer);
    if (!code)
        code = sound_end(writer, sound_append(writer, SOUND_SAMPLES, INSHI_DTYPE_F8, values));
    if (!code)
        folder_note(session, folder, name, INSHI_OK);
    free(path);
    return code;
}

/* learn/NAME.wav and true/NAME.wav; the latter also into sources and mixture. */
static int play(struct session *session, struct folder *folder, struct demo_audio *demo, int instrument)
{
    double *learn  = small_take(SOUND_SAMPLES, sizeof *learn);
    double *music  = demo->sources + (size_t)instrument * SOUND_SAMPLES;
    char   *first  = text_print("learn/%s.wav", DEMO_INSTRUMENTS[instrument]);
    char   *second = text_print("true/%s.wav", DEMO_INSTRUMENTS[instrument]);
    demo_sound_play(instrument, PIECE_LEARN, learn);
    demo_sound_play(instrument, PIECE_MUSIC, music);
    for (int64_t i = 0; i < SOUND_SAMPLES; i++)
        demo->mixture[i] += music[i];
    int code = write_sound(session, folder, first, learn);
    if (!code)
        code = write_sound(session, folder, second, music);
    free(first);
    free(second);
    free(learn);
    return code;
}

static int write_sounds(struct session *session, struct folder *folder, struct demo_audio *demo)
{
    folder_inside(session, folder, "learn");
    folder_inside(session, folder, "true");
    int code = folder->code;
    for (int i = 0; i < SOUND_INSTRUMENTS && !code; i++)
        code = play(session, folder, demo, i);
    return code ? code : write_sound(session, folder, "mixture.wav", demo->mixture);
}

/* What the mixture is worth as it is: the scores of who does nothing. */
static int score_mixture(struct session *session, struct demo_audio *demo)
{
    double *twice = small_take(2 * (size_t)SOUND_SAMPLES, sizeof *twice);
    for (int i = 0; i < SOUND_INSTRUMENTS; i++)
        memcpy(twice + (size_t)i * SOUND_SAMPLES, demo->mixture, SOUND_SAMPLES * sizeof *twice);
    const inshi_bss_options options = {.size = sizeof options, .keep_order = 1};
    const inshi_matrix      truth =
        inshi_matrix_c(demo->sources, INSHI_DTYPE_F8, SOUND_INSTRUMENTS, SOUND_SAMPLES);
    const inshi_matrix found  = inshi_matrix_c(twice, INSHI_DTYPE_F8, SOUND_INSTRUMENTS, SOUND_SAMPLES);
    const inshi_status status = inshi_bss_eval(session->context, truth, found, &options, demo->before);
    free(twice);
    return status ? session_fail(session, status) : EXIT_OK;
}

/* ---- one separation -------------------------------------------------------------------------------------------------- */

/* The words behind "inshi separate"; how many. */
static int list_words(const struct settings *settings, const char *folder, const char *loss,
                      char *words[MOST_ARGUMENTS])
{
    int count      = 0;
    words[count++] = text_print("--loss");
    words[count++] = text_print("%s", loss);
    for (int i = 0; i < SOUND_INSTRUMENTS; i++) {
        words[count++] = text_print("--train");
        words[count++] = text_print("%s=%s/learn/%s.wav", DEMO_INSTRUMENTS[i], folder, DEMO_INSTRUMENTS[i]);
    }
    words[count++] = text_print("-k");
    words[count++] = text_print("8");
    words[count++] = text_print("--fft");
    words[count++] = text_print("1024");
    words[count++] = text_print("--seed");
    words[count++] = text_print("%llu", (unsigned long long)settings->model.seed);
    words[count++] = text_print("--reference");
    words[count++] = text_print("%s/true", folder);
    words[count++] = text_print("-o");
    words[count++] = text_print("%s/%s", folder, loss);
    if (settings->force)
        words[count++] = text_print("--force");
    words[count++] = text_print("--");
    words[count++] = text_print("%s/mixture.wav", folder);
    return count;
}

/* Runs the command in this session, which is then as it was. Its notes are told with --verbose alone. */
static int separate(struct session *session, const struct folder *folder, const char *loss)
{
    char            *words[MOST_ARGUMENTS];
    const int        count = list_words(&session->settings, folder->path, loss, words);
    struct session   kept  = *session;
    struct settings *own   = &session->settings;
    int code = arguments_read(&session->console, session->context, &COMMAND_ROW_SEPARATE, count, words, own);
    if (!code) {
        own->progress          = kept.settings.progress;
        session->command       = &COMMAND_ROW_SEPARATE;
        session->words         = words;
        session->word_count    = count;
        session->console.quiet = !kept.console.verbose && strcmp(own->progress, "json") != 0;
        code                   = COMMAND_ROW_SEPARATE.run(session);
    }
    session->settings   = kept.settings;
    session->command    = kept.command;
    session->words      = kept.words;
    session->word_count = kept.word_count;
    session->console    = kept.console;
    for (int i = 0; i < count; i++)
        free(words[i]);
    return code;
}

static double number_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

/* Scores and files from the separation's own summary. */
static int take_summary(struct session *session, struct folder *folder, struct demo_audio *demo, int loss)
{
    char         *name    = text_print("%s/separation.json", DEMO_AUDIO_LOSSES[loss]);
    char         *path    = folder_path(folder, name);
    json_t       *summary = json_load_file(path, 0, NULL), *value;
    size_t        index;
    const json_t *sources = json_object_get(summary, "sources");
    for (size_t i = 0; i < SOUND_INSTRUMENTS; i++) {
        const json_t *source = json_array_get(sources, i);
        demo->scores[loss][i] =
            (inshi_bss_score){(int64_t)i, number_of(source, "sdr"), number_of(source, "sir"),
                              number_of(source, "sar"), number_of(source, "si_sdr")};
    }
    demo->seconds[loss] = number_of(summary, "seconds");
    json_array_foreach(json_object_get(summary, "files"), index, value)
    {
        char *file = text_print("%s/%s", DEMO_AUDIO_LOSSES[loss], json_string_value(value));
        folder_note(session, folder, file, INSHI_OK);
        free(file);
    }
    const int code = summary ? EXIT_OK
                             : console_fail(&session->console, EXIT_IO,
                                            "%s cannot be read again: did something else change it?", path);
    json_decref(summary);
    free(path);
    free(name);
    return code;
}

static int separate_all(struct session *session, struct folder *folder, struct demo_audio *demo)
{
    int code = EXIT_OK;
    for (int i = 0; i < AUDIO_LOSSES && !code; i++) {
        console_note(&session->console, "separating by %s", DEMO_AUDIO_LOSSES[i]);
        code = separate(session, folder, DEMO_AUDIO_LOSSES[i]);
        if (!code)
            code = take_summary(session, folder, demo, i);
        demo->done = code ? i : i + 1;
    }
    return code;
}

/* ---- table and summary ----------------------------------------------------------------------------------------------- */

static void print_table(const struct demo_audio *demo)
{
    printf("%-10s%-10s%8s%10s%10s%10s   dB\n", "loss", "source", "SDR", "SIR", "SAR", "SI-SDR");
    for (int i = 0; i < SOUND_INSTRUMENTS; i++)
        printf("%-10s%-10s%8.2f%10s%10s%10.2f\n", "(mixture)", DEMO_INSTRUMENTS[i], demo->before[i].sdr, "-",
               "-", demo->before[i].si_sdr);
    for (int loss = 0; loss < demo->done; loss++)
        for (int i = 0; i < SOUND_INSTRUMENTS; i++) {
            const inshi_bss_score *s = &demo->scores[loss][i];
            printf("%-10s%-10s%8.2f%10.2f%10.2f%10.2f\n", DEMO_AUDIO_LOSSES[loss], DEMO_INSTRUMENTS[i],
                   s->sdr, s->sir, s->sar, s->si_sdr);
        }
}

static json_t *scores_object(const inshi_bss_score scores[SOUND_INSTRUMENTS])
{
    json_t *sources = json_array();
    for (int i = 0; i < SOUND_INSTRUMENTS; i++) {
        json_t *source = json_object();
        json_object_set_new(source, "name", json_string(DEMO_INSTRUMENTS[i]));
        report_scores(source, &scores[i]);
        json_array_append_new(sources, source);
    }
    return sources;
}

static json_t *summary_of(const struct session *session, const struct demo_audio *demo,
                          const struct folder *folder)
{
    json_t *summary = json_object(), *runs = json_array();
    json_object_set_new(summary, "inshi_version", json_string(inshi_version()));
    json_object_set_new(summary, "command", json_string("demo"));
    json_object_set_new(summary, "audio", json_true());
    json_object_set_new(summary, "samples", json_integer(SOUND_SAMPLES));
    json_object_set_new(summary, "rate", json_integer(SOUND_RATE));
    json_object_set_new(summary, "seed", report_seed(session->settings.model.seed));
    json_object_set_new(summary, "mixture", scores_object(demo->before));
    for (int loss = 0; loss < demo->done; loss++) {
        json_t *run = json_object();
        json_object_set_new(run, "loss", json_string(DEMO_AUDIO_LOSSES[loss]));
        json_object_set_new(run, "seconds", report_real(demo->seconds[loss]));
        json_object_set_new(run, "sources", scores_object(demo->scores[loss]));
        json_array_append_new(runs, run);
    }
    json_object_set_new(summary, "runs", runs);
    json_object_set_new(summary, "warnings", report_list(&session->warnings, NULL));
    json_object_set_new(summary, "files", report_list(&folder->files, "summary.json"));
    return summary;
}

static int write_all(struct session *session, const struct demo_audio *demo, struct folder *folder)
{
    demo_spectrograms_write(session, demo, folder);
    if (!session->settings.json)
        print_table(demo);
    report_finish(session, folder, "summary.json", summary_of(session, demo, folder));
    if (folder->code)
        return folder->code;
    console_note(&session->console, "wrote %s; next: open %s/kl/separation.html, it has players and pictures",
                 folder->path, folder->path);
    return interrupt_code(EXIT_OK);
}

int demo_audio_run(struct session *session)
{
    struct demo_audio demo = {.mixture = small_take(SOUND_SAMPLES, sizeof(double)),
                              .sources = small_take(SOUND_INSTRUMENTS * SOUND_SAMPLES, sizeof(double))};
    struct folder     folder;
    int               code = folder_check(session, "inshi-demo-audio", "", &folder);
    if (!code)
        code = folder_make(session, &folder);
    if (!code)
        code = write_sounds(session, &folder, &demo);
    if (!code)
        code = score_mixture(session, &demo);
    if (!code)
        code = separate_all(session, &folder, &demo);
    if (!code)
        code = write_all(session, &demo, &folder);
    folder_close(&folder);
    free(demo.mixture);
    free(demo.sources);
    return code;
}
