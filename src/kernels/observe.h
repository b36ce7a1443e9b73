/* observe.h -- which entries of X count, and how much: the product of a mask, of weights of entries, rows and columns. NaN in
 * X counts nothing.
 *
 * In tiles (kernels.h) an entry that does not count stands as -1. Where all others weigh the same nothing else is kept;
 * otherwise a tile of weights lies beside each tile of X. */
#ifndef INSHI_KERNELS_OBSERVE_H
#define INSHI_KERNELS_OBSERVE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/context.h"
#include "inshi/matrix.h"

/* Weight = mask x weights x row x column, divided by `unit` and the column's own unit. */
struct observed {
    const inshi_matrix *mask, *weights; /* of the shape of X, dense or sparse (absent: 0); NULL = 1   */
    const double       *row, *column;   /* a number for each row, for each column; NULL = 1           */
    const double       *column_unit;    /* likewise                                                   */
    double              unit;
};

/* True where something but NaN in X decides. */
static inline bool observed_says(const struct observed *o)
{
    return o->mask || o->weights || o->row || o->column;
}

/* Weights of the entries [row, row + rows) x [column, column + columns), row i from out + i stride. */
void observed_block(const struct observed *observed, int64_t row, int64_t column, int rows, int columns,
                    double *out, int stride);

/* Numbers of a matrix as doubles (sparse: 0 where nothing is stored): `count` of row `row`, from `column`. */
void observed_read(const inshi_matrix *matrix, int64_t row, int64_t column, int count, double *out);

/* What one column of X has. */
struct observed_column {
    double  most;                      /* of the entries that count                                        */
    double  weight_least, weight_most; /* of the weights above 0                                         */
    int64_t count;                     /* of the entries that count                                        */
};

/* What the entries of X that count hold; the struct scan of kernels.h is about them alone but for its `nan`. */
struct observed_scan {
    int64_t                 count;
    double                  weight_least, weight_most; /* of the weights above 0 */
    struct observed_column *columns;                   /* n                      */
    unsigned char          *rows;                      /* m: 1 = something counts */
};

/* The weight of one entry. */
double observed_weight(const struct observed *observed, int64_t row, int64_t column);

struct scan;

/* Reads X once along with its weights. After a failure too out is for observed_release(). */
inshi_status observed_scan(inshi_context *context, inshi_matrix x, const struct observed *observed,
                           double floor, struct scan *scan, struct observed_scan *out);

/* The same of sparse X whose entries that are not stored are not observed. As matrix_scan does, zeros and below count them. */
inshi_status observed_scan_stored(inshi_context *context, inshi_matrix x, const struct observed *observed,
                                  double floor, struct scan *scan, struct observed_scan *out);
void         observed_release(inshi_context *context, struct observed_scan *scan);

#endif
