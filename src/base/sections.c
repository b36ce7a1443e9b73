/* sections.c -- see sections.h. */
#include "base/sections.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 1 << 16, HEAD = 16, CRC = 8, PIECE = 512 };

static void to_bytes(uint64_t value, int size, unsigned char *bytes)
{
    for (int i = 0; i < size; i++)
        bytes[i] = (unsigned char)(value >> 8 * i);
}

static uint64_t from_bytes(const unsigned char *bytes, int size)
{
    uint64_t value = 0;
    for (int i = 0; i < size; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): sections_get fills or clears them all */
        value |= (uint64_t)bytes[i] << 8 * i;
    return value;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static void write_bytes(struct sections_writer *w, const void *bytes, size_t count)
{
    if (w->status)
        return;
    w->crc    = checksum_add(&w->table, w->crc, bytes, count);
    w->status = file_append(w->file, bytes, count);
}

static void write_crc(struct sections_writer *w)
{
    unsigned char bytes[CRC];
    to_bytes(w->crc, CRC, bytes);
    write_bytes(w, bytes, CRC);
    w->crc = 0;
}

inshi_status sections_begin(struct sections_writer *w, inshi_context *context, const char *path,
                            const char magic[8], uint32_t version, uint32_t count)
{
    unsigned char head[HEAD];
    *w        = (struct sections_writer){0};
    w->status = file_begin(context, path, &w->file);
    if (w->status)
        return w->status;
    checksum_prepare(&w->table);
    memcpy(head, magic, 8);
    to_bytes(version, 4, head + 8);
    to_bytes(count, 4, head + 12);
    write_bytes(w, head, HEAD);
    write_crc(w);
    return w->status;
}

void sections_open(struct sections_writer *w, uint32_t number, uint64_t bytes)
{
    unsigned char head[HEAD];
    to_bytes(number, 8, head);
    to_bytes(bytes, 8, head + 8);
    write_bytes(w, head, HEAD);
    w->left = bytes;
}

void sections_put(struct sections_writer *w, const void *bytes, size_t count)
{
    write_bytes(w, bytes, count);
    w->left -= count;
}

void sections_put_whole(struct sections_writer *w, uint64_t value)
{
    unsigned char bytes[8];
    to_bytes(value, 8, bytes);
    sections_put(w, bytes, 8);
}

void sections_put_real(struct sections_writer *w, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    sections_put_whole(w, bits);
}

void sections_put_numbers(struct sections_writer *w, const void *numbers, size_t count, int size)
{
    unsigned char bytes[PIECE * 8];
    for (size_t done = 0; done < count;) {
        const size_t piece = count - done < PIECE ? count - done : PIECE;
        for (size_t i = 0; i < piece; i++) {
            uint64_t bits8;
            uint32_t bits4;
            if (size == 8)
                memcpy(&bits8, (const char *)numbers + (done + i) * 8, 8);
            else {
                memcpy(&bits4, (const char *)numbers + (done + i) * 4, 4);
                bits8 = bits4;
            }
            to_bytes(bits8, size, bytes + i * (size_t)size);
        }
        sections_put(w, bytes, piece * (size_t)size);
        done += piece;
    }
}

void sections_close(struct sections_writer *w)
{
    write_crc(w);
}

inshi_status sections_end(struct sections_writer *w, bool keep)
{
    if (!w->file)
        return w->status;
    return keep ? file_end_keeping(w->file, w->status) : file_end(w->file, w->status);
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static inshi_status fail_system(const struct sections_reader *r, int error)
{
    char shown[FILE_SHOWN];
    return context_fail(r->context, INSHI_ERR_IO, "cannot read %s: %s", file_shown(r->path, shown),
                        strerror(error));
}

inshi_status sections_fail(const struct sections_reader *r, const char *why)
{
    char shown[FILE_SHOWN];
    return context_fail(r->context, INSHI_ERR_DATA, "%s is damaged: %s", file_shown(r->path, shown), why);
}

/* Up to count bytes; fewer only at the end of the file, or after an error, which counts as the end. */
static size_t read_bytes(struct sections_reader *r, void *bytes, size_t count)
{
    size_t done = 0;
    while (done < count) {
        if (r->used == r->held) {
            const ssize_t got = read(r->fd, r->buffer, BUFFER);
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                break;
            r->used = 0;
            r->held = (size_t)got;
        }
        const size_t piece = count - done < r->held - r->used ? count - done : r->held - r->used;
        memcpy((char *)bytes + done, r->buffer + r->used, piece);
        r->used += piece;
        done += piece;
    }
    return done;
}

static inshi_status rewind_file(struct sections_reader *r)
{
    r->used = r->held = 0;
    return lseek(r->fd, 0, SEEK_SET) == 0 ? INSHI_OK : fail_system(r, errno);
}

static inshi_status check_head(struct sections_reader *r, const char magic[8], uint32_t version,
                               const struct checksum_table *table)
{
    unsigned char head[HEAD + CRC];
    char          shown[FILE_SHOWN];
    const size_t  got = read_bytes(r, head, sizeof head);
    if (got == 0)
        return sections_fail(r, "it is empty");
    if (memcmp(head, magic, got < 8 ? got : 8))
        return context_fail(r->context, INSHI_ERR_DATA, "%s is no %s of inshi, or its beginning is damaged",
                            file_shown(r->path, shown), r->what);
    if (got < sizeof head)
        return sections_fail(r, "it ends early");
    if (from_bytes(head + HEAD, CRC) != checksum_add(table, 0, head, HEAD))
        return sections_fail(r, "the checksum of its head is wrong");
    r->version = (uint32_t)from_bytes(head + 8, 4);
    r->count   = (uint32_t)from_bytes(head + 12, 4);
    if (r->version > version)
        return context_fail(r->context, INSHI_ERR_UNSUPPORTED,
                            "%s was written by a later version of inshi (format %u; this one reads up to %u)",
                            file_shown(r->path, shown), r->version, version);
    return INSHI_OK;
}

static inshi_status check_section(struct sections_reader *r, const struct checksum_table *table)
{
    unsigned char bytes[PIECE * 8];
    if (read_bytes(r, bytes, HEAD) < HEAD)
        return sections_fail(r, "it ends early");
    uint64_t left = from_bytes(bytes + 8, 8), crc = checksum_add(table, 0, bytes, HEAD);
    while (left > 0) {
        const size_t piece = left < sizeof bytes ? (size_t)left : sizeof bytes;
        if (read_bytes(r, bytes, piece) < piece)
            return sections_fail(r, "it ends early");
        crc = checksum_add(table, crc, bytes, piece);
        left -= piece;
    }
    if (read_bytes(r, bytes, CRC) < CRC)
        return sections_fail(r, "it ends early");
    return from_bytes(bytes, CRC) == crc ? INSHI_OK : sections_fail(r, "a checksum is wrong");
}

static inshi_status check_all(struct sections_reader *r, const char magic[8], uint32_t version)
{
    struct checksum_table table;
    unsigned char         more;
    checksum_prepare(&table);
    inshi_status status = check_head(r, magic, version, &table);
    for (uint32_t i = 0; i < r->count && !status; i++)
        status = check_section(r, &table);
    if (!status && read_bytes(r, &more, 1))
        status = sections_fail(r, "it has more behind its end");
    return status;
}

inshi_status sections_enter(struct sections_reader *r, inshi_context *context, const char *path,
                            const char magic[8], uint32_t version, const char *what)
{
    struct stat found;
    *r    = (struct sections_reader){.context = context, .path = path, .what = what, .fd = -1};
    r->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (r->fd < 0 || fstat(r->fd, &found))
        return fail_system(r, errno);
    if (!S_ISREG(found.st_mode))
        return fail_system(r, S_ISDIR(found.st_mode) ? EISDIR : ESPIPE);
    r->buffer = memory_take(context, BUFFER, 1, "a file's buffer");
    if (!r->buffer)
        return INSHI_ERR_MEMORY;
    inshi_status status = check_all(r, magic, version);
    if (!status)
        status = rewind_file(r);
    unsigned char head[HEAD + CRC];
    if (!status && read_bytes(r, head, sizeof head) < sizeof head)
        status = sections_fail(r, "it ends early");
    return status;
}

void sections_leave(struct sections_reader *r)
{
    if (r->fd >= 0)
        close(r->fd);
    memory_give(r->context, r->buffer);
    r->fd     = -1;
    r->buffer = NULL;
}

void sections_get(struct sections_reader *r, void *bytes, size_t count)
{
    if (r->damaged || count > r->left || read_bytes(r, bytes, count) < count) {
        r->damaged = true;
        memset(bytes, 0, count);
        return;
    }
    r->left -= count;
}

/* Past what is left of the section and its checksum, which sections_enter has compared. */
static void skip_section(struct sections_reader *r)
{
    unsigned char skipped[PIECE];
    while (r->left > 0 && !r->damaged)
        sections_get(r, skipped, r->left < PIECE ? (size_t)r->left : PIECE);
    read_bytes(r, skipped, CRC);
    r->inside = false;
}

uint32_t sections_next(struct sections_reader *r)
{
    unsigned char head[HEAD];
    if (r->inside)
        skip_section(r);
    if (r->damaged || r->count == 0 || read_bytes(r, head, HEAD) < HEAD)
        return 0;
    r->count--;
    r->inside = true;
    r->left   = from_bytes(head + 8, 8);
    return (uint32_t)from_bytes(head, 8);
}

uint64_t sections_get_whole(struct sections_reader *r)
{
    unsigned char bytes[8];
    sections_get(r, bytes, 8);
    return from_bytes(bytes, 8);
}

double sections_get_real(struct sections_reader *r)
{
    const uint64_t bits = sections_get_whole(r);
    double         value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void sections_get_numbers(struct sections_reader *r, void *numbers, size_t count, int size)
{
    unsigned char bytes[PIECE * 8];
    for (size_t done = 0; done < count;) {
        const size_t piece = count - done < PIECE ? count - done : PIECE;
        sections_get(r, bytes, piece * (size_t)size);
        for (size_t i = 0; i < piece; i++) {
            const uint64_t bits8 = from_bytes(bytes + i * (size_t)size, size);
            const uint32_t bits4 = (uint32_t)bits8;
            memcpy((char *)numbers + (done + i) * (size_t)size, size == 8 ? (const void *)&bits8 : &bits4,
                   (size_t)size);
        }
        done += piece;
    }
}

bool sections_belong(const char *path, const char magic[8])
{
    char        head[8];
    struct stat found;
    if (stat(path, &found) || !S_ISREG(found.st_mode))
        return true;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return true;
    const ssize_t got = read(fd, head, sizeof head);
    close(fd);
    return got == 0 || (got == 8 && memcmp(head, magic, 8) == 0);
}
