/* compressed.c -- see compressed.h. */
#include "support/compressed.h"

#include <stdlib.h>
#include "support/sample.h"
#include "support/support.h"

static void put_integer(void *numbers, int bytes, int64_t at, int64_t value)
{
    if (bytes == 8)
        ((int64_t *)numbers)[at] = value;
    else
        ((int32_t *)numbers)[at] = (int32_t)value;
}

static void put_value(inshi_matrix *m, int64_t at, double value)
{
    switch (m->dtype) {
    case INSHI_DTYPE_U1:
        ((uint8_t *)m->data)[at] = (uint8_t)value;
        return;
    case INSHI_DTYPE_I4:
        ((int32_t *)m->data)[at] = (int32_t)value;
        return;
    case INSHI_DTYPE_F4:
        ((float *)m->data)[at] = (float)value;
        return;
    case INSHI_DTYPE_F8:
        ((double *)m->data)[at] = value;
        return;
    default:
        fail_msg("compressed_make does not make %s", inshi_dtype_name(m->dtype));
    }
}

inshi_matrix compressed_make(inshi_matrix dense, inshi_layout layout, inshi_dtype dtype, int bytes, int keep)
{
    const bool    rows  = layout == INSHI_LAYOUT_CSR;
    const size_t  all   = (size_t)(dense.rows * dense.columns);
    const int64_t lines = rows ? dense.rows : dense.columns, across = rows ? dense.columns : dense.rows;
    inshi_matrix  out   = {.layout        = layout,
                           .dtype         = dtype,
                           .rows          = dense.rows,
                           .columns       = dense.columns,
                           .data          = malloc(all * 8 + 8),
                           .pointers      = malloc((size_t)(lines + 1) * 8),
                           .indices       = malloc(all * 8 + 8),
                           .pointer_bytes = bytes,
                           .index_bytes   = bytes};
    int64_t       zeros = 0;
    put_integer((void *)out.pointers, bytes, 0, 0);
    for (int64_t line = 0; line < lines; line++) {
        for (int64_t i = 0; i < across; i++) {
            const double a = rows ? entry_get(dense, line, i) : entry_get(dense, i, line);
            zeros += a == 0;
            if (a == 0 && (keep == 0 || zeros % keep))
                continue;
            put_integer((void *)out.indices, bytes, out.nonzeros, i);
            put_value(&out, out.nonzeros++, a);
        }
        put_integer((void *)out.pointers, bytes, line + 1, out.nonzeros);
    }
    return out;
}

void compressed_free(inshi_matrix *m)
{
    free(m->data);
    free((void *)m->pointers);
    free((void *)m->indices);
}
