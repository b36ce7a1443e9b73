/* npy_header.h -- what stands before the array in an npy file. */
#ifndef INSHI_IO_NPY_HEADER_H
#define INSHI_IO_NPY_HEADER_H

#include "inshi/matrix.h"
#include "io/stream.h"

struct npy_header {
    inshi_dtype dtype;
    bool        swap; /* the other byte order */
    bool        fortran;
    int64_t     rows,
        columns; /* a matrix: at least 1 each; a vector: entries and 1; rows x columns x bytes fits int64_t */
    char    text;   /* 'S' (bytes) or 'U' (4 bytes a character): a single text; otherwise 0 */
    int64_t length; /* of the text, in characters */
};

/* What is wanted. */
enum npy_kind {
    NPY_MATRIX,
    NPY_VECTOR,
    NPY_TEXT,
    NPY_COLUMN
}; /* the last: a matrix, or a list as one column */

#define NPY_MAGIC "\x93NUMPY"
enum { NPY_MAGIC_BYTES = 6 };

/* Consumes magic, version and header, so that the array comes next. DATA, and what reading gives. */
inshi_status npy_header_read(struct stream *s, enum npy_kind kind, struct npy_header *out);

/* Reads the array itself, in native byte order, into *block, which the caller gives back, also after a failure. The
 * stream must end with it. b1 is checked. DATA, MEMORY, and what reading gives. */
inshi_status npy_array_read(struct stream *s, const struct npy_header *header, void **block);

/* Compares the size of the array with that of the stream, where it is known. DATA */
inshi_status npy_array_check(struct stream *s, const struct npy_header *header);

#endif
