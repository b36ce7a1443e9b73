/* mtx_order.h -- a coordinate file whose entries stand row after row, into compressed rows in one reading. */
#ifndef INSHI_IO_MTX_ORDER_H
#define INSHI_IO_MTX_ORDER_H

#include "io/mtx.h"

/* *done: the matrix is there, owned by mtx->matrix, entries of a row as in the file. Otherwise, where anything is unusual
 * (rows in another order, a line without an entry, another number of lines than declared, what is wrong or needs a
 * signed or wide type), the matrix and the parts are as before, for the reading that knows what to say.
 * The parts must have been taken. MEMORY, INTERRUPTED. */
inshi_status mtx_read_in_order(struct mtx *mtx, bool *done);

#endif
