/* figure_axis.c -- ticks and axes. Powers of ten come from strtod, which rounds correctly down to subnormals.
 */
#include "figure_axis.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MOST = 120 };

#define WHOLE_BELOW  20.0 /* wider axes have whole ticks anyway */
#define TICK_LENGTH  3.0
#define TEXT_GAP     5.0 /* between an area and the texts at it */
#define LABEL_GAP    5.0 /* between those and the label         */
#define NAME_LONGEST 130.0
#define NAME_PITCH   7.6 /* the least distance of names         */

/* n 10^exponent */
static double power_of_ten(double n, int exponent)
{
    char text[64];
    snprintf(text, sizeof text, "%.0fe%d", n, exponent);
    return strtod(text, NULL);
}

/* floor(log10 |value|) of a finite value that is not 0; fifteen digits, so that the double next to 10^-6
 * gives -6. */
static int exponent_of(double value)
{
    char text[64];
    snprintf(text, sizeof text, "%.14e", value);
    return atoi(strchr(text, 'e') + 1);
}

static void append_superscript(int number, char *out)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    char                     text[16];
    snprintf(text, sizeof text, "%d", number);
    for (const char *s = text; *s; s++)
        strcat(out, *s == '-' ? "⁻" : digits[*s - '0']);
}

static void strip_zeros(char *digits)
{
    size_t length = strlen(digits);
    if (!strchr(digits, '.'))
        return;
    while (digits[length - 1] == '0')
        length--;
    digits[digits[length - 1] == '.' ? length - 1 : length] = 0;
}

/* The digits of a scientific number, its exponent raised. */
static void format_scientific(double magnitude, int decimals, bool strip, char *out)
{
    char text[64];
    snprintf(text, sizeof text, "%.*e", decimals, magnitude);
    char     *e        = strchr(text, 'e');
    const int exponent = atoi(e + 1);
    *e                 = 0;
    if (strip)
        strip_zeros(text);
    strcat(out, text);
    strcat(out, "×10");
    append_superscript(exponent, out);
}

static int clamp_int(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

void figure_number(double value, double step, double largest, char out[FIGURE_NUMBER_LONGEST])
{
    strcpy(out, value < 0 ? "−" : "");
    if (value == 0 || !isfinite(value)) {
        strcat(out, value == 0 ? "0" : isnan(value) ? "NaN" : "∞");
        return;
    }
    const bool strip      = step <= 0;
    const int  top        = exponent_of(fmax(fabs(largest), fabs(value)));
    const int  own        = exponent_of(value);
    const int  last       = strip ? own - 3 : exponent_of(step);
    const bool scientific = top < -3 || top > 15 || (top > 5 && top - last < 5);
    if (scientific) {
        format_scientific(fabs(value), clamp_int(own - last, 0, 16), strip, out);
        return;
    }
    char text[FIGURE_NUMBER_LONGEST - 8];
    snprintf(text, sizeof text, "%.*f", clamp_int(-last, 0, 20), fabs(value));
    if (strip)
        strip_zeros(text);
    strcat(out, text);
}

static void write_numbers(struct figure_ticks *ticks, double step)
{
    double largest = 0;
    for (int i = 0; i < ticks->count; i++)
        largest = fmax(largest, fabs(ticks->values[i]));
    for (int i = 0; i < ticks->count; i++)
        figure_number(ticks->values[i], step, largest, ticks->texts[i]);
}

/* The ends alone. */
static void ticks_ends(double low, double high, struct figure_ticks *out)
{
    out->count     = low < high ? 2 : 1;
    out->values[0] = low;
    out->values[1] = high;
    write_numbers(out, 0);
    if (out->count == 2 && strcmp(out->texts[0], out->texts[1]) == 0)
        write_numbers(out, fmax(high - low, DBL_TRUE_MIN));
}

/* The multiples of digit 10^exponent in the range, if they are at most most. */
static bool ticks_step(double low, double high, int most, const int step_of[2], struct figure_ticks *out)
{
    const double step = power_of_ten(step_of[0], step_of[1]);
    const double from = ceil(low / step - 1e-9), to = floor(high / step + 1e-9);
    if (!(step > 0) || !isfinite(step) || !(to - from < most))
        return false;
    out->count = 0;
    for (double i = from; i <= to; i++)
        out->values[out->count++] = fmin(fmax(power_of_ten(i * step_of[0], step_of[1]), low), high);
    write_numbers(out, step);
    return true;
}

void figure_ticks_linear(double low, double high, int most, struct figure_ticks *out)
{
    static const int digits[] = {1, 2, 5};
    const double     half     = high / 2 - low / 2;
    const double     coarse   = fmax(fabs(low), fabs(high)) * DBL_EPSILON * 4;
    if (!(half > coarse) || half < DBL_MIN) {
        ticks_ends(low, high, out);
        return;
    }
    const int first = exponent_of(half) - 2;
    for (int i = 0; i < 12; i++) {
        const int step_of[2] = {digits[i % 3], first + i / 3};
        if (ticks_step(low, high, most, step_of, out))
            return;
    }
    ticks_ends(low, high, out);
}

static void write_powers(struct figure_ticks *ticks)
{
    const bool plain = ticks->values[0] >= 1e-3 && ticks->values[ticks->count - 1] <= 1e5;
    for (int i = 0; i < ticks->count; i++) {
        const double value    = ticks->values[i];
        const int    exponent = exponent_of(value);
        char        *text     = ticks->texts[i];
        text[0]               = 0;
        if (plain) {
            snprintf(text, FIGURE_NUMBER_LONGEST, "%.*f", exponent < 0 ? -exponent : 0, value);
        } else if (value == power_of_ten(1, exponent)) {
            strcpy(text, "10");
            append_superscript(exponent, text);
        } else {
            format_scientific(value, 0, false, text);
        }
    }
}

/* 1, 2 and 5 times the powers (digits = 3), or every stride-th power (digits = 1); false where too many. */
static bool ticks_powers(const double range[2], int most, int digits, int stride, struct figure_ticks *out)
{
    static const int factors[] = {1, 2, 5};
    const int        first = exponent_of(range[0]), last = exponent_of(range[1]);
    out->count = 0;
    for (int e = first; e <= last; e++) {
        for (int d = 0; d < digits; d++) {
            const double value = power_of_ten(factors[d], e);
            if (value < range[0] || value > range[1] || e % stride != 0)
                continue;
            if (out->count == most)
                return false;
            out->values[out->count++] = value;
        }
    }
    return true;
}

void figure_ticks_log(double low, double high, int most, struct figure_ticks *out)
{
    static const int strides[] = {1, 2, 5, 10, 20, 50, 100, 200, 500};
    const double     range[2]  = {low, high};
    bool             found     = ticks_powers(range, most, 3, 1, out);
    for (size_t i = 0; !found && i < sizeof strides / sizeof strides[0]; i++)
        found = ticks_powers(range, most, 1, strides[i], out);
    if (out->count < 2)
        figure_ticks_linear(low, high, most, out);
    else
        write_powers(out);
}

void figure_ticks_count(int64_t extent, int most, struct figure_ticks *out)
{
    int64_t power = 1, step = 1;
    for (int i = 0; (extent - 1) / step >= most; i++) {
        static const int digits[] = {2, 5, 10};
        step                      = power * digits[i % 3];
        power                     = i % 3 == 2 ? step : power;
    }
    out->count = (int)((extent - 1) / step) + 1;
    for (int i = 0; i < out->count; i++) {
        out->values[i] = (double)(i * step);
        snprintf(out->texts[i], FIGURE_NUMBER_LONGEST, "%lld", (long long)(i * step));
    }
}

double figure_scale_at(const struct figure_scale *scale, double value)
{
    if (scale->extent > 0)
        return (value + 0.5) / (double)scale->extent;
    if (!scale->logarithmic)
        return colours_fraction(value, scale->low, scale->high);
    if (value <= scale->low)
        return 0;
    return colours_fraction(log10(value), log10(scale->low), log10(scale->high));
}

double figure_axis_named_length(const struct figure_scale *scale)
{
    return scale->names && scale->extent <= NAMES_MOST ? NAME_PITCH * (double)scale->extent : 0;
}

/* Where along the side, in points of the page, a fraction of the axis lies. */
static double place(struct figure_box area, const struct figure_scale *scale, enum figure_side side,
                    double fraction)
{
    if (side == FIGURE_BELOW)
        return area.left + fraction * (area.right - area.left);
    if (scale->extent > 0)
        return area.top + fraction * (area.bottom - area.top);
    return area.bottom - fraction * (area.bottom - area.top);
}

static double side_length(struct figure_box area, enum figure_side side)
{
    return side == FIGURE_BELOW ? area.right - area.left : area.bottom - area.top;
}

/* Whether neighbouring texts keep a distance. */
static bool ticks_fit(struct figure_page *page, const struct figure_ticks *ticks, const double *at,
                      enum figure_side side)
{
    for (int i = 1; i < ticks->count; i++) {
        const double needed = side == FIGURE_BELOW
                                  ? (figure_page_width(page, ticks->texts[i - 1], FIGURE_SIZE_TICK, false) +
                                     figure_page_width(page, ticks->texts[i], FIGURE_SIZE_TICK, false)) /
                                            2 +
                                        10
                                  : figure_page_height(page, FIGURE_SIZE_TICK) + 3;
        if (fabs(at[i] - at[i - 1]) < needed)
            return false;
    }
    return true;
}

static void keep_whole(struct figure_ticks *ticks)
{
    int kept = 0;
    for (int i = 0; i < ticks->count; i++) {
        const double value = ticks->values[i];
        if (value != floor(value))
            continue;
        ticks->values[kept] = value;
        figure_number(value, 1, fabs(value), ticks->texts[kept++]);
    }
    ticks->count = kept;
}

/* The most ticks whose texts do not crowd one another, and their places. */
static void choose_ticks(struct figure_page *page, struct figure_box area, const struct figure_scale *scale,
                         enum figure_side side, struct figure_ticks *ticks, double at[FIGURE_TICKS_MOST])
{
    const double length = side_length(area, side);
    const int    most   = clamp_int((int)(length / (side == FIGURE_BELOW ? 44 : 26)), 5, 9);
    for (int n = most; n >= 2; n--) {
        if (scale->extent > 0)
            figure_ticks_count(scale->extent, n, ticks);
        else if (scale->logarithmic)
            figure_ticks_log(scale->low, scale->high, n, ticks);
        else
            figure_ticks_linear(scale->low, scale->high, n, ticks);
        if (scale->whole && scale->high - scale->low < WHOLE_BELOW)
            keep_whole(ticks);
        for (int i = 0; i < ticks->count; i++)
            at[i] = place(area, scale, side, figure_scale_at(scale, ticks->values[i]));
        if (ticks_fit(page, ticks, at, side))
            return;
    }
    ticks->count = 1;
}

/* Widens around so that it holds box. */
static void widen(struct figure_box *around, struct figure_box box)
{
    around->left   = fmin(around->left, box.left);
    around->right  = fmax(around->right, box.right);
    around->bottom = fmax(around->bottom, box.bottom);
}

/* A text beside a point of the side. */
static struct figure_text text_at(struct figure_box area, enum figure_side side, double at)
{
    struct figure_text text = {.size = FIGURE_SIZE_TICK, .colour = FIGURE_COLOUR_TICK};
    text.across             = side == FIGURE_LEFT ? 1 : side == FIGURE_BELOW ? 0.5 : 0;
    text.down               = side == FIGURE_BELOW ? 0 : 0.5;
    text.x = side == FIGURE_LEFT ? area.left - TEXT_GAP : side == FIGURE_BELOW ? at : area.right + TEXT_GAP;
    text.y = side == FIGURE_BELOW ? area.bottom + TEXT_GAP - 1 : at;
    return text;
}

static void draw_mark(struct figure_page *page, struct figure_box area, enum figure_side side, double at)
{
    const double left[4]  = {area.left - TICK_LENGTH, at, area.left, at};
    const double below[4] = {at, area.bottom, at, area.bottom + TICK_LENGTH};
    const double right[4] = {area.right, at, area.right + TICK_LENGTH, at};
    figure_page_line(page,
                     side == FIGURE_LEFT    ? left
                     : side == FIGURE_BELOW ? below
                                            : right,
                     0.6, FIGURE_COLOUR_LINE);
}

static void draw_gridline(struct figure_page *page, struct figure_box area, enum figure_side side, double at)
{
    const double across[4]  = {area.left, at, area.right, at};
    const double upwards[4] = {at, area.top, at, area.bottom};
    figure_page_line(page, side == FIGURE_BELOW ? upwards : across, 0.6, FIGURE_COLOUR_GRID);
}

/* Gives the box around the area and the texts. */
static struct figure_box draw_ticks(struct figure_page *page, struct figure_box area,
                                    const struct figure_scale *scale, enum figure_side side)
{
    struct figure_ticks ticks;
    struct figure_box   around                = area;
    double              at[FIGURE_TICKS_MOST] = {0};
    choose_ticks(page, area, scale, side, &ticks, at);
    for (int i = 0; i < ticks.count; i++) {
        struct figure_text text = text_at(area, side, at[i]);
        text.text               = ticks.texts[i];
        if (scale->gridlines)
            draw_gridline(page, area, side, at[i]);
        draw_mark(page, area, side, at[i]);
        widen(&around, figure_page_text(page, &text));
    }
    return around;
}

static const char *name_of(const struct figure_scale *scale, int64_t i, char number[FIGURE_NUMBER_LONGEST])
{
    if (scale->names[i] && scale->names[i][0])
        return scale->names[i];
    snprintf(number, FIGURE_NUMBER_LONGEST, "%lld", (long long)i);
    return number;
}

/* Whether names below an area must stand upright. */
static bool names_upright(struct figure_page *page, const struct figure_scale *scale, double pitch)
{
    for (int64_t i = 0; i < scale->extent; i++) {
        char               number[FIGURE_NUMBER_LONGEST], line[FIGURE_TEXT_LONGEST];
        struct figure_text text = {.text = name_of(scale, i, number), .size = FIGURE_SIZE_TICK};
        figure_page_elide(page, &text, line);
        if (figure_page_width(page, line, text.size, false) > pitch - 5)
            return true;
    }
    return false;
}

static struct figure_box draw_names(struct figure_page *page, struct figure_box area,
                                    const struct figure_scale *scale, enum figure_side side)
{
    const double      pitch   = side_length(area, side) / (double)scale->extent;
    const bool        upright = side == FIGURE_BELOW && names_upright(page, scale, pitch);
    struct figure_box around  = area;
    for (int64_t i = 0; i < scale->extent; i++) {
        char               number[FIGURE_NUMBER_LONGEST];
        struct figure_text text =
            text_at(area, side, place(area, scale, side, figure_scale_at(scale, (double)i)));
        text.text    = name_of(scale, i, number);
        text.upright = upright;
        text.room    = side == FIGURE_BELOW && !upright ? pitch : NAME_LONGEST;
        text.size    = fmin(FIGURE_SIZE_TICK, pitch / 1.17);
        widen(&around, figure_page_text(page, &text));
    }
    return around;
}

void figure_axis_draw(struct figure_page *page, struct figure_box area, const struct figure_scale *scale,
                      enum figure_side side)
{
    const double      length = side_length(area, side), named = figure_axis_named_length(scale);
    const bool        by_name = named > 0 && named <= length * (1 + 1e-9);
    struct figure_box around =
        by_name ? draw_names(page, area, scale, side) : draw_ticks(page, area, scale, side);
    struct figure_text label = {.text    = scale->label,
                                .size    = FIGURE_SIZE_LABEL,
                                .room    = length,
                                .shrinks = true,
                                .colour  = FIGURE_COLOUR_TEXT};
    label.upright            = side != FIGURE_BELOW;
    label.across             = side == FIGURE_LEFT ? 1 : side == FIGURE_BELOW ? 0.5 : 0;
    label.down               = side == FIGURE_BELOW ? 0 : 0.5;
    label.x                  = side == FIGURE_LEFT    ? around.left - LABEL_GAP
                               : side == FIGURE_BELOW ? (area.left + area.right) / 2
                                                      : around.right + LABEL_GAP;
    label.y = side == FIGURE_BELOW ? around.bottom + LABEL_GAP - 1 : (area.top + area.bottom) / 2;
    figure_page_text(page, &label);
}
