/* separation_output.c -- what inshi separate writes: a sound file a source, separation.json, separation.html. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "evaluation.h"
#include "interrupt.h"
#include "report.h"
#include "separation.h"

static const char *format_name(const struct settings *settings)
{
    if (strcmp(settings->output_format, "auto") != 0)
        return settings->output_format;
    return strcmp(settings->dtype, "f64") == 0 ? "wav64" : "wav32";
}

/* ---- sound files --------------------------------------------------------------------------------------------------- */

static int open_writers(struct separating *s)
{
    struct sound_header header = s->header;
    header.format              = sound_format(format_name(&s->session->settings), &s->header);
    if (!header.format)
        return console_fail(&s->session->console, EXIT_USAGE,
                            "--output-format same: files like %s can be read but not written; wav32 can",
                            s->path);
    if (sound_quantizes(header.format))
        session_warn(s->session,
                     "--output-format same rounds: the sources add up to the recording to half a step of "
                     "each of them");
    s->writers = small_take((size_t)s->sources, sizeof(struct sound_writer *));
    s->files   = small_take((size_t)s->sources, sizeof *s->files);
    int code   = EXIT_OK;
    for (int64_t j = 0; j < s->sources && !code; j++) {
        s->files[j] = text_print("%s.%s", inshi_separation_name(s->model, j), sound_extension(header.format));
        char *path  = folder_path(&s->folder, s->files[j]);
        code        = sound_create(s->session, path, &header, &s->writers[j]);
        free(path);
    }
    return code;
}

static int write_samples(void *user, int64_t source, int64_t first, int64_t count, const double *values)
{
    struct separating *s = user;
    s->code              = sound_append(s->writers[source], count, INSHI_DTYPE_F8, values);
    if (s->page)
        separation_page_hear(s->page, source, first, count, values);
    if (source == s->sources - 1)
        progress_tell(&s->progress, (double)(first + count) / (double)s->header.samples,
                      separation_seconds() - s->began);
    return s->code;
}

static int see_frames(void *user, const inshi_separation_frames *frames)
{
    const struct separating *s = user;
    separation_page_see(s->page, frames);
    return 0;
}

static int separate(struct separating *s)
{
    const inshi_sound           mixture = separation_sound(&s->mixture, s->header.samples, &s->header);
    const inshi_separation_sink sink    = {write_samples, s->page ? see_frames : NULL, s};
    s->progress                         = (struct progress){.session = s->session, .label = "separating"};
    s->began                            = separation_seconds();
    const inshi_status status           = inshi_separation_apply(s->model, &mixture, &sink, &s->info);
    console_line_end(&s->session->console);
    if (!status)
        return EXIT_OK;
    return s->code ? s->code : separation_fail(s, status, &s->mixture);
}

/* Ends all files; the first that fails decides for those behind it. */
static int close_writers(struct separating *s, int code)
{
    for (int64_t j = 0; s->writers && j < s->sources; j++) {
        code = sound_end(s->writers[j], code);
        if (!code)
            folder_note(s->session, &s->folder, s->files[j], INSHI_OK);
    }
    free(s->writers);
    s->writers = NULL;
    return code;
}

/* ---- separation.json ----------------------------------------------------------------------------------------------- */

/* A word as a shell reads it. */
static void put_word(const char *word, FILE *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:@+%";
    if (*word && !word[strspn(word, plain)]) {
        fprintf(out, " %s", word);
        return;
    }
    fputs(" '", out);
    for (const char *p = word; *p; p++)
        if (*p == '\'')
            fputs("'\\''", out);
        else
            fputc(*p, out);
    fputc('\'', out);
}

static json_t *command_line(const struct session *session)
{
    char   *text = NULL;
    size_t  size = 0;
    FILE   *out  = open_memstream(&text, &size);
    json_t *json = NULL;
    if (out) {
        fputs("inshi separate", out);
        for (int i = 0; i < session->word_count; i++)
            put_word(session->words[i], out);
        if (fclose(out) == 0)
            json = report_text(text);
    }
    free(text);
    return json ? json : json_null();
}

static void add_settings(json_t *o, const struct separating *s)
{
    const struct settings *settings = &s->session->settings;
    const inshi_options   *model    = &settings->model;
    json_object_set_new(o, "loss", report_text(model->loss));
    json_object_set_new(o, "power", json_integer(s->info.power));
    json_object_set_new(o, "fft", json_integer(s->info.length));
    json_object_set_new(o, "hop", json_integer(s->info.hop));
    json_object_set_new(o, "window", report_text(settings->window));
    json_object_set_new(o, "mask_power", report_text(settings->mask_power));
    json_object_set_new(o, "residual", json_boolean(settings->residual));
    json_object_set_new(o, "sparse", report_real(settings->sparse));
    json_object_set_new(o, "smooth", report_real(settings->smooth));
    json_object_set_new(o, "learn_seconds", report_real(s->info.learn_seconds));
    json_object_set_new(o, "seed", report_seed(model->seed));
    json_object_set_new(o, "restarts", json_integer(model->restarts));
    json_object_set_new(o, "tolerance", report_real(model->tolerance));
    json_object_set_new(o, "dtype", report_text(settings->dtype));
    json_object_set_new(o, "output_format", report_text(format_name(settings)));
    json_object_set_new(o, "threads", json_integer(inshi_context_threads(s->session->context)));
}

/* Of the fit of the recording itself, where there was one. */
static void add_outcome(json_t *o, const struct separating *s)
{
    const inshi_info *info = s->fitted ? inshi_report_info(s->report) : NULL;
    json_object_set_new(o, "rank", json_integer(inshi_separation_basis(s->model).columns));
    json_object_set_new(o, "solver", info ? report_text(info->solver) : json_null());
    json_object_set_new(o, "isa", report_text(inshi_context_isa(s->session->context)));
    json_object_set_new(o, "iterations", info ? json_integer(info->iterations) : json_null());
    json_object_set_new(o, "stop", info ? report_text(inshi_stop_name(info->stop)) : json_null());
    json_object_set_new(o, "objective", info ? report_real(info->objective) : json_null());
    json_object_set_new(o, "kkt", info ? report_real(info->kkt) : json_null());
    json_object_set_new(o, "remainder", report_real(s->info.remainder));
    json_object_set_new(o, "seconds", report_real(s->learning + s->info.seconds));
    json_object_set_new(o, "separation_seconds", report_real(s->info.seconds));
    json_object_set_new(o, "peak_bytes", json_integer(inshi_context_peak_bytes(s->session->context)));
}

static json_t *source_object(const struct separating *s, int64_t source)
{
    int64_t        count;
    const int64_t *numbers = inshi_separation_components(s->model, source, &count);
    json_t        *object = json_object(), *components = json_array();
    for (int64_t i = 0; i < count; i++)
        json_array_append_new(components, json_integer(numbers[i]));
    json_object_set_new(object, "name", report_text(inshi_separation_name(s->model, source)));
    json_object_set_new(object, "file", report_text(s->files[source]));
    json_object_set_new(object, "components", components);
    return object;
}

static json_t *summary_of(const struct separating *s)
{
    json_t *o = json_object(), *input = json_object(), *sources = json_array();
    json_object_set_new(o, "inshi_version", json_string(inshi_version()));
    json_object_set_new(o, "command", json_string("separate"));
    json_object_set_new(o, "command_line", command_line(s->session));
    json_object_set_new(input, "path", report_text(s->path));
    json_object_set_new(input, "samples", json_integer(s->header.samples));
    json_object_set_new(input, "channels", json_integer(s->header.channels));
    json_object_set_new(input, "rate", json_integer(s->header.rate));
    json_object_set_new(o, "input", input);
    add_settings(o, s);
    add_outcome(o, s);
    for (int64_t j = 0; j < s->sources; j++)
        json_array_append_new(sources, source_object(s, j));
    json_object_set_new(o, "sources", sources);
    return o;
}

/* ---- scores -------------------------------------------------------------------------------------------------------- */

static void add_scores(json_t *summary, const struct evaluation *v)
{
    json_t *sources = json_object_get(summary, "sources");
    for (int64_t i = 0; i < v->references.count; i++) {
        const inshi_bss_score *score = &v->scores[i];
        size_t                 index;
        json_t                *source;
        json_array_foreach(sources, index, source)
        {
            if (strcmp(json_string_value(json_object_get(source, "file")),
                       v->estimates.names[score->estimate]))
                continue;
            json_object_set_new(source, "reference", report_text(v->references.names[i]));
            report_scores(source, score);
        }
    }
    json_object_set_new(summary, "mean_sdr", report_real(evaluation_mean_sdr(v)));
}

/* Scores the files that have been written. */
static int score(struct separating *s, json_t *summary)
{
    struct evaluation v = {.session    = s->session,
                           .references = {.folder = s->session->settings.reference},
                           .estimates  = {.folder = s->folder.path}};
    if (!v.references.folder)
        return EXIT_OK;
    v.estimates.names = small_take((size_t)s->sources, sizeof *v.estimates.names);
    for (int64_t j = 0; j < s->sources; j++)
        v.estimates.names[v.estimates.count++] = text_print("%s", s->files[j]);
    const int code = evaluation_score(&v);
    if (!code) {
        add_scores(summary, &v);
        console_note(&s->session->console, "mean SDR %.2f dB against %s", evaluation_mean_sdr(&v),
                     v.references.folder);
    }
    evaluation_release(&v);
    return code;
}

/* ---- all ----------------------------------------------------------------------------------------------------------- */

static void write_text(struct separating *s, const char *name, const char *text, size_t length)
{
    char *path = folder_path(&s->folder, name);
    if (text)
        folder_note(s->session, &s->folder, name, inshi_file_write(s->session->context, path, text, length));
    else
        s->folder.code = console_fail(&s->session->console, EXIT_NO_MEMORY, "not enough memory for %s", path);
    free(path);
}

static void write_page(struct separating *s, const json_t *summary)
{
    size_t length = 0;
    char  *text   = separation_page_text(s->page, s->model, summary, &length);
    write_text(s, "separation.html", text, length);
    free(text);
}

static struct separation_page *open_page(const struct separating *s)
{
    const inshi_matrix            w     = inshi_separation_basis(s->model);
    const struct separation_shape shape = {.sources    = s->sources,
                                           .components = w.columns,
                                           .samples    = s->header.samples,
                                           .channels   = s->header.channels,
                                           .rate       = s->header.rate,
                                           .bins       = w.rows,
                                           .frames     = s->info.frames,
                                           .power      = s->info.power};
    return separation_page_open(&shape);
}

int separation_write(struct separating *s)
{
    s->sources = inshi_separation_count(s->model);
    inshi_separation_inspect(s->model, &s->info);
    s->page  = open_page(s);
    int code = open_writers(s);
    if (!code)
        code = separate(s);
    code = close_writers(s, code);
    if (code)
        return interrupt_code(code);
    json_t *summary = summary_of(s);
    code            = score(s, summary);
    json_object_set_new(summary, "warnings", report_list(&s->session->warnings, NULL));
    write_page(s, summary);
    json_object_set_new(summary, "files", report_list(&s->folder.files, "separation.json"));
    report_finish(s->session, &s->folder, "separation.json", summary);
    return code ? code : s->folder.code;
}
