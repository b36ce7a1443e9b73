/* npy_header.h -- what stands before the array in an npy file. */
#ifndef INSHI_IO_NPY_HEADER_H
#define INSHI_IO_NPY_HEADER_H

#include "inshi/matrix.h"
#include "io/stream.h"

struct npy_header {
    inshi_dtype dtype;
    bool        swap; /* the other byte order */
    bool        fortran;
    int64_t     rows, columns; /* at least 1 each; rows x columns x bytes fits int64_t */
};

#define NPY_MAGIC "\x93NUMPY"
enum { NPY_MAGIC_BYTES = 6 };

/* Consumes magic, version and header, so that the array comes next. DATA, and what reading gives. */
inshi_status npy_header_read(struct stream *s, struct npy_header *out);

#endif
