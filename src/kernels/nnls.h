/* nnls.h -- nonnegative least squares for one column, exactly; see nnls.c. */
#ifndef INSHI_KERNELS_NNLS_H
#define INSHI_KERNELS_NNLS_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers of room that a solve needs. */
int64_t nnls_numbers(int64_t k);

/* x: in, a start (its positive entries are the first passive set); out, the solution. gram: k x k, symmetric. room, set
 * (k) and passive (k) are scratch. False, and x as it was, where pivoting did not end (rounding on singular G). */
bool nnls_solve(const double *gram, const double *b, int64_t k, double *x, double *room, int64_t *set,
                bool *passive);

#endif
