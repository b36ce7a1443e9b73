/* sources.c -- signals read in blocks. */
#include "audio/sources.h"

#include <math.h>
#include <string.h>
#include "base/real.h"

inshi_status sources_open(inshi_context *context, inshi_matrix matrix, const char *name, double *scale,
                          struct sources *out)
{
    for (int64_t i = 0; i < matrix.rows; i++) {
        double most = 0;
        for (int64_t t = 0; t < matrix.columns; t++) {
            const double x = real_get(matrix.data, inshi_dtype_bytes(matrix.dtype),
                                      i * matrix.row_stride + t * matrix.column_stride);
            if (!isfinite(x))
                return context_fail(context, INSHI_ERR_DATA,
                                    "%s %lld, sample %lld is %g, and sound has finite samples", name,
                                    (long long)i + 1, (long long)t, x);
            most = fabs(x) > most ? fabs(x) : most;
        }
        scale[i] = most > 0 ? ldexp(1, -ilogb(most) < 1023 ? -ilogb(most) : 1023) : 0;
    }
    *out = (struct sources){matrix, scale, matrix.columns};
    return INSHI_OK;
}

void sources_read(const struct sources *sources, int64_t signal, int64_t from, int64_t count, double *out)
{
    const inshi_matrix *m     = &sources->matrix;
    const int64_t       bytes = inshi_dtype_bytes(m->dtype);
    const int64_t       begin = from < 0 ? -from : 0;
    const int64_t       left = sources->samples - from, end = left < count ? left : count;
    memset(out, 0, (size_t)count * sizeof *out);
    for (int64_t i = begin; i < end; i++)
        out[i] = real_get(m->data, bytes, signal * m->row_stride + (from + i) * m->column_stride) *
                 sources->scale[signal];
}
