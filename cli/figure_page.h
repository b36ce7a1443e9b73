/* figure_page.h -- the sheet that a picture is drawn on: texts, lines, cells, and the file at the end.
 *
 * A picture is a function that draws on a page. It is called twice: first on a page that only measures, from
 * which the size of the sheet follows, then for the file. Lengths are points, y grows downwards, and any
 * origin will do, because the sheet is laid around what was drawn. Every text and every plotting area leaves
 * a box, so that tests can see that none overlap.
 */
#ifndef CLI_FIGURE_PAGE_H
#define CLI_FIGURE_PAGE_H

#include <cairo.h>
#include <stdbool.h>
#include <stdint.h>
#include "colours.h"
#include "inshi/context.h"

enum { FIGURE_TEXT_LONGEST = 512, FIGURE_PIXELS = 2 }; /* bytes with the 0; pixels of a png in one point */

#define FIGURE_MARGIN      14.0 /* around what is drawn */
#define FIGURE_SIZE_TITLE  12.0
#define FIGURE_SIZE_LABEL  9.5
#define FIGURE_SIZE_TICK   8.5
#define FIGURE_COLOUR_TEXT 0x222222u
#define FIGURE_COLOUR_TICK 0x4D4D4Du
#define FIGURE_COLOUR_LINE 0x808080u
#define FIGURE_COLOUR_GRID 0xE4E4E4u

struct figure_box {
    double left, top, right, bottom;
    bool   is_text; /* otherwise a plotting area, colour bar or swatch */
};

struct figure_page {
    cairo_t           *cairo;
    bool               measuring, vector, failed;
    struct figure_box *boxes; /* while measuring */
    int64_t            count, capacity;
    struct figure_box  extent; /* of all boxes so far */
    bool               drawn;  /* there is an extent */
};

typedef void figure_draw(struct figure_page *page, const void *what);

/* A text at a point of its box: across 0 = the point is at its left edge, 1 = right; down 0 = top, 1 =
 * bottom. */
struct figure_text {
    const char *text; /* NULL and "" draw nothing */
    double      x, y, across, down;
    double      size;
    double      room;    /* the widest it may be; 0 = any; what is wider is elided */
    bool        shrinks; /* to 0.8 of its size, before it is elided */
    bool   upright; /* reads upwards; room is then its height, across and down are those of the turned box */
    bool   bold;
    colour colour;
};

/* Draws it and gives its box; an empty one at the point where nothing is drawn. */
struct figure_box figure_page_text(struct figure_page *page, const struct figure_text *text);

/* The width of a text in one line, and the height of any line. */
double figure_page_width(struct figure_page *page, const char *text, double size, bool bold);
double figure_page_height(struct figure_page *page, double size);

/* Copies text as valid UTF-8 in one line (other bytes become U+FFFD), shortened with an ellipsis to the room.
 */
void figure_page_elide(struct figure_page *page, const struct figure_text *text,
                       char out[FIGURE_TEXT_LONGEST]);

/* Notes a plotting area. */
void figure_page_area(struct figure_page *page, struct figure_box box);

/* Strokes the outline of a box, a line between two points; fills a box. */
void figure_page_outline(struct figure_page *page, struct figure_box box, double width, colour colour);
void figure_page_line(struct figure_page *page, const double ends[4], double width, colour colour);
void figure_page_fill(struct figure_page *page, struct figure_box box, colour colour);

/* Cells of a colour each, row after row, over the whole of a box: sharp where they are enlarged, averaged
 * where they are made smaller. cell is asked for each. */
struct figure_cells {
    int64_t rows, columns;
    colour (*cell)(const void *user, int64_t row, int64_t column);
    const void *user;
};
void figure_page_cells(struct figure_page *page, struct figure_box box, const struct figure_cells *cells);

/* The length near wanted, in points, at which count cells are a whole number of pixels each; wanted where
 * that would be more than a third longer. */
double figure_page_snap(double wanted, int64_t count);

/* Calls draw once to measure; the page then holds the boxes until figure_page_close(). MEMORY. */
inshi_status figure_page_measure(struct figure_page *page, figure_draw *draw, const void *what);
void         figure_page_close(struct figure_page *page);

/* Measures, draws, and writes the file. */
inshi_status figure_page_write(inshi_context *context, const char *path, figure_draw *draw, const void *what);

#endif
