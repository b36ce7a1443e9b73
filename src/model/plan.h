/* plan.h -- what the options and the data of one call come to, decided once before anything is computed. */
#ifndef INSHI_MODEL_PLAN_H
#define INSHI_MODEL_PLAN_H

#include <stdbool.h>
#include "inshi/fit.h"
#include "init/init.h"
#include "kernels/kernels.h"
#include "model/options.h"
#include "model/report.h"
#include "solver/solver.h"

/* A component as the end sorts it. */
struct component {
    double  mass;
    int64_t index;
};

struct plan {
    inshi_context        *context;
    inshi_report         *report; /* may be NULL */
    inshi_options         options;
    inshi_matrix          x, view[2]; /* view[SIDE_H] = H, view[SIDE_W] = W */
    int64_t               k;
    struct loss_choice    loss;
    const struct solver  *solver;
    const struct init    *init;
    const struct kernels *kernels;
    const struct kernels *low;        /* for the first iterations of a fit in double; NULL = none */
    int64_t               compressed; /* the rank of the X that they see; 0 = X itself */
    struct scan           scan;
    bool                  given[2], moves[2], transforms;
    bool                 *fixed_columns; /* k, or NULL */
    const char           *normalize;     /* "sum", "max", "l2", "none" */
    bool                  sorts;         /* components by mass */
    struct component
           *components; /* k, and k numbers behind them: for the end; NULL where nothing is scaled */
    int64_t longest[2]; /* most stored entries of a column and of a row of sparse X, or what they may be */
    bool    sparse;     /* few entries of X are not 0, in whatever layout it is */
    bool    incomplete; /* entries of sparse X that are not stored are not observed */
    double  floor;      /* unscaled; 0 = none */
    enum weighing        weighing;
    struct observed      observed;        /* which entries count */
    struct observed_scan seen;            /* what they hold; columns NULL where all do */
    double              *item_weights[2]; /* as given, or NULL   */
    double              *column_unit;     /* transform: of each column's weights, or NULL */
    int64_t              empty[2];        /* rows (W) and columns (H) of X with nothing observed */
    int                  shift[2]; /* the factors are computed times 2^shift, X times 2^(sum of both) */
};

/* The power of two that brings a size near 1, at most 2^1000 either way, so that it is a normal double. */
enum { PLAN_SHIFT_MOST = 1000 };
int plan_shift_for(double size);

/* Checks matrices and options and fills the plan. transform: W is the basis, H alone moves. */
inshi_status plan_make(struct plan *plan, bool transform);
void         plan_end(struct plan *plan);

/* The part of plan_make that looks at no entry, for a fit: shapes, loss, solver, start, kernels. */
inshi_status plan_outline(struct plan *plan);

/* Checks the mask and weights of the options, and fills plan->observed. SHAPE, DATA, ARGUMENT. */
inshi_status plan_take_given(struct plan *plan);

/* The look at X: entries that are NaN, masked or of weight 0 do not count, all others must be finite and >= 0 (the caller
 * looks at plan->scan). DATA where nothing counts; SHAPE, DATA for weights that do not fit. */
inshi_status plan_look(struct plan *plan, bool transform);

/* Another look, with a floor. */
inshi_status plan_scan_floor(struct plan *plan, double floor, struct scan *out);

inshi_status plan_check_locks(struct plan *plan);

/* Rows of a generated W and columns of a generated H that nothing determines become 0. */
void plan_clear_empty(const struct plan *plan, struct problem *problem);

/* A problem for the plan: loss, penalties and X, scaled; its memory taken (problem_take). */
inshi_status plan_problem(struct plan *plan, struct problem *problem, bool packs, bool both);

/* What the weights are computed with divided by: the factor between the divergence of the problem and that of X. */
double plan_weight_unit(const struct plan *plan);

/* Where only stored entries are observed: warns of rows and columns of X that have none, and counts them in plan->empty. */
void plan_warn_unobserved(struct plan *plan, const struct problem *problem);

/* Notes that so many items of a side have no observed entry, the first of them in X, and warns where its factor moves. */
void plan_warn_empty(struct plan *plan, enum side side, int64_t empty, int64_t first);

/* True where more than a third of X is 0, in whatever layout: what visits every entry is then left out, so that dense and sparse
 * forms of one X go the same way. */
static inline bool plan_has_many_zeros(const struct plan *plan)
{
    return (double)plan->scan.zeros > (double)plan->x.rows * (double)plan->x.columns / 3;
}

/* The scaled divergence in the units of X. */
double plan_unscaled(const struct plan *plan, double divergence);

/* Penalties of the factors where the problem stands, in the units of X. sum and squares: of the scaled factor. */
double plan_penalty(const struct plan *plan, enum side side, double sum, double squares);

#endif
