/* npy.c -- arrays of NumPy's npy format, versions 1.0 to 3.0: matrices, and lists of numbers within npz.
 *
 * The array goes from the file straight to where it stays: of a plain file nothing is taken before its size
 * is known to be right; a pipe or gzip, whose size shows at the end only, is read into a block that doubles.
 * Fortran order is a matter of strides; the other byte order is swapped in place.
 */
#include <string.h>
#include "base/file.h"
#include "io/data.h"
#include "io/npy_header.h"

enum { FIRST_BLOCK = 1 << 20 };

static int64_t array_bytes(const struct npy_header *h)
{
    if (h->text)
        return h->length * (h->text == 'U' ? 4 : 1);
    return h->rows * h->columns * inshi_dtype_bytes(h->dtype);
}

static inshi_status truncated(struct stream *s, const struct npy_header *h, int64_t there)
{
    return context_fail(
        s->context, INSHI_ERR_DATA,
        "%s is truncated: its header says %lld x %lld %s, %lld bytes, and %lld are there; copy or "
        "download it again",
        s->name, (long long)h->rows, (long long)h->columns, inshi_dtype_name(h->dtype),
        (long long)array_bytes(h), (long long)there);
}

static inshi_status too_long(struct stream *s, const struct npy_header *h, const char *at_least,
                             int64_t extra)
{
    return context_fail(s->context, INSHI_ERR_DATA,
                        "%s has %s%lld byte%s after its array: its header says %lld x %lld %s, %lld bytes; "
                        "the header is wrong or something was appended",
                        s->name, at_least, (long long)extra, extra == 1 ? "" : "s", (long long)h->rows,
                        (long long)h->columns, inshi_dtype_name(h->dtype), (long long)array_bytes(h));
}

inshi_status npy_array_check(struct stream *s, const struct npy_header *h)
{
    const int64_t there = s->size - s->offset, wanted = array_bytes(h);
    if (s->size < 0 || there == wanted)
        return INSHI_OK;
    return there < wanted ? truncated(s, h, there) : too_long(s, h, "", there - wanted);
}

static inshi_status check_end(struct stream *s, const struct npy_header *h)
{
    const uint8_t     *bytes;
    size_t             count;
    const inshi_status status = stream_peek(s, 1, &bytes, &count);
    if (status)
        return status;
    return count ? too_long(s, h, "at least ", (int64_t)count) : INSHI_OK;
}

/* Reads the array into *out, which grows until it holds all; it holds all at once where the size of the file is
 * known. */
static inshi_status read_array(struct stream *s, const struct npy_header *h, void **out)
{
    const int64_t wanted   = array_bytes(h);
    int64_t       capacity = s->size >= 0 || wanted < FIRST_BLOCK ? wanted : FIRST_BLOCK, used = 0;
    for (;;) {
        char *block = memory_grow(s->context, *out, capacity, 1, s->name);
        if (!block)
            return INSHI_ERR_MEMORY;
        *out                      = block;
        size_t             got    = 0;
        const inshi_status status = stream_read(s, block + used, (size_t)(capacity - used), &got);
        if (status)
            return status;
        used += (int64_t)got;
        if (used < capacity)
            return truncated(s, h, used);
        if (used == wanted)
            return check_end(s, h);
        capacity = wanted / 2 < capacity ? wanted : 2 * capacity;
    }
}

static void swap_bytes(void *values, int64_t count, int bytes)
{
    uint16_t *v2 = values;
    uint32_t *v4 = values;
    uint64_t *v8 = values;
    for (int64_t i = 0; bytes == 2 && i < count; i++)
        v2[i] = __builtin_bswap16(v2[i]);
    for (int64_t i = 0; bytes == 4 && i < count; i++)
        v4[i] = __builtin_bswap32(v4[i]);
    for (int64_t i = 0; bytes == 8 && i < count; i++)
        v8[i] = __builtin_bswap64(v8[i]);
}

static inshi_status check_booleans(struct stream *s, const struct npy_header *h, const uint8_t *b)
{
    for (int64_t i = 0; i < h->rows * h->columns; i++) {
        if (b[i] > 1) {
            const int64_t row    = h->fortran ? i % h->rows : i / h->columns;
            const int64_t column = h->fortran ? i / h->rows : i % h->columns;
            return context_fail(s->context, INSHI_ERR_DATA,
                                "%s row %lld, column %lld (counting from 0): %d is no value of dtype b1, "
                                "which is 0 or 1; write X.astype('u1') instead",
                                s->name, (long long)row, (long long)column, b[i]);
        }
    }
    return INSHI_OK;
}

inshi_status npy_array_read(struct stream *s, const struct npy_header *h, void **block)
{
    inshi_status status = npy_array_check(s, h);
    if (!status)
        status = read_array(s, h, block);
    if (status)
        return status;
    const int     size  = h->text == 'U' ? 4 : h->text ? 1 : inshi_dtype_bytes(h->dtype);
    const int64_t count = h->text ? h->length : h->rows * h->columns;
    if (h->swap)
        swap_bytes(*block, count, size);
    return !h->text && h->dtype == INSHI_DTYPE_B1 ? check_booleans(s, h, *block) : INSHI_OK;
}

inshi_status npy_read(struct stream *s, inshi_data *data)
{
    struct npy_header h;
    inshi_status      status = npy_header_read(s, s->lists ? NPY_COLUMN : NPY_MATRIX, &h);
    if (!status)
        status = npy_array_read(s, &h, &data->matrix.data);
    if (status)
        return status;
    void *values = data->matrix.data;
    data->format = "npy";
    data->matrix = h.fortran ? inshi_matrix_fortran(values, h.dtype, h.rows, h.columns)
                             : inshi_matrix_c(values, h.dtype, h.rows, h.columns);
    return INSHI_OK;
}

inshi_status npy_inspect(struct stream *s, inshi_file_info *out)
{
    struct npy_header h;
    inshi_status      status = npy_header_read(s, NPY_MATRIX, &h);
    if (!status)
        status = npy_array_check(s, &h);
    if (status)
        return status;
    *out = (inshi_file_info){.format   = "npy",
                             .dtype    = h.dtype,
                             .rows     = h.rows,
                             .columns  = h.columns,
                             .bytes    = array_bytes(&h),
                             .nonzeros = -1,
                             .order    = h.fortran ? "Fortran" : "C"};
    return INSHI_OK;
}
