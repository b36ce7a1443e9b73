/* mtx_order.c -- a coordinate file whose entries stand row after row, into compressed rows in one reading.
 *
 * Ends of lines are counted first, which is cheap: where every line is an entry, they say where each part of the text
 * begins in the matrix, and each thread reads its lines into their places. Whole numbers are stored in the least type
 * that has held all so far; the first that does not fit begins the reading anew with a larger one.
 */
#include "io/mtx_order.h"

#include <stdatomic.h>
#include <string.h>
#include "base/parallel.h"
#include "io/mtx_entry.h"
#include "io/sparse.h"

/* What one thread fills. */
struct span {
    int64_t at, last;           /* entries */
    int64_t first_row, end_row; /* from 1; the row of the last entry */
};

struct order {
    struct mtx  *m;
    struct span *spans; /* of the parts */
    atomic_int   unusual;
    atomic_int   large; /* a whole number that the type does not hold */
};

static int64_t count_ends(const char *text, int64_t count)
{
    int64_t sum = 0;
    for (int64_t i = 0; i < count;) {
        const int64_t stop = count - i < 255 ? count : i + 255;
        unsigned char few  = 0; /* so that whole vectors of bytes are added up */
        for (; i < stop; i++)
            few = (unsigned char)(few + (text[i] == '\n'));
        sum += few;
    }
    return sum;
}

/* Shows a piece of the text; false where the reading is to end. */
static bool show(struct order *o, struct mtx_part *part, int64_t piece)
{
    struct mtx *m = o->m;
    if (atomic_load_explicit(&o->unusual, memory_order_relaxed) || context_interrupted(m->stream->context) ||
        mtx_text_piece(&m->text, piece, &part->piece, &part->error))
        atomic_store(&o->unusual, 1);
    return !atomic_load_explicit(&o->unusual, memory_order_relaxed);
}

static void count_task(void *user, int64_t task, int worker)
{
    (void)worker;
    struct order    *o    = user;
    struct mtx_part *part = &o->m->parts[task];
    for (int64_t i = part->first; i < part->last && show(o, part, i); i++)
        part->entries += count_ends(part->piece.lines, part->piece.count);
}

/* The lines of one piece; most: the largest whole number that the type holds. False where something is unusual. */
static bool read_lines(struct order *o, struct mtx_part *part, struct span *span, uint64_t most)
{
    const struct mtx   *m = o->m;
    const inshi_matrix *x = &m->matrix;
    void *const pointers = (void *)(uintptr_t)x->pointers, *const indices = (void *)(uintptr_t)x->indices;
    const char *at = part->piece.lines, *const end = at + part->piece.count;
    int64_t to = span->at, row = span->end_row;
    while (at < end) {
        struct mtx_entry  e    = {.whole = 1};
        const char *const line = at;
        if (mtx_entry_read(m, &at, end, true, &e) || e.negative || e.row < row || to == span->last ||
            at - line > MTX_LONGEST_LINE)
            return false;
        at++;
        if (e.whole > most) {
            atomic_store(&o->large, 1);
            return false;
        }
        for (; row < e.row && row; row++)
            sparse_set(pointers, x->pointer_bytes, row, to);
        if (!row)
            span->first_row = e.row;
        row = e.row;
        sparse_set(indices, x->index_bytes, to, e.column - 1);
        mtx_store(x, to++, &e);
    }
    span->at      = to;
    span->end_row = row;
    return true;
}

static void read_task(void *user, int64_t task, int worker)
{
    (void)worker;
    struct order     *o     = user;
    struct mtx_part  *part  = &o->m->parts[task];
    struct span      *span  = &o->spans[task];
    const inshi_dtype dtype = o->m->matrix.dtype;
    for (int64_t i = part->first; i < part->last && show(o, part, i); i++)
        if (!read_lines(o, part, span,
                        dtype == INSHI_DTYPE_U2   ? UINT16_MAX
                        : dtype == INSHI_DTYPE_U4 ? UINT32_MAX
                                                  : UINT8_MAX)) {
            atomic_store(&o->unusual, 1);
            return;
        }
}

static inshi_status run(struct order *o, void (*task)(void *user, int64_t task, int worker))
{
    struct mtx *m = o->m;
    return parallel_run(m->stream->context, m->part_count, (double)m->text.pieces * (double)m->text.piece,
                        task, o);
}

/* Where each part begins; false where the lines are not the entries declared. */
static bool set_spans(struct order *o)
{
    int64_t entries = 0;
    for (int64_t i = 0; i < o->m->part_count; i++) {
        o->spans[i] = (struct span){.at = entries, .last = entries + o->m->parts[i].entries};
        entries     = o->spans[i].last;
    }
    return entries == o->m->header.entries;
}

/* The pointers between the parts; false where the rows of one begin before those of the part before end. */
static bool join_spans(const struct order *o)
{
    const inshi_matrix *x        = &o->m->matrix;
    void *const         pointers = (void *)(uintptr_t)x->pointers;
    int64_t             row = 0, entries = 0;
    for (int64_t i = 0; i < o->m->part_count; i++) {
        const struct span *s = &o->spans[i];
        if (s->at != s->last || (s->end_row && s->first_row < row))
            return false;
        for (; s->end_row && row < s->first_row; row++)
            sparse_set(pointers, x->pointer_bytes, row, entries);
        row     = s->end_row ? s->end_row : row;
        entries = s->last;
    }
    for (; row <= x->rows; row++)
        sparse_set(pointers, x->pointer_bytes, row, entries);
    return true;
}

static inshi_status take_arrays(struct mtx *m)
{
    inshi_context *context = m->stream->context;
    inshi_matrix  *x       = &m->matrix;
    x->nonzeros            = m->header.entries;
    x->index_bytes         = sparse_bytes(m->header.columns);
    x->pointers = memory_take(context, m->header.rows + 1, (size_t)x->pointer_bytes, m->stream->name);
    if (x->pointers)
        x->indices = memory_take(context, x->nonzeros, (size_t)x->index_bytes, m->stream->name);
    return x->indices ? INSHI_OK : INSHI_ERR_MEMORY;
}

/* One reading into values of one type. */
static inshi_status try_type(struct order *o, inshi_dtype dtype, bool *done)
{
    struct mtx    *m       = o->m;
    inshi_matrix  *x       = &m->matrix;
    inshi_context *context = m->stream->context;
    memory_give(context, x->data);
    x->dtype = dtype;
    x->data  = memory_take(context, x->nonzeros, (size_t)inshi_dtype_bytes(dtype), m->stream->name);
    if (!x->data)
        return INSHI_ERR_MEMORY;
    atomic_store(&o->unusual, 0);
    atomic_store(&o->large, 0);
    *done                     = false;
    const inshi_status status = set_spans(o) ? run(o, read_task) : INSHI_OK;
    *done                     = !status && !atomic_load(&o->unusual) && join_spans(o);
    return status;
}

static inshi_status try_types(struct order *o, bool *done)
{
    static const inshi_dtype WHOLE[] = {INSHI_DTYPE_U1, INSHI_DTYPE_U2, INSHI_DTYPE_U4};
    if (o->m->header.field == MTX_REAL)
        return try_type(o, INSHI_DTYPE_F8, done);
    inshi_status status = INSHI_OK;
    for (int i = 0; !status && !*done && (i == 0 || atomic_load(&o->large)) && i < 3; i++)
        status = try_type(o, WHOLE[i], done);
    return status;
}

/* As if nothing had been read. */
static void forget(struct mtx *m)
{
    inshi_context *context = m->stream->context;
    inshi_matrix  *x       = &m->matrix;
    memory_give(context, x->data);
    memory_give(context, (void *)(uintptr_t)x->indices);
    memory_give(context, (void *)(uintptr_t)x->pointers);
    x->data    = NULL;
    x->indices = x->pointers = NULL;
    x->dtype                 = (inshi_dtype)0;
    x->nonzeros              = 0;
    for (int64_t i = 0; i < m->part_count; i++)
        m->parts[i] = (struct mtx_part){
            .first = m->parts[i].first, .last = m->parts[i].last, .piece.buffer = m->parts[i].piece.buffer};
}

inshi_status mtx_read_in_order(struct mtx *m, bool *done)
{
    inshi_context *context = m->stream->context;
    struct order   o       = {.m = m};
    *done                  = false;
    if (m->header.symmetric)
        return INSHI_OK;
    o.spans = memory_take(context, m->part_count, sizeof *o.spans, m->stream->name);
    if (!o.spans)
        return INSHI_ERR_MEMORY;
    inshi_status status = run(&o, count_task);
    if (!status && !atomic_load(&o.unusual) && set_spans(&o)) {
        status = take_arrays(m);
        if (!status)
            status = try_types(&o, done);
    }
    memory_give(context, o.spans);
    if (status == INSHI_ERR_INTERRUPTED)
        return context_fail(context, status, "interrupted while reading %s", m->stream->name);
    if (!*done)
        forget(m);
    return status;
}
