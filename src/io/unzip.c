/* unzip.c -- the bytes of a member of a zip archive, stored or deflated, by zlib.
 *
 * Never more than the declared size comes out; at its end the packed bytes must be used up and the checksum right.
 */
#include "io/unzip.h"

#include <string.h>

#ifdef INSHI_HAVE_ZLIB
#include <zlib.h>

enum { MOST_AT_ONCE = 1 << 30 };

struct unzip {
    z_stream       z; /* deflate only */
    struct stream *base;
    int64_t        at, packed; /* the next packed byte, and how many are left */
    int64_t        left;       /* bytes still to come out */
    int            method;
    uint32_t       crc, wanted;
    bool           ended; /* of the deflate data */
    uint8_t        input[STREAM_BUFFER];
};

static voidpf take(voidpf user, uInt count, uInt size)
{
    return memory_take(user, count, size, "unpacking zip");
}

static void give(voidpf user, voidpf block)
{
    memory_give(user, block);
}

inshi_status unzip_begin(struct stream *s, struct stream *base, const struct zip_member *member, int64_t at)
{
    struct unzip *u = memory_take(s->context, 1, sizeof *u, "unpacking zip");
    if (!u)
        return INSHI_ERR_MEMORY;
    u->base   = base;
    u->at     = at;
    u->packed = member->packed;
    u->left   = member->size;
    u->method = member->method;
    u->crc    = (uint32_t)crc32(0, NULL, 0);
    u->wanted = member->crc;
    u->ended  = member->method == 0;
    u->z      = (z_stream){.zalloc = take, .zfree = give, .opaque = s->context};
    if (u->method && inflateInit2(&u->z, -MAX_WBITS) != Z_OK) {
        memory_give(s->context, u);
        return context_fail(s->context, INSHI_ERR_MEMORY, "not enough memory for unpacking %s", s->name);
    }
    s->unzip = u;
    return INSHI_OK;
}

void unzip_end(struct stream *s)
{
    if (!s->unzip)
        return;
    if (s->unzip->method)
        inflateEnd(&s->unzip->z);
    memory_give(s->context, s->unzip);
    s->unzip = NULL;
}

static inshi_status damaged(struct stream *s, const char *what)
{
    return context_fail(s->context, INSHI_ERR_DATA, "%s is damaged (%s); copy or download the file again",
                        s->name, what);
}

static inshi_status read_packed(struct stream *s, struct unzip *u, void *to, size_t count)
{
    if (context_interrupted(s->context))
        return context_fail(s->context, INSHI_ERR_INTERRUPTED, "interrupted while reading %s", s->name);
    const int error = stream_read_at(u->base, u->at, to, count);
    if (error)
        return context_fail(s->context, INSHI_ERR_IO, "cannot read %s: %s", s->name,
                            error < 0 ? "the file was changed while it was read" : strerror(error));
    u->at += (int64_t)count;
    u->packed -= (int64_t)count;
    return INSHI_OK;
}

static inshi_status refill(struct stream *s, struct unzip *u)
{
    if (u->z.avail_in)
        return INSHI_OK;
    const size_t count = u->packed < STREAM_BUFFER ? (size_t)u->packed : STREAM_BUFFER;
    if (!count)
        return damaged(s, "its packed bytes end too early");
    const inshi_status status = read_packed(s, u, u->input, count);
    u->z.next_in              = u->input;
    u->z.avail_in             = status ? 0 : (uInt)count;
    return status;
}

/* At least one byte, or the end of the deflate data. */
static inshi_status unpack(struct stream *s, struct unzip *u, void *to, size_t count, size_t *got)
{
    u->z.next_out  = to;
    u->z.avail_out = (uInt)count;
    while (u->z.avail_out == count && !u->ended) {
        const inshi_status status = refill(s, u);
        if (status)
            return status;
        const int result = inflate(&u->z, Z_NO_FLUSH);
        u->ended         = result == Z_STREAM_END;
        if (result == Z_MEM_ERROR)
            return context_fail(s->context, INSHI_ERR_MEMORY, "not enough memory for unpacking %s", s->name);
        if (result != Z_OK && result != Z_BUF_ERROR && !u->ended)
            return damaged(s, u->z.msg ? u->z.msg : "unexpected bytes");
    }
    *got = count - u->z.avail_out;
    return INSHI_OK;
}

/* All bytes are out: nothing may be left of the packed ones. */
static inshi_status check_end(struct stream *s, struct unzip *u)
{
    uint8_t      extra;
    size_t       got    = 0;
    inshi_status status = u->ended ? INSHI_OK : unpack(s, u, &extra, 1, &got);
    if (status)
        return status;
    if (got || u->packed || u->z.avail_in)
        return damaged(s, "it holds more than its size says");
    return u->crc == u->wanted ? INSHI_OK : damaged(s, "its checksum is wrong");
}

inshi_status unzip_read(struct stream *s, void *to, size_t count, size_t *got)
{
    struct unzip *u = s->unzip;
    *got            = 0;
    if ((int64_t)count > u->left)
        count = (size_t)u->left;
    if (count > MOST_AT_ONCE)
        count = MOST_AT_ONCE;
    if (!count)
        return check_end(s, u);
    const inshi_status status = u->method ? unpack(s, u, to, count, got) : read_packed(s, u, to, count);
    if (status)
        return status;
    if (!u->method)
        *got = count;
    if (!*got)
        return damaged(s, "it holds less than its size says");
    u->crc = (uint32_t)crc32(u->crc, to, (uInt)*got);
    u->left -= (int64_t)*got;
    return u->left ? INSHI_OK : check_end(s, u);
}

#else

inshi_status unzip_begin(struct stream *s, struct stream *base, const struct zip_member *member, int64_t at)
{
    (void)base;
    (void)member;
    (void)at;
    return context_fail(s->context, INSHI_ERR_UNSUPPORTED,
                        "%s is within a zip archive, and this inshi was built without zlib; write npy",
                        s->name);
}

void unzip_end(struct stream *s)
{
    (void)s;
}

inshi_status unzip_read(struct stream *s, void *to, size_t count, size_t *got)
{
    (void)to;
    (void)count;
    *got = 0;
    return context_fail(s->context, INSHI_ERR_INTERNAL, "%s: zip without zlib", s->name);
}

#endif
