/* unzip.h -- the layer of a stream that gives the bytes of a member of a zip archive. */
#ifndef INSHI_IO_UNZIP_H
#define INSHI_IO_UNZIP_H

#include "io/zip.h"

/* The packed bytes of member begin at byte `at` of base. MEMORY, UNSUPPORTED (built without zlib). */
inshi_status unzip_begin(struct stream *s, struct stream *base, const struct zip_member *member, int64_t at);
void         unzip_end(struct stream *s);

/* Up to count bytes, at least one but at the end. DATA (damaged), and what reading gives. */
inshi_status unzip_read(struct stream *s, void *to, size_t count, size_t *got);

#endif
