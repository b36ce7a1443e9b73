/* zip.h -- the members of a zip archive, strictly: what its directory says is held against what is there. */
#ifndef INSHI_IO_ZIP_H
#define INSHI_IO_ZIP_H

#include "io/stream.h"

enum { ZIP_NAME = 64 };

struct zip_member {
    char     name[ZIP_NAME]; /* a longer one is cut and ends in ... */
    int      method;         /* 0: stored, 8: deflate */
    uint32_t crc;
    int64_t  packed, size; /* bytes */
    int64_t  at;           /* of its local header */
};

struct zip {
    inshi_context     *context;
    struct stream     *base;  /* what can be read from any place */
    struct stream      inner; /* over held */
    void              *held;  /* a pipe or gzip, read whole */
    struct zip_member *members;
    int64_t            count;
    int64_t            directory; /* where it begins */
};

/* Reads the directory; the stream stands at its first byte. What it leaves after a failure, zip_close frees.
 *   DATA (damaged, encrypted, packed in another way, of several parts), UNSUPPORTED (built without zlib), MEMORY, and
 *   what reading gives */
inshi_status zip_open(struct stream *s, struct zip *zip);
void         zip_close(struct zip *zip);

/* NULL where there is none of this name. */
const struct zip_member *zip_find(const struct zip *zip, const char *name);

/* A stream of the member's bytes, named `FILE (MEMBER)`; at its end size and checksum are compared. It is closed before
 * the archive is. Its size is known where it is no more than 64 times that of the packed bytes and a MiB: what a small
 * file claims is otherwise taken as it comes. */
inshi_status zip_member_open(struct zip *zip, const struct zip_member *member, struct stream *out);

#endif
