/* compressed.h -- sparse copies of dense f8 matrices for tests. */
#ifndef TESTS_COMPRESSED_H
#define TESTS_COMPRESSED_H

#include "inshi/inshi.h"

/* The entries of a dense f8 matrix that are not 0, as CSR or CSC, values of a dtype that holds them (u1, i4, f4, f8), pointers
 * and indices of so many bytes. Where `keep` > 0 every keep-th entry that is 0 is stored too. */
inshi_matrix compressed_make(inshi_matrix dense, inshi_layout layout, inshi_dtype dtype, int bytes, int keep);
void         compressed_free(inshi_matrix *matrix);

#endif
