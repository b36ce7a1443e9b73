/* panels.h -- where a panel of a factor begins; shared by the files that run kernels over a problem. */
#ifndef INSHI_KERNELS_PANELS_H
#define INSHI_KERNELS_PANELS_H

#include "kernels/kernels.h"

static inline size_t panel_bytes(const struct problem *p)
{
    return (size_t)p->k * (size_t)p->kernels->lanes * (size_t)p->kernels->real_bytes;
}

static inline void *panel_at(const struct problem *p, const void *panels, int64_t index)
{
    return (char *)panels + (size_t)index * panel_bytes(p);
}

static inline int lanes_of(const struct problem *p, enum side side, int64_t panel)
{
    const int64_t left = p->factor[side].count - panel * p->kernels->lanes;
    return (int)(left < p->kernels->lanes ? left : p->kernels->lanes);
}

/* A factor times the weights of its items (back: divided by them), into out, which may be the factor. */
void weigh_factor(struct problem *problem, enum side side, bool back, void *out);

/* core <- the product of the factor that a half-step of `side` holds fixed with its part. */
inshi_status compression_prepare(const struct problem *problem, enum side side);

#endif
