/* separation_page.c -- see separation_page.h.
 *
 * The page has no script and may load nothing: its policy says so to the browser. Names are text, never markup.
 */
#include "separation_page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "separation_grid.h"
#include "texts.h"

enum {
    MOST_ROWS      = 192,
    MOST_COLUMNS   = 480,
    ENOUGH         = 8 /* frames of a column of a picture */,
    HEARD_CHANNELS = 2,
    WAV_HEAD       = 44
};
static const double MOST_SECONDS = 60, MOST_BYTES = 24e6; /* of one sound; of all that are in the page */

struct separation_page {
    struct separation_shape shape;
    int64_t                 heard, channels; /* samples and channels kept of each sound */
    float                  *sounds;          /* [source, the mixture last][sample][channel] */
    struct grid             mixture, activations, *spectra, *masks;
    double                 *column; /* bins numbers */
    int64_t                 seen;   /* frames so far */
};

/* Seconds of each sound that are kept: what keeps the page of a size that browsers open. */
static int64_t heard_of(const struct separation_shape *shape, int64_t channels)
{
    const double bytes = 2 * (double)channels * (double)(shape->sources + 1) * 4 / 3;
    const double most  = fmin(MOST_SECONDS * (double)shape->rate, MOST_BYTES / bytes);
    return (double)shape->samples < most ? shape->samples : (int64_t)most;
}

struct separation_page *separation_page_open(const struct separation_shape *shape)
{
    struct separation_page *page = small_take(1, sizeof *page);
    page->shape                  = *shape;
    page->channels               = shape->channels < HEARD_CHANNELS ? shape->channels : HEARD_CHANNELS;
    page->heard                  = heard_of(shape, page->channels);
    page->sounds  = small_take((size_t)((shape->sources + 1) * page->heard * page->channels), sizeof(float));
    page->column  = small_take((size_t)(shape->bins > shape->components ? shape->bins : shape->components),
                               sizeof *page->column);
    page->spectra = small_take((size_t)shape->sources, sizeof *page->spectra);
    page->masks   = small_take((size_t)shape->sources, sizeof *page->masks);
    grid_open(&page->mixture, shape->bins, shape->frames, MOST_ROWS, MOST_COLUMNS);
    grid_open(&page->activations, shape->components, shape->frames, shape->components, MOST_COLUMNS);
    for (int64_t j = 0; j < shape->sources; j++) {
        grid_open(&page->spectra[j], shape->bins, shape->frames, MOST_ROWS, MOST_COLUMNS);
        grid_open(&page->masks[j], shape->bins, shape->frames, MOST_ROWS, MOST_COLUMNS);
    }
    return page;
}

void separation_page_close(struct separation_page *page)
{
    if (!page)
        return;
    for (int64_t j = 0; j < page->shape.sources; j++) {
        grid_close(&page->spectra[j]);
        grid_close(&page->masks[j]);
    }
    grid_close(&page->mixture);
    grid_close(&page->activations);
    free(page->spectra);
    free(page->masks);
    free(page->column);
    free(page->sounds);
    free(page);
}

static float *sound_of(const struct separation_page *page, int64_t source)
{
    return page->sounds + source * page->heard * page->channels;
}

void separation_page_hear(struct separation_page *page, int64_t source, int64_t first, int64_t count,
                          const double *values)
{
    float *own = sound_of(page, source), *all = sound_of(page, page->shape.sources);
    for (int64_t i = 0; i < count && first + i < page->heard; i++)
        for (int64_t c = 0; c < page->channels; c++) {
            const float value                     = (float)values[i * page->shape.channels + c];
            own[(first + i) * page->channels + c] = value;
            all[(first + i) * page->channels + c] += value;
        }
}

static double number_at(inshi_matrix m, int64_t row, int64_t column)
{
    const int64_t at = row * m.row_stride + column * m.column_stride;
    return m.dtype == INSHI_DTYPE_F4 ? (double)((const float *)m.data)[at] : ((const double *)m.data)[at];
}

static double power_at(const struct separation_page *page, const inshi_separation_frames *f, int64_t bin,
                       int64_t t)
{
    const double x = number_at(f->x, bin, t);
    return page->shape.power == 1 ? x * x : x;
}

static void see_frame(struct separation_page *page, const inshi_separation_frames *f, int64_t t)
{
    const int64_t frame = f->first + t, bins = page->shape.bins, frames = f->x.columns;
    double       *column = page->column;
    for (int64_t i = 0; i < page->shape.components; i++)
        column[i] = number_at(f->h, i, t);
    grid_add(&page->activations, frame, column);
    for (int64_t j = 0; j < page->shape.sources; j++) {
        const double *mask = f->masks + (j * frames + t) * bins;
        grid_add(&page->masks[j], frame, mask);
        for (int64_t b = 0; b < bins; b++) {
            column[b] = mask[b] * mask[b] * power_at(page, f, b, t);
        }
        grid_add(&page->spectra[j], frame, column);
    }
    for (int64_t b = 0; b < bins; b++)
        column[b] = power_at(page, f, b, t);
    grid_add(&page->mixture, frame, column);
}

void separation_page_see(struct separation_page *page, const inshi_separation_frames *f)
{
    const int64_t every = page->shape.frames / (MOST_COLUMNS * ENOUGH) + 1;
    for (int64_t t = 0; t < f->x.columns; t++)
        if ((f->first + t) % every == 0 && f->first + t >= page->seen && f->first + t < page->shape.frames)
            see_frame(page, f, t);
    if (f->first + f->x.columns > page->seen)
        page->seen = f->first + f->x.columns;
}

/* ---- text ---------------------------------------------------------------------------------------------------------- */

static void put_text(const char *text, FILE *out)
{
    for (const char *p = text; *p; p++)
        switch (*p) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default:
            fputc(*p, out);
        }
}

static void put_number(unsigned char *bytes, uint32_t value, int size)
{
    for (int i = 0; i < size; i++)
        bytes[i] = (unsigned char)(value >> 8 * i);
}

/* A WAV file of 16 bits; gain keeps the loudest sample of all sounds inside. */
static void put_sound(const struct separation_page *page, int64_t source, double gain, FILE *out)
{
    const int64_t  numbers = page->heard * page->channels;
    const uint32_t bytes = (uint32_t)(2 * numbers), rate = (uint32_t)page->shape.rate,
                   frame = 2 * (uint32_t)page->channels;
    unsigned char *wav   = small_take(WAV_HEAD + bytes, 1);
    memcpy(wav, "RIFF....WAVEfmt ", 16);
    put_number(wav + 4, WAV_HEAD - 8 + bytes, 4);
    put_number(wav + 16, 16, 4);
    put_number(wav + 20, 1, 2);
    put_number(wav + 22, (uint32_t)page->channels, 2);
    put_number(wav + 24, rate, 4);
    put_number(wav + 28, rate * frame, 4);
    put_number(wav + 32, frame, 2);
    put_number(wav + 34, 16, 2);
    memcpy(wav + 36, "data", 4);
    put_number(wav + 40, bytes, 4);
    for (int64_t i = 0; i < numbers; i++)
        put_number(wav + WAV_HEAD + 2 * i,
                   (uint32_t)(int32_t)lrint(32767 * gain * (double)sound_of(page, source)[i]), 2);
    fputs("<audio controls preload=\"metadata\" src=\"data:audio/wav;base64,", out);
    grid_base64(wav, WAV_HEAD + bytes, out);
    fputs("\"></audio>\n", out);
    free(wav);
}

static double gain_of(const struct separation_page *page)
{
    double        most  = 1;
    const int64_t count = (page->shape.sources + 1) * page->heard * page->channels;
    for (int64_t i = 0; i < count; i++)
        most = fmax(most, fabs((double)page->sounds[i]));
    return 1 / most;
}

static const char HEAD[] = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                           "img-src data:; media-src data:; "
                           "style-src 'unsafe-inline'\">\n"
                           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                           "<meta name=\"color-scheme\" content=\"light dark\">\n<title>";
static const char STYLE[] =
    "</title>\n<style>\n"
    ":root{--ink:#1c2126;--dim:#5a646e;--paper:#fbfbf9;--card:#fff;--line:#dcdfe2}\n"
    "@media "
    "(prefers-color-scheme:dark){:root{--ink:#e8eaec;--dim:#9aa4ae;--paper:#14171a;--card:#1d2125;--line:#"
    "343a40}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:1rem;max-width:60rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);"
    "background:var(--paper)}\n"
    "h1{font-size:1.4rem;margin:.2rem 0 1rem;overflow-wrap:anywhere}\n"
    "h2{font-size:1.1rem;margin:0 0 .5rem;overflow-wrap:anywhere}\n"
    "section{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.8rem "
    "1rem;margin:0 0 1rem}\n"
    "audio{width:100%;display:block;margin:.3rem 0 .6rem}\n"
    "img{display:block;width:100%;border-radius:.2rem;image-rendering:pixelated}\n"
    "img.grid{height:12rem}\n"
    ".two{display:grid;grid-template-columns:1fr 1fr;gap:.6rem}\n"
    "@media (max-width:40rem){.two{grid-template-columns:1fr}img.grid{height:9rem}}\n"
    "figure{margin:0}\nfigcaption,.dim{color:var(--dim);font-size:.85rem}\n"
    "table{border-collapse:collapse;width:100%;font-size:.9rem}\n"
    "td,th{text-align:left;padding:.15rem .6rem .15rem 0;border-bottom:1px solid "
    "var(--line);overflow-wrap:anywhere}\n"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\n"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;font-size:.85rem}\n"
    "</style>\n</head>\n<body>\n";

static void put_mixture(const struct separation_page *page, double gain, FILE *out)
{
    const double rate = (double)page->shape.rate;
    fprintf(out, "<section>\n<h2>The recording</h2>\n<p class=\"dim\">%.2f s, %lld Hz, %lld channel%s",
            (double)page->shape.samples / rate, (long long)page->shape.rate, (long long)page->shape.channels,
            page->shape.channels == 1 ? "" : "s");
    if (page->heard < page->shape.samples)
        fprintf(out, "; the players here have its first %.1f s", (double)page->heard / rate);
    fputs("</p>\n", out);
    put_sound(page, page->shape.sources, gain, out);
    fputs("<figure>", out);
    grid_image(&page->mixture, GRID_DECIBELS, "spectrogram of the recording", out);
    fprintf(out,
            "<figcaption>spectrogram: %.2f s to the right, 0 to %g Hz upwards, 80 dB from dark to "
            "bright</figcaption>"
            "</figure>\n</section>\n",
            (double)page->shape.samples / rate, rate / 2);
}

static void put_components(const inshi_separation *model, int64_t source, FILE *out)
{
    int64_t        count;
    const int64_t *numbers = inshi_separation_components(model, source, &count);
    if (!numbers)
        fputs("<p class=\"dim\">what no component explains</p>\n", out);
    else {
        fprintf(out, "<p class=\"dim\">component%s", count == 1 ? "" : "s");
        for (int64_t i = 0; i < count; i++)
            fprintf(out, "%s %lld", i ? "," : "", (long long)numbers[i]);
        fputs("</p>\n", out);
    }
}

/* A value as text: numbers short, lists and objects not at all. */
static void put_value(const json_t *value, FILE *out)
{
    if (json_is_string(value))
        put_text(json_string_value(value), out);
    else if (json_is_integer(value))
        fprintf(out, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        fprintf(out, "%.6g", json_real_value(value));
    else if (json_is_boolean(value))
        fputs(json_is_true(value) ? "yes" : "no", out);
    else
        fputs("-", out);
}

struct shown {
    const inshi_separation *model;
    const json_t           *summary;
    double                  gain;
};

static void put_source(const struct separation_page *page, const struct shown *shown, int64_t source,
                       FILE *out)
{
    const json_t *entry = json_array_get(json_object_get(shown->summary, "sources"), (size_t)source);
    fputs("<section>\n<h2>", out);
    put_value(json_object_get(entry, "name"), out);
    fputs("</h2>\n", out);
    put_components(shown->model, source, out);
    put_sound(page, source, shown->gain, out);
    fputs("<div class=\"two\">\n<figure>", out);
    grid_image(&page->spectra[source], GRID_DECIBELS, "spectrogram of the source", out);
    fputs("<figcaption>spectrogram</figcaption></figure>\n<figure>", out);
    grid_image(&page->masks[source], GRID_SHARES, "mask of the source", out);
    fputs("<figcaption>mask: its share of the recording, 0 dark to 1 "
          "bright</figcaption></figure>\n</div>\n</section>\n",
          out);
}

static void put_activations(const struct separation_page *page, FILE *out)
{
    const int64_t rows = page->activations.rows;
    fputs("<section>\n<h2>Activations</h2>\n<figure>", out);
    fprintf(out, "<div style=\"height:%.1frem;display:flex\">", fmax(2, fmin(30, 0.7 * (double)rows)));
    grid_image(&page->activations, GRID_ROWS, "activations of the components", out);
    fprintf(out,
            "</div><figcaption>when each component sounds: component 0 at the bottom, %lld at the top, each "
            "by its "
            "largest</figcaption></figure>\n</section>\n",
            (long long)rows - 1);
}

static void put_scores(const json_t *summary, FILE *out)
{
    static const char *const keys[]  = {"sdr", "sir", "sar", "si_sdr"};
    const json_t            *sources = json_object_get(summary, "sources"), *source;
    size_t                   index;
    if (!json_object_get(json_array_get(sources, 0), "reference") && !json_object_get(summary, "mean_sdr"))
        return;
    fputs("<section>\n<h2>Scores</h2>\n<table><tr><th>source</th><th class=\"n\">SDR</th><th "
          "class=\"n\">SIR</th>"
          "<th class=\"n\">SAR</th><th class=\"n\">SI-SDR</th></tr>\n",
          out);
    json_array_foreach(sources, index, source)
    {
        fputs("<tr><td>", out);
        put_value(json_object_get(source, "name"), out);
        fputs("</td>", out);
        for (int i = 0; i < 4; i++) {
            const json_t *value = json_object_get(source, keys[i]);
            fputs("<td class=\"n\">", out);
            if (json_is_number(value))
                fprintf(out, "%.2f", json_number_value(value));
            else
                fputs("-", out);
            fputs("</td>", out);
        }
        fputs("</tr>\n", out);
    }
    fputs("</table>\n<p class=\"dim\">dB, BSSEval 3 and SI-SDR</p>\n</section>\n", out);
}

static void put_settings(const json_t *summary, FILE *out)
{
    const char *key;
    json_t     *value;
    size_t      index;
    fputs("<section>\n<h2>Settings</h2>\n<table>\n", out);
    json_object_foreach((json_t *)summary, key, value)
    {
        if (json_is_array(value) || json_is_object(value) || json_is_null(value) ||
            strcmp(key, "command_line") == 0)
            continue;
        fputs("<tr><td>", out);
        put_text(key, out);
        fputs("</td><td>", out);
        put_value(value, out);
        fputs("</td></tr>\n", out);
    }
    fputs("</table>\n</section>\n<section>\n<h2>Made by</h2>\n<pre>", out);
    put_value(json_object_get(summary, "command_line"), out);
    fputs("</pre>\n", out);
    json_array_foreach(json_object_get(summary, "warnings"), index, value)
    {
        fputs("<p class=\"dim\">warning: ", out);
        put_value(value, out);
        fputs("</p>\n", out);
    }
    fputs("</section>\n", out);
}

char *separation_page_text(struct separation_page *page, const inshi_separation *model, const json_t *summary,
                           size_t *length)
{
    char              *text  = NULL;
    FILE              *out   = open_memstream(&text, length);
    const struct shown shown = {model, summary, gain_of(page)};
    const json_t      *input = json_object_get(summary, "input");
    if (!out)
        return NULL;
    fputs(HEAD, out);
    put_value(json_object_get(input, "path"), out);
    fputs(" - inshi separate", out);
    fputs(STYLE, out);
    fputs("<h1>", out);
    put_value(json_object_get(input, "path"), out);
    fputs("</h1>\n", out);
    put_mixture(page, shown.gain, out);
    for (int64_t j = 0; j < page->shape.sources; j++)
        put_source(page, &shown, j, out);
    put_scores(summary, out);
    put_activations(page, out);
    put_settings(summary, out);
    fputs("</body>\n</html>\n", out);
    if (fclose(out)) {
        free(text);
        return NULL;
    }
    return text;
}
