/* figure_page.c -- the sheet: boxes, lines and cells through Cairo, and the file as bytes in memory. */
#include "figure_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <cairo-svg.h>
#include "inshi/io.h"

enum { SURFACE_LONGEST = 32767 }; /* pixels, of Cairo */

#define SVG_PIXELS 3 /* in one point of an enlarged image */

/* The file while Cairo hands it over in pieces. */
struct bytes {
    unsigned char *data;
    size_t         count, capacity;
};

static void widen_extent(struct figure_page *page, struct figure_box box)
{
    struct figure_box *extent = &page->extent;
    if (!page->drawn)
        *extent = box;
    page->drawn    = true;
    extent->left   = fmin(extent->left, box.left);
    extent->top    = fmin(extent->top, box.top);
    extent->right  = fmax(extent->right, box.right);
    extent->bottom = fmax(extent->bottom, box.bottom);
}

static void note_box(struct figure_page *page, struct figure_box box)
{
    widen_extent(page, box);
    if (!page->measuring)
        return;
    if (page->count == page->capacity) {
        const int64_t      capacity = page->capacity ? 2 * page->capacity : 64;
        struct figure_box *boxes    = realloc(page->boxes, (size_t)capacity * sizeof *boxes);
        if (!boxes) {
            page->failed = true;
            return;
        }
        page->boxes    = boxes;
        page->capacity = capacity;
    }
    page->boxes[page->count++] = box;
}

void figure_page_area(struct figure_page *page, struct figure_box box)
{
    box.is_text = false;
    note_box(page, box);
}

static void set_colour(struct figure_page *page, colour c)
{
    cairo_set_source_rgb(page->cairo, (c >> 16 & 255) / 255.0, (c >> 8 & 255) / 255.0, (c & 255) / 255.0);
}

static void set_font(struct figure_page *page, double size, bool bold)
{
    cairo_select_font_face(page->cairo, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(page->cairo, size);
}

double figure_page_width(struct figure_page *page, const char *text, double size, bool bold)
{
    cairo_text_extents_t extents;
    set_font(page, size, bold);
    cairo_text_extents(page->cairo, text, &extents);
    return fmax(extents.x_advance, extents.x_bearing + extents.width);
}

double figure_page_height(struct figure_page *page, double size)
{
    cairo_font_extents_t extents;
    set_font(page, size, false);
    cairo_font_extents(page->cairo, &extents);
    return extents.ascent + extents.descent;
}

/* Bytes of the valid UTF-8 sequence at s (no overlong forms, surrogates or controls), or 0. */
static size_t sequence_length(const unsigned char *s)
{
    if (s[0] < 0x80)
        return s[0] >= 0x20 && s[0] != 0x7F;
    const size_t length = s[0] >= 0xC2 && s[0] < 0xE0   ? 2
                          : s[0] >= 0xE0 && s[0] < 0xF0 ? 3
                          : s[0] >= 0xF0 && s[0] < 0xF5 ? 4
                                                        : 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    const bool bad = (s[0] == 0xC2 && s[1] < 0xA0) || (s[0] == 0xE0 && s[1] < 0xA0) ||
                     (s[0] == 0xED && s[1] > 0x9F) || (s[0] == 0xF0 && s[1] < 0x90) ||
                     (s[0] == 0xF4 && s[1] > 0x8F);
    return bad ? 0 : length;
}

/* The text as valid UTF-8 in one line; an ellipsis where it is longer than the buffer. */
static void clean(const char *text, char out[FIGURE_TEXT_LONGEST])
{
    const unsigned char *s    = (const unsigned char *)text;
    size_t               used = 0;
    while (*s && used + 8 < FIGURE_TEXT_LONGEST) {
        const size_t length = sequence_length(s);
        if (length > 0)
            memcpy(out + used, s, length);
        else if (*s < 0x80)
            out[used] = ' ';
        else
            memcpy(out + used, "\xEF\xBF\xBD", 3);
        used += length > 0 ? length : *s < 0x80 ? 1 : 3;
        s += length > 0 ? length : 1;
    }
    strcpy(out + used, *s ? "\xE2\x80\xA6" : "");
}

/* Cuts text at the last character that starts at or before byte, takes blanks off, and ends it with an
 * ellipsis. */
static void cut_at(const char *text, size_t byte, char out[FIGURE_TEXT_LONGEST])
{
    while (byte > 0 && (((unsigned char)text[byte] & 0xC0) == 0x80 || text[byte - 1] == ' '))
        byte--;
    memcpy(out, text, byte);
    strcpy(out + byte, "\xE2\x80\xA6");
}

void figure_page_elide(struct figure_page *page, const struct figure_text *text,
                       char out[FIGURE_TEXT_LONGEST])
{
    char whole[FIGURE_TEXT_LONGEST];
    clean(text->text, whole);
    strcpy(out, whole);
    if (text->room <= 0 || figure_page_width(page, whole, text->size, text->bold) <= text->room)
        return;
    size_t fits = 0, not = strlen(whole);
    while (not -fits > 1) {
        const size_t middle = fits + (not -fits) / 2;
        cut_at(whole, middle, out);
        if (figure_page_width(page, out, text->size, text->bold) <= text->room)
            fits = middle;
        else
            not = middle;
    }
    cut_at(whole, fits, out);
}

/* Draws the line of text with its box's corner at (left, top). */
static void show(struct figure_page *page, const struct figure_text *text, const char *line,
                 struct figure_box box)
{
    cairo_font_extents_t extents;
    set_font(page, text->size, text->bold);
    cairo_font_extents(page->cairo, &extents);
    cairo_save(page->cairo);
    if (text->upright) {
        cairo_move_to(page->cairo, box.left + extents.ascent, box.bottom);
        cairo_rotate(page->cairo, -M_PI / 2);
    } else {
        cairo_move_to(page->cairo, box.left, box.top + extents.ascent);
    }
    set_colour(page, text->colour);
    cairo_show_text(page->cairo, line);
    cairo_restore(page->cairo);
}

struct figure_box figure_page_text(struct figure_page *page, const struct figure_text *text)
{
    char               line[FIGURE_TEXT_LONGEST];
    struct figure_text set = *text;
    struct figure_box  box = {text->x, text->y, text->x, text->y, true};
    if (!text->text || !text->text[0])
        return box;
    set.room = 0;
    figure_page_elide(page, &set, line);
    const double natural = figure_page_width(page, line, text->size, text->bold);
    if (text->shrinks && text->room > 0 && natural > text->room)
        set.size = text->size * fmax(0.8, text->room / natural * 0.999);
    set.room = text->room;
    figure_page_elide(page, &set, line);
    const double length = figure_page_width(page, line, set.size, set.bold),
                 height = figure_page_height(page, set.size);
    const double across = set.upright ? height : length, down = set.upright ? length : height;
    box.left -= set.across * across;
    box.top -= set.down * down;
    box.right  = box.left + across;
    box.bottom = box.top + down;
    note_box(page, box);
    if (!page->measuring)
        show(page, &set, line, box);
    return box;
}

void figure_page_outline(struct figure_page *page, struct figure_box box, double width, colour c)
{
    if (page->measuring)
        return;
    set_colour(page, c);
    cairo_set_line_width(page->cairo, width);
    cairo_rectangle(page->cairo, box.left - width / 2, box.top - width / 2, box.right - box.left + width,
                    box.bottom - box.top + width);
    cairo_stroke(page->cairo);
}

void figure_page_line(struct figure_page *page, const double ends[4], double width, colour c)
{
    if (page->measuring)
        return;
    set_colour(page, c);
    cairo_set_line_width(page->cairo, width);
    cairo_move_to(page->cairo, ends[0], ends[1]);
    cairo_line_to(page->cairo, ends[2], ends[3]);
    cairo_stroke(page->cairo);
}

void figure_page_fill(struct figure_page *page, struct figure_box box, colour c)
{
    if (page->measuring)
        return;
    set_colour(page, c);
    cairo_rectangle(page->cairo, box.left, box.top, box.right - box.left, box.bottom - box.top);
    cairo_fill(page->cairo);
}

/* Times that each of count cells is repeated: SVG viewers smooth an image that they enlarge much. */
static int64_t repetition(const struct figure_page *page, double length, int64_t count)
{
    return page->vector ? (int64_t)fmax(1, round(SVG_PIXELS * length / (double)count)) : 1;
}

/* An image with across x down pixels for each cell. */
static cairo_surface_t *paint_cells(const struct figure_cells *cells, int64_t across, int64_t down)
{
    const int64_t width = cells->columns * across, height = cells->rows * down;
    if (width > SURFACE_LONGEST || height > SURFACE_LONGEST)
        return NULL;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
    unsigned char   *data    = cairo_image_surface_get_data(surface);
    const int64_t    stride  = cairo_image_surface_get_stride(surface);
    for (int64_t i = 0; data && i < cells->rows; i++) {
        colour *line = (colour *)(void *)(data + i * down * stride);
        for (int64_t j = 0; j < cells->columns; j++) {
            const colour c = cells->cell(cells->user, i, j);
            for (int64_t t = 0; t < across; t++)
                line[j * across + t] = c;
        }
        for (int64_t t = 1; t < down; t++)
            memcpy(data + (i * down + t) * stride, line, (size_t)stride);
    }
    cairo_surface_mark_dirty(surface);
    return surface;
}

static void place_image(struct figure_page *page, struct figure_box box, cairo_surface_t *surface)
{
    const double width = box.right - box.left, height = box.bottom - box.top;
    const double x       = width / cairo_image_surface_get_width(surface);
    const double y       = height / cairo_image_surface_get_height(surface);
    const bool   smaller = x * FIGURE_PIXELS < 0.999 || y * FIGURE_PIXELS < 0.999;
    cairo_save(page->cairo);
    cairo_rectangle(page->cairo, box.left, box.top, width, height);
    cairo_clip(page->cairo);
    cairo_translate(page->cairo, box.left, box.top);
    cairo_scale(page->cairo, x, y);
    cairo_set_source_surface(page->cairo, surface, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(page->cairo),
                             smaller ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST);
    if (!page->vector)
        cairo_pattern_set_extend(cairo_get_source(page->cairo), CAIRO_EXTEND_PAD);
    cairo_paint(page->cairo);
    cairo_restore(page->cairo);
}

void figure_page_cells(struct figure_page *page, struct figure_box box, const struct figure_cells *cells)
{
    figure_page_area(page, box);
    if (page->measuring)
        return;
    cairo_surface_t *surface = paint_cells(cells, repetition(page, box.right - box.left, cells->columns),
                                           repetition(page, box.bottom - box.top, cells->rows));
    if (surface && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS)
        place_image(page, box, surface);
    else
        page->failed = true;
    cairo_surface_destroy(surface);
}

double figure_page_snap(double wanted, int64_t count)
{
    const double pixels  = wanted * FIGURE_PIXELS / (double)count;
    const double snapped = fmax(1, round(pixels)) * (double)count / FIGURE_PIXELS;
    return snapped > wanted * 4 / 3 ? wanted : snapped;
}

/* The look of text must not depend on the scale, or measuring and drawing would differ. */
static cairo_t *open_cairo(cairo_surface_t *surface)
{
    cairo_t              *cairo   = cairo_create(surface);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_set_font_options(cairo, options);
    cairo_font_options_destroy(options);
    return cairo;
}

inshi_status figure_page_measure(struct figure_page *page, figure_draw *draw, const void *what)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
    *page                    = (struct figure_page){.measuring = true, .cairo = open_cairo(surface)};
    draw(page, what);
    page->failed = page->failed || cairo_status(page->cairo);
    cairo_destroy(page->cairo);
    cairo_surface_destroy(surface);
    page->cairo = NULL;
    return page->failed ? INSHI_ERR_MEMORY : INSHI_OK;
}

void figure_page_close(struct figure_page *page)
{
    free(page->boxes);
    *page = (struct figure_page){0};
}

static cairo_status_t append(void *closure, const unsigned char *data, unsigned int count)
{
    struct bytes *bytes = closure;
    if (bytes->capacity - bytes->count < count) {
        const size_t   capacity = 2 * bytes->capacity + count + 65536;
        unsigned char *grown    = realloc(bytes->data, capacity);
        if (!grown)
            return CAIRO_STATUS_NO_MEMORY;
        bytes->data     = grown;
        bytes->capacity = capacity;
    }
    memcpy(bytes->data + bytes->count, data, count);
    bytes->count += count;
    return CAIRO_STATUS_SUCCESS;
}

/* Draws on a surface that is width x height points, around the measured extent. */
static bool draw_on(struct figure_page *page, cairo_surface_t *surface, figure_draw *draw, const void *what)
{
    page->cairo = open_cairo(surface);
    set_colour(page, 0xFFFFFF);
    cairo_paint(page->cairo);
    if (!page->vector)
        cairo_scale(page->cairo, FIGURE_PIXELS, FIGURE_PIXELS);
    cairo_translate(page->cairo, ceil(FIGURE_MARGIN - page->extent.left),
                    ceil(FIGURE_MARGIN - page->extent.top));
    page->drawn = false;
    draw(page, what);
    const bool good = !page->failed && !cairo_status(page->cairo);
    cairo_destroy(page->cairo);
    page->cairo = NULL;
    return good;
}

/* Draws the measured page into memory. */
static bool render(struct figure_page *page, figure_draw *draw, const void *what, struct bytes *bytes)
{
    const double width  = ceil(page->extent.right - page->extent.left + 2 * FIGURE_MARGIN) + 1;
    const double height = ceil(page->extent.bottom - page->extent.top + 2 * FIGURE_MARGIN) + 1;
    page->measuring     = false;
    cairo_surface_t *surface =
        page->vector ? cairo_svg_surface_create_for_stream(append, bytes, width, height)
                     : cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width * FIGURE_PIXELS,
                                                  (int)height * FIGURE_PIXELS);
    bool good = draw_on(page, surface, draw, what);
    if (good && !page->vector)
        good = cairo_surface_write_to_png_stream(surface, append, bytes) == CAIRO_STATUS_SUCCESS;
    cairo_surface_finish(surface);
    good = good && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(surface);
    return good;
}

inshi_status figure_page_write(inshi_context *context, const char *path, figure_draw *draw, const void *what)
{
    const size_t       length = strlen(path);
    struct bytes       bytes  = {0};
    struct figure_page page;
    inshi_status       status = figure_page_measure(&page, draw, what);
    page.vector               = length >= 4 && strcasecmp(path + length - 4, ".svg") == 0;
    if (status == INSHI_OK && !render(&page, draw, what, &bytes))
        status = INSHI_ERR_MEMORY;
    if (status == INSHI_OK)
        status = inshi_file_write(context, path, bytes.data, bytes.count);
    free(bytes.data);
    figure_page_close(&page);
    return status;
}
