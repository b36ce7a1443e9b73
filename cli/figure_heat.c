/* figure_heat.c -- a matrix as colours, and the parts of it that panels share. */
#include "figure_parts.h"

#include <math.h>

#define NARROWEST    (1 / 2.2) /* width by height */
#define WIDEST       3.0
#define AREA         170000.0 /* square points of the only heat map */
#define LONGEST_CELL 60.0
#define SHORTEST     90.0
#define BAR_GAP      14.0
#define BAR_WIDTH    12.0
#define TITLE_ROOM   320.0
#define ZERO_WITHIN  0.1 /* a range that begins above 0 by less than this part of its end begins at 0 */

/* One heat map while its cells are asked for. */
struct painter {
    const double *data;
    int64_t       columns;
    double        low, high;
    colour        table[COLOURS_COUNT];
};

void figure_range_widen(struct figure_range *range, const struct figure_values *values)
{
    for (int64_t i = 0; i < values->rows * values->columns; i++) {
        const double v = values->data[i];
        if (!isfinite(v)) {
            range->has_other = true;
            continue;
        }
        range->low   = !range->found || v < range->low ? v : range->low;
        range->high  = !range->found || v > range->high ? v : range->high;
        range->found = true;
    }
}

void figure_range_finish(struct figure_range *range, enum figure_colours colours)
{
    if (colours == FIGURE_DIVERGING) {
        range->high = fmax(fabs(range->low), fabs(range->high));
        range->low  = -range->high;
    } else if (range->low > 0 && range->low < ZERO_WITHIN * range->high)
        range->low = 0;
    if (range->low < range->high)
        return;
    if (range->high == 0)
        range->high = 1;
    else if (range->high > 0)
        range->low = 0;
    else
        range->high = 0;
    if (colours == FIGURE_DIVERGING)
        range->low = -range->high;
}

static colour paint_value(const void *user, int64_t row, int64_t column)
{
    const struct painter *p = user;
    return colours_pick(p->table, p->data[row * p->columns + column], p->low, p->high);
}

void figure_heat_cells(struct figure_page *page, struct figure_box area, const struct figure_values *values,
                       enum figure_colours colours, const struct figure_range *range)
{
    struct painter            painter = {values->data, values->columns, range->low, range->high, {0}};
    const struct figure_cells cells   = {values->rows, values->columns, paint_value, &painter};
    colours_table(colours, painter.table);
    figure_page_cells(page, area, &cells);
    figure_page_outline(page, area, 0.5, FIGURE_COLOUR_LINE);
}

static colour paint_bar(const void *user, int64_t row, int64_t column)
{
    (void)column;
    return ((const colour *)user)[COLOURS_COUNT - 1 - row];
}

/* A grey square and what it means, its upper left corner at (x, y). */
static void draw_grey_note(struct figure_page *page, double x, double y)
{
    const struct figure_box  swatch = {x, y, x + 9, y + 9, false};
    const struct figure_text text   = {.text   = "not finite",
                                       .x      = x + 14,
                                       .y      = y + 4.5,
                                       .down   = 0.5,
                                       .size   = FIGURE_SIZE_TICK,
                                       .colour = FIGURE_COLOUR_TICK};
    figure_page_area(page, swatch);
    figure_page_fill(page, swatch, COLOUR_NOT_FINITE);
    figure_page_text(page, &text);
}

void figure_colour_bar(struct figure_page *page, struct figure_box area, enum figure_colours colours,
                       const struct figure_range *range, const char *label)
{
    const struct figure_box   bar   = {area.right + BAR_GAP, area.top, area.right + BAR_GAP + BAR_WIDTH,
                                       area.bottom, false};
    const struct figure_scale scale = {.low = range->low, .high = range->high, .label = label};
    colour                    table[COLOURS_COUNT];
    const struct figure_cells cells = {COLOURS_COUNT, 1, paint_bar, table};
    colours_table(colours, table);
    figure_page_cells(page, bar, &cells);
    figure_page_outline(page, bar, 0.5, FIGURE_COLOUR_LINE);
    figure_axis_draw(page, bar, &scale, FIGURE_RIGHT);
    if (range->has_other)
        draw_grey_note(page, bar.left, bar.bottom + 14);
}

static int64_t extent_of(int64_t full, int64_t shown)
{
    return full > 0 ? full : shown;
}

struct figure_box figure_heat_area(const struct figure_values *values, double points)
{
    const double ratio = (double)extent_of(values->full_columns, values->columns) /
                         (double)extent_of(values->full_rows, values->rows);
    const double used   = fmin(fmax(ratio, NARROWEST), WIDEST);
    const double width  = fmin(sqrt(points * used), fmax(SHORTEST, LONGEST_CELL * (double)values->columns));
    const double height = fmin(sqrt(points / used), fmax(SHORTEST, LONGEST_CELL * (double)values->rows));
    return (struct figure_box){.right  = figure_page_snap(width, values->columns),
                               .bottom = figure_page_snap(height, values->rows)};
}

struct figure_scale figure_scale_of_rows(const struct figure_values *values, const char *label)
{
    if (values->row_end > 0)
        return (struct figure_scale){.high = values->row_end, .label = label};
    return (struct figure_scale){
        .extent = extent_of(values->full_rows, values->rows), .names = values->row_names, .label = label};
}

struct figure_scale figure_scale_of_columns(const struct figure_values *values, const char *label)
{
    if (values->column_end > 0)
        return (struct figure_scale){.high = values->column_end, .label = label};
    return (struct figure_scale){.extent = extent_of(values->full_columns, values->columns),
                                 .names  = values->column_names,
                                 .label  = label};
}

void figure_title_draw(struct figure_page *page, struct figure_box around, const char *title)
{
    const struct figure_text text = {.text    = title,
                                     .x       = around.left,
                                     .y       = page->extent.top - 8,
                                     .down    = 1,
                                     .size    = FIGURE_SIZE_TITLE,
                                     .room    = fmax(TITLE_ROOM, page->extent.right - around.left),
                                     .shrinks = true,
                                     .bold    = true,
                                     .colour  = FIGURE_COLOUR_TEXT};
    figure_page_text(page, &text);
}

void figure_heat_draw(struct figure_page *page, const void *what)
{
    const struct figure_heat *heat    = what;
    const struct figure_scale rows    = figure_scale_of_rows(&heat->values, heat->row_label);
    const struct figure_scale columns = figure_scale_of_columns(&heat->values, heat->column_label);
    struct figure_range       range   = {0};
    struct figure_box         area    = figure_heat_area(&heat->values, AREA);
    area.right                        = fmax(area.right, figure_axis_named_length(&columns));
    area.bottom                       = fmax(area.bottom, figure_axis_named_length(&rows));
    figure_range_widen(&range, &heat->values);
    figure_range_finish(&range, heat->colours);
    if (heat->low < heat->high) {
        range.low  = heat->low;
        range.high = heat->high;
    }
    figure_axis_draw(page, area, &rows, FIGURE_LEFT);
    figure_axis_draw(page, area, &columns, FIGURE_BELOW);
    figure_heat_cells(page, area, &heat->values, heat->colours, &range);
    figure_colour_bar(page, area, heat->colours, &range, heat->value_label);
    figure_title_draw(page, area, heat->title);
}
