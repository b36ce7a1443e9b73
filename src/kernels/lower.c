/* lower.c -- a problem in double as one in float, for its first iterations: half the bytes, twice the lanes.
 *
 * Both work in the same memory but for the factors: X is packed anew in the place of the packed copy, each time.
 */
#include "kernels/kernels.h"
#include "kernels/panels.h"

static int64_t numbers_of(const struct problem *p, enum side side)
{
    return p->factor[side].panels * p->k * p->kernels->lanes;
}

inshi_status problem_lower(const struct problem *from, struct problem *to)
{
    *to         = *from;
    to->kernels = from->low;
    to->square = to->total = 0;
    for (int side = 0; side < 2; side++) {
        const double *const wide = from->factor[side].data;
        float *const        low  = from->low_factor[side];
        to->factor[side].data    = low;
        for (int64_t i = 0; i < numbers_of(from, side); i++)
            low[i] = (float)wide[i];
    }
    return problem_pack(to);
}

inshi_status problem_raise(const struct problem *from, struct problem *to)
{
    to->square = to->total = 0;
    for (int side = 0; side < 2 && from; side++) {
        const float *const low  = from->factor[side].data;
        double *const      wide = to->factor[side].data;
        for (int64_t i = 0; i < numbers_of(to, side); i++)
            wide[i] = (double)low[i];
    }
    return problem_pack(to);
}
