/* demo_pictures.c -- see demo_pictures.h. */
#include "demo_pictures.h"

#include <stdlib.h>
#include <string.h>
#include "block_mean.h"
#include "figure.h"

static char *file_of(const struct session *session, const char *name)
{
    return text_print("figures/%s.%s", name, session->settings.figures);
}

static struct figure_heat heat_of(const char *title, const struct block_means *means,
                                  enum figure_colours colours)
{
    return (struct figure_heat){title,
                                "row",
                                "column",
                                colours == FIGURE_DIVERGING ? "X - WH" : "value",
                                {.data         = means->values,
                                 .rows         = means->rows,
                                 .columns      = means->columns,
                                 .full_rows    = means->full_rows,
                                 .full_columns = means->full_columns},
                                colours,
                                0,
                                0};
}

static void write_x(struct session *session, const struct demo *demo, struct folder *folder)
{
    struct block_means x;
    if (block_mean_make(demo->x, &x))
        return;
    const struct figure_heat heat = heat_of("X = sin(0.02 pi i) cos(0.04 pi j) + 1", &x, FIGURE_VIRIDIS);
    char                    *file = file_of(session, "X"), *path = folder_path(folder, file);
    folder_note(session, folder, file, figure_heat_write(session->context, path, &heat));
    free(path);
    free(file);
    block_mean_release(&x);
}

enum { PANEL_COLUMNS = DEMO_LOSSES + 1 };

/* One row of panels for X and the reconstructions, one for the residuals. */
struct sheet {
    struct figure_heat heats[2 * PANEL_COLUMNS];
    struct block_means means[2 * PANEL_COLUMNS];
    char              *titles[PANEL_COLUMNS];
};

static void fill_sheet(const struct demo *demo, bool article, struct sheet *sheet)
{
    if (block_mean_make(demo->x, &sheet->means[0]) == INSHI_OK)
        sheet->heats[0] = heat_of("X", &sheet->means[0], FIGURE_VIRIDIS);
    for (int i = 0; i < DEMO_LOSSES; i++) {
        const int index = 2 * i + !article, top = i + 1, below = PANEL_COLUMNS + i + 1;
        if (index >= demo->done)
            continue;
        const struct demo_run *run = &demo->runs[index];
        if (block_mean_product(run->fitted.w, run->fitted.h, &sheet->means[top]) ||
            block_mean_make(demo->x, &sheet->means[below]) ||
            block_mean_subtract(&sheet->means[below], &sheet->means[top]))
            continue;
        sheet->titles[top] =
            text_print("%s, relative error %.2g", run->setting->loss, run->fitted.info->relative_error);
        sheet->heats[top]   = heat_of(sheet->titles[top], &sheet->means[top], FIGURE_VIRIDIS);
        sheet->heats[below] = heat_of("residual", &sheet->means[below], FIGURE_DIVERGING);
    }
    sheet->heats[PANEL_COLUMNS].colours     = FIGURE_DIVERGING; /* the empty place rules its row */
    sheet->heats[PANEL_COLUMNS].value_label = "X - WH";
}

static void write_sheet(struct session *session, const struct demo *demo, struct folder *folder, bool article)
{
    struct sheet sheet = {0};
    fill_sheet(demo, article, &sheet);
    const struct figure_panels panels = {article ? "the article's gradient rules" : "the solver auto", 2,
                                         PANEL_COLUMNS, sheet.heats};
    char *file = file_of(session, article ? "article" : "auto"), *path = folder_path(folder, file);
    folder_note(session, folder, file, figure_panels_write(session->context, path, &panels));
    free(path);
    free(file);
    for (int i = 0; i < 2 * PANEL_COLUMNS; i++)
        block_mean_release(&sheet.means[i]);
    for (int i = 0; i < PANEL_COLUMNS; i++)
        free(sheet.titles[i]);
}

/* The objectives of a run over its iterations, x first, in memory of the caller. */
static double *curve_of(const struct demo_run *run, int64_t *count)
{
    const inshi_history_row *rows   = inshi_report_history(run->fitted.report, count);
    double                  *values = small_take(2 * (size_t)*count, sizeof *values);
    for (int64_t i = 0; i < *count; i++) {
        values[i]          = (double)rows[i].iteration;
        values[*count + i] = rows[i].objective;
    }
    return values;
}

static void write_convergence(struct session *session, const struct demo *demo, struct folder *folder)
{
    struct figure_series     series[DEMO_RUNS]   = {{0}};
    struct figure_chart      charts[DEMO_LOSSES] = {{0}};
    double                  *values[DEMO_RUNS]   = {NULL};
    static const char *const labels[]            = {"objective, eu", "objective, kl", "objective, is"};
    for (int i = 0; i < demo->done; i++) {
        int64_t count;
        values[i] = curve_of(&demo->runs[i], &count);
        series[i] = (struct figure_series){i % 2 ? "auto" : "the article's rule", values[i],
                                           values[i] + count, count};
    }
    for (int i = 0; i < DEMO_LOSSES; i++)
        charts[i] = (struct figure_chart){labels[i], &series[2 * i], 2, 0, FIGURE_AXIS_LOG};
    const struct figure_curves curves = {"convergence", "iteration", charts, (demo->done + 1) / 2,
                                         FIGURE_AXIS_LOG};
    char                      *file = file_of(session, "convergence"), *path = folder_path(folder, file);
    folder_note(session, folder, file, figure_curves_write(session->context, path, &curves));
    free(path);
    free(file);
    for (int i = 0; i < DEMO_RUNS; i++)
        free(values[i]);
}

void demo_pictures_write(struct session *session, const struct demo *demo, struct folder *folder)
{
    if (strcmp(session->settings.figures, "none") == 0)
        return;
    folder_inside(session, folder, "figures");
    write_x(session, demo, folder);
    write_sheet(session, demo, folder, true);
    write_sheet(session, demo, folder, false);
    write_convergence(session, demo, folder);
}
