/* checkpoint.h -- the state of a fit between two iterations, kept in a file, and a fit that goes on from there.
 *
 * The state is that before a look (model/fit.c), so that going on repeats the look and everything after it: whatever the
 * numbers of iterations and the tolerance were that ended the first call, the second does what one call would have
 * done. It is copied at every boundary, and the copy is what is saved: an iteration that is cut off leaves no trace.
 * Factors are stored item after item, k numbers each, in the compute type: no layout of kernels or threads in them.
 */
#ifndef INSHI_MODEL_CHECKPOINT_H
#define INSHI_MODEL_CHECKPOINT_H

#include "model/checkpoint_key.h"
#include "model/plan.h"

struct run;

/* Everything that changes from iteration to iteration but the factors. */
struct loop_state {
    bool    looping; /* false: between two starts, before the one with number `start` */
    int64_t start, iteration, revived, rows;
    double  divergence, objective, kkt, kkt_worst, level;
    double  measured[2][MEASURES],
        value[2]; /* of the halves: a half of the last iteration stands in for a newer one */
    double beta, beta_before, beta_most, accepted;
    bool   extrapolated, falters, near;
    double best_level;
    double seconds, all_seconds; /* of this start; of all starts and calls */
};

enum { PAIR_FACTORS, PAIR_PLAIN, PAIR_ACCEPTED, PAIRS };

struct checkpoint {
    inshi_checkpoint  how; /* path NULL: there is none */
    struct key        key;
    struct loop_state state; /* at the last boundary */
    void             *copy[PAIRS][2];
    bool              valid, saved; /* state and copies; and they are in the file */
    bool              keeps;        /* what is at the path is worth being kept as the previous one */
    bool              goes_on;      /* loaded into the run, which has not begun its loop */
    bool              refused;      /* by its key */
    bool              warned;
    double            saved_at;
};

/* For the context's checkpoint, once the problem stands: is the file writable, the key, room; where resume is asked for,
 * the state from the file, and goes_on. */
inshi_status checkpoint_begin(struct run *run);

/* The part of it that takes memory as large as factors, for a context that only counts. */
inshi_status checkpoint_take_copies(struct run *run);
void         checkpoint_destroy(struct run *run);

/* Where the loop stands before a look: notes the state, and saves where it is time or was asked for. MEMORY. */
inshi_status checkpoint_boundary(struct run *run);

/* Before a start other than the first: likewise. */
inshi_status checkpoint_between(struct run *run);

/* Saves the last boundary, where it is not in the file. */
inshi_status checkpoint_save(struct run *run);

/* Inside: the file. checkpoint_load says what is wrong with the file; then the run is not to be used. */
inshi_status      checkpoint_write(struct run *run);
inshi_status      checkpoint_load(struct run *run, const char *path);
extern const char CHECKPOINT_MAGIC[8];

#endif
