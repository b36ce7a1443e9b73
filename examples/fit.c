/* fit.c -- the shortest use: factorize a small matrix and print what came out. */
#include <inttypes.h>
#include <stdio.h>
#include <inshi/inshi.h>

enum { ROWS = 4, COLUMNS = 6, RANK = 2 };

int main(void)
{
    double x[ROWS * COLUMNS], w[ROWS * RANK], h[RANK * COLUMNS];
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++)
            x[i * COLUMNS + j] = 1 + i * j; /* = 1 * 1 + i * j: rank 2 */

    inshi_context *context = NULL;
    inshi_report  *report  = NULL;
    if (inshi_context_create(NULL, &context) || inshi_report_create(context, &report))
        return 1;

    inshi_status status = inshi_fit(context, inshi_matrix_c(x, INSHI_DTYPE_F8, ROWS, COLUMNS),
                                    inshi_matrix_c(w, INSHI_DTYPE_F8, ROWS, RANK),
                                    inshi_matrix_c(h, INSHI_DTYPE_F8, RANK, COLUMNS), NULL, report);
    if (status)
        fprintf(stderr, "fit: %s\n", inshi_context_message(context));
    else
        printf("%s, %" PRId64 " iterations, relative error %.1e\n", inshi_report_info(report)->solver,
               inshi_report_info(report)->iterations, inshi_report_info(report)->relative_error);

    inshi_report_destroy(report);
    inshi_context_destroy(context);
    return status != INSHI_OK;
}
