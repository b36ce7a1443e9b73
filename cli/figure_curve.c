/* figure_curve.c -- curves over a shared x axis: convergence of the objective, KKT residuals. */
#include "figure_parts.h"

#include <math.h>
#include <stdio.h>

#define WIDTH           560.0
#define HEIGHT          300.0 /* of one chart; of each of several, 0.7 of it */
#define GAP             32.0
#define LEGEND_GAP      20.0
#define LEGEND_SWATCH   18.0
#define LEGEND_ROOM     190.0
#define LEGEND_PITCH    15.0
#define LOG_FACTOR      50.0
#define LOG_DECADES     18.0 /* what is smaller by more is drawn at the lower edge */
#define PADDING         0.04
#define LINE_WIDTH      1.3
#define DOT_RADIUS      2.0
#define COLUMNS_A_POINT 2.0 /* finer detail along x is merged */

/* One chart, ready to be drawn. */
struct plot {
    struct figure_box          area;
    struct figure_scale        x, y;
    const struct figure_chart *chart;
};

/* The part of a line that falls into one column of pixels: its first, lowest, highest and last point. */
struct column {
    int64_t count;
    double  x, first, low, high, last;
};

static double x_of(const struct figure_series *series, int64_t i)
{
    return series->x ? series->x[i] : (double)i;
}

static bool is_shown(const struct figure_scale *x, double at)
{
    return isfinite(at) && !(x->logarithmic && at <= 0);
}

static void widen_range(struct figure_range *range, double value)
{
    const struct figure_values one = {.data = &value, .rows = 1, .columns = 1};
    figure_range_widen(range, &one);
}

/* A range of some width around its values. */
static void open_range(struct figure_range *range)
{
    if (!range->found)
        *range = (struct figure_range){.low = 0, .high = 1};
    if (range->low < range->high)
        return;
    const double half = range->low == 0 ? 1 : fabs(range->low) / 2;
    range->low -= range->low == 0 ? 0 : half;
    range->high += half;
}

static void take_x(struct figure_range *range, struct figure_scale *scale, double x)
{
    if (!is_shown(scale, x))
        return;
    widen_range(range, x);
    scale->whole = scale->whole && x == floor(x);
}

static struct figure_scale x_scale(const struct figure_curves *curves)
{
    struct figure_range range = {0};
    struct figure_scale scale = {
        .logarithmic = curves->x_axis == FIGURE_AXIS_LOG, .whole = true, .gridlines = true};
    for (int64_t c = 0; c < curves->count; c++) {
        for (int64_t s = 0; s < curves->charts[c].count; s++) {
            const struct figure_series *series = &curves->charts[c].series[s];
            for (int64_t i = 0; i < series->count; i++)
                take_x(&range, &scale, x_of(series, i));
        }
    }
    if (scale.logarithmic && range.found && range.low == range.high)
        range = (struct figure_range){.low = range.low / 2, .high = range.high * 2, .found = true};
    if (scale.logarithmic && !range.found)
        range = (struct figure_range){.low = 1, .high = 10, .found = true};
    open_range(&range);
    scale.low  = range.low;
    scale.high = range.high;
    return scale;
}

/* The range of y less the baseline: of all of it, or of what is above 0. */
static struct figure_range y_range(const struct figure_chart *chart, bool positive)
{
    struct figure_range range = {0};
    for (int64_t s = 0; s < chart->count; s++) {
        for (int64_t i = 0; i < chart->series[s].count; i++) {
            const double y = chart->series[s].y[i] - chart->baseline;
            if (y > 0 || !positive)
                widen_range(&range, y);
        }
    }
    return range;
}

static bool wants_log(const struct figure_chart *chart, const struct figure_range *all,
                      const struct figure_range *positive)
{
    if (chart->y_axis != FIGURE_AXIS_AUTO)
        return chart->y_axis == FIGURE_AXIS_LOG;
    const bool meant = all->low >= 0 || chart->baseline != 0;
    return all->found && meant && positive->found && positive->high / LOG_FACTOR > positive->low;
}

static void pad_log(struct figure_scale *scale, const struct figure_range *positive)
{
    double low = 0, high = 1;
    if (positive->found) {
        high = log10(positive->high);
        low  = fmax(log10(positive->low), high - LOG_DECADES);
    }
    const double padding = high > low ? PADDING * (high - low) : 0.5;
    scale->low           = fmax(pow(10, low - padding), 5e-324);
    scale->high          = fmin(pow(10, high + padding), 1.7e308);
}

static void pad_linear(struct figure_scale *scale, struct figure_range range)
{
    open_range(&range);
    const double padding = PADDING * range.high - PADDING * range.low;
    scale->low           = fmax(range.low - padding, -1.7e308);
    scale->high          = fmin(range.high + padding, 1.7e308);
    if (range.low >= 0 && scale->low < 0)
        scale->low = 0;
}

static struct figure_scale y_scale(const struct figure_chart *chart, bool *floored)
{
    const struct figure_range all = y_range(chart, false), positive = y_range(chart, true);
    struct figure_scale       scale = {.gridlines = true, .label = chart->y_label};
    scale.logarithmic               = wants_log(chart, &all, &positive);
    if (scale.logarithmic)
        pad_log(&scale, &positive);
    else
        pad_linear(&scale, all);
    *floored = scale.logarithmic && all.found && all.low < scale.low;
    return scale;
}

static double y_at(const struct plot *plot, double value)
{
    const double fraction = figure_scale_at(&plot->y, value);
    return plot->area.bottom - fraction * (plot->area.bottom - plot->area.top);
}

static double x_at(const struct plot *plot, double value)
{
    return plot->area.left + figure_scale_at(&plot->x, value) * (plot->area.right - plot->area.left);
}

/* Adds what was gathered to Cairo's path. */
static void flush_column(cairo_t *cairo, struct column *column)
{
    const double y[4]   = {column->first, column->low, column->high, column->last};
    const int    points = column->count > 1 ? 4 : (int)column->count;
    for (int i = 0; i < points; i++)
        cairo_line_to(cairo, column->x, y[i]);
    column->count = 0;
}

static void gather(struct column *column, double x, double y)
{
    if (column->count == 0)
        *column = (struct column){.x = x, .first = y, .low = y, .high = y};
    column->low  = fmin(column->low, y);
    column->high = fmax(column->high, y);
    column->last = y;
    column->count++;
}

/* Ends a run of points: a line, or a dot where it is one point. */
static void finish_run(cairo_t *cairo, struct column *column, int64_t points)
{
    if (points == 1) {
        cairo_arc(cairo, column->x, column->first, DOT_RADIUS, 0, 2 * M_PI);
        cairo_fill(cairo);
        column->count = 0;
    } else {
        flush_column(cairo, column);
        cairo_stroke(cairo);
    }
}

static void set_line(cairo_t *cairo, int64_t n)
{
    static const double dashes[2][2] = {{5, 3}, {1.5, 3}};
    const colour        c            = colours_line(n);
    const int64_t       style        = n / COLOURS_LINES % 3;
    cairo_set_source_rgb(cairo, (c >> 16 & 255) / 255.0, (c >> 8 & 255) / 255.0, (c & 255) / 255.0);
    cairo_set_line_width(cairo, LINE_WIDTH);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    if (style > 0)
        cairo_set_dash(cairo, dashes[style - 1], 2, 0);
}

static void draw_series(struct figure_page *page, const struct plot *plot, int64_t n)
{
    const struct figure_series *series = &plot->chart->series[n];
    struct column               column = {0};
    int64_t                     points = 0;
    cairo_save(page->cairo);
    set_line(page->cairo, n);
    for (int64_t i = 0; i < series->count; i++) {
        const double y = series->y[i] - plot->chart->baseline;
        if (!is_shown(&plot->x, x_of(series, i)) || !isfinite(y)) {
            finish_run(page->cairo, &column, points);
            points = 0;
            continue;
        }
        const double x = x_at(plot, x_of(series, i));
        if (column.count > 0 && floor(x * COLUMNS_A_POINT) != floor(column.x * COLUMNS_A_POINT))
            flush_column(page->cairo, &column);
        gather(&column, x, y_at(plot, y));
        points++;
    }
    finish_run(page->cairo, &column, points);
    cairo_restore(page->cairo);
}

/* Gives whether a value lies below the axis. */
static bool draw_chart(struct figure_page *page, const struct figure_curves *curves, int64_t n,
                       struct figure_box area)
{
    bool                floored = false;
    const struct plot   plot    = {area, x_scale(curves), y_scale(&curves->charts[n], &floored),
                                   &curves->charts[n]};
    struct figure_scale x       = plot.x;
    x.label                     = n == curves->count - 1 ? curves->x_label : NULL;
    figure_page_area(page, area);
    figure_axis_draw(page, area, &plot.y, FIGURE_LEFT);
    figure_axis_draw(page, area, &x, FIGURE_BELOW);
    figure_page_outline(page, area, 0.5, FIGURE_COLOUR_LINE);
    for (int64_t s = 0; !page->measuring && s < plot.chart->count; s++)
        draw_series(page, &plot, s);
    return floored;
}

static void draw_entry(struct figure_page *page, const char *label, int64_t n, double x, double y)
{
    const struct figure_text text = {.text   = label,
                                     .x      = n < 0 ? x : x + LEGEND_SWATCH + 6,
                                     .y      = y,
                                     .down   = 0.5,
                                     .size   = FIGURE_SIZE_LABEL,
                                     .room   = LEGEND_ROOM,
                                     .colour = FIGURE_COLOUR_TEXT};
    figure_page_text(page, &text);
    if (page->measuring || n < 0)
        return;
    cairo_save(page->cairo);
    set_line(page->cairo, n);
    cairo_move_to(page->cairo, x, y);
    cairo_line_to(page->cairo, x + LEGEND_SWATCH, y);
    cairo_stroke(page->cairo);
    cairo_restore(page->cairo);
}

/* Right of the charts, so that it covers no line; as many labels as there is height for. */
static void draw_legend(struct figure_page *page, const struct figure_chart *chart, struct figure_box around)
{
    const int64_t most  = (int64_t)((around.bottom - around.top) / LEGEND_PITCH);
    int64_t       shown = 0, labels = 0;
    for (int64_t s = 0; s < chart->count; s++)
        labels += chart->series[s].label && chart->series[s].label[0];
    for (int64_t s = 0; s < chart->count; s++) {
        const double y = around.top + LEGEND_PITCH * ((double)shown + 0.5);
        if (!chart->series[s].label || !chart->series[s].label[0])
            continue;
        if (shown == most - 1 && labels > most) {
            char more[64];
            snprintf(more, sizeof more, "and %lld more", (long long)(labels - shown));
            draw_entry(page, more, -1, around.right + LEGEND_GAP, y);
            return;
        }
        draw_entry(page, chart->series[s].label, s, around.right + LEGEND_GAP, y);
        shown++;
    }
}

static void draw_note(struct figure_page *page, double left)
{
    const struct figure_text text = {.text   = "Smaller values are drawn on the lower edge.",
                                     .x      = left,
                                     .y      = page->extent.bottom + 6,
                                     .size   = FIGURE_SIZE_TICK,
                                     .colour = FIGURE_COLOUR_TICK};
    figure_page_text(page, &text);
}

void figure_curves_draw(struct figure_page *page, const void *what)
{
    const struct figure_curves *curves  = what;
    const double                height  = curves->count > 1 ? HEIGHT * 0.7 : HEIGHT;
    struct figure_box           area    = {0, 0, WIDTH, height, false};
    bool                        floored = false;
    for (int64_t i = 0; i < curves->count; i++) {
        area.top    = (height + GAP) * (double)i;
        area.bottom = area.top + height;
        floored     = draw_chart(page, curves, i, area) || floored;
    }
    area.top = 0;
    draw_legend(page, &curves->charts[0], area);
    if (floored)
        draw_note(page, area.left);
    figure_title_draw(page, area, curves->title);
}
