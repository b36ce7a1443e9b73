/* basis_file.c -- a learned basis in a file: which transform and loss it is for, its sources, their spectra.
 *
 * Sections (base/sections.h): SETTINGS, SOURCES (name, number of components and which), SPECTRA (W, column after column).
 * A load checks every number that leads to memory or to an index.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "audio/separation.h"
#include "base/real.h"
#include "base/sections.h"

static const char MAGIC[8] = {'i', 'n', 's', 'h', 'i', 'S', 'B', '\n'};

enum {
    VERSION          = 1,
    SECTION_SETTINGS = 1,
    SECTION_SOURCES,
    SECTION_SPECTRA,
    WINDOW_SIZE = 16,
    NUMBERS     = 8, /* of the settings */
    MOST_K      = 1 << 24
};

/* What a file says. */
struct stored {
    double   rate;
    int64_t  length, hop, fft, power, bins, k, sources, real;
    char     window[WINDOW_SIZE], loss[LOSS_SIZE];
    int64_t  found; /* components of the source that is looked for; 0 = there is none */
    int64_t *ids;
    char     names[512]; /* of all, for a sentence */
};

/* ---- writing ------------------------------------------------------------------------------------------------------- */

static void put_settings(struct sections_writer *w, const inshi_separation *s)
{
    const inshi_stft_options *stft                = &s->options.stft;
    char                      window[WINDOW_SIZE] = {0}, loss[LOSS_SIZE] = {0};
    const int64_t             numbers[NUMBERS] = {stft->length, stft->hop, stft->fft,       s->options.power,
                                                  s->bins,      s->k,      s->source_count, (int64_t)separation_real(s)};
    snprintf(window, sizeof window, "%s", s->window);
    snprintf(loss, sizeof loss, "%s", s->loss);
    sections_open(w, SECTION_SETTINGS, 8 + 8 * NUMBERS + sizeof window + sizeof loss);
    sections_put_real(w, s->rate);
    for (int i = 0; i < NUMBERS; i++)
        sections_put_whole(w, (uint64_t)numbers[i]);
    sections_put(w, window, sizeof window);
    sections_put(w, loss, sizeof loss);
    sections_close(w);
}

static void put_sources(struct sections_writer *w, const inshi_separation *s)
{
    uint64_t bytes = 0;
    for (int64_t j = 0; j < s->source_count; j++)
        bytes += NAME_SIZE + 8 + 8 * (uint64_t)s->sources[j].count;
    sections_open(w, SECTION_SOURCES, bytes);
    for (int64_t j = 0; j < s->source_count; j++) {
        char name[NAME_SIZE] = {0};
        snprintf(name, sizeof name, "%s", s->sources[j].name);
        sections_put(w, name, sizeof name);
        sections_put_whole(w, (uint64_t)s->sources[j].count);
        for (int64_t i = 0; i < s->sources[j].count; i++)
            sections_put_whole(w, (uint64_t)s->sources[j].components[i]);
    }
    sections_close(w);
}

inshi_status inshi_separation_save(const inshi_separation *s, const char *path)
{
    struct sections_writer w;
    if (!s)
        return INSHI_ERR_ARGUMENT;
    if (!path || s->k == 0)
        return context_fail(s->context, INSHI_ERR_ARGUMENT,
                            path ? "there is no component to save" : "path is NULL");
    inshi_status status = sections_begin(&w, s->context, path, MAGIC, VERSION, 3);
    if (status)
        return status;
    const size_t real = separation_real(s);
    put_settings(&w, s);
    put_sources(&w, s);
    sections_open(&w, SECTION_SPECTRA, (uint64_t)(s->bins * s->k) * real);
    sections_put_numbers(&w, s->w, (size_t)(s->bins * s->k), (int)real);
    sections_close(&w);
    return sections_end(&w, false);
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

static inshi_status get_settings(struct sections_reader *r, struct stored *f)
{
    if (sections_next(r) != SECTION_SETTINGS)
        return sections_fail(r, "its settings are missing");
    int64_t *const numbers[NUMBERS] = {&f->length, &f->hop, &f->fft,     &f->power,
                                       &f->bins,   &f->k,   &f->sources, &f->real};
    f->rate                         = sections_get_real(r);
    for (int i = 0; i < NUMBERS; i++)
        *numbers[i] = (int64_t)sections_get_whole(r);
    sections_get(r, f->window, sizeof f->window);
    sections_get(r, f->loss, sizeof f->loss);
    f->window[sizeof f->window - 1] = f->loss[sizeof f->loss - 1] = '\0';
    const bool sound = !r->damaged && f->bins == f->fft / 2 + 1 && f->k >= 1 && f->k <= MOST_K &&
                       f->bins >= 1 && f->bins <= 1 << 26 && f->sources >= 1 && f->sources <= f->k &&
                       (f->real == 4 || f->real == 8) && f->rate > 0 && isfinite(f->rate);
    return sound ? INSHI_OK : sections_fail(r, "its settings make no sense");
}

/* The setting that differs from those of s, if any, as a sentence. */
static inshi_status compare(const inshi_separation *s, const char *path, const struct stored *f)
{
    char        shown[FILE_SHOWN], theirs[LOSS_SIZE], ours[LOSS_SIZE];
    const char *name = file_shown(path, shown);
    const struct {
        const char *what, *option;
        int64_t     theirs, ours;
    } numbers[] = {{"a window of samples", "fft", f->length, s->options.stft.length},
                   {"a hop of samples", "hop", f->hop, s->options.stft.hop},
                   {"points of the transform", "fft", f->fft, s->options.stft.fft},
                   {"power", "power", f->power, s->options.power}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i].theirs != numbers[i].ours) {
            return context_fail(
                s->context, INSHI_ERR_DATA,
                "%s was made with another transform (%s: %lld, and here %lld); --%s %lld is what it "
                "needs",
                name, numbers[i].what, (long long)numbers[i].theirs, (long long)numbers[i].ours,
                numbers[i].option, (long long)numbers[i].theirs);
        }
    snprintf(theirs, sizeof theirs, "%s", strcmp(f->window, s->window) ? f->window : f->loss);
    snprintf(ours, sizeof ours, "%s", strcmp(f->window, s->window) ? s->window : s->loss);
    if (strcmp(theirs, ours) != 0)
        return context_fail(s->context, INSHI_ERR_DATA,
                            "%s was made with another %s (%s, and here %s); --%s %s is what it needs", name,
                            strcmp(f->window, s->window) ? "window" : "loss", theirs, ours,
                            strcmp(f->window, s->window) ? "window" : "loss", theirs);
    return INSHI_OK;
}

/* Finds the components of the source of that name, or of the only one. MEMORY, DATA. */
static inshi_status get_sources(struct sections_reader *r, struct stored *f, const char *name)
{
    inshi_context *context = r->context;
    if (sections_next(r) != SECTION_SOURCES)
        return sections_fail(r, "its sources are missing");
    f->ids = memory_take(context, f->k, sizeof *f->ids, "the components");
    if (!f->ids)
        return INSHI_ERR_MEMORY;
    for (int64_t j = 0; j < f->sources; j++) {
        char label[NAME_SIZE];
        sections_get(r, label, sizeof label);
        label[NAME_SIZE - 1] = '\0';
        const int64_t count  = (int64_t)sections_get_whole(r);
        const bool    wanted = f->sources == 1 || strcmp(label, name) == 0;
        if (r->damaged || count < 0 || count > f->k)
            return sections_fail(r, "its sources make no sense");
        for (int64_t i = 0; i < count; i++) {
            const int64_t id = (int64_t)sections_get_whole(r);
            if (r->damaged || id < 0 || id >= f->k)
                return sections_fail(r, "its sources make no sense");
            if (wanted)
                f->ids[i] = id;
        }
        if (wanted)
            f->found = count;
        snprintf(f->names + strlen(f->names), sizeof f->names - strlen(f->names), "%s%s", j ? ", " : "",
                 label);
    }
    if (f->found)
        return INSHI_OK;
    char shown[FILE_SHOWN];
    return context_fail(context, INSHI_ERR_DATA, "%s has no source \"%s\"; it has %s",
                        file_shown(r->path, shown), name, f->names);
}

/* Copies a column that the file has to column `to` of W, in the dtype of s. DATA: a number that is none. */
static inshi_status put_column(struct sections_reader *r, inshi_separation *s, const struct stored *f,
                               const void *column, int64_t to)
{
    double sum = 0;
    for (int64_t b = 0; b < s->bins; b++) {
        const double value = real_get(column, f->real, b);
        if (!(value >= 0) || !isfinite(value))
            return sections_fail(r, "a spectrum holds what is no number of at least 0");
        sum += value;
        real_set(s->w, (int64_t)separation_real(s), to * s->bins + b, value);
    }
    return isfinite(sum) ? INSHI_OK : sections_fail(r, "a spectrum is too large");
}

static inshi_status get_spectra(struct sections_reader *r, inshi_separation *s, const struct stored *f)
{
    if (sections_next(r) != SECTION_SPECTRA || r->left != (uint64_t)(f->bins * f->k * f->real))
        return sections_fail(r, "its spectra are missing");
    void *column = memory_take(s->context, f->bins, (size_t)f->real, "a spectrum");
    if (!column)
        return INSHI_ERR_MEMORY;
    inshi_status status = INSHI_OK;
    for (int64_t j = 0; j < f->k && !status; j++) {
        sections_get_numbers(r, column, (size_t)f->bins, (int)f->real);
        for (int64_t i = 0; i < f->found && !status; i++)
            if (f->ids[i] == j)
                status = put_column(r, s, f, column, s->k - f->found + i);
    }
    memory_give(s->context, column);
    return status;
}

inshi_status inshi_separation_load(inshi_separation *s, const char *name, const char *path)
{
    struct sections_reader r;
    struct stored          f = {0};
    if (!s)
        return INSHI_ERR_ARGUMENT;
    if (!path || !name)
        return context_fail(s->context, INSHI_ERR_ARGUMENT, "path or name is NULL");
    bool         added  = false;
    inshi_status status = sections_enter(&r, s->context, path, MAGIC, VERSION, "basis of separated sources");
    if (!status)
        status = get_settings(&r, &f);
    if (!status)
        status = compare(s, path, &f);
    if (!status)
        status = get_sources(&r, &f, name);
    if (!status)
        status = separation_match_rate(s, f.rate, path);
    if (!status)
        status = separation_new_source(s, name, f.found, true);
    added = !status;
    if (!status)
        status = get_spectra(&r, s, &f);
    if (status && added)
        separation_drop_source(s);
    memory_give(s->context, f.ids);
    sections_leave(&r);
    return status;
}
