/* figure.c -- every kind of picture: what it needs is checked, then it is drawn and written. */
#include "figure.h"

#include "figure_parts.h"

static bool has_cells(const struct figure_values *values)
{
    return values->data && values->rows > 0 && values->columns > 0;
}

inshi_status figure_heat_write(inshi_context *context, const char *path, const struct figure_heat *heat)
{
    if (!has_cells(&heat->values))
        return INSHI_ERR_ARGUMENT;
    return figure_page_write(context, path, figure_heat_draw, heat);
}

inshi_status figure_panels_write(inshi_context *context, const char *path, const struct figure_panels *panels)
{
    bool any = false;
    for (int64_t i = 0; i < panels->rows * panels->columns; i++) {
        const struct figure_values *values = &panels->heats[i].values;
        if (values->data && !has_cells(values))
            return INSHI_ERR_ARGUMENT;
        any = any || values->data;
    }
    return any ? figure_page_write(context, path, figure_panels_draw, panels) : INSHI_ERR_ARGUMENT;
}

inshi_status figure_curves_write(inshi_context *context, const char *path, const struct figure_curves *curves)
{
    bool any = false;
    for (int64_t i = 0; i < curves->count; i++)
        any = any || curves->charts[i].count > 0;
    return any ? figure_page_write(context, path, figure_curves_draw, curves) : INSHI_ERR_ARGUMENT;
}

inshi_status figure_grid_write(inshi_context *context, const char *path, const struct figure_grid *grid)
{
    const inshi_matrix basis = grid->basis;
    if (basis.layout != INSHI_LAYOUT_DENSE || !basis.data || inshi_dtype_bytes(basis.dtype) == 0)
        return INSHI_ERR_ARGUMENT;
    if (basis.columns < 1 || grid->image_rows < 1 || grid->image_columns < 1)
        return INSHI_ERR_ARGUMENT;
    if (basis.rows % grid->image_rows != 0 || basis.rows / grid->image_rows != grid->image_columns)
        return INSHI_ERR_ARGUMENT;
    return figure_page_write(context, path, figure_grid_draw, grid);
}
