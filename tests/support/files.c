/* files.c -- see files.h. */
#include "support/files.h"

#include <dirent.h>
#include <unistd.h>
#ifdef INSHI_HAVE_ZLIB
#include <zlib.h>
#endif

void bytes_add(struct bytes *bytes, const void *more, size_t count)
{
    bytes->at = realloc(bytes->at, bytes->count + count + 1);
    assert_non_null(bytes->at);
    if (count)
        memcpy(bytes->at + bytes->count, more, count);
    bytes->count += count;
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->at);
    *bytes = (struct bytes){0};
}

struct bytes npy_bytes(int major, const char *dict, const void *array, size_t count)
{
    struct bytes  out      = {0};
    const size_t  length   = strlen(dict);
    const uint8_t head[12] = {0x93,
                              'N',
                              'U',
                              'M',
                              'P',
                              'Y',
                              (uint8_t)major,
                              0,
                              length & 0xff,
                              (length >> 8) & 0xff,
                              (length >> 16) & 0xff,
                              (length >> 24) & 0xff};
    bytes_add(&out, head, major == 1 ? 10 : 12);
    bytes_add(&out, dict, length);
    bytes_add(&out, array, count);
    return out;
}

struct bytes gzip_bytes(const void *bytes, size_t count)
{
    struct bytes out = {0};
#ifdef INSHI_HAVE_ZLIB
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    out.at = malloc(deflateBound(&z, count) + 32);
    assert_non_null(out.at);
    z.next_in   = (Bytef *)(uintptr_t)bytes;
    z.avail_in  = (uInt)count;
    z.next_out  = out.at;
    z.avail_out = (uInt)(deflateBound(&z, count) + 32);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out.count = z.total_out;
    deflateEnd(&z);
#else
    (void)bytes;
    (void)count;
    bytes_add(&out, "\x1f\x8b\x08\x00", 4);
#endif
    return out;
}

const char *path_in(const char *folder, const char *name)
{
    static char paths[8][512];
    static int  turn;
    char       *path = paths[turn++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

void put_file(const char *path, const void *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

void put_text(const char *path, const char *text)
{
    put_file(path, text, strlen(text));
}

struct bytes get_file(const char *path)
{
    struct bytes out = {0};
    char         block[4096];
    FILE        *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
        bytes_add(&out, block, got);
    bytes_add(&out, "", 0);
    out.at[out.count] = 0;
    fclose(file);
    return out;
}

int64_t count_files(const char *folder)
{
    int64_t count = 0;
    DIR    *open  = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open));)
        count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
    closedir(open);
    return count;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

double f8_at(inshi_matrix m, int64_t row, int64_t column)
{
    assert_int_equal(m.dtype, INSHI_DTYPE_F8);
    assert_in_range(row, 0, m.rows - 1);
    assert_in_range(column, 0, m.columns - 1);
    return ((const double *)m.data)[row * m.row_stride + column * m.column_stride];
}
