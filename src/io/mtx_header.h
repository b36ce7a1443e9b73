/* mtx_header.h -- what stands before the entries of a Matrix Market file. */
#ifndef INSHI_IO_MTX_HEADER_H
#define INSHI_IO_MTX_HEADER_H

#include "io/stream.h"

enum mtx_field { MTX_REAL, MTX_INTEGER, MTX_PATTERN };

struct mtx_header {
    bool           array; /* every value is listed, column by column */
    enum mtx_field field;
    bool           symmetric;     /* entries above the diagonal are not listed */
    int64_t        rows, columns; /* at least 1 each; rows x columns x 8 fits int64_t where array */
    int64_t        entries;       /* declared; array: rows x columns */
    int64_t        line;          /* of the sizes, from 1 */
};

#define MTX_BANNER "%%MatrixMarket"
enum { MTX_BANNER_BYTES = 14 };

/* Consumes banner, comments and sizes, so that the first entry comes next. DATA, and what reading gives. */
inshi_status mtx_header_read(struct stream *s, struct mtx_header *out);

/* Refuses sizes that the `bytes` of text after the header cannot have. DATA */
inshi_status mtx_header_fits(struct stream *s, const struct mtx_header *header, int64_t bytes);

#endif
