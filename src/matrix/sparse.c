/* sparse.c -- whether the pointers and indices of a compressed matrix describe one: rising pointers that end at the
 * number of stored entries, indices in range, rising and distinct in each line. Cost one read of both. */
#include <string.h>
#include "base/parallel.h"
#include "matrix/matrix.h"

enum { LINES = 1024 }; /* of a task */

struct check {
    inshi_matrix matrix;
    int64_t      lines, across; /* rows of CSR, and what their indices are below */
    int64_t     *bad;           /* of each task: the first line that is wrong, or -1 */
};

static int64_t pointer_at(const inshi_matrix *m, int64_t line)
{
    return matrix_integer(m->pointers, m->pointer_bytes, line);
}

static void check_pointers(void *user, int64_t task, int worker)
{
    (void)worker;
    const struct check *c    = user;
    const int64_t       last = (task + 1) * LINES < c->lines ? (task + 1) * LINES : c->lines;
    c->bad[task]             = -1;
    for (int64_t line = task * LINES; line < last && c->bad[task] < 0; line++) {
        const int64_t first = pointer_at(&c->matrix, line), end = pointer_at(&c->matrix, line + 1);
        if (first < 0 || end < first || end > c->matrix.nonzeros)
            c->bad[task] = line;
    }
}

/* True where the indices of a line are in range, rising and distinct. */
static bool line_is_sound(const struct check *c, int64_t line)
{
    const inshi_matrix *m      = &c->matrix;
    int64_t             before = -1;
    for (int64_t at = pointer_at(m, line); at < pointer_at(m, line + 1); at++) {
        const int64_t index = matrix_integer(m->indices, m->index_bytes, at);
        if (index <= before || index >= c->across)
            return false;
        before = index;
    }
    return true;
}

static void check_indices(void *user, int64_t task, int worker)
{
    (void)worker;
    const struct check *c    = user;
    const int64_t       last = (task + 1) * LINES < c->lines ? (task + 1) * LINES : c->lines;
    c->bad[task]             = -1;
    for (int64_t line = task * LINES; line < last && c->bad[task] < 0; line++)
        if (!line_is_sound(c, line))
            c->bad[task] = line;
}

/* What is wrong with the indices of this line. */
static inshi_status fail_line(inshi_context *context, const char *name, const struct check *c, int64_t line)
{
    const inshi_matrix *m      = &c->matrix;
    const char         *lines  = m->layout == INSHI_LAYOUT_CSR ? "row" : "column";
    const char         *across = m->layout == INSHI_LAYOUT_CSR ? "column" : "row";
    int64_t             before = -1;
    for (int64_t at = pointer_at(m, line); at < pointer_at(m, line + 1); at++) {
        const int64_t index = matrix_integer(m->indices, m->index_bytes, at);
        if (index < 0 || index >= c->across)
            return context_fail(context, INSHI_ERR_DATA,
                                "sparse %s: %s %lld has an entry in %s %lld, and %ss go from 0 to %lld", name,
                                lines, (long long)line, across, (long long)index, across,
                                (long long)c->across - 1);
        if (index <= before)
            return context_fail(
                context, INSHI_ERR_DATA,
                "sparse %s: %s %lld has %s %lld behind %s %lld, and indices must rise; sort them "
                "and add up what is there twice",
                name, lines, (long long)line, across, (long long)index, across, (long long)before);
        before = index;
    }
    return context_fail(context, INSHI_ERR_INTERNAL, "sparse %s: %s %lld", name, lines, (long long)line);
}

/* Runs a check over all lines; the first line that is wrong, or -1, in *line. */
static inshi_status run(inshi_context *context, struct check                         *c,
                        void (*check)(void *user, int64_t task, int worker), int64_t *line)
{
    const int64_t      tasks  = (c->lines + LINES - 1) / LINES;
    const double       work   = 2 * (double)(c->lines + c->matrix.nonzeros);
    const inshi_status status = parallel_run(context, tasks, work, check, c);
    *line                     = -1;
    for (int64_t task = 0; task < tasks && !status && *line < 0; task++)
        *line = c->bad[task];
    return status;
}

static inshi_status check_lines(inshi_context *context, const char *name, struct check *c)
{
    const inshi_matrix *m = &c->matrix;
    int64_t             line;
    inshi_status        status = run(context, c, check_pointers, &line);
    if (status)
        return status;
    if (line >= 0)
        return context_fail(
            context, INSHI_ERR_DATA,
            "sparse %s: the pointers of line %lld go from %lld to %lld, and must rise from 0 to "
            "the %lld stored entries",
            name, (long long)line, (long long)pointer_at(m, line), (long long)pointer_at(m, line + 1),
            (long long)m->nonzeros);
    if (pointer_at(m, 0) != 0 || pointer_at(m, c->lines) != m->nonzeros)
        return context_fail(
            context, INSHI_ERR_DATA,
            "sparse %s: the pointers go from %lld to %lld, and must go from 0 to the %lld stored "
            "entries",
            name, (long long)pointer_at(m, 0), (long long)pointer_at(m, c->lines), (long long)m->nonzeros);
    status = run(context, c, check_indices, &line);
    return status || line < 0 ? status : fail_line(context, name, c, line);
}

static inshi_status check_fields(inshi_context *context, const char *name, const inshi_matrix *m)
{
    if ((m->pointer_bytes != 4 && m->pointer_bytes != 8) || (m->index_bytes != 4 && m->index_bytes != 8))
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "sparse %s has pointers of %d bytes and indices of %d, and both must have 4 or 8",
                            name, m->pointer_bytes, m->index_bytes);
    if (m->nonzeros < 0)
        return context_fail(context, INSHI_ERR_ARGUMENT, "sparse %s has %lld stored entries", name,
                            (long long)m->nonzeros);
    if (!m->pointers || (m->nonzeros > 0 && (!m->indices || !m->data)))
        return context_fail(context, INSHI_ERR_ARGUMENT, "sparse %s has no pointers, indices or data (NULL)",
                            name);
    return INSHI_OK;
}

inshi_status matrix_check_sparse(inshi_context *context, const char *name, inshi_matrix matrix)
{
    inshi_status status = check_fields(context, name, &matrix);
    if (status)
        return status;
    const bool   rows = matrix.layout == INSHI_LAYOUT_CSR;
    struct check c    = {.matrix = matrix,
                         .lines  = rows ? matrix.rows : matrix.columns,
                         .across = rows ? matrix.columns : matrix.rows};
    c.bad  = memory_take(context, (c.lines + LINES - 1) / LINES, sizeof *c.bad, "a look at a sparse matrix");
    status = c.bad ? check_lines(context, name, &c) : INSHI_ERR_MEMORY;
    memory_give(context, c.bad);
    return status;
}

inshi_status matrix_longest(inshi_context *context, inshi_matrix matrix, int64_t longest[2])
{
    const bool    rows  = matrix.layout == INSHI_LAYOUT_CSR;
    const int64_t lines = rows ? matrix.rows : matrix.columns, across = rows ? matrix.columns : matrix.rows;
    int64_t       own = 0, other = 0;
    int32_t      *count = memory_take(context, across, sizeof *count, "a look at a sparse matrix");
    if (!count)
        return INSHI_ERR_MEMORY;
    memset(count, 0, (size_t)across * sizeof *count);
    for (int64_t line = 0; line < lines; line++) {
        const int64_t entries = pointer_at(&matrix, line + 1) - pointer_at(&matrix, line);
        own                   = entries > own ? entries : own;
    }
    for (int64_t at = 0; at < matrix.nonzeros; at++)
        count[matrix_integer(matrix.indices, matrix.index_bytes, at)]++;
    for (int64_t i = 0; i < across; i++)
        other = count[i] > other ? count[i] : other;
    longest[rows]  = own;
    longest[!rows] = other;
    memory_give(context, count);
    return INSHI_OK;
}
