/* mtx_array.c -- the values of a Matrix Market file in the format array: one a line, column by column, into f8. */
#include "io/mtx.h"

static inshi_status refuse(struct mtx *m, enum mtx_wrong wrong)
{
    m->parts[0].wrong = wrong;
    return mtx_judge(m);
}

/* The values of the lines shown; *used of them so far in all. */
static inshi_status read_lines(struct mtx *m, double *values, int64_t *used)
{
    struct mtx_part *part = &m->parts[0];
    const char *at = part->piece.lines, *const end = at + part->piece.count;
    while (at < end) {
        const char *const line = at, *const stop = memchr(at, '\n', (size_t)(end - at));
        double value = 0;
        part->lines++;
        mtx_show(part, line);
        at = mtx_blanks(at);
        if (stop - line > MTX_LONGEST_LINE)
            return refuse(m, MTX_TOO_LONG);
        if (*at != '\n' && *at != '%') {
            const enum mtx_wrong wrong = mtx_real(&at, end, m->locale, &value);
            if (wrong)
                return refuse(m, wrong);
            if (*mtx_blanks(at) != '\n')
                return refuse(m, MTX_MORE);
            if (value < 0)
                mtx_note_negative(part, *used % m->header.rows, *used / m->header.rows);
            if (*used < m->header.entries)
                values[*used] = value;
            ++*used;
        }
        at = stop + 1;
    }
    return INSHI_OK;
}

inshi_status mtx_read_array(struct mtx *m)
{
    struct mtx_part *part;
    int64_t          used   = 0;
    inshi_status     status = mtx_parts_take(m, 1);
    if (status)
        return status;
    part           = &m->parts[0];
    double *values = memory_take(m->stream->context, m->header.entries, sizeof *values, m->stream->name);
    if (!values)
        return INSHI_ERR_MEMORY;
    m->matrix = inshi_matrix_fortran(values, INSHI_DTYPE_F8, m->header.rows, m->header.columns);
    for (int64_t i = 0; !status && i < m->text.pieces && used <= m->header.entries; i++) {
        part->trouble = mtx_text_piece(&m->text, i, &part->piece, &part->error);
        status        = part->trouble ? mtx_judge(m) : read_lines(m, values, &used);
    }
    part->entries = used;
    return status ? status : mtx_check_count(m);
}
