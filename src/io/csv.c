/* csv.c -- tables of numbers as text, with or without names.
 *
 * One pass, one line in memory at a time; the values grow in a block whose size is foreseen from the part of
 * the file that has been read. Missing values are NaN; texts are refused with line and column.
 */
#include <math.h>
#include <string.h>
#include "io/csv_layout.h"
#include "io/data.h"

enum { LEAST_VALUES = 1024 };

struct csv {
    struct stream       *stream;
    inshi_data          *data;
    locale_t             locale;
    struct record_reader reader;
    struct record        first, second; /* the first two lines; later ones replace the second */
    bool                 has_second;
    struct csv_layout    layout;
    double              *values; /* also data->matrix.data, which owns them */
    int64_t              count, capacity;
    int64_t              rows, columns;
    int64_t              run_line; /* the line that the next row has where it follows directly */
};

static inshi_status next_record(struct csv *c, struct record *record, bool *got)
{
    const inshi_status status = record_next(&c->reader, record, got);
    if (status && c->reader.problem)
        return context_fail(c->stream->context, status, "%s line %lld %s", c->stream->name,
                            (long long)c->reader.problem_line, c->reader.problem);
    return status;
}

static inshi_status add_name(struct csv *c, struct names *names, const struct record *r, int64_t field)
{
    if (!names_utf8(record_text(r, field), r->fields[field].length))
        return context_fail(c->stream->context, INSHI_ERR_DATA,
                            "%s line %lld, column %lld: the name is not UTF-8 text; save the file as UTF-8",
                            c->stream->name, (long long)r->line, (long long)field + 1);
    return names_add(c->stream->context, names, record_text(r, field), r->fields[field].length);
}

static inshi_status refuse_value(struct csv *c, const struct record *r, int64_t field, enum number_kind kind)
{
    char            place[DATA_PLACE], shown[NAMES_SHOWN];
    const char     *text = names_show(record_text(r, field), shown);
    const char     *name = c->stream->name;
    const long long line = r->line;
    data_place(c->data, field + 1, place);
    if (kind == NUMBER_TOO_LARGE)
        return context_fail(
            c->stream->context, INSHI_ERR_DATA,
            "%s line %lld, %s: %s is larger than a double can hold (1.8e308); divide the data first", name,
            line, place, text);
    return context_fail(
        c->stream->context, INSHI_ERR_DATA, "%s line %lld, %s: %s is not a number%s", name, line, place, text,
        strchr(text, ',')            ? "; decimals need a point"
        : field == 0 && r->count > 1 ? "; where the first column holds names, put them in quotes"
                                     : "; correct it, or leave out its row or column");
}

/* Room for the values of the whole file, to judge by the part that has been read once that is a sixteenth; a
 * guess that falls short late would cost a second copy of all. */
static int64_t foresee(const struct csv *c, int64_t needed)
{
    const double size  = (double)c->stream->size;
    const double read  = (double)(c->stream->offset + (c->reader.at - c->reader.begin));
    const double guess = (double)c->count * 1.05 * size / read;
    if (size > 0 && read >= size / 16 && guess > (double)needed)
        return (int64_t)guess + LEAST_VALUES;
    return names_capacity(c->capacity, needed + LEAST_VALUES);
}

static inshi_status make_room(struct csv *c)
{
    if (c->count + c->columns <= c->capacity)
        return INSHI_OK;
    const int64_t capacity = foresee(c, c->count + c->columns);
    double *values = memory_grow(c->stream->context, c->values, capacity, sizeof *values, c->stream->name);
    if (!values)
        return INSHI_ERR_MEMORY;
    c->data->matrix.data = c->values = values;
    c->capacity                      = capacity;
    return INSHI_OK;
}

/* Notes where the row stands, unless it follows the last one directly. */
static inshi_status note_line(struct csv *c, int64_t line)
{
    inshi_data *d = c->data;
    if (!d->run_count || line != c->run_line) {
        if (d->run_count == d->run_capacity) {
            const int64_t    capacity = names_capacity(d->run_capacity, 0);
            struct line_run *runs =
                memory_grow(c->stream->context, d->runs, capacity, sizeof *runs, "line numbers");
            if (!runs)
                return INSHI_ERR_MEMORY;
            d->runs         = runs;
            d->run_capacity = capacity;
        }
        d->runs[d->run_count++] = (struct line_run){c->rows, line};
    }
    c->run_line = line + 1;
    return INSHI_OK;
}

static inshi_status check_count(struct csv *c, const struct record *r)
{
    if (r->count == c->layout.fields)
        return INSHI_OK;
    return context_fail(c->stream->context, INSHI_ERR_DATA,
                        "%s line %lld has %lld field%s, and the lines before have %lld; all need as many",
                        c->stream->name, (long long)r->line, (long long)r->count, r->count == 1 ? "" : "s",
                        (long long)c->layout.fields);
}

static inshi_status add_row(struct csv *c, const struct record *r)
{
    inshi_status status = check_count(c, r);
    if (!status)
        status = make_room(c);
    if (!status)
        status = note_line(c, r->line);
    if (!status && c->layout.row_names)
        status = add_name(c, &c->data->row_names, r, 0);
    for (int64_t i = r->count - c->columns; !status && i < r->count; i++) {
        const enum number_kind kind =
            number_parse(record_text(r, i), r->fields[i].length, &c->values[c->count]);
        if (kind == NUMBER_MISSING)
            c->values[c->count] = NAN;
        else if (kind != NUMBER_VALUE)
            return refuse_value(c, r, i, kind);
        c->count++;
    }
    c->rows++;
    return status;
}

static inshi_status add_header(struct csv *c)
{
    const struct record *r      = &c->first;
    inshi_status         status = INSHI_OK;
    for (int64_t i = c->layout.row_names && !c->layout.short_header; !status && i < r->count; i++)
        status = add_name(c, &c->data->column_names, r, i);
    return status;
}

static inshi_status read_beginning(struct csv *c)
{
    bool         got;
    inshi_status status = next_record(c, &c->first, &got);
    if (!status && !got)
        status = context_fail(c->stream->context, INSHI_ERR_DATA,
                              "%s holds no numbers, only blank lines and comments (#)", c->stream->name);
    if (!status)
        status = next_record(c, &c->second, &c->has_second);
    if (!status)
        status = csv_layout_decide(c->stream->context, c->stream->name, &c->first,
                                   c->has_second ? &c->second : NULL, &c->layout);
    c->columns            = c->layout.fields - c->layout.row_names;
    c->data->first_column = 1 + c->layout.row_names;
    return status;
}

static inshi_status read_rows(struct csv *c)
{
    inshi_status status = c->layout.header ? add_header(c) : add_row(c, &c->first);
    record_end(c->stream->context, &c->first);
    for (bool got = c->has_second; !status && got;) {
        status = add_row(c, &c->second);
        if (!status)
            status = next_record(c, &c->second, &got);
    }
    if (!status && !c->rows)
        status =
            context_fail(c->stream->context, INSHI_ERR_DATA,
                         "%s holds names but no numbers: it has one line, and that is text", c->stream->name);
    return status;
}

/* Gives back what was foreseen and did not come, where it is much. */
static inshi_status trim(struct csv *c)
{
    if (c->capacity - c->count <= c->count / 8 + LEAST_VALUES)
        return INSHI_OK;
    double *values = memory_grow(c->stream->context, c->values, c->count, sizeof *values, c->stream->name);
    if (!values)
        return INSHI_ERR_MEMORY;
    c->data->matrix.data = c->values = values;
    return INSHI_OK;
}

inshi_status csv_read(struct stream *s, char separator, inshi_data *data)
{
    struct csv c = {.stream = s, .data = data};
    record_reader_begin(&c.reader, s->context, s, separator);
    inshi_status status = read_beginning(&c);
    if (!status)
        status = read_rows(&c);
    if (!status)
        status = trim(&c);
    if (!status) {
        data->format = separator == '\t' ? "tsv" : "csv";
        data->matrix = inshi_matrix_c(c.values, INSHI_DTYPE_F8, c.rows, c.columns);
    }
    record_end(s->context, &c.first);
    record_end(s->context, &c.second);
    return status;
}
