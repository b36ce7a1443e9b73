/* tiles.c -- the packed copy of X: how large it is, and how it is filled; see kernels.h. */
#include <string.h>
#include "kernels/kernels.h"

int64_t tiles_numbers(const struct tiles *x, int lanes)
{
    const int64_t last = x->tile_columns - 1, whole = checked_product(x->view.rows + lanes, lanes);
    if (whole < 0 || checked_product(whole, x->tile_columns + lanes) < 0)
        return -1;
    const int64_t end = tiles_turned(x, lanes, last) ? tiles_offset(x, lanes, x->tile_rows, last)
                                                     : x->tile_columns * x->view.rows * lanes;
    return end + lanes * lanes;
}

static void to_doubles(const struct kernels *k, const void *numbers, int64_t first, int64_t count,
                       double *out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = k->real_bytes == 8 ? ((const double *)numbers)[first + i]
                                    : (double)((const float *)numbers)[first + i];
}

/* Sums of one tile in the compute type, over the entries that X has and that count, times their weights (NULL: all 1);
 * each lane by itself, so that vectors serve. */
static void add_tile(const struct kernels *k, const void *tile, const void *weights, int64_t rows,
                     int64_t columns, struct tiles_sums *sums)
{
    const int T                  = k->lanes;
    double    square[LANES_MOST] = {0}, total[LANES_MOST] = {0}, a[LANES_MOST], w[LANES_MOST];
    for (int64_t j = 0; j < columns; j++)
        w[j] = 1;
    for (int64_t i = 0; i < rows; i++) {
        to_doubles(k, tile, i * T, columns, a);
        if (weights)
            to_doubles(k, weights, i * T, columns, w);
        for (int64_t j = 0; j < columns; j++) {
            const double x = a[j] < 0 ? 0 : a[j]; /* below 0: it does not count */
            square[j] += w[j] * x * x;
            total[j] += w[j] * x;
        }
    }
    for (int64_t j = 0; j < columns; j++) {
        sums->square += square[j];
        sums->total += total[j];
    }
}

/* columns x T from a tile. */
static void turn(const struct kernels *k, const void *tile, int64_t columns, void *to)
{
    const int T = k->lanes;
    for (int64_t j = 0; j < columns; j++)
        for (int i = 0; i < T; i++)
            if (k->real_bytes == 8)
                ((double *)to)[j * T + i] = ((const double *)tile)[i * T + j];
            else
                ((float *)to)[j * T + i] = ((const float *)tile)[i * T + j];
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What is read behind the last tile. */
static void fill_end(const struct kernels *k, const struct tiles *x, void *copy)
{
    const int    T     = k->lanes;
    const double one   = 1;
    char *const  first = (char *)copy + (size_t)(tiles_numbers(x, T) - T * T) * (size_t)k->real_bytes;
    for (int i = 0; i < T * T; i++)
        k->from_double(&one, 1, first + i * k->real_bytes);
}

/* Where a whole tile is loaded: at its place in the copy, where there is one and it fits, or in spare room. */
static void *place(const struct kernels *k, const struct tiles *x, void *copy, int64_t row, int64_t column,
                   void *spare)
{
    const int  T     = k->lanes;
    const bool whole = (row + 1) * T <= x->view.rows && (column + 1) * T <= x->view.columns;
    return copy && whole ? (char *)copy + (size_t)tiles_offset(x, T, row, column) * (size_t)k->real_bytes
                         : spare;
}

/* A tile in spare room to its place in the copy, where there is one. */
static void store(const struct kernels *k, const struct tiles *x, void *copy, int64_t row, int64_t column,
                  const void *tile)
{
    const int     T       = k->lanes;
    const int64_t columns = least(T, x->view.columns - column * T), rows = least(T, x->view.rows - row * T);
    char *const   at = (char *)copy + (size_t)tiles_offset(x, T, row, column) * (size_t)k->real_bytes;
    if (columns < T)
        turn(k, tile, columns, at);
    else
        memcpy(at, tile, (size_t)rows * (size_t)T * (size_t)k->real_bytes);
}

void tiles_pack(const struct kernels *k, const struct tiles *x, int64_t column, void *spare,
                struct tiles_sums *sums)
{
    const int     T       = k->lanes;
    char *const   second  = (char *)spare + (size_t)T * (size_t)T * (size_t)k->real_bytes;
    const int64_t columns = least(T, x->view.columns - column * T);
    const bool    each    = x->weighing == WEIGHING_EACH;
    for (int64_t row = 0; row < x->tile_rows; row++) {
        void *const tile    = place(k, x, x->data, row, column, spare);
        void *const weights = each ? place(k, x, x->weights, row, column, second) : NULL;
        k->load_tile(x, row, column, tile);
        if (each)
            k->load_weights(x, row, column, tile, weights);
        add_tile(k, tile, weights, least(T, x->view.rows - row * T), columns, sums);
        if (x->data && tile == spare)
            store(k, x, x->data, row, column, tile);
        if (x->weights && weights == second)
            store(k, x, x->weights, row, column, weights);
    }
    if (x->data && column == x->tile_columns - 1)
        fill_end(k, x, x->data);
    if (x->weights && column == x->tile_columns - 1)
        fill_end(k, x, x->weights);
}
