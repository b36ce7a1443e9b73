/* gunzip.h -- the unpacking layer of a stream. */
#ifndef INSHI_IO_GUNZIP_H
#define INSHI_IO_GUNZIP_H

#include "io/stream.h"

/* Unpacks what follows in s, whose first count raw bytes have been read already (count <= STREAM_BUFFER).
 * MEMORY, UNSUPPORTED (built without zlib). */
inshi_status gunzip_begin(struct stream *s, const uint8_t *first, size_t count);
void         gunzip_end(struct stream *s);

/* Up to count unpacked bytes, at least one but at the end. DATA (damaged), and what reading gives. */
inshi_status gunzip_read(struct stream *s, void *to, size_t count, size_t *got);

#endif
