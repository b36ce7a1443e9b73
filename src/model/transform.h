/* transform.h -- a transform on its way: what all columns share, and the panel of columns that a thread works on. */
#ifndef INSHI_MODEL_TRANSFORM_H
#define INSHI_MODEL_TRANSFORM_H

#include "model/memory.h"

struct columns {
    struct plan   *plan;
    struct problem problem;
    const double  *gram;      /* of W, in double; eu alone */
    double        *scale;     /* of each column, a power of two */
    int           *exponent;  /* of that                        */
    int            reference; /* the least of them             */
    struct outcome {          /* of a panel */
        double  kkt, kkt_worst;
        int64_t iterations;
        bool    converged;
    } * outcomes;
    double began;
    bool   quick;  /* eu, a column without weights */
    bool   splits; /* columns with weights go another way than those without, even in one panel */
    size_t room;   /* bytes of a thread's own memory */
    char  *own;
};

struct lane; /* one column on its way */

/* A panel and its memory. */
struct panel {
    struct columns  *columns;
    int64_t          index;
    int              lanes, left; /* columns, and those that neither are done nor have stalled */
    bool             quick;       /* exact least squares by a Gram matrix for all */
    char            *moving, *pull, *push, *before, *target, *candidate, *kept, *memory;
    double          *values; /* divergence of each column */
    double          *measures;
    struct lane     *lane;
    struct parts_job parts;
    struct panel_job job;
};

/* Bytes of one panel of activations. */
static inline size_t transform_panel_bytes(const struct columns *c)
{
    return problem_panel_bytes(&c->problem);
}

static inline double transform_measured(const struct panel *panel, enum measure m, int lane)
{
    return panel->measures[m * panel->columns->problem.kernels->lanes + lane];
}

/* Bytes of a thread's own memory: c->room. */
size_t transform_room(const struct columns *c);

/* A panel in the thread's memory, at the start of its columns. whole: for the columns whose entries all count 1, where
 * those that have weights are solved apart (c->splits). */
void transform_lay_out(struct panel *panel, struct columns *c, int64_t index, int worker, bool whole);

bool transform_out_of_time(const struct columns *c);

/* The activations of a panel's columns, in the factor, and c->outcomes[index]; a task of parallel_run. */
void transform_solve_panel(void *columns, int64_t index, int worker);

#endif
