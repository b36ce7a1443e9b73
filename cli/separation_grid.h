/* separation_grid.h -- pictures of time and frequency that grow while frames come: means of blocks, as PNG. */
#ifndef CLI_SEPARATION_GRID_H
#define CLI_SEPARATION_GRID_H

#include <stdint.h>
#include <stdio.h>

/* rows x columns blocks of a matrix of `height` rows, a frame a column; row 0 is at the bottom of the picture. */
struct grid {
    int64_t rows, columns, height, frames;
    double *sums, *counts;
};

void grid_open(struct grid *grid, int64_t height, int64_t frames, int64_t most_rows, int64_t most_columns);
void grid_close(struct grid *grid);

/* Adds one column; values step apart. */
void grid_add(struct grid *grid, int64_t frame, const double *values);

/* Writes <img ...> with the picture as data: decibels below the largest mean (range > 0, the means being powers), or
 * from 0 to 1 (range 0); by_row: each row by its own largest. */
enum grid_scale { GRID_DECIBELS, GRID_SHARES, GRID_ROWS };
void grid_image(const struct grid *grid, enum grid_scale scale, const char *what, FILE *out);

/* Bytes as base64. */
void grid_base64(const unsigned char *bytes, size_t count, FILE *out);

#endif
