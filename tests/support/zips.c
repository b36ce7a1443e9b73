/* zips.c -- see zips.h. */
#include "support/zips.h"

#ifdef INSHI_HAVE_ZLIB
#include <zlib.h>

static void add_number(struct bytes *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++, value >>= 8)
        bytes_add(out, (const uint8_t[]){(uint8_t)value}, 1);
}

static struct bytes pack(const struct zip_entry *e)
{
    struct bytes out = {0};
    if (e->method != 8) {
        bytes_add(&out, e->content.at, e->content.count);
        return out;
    }
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    out.at      = malloc(deflateBound(&z, e->content.count) + 32);
    z.next_in   = e->content.at;
    z.avail_in  = (uInt)e->content.count;
    z.next_out  = out.at;
    z.avail_out = (uInt)(deflateBound(&z, e->content.count) + 32);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out.count = z.total_out;
    deflateEnd(&z);
    return out;
}

/* From "flags" to the lengths of name and extra field, which both headers have. */
static void add_common(struct bytes *out, const struct zip_entry *e, size_t packed)
{
    const uint32_t crc = (uint32_t)crc32(crc32(0, NULL, 0), e->content.at, (uInt)e->content.count);
    add_number(out, 20, 2);
    add_number(out, (uint64_t)e->flags, 2);
    add_number(out, (uint64_t)e->method, 2);
    add_number(out, 0, 4);
    add_number(out, e->crc ? e->crc : crc, 4);
    add_number(out, e->zip64 ? UINT32_MAX : e->packed ? e->packed : packed, 4);
    add_number(out, e->zip64 ? UINT32_MAX : e->size ? e->size : e->content.count, 4);
    add_number(out, strlen(e->name), 2);
    add_number(out, e->zip64 ? 20 : 0, 2);
}

static void add_extra(struct bytes *out, const struct zip_entry *e, size_t packed)
{
    if (!e->zip64)
        return;
    add_number(out, 1, 2);
    add_number(out, 16, 2);
    add_number(out, e->size ? e->size : e->content.count, 8);
    add_number(out, e->packed ? e->packed : packed, 8);
}

static void add_end(struct bytes *out, const struct bytes *directory, int count, bool zip64)
{
    const uint64_t at = out->count, bytes = directory->count;
    bytes_add(out, directory->at, directory->count);
    const uint64_t end = out->count;
    if (zip64) {
        bytes_add(out, "PK\x06\x06", 4);
        add_number(out, 44, 8);
        add_number(out, 45 | 45 << 16, 4);
        add_number(out, 0, 8);
        add_number(out, (uint64_t)count, 8);
        add_number(out, (uint64_t)count, 8);
        add_number(out, bytes, 8);
        add_number(out, at, 8);
        bytes_add(out, "PK\x06\x07", 4);
        add_number(out, 0, 4);
        add_number(out, end, 8);
        add_number(out, 1, 4);
    }
    bytes_add(out, "PK\x05\x06", 4);
    add_number(out, 0, 4);
    add_number(out, zip64 ? UINT16_MAX : (uint64_t)count, 2);
    add_number(out, zip64 ? UINT16_MAX : (uint64_t)count, 2);
    add_number(out, zip64 ? UINT32_MAX : bytes, 4);
    add_number(out, zip64 ? UINT32_MAX : at, 4);
    add_number(out, 0, 2);
}

struct bytes zip_bytes(const struct zip_entry *entries, int count)
{
    struct bytes out = {0}, directory = {0};
    bool         zip64 = false;
    for (int i = 0; i < count; i++) {
        const struct zip_entry *e      = &entries[i];
        struct bytes            packed = pack(e);
        const uint64_t          at     = out.count;
        zip64 |= e->zip64 != 0;
        bytes_add(&out, "PK\x03\x04", 4);
        add_common(&out, e, packed.count);
        bytes_add(&out, e->name, strlen(e->name));
        add_extra(&out, e, packed.count);
        bytes_add(&out, packed.at, packed.count);
        bytes_add(&directory, "PK\x01\x02", 4);
        add_number(&directory, 20, 2);
        add_common(&directory, e, packed.count);
        add_number(&directory, 0, 2); /* comment */
        add_number(&directory, 0, 8); /* disk, attributes */
        add_number(&directory, at, 4);
        bytes_add(&directory, e->name, strlen(e->name));
        add_extra(&directory, e, packed.count);
        bytes_free(&packed);
    }
    add_end(&out, &directory, count, zip64);
    bytes_free(&directory);
    return out;
}

#else

struct bytes zip_bytes(const struct zip_entry *entries, int count)
{
    struct bytes out = {0};
    (void)entries;
    (void)count;
    bytes_add(&out, "PK\x03\x04", 4);
    return out;
}

#endif

struct bytes npy_list(const char *descr, const void *numbers, int64_t count)
{
    char dict[128];
    snprintf(dict, sizeof dict, "{'descr': '%s', 'fortran_order': False, 'shape': (%lld,), }\n", descr,
             (long long)count);
    return npy_bytes(1, dict, numbers, (size_t)count * (size_t)(descr[2] - '0'));
}

void zip_csr(struct zip_entry entries[ZIP_CSR])
{
    memset(entries, 0, ZIP_CSR * sizeof *entries);
    entries[0] =
        (struct zip_entry){.name = "indices.npy", .content = npy_list("<i4", (const int32_t[]){1, 3, 0}, 3)};
    entries[1] = (struct zip_entry){.name    = "indptr.npy",
                                    .content = npy_list("<i4", (const int32_t[]){0, 2, 2, 3}, 4)};
    entries[2] = (struct zip_entry){
        .name    = "format.npy",
        .content = npy_bytes(1, "{'descr': '|S3', 'fortran_order': False, 'shape': (), }\n", "csr", 3)};
    entries[3] =
        (struct zip_entry){.name = "shape.npy", .content = npy_list("<i8", (const int64_t[]){3, 4}, 2)};
    entries[4] =
        (struct zip_entry){.name = "data.npy", .content = npy_list("<f8", (const double[]){1, 2, 3}, 3)};
}

void zip_entries_free(struct zip_entry *entries, int count)
{
    for (int i = 0; i < count; i++)
        bytes_free(&entries[i].content);
}
