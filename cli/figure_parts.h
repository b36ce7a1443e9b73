/* figure_parts.h -- what the kinds of pictures share, and how each is drawn on a page. */
#ifndef CLI_FIGURE_PARTS_H
#define CLI_FIGURE_PARTS_H

#include "figure.h"
#include "figure_axis.h"
#include "figure_page.h"

/* Each draws the picture that its struct in figure.h describes; what was checked there. */
void figure_heat_draw(struct figure_page *page, const void *heat);
void figure_panels_draw(struct figure_page *page, const void *panels);
void figure_curves_draw(struct figure_page *page, const void *curves);
void figure_grid_draw(struct figure_page *page, const void *grid);

/* Which values the ends of a colour map stand for. */
struct figure_range {
    double low, high;
    bool   found, has_other; /* a finite value; one that is not */
};

/* Takes the values of a heat into the range, which starts as {0}. */
void figure_range_widen(struct figure_range *range, const struct figure_values *values);

/* Makes it fit to be drawn: symmetric about 0 for the diverging map, and never of no width. */
void figure_range_finish(struct figure_range *range, enum figure_colours colours);

/* The cells of a heat map over an area, framed. */
void figure_heat_cells(struct figure_page *page, struct figure_box area, const struct figure_values *values,
                       enum figure_colours colours, const struct figure_range *range);

/* A colour bar of the height of an area, at its right; below it, what grey means where there is any. */
void figure_colour_bar(struct figure_page *page, struct figure_box area, enum figure_colours colours,
                       const struct figure_range *range, const char *label);

/* Width and height, in points, of an area for a matrix: the ratio of its sides within reason, about so many
 * square points, cells neither huge nor a fraction of a pixel. */
struct figure_box figure_heat_area(const struct figure_values *values, double points);

/* The axes of the rows (left) and columns (below) of values. */
struct figure_scale figure_scale_of_rows(const struct figure_values *values, const char *label);
struct figure_scale figure_scale_of_columns(const struct figure_values *values, const char *label);

/* The title above everything that was drawn, from the left edge of an area on. */
void figure_title_draw(struct figure_page *page, struct figure_box around, const char *title);

#endif
