/* figure.h -- the pictures of the command: heat maps, panels of them, curves, and columns of W as pictures.
 *
 * One struct describes one picture. Everything in it is borrowed for the call and may be zero: a text that is
 * NULL is left out, a number that is 0 means "choose". Texts are UTF-8; what does not fit is made smaller or
 * ends in an ellipsis, so that nothing overlaps or is cut. Values that are not finite are drawn grey.
 *
 * Every figure_*_write() writes one file, whole or not at all: SVG where the path ends in ".svg", PNG
 * otherwise. It returns ARGUMENT (nothing to draw: no values, series or image size), MEMORY (Cairo had none),
 * or what inshi_file_write() says, in whose case alone the context has a message.
 */
#ifndef CLI_FIGURE_H
#define CLI_FIGURE_H

#include <stdbool.h>
#include <stdint.h>
#include "inshi/context.h"
#include "inshi/matrix.h"

enum figure_colours {
    FIGURE_VIRIDIS   = 0, /* from the lowest value to the highest                     */
    FIGURE_DIVERGING = 1, /* blue, white at 0, red: for residuals; the range is +-max */
    FIGURE_GREY      = 2  /* from black to white                                      */
};

/* The numbers of a heat map, row after row. Where they are block means (block_mean.h), full_rows and
 * full_columns are the shape of the matrix behind them, which is what the axes count; 0 = rows, columns.
 * Names are NULL or arrays of full_rows and full_columns texts (each may be NULL); they stand at the axes
 * where there is room for all of them. row_end, column_end > 0: that axis measures from 0 to there instead, rows
 * upwards: the first row of data is the highest. */
struct figure_values {
    const double      *data;
    int64_t            rows, columns;
    int64_t            full_rows, full_columns;
    const char *const *row_names;
    const char *const *column_names;
    double             row_end, column_end;
};

/* A matrix as colours, with axes and a colour bar. low < high: the range of the colours; otherwise that of
 * the finite values, from 0 where they begin within a tenth of it. */
struct figure_heat {
    const char          *title;
    const char          *row_label, *column_label, *value_label; /* beside the axes and the colour bar */
    struct figure_values values;
    enum figure_colours  colours;
    double               low, high;
};
inshi_status figure_heat_write(inshi_context *context, const char *path, const struct figure_heat *heat);

/* Heat maps of one shape side by side, e.g. X and its reconstructions above, residuals below. The title of a
 * heat is its subtitle ("eu, relative error 1.2e-05"); one whose values.data is NULL leaves its place empty;
 * names are not drawn. The panels of a row share one range and one colour bar: the colours, low, high and
 * value_label of the first in the row; where that gives no range, it is over all of them. */
struct figure_panels {
    const char               *title;
    int64_t                   rows, columns; /* of panels                       */
    const struct figure_heat *heats;         /* rows * columns, row after row   */
};
inshi_status figure_panels_write(inshi_context *context, const char *path,
                                 const struct figure_panels *panels);

/* AUTO: y is logarithmic where its values are positive and span a factor of 50, x is linear. LOG: a y of 0 or
 * less lies on the lower edge, and a note says so; an x of 0 or less is left out. */
enum figure_axis { FIGURE_AXIS_AUTO = 0, FIGURE_AXIS_LINEAR = 1, FIGURE_AXIS_LOG = 2 };

/* One line. x NULL: 0, 1, 2, ... A value that is not finite is a gap; a point between gaps is a dot. */
struct figure_series {
    const char   *label; /* in the legend; NULL: not in it */
    const double *x, *y;
    int64_t       count;
};

/* One pair of axes. baseline is taken from every y, e.g. the best objective known. */
struct figure_chart {
    const char                 *y_label;
    const struct figure_series *series;
    int64_t                     count;
    double                      baseline;
    enum figure_axis            y_axis;
};

/* Charts above one another that share the x axis and the legend: the n-th series of each has the n-th colour,
 * and the labels are those of the first chart. */
struct figure_curves {
    const char                *title, *x_label;
    const struct figure_chart *charts;
    int64_t                    count;
    enum figure_axis           x_axis;
};
inshi_status figure_curves_write(inshi_context *context, const char *path,
                                 const struct figure_curves *curves);

/* The columns of a dense W (m x k, any type and strides) as pictures of image_rows x image_columns = m
 * pixels, with their numbers from 0, each scaled from 0 to its own largest value, which a caption says. At
 * most 400 are shown. */
struct figure_grid {
    const char         *title;
    inshi_matrix        basis;
    int64_t             image_rows, image_columns;
    bool                by_column; /* pixels stand column by column in a column of W (R x C:F) */
    enum figure_colours colours;   /* viridis or grey                                          */
};
inshi_status figure_grid_write(inshi_context *context, const char *path, const struct figure_grid *grid);

#endif
