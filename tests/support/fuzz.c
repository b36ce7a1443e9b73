/* fuzz.c -- see fuzz.h. */
#include "support/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "inshi/inshi.h"
#include "io/data.h"

/* Sparse matrices may have any number of columns, and no names; pieces are small, so that lines cross their ends. */
enum { MOST_NAMES = 100000, PIECE = 48 };

struct result {
    inshi_status status;
    inshi_matrix matrix;
    uint64_t     sum; /* of all bytes of entries and names */
    int64_t      peak;
};

static void promise(int kept, const char *text)
{
    if (kept)
        return;
    fprintf(stderr, "broken promise: %s\n", text);
    abort();
}

static uint64_t add_text(uint64_t sum, const char *text)
{
    for (; text && *text; text++)
        sum = sum * 31 + (uint8_t)*text;
    return sum;
}

static int64_t number_at(const void *numbers, int bytes, int64_t i)
{
    return bytes == 4 ? ((const int32_t *)numbers)[i] : ((const int64_t *)numbers)[i];
}

static uint64_t add_listed(inshi_matrix m)
{
    const int     size   = inshi_dtype_bytes(m.dtype);
    const int64_t majors = m.layout == INSHI_LAYOUT_CSR ? m.rows : m.columns,
                  minors = m.rows + m.columns - majors;
    uint64_t sum         = (uint64_t)m.nonzeros;
    promise(number_at(m.pointers, m.pointer_bytes, 0) == 0, "pointers begin with 0");
    promise(number_at(m.pointers, m.pointer_bytes, majors) == m.nonzeros,
            "pointers end with the number of entries");
    for (int64_t i = 0; i < majors; i++) {
        const int64_t begin = number_at(m.pointers, m.pointer_bytes, i),
                      end   = number_at(m.pointers, m.pointer_bytes, i + 1);
        promise(begin <= end && end <= m.nonzeros, "pointers rise");
        for (int64_t j = begin, before = -1; j < end; j++) {
            const int64_t  index = number_at(m.indices, m.index_bytes, j);
            const uint8_t *at    = (const uint8_t *)m.data + j * size;
            promise(index > before && index < minors, "indices rise and are in range");
            promise(m.dtype != INSHI_DTYPE_B1 || *at <= 1, "b1 is 0 or 1");
            for (int b = 0; b < size; b++)
                sum = sum * 31 + at[b];
            sum    = sum * 31 + (uint64_t)index;
            before = index;
        }
    }
    return sum;
}

static uint64_t add_entries(inshi_matrix m)
{
    const int size = inshi_dtype_bytes(m.dtype);
    uint64_t  sum  = 0;
    promise(m.rows > 0 && m.columns > 0 && size > 0, "a matrix has rows, columns and a dtype");
    if (m.layout != INSHI_LAYOUT_DENSE)
        return add_listed(m);
    for (int64_t i = 0; i < m.rows; i++) {
        for (int64_t j = 0; j < m.columns; j++) {
            const uint8_t *at = (const uint8_t *)m.data + (i * m.row_stride + j * m.column_stride) * size;
            for (int b = 0; b < size; b++)
                sum = sum * 31 + at[b];
            promise(m.dtype != INSHI_DTYPE_B1 || *at <= 1, "b1 is 0 or 1");
        }
    }
    return sum;
}

static uint64_t add_names(const inshi_data *data, uint64_t sum)
{
    const inshi_matrix m = inshi_data_matrix(data);
    char               where[100];
    for (int64_t i = 0; i < m.rows && i < MOST_NAMES; i++) {
        sum = add_text(sum, inshi_data_row_name(data, i));
        inshi_data_where(data, i, m.columns - 1, where, sizeof where);
        sum = add_text(sum, where);
    }
    for (int64_t j = 0; j < m.columns && j < MOST_NAMES; j++)
        sum = add_text(sum, inshi_data_column_name(data, j));
    return sum;
}

static int packed(const uint8_t *bytes, size_t count)
{
    return count > 1 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

static struct result read_once(const uint8_t *bytes, size_t count, const char *format, int sized)
{
    struct result  out = {.status = INSHI_OK};
    struct stream  stream;
    inshi_data    *data = NULL;
    inshi_context *context;
    if (inshi_context_create(NULL, &context))
        abort();
    out.status = stream_open_memory(&stream, context, bytes, count, sized);
    if (!out.status) {
        stream.piece = PIECE;
        out.status   = data_read_stream(&stream, "x", format, &data);
        stream_close(&stream);
    }
    promise(!out.status == (data != NULL), "data exactly where there is no error");
    promise(!out.status || inshi_context_message(context)[0], "a sentence with every error");
    promise(!out.status || out.status == INSHI_ERR_DATA ||
                (packed(bytes, count) && out.status == INSHI_ERR_UNSUPPORTED),
            "bad bytes are DATA; only gzip without zlib is UNSUPPORTED");
    if (data) {
        out.matrix = inshi_data_matrix(data);
        out.sum    = add_names(data, add_entries(out.matrix));
    }
    out.peak = inshi_context_peak_bytes(context);
    inshi_data_destroy(data);
    promise(inshi_context_bytes(context) == 0, "everything is given back");
    inshi_context_destroy(context);
    return out;
}

static struct result read_both(const uint8_t *bytes, size_t count, const char *format)
{
    const struct result sized  = read_once(bytes, count, format, 1),
                        stream = read_once(bytes, count, format, 0);
    promise(sized.status == stream.status && sized.sum == stream.sum, "a file and a stream give the same");
    promise(sized.matrix.rows == stream.matrix.rows && sized.matrix.columns == stream.matrix.columns,
            "a file and a stream have the same shape");
    return sized;
}

void fuzz_npy(const uint8_t *bytes, size_t count)
{
    const struct result found = read_both(bytes, count, "npy");
    promise(packed(bytes, count) || found.peak <= 3 * (int64_t)count + 80000,
            "memory follows the file, not its header");
}

void fuzz_csv(const uint8_t *bytes, size_t count)
{
    read_both(bytes, count, NULL);
    read_both(bytes, count, "csv");
    read_both(bytes, count, "tsv");
}

/* A file may declare 2^20 rows for nothing, and 64 more with each entry, which takes four bytes. */
void fuzz_mtx(const uint8_t *bytes, size_t count)
{
    const struct result found = read_both(bytes, count, "mtx");
    promise(packed(bytes, count) || found.peak <= 600 * (int64_t)count + (24 << 20),
            "memory follows the file, not its header");
}

/* Deflate packs 1032 bytes into one, and a block that grows takes three times what it holds. */
void fuzz_npz(const uint8_t *bytes, size_t count)
{
    const struct result found = read_both(bytes, count, "npz");
    promise(packed(bytes, count) || found.peak <= 4000 * (int64_t)count + (32 << 20),
            "memory follows the file, not its header");
}
