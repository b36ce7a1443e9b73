/* separation_grid.c -- see separation_grid.h. */
#include "separation_grid.h"

#include <cairo.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "colours.h"
#include "texts.h"

static const double DECIBELS = 80;

void grid_open(struct grid *grid, int64_t height, int64_t frames, int64_t most_rows, int64_t most_columns)
{
    *grid         = (struct grid){.height = height, .frames = frames};
    grid->rows    = height < most_rows ? height : most_rows;
    grid->columns = frames < most_columns ? frames : most_columns;
    grid->sums    = small_take((size_t)(grid->rows * grid->columns), sizeof *grid->sums);
    grid->counts  = small_take((size_t)(grid->rows * grid->columns), sizeof *grid->counts);
}

void grid_close(struct grid *grid)
{
    free(grid->sums);
    free(grid->counts);
    *grid = (struct grid){0};
}

void grid_add(struct grid *grid, int64_t frame, const double *values)
{
    const int64_t column = frame * grid->columns / grid->frames;
    for (int64_t row = 0, i = 0; row < grid->rows; row++) {
        const int64_t at = row * grid->columns + column, first = i;
        for (; i < grid->height && i * grid->rows < (row + 1) * grid->height; i++)
            grid->sums[at] += values[i];
        grid->counts[at] += (double)(i - first);
    }
}

static double mean_at(const struct grid *grid, int64_t row, int64_t column)
{
    const int64_t at = row * grid->columns + column;
    return grid->counts[at] > 0 ? grid->sums[at] / grid->counts[at] : 0;
}

static double largest_of(const struct grid *grid, int64_t first, int64_t last)
{
    double most = 0;
    for (int64_t row = first; row < last; row++)
        for (int64_t column = 0; column < grid->columns; column++)
            most = fmax(most, mean_at(grid, row, column));
    return most;
}

static double level_of(double mean, double most, enum grid_scale scale)
{
    if (scale == GRID_SHARES)
        return mean;
    if (!(most > 0))
        return 0;
    return scale == GRID_ROWS ? mean / most : 1 + 10 * log10(mean / most + 1e-30) / DECIBELS;
}

static void paint(const struct grid *grid, enum grid_scale scale, cairo_surface_t *surface)
{
    colour         table[COLOURS_COUNT];
    unsigned char *pixels = cairo_image_surface_get_data(surface);
    const int      stride = cairo_image_surface_get_stride(surface);
    const double   all    = scale == GRID_ROWS ? 0 : largest_of(grid, 0, grid->rows);
    colours_table(FIGURE_VIRIDIS, table);
    for (int64_t row = 0; row < grid->rows; row++) {
        const double most = scale == GRID_ROWS ? largest_of(grid, row, row + 1) : all;
        uint32_t    *line = (uint32_t *)(void *)(pixels + (grid->rows - 1 - row) * stride);
        for (int64_t column = 0; column < grid->columns; column++)
            line[column] = colours_pick(table, level_of(mean_at(grid, row, column), most, scale), 0, 1);
    }
    cairo_surface_mark_dirty(surface);
}

/* Three bytes as four digits; what is not there is "=". */
static void encode(const unsigned char *bytes, size_t left, char text[4])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint32_t    three    = (uint32_t)bytes[0] << 16 | (left > 1 ? (uint32_t)bytes[1] << 8 : 0) |
                           (left > 2 ? (uint32_t)bytes[2] : 0);
    text[0] = digits[three >> 18];
    text[1] = digits[three >> 12 & 63];
    text[2] = left > 1 ? digits[three >> 6 & 63] : '=';
    text[3] = left > 2 ? digits[three & 63] : '=';
}

void grid_base64(const unsigned char *bytes, size_t count, FILE *out)
{
    char   text[4096];
    size_t held = 0;
    for (size_t i = 0; i < count; i += 3) {
        encode(bytes + i, count - i, text + held);
        held += 4;
        if (held == sizeof text || i + 3 >= count) {
            fwrite(text, 1, held, out);
            held = 0;
        }
    }
}

struct bytes {
    unsigned char *data;
    size_t         count, room;
};

static cairo_status_t append(void *user, const unsigned char *data, unsigned count)
{
    struct bytes *bytes = user;
    if (bytes->room - bytes->count < count) {
        const size_t   room   = 2 * bytes->room + count;
        unsigned char *larger = realloc(bytes->data, room);
        if (!larger)
            return CAIRO_STATUS_NO_MEMORY;
        bytes->data = larger;
        bytes->room = room;
    }
    memcpy(bytes->data + bytes->count, data, count);
    bytes->count += count;
    return CAIRO_STATUS_SUCCESS;
}

void grid_image(const struct grid *grid, enum grid_scale scale, const char *what, FILE *out)
{
    struct bytes     bytes = {NULL, 0, 0};
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)grid->columns, (int)grid->rows);
    if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS) {
        paint(grid, scale, surface);
        if (cairo_surface_write_to_png_stream(surface, append, &bytes) == CAIRO_STATUS_SUCCESS) {
            fprintf(out, "<img class=\"%s\" alt=\"%s\" src=\"data:image/png;base64,",
                    scale == GRID_ROWS ? "rows" : "grid", what);
            grid_base64(bytes.data, bytes.count, out);
            fputs("\">\n", out);
        }
    }
    cairo_surface_destroy(surface);
    free(bytes.data);
}
