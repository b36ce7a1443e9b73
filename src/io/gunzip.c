/* gunzip.c -- the unpacking layer of a stream: gzip files of one member or several, by zlib.
 *
 * Strict: every member must be whole, its checksum right, and nothing may follow the last one.
 */
#include "io/gunzip.h"

#ifdef INSHI_HAVE_ZLIB
#include <string.h>
#include <zlib.h>

enum { GZIP_ONLY = 16, MOST_AT_ONCE = 1 << 30 };

struct gunzip {
    z_stream z;
    int64_t  members; /* whole ones so far */
    bool     between; /* the last member has ended and no other has begun */
    uint8_t  input[STREAM_BUFFER];
};

static voidpf take(voidpf user, uInt count, uInt size)
{
    return memory_take(user, count, size, "unpacking gzip");
}

static void give(voidpf user, voidpf block)
{
    memory_give(user, block);
}

inshi_status gunzip_begin(struct stream *s, const uint8_t *first, size_t count)
{
    struct gunzip *g = memory_take(s->context, 1, sizeof *g, "unpacking gzip");
    if (!g)
        return INSHI_ERR_MEMORY;
    memcpy(g->input, first, count);
    g->members = 0;
    g->between = false;
    g->z       = (z_stream){
              .zalloc = take, .zfree = give, .opaque = s->context, .next_in = g->input, .avail_in = (uInt)count};
    if (inflateInit2(&g->z, GZIP_ONLY + MAX_WBITS) != Z_OK) {
        memory_give(s->context, g);
        return context_fail(s->context, INSHI_ERR_MEMORY, "not enough memory for unpacking %s", s->name);
    }
    s->gunzip = g;
    return INSHI_OK;
}

void gunzip_end(struct stream *s)
{
    if (!s->gunzip)
        return;
    inflateEnd(&s->gunzip->z);
    memory_give(s->context, s->gunzip);
    s->gunzip = NULL;
}

/* Makes input ready; *more = false at an end of the file where it may end. */
static inshi_status refill(struct stream *s, struct gunzip *g, bool *more)
{
    *more = true;
    if (g->z.avail_in)
        return INSHI_OK;
    size_t             got;
    const inshi_status status = stream_read_raw(s, g->input, sizeof g->input, &got);
    if (status)
        return status;
    g->z.next_in  = g->input;
    g->z.avail_in = (uInt)got;
    *more         = got > 0;
    if (!got && !g->between)
        return context_fail(s->context, INSHI_ERR_DATA,
                            "%s is truncated: it ends within its gzip data; copy or download it again",
                            s->name);
    return INSHI_OK;
}

static inshi_status damaged(struct stream *s, const struct gunzip *g, int result)
{
    if (result == Z_MEM_ERROR)
        return context_fail(s->context, INSHI_ERR_MEMORY, "not enough memory for unpacking %s", s->name);
    if (g->members && g->z.total_out == 0)
        return context_fail(s->context, INSHI_ERR_DATA, "%s has bytes after its gzip data that are not gzip",
                            s->name);
    return context_fail(s->context, INSHI_ERR_DATA,
                        "%s has damaged gzip data (%s); copy or download it again", s->name,
                        g->z.msg ? g->z.msg : "unexpected bytes");
}

inshi_status gunzip_read(struct stream *s, void *to, size_t count, size_t *got)
{
    struct gunzip *g    = s->gunzip;
    const uInt     room = count < MOST_AT_ONCE ? (uInt)count : MOST_AT_ONCE;
    g->z.next_out       = to;
    g->z.avail_out      = room;
    while (g->z.avail_out == room) {
        bool               more;
        const inshi_status status = refill(s, g, &more);
        if (status)
            return status;
        if (!more)
            break;
        g->between       = false;
        const int result = inflate(&g->z, Z_NO_FLUSH);
        if (result == Z_STREAM_END) {
            g->members++;
            g->between = true;
            inflateReset(&g->z);
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            return damaged(s, g, result);
        }
    }
    *got = room - g->z.avail_out;
    return INSHI_OK;
}

#else

inshi_status gunzip_begin(struct stream *s, const uint8_t *first, size_t count)
{
    (void)first;
    (void)count;
    return context_fail(s->context, INSHI_ERR_UNSUPPORTED,
                        "%s is gzip, and this inshi was built without zlib; unpack it with gunzip first",
                        s->name);
}

void gunzip_end(struct stream *s)
{
    (void)s;
}

inshi_status gunzip_read(struct stream *s, void *to, size_t count, size_t *got)
{
    (void)to;
    (void)count;
    *got = 0;
    return context_fail(s->context, INSHI_ERR_INTERNAL, "%s: gzip without zlib", s->name);
}

#endif
