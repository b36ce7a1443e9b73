/* stream.c -- bytes of a file, of standard input or of memory, unpacked where they are gzip.
 *
 * Large reads go straight to where they belong; a buffer of 64 KiB serves the looks ahead. The interrupt
 * callback is asked before every read of the system, so that a pipe that stays silent can be left.
 */
#include "io/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "io/gunzip.h"
#include "io/unzip.h"

static inshi_status fail(struct stream *s, int error)
{
    return context_fail(s->context, INSHI_ERR_IO, "cannot read %s: %s", s->name, strerror(error));
}

inshi_status stream_read_raw(struct stream *s, void *to, size_t count, size_t *got)
{
    *got = 0;
    if (s->fd < 0) {
        *got = count < s->memory_left ? count : s->memory_left;
        if (*got)
            memcpy(to, s->memory, *got);
        s->memory += *got;
        s->memory_left -= *got;
        return INSHI_OK;
    }
    for (;;) {
        if (context_interrupted(s->context))
            return context_fail(s->context, INSHI_ERR_INTERRUPTED, "interrupted while reading %s", s->name);
        const ssize_t bytes = read(s->fd, to, count);
        if (bytes >= 0) {
            *got = (size_t)bytes;
            return INSHI_OK;
        }
        if (errno != EINTR)
            return fail(s, errno);
    }
}

static inshi_status read_some(struct stream *s, void *to, size_t count, size_t *got)
{
    return s->gunzip  ? gunzip_read(s, to, count, got)
           : s->unzip ? unzip_read(s, to, count, got)
                      : stream_read_raw(s, to, count, got);
}

inshi_status stream_peek(struct stream *s, size_t wanted, const uint8_t **bytes, size_t *count)
{
    if (s->end - s->at < wanted && s->at > 0) {
        memmove(s->buffer, s->buffer + s->at, s->end - s->at);
        s->end -= s->at;
        s->at = 0;
    }
    while (s->end - s->at < wanted) {
        size_t             got;
        const inshi_status status = read_some(s, s->buffer + s->end, STREAM_BUFFER - s->end, &got);
        if (status)
            return status;
        if (!got)
            break;
        s->end += got;
    }
    *bytes = s->buffer + s->at;
    *count = s->end - s->at;
    return INSHI_OK;
}

void stream_skip(struct stream *s, size_t count)
{
    s->at += count;
    s->offset += (int64_t)count;
}

inshi_status stream_read(struct stream *s, void *to, size_t count, size_t *got)
{
    const size_t ready = s->end - s->at;
    *got               = count < ready ? count : ready;
    memcpy(to, s->buffer + s->at, *got);
    stream_skip(s, *got);
    while (*got < count) {
        size_t             bytes;
        const inshi_status status = read_some(s, (char *)to + *got, count - *got, &bytes);
        if (status)
            return status;
        if (!bytes)
            break;
        *got += bytes;
        s->offset += (int64_t)bytes;
    }
    return INSHI_OK;
}

bool stream_can_seek(const struct stream *s)
{
    return s->size >= 0 && !s->gunzip && !s->unzip;
}

int stream_read_at(const struct stream *s, int64_t offset, void *to, size_t count)
{
    if (s->fd < 0) {
        if (offset + (int64_t)count > s->size)
            return -1;
        memcpy(to, s->first + offset, count);
        return 0;
    }
    for (size_t got = 0; got < count;) {
        const ssize_t bytes = pread(s->fd, (char *)to + got, count - got, s->origin + offset + (int64_t)got);
        if (bytes == 0)
            return -1;
        if (bytes < 0 && errno != EINTR)
            return errno;
        got += bytes > 0 ? (size_t)bytes : 0;
    }
    return 0;
}

/* Puts the gzip layer on where the first bytes ask for it. */
static inshi_status look_for_gzip(struct stream *s)
{
    const uint8_t *bytes;
    size_t         count;
    s->buffer = memory_take(s->context, STREAM_BUFFER, 1, "a file's read buffer");
    if (!s->buffer)
        return INSHI_ERR_MEMORY;
    inshi_status status = stream_peek(s, 2, &bytes, &count);
    if (status || count < 2 || bytes[0] != 0x1f || bytes[1] != 0x8b)
        return status;
    s->size = -1;
    status  = gunzip_begin(s, bytes, count);
    s->at = s->end = 0;
    return status;
}

static inshi_status begin(struct stream *s)
{
    const inshi_status status = look_for_gzip(s);
    if (status)
        stream_close(s);
    return status;
}

/* Bytes that are still to come from a regular file; -1 for pipes and devices, and for files of the system
 * that say 0 and hold something. */
static int64_t bytes_ahead(int fd, const struct stat *about, int64_t *origin)
{
    const off_t position = S_ISREG(about->st_mode) && about->st_size ? lseek(fd, 0, SEEK_CUR) : -1;
    *origin              = position;
    return position < 0 || position > about->st_size ? -1 : about->st_size - position;
}

inshi_status stream_open(struct stream *s, inshi_context *context, const char *path)
{
    const bool  standard = strcmp(path, "-") == 0;
    struct stat about;
    *s = (struct stream){.context = context, .fd = -1, .size = -1, .piece = STREAM_PIECE};
    file_shown(standard ? "standard input" : path, s->name);
    s->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0)
        return fail(s, errno);
    s->owned = !standard;
    if (fstat(s->fd, &about) == 0) {
        if (S_ISDIR(about.st_mode)) {
            stream_close(s);
            return fail(s, EISDIR);
        }
        s->size = bytes_ahead(s->fd, &about, &s->origin);
    }
    return begin(s);
}

inshi_status stream_open_memory(struct stream *s, inshi_context *context, const void *bytes, size_t count,
                                bool sized)
{
    *s = (struct stream){.context     = context,
                         .fd          = -1,
                         .memory      = bytes,
                         .memory_left = count,
                         .first       = bytes,
                         .size        = -1,
                         .piece       = STREAM_PIECE};
    file_shown("memory", s->name);
    if (sized)
        s->size = (int64_t)count;
    return begin(s);
}

void stream_close(struct stream *s)
{
    gunzip_end(s);
    unzip_end(s);
    memory_give(s->context, s->buffer);
    s->buffer = NULL;
    if (s->owned)
        close(s->fd);
    s->owned = false;
}
