/* mtx.h -- reads Matrix Market files. */
#ifndef INSHI_IO_MTX_H
#define INSHI_IO_MTX_H

#include "io/data.h"
#include "io/mtx_header.h"
#include "io/mtx_line.h"
#include "io/mtx_text.h"

/* A part of the pieces, read by one thread. */
struct mtx_part {
    int64_t          first, last; /* its pieces */
    struct mtx_piece piece;
    int64_t          lines, entries;
    int64_t          mirrored; /* entries off the diagonal of a symmetric matrix */
    uint64_t         most;
    int64_t          least;
    struct mtx_where negative; /* the first in the order of rows; line 0: there is none */
    void            *cursors;  /* of the rows: counts, then where the next entry goes */
    int64_t          placed;
    /* what stopped it */
    enum mtx_wrong   wrong;
    enum mtx_trouble trouble;
    int              error;
    bool             interrupted;
    char             text[41]; /* the line that is wrong, or its beginning */
    int64_t          row, column;
};

/* What is read, and into what. */
struct mtx {
    struct stream    *stream;
    struct mtx_header header;
    struct mtx_text   text;
    locale_t          locale;
    inshi_matrix      matrix; /* its arrays are owned: data, pointers, indices */
    struct mtx_part  *parts;
    int64_t           part_count;
};

/* Cuts the pieces of the text into count parts. MEMORY. */
inshi_status mtx_parts_take(struct mtx *mtx, int64_t count);

/* Keeps the beginning of a line for a sentence. */
void mtx_show(struct mtx_part *part, const char *line);

/* Keeps the place of a negative entry (from 0) in the line last counted, where it is the first in the order of rows. */
void mtx_note_negative(struct mtx_part *part, int64_t row, int64_t column);

/* Refuses another number of entries than that declared. */
inshi_status mtx_check_count(const struct mtx *mtx);

/* The sentence for the first part that something stopped; INSHI_OK where none was. */
inshi_status mtx_judge(struct mtx *mtx);

/* Read what follows the header. mtx_read_entries leaves owned arrays in mtx->matrix also after a failure, likewise
 * mtx_read_array. */
inshi_status mtx_read_entries(struct mtx *mtx);
inshi_status mtx_read_array(struct mtx *mtx);

#endif
