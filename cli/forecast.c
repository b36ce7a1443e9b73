/* forecast.c -- see forecast.h. */
#include "forecast.h"

#include <string.h>
#include "input.h"

inshi_status forecast_make(struct session *session, const inshi_file_info *info, bool measure,
                           struct forecast *out)
{
    const struct settings *settings = &session->settings;
    const int64_t          reading  = inshi_context_peak_bytes(session->context);
    const inshi_dtype      dtype    = info->dtype ? info->dtype : INSHI_DTYPE_U1;
    struct input           input    = {.matrix = inshi_matrix_c(NULL, dtype, info->rows, info->columns)};
    *out                            = (struct forecast){0};
    if (info->sparse)
        input.matrix = (inshi_matrix){.layout        = INSHI_LAYOUT_CSR,
                                      .dtype         = dtype,
                                      .rows          = info->rows,
                                      .columns       = info->columns,
                                      .nonzeros      = info->nonzeros,
                                      .pointer_bytes = 8,
                                      .index_bytes   = info->columns > INT32_MAX ? 8 : 4};
    out->x                    = settings->transpose ? inshi_matrix_transpose(input.matrix) : input.matrix;
    out->dtype                = input_dtype(session, &input);
    const inshi_status status = inshi_plan(session->context, out->x, settings->k, out->dtype,
                                           &settings->model, measure, &out->estimate);
    if (out->estimate.peak_bytes && out->estimate.peak_bytes < reading)
        out->estimate.peak_bytes = reading;
    return status;
}

int forecast_check(struct session *session)
{
    struct forecast forecast;
    inshi_file_info info;
    const char     *path = session->settings.operands[0];
    if (strcmp(path, "-") == 0 || inshi_data_inspect(session->context, path, "npy", &info))
        return EXIT_OK;
    const inshi_status status = forecast_make(session, &info, false, &forecast);
    return status == INSHI_ERR_MEMORY && forecast.estimate.peak_bytes ? session_fail(session, status)
                                                                      : EXIT_OK;
}
