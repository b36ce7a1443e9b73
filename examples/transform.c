/* transform.c -- learn a basis from some columns, then describe new columns by it, with options and a progress line. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <inshi/inshi.h>

enum { ROWS = 30, COLUMNS = 40, NEW = 5, RANK = 3 };

/* Three bumps, mixed differently in every column. */
static void fill(double *x, int columns, int phase)
{
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < columns; j++) {
            x[i * columns + j] = 0;
            for (int l = 0; l < RANK; l++)
                x[i * columns + j] += exp(-0.1 * pow(i - 5 - 10 * l, 2)) * (1 + sin(j + phase + 2 * l));
        }
}

/* Returning non-zero would stop the fit, which keeps what it has. */
static int tell(void *user, const inshi_progress *progress)
{
    (void)user;
    if (progress->iteration % 100 == 0)
        printf("iteration %" PRId64 ", objective %.3e\n", progress->iteration, progress->objective);
    return 0;
}

int main(void)
{
    static double x[ROWS * COLUMNS], fresh[ROWS * NEW], w[ROWS * RANK], h[RANK * COLUMNS], mixed[RANK * NEW];
    fill(x, COLUMNS, 0);
    fill(fresh, NEW, 100);
    const inshi_matrix basis = inshi_matrix_c(w, INSHI_DTYPE_F8, ROWS, RANK);

    inshi_context *context = NULL;
    inshi_report  *report  = NULL;
    inshi_options  options;
    if (inshi_context_create(NULL, &context) || inshi_report_create(context, &report))
        return 1;
    inshi_context_set_progress(context, tell, NULL);
    inshi_options_default(&options);
    options.loss       = "kl";
    options.iterations = 500;

    inshi_status status = inshi_fit(context, inshi_matrix_c(x, INSHI_DTYPE_F8, ROWS, COLUMNS), basis,
                                    inshi_matrix_c(h, INSHI_DTYPE_F8, RANK, COLUMNS), &options, report);
    options.tolerance   = 1e-10;
    if (!status)
        status = inshi_transform(context, inshi_matrix_c(fresh, INSHI_DTYPE_F8, ROWS, NEW), basis,
                                 inshi_matrix_c(mixed, INSHI_DTYPE_F8, RANK, NEW), &options, report);
    if (status)
        fprintf(stderr, "transform: %s\n", inshi_context_message(context));
    else
        printf("new columns: relative error %.1e\n", inshi_report_info(report)->relative_error);

    inshi_report_destroy(report);
    inshi_context_destroy(context);
    return status != INSHI_OK;
}
