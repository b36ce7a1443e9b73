/* figure_panels.c -- heat maps of one shape side by side. */
#include "figure_parts.h"

#include <math.h>

#define WIDEST_PAGE 1150.0
#define PANEL_AREA  57000.0 /* square points */
#define NARROWEST   176.0   /* a subtitle must stand above it */
#define GAP_ACROSS  24.0
#define GAP_DOWN    14.0
#define TITLE_GAP   4.0

static const struct figure_heat *heat_at(const struct figure_panels *panels, int64_t row, int64_t column)
{
    if (row >= panels->rows || column < 0 || !panels->heats[row * panels->columns + column].values.data)
        return NULL;
    return &panels->heats[row * panels->columns + column];
}

static const struct figure_heat *first_of_row(const struct figure_panels *panels, int64_t row)
{
    for (int64_t j = 0; j < panels->columns; j++)
        if (heat_at(panels, row, j))
            return heat_at(panels, row, j);
    return NULL;
}

/* The size of every panel, from the first there is. */
static struct figure_box panel_area(const struct figure_panels *panels)
{
    const struct figure_heat *first = NULL;
    for (int64_t i = 0; !first; i++)
        first = first_of_row(panels, i);
    const double      widest = fmax(NARROWEST, WIDEST_PAGE / (double)panels->columns);
    struct figure_box area   = figure_heat_area(&first->values, PANEL_AREA);
    if (area.right > widest) {
        area.bottom *= fmax(0.5, widest / area.right);
        area.right = widest;
    }
    area.right  = fmax(area.right, NARROWEST);
    area.right  = ceil(figure_page_snap(area.right, first->values.columns) * FIGURE_PIXELS) / FIGURE_PIXELS;
    area.bottom = ceil(figure_page_snap(area.bottom, first->values.rows) * FIGURE_PIXELS) / FIGURE_PIXELS;
    return area;
}

static struct figure_range row_range(const struct figure_panels *panels, int64_t row,
                                     const struct figure_heat *first)
{
    struct figure_range range = {0};
    for (int64_t j = 0; j < panels->columns; j++)
        if (heat_at(panels, row, j))
            figure_range_widen(&range, &heat_at(panels, row, j)->values);
    figure_range_finish(&range, first->colours);
    if (first->low < first->high) {
        range.low  = first->low;
        range.high = first->high;
    }
    return range;
}

/* The axes stand where no other panel continues them. */
static void draw_axes(struct figure_page *page, const struct figure_panels *panels, int64_t row,
                      int64_t column, struct figure_box area)
{
    const struct figure_heat *heat    = heat_at(panels, row, column);
    struct figure_scale       rows    = figure_scale_of_rows(&heat->values, heat->row_label);
    struct figure_scale       columns = figure_scale_of_columns(&heat->values, heat->column_label);
    rows.names                        = NULL;
    columns.names                     = NULL;
    if (!heat_at(panels, row, column - 1))
        figure_axis_draw(page, area, &rows, FIGURE_LEFT);
    if (!heat_at(panels, row + 1, column))
        figure_axis_draw(page, area, &columns, FIGURE_BELOW);
}

static void draw_row(struct figure_page *page, const struct figure_panels *panels, int64_t row,
                     struct figure_box area)
{
    const struct figure_heat *first = first_of_row(panels, row);
    if (!first)
        return;
    const struct figure_range range = row_range(panels, row, first);
    const double              step  = area.right - area.left + GAP_ACROSS;
    for (int64_t j = 0; j < panels->columns; j++) {
        const struct figure_heat *heat = heat_at(panels, row, j);
        struct figure_box         box  = area;
        box.left += step * (double)j;
        box.right += step * (double)j;
        if (j == panels->columns - 1)
            figure_colour_bar(page, box, first->colours, &range, first->value_label);
        if (!heat)
            continue;
        const struct figure_text title = {.text    = heat->title,
                                          .x       = box.left,
                                          .y       = box.top - TITLE_GAP,
                                          .down    = 1,
                                          .size    = FIGURE_SIZE_LABEL,
                                          .room    = box.right - box.left,
                                          .shrinks = true,
                                          .colour  = FIGURE_COLOUR_TEXT};
        figure_heat_cells(page, box, &heat->values, first->colours, &range);
        draw_axes(page, panels, row, j, box);
        figure_page_text(page, &title);
    }
}

void figure_panels_draw(struct figure_page *page, const void *what)
{
    const struct figure_panels *panels = what;
    const struct figure_box     area   = panel_area(panels);
    const double                step =
        ceil(area.bottom + GAP_DOWN + TITLE_GAP + figure_page_height(page, FIGURE_SIZE_LABEL));
    for (int64_t i = 0; i < panels->rows; i++) {
        struct figure_box box = area;
        box.top += step * (double)i;
        box.bottom += step * (double)i;
        draw_row(page, panels, i, box);
    }
    figure_title_draw(page, area, panels->title);
}
