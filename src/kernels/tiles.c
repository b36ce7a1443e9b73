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

static double number_at(const struct kernels *k, const void *numbers, int64_t index)
{
    return k->real_bytes == 8 ? ((const double *)numbers)[index] : (double)((const float *)numbers)[index];
}

/* Sums of one tile in the compute type, over the entries that X has. */
static void add_tile(const struct kernels *k, const void *tile, int64_t rows, int64_t columns,
                     struct tiles_sums *sums)
{
    const int T = k->lanes;
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++) {
            const double a = number_at(k, tile, i * T + j);
            sums->square += a * a;
            sums->total += a;
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
static void fill_end(const struct kernels *k, const struct tiles *x)
{
    const int    T     = k->lanes;
    const double one   = 1;
    char *const  first = (char *)x->data + (size_t)(tiles_numbers(x, T) - T * T) * (size_t)k->real_bytes;
    for (int i = 0; i < T * T; i++)
        k->from_double(&one, 1, first + i * k->real_bytes);
}

void tiles_pack(const struct kernels *k, const struct tiles *x, int64_t column, void *spare,
                struct tiles_sums *sums)
{
    const int     T       = k->lanes;
    const size_t  real    = (size_t)k->real_bytes;
    const int64_t columns = least(T, x->view.columns - column * T);
    for (int64_t row = 0; row < x->tile_rows; row++) {
        const int64_t rows = least(T, x->view.rows - row * T);
        void *const   at = x->data ? (char *)x->data + (size_t)tiles_offset(x, T, row, column) * real : NULL;
        void *const   tile = at && rows == T && columns == T ? at : spare;
        k->load_tile(x, row, column, tile);
        add_tile(k, tile, rows, columns, sums);
        if (at && columns < T)
            turn(k, tile, columns, at);
        else if (at && tile == spare)
            memcpy(at, tile, (size_t)rows * (size_t)T * real);
    }
    if (x->data && column == x->tile_columns - 1)
        fill_end(k, x);
}
