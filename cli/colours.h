/* colours.h -- from a number to a colour. */
#ifndef CLI_COLOURS_H
#define CLI_COLOURS_H

#include <stdint.h>
#include "figure.h"

/* 0x00RRGGBB, the pixel of CAIRO_FORMAT_RGB24. */
typedef uint32_t colour;

enum { COLOURS_COUNT = 256, COLOURS_LINES = 8 };

#define COLOUR_NOT_FINITE 0xB4B4B4u

/* The map as a table of COLOURS_COUNT colours from low to high. */
void colours_table(enum figure_colours colours, colour table[COLOURS_COUNT]);

/* Where value lies between low and high: 0 to 1, clamped; 0 where low = high; NaN stays. No overflow,
 * whatever the limits. */
double colours_fraction(double value, double low, double high);

/* The table's colour of a value; COLOUR_NOT_FINITE of one that is not finite. */
colour colours_pick(const colour table[COLOURS_COUNT], double value, double low, double high);

/* The n-th colour of lines, for any n >= 0: eight that remain distinct to colour-blind readers (Okabe and Ito
 * 2008), again and again. */
colour colours_line(int64_t n);

#endif
