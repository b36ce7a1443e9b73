/* zip.c -- the directory of a zip archive.
 *
 * Reference: PKWARE, APPNOTE 6.3.10. Read: stored and deflated members, sizes of 64 bits, a comment at the end. Refused:
 * encryption, archives of several parts, bytes before the archive, members that lie outside of it, names that come twice,
 * sizes that no packed bytes of that number can have.
 */
#include "io/zip.h"

#include <stdio.h>
#include <string.h>
#include "io/unzip.h"

enum {
    END_BYTES     = 22,
    COMMENT       = 65535,
    LOCATOR_BYTES = 20,
    END64_BYTES   = 56,
    ENTRY_BYTES   = 46,
    LOCAL_BYTES   = 30,
    MOST_MEMBERS  = 10000,
    MOST_RATIO    = 1032, /* of deflate */
    KNOWN_RATIO   = 64,
    KNOWN_BYTES   = 1 << 20
};

static uint64_t number(const uint8_t *at, int bytes)
{
    uint64_t value = 0;
    for (int i = bytes - 1; i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

static inshi_status damaged(struct stream *s, const char *what)
{
    return context_fail(s->context, INSHI_ERR_DATA,
                        "%s is a damaged or truncated zip archive (%s); copy or download it again", s->name,
                        what);
}

static inshi_status read_at(struct stream *s, int64_t offset, void *to, int64_t count)
{
    const int error = stream_read_at(s, offset, to, (size_t)count);
    if (!error)
        return INSHI_OK;
    return context_fail(s->context, INSHI_ERR_IO, "cannot read %s: %s", s->name,
                        error < 0 ? "the file was changed while it was read" : strerror(error));
}

/* Reads all of a stream whose size is not known into zip->held. */
static inshi_status hold(struct stream *s, struct zip *zip)
{
    int64_t used = 0, capacity = KNOWN_BYTES;
    for (size_t got = 0;; capacity *= 2) {
        char *block = memory_grow(s->context, zip->held, capacity, 1, s->name);
        if (!block)
            return INSHI_ERR_MEMORY;
        zip->held                 = block;
        const inshi_status status = stream_read(s, block + used, (size_t)(capacity - used), &got);
        if (status)
            return status;
        used += (int64_t)got;
        if (used < capacity)
            break;
    }
    const inshi_status status = stream_open_memory(&zip->inner, s->context, zip->held, (size_t)used, true);
    if (status)
        return status;
    memcpy(zip->inner.name, s->name, sizeof s->name);
    zip->base = &zip->inner;
    return stream_can_seek(&zip->inner) ? INSHI_OK : damaged(s, "it is gzip");
}

/* What the end of the archive says. */
struct ending {
    int64_t at; /* where the directory must end */
    int64_t members, bytes, directory;
};

static inshi_status read_ending64(struct stream *s, int64_t end, struct ending *e)
{
    uint8_t locator[LOCATOR_BYTES], b[END64_BYTES];
    if (end < LOCATOR_BYTES + END64_BYTES)
        return damaged(s, "no place for its 64-bit sizes");
    inshi_status status = read_at(s, end - LOCATOR_BYTES, locator, LOCATOR_BYTES);
    if (status)
        return status;
    const uint64_t at = number(locator + 8, 8);
    if (memcmp(locator, "PK\x06\x07", 4) != 0 || at != (uint64_t)(end - LOCATOR_BYTES - END64_BYTES))
        return damaged(s, "its 64-bit sizes are not where they must be");
    status = read_at(s, (int64_t)at, b, END64_BYTES);
    if (status)
        return status;
    if (memcmp(b, "PK\x06\x06", 4) != 0 || number(b + 4, 8) != END64_BYTES - 12 || number(b + 16, 8) != 0 ||
        number(b + 24, 8) != number(b + 32, 8))
        return damaged(s, "its 64-bit sizes are not understood");
    const uint64_t members = number(b + 32, 8), bytes = number(b + 40, 8), directory = number(b + 48, 8);
    if (members > MOST_MEMBERS || bytes > at || directory > at)
        return damaged(s, "its directory lies outside");
    *e = (struct ending){(int64_t)at, (int64_t)members, (int64_t)bytes, (int64_t)directory};
    return INSHI_OK;
}

static inshi_status take_ending(struct stream *s, int64_t at, const uint8_t *b, struct ending *e)
{
    *e = (struct ending){at, (int64_t)number(b + 10, 2), (int64_t)number(b + 12, 4),
                         (int64_t)number(b + 16, 4)};
    if (number(b + 4, 4) != 0 || number(b + 8, 2) != number(b + 10, 2))
        return context_fail(s->context, INSHI_ERR_DATA,
                            "%s is a zip archive of several parts, which inshi does not read", s->name);
    if (e->members == UINT16_MAX || e->bytes == UINT32_MAX || e->directory == UINT32_MAX)
        return read_ending64(s, at, e);
    return INSHI_OK;
}

/* Finds the end record: the last one whose comment goes to the end of the file. */
static inshi_status find_ending(struct stream *s, struct ending *e)
{
    const int64_t count = s->size < END_BYTES + COMMENT ? s->size : END_BYTES + COMMENT,
                  from  = s->size - count;
    uint8_t     *b      = memory_take(s->context, count, 1, "the end of a zip archive");
    inshi_status status = b ? read_at(s, from, b, count) : INSHI_ERR_MEMORY;
    int64_t      at     = status ? -1 : count - END_BYTES;
    for (; at >= 0; at--)
        if (memcmp(b + at, "PK\x05\x06", 4) == 0 && (int64_t)number(b + at + 20, 2) == count - at - END_BYTES)
            break;
    if (at >= 0)
        status = take_ending(s, from + at, b + at, e);
    else if (!status)
        status = damaged(s, "its end is missing");
    memory_give(s->context, b);
    if (!status && e->directory + e->bytes != e->at)
        return damaged(s, "its directory does not end where it must");
    return status;
}

/* Sizes that do not fit 32 bits stand in an extra field, in this order. */
static bool take_sizes64(const uint8_t *extra, int64_t count, uint64_t *const sizes[3])
{
    bool any = false;
    for (int i = 0; i < 3; i++)
        any |= *sizes[i] == UINT32_MAX;
    for (int64_t bytes; count >= 4; extra += 4 + bytes, count -= 4 + bytes) {
        bytes = (int64_t)number(extra + 2, 2);
        if (bytes > count - 4)
            return false;
        if (number(extra, 2) != 1)
            continue;
        const uint8_t *at = extra + 4;
        for (int i = 0; i < 3; i++)
            if (*sizes[i] == UINT32_MAX) {
                if (at + 8 > extra + 4 + bytes)
                    return false;
                *sizes[i] = number(at, 8);
                at += 8;
            }
        return true;
    }
    return !any;
}

static void take_name(struct zip_member *m, const uint8_t *name, int64_t length)
{
    const int64_t kept = length < ZIP_NAME ? length : ZIP_NAME - 4;
    for (int64_t i = 0; i < kept; i++)
        m->name[i] = name[i] < ' ' || name[i] > '~' ? '?' : (char)name[i];
    memcpy(m->name + kept, length > kept ? "..." : "", length > kept ? 4 : 1);
}

static inshi_status check_member(struct zip *zip, const struct zip_member *m, int flags)
{
    struct stream *s = zip->base;
    if (flags & 1)
        return context_fail(s->context, INSHI_ERR_DATA,
                            "%s is encrypted (its member %s), and inshi reads no passwords; write it without",
                            s->name, m->name);
    if (m->method != 0 && m->method != 8)
        return context_fail(
            s->context, INSHI_ERR_DATA,
            "%s: the member %s is packed by method %d, and inshi reads stored and deflated ones; write it "
            "with numpy or scipy",
            s->name, m->name, m->method);
    if (m->method ? m->size / MOST_RATIO > m->packed : m->size != m->packed)
        return context_fail(
            s->context, INSHI_ERR_DATA,
            "%s: the member %s claims %lld bytes, which its %lld packed bytes cannot hold; the archive is "
            "damaged, or made to harm",
            s->name, m->name, (long long)m->size, (long long)m->packed);
    if (zip_find(zip, m->name) && !strstr(m->name, "..."))
        return damaged(s, "a name comes twice in it");
    return INSHI_OK;
}

/* One entry of the directory, left bytes from b on; *used: its own. */
static inshi_status read_entry(struct zip *zip, const uint8_t *b, int64_t left, int64_t *used)
{
    if (left < ENTRY_BYTES || memcmp(b, "PK\x01\x02", 4) != 0)
        return damaged(zip->base, "its directory is not understood");
    const int64_t name = (int64_t)number(b + 28, 2), extra = (int64_t)number(b + 30, 2);
    *used         = ENTRY_BYTES + name + extra + (int64_t)number(b + 32, 2);
    uint64_t size = number(b + 24, 4), packed = number(b + 20, 4), at = number(b + 42, 4);
    if (*used > left ||
        !take_sizes64(b + ENTRY_BYTES + name, extra, (uint64_t *const[]){&size, &packed, &at}))
        return damaged(zip->base, "its directory is cut");
    if (packed > (uint64_t)zip->directory || at > (uint64_t)zip->directory || size > (uint64_t)INT64_MAX / 2)
        return damaged(zip->base, "a member lies outside of it");
    struct zip_member *m = &zip->members[zip->count];
    *m                   = (struct zip_member){.method = (int)number(b + 10, 2),
                                               .crc    = (uint32_t)number(b + 16, 4),
                                               .packed = (int64_t)packed,
                                               .size   = (int64_t)size,
                                               .at     = (int64_t)at};
    take_name(m, b + ENTRY_BYTES, name);
    const inshi_status status = check_member(zip, m, (int)number(b + 8, 2));
    zip->count += !status;
    return status;
}

static inshi_status read_directory(struct zip *zip, const struct ending *e)
{
    inshi_context *context = zip->base->context;
    if (e->members > MOST_MEMBERS || e->members > e->bytes / ENTRY_BYTES)
        return damaged(zip->base, "it claims more members than it has place for");
    zip->directory = e->directory;
    zip->members   = memory_take(context, e->members, sizeof *zip->members, "the directory of a zip archive");
    if (!zip->members)
        return INSHI_ERR_MEMORY;
    uint8_t *b = memory_take(context, e->bytes, 1, "the directory of a zip archive");
    if (!b)
        return INSHI_ERR_MEMORY;
    inshi_status status = read_at(zip->base, e->directory, b, e->bytes);
    int64_t      at     = 0;
    for (int64_t used = 0; !status && zip->count < e->members; at += used)
        status = read_entry(zip, b + at, e->bytes - at, &used);
    memory_give(context, b);
    return !status && at != e->bytes ? damaged(zip->base, "its directory is longer than its members")
                                     : status;
}

inshi_status zip_open(struct stream *s, struct zip *zip)
{
    struct ending e      = {0};
    inshi_status  status = INSHI_OK;
    *zip                 = (struct zip){.context = s->context, .base = s};
    if (!stream_can_seek(s))
        status = hold(s, zip);
    if (!status)
        status = find_ending(zip->base, &e);
    return status ? status : read_directory(zip, &e);
}

void zip_close(struct zip *zip)
{
    memory_give(zip->context, zip->members);
    if (zip->base == &zip->inner)
        stream_close(&zip->inner);
    memory_give(zip->context, zip->held);
}

const struct zip_member *zip_find(const struct zip *zip, const char *name)
{
    for (int64_t i = 0; i < zip->count; i++)
        if (strcmp(zip->members[i].name, name) == 0)
            return &zip->members[i];
    return NULL;
}

inshi_status zip_member_open(struct zip *zip, const struct zip_member *m, struct stream *out)
{
    struct stream *s = zip->base;
    uint8_t        b[LOCAL_BYTES], name[ZIP_NAME];
    *out = (struct stream){.context = s->context, .fd = -1, .size = -1};
    snprintf(out->name, sizeof out->name, "%.180s (%s)", s->name, m->name);
    const int64_t length = (int64_t)strlen(m->name);
    if (m->at > zip->directory - LOCAL_BYTES - length)
        return damaged(s, "a member lies outside of it");
    inshi_status status = read_at(s, m->at, b, LOCAL_BYTES);
    if (!status)
        status = read_at(s, m->at + LOCAL_BYTES, name, length);
    if (status)
        return status;
    const int64_t begin = m->at + LOCAL_BYTES + (int64_t)number(b + 26, 2) + (int64_t)number(b + 28, 2);
    if (memcmp(b, "PK\x03\x04", 4) != 0 || (int64_t)number(b + 26, 2) != length ||
        (int)number(b + 8, 2) != m->method || memcmp(name, m->name, (size_t)length) != 0)
        return damaged(s, "a member is not what the directory says");
    if (begin > zip->directory || m->packed > zip->directory - begin)
        return damaged(s, "a member lies outside of it");
    if (m->size / KNOWN_RATIO <= m->packed + KNOWN_BYTES / KNOWN_RATIO)
        out->size = m->size;
    status = unzip_begin(out, s, m, begin);
    if (status)
        return status;
    out->buffer = memory_take(s->context, STREAM_BUFFER, 1, "a file's read buffer");
    if (out->buffer)
        return INSHI_OK;
    unzip_end(out);
    return INSHI_ERR_MEMORY;
}
