/* mtx_entries.c -- the entries of a Matrix Market file into compressed rows, by several threads, in two readings.
 *
 * Where the lines stand by rows and nothing is unusual, one reading does (mtx_order.h).
 *
 * The pieces of the text are dealt out in as many parts as there are threads. The first reading counts the entries of
 * each row in each part, and sees how large whole numbers are; from the counts follows where each part puts its entries
 * of each row, so that the second reading leaves them in the order of the file, whatever the threads. The last part counts
 * in the row pointers themselves: with two threads one number a row is all that is taken beside the matrix.
 */
#include <string.h>
#include "base/parallel.h"
#include "io/mtx.h"
#include "io/mtx_entry.h"
#include "io/mtx_order.h"
#include "io/sparse.h"
#include "io/sparse_sum.h"

enum { ROWS_FREE = 1 << 20, ROWS_EACH = 64 };
static const int64_t CURSORS_FREE = 8 << 20; /* bytes that cursors may take anyway */

static void note_wrong(struct mtx_part *part, enum mtx_wrong wrong, const char *line,
                       const struct mtx_entry *e)
{
    mtx_show(part, line);
    part->wrong  = wrong;
    part->row    = e->row;
    part->column = e->column;
}

static inline void increment(void *counts, int bytes, int64_t i)
{
    if (bytes == 4)
        ((int32_t *)counts)[i]++;
    else
        ((int64_t *)counts)[i]++;
}

static inline void count_entry(const struct mtx *m, struct mtx_part *part, const struct mtx_entry *e)
{
    const int bytes = m->matrix.pointer_bytes;
    increment(part->cursors, bytes, e->row - 1);
    part->entries++;
    if (m->header.field == MTX_INTEGER) {
        if (!e->negative)
            part->most = e->whole > part->most ? e->whole : part->most;
        else if (-(int64_t)e->whole < part->least)
            part->least = -(int64_t)e->whole;
    }
    if (m->header.symmetric && e->row != e->column) {
        increment(part->cursors, bytes, e->column - 1);
        part->mirrored++;
    }
}

/* Puts one entry where the cursor of its row says. False where that is beyond the matrix: the file was changed. */
static inline bool put(const struct mtx *m, struct mtx_part *part, int64_t row, int64_t column,
                       const struct mtx_entry *e)
{
    const inshi_matrix *x = &m->matrix;
    const int64_t       at =
        x->pointer_bytes == 4 ? ((int32_t *)part->cursors)[row]++ : ((int64_t *)part->cursors)[row]++;
    if (__builtin_expect(at < 0 || at >= x->nonzeros, 0))
        return false;
    sparse_set((void *)(uintptr_t)x->indices, x->index_bytes, at, column);
    mtx_store(x, at, e);
    if (__builtin_expect(e->negative, 0))
        mtx_note_negative(part, row, column);
    part->placed++;
    return true;
}

static inline bool place_entry(const struct mtx *m, struct mtx_part *part, const struct mtx_entry *e)
{
    return put(m, part, e->row - 1, e->column - 1, e) &&
           (!m->header.symmetric || e->row == e->column || put(m, part, e->column - 1, e->row - 1, e));
}

/* The lines of one piece; false where something stops the part. */
static inline bool read_lines(const struct mtx *m, struct mtx_part *part, bool place)
{
    const char *at = part->piece.lines, *const end = at + part->piece.count;
    while (at < end) {
        struct mtx_entry     e     = {.whole = 1};
        const char *const    line  = at;
        const enum mtx_wrong wrong = mtx_entry_read(m, &at, end, place, &e);
        part->lines++;
        if (wrong > MTX_NOTHING || at - line > MTX_LONGEST_LINE) {
            note_wrong(part, wrong > MTX_NOTHING ? wrong : MTX_TOO_LONG, line, &e);
            return false;
        }
        at++;
        if (wrong == MTX_NOTHING)
            continue;
        if (!place)
            count_entry(m, part, &e);
        else if (!place_entry(m, part, &e)) {
            part->trouble = MTX_CHANGED;
            return false;
        }
    }
    return true;
}

static inline void read_part(struct mtx *m, struct mtx_part *part, bool place)
{
    part->lines = 0;
    for (int64_t i = part->first; i < part->last; i++) {
        part->interrupted = context_interrupted(m->stream->context);
        if (part->interrupted || (!place && part->entries > m->header.entries))
            return;
        part->trouble = mtx_text_piece(&m->text, i, &part->piece, &part->error);
        if (part->trouble || !read_lines(m, part, place))
            return;
    }
}

static void count_part(void *user, int64_t task, int worker)
{
    struct mtx *m = user;
    (void)worker;
    read_part(m, &m->parts[task], false);
}

static void place_part(void *user, int64_t task, int worker)
{
    struct mtx *m = user;
    (void)worker;
    read_part(m, &m->parts[task], true);
}

static inshi_status read_parts(struct mtx *m, void (*run)(void *user, int64_t task, int worker))
{
    const inshi_status status = parallel_run(m->stream->context, m->part_count,
                                             (double)m->text.pieces * (double)m->text.piece, run, m);
    if (status)
        return context_fail(m->stream->context, status, "interrupted while reading %s", m->stream->name);
    return mtx_judge(m);
}

/* So many parts that their cursors stay small beside the matrix. */
static int64_t choose_parts(const struct mtx *m)
{
    const int64_t matrix  = sparse_size(m->header.rows, m->header.columns, m->header.entries, 1);
    const int64_t cursors = m->header.rows * m->matrix.pointer_bytes;
    const int64_t free    = matrix / 4 > CURSORS_FREE ? matrix / 4 : CURSORS_FREE;
    int64_t       count   = 1 + free / cursors;
    count                 = count < m->stream->context->threads ? count : m->stream->context->threads;
    return count < m->text.pieces ? count : m->text.pieces > 1 ? m->text.pieces : 1;
}

static inshi_status take_cursors(struct mtx *m)
{
    inshi_context *context = m->stream->context;
    const int64_t  rows = m->header.rows, bytes = m->matrix.pointer_bytes;
    char          *pointers = memory_take(context, rows + 1, (size_t)bytes, m->stream->name);
    if (!pointers)
        return INSHI_ERR_MEMORY;
    m->matrix.pointers = pointers;
    memset(pointers, 0, (size_t)((rows + 1) * bytes));
    m->parts[m->part_count - 1].cursors = pointers + bytes;
    for (int64_t i = 0; i + 1 < m->part_count; i++) {
        m->parts[i].cursors = memory_take(context, rows, (size_t)bytes, m->stream->name);
        if (!m->parts[i].cursors)
            return INSHI_ERR_MEMORY;
        memset(m->parts[i].cursors, 0, (size_t)(rows * bytes));
    }
    return INSHI_OK;
}

/* Counts become places. */
static void set_cursors(struct mtx *m)
{
    int64_t next = 0;
    for (int64_t row = 0; row < m->header.rows; row++)
        for (int64_t i = 0; i < m->part_count; i++) {
            void *const   cursors = m->parts[i].cursors;
            const int64_t count   = sparse_number(cursors, m->matrix.pointer_bytes, row);
            sparse_set(cursors, m->matrix.pointer_bytes, row, next);
            next += count;
        }
}

static inshi_status check_sizes(const struct mtx *m)
{
    const struct mtx_header *h = &m->header;
    if (h->rows <= ROWS_FREE || (h->rows - ROWS_FREE) / ROWS_EACH <= h->entries)
        return INSHI_OK;
    return context_fail(
        m->stream->context, INSHI_ERR_DATA,
        "%s line %lld: %lld rows are declared for %lld entries, so that nearly all are empty; leave "
        "empty rows out",
        m->stream->name, (long long)h->line, (long long)h->rows, (long long)h->entries);
}

static inshi_status take_entries(struct mtx *m)
{
    inshi_context *context = m->stream->context;
    int64_t        count = 0, least = 0;
    uint64_t       most = 0;
    for (int64_t i = 0; i < m->part_count; i++) {
        const struct mtx_part *part = &m->parts[i];
        count += part->entries + part->mirrored;
        least = part->least < least ? part->least : least;
        most  = part->most > most ? part->most : most;
    }
    inshi_matrix *x = &m->matrix;
    x->dtype        = m->header.field == MTX_REAL      ? INSHI_DTYPE_F8
                      : m->header.field == MTX_PATTERN ? INSHI_DTYPE_U1
                                                       : sparse_least_type(least, most);
    if (m->header.field == MTX_INTEGER && x->dtype == INSHI_DTYPE_F8)
        return context_fail(
            context, INSHI_ERR_DATA,
            "%s has values from %lld to %llu, which no 64-bit integer type holds together; the banner "
            "may say real instead",
            m->stream->name, (long long)least, (unsigned long long)most);
    x->nonzeros    = count;
    x->index_bytes = sparse_bytes(m->header.columns);
    x->indices     = memory_take(context, count, (size_t)x->index_bytes, m->stream->name);
    if (x->indices)
        x->data = memory_take(context, count, (size_t)inshi_dtype_bytes(x->dtype), m->stream->name);
    return x->data ? INSHI_OK : INSHI_ERR_MEMORY;
}

static inshi_status count_all(struct mtx *m)
{
    inshi_status status = take_cursors(m);
    if (!status)
        status = read_parts(m, count_part);
    return status ? status : mtx_check_count(m);
}

static inshi_status place_all(struct mtx *m)
{
    inshi_status status = take_entries(m);
    if (status)
        return status;
    set_cursors(m);
    status         = read_parts(m, place_part);
    int64_t placed = 0;
    for (int64_t i = 0; i < m->part_count; i++)
        placed += m->parts[i].placed;
    if (!status &&
        (placed != m->matrix.nonzeros || sparse_check(m->stream->context, m->stream->name, &m->matrix)))
        return context_fail(m->stream->context, INSHI_ERR_IO,
                            "%s was changed while it was read; read it again", m->stream->name);
    return status ? status : sparse_order(m->stream->context, m->stream->name, &m->matrix);
}

inshi_status mtx_read_entries(struct mtx *m)
{
    const struct mtx_header *h    = &m->header;
    const int64_t            most = h->symmetric ? 2 * h->entries : h->entries;
    m->matrix                     = (inshi_matrix){.layout        = INSHI_LAYOUT_CSR,
                                                   .rows          = h->rows,
                                                   .columns       = h->columns,
                                                   .pointer_bytes = sparse_bytes(most + m->text.piece + 1)};
    bool         done             = false;
    inshi_status status           = check_sizes(m);
    if (!status)
        status = mtx_parts_take(m, choose_parts(m));
    if (!status)
        status = mtx_read_in_order(m, &done);
    if (!status && done)
        return sparse_order(m->stream->context, m->stream->name, &m->matrix);
    if (!status)
        status = count_all(m);
    return status ? status : place_all(m);
}
