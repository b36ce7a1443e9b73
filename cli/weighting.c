/* weighting.c -- see weighting.h. */
#include "weighting.h"

#include <stddef.h>
#include <string.h>
#include "block_mean.h"

static const struct row {
    size_t path, option; /* in struct settings and inshi_options */
} ROWS[WEIGHTING_KINDS] = {
    [WEIGHTING_MASK]    = {offsetof(struct settings, mask), offsetof(inshi_options, mask)},
    [WEIGHTING_WEIGHTS] = {offsetof(struct settings, weights), offsetof(inshi_options, weights)},
    [WEIGHTING_ROWS]    = {offsetof(struct settings, row_weights), offsetof(inshi_options, row_weights)},
    [WEIGHTING_COLUMNS] = {offsetof(struct settings, column_weights),
                           offsetof(inshi_options, column_weights)},
    [WEIGHTING_LOCK_W]  = {offsetof(struct settings, lock_w), offsetof(inshi_options, lock_w)},
    [WEIGHTING_LOCK_H]  = {offsetof(struct settings, lock_h), offsetof(inshi_options, lock_h)},
};

static bool has_shape_of_x(int kind)
{
    return kind == WEIGHTING_MASK || kind == WEIGHTING_WEIGHTS;
}

static int read_one(struct session *session, int kind, const char *path, inshi_matrix stored, bool transpose,
                    struct weighting *w)
{
    const inshi_status status = has_shape_of_x(kind)
                                    ? inshi_data_read(session->context, path, NULL, &w->given[kind].data)
                                    : inshi_list_read(session->context, path, NULL, &w->given[kind].data);
    if (status)
        return session_fail(session, status);
    inshi_matrix m = inshi_data_matrix(w->given[kind].data);
    if (has_shape_of_x(kind) && (m.rows != stored.rows || m.columns != stored.columns))
        return console_fail(
            &session->console, EXIT_DATA, "%s is %lld x %lld, and must be %lld x %lld, as the file of X is",
            path, (long long)m.rows, (long long)m.columns, (long long)stored.rows, (long long)stored.columns);
    w->given[kind].matrix = has_shape_of_x(kind) && transpose ? inshi_matrix_transpose(m) : m;
    *(const inshi_matrix **)((char *)&session->settings.model + ROWS[kind].option) = &w->given[kind].matrix;
    return EXIT_OK;
}

int weighting_read(struct session *session, inshi_matrix stored, bool transpose, struct weighting *w)
{
    int code = EXIT_OK;
    for (int kind = 0; kind < WEIGHTING_KINDS && !code; kind++) {
        const char *path = *(const char **)((char *)&session->settings + ROWS[kind].path);
        if (path)
            code = read_one(session, kind, path, stored, transpose, w);
    }
    return code;
}

void weighting_close(struct weighting *w)
{
    for (int kind = 0; kind < WEIGHTING_KINDS; kind++)
        inshi_data_destroy(w->given[kind].data);
    *w = (struct weighting){0};
}

bool weighting_is_sparse(const struct weighting *w)
{
    return w->given[WEIGHTING_MASK].matrix.layout != INSHI_LAYOUT_DENSE ||
           w->given[WEIGHTING_WEIGHTS].matrix.layout != INSHI_LAYOUT_DENSE;
}

static bool is_zero(inshi_matrix m, int64_t row, int64_t column)
{
    return m.data && block_mean_entry(m, row, column) == 0;
}

static bool vector_is_zero(inshi_matrix m, int64_t index)
{
    const int64_t count = m.rows == 1 ? m.columns : m.rows; /* the library checks it later */
    return index < count && is_zero(m, m.rows == 1 ? 0 : index, m.rows == 1 ? index : 0);
}

bool weighting_hides(const struct weighting *w, bool transposed, int64_t file_row, int64_t file_column)
{
    const int64_t row = transposed ? file_column : file_row, column = transposed ? file_row : file_column;
    return is_zero(w->given[WEIGHTING_MASK].matrix, row, column) ||
           is_zero(w->given[WEIGHTING_WEIGHTS].matrix, row, column) ||
           vector_is_zero(w->given[WEIGHTING_ROWS].matrix, row) ||
           vector_is_zero(w->given[WEIGHTING_COLUMNS].matrix, column);
}
