/* figure_axis.h -- ticks at round numbers, their texts, and the axes of a plotting area. */
#ifndef CLI_FIGURE_AXIS_H
#define CLI_FIGURE_AXIS_H

#include <stddef.h>
#include <stdint.h>
#include "figure_page.h"

enum { FIGURE_TICKS_MOST = 12, FIGURE_NUMBER_LONGEST = 48 };

struct figure_ticks {
    int    count;
    double values[FIGURE_TICKS_MOST];
    char   texts[FIGURE_TICKS_MOST][FIGURE_NUMBER_LONGEST];
};

/* A number as text with the digits that tell it from one a step away: "0.25", "2x10^-300" (with a true cross
 * and superscripts) where the largest of its kind is a million and more or less than a thousandth. step 0: up
 * to four digits. */
void figure_number(double value, double step, double largest, char out[FIGURE_NUMBER_LONGEST]);

/* At most `most` (2 to FIGURE_TICKS_MOST) multiples of 1, 2 or 5 times a power of ten between low and high,
 * as many as there can be; the two ends where doubles are too coarse for that, one where they are equal. */
void figure_ticks_linear(double low, double high, int most, struct figure_ticks *out);

/* The same for a logarithmic axis, 0 < low <= high: powers of ten, with 2 and 5 between where there is room;
 * linear ones where these are fewer than two. */
void figure_ticks_log(double low, double high, int most, struct figure_ticks *out);

/* The same for counting 0 ... extent - 1: whole numbers. */
void figure_ticks_count(int64_t extent, int most, struct figure_ticks *out);

/* What an axis counts or measures. extent > 0: cells, with their names (or NULL); otherwise from low to high.
 */
struct figure_scale {
    int64_t            extent;
    const char *const *names;
    double             low, high;
    bool               logarithmic;
    bool               whole;     /* ticks only at whole numbers */
    bool               gridlines; /* across the area */
    const char        *label;
};

/* Where a value lies on the axis: 0 to 1 (cells: the middle of the cell); on a logarithmic one 0 for what is
 * not above low. */
double figure_scale_at(const struct figure_scale *scale, double value);

enum figure_side { FIGURE_LEFT, FIGURE_BELOW, FIGURE_RIGHT };

/* Draws the ticks, their texts and the label at one side of an area; the first cell is above, the lowest
 * value below. */
void figure_axis_draw(struct figure_page *page, struct figure_box area, const struct figure_scale *scale,
                      enum figure_side side);

/* The least length at which the names of an axis can all stand, or 0 where there are none or too many (120).
 */
double figure_axis_named_length(const struct figure_scale *scale);

#endif
