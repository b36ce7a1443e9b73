/* colours.c -- colour maps: cubic curves through a few anchors.
 *
 * Viridis is by Nathaniel Smith and Stefan van der Walt (2015, CC0); its anchors are sixteen of its published
 * values, and the curve through them stays within 4 of 255 of the rest. The diverging map is blue, white,
 * red, equally dark at both ends.
 */
#include "colours.h"

#include <math.h>

struct map {
    int    count;
    colour anchors[16]; /* equally spaced */
};

static const struct map VIRIDIS   = {16,
                                     {0x440154, 0x481A6C, 0x472F7D, 0x414487, 0x39568C, 0x31688E, 0x2A788E,
                                      0x23888E, 0x1F988B, 0x22A884, 0x35B779, 0x54C568, 0x7AD151, 0xA5DB36,
                                      0xD2E21B, 0xFDE725}};
static const struct map DIVERGING = {11,
                                     {0x0B2F66, 0x1C569F, 0x3D82BF, 0x7CB0D7, 0xBAD5E9, 0xF7F7F7, 0xF5CDB9,
                                      0xEB9C7E, 0xD4624E, 0xB02A35, 0x6E0A1E}};
static const struct map GREY      = {2, {0x000000, 0xFFFFFF}};

static const struct map *map_of(enum figure_colours colours)
{
    switch (colours) {
    case FIGURE_VIRIDIS:
        return &VIRIDIS;
    case FIGURE_DIVERGING:
        return &DIVERGING;
    case FIGURE_GREY:
        return &GREY;
    }
    return &VIRIDIS;
}

/* The Catmull-Rom curve through four equally spaced values, from the second (t = 0) to the third (t = 1). */
static double curve_at(const double v[4], double t)
{
    const double a = 2 * v[1], b = v[2] - v[0];
    const double c = 2 * v[0] - 5 * v[1] + 4 * v[2] - v[3], d = 3 * v[1] - v[0] - 3 * v[2] + v[3];
    return (a + t * (b + t * (c + t * d))) / 2;
}

/* The anchor number i of one channel; straight on beyond both ends. */
static double anchor_at(const struct map *map, int shift, int i)
{
    const int last = map->count - 1;
    if (i < 0)
        return 2 * anchor_at(map, shift, 0) - anchor_at(map, shift, 1);
    if (i > last)
        return 2 * anchor_at(map, shift, last) - anchor_at(map, shift, last - 1);
    return map->anchors[i] >> shift & 255;
}

/* One of red, green, blue (shift 16, 8, 0) at position p, counted in anchors. */
static colour channel_at(const struct map *map, int shift, double p)
{
    const int i = p >= map->count - 1 ? map->count - 2 : (int)p;
    double    v[4];
    for (int j = 0; j < 4; j++)
        v[j] = anchor_at(map, shift, i - 1 + j);
    const double value = curve_at(v, p - i);
    return (colour)(fmin(fmax(value, 0), 255) + 0.5) << shift;
}

void colours_table(enum figure_colours colours, colour table[COLOURS_COUNT])
{
    const struct map *map = map_of(colours);
    for (int i = 0; i < COLOURS_COUNT; i++) {
        const double p = (double)i * (map->count - 1) / (COLOURS_COUNT - 1);
        table[i]       = channel_at(map, 16, p) | channel_at(map, 8, p) | channel_at(map, 0, p);
    }
}

double colours_fraction(double value, double low, double high)
{
    double span = high - low, above = value - low;
    if (!isfinite(span) || !isfinite(above)) {
        span  = high / 2 - low / 2;
        above = value / 2 - low / 2;
    }
    if (span <= 0)
        return isnan(value) ? value : 0;
    const double fraction = above / span;
    return fraction < 0 ? 0 : fraction > 1 ? 1 : fraction;
}

colour colours_pick(const colour table[COLOURS_COUNT], double value, double low, double high)
{
    if (!isfinite(value))
        return COLOUR_NOT_FINITE;
    const int index = (int)(colours_fraction(value, low, high) * COLOURS_COUNT);
    return table[index < COLOURS_COUNT ? index : COLOURS_COUNT - 1];
}

colour colours_line(int64_t n)
{
    static const colour lines[COLOURS_LINES] = {0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7,
                                                0xE69F00, 0x56B4E9, 0x000000, 0x8C6D31};
    return lines[n % COLOURS_LINES];
}
