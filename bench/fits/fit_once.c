/* fit_once.c -- one fit of a made X, for the memory benchmark.
 *     bench_fit_once ROWS COLUMNS K LOSS f4|f8 SOLVER
 * Prints the bytes of the allocator's peak. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "inshi/inshi.h"

static void fill(void *data, inshi_dtype dtype, int64_t count)
{
    uint32_t state = 1;
    for (int64_t i = 0; i < count; i++) {
        state              = state * 1664525u + 1013904223u;
        const double value = (state >> 8) / 16777216.0 + 0.01;
        if (dtype == INSHI_DTYPE_F4)
            ((float *)data)[i] = (float)value;
        else
            ((double *)data)[i] = value;
    }
}

static void *take(int64_t rows, int64_t columns, inshi_dtype dtype)
{
    void *data = malloc((size_t)rows * (size_t)columns * (size_t)inshi_dtype_bytes(dtype));
    if (!data)
        exit(4);
    return data;
}

int main(int count, char **arguments)
{
    if (count != 7)
        return 2;
    const int64_t     m = atoll(arguments[1]), n = atoll(arguments[2]), k = atoll(arguments[3]);
    const inshi_dtype dtype = strcmp(arguments[5], "f4") == 0 ? INSHI_DTYPE_F4 : INSHI_DTYPE_F8;
    inshi_options     options;
    inshi_context    *context = NULL;
    if (inshi_context_create(NULL, &context))
        return 4;
    inshi_options_default(&options);
    options.loss       = arguments[4];
    options.solver     = arguments[6];
    options.iterations = 3;
    options.tolerance  = 0;
    void *x = take(m, n, dtype), *w = take(m, k, dtype), *h = take(k, n, dtype);
    fill(x, dtype, m * n);
    const inshi_status status =
        inshi_fit(context, inshi_matrix_c(x, dtype, m, n), inshi_matrix_c(w, dtype, m, k),
                  inshi_matrix_c(h, dtype, k, n), &options, NULL);
    if (status)
        fprintf(stderr, "%s\n", inshi_context_message(context));
    else
        printf("%" PRId64 "\n", inshi_context_peak_bytes(context));
    free(x);
    free(w);
    free(h);
    inshi_context_destroy(context);
    return status ? 1 : 0;
}
