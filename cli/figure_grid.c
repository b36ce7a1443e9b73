/* figure_grid.c -- the columns of W as pictures in a grid. */
#include "figure_parts.h"
#include "block_mean.h"

#include <math.h>
#include <stdio.h>

enum { SHOWN_MOST = 400 };

#define PAGE_WIDTH    720.0
#define PAGE_RATIO    1.35 /* width by height of the whole, about */
#define WIDEST        110.0
#define NARROWEST     18.0
#define LARGEST_RATIO 6.0 /* of the sides of one picture */
#define GAP_ACROSS    8.0
#define NUMBER_GAP    2.0
#define GAP_DOWN      6.0

/* The grid: how many columns of pictures, how large each is. */
struct layout {
    int64_t shown, columns;
    double  width, height, step_x, step_y;
};

/* One picture while its pixels are asked for. */
struct painter {
    const struct figure_grid *grid;
    int64_t                   component;
    double                    high;
    const colour             *table;
};

static struct layout lay_out(struct figure_page *page, const struct figure_grid *grid)
{
    const double  ratio  = (double)grid->image_columns / (double)grid->image_rows;
    const double  used   = fmin(fmax(ratio, 1 / LARGEST_RATIO), LARGEST_RATIO);
    struct layout at     = {.shown = grid->basis.columns < SHOWN_MOST ? grid->basis.columns : SHOWN_MOST};
    const double  widest = fmin(WIDEST * fmax(1, sqrt(used)), 2 * WIDEST * used);
    const double  whole  = ceil(sqrt((double)at.shown * PAGE_RATIO / used)),
                 large   = floor(PAGE_WIDTH / (widest + GAP_ACROSS));
    at.columns           = (int64_t)fmin(fmax(whole, large), (double)at.shown);
    const double room    = PAGE_WIDTH / (double)at.columns - GAP_ACROSS;
    const double width   = fmax(fmin(room, widest), NARROWEST * fmax(1, used));
    at.width             = figure_page_snap(width, grid->image_columns);
    at.height            = figure_page_snap(at.width / used, grid->image_rows);
    at.step_x            = ceil(at.width + GAP_ACROSS);
    at.step_y = ceil(at.height + GAP_DOWN + NUMBER_GAP + figure_page_height(page, FIGURE_SIZE_TICK));
    return at;
}

static colour paint_pixel(const void *user, int64_t row, int64_t column)
{
    const struct painter     *p    = user;
    const struct figure_grid *grid = p->grid;
    const int64_t             pixel =
        grid->by_column ? column * grid->image_rows + row : row * grid->image_columns + column;
    return colours_pick(p->table, block_mean_entry(grid->basis, pixel, p->component), 0, p->high);
}

/* The largest finite value of a column; 1 where none is above 0. */
static double largest_of(inshi_matrix basis, int64_t component)
{
    double largest = 0;
    for (int64_t i = 0; i < basis.rows; i++) {
        const double v = block_mean_entry(basis, i, component);
        if (isfinite(v) && v > largest)
            largest = v;
    }
    return largest > 0 ? largest : 1;
}

static void draw_component(struct figure_page *page, const struct layout *at, const struct painter *painter)
{
    const struct figure_grid *grid  = painter->grid;
    const double              x     = at->step_x * (double)(painter->component % at->columns);
    const double              y     = at->step_y * (double)(painter->component / at->columns);
    const struct figure_box   area  = {x, y, x + at->width, y + at->height, false};
    const struct figure_cells cells = {grid->image_rows, grid->image_columns, paint_pixel, painter};
    char                      number[FIGURE_NUMBER_LONGEST];
    const struct figure_text  text = {.text   = number,
                                      .x      = x,
                                      .y      = y - NUMBER_GAP,
                                      .down   = 1,
                                      .size   = FIGURE_SIZE_TICK,
                                      .colour = FIGURE_COLOUR_TICK};
    snprintf(number, sizeof number, "%lld", (long long)painter->component);
    figure_page_cells(page, area, &cells);
    figure_page_outline(page, area, 0.5, FIGURE_COLOUR_LINE);
    figure_page_text(page, &text);
}

static void draw_caption(struct figure_page *page, const struct figure_grid *grid, const struct layout *at)
{
    char                     line[160];
    const struct figure_text text = {.text   = line,
                                     .x      = 0,
                                     .y      = page->extent.bottom + 8,
                                     .size   = FIGURE_SIZE_TICK,
                                     .colour = FIGURE_COLOUR_TICK};
    if (at->shown < grid->basis.columns)
        snprintf(line, sizeof line,
                 "Each picture is scaled from 0 to its own largest value. The first %lld of %lld components.",
                 (long long)at->shown, (long long)grid->basis.columns);
    else
        snprintf(line, sizeof line, "Each picture is scaled from 0 to its own largest value.");
    figure_page_text(page, &text);
}

void figure_grid_draw(struct figure_page *page, const void *what)
{
    const struct figure_grid *grid = what;
    const struct layout       at   = lay_out(page, grid);
    colour                    table[COLOURS_COUNT];
    colours_table(grid->colours, table);
    for (int64_t c = 0; c < at.shown; c++) {
        const double         high    = page->measuring ? 1 : largest_of(grid->basis, c);
        const struct painter painter = {grid, c, high, table};
        draw_component(page, &at, &painter);
    }
    const struct figure_box around = {0};
    draw_caption(page, grid, &at);
    figure_title_draw(page, around, grid->title);
}
