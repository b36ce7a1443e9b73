/* random.c -- factors uniform on [0, 1): the entry depends on seed, start, factor, component and item alone. */
#include "base/random.h"
#include "init/init.h"

struct stream {
    uint64_t  seed;
    uint32_t  number;
    enum side side;
};

static double entry(const void *user, int64_t component, int64_t item)
{
    const struct stream *s = user;
    return s->side == SIDE_W ? random_uniform(s->seed, s->number, item, component)
                             : random_uniform(s->seed, s->number, component, item);
}

static inshi_status start(struct problem *problem, const bool generate[2], uint64_t seed, int64_t attempt)
{
    for (int side = 0; side < 2; side++) {
        const struct stream s = {seed, (uint32_t)(2 * attempt + side), side};
        if (generate[side])
            problem_fill(problem, side, entry, &s);
    }
    return INSHI_OK;
}

const struct init init_random = {.name = "random", .summary = "uniform on [0, 1)", .start = start};
