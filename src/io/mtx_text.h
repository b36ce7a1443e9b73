/* mtx_text.h -- the text of a file in pieces of whole lines, for several readings by several threads. */
#ifndef INSHI_IO_MTX_TEXT_H
#define INSHI_IO_MTX_TEXT_H

#include "io/stream.h"

enum { MTX_LONGEST_LINE = 4096 };

/* A file that can be read from any place is read again for every reading; what comes from a pipe or gzip is held. */
struct mtx_text {
    struct stream   *stream;
    int64_t          piece;  /* bytes of a piece, about */
    int64_t          pieces; /* their number */
    int64_t          end;    /* of the bytes; where they are not held */
    int64_t          begin;
    struct mtx_held *held;
    int64_t          held_capacity;
};

/* What one thread sees. The byte before lines[count] is a line's end, also where the file has none at its end. */
struct mtx_piece {
    char       *buffer; /* mtx_text_room(text) bytes, the caller's; not used where the text is held */
    const char *lines;
    int64_t     count;
};

enum mtx_trouble { MTX_FINE, MTX_LINE_TOO_LONG, MTX_CHANGED, MTX_SYSTEM };

/* Begins where the stream stands; reads a pipe or gzip to its end. What it leaves after a failure, mtx_text_end
 * frees. MEMORY, and what reading gives; DATA for a line too long (which = its piece's). */
inshi_status mtx_text_begin(struct stream *s, struct mtx_text *text);
void         mtx_text_end(struct mtx_text *text);

int64_t mtx_text_room(const struct mtx_text *text);

/* Of the whole text. */
int64_t mtx_text_bytes(const struct mtx_text *text);

/* Shows piece `index`; any thread. error: errno of MTX_SYSTEM. */
enum mtx_trouble mtx_text_piece(const struct mtx_text *text, int64_t index, struct mtx_piece *piece,
                                int *error);

#endif
