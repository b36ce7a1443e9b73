/* data.c -- opens a file, sees what it is, has it read, and answers for what was read. */
#include "io/data.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "io/csv_layout.h"
#include "io/mtx_header.h"
#include "io/npy_header.h"

enum file_format { FORMAT_UNKNOWN, FORMAT_NPY, FORMAT_NPZ, FORMAT_MTX, FORMAT_TEXT, FORMAT_TAB };

/* What begins so, and is no matrix that this version reads. */
static const struct {
    const char *magic;
    int         bytes;
    const char *what;
} FOREIGN[] = {
    {"\x89PNG", 4,
     "is a PNG picture, which the command inshi reads from a file of its own; write its pixels as npy"},
    {"\xff\xd8\xff", 3, "is a JPEG picture, not a matrix; write its pixels as npy"},
    {"\x89HDF", 4, "is an HDF5 file, which inshi does not read; write npy or csv"},
    {"RIFF", 4, "is a sound or other RIFF file, not a matrix"},
    {"%PDF", 4, "is a PDF document, not a matrix"},
    {"\xd0\xcf\x11\xe0", 4, "is an old spreadsheet or document, which inshi does not read; save it as csv"},
    {"\x1f\x8b", 2, "is gzip within gzip; unpack it once with gunzip"},
    {"\x28\xb5\x2f\xfd", 4, "is packed by zstd, which inshi does not read; unpack it first"},
    {"\xfd"
     "7zXZ",
     5, "is packed by xz, which inshi does not read; unpack it first"},
    {"BZh", 3, "is packed by bzip2, which inshi does not read; unpack it first"},
    {"\xff\xfe", 2, "is UTF-16 text; save it as UTF-8"},
    {"\xfe\xff", 2, "is UTF-16 text; save it as UTF-8"},
};

static bool begins(const uint8_t *bytes, size_t count, const char *magic, int length)
{
    return count >= (size_t)length && memcmp(bytes, magic, (size_t)length) == 0;
}

static inshi_status parse_format(inshi_context *context, const char *text, enum file_format *out)
{
    static const char *const NAMES[] = {"npy", "npz", "mtx", "csv", "tsv"};
    *out                             = FORMAT_UNKNOWN;
    for (int i = 0; text && i < 5; i++)
        if (strcmp(text, NAMES[i]) == 0)
            *out = (enum file_format)(FORMAT_NPY + i);
    if (text && *out == FORMAT_UNKNOWN)
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "the format '%.40s' does not exist; it is npy, npz, mtx, csv or tsv", text);
    return INSHI_OK;
}

/* Turns UNKNOWN into what the first bytes say. A file cut within the magic of npy is npy. */
static inshi_status sniff(struct stream *s, const uint8_t *bytes, size_t count, enum file_format *format)
{
    if (count == 0)
        return context_fail(s->context, INSHI_ERR_DATA,
                            "%s is empty: it holds no bytes, and a matrix is needed", s->name);
    if (*format != FORMAT_UNKNOWN)
        return INSHI_OK;
    if (memcmp(bytes, NPY_MAGIC, count < NPY_MAGIC_BYTES ? count : NPY_MAGIC_BYTES) == 0) {
        *format = FORMAT_NPY;
        return INSHI_OK;
    }
    if (begins(bytes, count, "PK\x03\x04", 4) || begins(bytes, count, "PK\x05\x06", 4)) {
        *format = FORMAT_NPZ;
        return INSHI_OK;
    }
    if (count >= MTX_BANNER_BYTES && strncasecmp((const char *)bytes, MTX_BANNER, MTX_BANNER_BYTES) == 0) {
        *format = FORMAT_MTX;
        return INSHI_OK;
    }
    for (size_t i = 0; i < sizeof FOREIGN / sizeof FOREIGN[0]; i++)
        if (begins(bytes, count, FOREIGN[i].magic, FOREIGN[i].bytes))
            return context_fail(s->context, INSHI_ERR_DATA, "%s %s", s->name, FOREIGN[i].what);
    *format = FORMAT_TEXT;
    return INSHI_OK;
}

static bool ends(const char *path, const char *suffix)
{
    const size_t length = strlen(path), more = strlen(suffix);
    return length >= more && strcmp(path + length - more, suffix) == 0;
}

static inshi_status read_text(struct stream *s, const char *suffix, enum file_format format, inshi_data *data)
{
    static const char    mark[] = "\xef\xbb\xbf";
    struct csv_beginning text;
    struct number_locale locale;
    char                 separator = '\t';
    inshi_status         status    = stream_peek(s, STREAM_BUFFER, &text.bytes, &text.count);
    if (status)
        return status;
    if (!number_locale_begin(&locale))
        return context_fail(s->context, INSHI_ERR_MEMORY, "not enough memory for reading %s", s->name);
    text.goes_on = text.count == STREAM_BUFFER;
    if (begins(text.bytes, text.count, mark, 3)) {
        stream_skip(s, 3);
        text.bytes += 3;
        text.count -= 3;
    }
    if (format != FORMAT_TAB)
        status = csv_layout_separator(s->context, &text, ends(suffix, ".tsv") || ends(suffix, ".tsv.gz"),
                                      &separator);
    if (!status)
        status = csv_read(s, separator, data);
    number_locale_end(&locale);
    return status;
}

static inshi_status look(struct stream *s, const char *format, enum file_format *out)
{
    const uint8_t *bytes;
    size_t         count;
    inshi_status   status = parse_format(s->context, format, out);
    if (!status)
        status = stream_peek(s, 16, &bytes, &count);
    return status ? status : sniff(s, bytes, count, out);
}

inshi_status data_read_stream(struct stream *s, const char *suffix, const char *format, inshi_data **out)
{
    enum file_format kind;
    *out                = NULL;
    inshi_status status = look(s, format, &kind);
    if (status)
        return status;
    inshi_data *data = memory_take(s->context, 1, sizeof *data, "a file's matrix");
    if (!data)
        return INSHI_ERR_MEMORY;
    *data  = (inshi_data){.context = s->context};
    status = kind == FORMAT_NPY   ? npy_read(s, data)
             : kind == FORMAT_NPZ ? npz_read(s, data)
             : kind == FORMAT_MTX ? mtx_read(s, data)
                                  : read_text(s, suffix, kind, data);
    if (status)
        inshi_data_destroy(data);
    else
        *out = data;
    return status;
}

static inshi_status read_file(inshi_context *context, const char *path, const char *format, bool lists,
                              inshi_data **out)
{
    if (out)
        *out = NULL;
    if (!context)
        return INSHI_ERR_ARGUMENT;
    if (!path || !out)
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "inshi_data_read needs a path and a place for the result");
    struct stream s;
    inshi_status  status = stream_open(&s, context, path);
    if (status)
        return status;
    s.lists = lists;
    status  = data_read_stream(&s, path, format, out);
    stream_close(&s);
    return status;
}

inshi_status inshi_data_read(inshi_context *context, const char *path, const char *format, inshi_data **out)
{
    return read_file(context, path, format, false, out);
}

inshi_status inshi_list_read(inshi_context *context, const char *path, const char *format, inshi_data **out)
{
    return read_file(context, path, format, true, out);
}

static void describe(const inshi_data *data, inshi_file_info *out)
{
    *out = (inshi_file_info){.format    = data->format,
                             .dtype     = data->matrix.dtype,
                             .rows      = data->matrix.rows,
                             .columns   = data->matrix.columns,
                             .bytes     = data->matrix.rows * data->matrix.columns * (int64_t)sizeof(double),
                             .order     = "C",
                             .nonzeros  = -1,
                             .row_names = data->row_names.count > 0,
                             .column_names = data->column_names.count > 0};
}

inshi_status inshi_data_inspect(inshi_context *context, const char *path, const char *format,
                                inshi_file_info *out)
{
    if (!context)
        return INSHI_ERR_ARGUMENT;
    if (!path || !out)
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "inshi_data_inspect needs a path and a place for the result");
    struct stream    s;
    enum file_format kind;
    inshi_data      *data   = NULL;
    inshi_status     status = stream_open(&s, context, path);
    if (status)
        return status;
    status = look(&s, format, &kind);
    if (!status && kind == FORMAT_NPY)
        status = npy_inspect(&s, out);
    else if (!status && kind == FORMAT_NPZ)
        status = npz_inspect(&s, out);
    else if (!status && kind == FORMAT_MTX)
        status = mtx_inspect(&s, out);
    else if (!status)
        status = data_read_stream(&s, path, format, &data);
    if (data)
        describe(data, out);
    inshi_data_destroy(data);
    stream_close(&s);
    return status;
}

void inshi_data_destroy(inshi_data *data)
{
    if (!data)
        return;
    inshi_context *context = data->context;
    memory_give(context, data->matrix.data);
    memory_give(context, (void *)(uintptr_t)data->matrix.pointers);
    memory_give(context, (void *)(uintptr_t)data->matrix.indices);
    memory_give(context, data->runs);
    names_end(context, &data->row_names);
    names_end(context, &data->column_names);
    memory_give(context, data);
}

inshi_matrix inshi_data_matrix(const inshi_data *data)
{
    return data->matrix;
}

const char *inshi_data_format(const inshi_data *data)
{
    return data->format;
}

const char *inshi_data_row_name(const inshi_data *data, int64_t row)
{
    return names_get(&data->row_names, row);
}

const char *inshi_data_column_name(const inshi_data *data, int64_t column)
{
    return names_get(&data->column_names, column);
}

const char *data_place(const inshi_data *data, int64_t file_column, char text[DATA_PLACE])
{
    char        shown[NAMES_SHOWN];
    const char *name = names_get(&data->column_names, file_column - data->first_column);
    if (name)
        snprintf(text, DATA_PLACE, "column %lld (%s)", (long long)file_column, names_show(name, shown));
    else
        snprintf(text, DATA_PLACE, "column %lld", (long long)file_column);
    return text;
}

/* The line on which row begins: the last run that begins at or before it. */
static int64_t line_of(const inshi_data *data, int64_t row)
{
    int64_t low = 0, high = data->run_count - 1;
    while (low < high) {
        const int64_t middle = low + (high - low + 1) / 2;
        if (data->runs[middle].row <= row)
            low = middle;
        else
            high = middle - 1;
    }
    return data->runs[low].line + row - data->runs[low].row;
}

void inshi_data_where(const inshi_data *data, int64_t row, int64_t column, char *text, size_t size)
{
    char place[DATA_PLACE];
    if (data->run_count)
        snprintf(text, size, "line %lld, %s", (long long)line_of(data, row),
                 data_place(data, column + data->first_column, place));
    else if (data->negative.line && data->negative.row == row && data->negative.column == column)
        snprintf(text, size, "line %lld (row %lld, column %lld)", (long long)data->negative.line,
                 (long long)row + 1, (long long)column + 1);
    else
        snprintf(text, size, "row %lld, column %lld (counting from 0)", (long long)row, (long long)column);
}
