/* lanes.c -- columns of X, and of H, each at a scale of its own: powers of two, so that no digit changes. */
#include <math.h>
#include "kernels/kernels.h"

static double get(const struct problem *p, const void *block, int64_t i)
{
    return p->kernels->real_bytes == 8 ? ((const double *)block)[i] : (double)((const float *)block)[i];
}

void problem_scale_lanes(const struct problem *p, void *block, int64_t rows, const int *exponents)
{
    const int T = p->kernels->lanes;
    for (int64_t i = 0; i < rows * T; i++) {
        const double a = ldexp(get(p, block, i), exponents[i % T]);
        if (exponents[i % T])
            p->kernels->from_double(&a, 1, (char *)block + (size_t)i * (size_t)p->kernels->real_bytes);
    }
}

void problem_even_out(const struct problem *p, int64_t tile_column, int *exponents)
{
    const int     T    = p->kernels->lanes;
    const int64_t left = p->x.view.columns - tile_column * T, rows = p->x.view.rows;
    char *const   data = (char *)p->x.data +
                       (size_t)(tile_column * p->x.tile_rows * T) * (size_t)T * (size_t)p->kernels->real_bytes;
    for (int j = 0; j < T; j++) {
        double most = 0;
        for (int64_t i = 0; i < rows && j < left; i++) /* rows of one tile column follow each other */
            most = fmax(most, get(p, data, i * T + j));
        exponents[j] = most > 0 ? -ilogb(most) : 0;
    }
    problem_scale_lanes(p, data, rows, exponents);
}
