/* mtx_entry.h -- one entry of a coordinate file: the line's row, column and value, against the header. */
#ifndef INSHI_IO_MTX_ENTRY_H
#define INSHI_IO_MTX_ENTRY_H

#include "io/mtx.h"

struct mtx_entry {
    int64_t  row, column; /* from 1 */
    uint64_t whole;
    double   real;
    bool     negative;
};

/* The value of an entry, in the type of the matrix, which holds it. */
static inline void mtx_store(const inshi_matrix *x, int64_t at, const struct mtx_entry *e)
{
    const uint64_t whole = e->negative ? -e->whole : e->whole;
    switch (x->dtype) {
    case INSHI_DTYPE_F8:
        ((double *)x->data)[at] = e->real;
        break;
    case INSHI_DTYPE_U1:
    case INSHI_DTYPE_I1:
        ((uint8_t *)x->data)[at] = (uint8_t)whole;
        break;
    case INSHI_DTYPE_U2:
    case INSHI_DTYPE_I2:
        ((uint16_t *)x->data)[at] = (uint16_t)whole;
        break;
    case INSHI_DTYPE_U4:
    case INSHI_DTYPE_I4:
        ((uint32_t *)x->data)[at] = (uint32_t)whole;
        break;
    default:
        ((uint64_t *)x->data)[at] = whole;
    }
}

/* Leaves *from at the line's end, but where the line is wrong. */
static inline enum mtx_wrong mtx_to_end(const char **from, const char *end)
{
    *from = memchr(*from, '\n', (size_t)(end - *from));
    return MTX_RIGHT;
}

static inline enum mtx_wrong mtx_indices(const struct mtx *m, const char **from, struct mtx_entry *e)
{
    const char *at = mtx_index(*from, &e->row);
    if (!at || (*at != ' ' && *at != '\t'))
        return MTX_NO_INDEX;
    if (e->row < 1 || e->row > m->header.rows)
        return MTX_ROW;
    at = mtx_index(mtx_blanks(at), &e->column);
    if (!at || !mtx_ends(*at))
        return MTX_NO_INDEX;
    if (e->column < 1 || e->column > m->header.columns)
        return MTX_COLUMN;
    *from = mtx_blanks(at);
    return m->header.symmetric && e->column > e->row ? MTX_ABOVE : MTX_RIGHT;
}

/* A whole line, but for the values of real entries unless real_too. */
static inline enum mtx_wrong mtx_entry_read(const struct mtx *m, const char **from, const char *end,
                                            bool real_too, struct mtx_entry *e)
{
    const char *at = mtx_blanks(*from);
    *from          = at;
    if (*at == '\n' || *at == '%') {
        mtx_to_end(from, end);
        return MTX_NOTHING;
    }
    enum mtx_wrong wrong = mtx_indices(m, &at, e);
    if (!wrong && m->header.field == MTX_INTEGER)
        wrong = mtx_whole(&at, &e->whole, &e->negative);
    if (!wrong && m->header.field == MTX_REAL) {
        if (!real_too) {
            *from = at;
            return mtx_to_end(from, end);
        }
        wrong       = mtx_real(&at, end, m->locale, &e->real);
        e->negative = e->real < 0;
    }
    if (wrong)
        return wrong;
    *from = mtx_blanks(at);
    return **from == '\n' ? MTX_RIGHT : MTX_MORE;
}

#endif
