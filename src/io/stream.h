/* stream.h -- bytes of a file, of standard input or of memory, unpacked where they are gzip. */
#ifndef INSHI_IO_STREAM_H
#define INSHI_IO_STREAM_H

#include <stdbool.h>
#include "base/context.h"
#include "base/file.h"

enum { STREAM_BUFFER = 1 << 16, STREAM_PIECE = 1 << 18 };

struct gunzip;
struct unzip;

struct stream {
    inshi_context *context;
    char           name[FILE_SHOWN]; /* as messages call it */
    int            fd;               /* -1: memory */
    bool           owned;            /* fd is closed at the end */
    bool           lists;            /* an npy array of one dimension is a column, and not refused */
    const uint8_t *memory;
    size_t         memory_left;
    int64_t        origin; /* where the first byte stands in the file (fd) */
    const uint8_t *first;  /* the first byte (memory) */
    int64_t piece;  /* bytes that a thread reads at a time, for readers with several; tests make it small */
    int64_t size;   /* bytes in all, where they are known beforehand; otherwise -1 */
    int64_t offset; /* bytes consumed */
    struct gunzip *gunzip; /* NULL: bytes are as they are */
    struct unzip  *unzip;  /* a member of a zip archive, which has no fd and no memory */
    uint8_t       *buffer;
    size_t         at, end; /* read ahead: buffer[at, end) */
};

/* Opens path, "-" for standard input, and looks whether it is gzip. On failure there is nothing to close.
 *   IO (missing, a directory, no permission), DATA (damaged gzip), UNSUPPORTED (gzip without zlib), MEMORY */
inshi_status stream_open(struct stream *s, inshi_context *context, const char *path);

/* The same over count bytes of memory; sized = false hides their number, as a pipe does. */
inshi_status stream_open_memory(struct stream *s, inshi_context *context, const void *bytes, size_t count,
                                bool sized);

void stream_close(struct stream *s);

/* Shows what comes next without consuming it: at least `wanted` (at most STREAM_BUFFER) bytes, fewer at the
 * end of the file only. IO, DATA, MEMORY, INTERRUPTED. */
inshi_status stream_peek(struct stream *s, size_t wanted, const uint8_t **bytes, size_t *count);

/* Consumes count bytes that stream_peek has shown. */
void stream_skip(struct stream *s, size_t count);

/* Consumes up to count bytes; fewer at the end of the file only. Errors as stream_peek. */
inshi_status stream_read(struct stream *s, void *to, size_t count, size_t *got);

/* True where stream_read_at can be used: a regular file or memory of known size, not gzip. */
bool stream_can_seek(const struct stream *s);

/* Reads count bytes from byte `offset` on, and moves nothing; any thread. 0, or errno, or -1 where there are fewer. */
int stream_read_at(const struct stream *s, int64_t offset, void *to, size_t count);

/* For the layers below: bytes as they are in the file; *got = 0 at its end. */
inshi_status stream_read_raw(struct stream *s, void *to, size_t count, size_t *got);

#endif
