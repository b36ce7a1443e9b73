/* checkpoint_key.c -- see checkpoint_key.h. */
#include "model/checkpoint_key.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static void
add(struct key *key, const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char value[256];
    vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    const int written = snprintf(key->text + key->length, KEY_SIZE - key->length, "%s: %s\n", name, value);
    if (written > 0 && (size_t)written < KEY_SIZE - key->length)
        key->length += (size_t)written;
}

/* A matrix by its content; NULL data: "none". */
static inshi_status add_matrix(struct key *key, const struct plan *plan, const char *name, inshi_matrix m)
{
    uint64_t           hash   = 0;
    const inshi_status status = m.data ? matrix_hash(plan->context, m, &hash) : INSHI_OK;
    if (!m.data)
        add(key, name, "none");
    else
        add(key, name, "#%016llx", (unsigned long long)hash);
    return status;
}

static inshi_status add_data(struct key *key, const struct plan *plan)
{
    static const inshi_matrix none = {0};
    const inshi_options      *o    = &plan->options;
    add(key, "d rows of X", "%lld", (long long)plan->x.rows);
    add(key, "d columns of X", "%lld", (long long)plan->x.columns);
    if (plan->x.layout != INSHI_LAYOUT_DENSE) /* its factors are saved in an order of their own */
        add(key, "d layout of X", "sparse, absent entries %s", o->absent);
    inshi_status status = add_matrix(key, plan, "d content of X", plan->x);
    if (!status)
        status = add_matrix(key, plan, "d given W", o->given_w ? plan->view[SIDE_W] : none);
    if (!status)
        status = add_matrix(key, plan, "d given H", o->given_h ? plan->view[SIDE_H] : none);
    const struct {
        const char         *name;
        const inshi_matrix *matrix;
    } more[] = {{"d mask", o->mask},
                {"d weights", o->weights},
                {"d row weights", o->row_weights},
                {"d column weights", o->column_weights},
                {"d locked entries of W", o->lock_w},
                {"d locked entries of H", o->lock_h}};
    for (size_t i = 0; i < sizeof more / sizeof more[0] && !status; i++)
        status = add_matrix(key, plan, more[i].name, more[i].matrix ? *more[i].matrix : none);
    return status;
}

static void add_list(struct key *key, const inshi_options *o)
{
    uint64_t hash = 0;
    for (int64_t i = 0; i < o->fix_columns_count; i++)
        hash = (hash ^ (uint64_t)o->fix_columns[i]) * UINT64_C(0x100000001b3) + 1;
    if (o->fix_columns_count)
        add(key, "o fix-columns", "#%016llx", (unsigned long long)hash);
}

static void add_options(struct key *key, const struct plan *plan)
{
    const inshi_options *o = &plan->options;
    add(key, "o k", "%lld", (long long)plan->k);
    add(key, "o dtype", "%s", plan->kernels->real_bytes == 8 ? "f64" : "f32");
    add(key, "o loss", "%s", plan->loss.loss->name);
    add(key, "o B of the loss", "%.17g", plan->loss.beta);
    add(key, "o solver", "%s", plan->solver->name);
    add(key, "o init", "%s", plan->given[0] && plan->given[1] ? "given" : plan->init->name);
    add(key, "o init-scale", "%s", o->init_scale);
    add(key, "o seed", "%llu", (unsigned long long)o->seed);
    add(key, "o restarts", "%lld", (long long)o->restarts);
    add(key, "o eta", "%.17g", o->eta);
    add(key, "o l1-w", "%.17g", o->l1_w);
    add(key, "o l1-h", "%.17g", o->l1_h);
    add(key, "o l2-w", "%.17g", o->l2_w);
    add(key, "o l2-h", "%.17g", o->l2_h);
    add(key, "o floor", "%.17g", plan->floor);
    add(key, "o normalize", "%s", plan->normalize);
    add(key, "o fix", "%s", o->fix);
    add_list(key, o);
}

inshi_status key_make(const struct plan *plan, struct key *key)
{
    key->length               = 0;
    const inshi_status status = add_data(key, plan);
    add_options(key, plan);
    return status;
}

/* ---- comparing ---------------------------------------------------------------------------------------------------- */

struct line {
    const char *name, *value;
    int         name_length, value_length;
};

/* The line at `at`, and where the next begins; false at the end, or where there is no line. */
static bool read_line(const struct key *key, size_t *at, struct line *line)
{
    const char *begin = key->text + *at;
    const char *end   = memchr(begin, '\n', key->length - *at);
    const char *colon = end ? memchr(begin, ':', (size_t)(end - begin)) : NULL;
    if (!colon || colon - begin < 3 || end - colon < 2)
        return false;
    *line = (struct line){begin, colon + 2, (int)(colon - begin), (int)(end - colon - 2)};
    *at   = (size_t)(end + 1 - key->text);
    return true;
}

/* The value of a name; "none" where it is not there. */
static struct line find(const struct key *key, const struct line *wanted)
{
    struct line line;
    for (size_t at = 0; read_line(key, &at, &line);)
        if (line.name_length == wanted->name_length &&
            memcmp(line.name, wanted->name, (size_t)line.name_length) == 0)
            return line;
    return (struct line){wanted->name, "none", wanted->name_length, 4};
}

static inshi_status fail_difference(inshi_context *context, const char *shown, const struct line *saved,
                                    const struct line *ours)
{
    const bool         data   = *ours->name == 'd';
    const inshi_status status = data ? INSHI_ERR_DATA : INSHI_ERR_ARGUMENT;
    const char *const  advice = data ? "give the data" : "give the options";
    const char *const  name   = ours->name + 2;
    const int          length = ours->name_length - 2;
    if (*saved->value == '#' || *ours->value == '#')
        return context_fail(
            context, status,
            "%s is the checkpoint of another fit: its %.*s is not what it is here; %s that it was "
            "made with, or begin anew without resume",
            shown, length, name, advice);
    return context_fail(
        context, status,
        "%s is the checkpoint of another fit: its %.*s is %.*s, and here it is %.*s; %s that it was "
        "made with, or begin anew without resume",
        shown, length, name, saved->value_length, saved->value, ours->value_length, ours->value, advice);
}

/* The first line of one key that is not the same in the other. */
static bool differs(const struct key *from, const struct key *to, struct line *a, struct line *b)
{
    for (size_t at = 0; read_line(from, &at, a);) {
        *b = find(to, a);
        if (a->value_length != b->value_length || memcmp(a->value, b->value, (size_t)a->value_length) != 0)
            return true;
    }
    return false;
}

inshi_status key_compare(inshi_context *context, const char *shown, const struct key *saved,
                         const struct key *ours)
{
    struct line a, b;
    if (differs(ours, saved, &a, &b))
        return fail_difference(context, shown, &b, &a);
    if (differs(saved, ours, &a, &b))
        return fail_difference(context, shown, &a, &b);
    return INSHI_OK;
}
