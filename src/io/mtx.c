/* mtx.c -- Matrix Market files: the header, then entries or an array; sentences for what is wrong. */
#include "io/mtx.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "io/sparse.h"

enum mtx_wrong mtx_word(const char *at)
{
    if (*at == '\n')
        return MTX_NO_VALUE;
    at += *at == '-' || *at == '+';
    if (strncasecmp(at, "nan", 3) == 0 && mtx_ends(at[3]))
        return MTX_NAN;
    if ((strncasecmp(at, "inf", 3) == 0 && mtx_ends(at[3])) ||
        (strncasecmp(at, "infinity", 8) == 0 && mtx_ends(at[8])))
        return MTX_INFINITE;
    return MTX_NO_NUMBER;
}

void mtx_show(struct mtx_part *part, const char *line)
{
    int length = 0;
    for (; length < (int)sizeof part->text - 1 && line[length] != '\n' && line[length] != '\r'; length++) {
        const char c       = line[length];
        part->text[length] = (unsigned char)c < ' ' || (unsigned char)c > '~' ? ' ' : c;
    }
    part->text[length] = 0;
}

void mtx_note_negative(struct mtx_part *part, int64_t row, int64_t column)
{
    struct mtx_where *first = &part->negative;
    if (!first->line || row < first->row || (row == first->row && column < first->column))
        *first = (struct mtx_where){row, column, part->lines};
}

inshi_status mtx_parts_take(struct mtx *m, int64_t count)
{
    inshi_context *context = m->stream->context;
    m->parts               = memory_take(context, count, sizeof *m->parts, m->stream->name);
    if (!m->parts)
        return INSHI_ERR_MEMORY;
    memset(m->parts, 0, (size_t)count * sizeof *m->parts);
    m->part_count = count;
    for (int64_t i = 0; i < count; i++) {
        m->parts[i].first = m->text.pieces / count * i + (m->text.pieces % count) * i / count;
        m->parts[i].last  = m->text.pieces / count * (i + 1) + (m->text.pieces % count) * (i + 1) / count;
        if (!m->text.held &&
            !(m->parts[i].piece.buffer = memory_take(context, mtx_text_room(&m->text), 1, m->stream->name)))
            return INSHI_ERR_MEMORY;
    }
    return INSHI_OK;
}

inshi_status mtx_check_count(const struct mtx *m)
{
    int64_t entries = 0;
    for (int64_t i = 0; i < m->part_count; i++)
        entries += m->parts[i].entries;
    if (entries == m->header.entries)
        return INSHI_OK;
    const bool more = entries > m->header.entries;
    return context_fail(
        m->stream->context, INSHI_ERR_DATA, "%s line %lld declares %lld entr%s, and %s%lld follow%s; %s",
        m->stream->name, (long long)m->header.line, (long long)m->header.entries,
        m->header.entries == 1 ? "y" : "ies", more ? "at least " : "", (long long)entries,
        entries == 1 ? "s" : "", more ? "the line is wrong" : "the file is truncated, or the line is wrong");
}

/* `reason` is the sentence after "FILE line N: ". */
static void explain(const struct mtx *mtx, const struct mtx_part *part, char *reason, size_t size)
{
    const struct mtx_header *h       = &mtx->header;
    static const char *const TEXTS[] = {
        [MTX_NO_INDEX]        = "a row and a column, whole numbers from 1, are needed",
        [MTX_NO_VALUE]        = "has no value",
        [MTX_NO_NUMBER]       = "the value is not a number; decimals need a point",
        [MTX_NO_WHOLE_NUMBER] = "the value is no whole number, and the banner says integer; real has others",
        [MTX_LARGE_WHOLE]     = "the value is larger than a 64-bit integer; the banner may say real instead",
        [MTX_LARGE_REAL]      = "the value is larger than a double can hold (1.8e308); divide the data first",
        [MTX_NAN]             = "the value is NaN, and a listed entry needs a number; leave the line out",
        [MTX_INFINITE]        = "the value is infinite, and must be finite",
        [MTX_MORE]            = "something follows the entry",
        [MTX_TOO_LONG]        = "the line is too long",
    };
    if (part->wrong == MTX_ROW || part->wrong == MTX_COLUMN)
        snprintf(reason, size, "%s %lld is out of range: they count from 1 to %lld",
                 part->wrong == MTX_ROW ? "row" : "column",
                 (long long)(part->wrong == MTX_ROW ? part->row : part->column),
                 (long long)(part->wrong == MTX_ROW ? h->rows : h->columns));
    else if (part->wrong == MTX_ABOVE)
        snprintf(reason, size,
                 "row %lld, column %lld lies above the diagonal, and a symmetric file lists what is on and "
                 "below it",
                 (long long)part->row, (long long)part->column);
    else
        snprintf(reason, size, "%s", TEXTS[part->wrong]);
}

static inshi_status refuse(struct mtx *mtx, const struct mtx_part *part, long long line)
{
    struct stream *s = mtx->stream;
    char           reason[256];
    if (part->trouble == MTX_LINE_TOO_LONG || part->wrong == MTX_TOO_LONG)
        return context_fail(
            s->context, INSHI_ERR_DATA,
            "%s line %lld has more than %d bytes, which no entry needs; is a line's end missing?", s->name,
            line, MTX_LONGEST_LINE);
    if (part->trouble == MTX_CHANGED)
        return context_fail(s->context, INSHI_ERR_IO, "%s was changed while it was read; read it again",
                            s->name);
    if (part->trouble == MTX_SYSTEM)
        return context_fail(s->context, INSHI_ERR_IO, "cannot read %s: %s", s->name, strerror(part->error));
    explain(mtx, part, reason, sizeof reason);
    return context_fail(s->context, INSHI_ERR_DATA, "%s line %lld (\"%s\"): %s", s->name, line, part->text,
                        reason);
}

inshi_status mtx_judge(struct mtx *mtx)
{
    int64_t lines = mtx->header.line;
    for (int64_t i = 0; i < mtx->part_count; i++) {
        const struct mtx_part *part = &mtx->parts[i];
        lines += part->lines;
        if (part->interrupted)
            return context_fail(mtx->stream->context, INSHI_ERR_INTERRUPTED, "interrupted while reading %s",
                                mtx->stream->name);
        if (part->wrong || part->trouble)
            return refuse(mtx, part, (long long)lines + (part->trouble != MTX_FINE));
    }
    return INSHI_OK;
}

/* The first negative entry in the order of rows, and its line. */
static void keep_negative(const struct mtx *mtx, inshi_data *data)
{
    int64_t lines = mtx->header.line;
    for (int64_t i = 0; i < mtx->part_count; i++) {
        struct mtx_where here = mtx->parts[i].negative;
        if (here.line && (!data->negative.line || here.row < data->negative.row ||
                          (here.row == data->negative.row && here.column < data->negative.column))) {
            here.line += lines;
            data->negative = here;
        }
        lines += mtx->parts[i].lines;
    }
}

inshi_status mtx_read(struct stream *s, inshi_data *data)
{
    struct mtx   mtx    = {.stream = s};
    inshi_status status = mtx_header_read(s, &mtx.header);
    if (status)
        return status;
    mtx.locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!mtx.locale)
        return context_fail(s->context, INSHI_ERR_MEMORY, "not enough memory for reading %s", s->name);
    status = mtx_text_begin(s, &mtx.text);
    if (!status)
        status = mtx_header_fits(s, &mtx.header, mtx_text_bytes(&mtx.text));
    if (!status)
        status = mtx.header.array ? mtx_read_array(&mtx) : mtx_read_entries(&mtx);
    data->matrix = mtx.matrix;
    data->format = "mtx";
    if (!status)
        keep_negative(&mtx, data);
    mtx_text_end(&mtx.text);
    for (int64_t i = 0; i < mtx.part_count; i++) {
        memory_give(s->context, mtx.parts[i].piece.buffer);
        if (i + 1 < mtx.part_count)
            memory_give(s->context, mtx.parts[i].cursors);
    }
    memory_give(s->context, mtx.parts);
    freelocale(mtx.locale);
    return status;
}

inshi_status mtx_inspect(struct stream *s, inshi_file_info *out)
{
    struct mtx_header  h;
    const inshi_status status = mtx_header_read(s, &h);
    if (status)
        return status;
    const inshi_dtype dtype = h.array || h.field == MTX_REAL ? INSHI_DTYPE_F8
                              : h.field == MTX_PATTERN       ? INSHI_DTYPE_U1
                                                             : (inshi_dtype)0;
    const int64_t     value = dtype ? inshi_dtype_bytes(dtype) : 1;
    const int64_t     most  = h.symmetric && h.entries < INT64_MAX / 2 ? 2 * h.entries : h.entries;
    *out                    = (inshi_file_info){.format   = "mtx",
                                                .dtype    = dtype,
                                                .rows     = h.rows,
                                                .columns  = h.columns,
                                                .order    = h.array ? "Fortran" : "CSR",
                                                .sparse   = !h.array,
                                                .nonzeros = h.array ? -1 : most};
    out->bytes              = h.array ? h.entries * 8 : sparse_size(h.rows, h.columns, most, value);
    return INSHI_OK;
}
