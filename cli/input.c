/* input.c -- see input.h. */
#include "input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "png.h"
#include "scan.h"

/* What the entries of X or of a factor may be is told in the words of the file, where the file has rows and
 * columns the other way round than the matrix. */
struct place {
    const char             *path;
    const inshi_data       *data;
    const char             *what;      /* "NMF", "a start" */
    const struct weighting *weighting; /* of X: what does not count may hold anything; or NULL */
    bool                    transposed;
};

static bool is_hidden(const void *user, int64_t row, int64_t column, double value)
{
    const struct place *place = user;
    return isnan(value) ||
           (place->weighting && weighting_hides(place->weighting, place->transposed, row, column));
}

static int fail_broken(struct session *session, const struct place *place, const struct scan *scan)
{
    char where[512] = "";
    inshi_data_where(place->data, scan->row, scan->column, where, sizeof where);
    return console_fail(
        &session->console, EXIT_DATA,
        "%s %s: %s is no number that %s can use: values must be finite and >= 0\n"
        "%lld such value%s in %lld column%s; leave these rows or columns out, or put a value in",
        place->path, where,
        isnan(scan->value) ? "NaN"
        : scan->value > 0  ? "infinity"
                           : "-infinity",
        place->what, (long long)scan->broken, scan->broken == 1 ? "" : "s", (long long)scan->broken_columns,
        scan->broken_columns == 1 ? "" : "s");
}

static int fail_negative(struct session *session, const struct place *place, const struct scan *scan,
                         bool clip)
{
    char where[512];
    inshi_data_where(place->data, scan->row, scan->column, where, sizeof where);
    return console_fail(&session->console, EXIT_DATA,
                        "%s %s: %.9g is negative, and %s needs values >= 0\n"
                        "%lld negative value%s in %lld column%s%s",
                        place->path, where, scan->value, place->what, (long long)scan->negative,
                        scan->negative == 1 ? "" : "s", (long long)scan->negative_columns,
                        scan->negative_columns == 1 ? "" : "s",
                        !clip                 ? ""
                        : scan->negative == 1 ? "; --negative clip sets it to 0"
                                              : "; --negative clip sets them to 0");
}

/* For X: clip_offered, and NaN is missing. */
static int check_entries(struct session *session, const struct place *place, inshi_matrix matrix,
                         bool clip_offered)
{
    struct scan scan;
    if (place->weighting && weighting_is_sparse(place->weighting))
        return EXIT_OK; /* the library tells what is wrong with what counts */
    if (!scan_matrix(matrix, clip_offered ? is_hidden : NULL, place, &scan))
        return console_fail(&session->console, EXIT_NO_MEMORY, "not enough memory to look through %s",
                            place->path);
    if (scan.broken)
        return fail_broken(session, place, &scan);
    if (scan.negative && (!clip_offered || strcmp(session->settings.negative, "clip") != 0))
        return fail_negative(session, place, &scan, clip_offered);
    if (scan.negative) {
        scan_clip(matrix);
        session_warn(session, "%s: %lld negative value%s in %lld column%s set to 0", place->path,
                     (long long)scan.negative, scan.negative == 1 ? "" : "s",
                     (long long)scan.negative_columns, scan.negative_columns == 1 ? "" : "s");
    }
    return EXIT_OK;
}

/* The names of rows or columns, or NULL where the first has none. */
static const char **names_of(const inshi_data *data, int64_t count,
                             const char *(*name)(const inshi_data *data, int64_t index))
{
    if (count == 0 || !name(data, 0))
        return NULL;
    const char **names = small_take((size_t)count, sizeof *names);
    for (int64_t i = 0; i < count; i++)
        names[i] = name(data, i);
    return names;
}

static inshi_status read_file(struct session *session, const char *path, const char *format, inshi_data **out)
{
    return inshi_data_read(session->context, path, strcmp(format, "auto") == 0 ? NULL : format, out);
}

static bool is_picture(const struct session *session, const char *path)
{
    const char *format = session->settings.format;
    return strcmp(path, "-") != 0 &&
           (strcmp(format, "png") == 0 || (strcmp(format, "auto") == 0 && png_is(path)));
}

/* Pixels are fine as they are, and have no names. */
static int read_picture(struct session *session, struct weighting *weighting, struct input *input)
{
    int code      = png_read_grey(session, input->path, false, &input->matrix);
    input->pixels = code ? NULL : input->matrix.data;
    if (!code && weighting)
        code = weighting_read(session, input->matrix, input->transposed, weighting);
    if (input->transposed)
        input->matrix = inshi_matrix_transpose(input->matrix);
    if (!code) {
        input->held = input->matrix.rows * input->matrix.columns * inshi_dtype_bytes(input->matrix.dtype);
        inshi_context_hold(session->context, input->held);
        input->context = session->context;
    }
    return code;
}

int input_read(struct session *session, const char *path, bool transpose, struct weighting *weighting,
               struct input *input)
{
    *input = (struct input){.path = path, .transposed = transpose};
    if (is_picture(session, path))
        return read_picture(session, weighting, input);
    const inshi_status status = read_file(session, path, session->settings.format, &input->data);
    if (status)
        return session_fail(session, status);
    const inshi_matrix stored = inshi_data_matrix(input->data);
    const struct place place  = {strcmp(path, "-") == 0 ? "standard input" : path, input->data, "NMF",
                                weighting, transpose};
    int                code   = weighting ? weighting_read(session, stored, transpose, weighting) : EXIT_OK;
    if (!code)
        code = check_entries(session, &place, stored, true);
    if (code)
        return code;
    input->matrix = transpose ? inshi_matrix_transpose(stored) : stored;
    input->row_names =
        names_of(input->data, input->matrix.rows, transpose ? inshi_data_column_name : inshi_data_row_name);
    input->column_names = names_of(input->data, input->matrix.columns,
                                   transpose ? inshi_data_row_name : inshi_data_column_name);
    return EXIT_OK;
}

void input_close(struct input *input)
{
    free(input->row_names);
    free(input->column_names);
    free(input->pixels);
    if (input->context)
        inshi_context_hold(input->context, -input->held);
    inshi_data_destroy(input->data);
    *input = (struct input){0};
}

int input_inspect(struct session *session, const char *path, inshi_file_info *out)
{
    const char *format = session->settings.format;
    if (!is_picture(session, path)) {
        const inshi_status status =
            inshi_data_inspect(session->context, path, strcmp(format, "auto") == 0 ? NULL : format, out);
        return status ? session_fail(session, status) : EXIT_OK;
    }
    inshi_matrix m;
    const int    code = png_read_grey(session, path, true, &m);
    if (!code)
        *out = (inshi_file_info){.format   = "png",
                                 .dtype    = m.dtype,
                                 .rows     = m.rows,
                                 .columns  = m.columns,
                                 .bytes    = m.rows * m.columns * inshi_dtype_bytes(m.dtype),
                                 .order    = "C",
                                 .nonzeros = -1};
    return code;
}

const char *input_format(const struct input *input)
{
    return input->data ? inshi_data_format(input->data) : "png";
}

/* beta:B with B below 0 or above 3 raises entries to powers that leave the range of a float. */
static bool loss_needs_double(const char *loss)
{
    if (strncmp(loss, "beta:", 5) != 0)
        return false;
    const double beta = strtod(loss + 5, NULL);
    return beta < 0 || beta > 3;
}

int input_check_dtype(struct session *session)
{
    const char *loss = session->settings.model.loss;
    if (strcmp(session->settings.dtype, "f32") != 0 || !loss_needs_double(loss))
        return EXIT_OK;
    return console_fail(
        &session->console, EXIT_USAGE,
        "--dtype f32 cannot hold the powers that the loss %s takes of the entries (B < 0 or B > 3); "
        "leave --dtype out, or use f64",
        loss);
}

inshi_dtype input_dtype(const struct session *session, const struct input *input)
{
    const char *choice       = session->settings.dtype;
    const bool  narrow_input = input->matrix.dtype == INSHI_DTYPE_F2 || input->matrix.dtype == INSHI_DTYPE_F4;
    const bool  is_auto      = strcmp(choice, "auto") == 0;
    if (is_auto ? narrow_input && !loss_needs_double(session->settings.model.loss)
                : strcmp(choice, "f32") == 0)
        return INSHI_DTYPE_F4;
    return INSHI_DTYPE_F8;
}

static int fill_factor(struct session *session, const char *path, char letter, const inshi_data *data,
                       inshi_matrix factor)
{
    const inshi_matrix given = inshi_data_matrix(data);
    if (given.rows != factor.rows || given.columns != factor.columns)
        return console_fail(
            &session->console, EXIT_DATA, "%s is %lld x %lld, but %c must be %lld x %lld here (%s)", path,
            (long long)given.rows, (long long)given.columns, letter, (long long)factor.rows,
            (long long)factor.columns, letter == 'W' ? "rows of X, by K" : "K, by columns of X");
    const struct place place = {.path = path, .data = data, .what = "a start"};
    const int          code  = check_entries(session, &place, given, false);
    if (code)
        return code;
    const int64_t changed = scan_copy(given, factor);
    if (changed)
        session_warn(session, "%s: %lld value%s rounded to f32; --dtype f64 keeps every bit", path,
                     (long long)changed, changed == 1 ? " is" : "s are");
    return EXIT_OK;
}

int input_factor(struct session *session, const char *path, char letter, inshi_matrix factor)
{
    inshi_data        *data   = NULL;
    const inshi_status status = read_file(session, path, "auto", &data);
    if (status)
        return session_fail(session, status);
    const int code = fill_factor(session, path, letter, data, factor);
    inshi_data_destroy(data);
    return code;
}
