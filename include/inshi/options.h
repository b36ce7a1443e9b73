/* options.h -- how to factorize.
 *
 * One struct, its size first, only ever appended to. Each field is a row of one table (inshi_option_at), from
 * which come defaults, range checks, the command's flags and the reference page.
 */
#ifndef INSHI_OPTIONS_H
#define INSHI_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include "inshi/context.h"
#include "inshi/matrix.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fill with inshi_options_default(), then change fields. Names are not copied. */
typedef struct inshi_options {
    size_t      size;       /* sizeof(inshi_options)                                                       */
    const char *loss;       /* "eu", "kl", "is", "beta:B"                                                  */
    const char *solver;     /* "auto", or a name of inshi_solver_name()                                    */
    double      eta;        /* step size of the solver "gradient"                                          */
    double      l1_w, l1_h; /* objective = divergence + l1 sum(F) + l2/2 sum(F^2), F = W and H             */
    double      l2_w, l2_h;
    double      floor;      /* B <= 0: entries of X below it are lifted to it; < 0 = 1e-16 of the largest  */
    const char *normalize;  /* "auto" = "sum", or "none" with fixed or penalised parts; "max", "l2"        */
    const char *init;       /* start of the factors that are not given: "auto", "random"                   */
    const char *init_scale; /* "auto": generated starts are scaled to X; "none"                            */
    int         given_w;    /* 1: W holds the start                                                        */
    int         given_h;
    uint64_t    seed;
    int64_t     restarts; /* starts tried; the lowest objective wins                                     */
    const char *fix;      /* "none", "w", "h": the factor (given) that stays                             */
    const int64_t *fix_columns; /* columns of W (given) that stay, counted from 0                          */
    int64_t        fix_columns_count;
    int64_t iterations;    /* at most so many                                                             */
    double  tolerance;     /* on the KKT residual; 0 = exactly `iterations`                               */
    double  time_limit;    /* seconds; 0 = none                                                           */
    int64_t history_every; /* iterations between two rows of the history; 0 = the start and the end    */

    /* What each entry of X counts: the product of these; NaN in X counts 0. Views, any storage type, read only, not kept;
     * NULL = not given. mask, weights, lock_*: dense, or sparse, where what is not stored is 0. */
    const inshi_matrix *mask;    /* m x n: 1 = observed, 0 = missing; a missing entry may hold anything    */
    const inshi_matrix *weights; /* m x n, finite, >= 0                                                    */
    const inshi_matrix
        *row_weights; /* a dense vector of m numbers                                            */
    const inshi_matrix
        *column_weights;        /* of n                                                                   */
    const inshi_matrix *lock_w; /* m x k: 1 = this entry of W (given) stays                               */
    const inshi_matrix *lock_h; /* k x n                                                                  */
    const char *absent; /* sparse X: entries that are not stored are "zero", or "missing": not observed   */
} inshi_options;

/* Sets every field to its default. */
INSHI_API void inshi_options_default(inshi_options *options);

typedef enum inshi_option_kind {
    INSHI_OPTION_NAME    = 1, /* const char *, one of `choices` where those are given  */
    INSHI_OPTION_REAL    = 2, /* double, finite                                        */
    INSHI_OPTION_INTEGER = 3, /* int64_t                                               */
    INSHI_OPTION_SEED    = 4, /* uint64_t                                              */
    INSHI_OPTION_FLAG    = 5, /* int, set by the caller: no text sets it               */
    INSHI_OPTION_LIST    = 6, /* const int64_t * and its count behind it, likewise     */
    INSHI_OPTION_MATRIX  = 7  /* const inshi_matrix *, likewise                        */
} inshi_option_kind;

/* One row of the table. `name` is the field with '-' for '_', as on the command line. */
typedef struct inshi_option {
    const char       *name;
    inshi_option_kind kind;
    size_t            offset;      /* of the field in inshi_options                             */
    double            least, most; /* REAL, INTEGER: the range, both ends included              */
    const char       *standard;    /* the default, as text                                      */
    const char       *choices;     /* NAME: "a|b|c", or NULL where the library checks otherwise */
    const char       *group;       /* "model", "start", "what stays", "data", "stopping", "output" */
    const char       *placeholder; /* e.g. "N", "X", "NAME"                                     */
    const char       *help;        /* one line                                                  */
} inshi_option;

/* The rows, 0 <= index < inshi_option_count(); NULL outside. */
INSHI_API int                 inshi_option_count(void);
INSHI_API const inshi_option *inshi_option_at(int index);

/* Sets a NAME, REAL, INTEGER or SEED field from text. The text of a NAME is kept by pointer.
 * ARGUMENT: no such option (the nearest is suggested), a value that does not parse or is out of range; the sentence
 * begins with the name, the same in every locale. */
INSHI_API inshi_status inshi_options_set(inshi_context *context, inshi_options *options, const char *name,
                                         const char *text);

/* Checks every field and their contradictions, as inshi_fit does first. ARGUMENT, UNSUPPORTED. */
INSHI_API inshi_status inshi_options_check(inshi_context *context, const inshi_options *options);

/* Names of solvers, starts and losses, index from 0; NULL past the end. */
INSHI_API const char *inshi_solver_name(int index);
INSHI_API const char *inshi_solver_summary(int index);
INSHI_API const char *inshi_init_name(int index);
INSHI_API const char *inshi_loss_name(int index);
INSHI_API const char *inshi_loss_summary(int index);

/* The candidate (an array ended by NULL) nearest to text, or NULL where none is near: for "did you mean". */
INSHI_API const char *inshi_nearest_name(const char *text, const char *const *candidates);

#ifdef __cplusplus
}
#endif
#endif
