/* evaluation.c -- see evaluation.h. */
#include "evaluation.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "interrupt.h"

enum { GAP = 511 };

static const char *const EXTENSIONS[] = {"wav",  "flac", "ogg", "oga",  "opus", "aif", "aiff",
                                         "aifc", "mp3",  "w64", "rf64", "caf",  "au",  NULL};

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
    if (side->count > 0)
        return EXIT_OK;
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
        code =
            interrupt_asked(NULL) ? session_fail(v->session, INSHI_ERR_INTERRUPTED) : read_file(v, side, i);
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

double evaluation_mean_sdr(const struct evaluation *v)
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

int evaluation_score(struct evaluation *v)
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
    return status ? session_fail(session, status) : EXIT_OK;
}

void evaluation_release(struct evaluation *v)
{
    release_side(v, &v->references);
    release_side(v, &v->estimates);
}
