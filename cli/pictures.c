/* pictures.c -- see pictures.h. */
#include "pictures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "block_mean.h"
#include "figure.h"

struct album {
    struct session      *session;
    struct folder       *folder;
    const struct input  *input;
    const struct fitted *fitted;
};

int pictures_image(struct console *console, const char *text, struct image_shape *out)
{
    *out = (struct image_shape){0};
    if (!text)
        return EXIT_OK;
    char      rows[20] = "", columns[20] = "", tail[4] = "";
    const int found = sscanf(text, "%19[0-9]x%19[0-9]%3s", rows, columns, tail);
    out->by_column  = strcmp(tail, ":F") == 0;
    if (found >= 2 && (found == 2 || out->by_column) && settings_read_whole(rows, &out->rows) &&
        settings_read_whole(columns, &out->columns) && out->rows > 0 && out->columns > 0)
        return EXIT_OK;
    return console_fail(
        console, EXIT_USAGE,
        "--image is \"%.40s\", and must be RxC (rows x columns of a picture, e.g. 28x20), or RxC:F", text);
}

/* figures/NAME.png or .svg; a failure of Cairo leaves no message in the context. */
static void note(const struct album *album, const char *file, inshi_status status)
{
    if (status == INSHI_ERR_ARGUMENT || status == INSHI_ERR_MEMORY) {
        album->folder->code =
            console_fail(&album->session->console, EXIT_NO_MEMORY, "not enough memory to draw %s", file);
        return;
    }
    folder_note(album->session, album->folder, file, status);
}

static char *file_of(const struct album *album, const char *name)
{
    return text_print("figures/%s.%s", name, album->session->settings.figures);
}

static void write_heat(const struct album *album, const char *name, const struct block_means *means,
                       struct figure_heat heat)
{
    char *file = file_of(album, name), *path = folder_path(album->folder, file);
    heat.values.data         = means->values;
    heat.values.rows         = means->rows;
    heat.values.columns      = means->columns;
    heat.values.full_rows    = means->full_rows;
    heat.values.full_columns = means->full_columns;
    note(album, file, figure_heat_write(album->session->context, path, &heat));
    free(path);
    free(file);
}

static void value_range(const struct block_means *means, double *low, double *high)
{
    for (int64_t i = 0; i < means->rows * means->columns; i++) {
        *low  = fmin(*low, means->values[i]);
        *high = fmax(*high, means->values[i]);
    }
}

/* X and WH share the range of their colours, so that they can be compared by eye. */
static void write_approximation(const struct album *album, struct block_means *x, const struct block_means *y)
{
    const inshi_info          *info  = album->fitted->info;
    const struct figure_values names = {.row_names    = album->input->row_names,
                                        .column_names = album->input->column_names};
    double                     low = INFINITY, high = -INFINITY;
    value_range(x, &low, &high);
    value_range(y, &low, &high);
    struct figure_heat heat = {"X", "row", "column", "value", names, FIGURE_VIRIDIS, low, high};
    write_heat(album, "X", x, heat);
    char *title = text_print("WH, k = %lld, %s, relative error %.3g", (long long)album->fitted->w.columns,
                             album->session->settings.model.loss, info->relative_error);
    heat.title  = title;
    write_heat(album, "WH", y, heat);
    free(title);
    if (block_mean_subtract(x, y))
        return;
    write_heat(
        album, "residual", x,
        (struct figure_heat){"residual X - WH", "row", "column", "X - WH", names, FIGURE_DIVERGING, 0, 0});
}

static void write_factor(const struct album *album, const char *name, inshi_matrix factor,
                         struct figure_heat heat)
{
    struct block_means means;
    const inshi_status status = block_mean_make(factor, &means);
    if (status) {
        note(album, name, status);
        return;
    }
    write_heat(album, name, &means, heat);
    block_mean_release(&means);
}

static void write_factors(const struct album *album)
{
    const struct figure_values w_names = {.row_names = album->input->row_names};
    const struct figure_values h_names = {.column_names = album->input->column_names};
    write_factor(album, "W", album->fitted->w,
                 (struct figure_heat){"W, the basis", "row of X", "component", "value", w_names,
                                      FIGURE_VIRIDIS, 0, 0});
    write_factor(album, "H", album->fitted->h,
                 (struct figure_heat){"H, the activations", "component", "column of X", "value", h_names,
                                      FIGURE_VIRIDIS, 0, 0});
}

static void draw_convergence(const struct album *album, const double *columns, int64_t count)
{
    const double *iterations = columns, *objectives = columns + count, *residuals = columns + 2 * count;
    const struct figure_series objective = {NULL, iterations, objectives, count};
    const struct figure_series residual  = {NULL, iterations, residuals, count};
    struct figure_chart        charts[2] = {{"objective", &objective, 1, 0, FIGURE_AXIS_LOG},
                                            {"KKT residual", &residual, 1, 0, FIGURE_AXIS_LOG}};
    char *title        = text_print("convergence, %s, solver %s", album->session->settings.model.loss,
                             album->fitted->info->solver ? album->fitted->info->solver : "auto");
    bool  any_residual = false;
    for (int64_t i = 0; i < count; i++)
        any_residual |= isfinite(residuals[i]) && residuals[i] > 0;
    const struct figure_curves curves = {title, "iteration", charts, any_residual ? 2 : 1, FIGURE_AXIS_AUTO};
    char                      *file = file_of(album, "convergence"), *path = folder_path(album->folder, file);
    note(album, file, figure_curves_write(album->session->context, path, &curves));
    free(path);
    free(file);
    free(title);
}

static void write_convergence(const struct album *album)
{
    int64_t                  count;
    const inshi_history_row *rows = inshi_report_history(album->fitted->report, &count);
    if (count == 0)
        return;
    double *columns = small_take(3 * (size_t)count, sizeof *columns);
    for (int64_t i = 0; i < count; i++) {
        columns[i]             = (double)rows[i].iteration;
        columns[count + i]     = rows[i].objective;
        columns[2 * count + i] = rows[i].kkt;
    }
    draw_convergence(album, columns, count);
    free(columns);
}

static void write_basis(const struct album *album, struct image_shape image)
{
    char                    *file = file_of(album, "basis"), *path = folder_path(album->folder, file);
    const struct figure_grid grid = {"columns of W", album->fitted->w, image.rows,
                                     image.columns,  image.by_column,  FIGURE_GREY};
    note(album, file, figure_grid_write(album->session->context, path, &grid));
    free(path);
    free(file);
}

void pictures_write(struct session *session, struct folder *folder, const struct input *input,
                    const struct fitted *fitted, struct image_shape image)
{
    if (strcmp(session->settings.figures, "none") == 0)
        return;
    const struct album album = {session, folder, input, fitted};
    struct block_means x = {0}, y = {0};
    folder_inside(session, folder, "figures");
    inshi_status status = block_mean_make(input->matrix, &x);
    if (!status)
        status = block_mean_product(fitted->w, fitted->h, &y);
    if (status)
        note(&album, "figures", status);
    else
        write_approximation(&album, &x, &y);
    block_mean_release(&y);
    block_mean_release(&x);
    write_factors(&album);
    write_convergence(&album);
    if (image.rows)
        write_basis(&album, image);
}
