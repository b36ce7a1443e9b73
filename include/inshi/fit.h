/* fit.h -- factorize a matrix, and describe new columns by a fitted basis. */
#ifndef INSHI_FIT_H
#define INSHI_FIT_H

#include <stddef.h>
#include <stdint.h>
#include "inshi/context.h"
#include "inshi/matrix.h"
#include "inshi/options.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a fit ended. None of these is an error: W and H are valid after each. */
typedef enum inshi_stop {
    INSHI_STOP_TOLERANCE   = 1, /* the KKT residual fell below the tolerance               */
    INSHI_STOP_ITERATIONS  = 2, /* all iterations done                                     */
    INSHI_STOP_TIME        = 3, /* the time limit passed                                   */
    INSHI_STOP_INTERRUPTED = 4  /* the interrupt or the progress callback asked for it     */
} inshi_stop;

/* "tolerance", "iterations", "time", "interrupted". */
INSHI_API const char *inshi_stop_name(inshi_stop stop);

typedef struct inshi_info {
    inshi_stop   stop;
    int64_t      iterations; /* of the winning start; transform: of the slowest column               */
    double       objective;  /* divergence + penalties; may be infinite                                    */
    double       divergence;
    double       relative_error; /* sqrt(sum (x - y)^2 / sum x^2); 0 for X = 0 = WH                      */
    double       kkt;            /* a = sum |F (P - N)| / sum F P, the larger over the factors            */
    double       kkt_worst;      /* b = max (N - P)+ / (P + N)                                            */
    double       seconds;        /* of all starts together, and of the calls that this one went on from  */
    double       floor;          /* entries of X below it were lifted to it; 0 = none                    */
    int64_t      lifted;         /* how many were                                                        */
    int64_t      zero_entries;   /* entries of X that are 0 (after lifting)                              */
    int64_t      restart;        /* which start won, from 0                                              */
    int64_t      revived;        /* components that died and were started anew                           */
    const char  *solver, *init;  /* what "auto" chose; static text                                       */
    const char  *normalize;      /* likewise                                                             */
    const char  *isa;
    int64_t      threads;
    int          resumed;           /* 1: it went on from a checkpoint, of                                 */
    int64_t      resumed_iteration; /* this iteration                                                      */
    int64_t      resumed_start;     /* of this start, from 0                                               */
    inshi_status checkpoint;        /* the last save: OK (also where none was wanted), IO                  */
    int64_t      observed; /* entries of X that count: neither NaN nor masked nor of weight 0             */
    int          packed; /* 0: there was no room for a packed copy of X, which every pass then read anew    */
    int64_t      warm_iterations; /* that the warm start took (rows 1, 2 of the history at most); 0 = none  */
    int          warm_in_float;   /* 1: in float, for a fit in double                                     */
    int64_t      warm_rank;       /* the first of them on an X of this rank; 0 = all on X itself          */
} inshi_info;

typedef struct inshi_history_row {
    int64_t iteration; /* 0 is the start                                                         */
    double  seconds;   /* since X was in memory, from this start's own beginning                 */
    double  objective; /* of the factors that stopping here would give                           */
    double  kkt;       /* NaN where it was not computed                                          */
} inshi_history_row;

/* What a fit or transform found out. Opaque; belongs to the context it was made with. */
typedef struct inshi_report inshi_report;

INSHI_API inshi_status             inshi_report_create(inshi_context *context, inshi_report **out);
INSHI_API void                     inshi_report_destroy(inshi_report *report);
INSHI_API const inshi_info        *inshi_report_info(const inshi_report *report);
INSHI_API const inshi_history_row *inshi_report_history(const inshi_report *report, int64_t *count);
/* Warning number index; NULL past the end. */
INSHI_API const char *inshi_report_warning(const inshi_report *report, int64_t index);

/* Told after every iteration, from the calling thread; non-zero stops the fit. */
typedef struct inshi_progress {
    int64_t iteration, iterations; /* done, at most                    */
    int64_t restart, restarts;     /* this one from 0, how many        */
    double  objective, kkt;        /* NaN where not computed           */
    double  seconds;               /* since the call began             */
} inshi_progress;

INSHI_API void inshi_context_set_progress(inshi_context *context,
                                          int (*progress)(void *user, const inshi_progress *progress),
                                          void *user);

/* Factor a nonnegative matrix, X ~ WH:
 *
 *     minimise  D(X | WH) + l1 sum(W) + l2/2 sum(W^2) + the same for H     over  W >= 0, H >= 0.
 *
 *   x        X, m x n, dense or sparse (CSR, CSC), any storage type, entries finite and >= 0, or NaN: missing (see options.h for masks and
 *            weights); read only, not kept
 *   w        W, m x k, dense f4 or f8, any strides, out; also in with given_w
 *   h        H, k x n, the same dtype, likewise. Arithmetic runs in this dtype.
 *   options  NULL = defaults
 *   report   NULL = not wanted; emptied first
 *
 * X, W and H do not overlap. Scratch is taken before the first iteration: one packed copy of X in the dtype of W, where
 * there is room for it, and two to six of each factor (docs/architecture.md, "Memory").
 *
 * Returns INSHI_OK however it stopped; the report says why.
 *   ARGUMENT     an option out of range, options that contradict each other
 *   SHAPE        shapes or dtypes that do not fit
 *   DATA         an observed entry of X is negative or infinite, or one of a given factor, or NaN: where, how many;
 *                nothing is observed; weights that are negative, NaN or infinite
 *   UNSUPPORTED  the solver does not minimise this loss
 *   MEMORY       scratch; the size, and what would fit, is in the message
 *   NUMERIC      the iteration left the finite numbers
 *   IO           the checkpoint cannot be written (asked before the first iteration) or read
 * A checkpoint to go on from (inshi_context_set_checkpoint) that is damaged, or of another X or other given factors, is
 * DATA, one of other options ARGUMENT, one of a later version UNSUPPORTED.
 * After an error W and H are untouched but for NUMERIC.
 *
 * One seed gives one start for any number of threads, and the result has the same bits for any number of threads.
 */
INSHI_API inshi_status inshi_fit(inshi_context *context, inshi_matrix x, inshi_matrix w, inshi_matrix h,
                                 const inshi_options *options, inshi_report *report);

/* Activations of new columns for a given basis: minimise D(X | WH) + penalty(H) over H >= 0, column by column.
 *
 * Shapes, types and errors as in inshi_fit; w is only read. Each column starts from a point that depends on
 * that column and W alone and runs to its own stop (options->tolerance, options->iterations), so that any split
 * of the columns into calls gives the same bits. Of the options it reads loss, l1_h, l2_h, floor, mask, weights, row_weights, column_weights, iterations,
 * tolerance, time_limit; the floor, where < 0, is 1e-16 of the largest entry of x: pass the fit's value. */
INSHI_API inshi_status inshi_transform(inshi_context *context, inshi_matrix x, inshi_matrix w, inshi_matrix h,
                                       const inshi_options *options, inshi_report *report);

#ifdef __cplusplus
}
#endif
#endif
