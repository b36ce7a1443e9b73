/* sparse.c -- compressed matrices as readers make them: looked through, and sorted within rows (columns).
 *
 * A row that rises already costs one look. Others are sorted by merging, stably, with scratch of the longest of them for
 * each thread.
 */
#include "io/sparse.h"

#include <stdio.h>
#include <string.h>
#include "base/parallel.h"
#include "io/sparse_sum.h"

enum { MAJORS_EACH = 1024 };

int64_t sparse_size(int64_t rows, int64_t columns, int64_t nonzeros, int64_t value_bytes)
{
    const int64_t entries  = checked_product(nonzeros, value_bytes + sparse_bytes(columns));
    const int64_t pointers = checked_product(rows < INT64_MAX ? rows + 1 : rows, sparse_bytes(nonzeros));
    int64_t       sum;
    return entries < 0 || pointers < 0 || __builtin_add_overflow(entries, pointers, &sum) ? INT64_MAX : sum;
}

static inshi_status check_pointers(inshi_context *context, const char *name, const inshi_matrix *m)
{
    const int64_t majors = sparse_majors(m);
    const char   *what   = m->layout == INSHI_LAYOUT_CSR ? "row" : "column";
    for (int64_t i = 0, before = 0; i <= majors; i++) {
        const int64_t pointer = sparse_pointer(m, i);
        if (i == 0 && pointer != 0)
            return context_fail(context, INSHI_ERR_DATA, "%s: indptr begins with %lld, and must begin with 0",
                                name, (long long)pointer);
        if (pointer < before)
            return context_fail(
                context, INSHI_ERR_DATA,
                "%s: indptr falls from %lld to %lld after %s %lld (counting from 0), and must not; write "
                "the file again",
                name, (long long)before, (long long)pointer, what, (long long)i - 1);
        before = pointer;
    }
    if (sparse_pointer(m, majors) != m->nonzeros)
        return context_fail(
            context, INSHI_ERR_DATA,
            "%s: indptr ends with %lld, and there are %lld entries; call X.prune() before it is saved", name,
            (long long)sparse_pointer(m, majors), (long long)m->nonzeros);
    return INSHI_OK;
}

inshi_status sparse_check(inshi_context *context, const char *name, const inshi_matrix *m)
{
    const inshi_status status = check_pointers(context, name, m);
    const int64_t      minors = sparse_minors(m);
    for (int64_t i = 0; !status && i < m->nonzeros; i++) {
        const int64_t index = sparse_index(m, i);
        if (index < 0 || index >= minors)
            return context_fail(
                context, INSHI_ERR_DATA,
                "%s: entry %lld of indices is %lld, and %s count from 0 to %lld; write the file again", name,
                (long long)i, (long long)index, m->layout == INSHI_LAYOUT_CSR ? "columns" : "rows",
                (long long)minors - 1);
    }
    return status;
}

struct place {
    int64_t index, at;
};

struct part {
    int64_t longest; /* of the rows that do not rise; 0: all do */
    int64_t doubles;
};

struct order {
    inshi_matrix *m;
    struct part  *parts;   /* one a task */
    char         *scratch; /* longest x (2 places and a value) for each worker */
    int64_t       longest;
};

static void look(void *user, int64_t task, int worker)
{
    struct order       *o     = user;
    const inshi_matrix *m     = o->m;
    const int64_t       first = task * MAJORS_EACH, left = sparse_majors(m) - first;
    struct part         part = {0};
    (void)worker;
    for (int64_t i = first; i < first + (left < MAJORS_EACH ? left : MAJORS_EACH); i++) {
        const int64_t begin = sparse_pointer(m, i), end = sparse_pointer(m, i + 1);
        bool          falls = false;
        for (int64_t j = begin + 1; j < end; j++) {
            const int64_t a = sparse_index(m, j - 1), b = sparse_index(m, j);
            falls |= b < a;
            part.doubles += b == a;
        }
        if (falls && end - begin > part.longest)
            part.longest = end - begin;
    }
    o->parts[task] = part;
}

static void merge(const struct place *a, int64_t a_count, const struct place *b, int64_t b_count,
                  struct place *out)
{
    while (a_count && b_count) {
        const bool second = b->index < a->index;
        *out++            = second ? *b++ : *a++;
        a_count -= !second;
        b_count -= second;
    }
    memcpy(out, a_count ? a : b, (size_t)(a_count + b_count) * sizeof *out);
}

/* Sorts count places with as many spare ones; returns which of the two holds the result. */
static struct place *sort(struct place *from, struct place *to, int64_t count)
{
    for (int64_t width = 1; width < count; width *= 2) {
        for (int64_t i = 0; i < count; i += 2 * width) {
            const int64_t a = count - i < width ? count - i : width, rest = count - i - a;
            merge(from + i, a, from + i + a, rest < width ? rest : width, to + i);
        }
        struct place *const other = from;
        from                      = to;
        to                        = other;
    }
    return from;
}

static void sort_row(const struct order *o, int64_t begin, int64_t count, char *scratch)
{
    const inshi_matrix *m      = o->m;
    const size_t        size   = (size_t)inshi_dtype_bytes(m->dtype);
    struct place       *places = (struct place *)scratch, *spare = places + o->longest;
    char               *old = (char *)(spare + o->longest), *values = (char *)m->data + (size_t)begin * size;
    for (int64_t i = 0; i < count; i++)
        places[i] = (struct place){sparse_index(m, begin + i), i};
    places = sort(places, spare, count);
    memcpy(old, values, (size_t)count * size);
    for (int64_t i = 0; i < count; i++) {
        sparse_set((void *)(uintptr_t)m->indices, m->index_bytes, begin + i, places[i].index);
        memcpy(values + (size_t)i * size, old + (size_t)places[i].at * size, size);
    }
}

/* Of one worker; a multiple of 16 keeps places aligned. The entries are in memory, so that this can be counted. */
static size_t scratch_each(const struct order *o)
{
    return ((size_t)o->longest * (2 * sizeof(struct place) + (size_t)inshi_dtype_bytes(o->m->dtype)) + 15) /
           16 * 16;
}

static void sort_rows(void *user, int64_t task, int worker)
{
    struct order       *o     = user;
    const inshi_matrix *m     = o->m;
    const int64_t       first = task * MAJORS_EACH, left = sparse_majors(m) - first;
    int64_t             doubles = 0;
    if (!o->parts[task].longest)
        return;
    for (int64_t i = first; i < first + (left < MAJORS_EACH ? left : MAJORS_EACH); i++) {
        const int64_t begin = sparse_pointer(m, i), end = sparse_pointer(m, i + 1);
        bool          falls = false;
        for (int64_t j = begin + 1; j < end && !falls; j++)
            falls = sparse_index(m, j) < sparse_index(m, j - 1);
        if (falls)
            sort_row(o, begin, end - begin, o->scratch + (size_t)worker * scratch_each(o));
        for (int64_t j = begin + 1; j < end; j++)
            doubles += sparse_index(m, j) == sparse_index(m, j - 1);
    }
    o->parts[task].doubles = doubles;
}

static inshi_status run(inshi_context *context, struct order *o, int64_t tasks,
                        void (*step)(void *user, int64_t task, int worker))
{
    const inshi_status status = parallel_run(context, tasks, 4 * (double)o->m->nonzeros, step, o);
    return status ? context_fail(context, status, "interrupted while entries were put in order") : status;
}

static inshi_status sort_all(inshi_context *context, const char *name, struct order *o, int64_t tasks)
{
    o->scratch = memory_take(context, context->threads, scratch_each(o), name);
    if (!o->scratch)
        return INSHI_ERR_MEMORY;
    const inshi_status status = run(context, o, tasks, sort_rows);
    memory_give(context, o->scratch);
    return status;
}

inshi_status sparse_order(inshi_context *context, const char *name, inshi_matrix *m)
{
    const int64_t tasks = (sparse_majors(m) + MAJORS_EACH - 1) / MAJORS_EACH;
    struct order  o     = {.m = m, .parts = memory_take(context, tasks, sizeof *o.parts, name)};
    if (!o.parts)
        return INSHI_ERR_MEMORY;
    inshi_status status = run(context, &o, tasks, look);
    for (int64_t i = 0; !status && i < tasks; i++)
        if (o.parts[i].longest > o.longest)
            o.longest = o.parts[i].longest;
    if (!status && o.longest)
        status = sort_all(context, name, &o, tasks);
    int64_t doubles = 0;
    for (int64_t i = 0; !status && i < tasks; i++)
        doubles += o.parts[i].doubles;
    memory_give(context, o.parts);
    return !status && doubles ? sparse_sum(context, name, doubles, m) : status;
}
