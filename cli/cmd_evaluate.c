/* cmd_evaluate.c -- inshi evaluate: how good separated sources are, given the true ones. */
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "interrupt.h"
#include "report.h"
#include "session.h"
#include "sound.h"

enum { MOST_SOURCES = 20, GAP = 511 };

static const char *const EXTENSIONS[] = {"wav",  "flac", "ogg", "oga",  "opus", "aif", "aiff",
                                         "aifc", "mp3",  "w64", "rf64", "caf",  "au",  NULL};

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

static bool is_sound(const char *name)
{
    const char *dot = strrchr(name, '.');
    for (int i = 0; dot && dot != name && EXTENSIONS[i]; i++)
        if (strcasecmp(dot + 1, EXTENSIONS[i]) == 0)
            return name[0] != '.';
    return false;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_name(struct side *side, const char *name)
{
    char **larger = small_take((size_t)side->count + 1, sizeof *larger);
    if (side->count)
        memcpy(larger, side->names, (size_t)side->count * sizeof *larger);
    larger[side->count++] = text_print("%s", name);
    free(side->names);
    side->names = larger;
}

static int list(struct session *session, struct side *side)
{
    DIR *folder = opendir(side->folder);
    if (!folder)
        return console_fail(&session->console, EXIT_IO, "cannot read the folder %s: %s", side->folder,
                            strerror(errno));
    for (const struct dirent *entry; (entry = readdir(folder));)
        if (is_sound(entry->d_name))
            add_name(side, entry->d_name);
    closedir(folder);
    if (side->count == 0)
        return console_fail(&session->console, EXIT_DATA, "there is no sound file (.wav, .flac, ...) in %s",
                            side->folder);
    qsort(side->names, (size_t)side->count, sizeof *side->names, by_name);
    return EXIT_OK;
}

static bool same_stem(const char *a, const char *b)
{
    const size_t length = (size_t)(strrchr(a, '.') - a);
    return length == (size_t)(strrchr(b, '.') - b) && strncmp(a, b, length) == 0;
}

static bool holds_stem(const struct side *side, const char *name)
{
    for (int64_t i = 0; i < side->count; i++)
        if (same_stem(side->names[i], name))
            return true;
    return false;
}

/* "a.wav, b.wav" of the names that the other side lacks. */
static char *names_text(const struct side *side, const struct side *other)
{
    char *text = text_print("%s", "");
    for (int64_t i = 0; i < side->count; i++)
        if (!holds_stem(other, side->names[i])) {
            char *longer = text_print("%s%s%s", text, *text ? ", " : "", side->names[i]);
            free(text);
            text = longer;
        }
    return text;
}

static void drop_others(struct side *side, const struct side *other)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < side->count; i++)
        if (holds_stem(other, side->names[i]))
            side->names[kept++] = side->names[i];
        else
            free(side->names[i]);
    side->count = kept;
}

/* As many on both sides: where one has more, and all of the other's names, those others are left out. */
static int match(struct evaluation *v)
{
    struct side *r = &v->references, *e = &v->estimates;
    struct side *more = r->count > e->count ? r : e, *fewer = more == r ? e : r;
    if (more->count == fewer->count)
        return EXIT_OK;
    char *others = names_text(more, fewer), *lacking = names_text(fewer, more);
    int   code = EXIT_OK;
    if (*lacking)
        code = console_fail(
            &v->session->console, EXIT_DATA,
            "there are %lld references in %s and %lld estimates in %s, and must be as many\nonly in %s: %s; "
            "only in %s: %s",
            (long long)r->count, r->folder, (long long)e->count, e->folder, more->folder, others,
            fewer->folder, lacking);
    else {
        session_warn(v->session, "left out, for %s has no file of that name: %s", fewer->folder, others);
        drop_others(more, fewer);
    }
    free(others);
    free(lacking);
    return code;
}

static int check_header(struct evaluation *v, const struct side *side, const char *name,
                        const struct sound_header *header)
{
    const struct side         *first = &v->references;
    const struct sound_header *other = &first->header;
    const char                *what  = header->rate != other->rate           ? "Hz"
                                       : header->channels != other->channels ? "channels"
                                       : header->samples != other->samples   ? "samples"
                                                                             : NULL;
    if (!what)
        return EXIT_OK;
    const int64_t here  = *what == 'H' ? header->rate : *what == 'c' ? header->channels : header->samples;
    const int64_t there = *what == 'H' ? other->rate : *what == 'c' ? other->channels : other->samples;
    return console_fail(
        &v->session->console, EXIT_DATA,
        "%s/%s has %lld %s, and %s/%s has %lld; all files must agree in rate, channels and length",
        side->folder, name, (long long)here, what, first->folder, first->names[0], (long long)there);
}

static int take_values(struct evaluation *v, struct side *side, const struct sound_header *header)
{
    side->header        = *header;
    const int64_t bytes = side->count * header->channels * (header->samples + GAP) * (int64_t)sizeof(double);
    if (bytes <= inshi_context_memory_left(v->session->context))
        side->values = calloc((size_t)bytes, 1);
    if (!side->values)
        return console_fail(&v->session->console, EXIT_NO_MEMORY,
                            "not enough memory for the %lld bytes of %s", (long long)bytes, side->folder);
    side->held = bytes;
    inshi_context_hold(v->session->context, bytes);
    return EXIT_OK;
}

/* Channels one after another, silence between them: no filter reaches from one into the next. */
static int read_file(struct evaluation *v, struct side *side, int64_t i)
{
    struct sound sound;
    char        *path = text_print("%s/%s", side->folder, side->names[i]);
    int          code = sound_load(v->session, path, INSHI_DTYPE_F8, &sound);
    free(path);
    if (code)
        return code;
    const struct sound_header h = sound.header;
    if (i > 0 || side == &v->estimates)
        code = check_header(v, side, side->names[i], &h);
    if (!code && i == 0)
        code = take_values(v, side, &h);
    const double *values = sound.values;
    for (int64_t c = 0; c < h.channels && !code; c++) {
        double *row = side->values + (i * h.channels + c) * (h.samples + GAP);
        for (int64_t t = 0; t < h.samples; t++)
            row[t] = values[t * h.channels + c];
    }
    sound_release(&sound);
    return code;
}

static int read_side(struct evaluation *v, struct side *side)
{
    int code = EXIT_OK;
    for (int64_t i = 0; i < side->count && !code; i++)
        code = interrupt_asked(NULL) ? interrupt_code(EXIT_OK) : read_file(v, side, i);
    return code;
}

static void release_side(struct evaluation *v, struct side *side)
{
    for (int64_t i = 0; i < side->count; i++)
        free(side->names[i]);
    free(side->names);
    free(side->values);
    inshi_context_hold(v->session->context, -side->held);
}

static inshi_matrix matrix_of(const struct side *side)
{
    return inshi_matrix_c(side->values, INSHI_DTYPE_F8, side->count,
                          side->header.channels * (side->header.samples + GAP));
}

/* Of the sources whose SDR is a number; NaN where there is none. */
static double mean_sdr(const struct evaluation *v)
{
    double  sum   = 0;
    int64_t count = 0;
    for (int64_t i = 0; i < v->references.count; i++)
        if (!isnan(v->scores[i].sdr)) {
            sum += v->scores[i].sdr;
            count++;
        }
    return sum / (double)count;
}

static void print_json(struct evaluation *v)
{
    json_t *object = json_object(), *sources = json_array();
    json_object_set_new(object, "inshi_version", json_string(inshi_version()));
    json_object_set_new(object, "command", json_string("evaluate"));
    json_object_set_new(object, "rate", json_integer(v->references.header.rate));
    json_object_set_new(object, "channels", json_integer(v->references.header.channels));
    json_object_set_new(object, "samples", json_integer(v->references.header.samples));
    for (int64_t i = 0; i < v->references.count; i++) {
        const inshi_bss_score *s   = &v->scores[i];
        json_t                *row = json_object();
        json_object_set_new(row, "reference", report_text(v->references.names[i]));
        json_object_set_new(row, "estimate", report_text(v->estimates.names[s->estimate]));
        json_object_set_new(row, "sdr", report_real(s->sdr));
        json_object_set_new(row, "sir", report_real(s->sir));
        json_object_set_new(row, "sar", report_real(s->sar));
        json_object_set_new(row, "si_sdr", report_real(s->si_sdr));
        json_array_append_new(sources, row);
    }
    json_object_set_new(object, "sources", sources);
    json_object_set_new(object, "mean_sdr", report_real(mean_sdr(v)));
    json_object_set_new(object, "warnings", report_list(&v->session->warnings, NULL));
    report_print(object);
    json_decref(object);
}

static void print_text(const struct evaluation *v)
{
    int width = 9;
    for (int64_t i = 0; i < v->references.count; i++) {
        const int a = (int)strlen(v->references.names[i]), b = (int)strlen(v->estimates.names[i]);
        width = a > width ? a : width;
        width = b > width ? b : width;
    }
    width = width < 60 ? width : 60;
    printf("%-*s  %-*s %8s %8s %8s %8s   dB\n", width, "reference", width, "estimate", "SDR", "SIR", "SAR",
           "SI-SDR");
    for (int64_t i = 0; i < v->references.count; i++) {
        const inshi_bss_score *s = &v->scores[i];
        printf("%-*s  %-*s %8.2f %8.2f %8.2f %8.2f\n", width, v->references.names[i], width,
               v->estimates.names[s->estimate], s->sdr, s->sir, s->sar, s->si_sdr);
    }
    printf("%-*s  %-*s %8.2f\n", width, "mean", width, "", mean_sdr(v));
}

static int evaluate(struct evaluation *v)
{
    struct session *session = v->session;
    int             code    = list(session, &v->references);
    if (!code)
        code = list(session, &v->estimates);
    if (!code)
        code = match(v);
    if (!code && v->references.count > MOST_SOURCES)
        code = console_fail(&session->console, EXIT_DATA, "there are %lld sources in %s, and %d are the most",
                            (long long)v->references.count, v->references.folder, MOST_SOURCES);
    if (!code)
        code = read_side(v, &v->references);
    if (!code)
        code = read_side(v, &v->estimates);
    if (code)
        return code;
    const inshi_status status = inshi_bss_eval(session->context, matrix_of(&v->references),
                                               matrix_of(&v->estimates), NULL, v->scores);
    if (status)
        return session_fail(session, status);
    if (session->settings.json)
        print_json(v);
    else
        print_text(v);
    return EXIT_OK;
}

static int run(struct session *session)
{
    const struct settings *s = &session->settings;
    if (!s->reference || !s->estimate)
        return console_fail(
            &session->console, EXIT_USAGE,
            "evaluate needs --%s DIR, the folder of the %s: inshi evaluate --reference stems --estimate out",
            s->reference ? "estimate" : "reference", s->reference ? "separated sources" : "true sources");
    struct evaluation v = {
        .session = session, .references = {.folder = s->reference}, .estimates = {.folder = s->estimate}};
    const int code = evaluate(&v);
    release_side(&v, &v.references);
    release_side(&v, &v.estimates);
    return code;
}

const struct command COMMAND_ROW_EVALUATE = {
    .name     = "evaluate",
    .bit      = COMMAND_EVALUATE,
    .summary  = "how good separated sources are: SDR, SIR, SAR, SI-SDR",
    .usage    = "evaluate --reference DIR --estimate DIR [options]\n",
    .examples = "evaluate --reference stems --estimate song-inshi\ta table, in dB\n"
                "evaluate --reference stems --estimate song-inshi --json\tfor scripts\n",
    .notes    = "The sound files of the two folders are paired so that the mean SIR is highest. Where one "
                "folder has\n"
                "more, its files that have no namesake in the other are left out. SDR, SIR and SAR are those of "
                "BSSEval\n"
                "3 with filters of 512 samples. Channels are taken together: one filter for all, energies "
                "added. Silence\n"
                "has no scores (nan, in JSON null).\n",
    .operands_least  = 0,
    .operands_most   = 0,
    .operand_names   = "options only",
    .library_options = "",
    .run             = run,
};
