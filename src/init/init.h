/* init.h -- starts: each a file that exports one struct init, and the list. */
#ifndef INSHI_INIT_INIT_H
#define INSHI_INIT_INIT_H

#include "base/context.h"
#include "kernels/kernels.h"

struct init {
    const char *name, *summary;
    bool        of_data; /* made at the scale of the problem's X; otherwise in the caller's unit */
    bool        single;  /* every attempt gives the same start */

    /* Fills the factors of sides where generate[side] is set, at any scale. attempt tells restarts apart. */
    inshi_status (*start)(struct problem *problem, const bool generate[2], uint64_t seed, int64_t attempt);

    /* Takes the memory that start takes and gives it back, for a context that only counts; NULL: it takes none. */
    inshi_status (*try_memory)(const struct problem *problem);
};

/* The row of the list, NULL outside. */
const struct init *init_at(int index);

/* The list: a start is a file that defines init_NAME, and a name here. */
#define INIT_LIST(ROW) ROW(random) ROW(nndsvd) ROW(nndsvda) ROW(nndsvdar)

#define INIT_DECLARE(name) extern const struct init init_##name;
INIT_LIST(INIT_DECLARE)
#undef INIT_DECLARE

#endif
