/* write.c -- matrices to npy and csv files, whole or not at all (base/file.h). */
#include <stdio.h>
#include <string.h>
#include "base/file.h"
#include "io/names.h"
#include "io/number.h"
#include "matrix/matrix.h"

enum { HEADER_UNIT = 64, HEADER_ROOM = 192, BLOCK_ELEMENTS = 1024, ELEMENT_BYTES = 8 };

static inshi_status check(inshi_context *context, const char *path, inshi_matrix m)
{
    if (!context)
        return INSHI_ERR_ARGUMENT;
    if (!path || !inshi_dtype_bytes(m.dtype) || m.rows < 0 || m.columns < 0 ||
        (!m.data && m.rows && m.columns))
        return context_fail(context, INSHI_ERR_ARGUMENT, "writing a matrix needs a path and a valid matrix");
    if (m.layout != INSHI_LAYOUT_DENSE)
        return context_fail(context, INSHI_ERR_UNSUPPORTED,
                            "cannot write %.200s: only dense matrices can be written, and this one is sparse",
                            path);
    return INSHI_OK;
}

/* Magic, version 1.0, length, dict, blanks up to a multiple of 64. Returns its bytes. */
static size_t npy_header(inshi_matrix m, char text[HEADER_ROOM])
{
    const char native = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '<' : '>';
    char       dict[HEADER_ROOM - 10];
    const int  length =
        snprintf(dict, sizeof dict, "{'descr': '%c%s', 'fortran_order': False, 'shape': (%lld, %lld), }",
                 inshi_dtype_bytes(m.dtype) == 1 ? '|' : native, inshi_dtype_name(m.dtype), (long long)m.rows,
                 (long long)m.columns);
    const size_t whole = ((size_t)length + 11 + HEADER_UNIT - 1) / HEADER_UNIT * HEADER_UNIT;
    memset(text, ' ', whole);
    memcpy(text, "\x93NUMPY\x01\x00", 8);
    text[8] = (char)((whole - 10) & 0xff);
    text[9] = (char)((whole - 10) >> 8);
    memcpy(text + 10, dict, (size_t)length);
    text[whole - 1] = '\n';
    return whole;
}

/* Copies count elements of one row, from column first on, next to each other. */
static void gather(inshi_matrix m, int64_t row, int64_t first, int64_t count, char *to)
{
    const int     bytes = inshi_dtype_bytes(m.dtype);
    const int64_t step  = m.column_stride * bytes;
    const char   *from  = matrix_at(m, row, first);
    for (int64_t i = 0; i < count; i++, from += step, to += bytes)
        memcpy(to, from, (size_t)bytes);
}

static inshi_status append_row(struct file_writer *writer, inshi_matrix m, int64_t row)
{
    char         block[BLOCK_ELEMENTS * ELEMENT_BYTES];
    inshi_status status = INSHI_OK;
    if (m.column_stride == 1)
        return file_append(writer, matrix_at(m, row, 0), (size_t)(m.columns * inshi_dtype_bytes(m.dtype)));
    for (int64_t first = 0; !status && first < m.columns; first += BLOCK_ELEMENTS) {
        const int64_t count = m.columns - first < BLOCK_ELEMENTS ? m.columns - first : BLOCK_ELEMENTS;
        gather(m, row, first, count, block);
        status = file_append(writer, block, (size_t)(count * inshi_dtype_bytes(m.dtype)));
    }
    return status;
}

inshi_status inshi_npy_write(inshi_context *context, const char *path, inshi_matrix matrix)
{
    char                header[HEADER_ROOM];
    struct file_writer *writer;
    inshi_status        status = check(context, path, matrix);
    if (!status)
        status = file_begin(context, path, &writer);
    if (status)
        return status;
    status = file_append(writer, header, npy_header(matrix, header));
    for (int64_t row = 0; !status && matrix.columns && row < matrix.rows; row++)
        status = append_row(writer, matrix, row);
    return file_end(writer, status);
}

/* True where a reader would take the bare text for something else: a number, a missing value, a comment,
 * several fields. */
static bool needs_quotes(const char *text)
{
    const size_t length = strlen(text);
    double       value;
    if (length == 0)
        return false;
    return strpbrk(text, ",;\t\"\r\n#") || text[0] == ' ' || text[length - 1] == ' ' ||
           number_parse(text, (int64_t)length, &value) != NUMBER_TEXT;
}

static inshi_status append_name(struct file_writer *writer, const char *text)
{
    if (!needs_quotes(text))
        return file_append(writer, text, strlen(text));
    inshi_status status = file_append(writer, "\"", 1);
    while (!status && *text) {
        const size_t plain = strcspn(text, "\"");
        status             = file_append(writer, text, plain);
        text += plain;
        if (!status && *text) {
            status = file_append(writer, "\"\"", 2);
            text++;
        }
    }
    return status ? status : file_append(writer, "\"", 1);
}

static inshi_status append_header(struct file_writer *writer, int64_t columns, const char *corner,
                                  bool row_names, const char *const *names)
{
    inshi_status status = row_names && corner ? append_name(writer, corner) : INSHI_OK;
    for (int64_t i = 0; !status && i < columns; i++) {
        if (i > 0 || row_names)
            status = file_append(writer, ",", 1);
        if (!status)
            status = append_name(writer, names[i]);
    }
    return status ? status : file_append(writer, "\n", 1);
}

static inshi_status append_values(struct file_writer *writer, inshi_matrix m, int64_t row, const char *name)
{
    inshi_status status = name ? append_name(writer, name) : INSHI_OK;
    for (int64_t i = 0; !status && i < m.columns; i++) {
        char      text[NUMBER_ROOM + 1] = ",";
        const int bare                  = i == 0 && !name;
        const int length                = 1 + number_format(matrix_at(m, row, i), m.dtype, text + 1);
        status                          = file_append(writer, text + bare, (size_t)(length - bare));
    }
    return status ? status : file_append(writer, "\n", 1);
}

inshi_status inshi_csv_write(inshi_context *context, const char *path, inshi_matrix matrix,
                             const char *corner, const char *const *row_names,
                             const char *const *column_names)
{
    struct file_writer *writer;
    inshi_status        status = check(context, path, matrix);
    if (status)
        return status;
    struct number_locale locale;
    if (!number_locale_begin(&locale))
        return context_fail(context, INSHI_ERR_MEMORY, "not enough memory for writing %.200s", path);
    status = file_begin(context, path, &writer);
    if (status)
        goto done;
    if (column_names)
        status = append_header(writer, matrix.columns, corner, row_names != NULL, column_names);
    for (int64_t row = 0; !status && row < matrix.rows; row++)
        status = append_values(writer, matrix, row, row_names ? row_names[row] : NULL);
    status = file_end(writer, status);
done:
    number_locale_end(&locale);
    return status;
}
