/* eigen.h -- eigenvectors of a small symmetric matrix. */
#ifndef INSHI_BASE_EIGEN_H
#define INSHI_BASE_EIGEN_H

#include <stdint.h>

/* Turns matrix, n x n and symmetric, to diagonal form; row i of vectors (n x n) is the eigenvector of unit length of the
 * i-th largest eigenvalue, which matrix[i n + i] is then. The largest entry of each is positive. */
void eigen_symmetric(double *matrix, int64_t n, double *vectors);

#endif
