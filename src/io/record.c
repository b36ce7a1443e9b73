/* record.c -- csv text to records: lines of fields, quotes undone.
 *
 * RFC 4180, and what files in the wild add: blanks around fields, CR, LF or CRLF at a line's end, blank
 * lines, lines that begin with #. A quote within an unquoted field is an ordinary character.
 */
#include "io/record.h"

#include <string.h>
#include "io/names.h"

enum { END = -1, FAILED = -2, LONGEST_FIELD = 1 << 20 };

void record_reader_begin(struct record_reader *r, inshi_context *context, struct stream *source,
                         char separator)
{
    *r = (struct record_reader){.context = context, .source = source, .separator = separator, .line = 1};
}

void record_end(inshi_context *context, struct record *record)
{
    memory_give(context, record->text);
    memory_give(context, record->fields);
    *record = (struct record){0};
}

static int refill(struct record_reader *r)
{
    size_t count;
    if (!r->source)
        return END;
    if (r->begin)
        stream_skip(r->source, (size_t)(r->end - r->begin));
    r->begin  = NULL;
    r->status = stream_peek(r->source, 1, &r->begin, &count);
    if (r->status) {
        r->begin = r->at = r->end = NULL;
        return FAILED;
    }
    r->at  = r->begin;
    r->end = r->begin + count;
    return count ? *r->at++ : END;
}

static inline int next(struct record_reader *r)
{
    return r->at < r->end ? *r->at++ : refill(r);
}

/* Puts back what next() has just given. */
static inline void back(struct record_reader *r, int c)
{
    if (c >= 0)
        r->at--;
}

static int problem(struct record_reader *r, const char *what, int64_t line)
{
    r->status       = INSHI_ERR_DATA;
    r->problem      = what;
    r->problem_line = line;
    return FAILED;
}

static bool push(struct record_reader *r, struct record *out, int c)
{
    if (out->used == out->capacity) {
        const int64_t capacity = names_capacity(out->capacity, 0);
        char         *text     = memory_grow(r->context, out->text, capacity, 1, "a line of csv");
        if (!text) {
            r->status = INSHI_ERR_MEMORY;
            return false;
        }
        out->text     = text;
        out->capacity = capacity;
    }
    out->text[out->used++] = (char)c;
    return true;
}

static bool push_content(struct record_reader *r, struct record *out, int c, int64_t start)
{
    if (c == 0) {
        problem(r, "holds a byte of value 0, so the file is not text", r->line);
        return false;
    }
    if (out->used - start >= LONGEST_FIELD) {
        problem(r, "has a field of more than 1 MiB; is a quote missing?", r->line);
        return false;
    }
    return push(r, out, c);
}

static bool is_blank(const struct record_reader *r, int c)
{
    return c == ' ' || (c == '\t' && r->separator != '\t');
}

static int skip_blanks(struct record_reader *r)
{
    int c = next(r);
    while (is_blank(r, c))
        c = next(r);
    return c;
}

static bool ends_field(const struct record_reader *r, int c)
{
    return c < 0 || c == r->separator || c == '\n' || c == '\r';
}

/* The rest of a line's end whose first byte is c. */
static void end_line(struct record_reader *r, int c)
{
    r->line++;
    if (c == '\r') {
        c = next(r);
        if (c != '\n')
            back(r, c);
    }
}

/* The inside of a quoted field; returns what follows its closing quote and blanks. */
static int read_quoted(struct record_reader *r, struct record *out, int64_t start)
{
    const int64_t first = r->line;
    for (;;) {
        int c = next(r);
        if (c == END)
            return problem(r, "opens a quote that is never closed", first);
        if (c == FAILED)
            return FAILED;
        if (c == '"') {
            c = next(r);
            if (c != '"') {
                back(r, c);
                c = skip_blanks(r);
                return ends_field(r, c)
                           ? c
                           : problem(r, "has text between a closing quote and the next separator", r->line);
            }
        }
        if (!push_content(r, out, c, start))
            return FAILED;
        r->line += c == '\n';
    }
}

static int read_unquoted(struct record_reader *r, struct record *out, int64_t start, int c)
{
    for (; !ends_field(r, c); c = next(r))
        if (!push_content(r, out, c, start))
            return FAILED;
    while (out->used > start && is_blank(r, out->text[out->used - 1]))
        out->used--;
    return c;
}

static bool add_field(struct record_reader *r, struct record *out, int64_t start, bool quoted)
{
    if (out->count == out->field_capacity) {
        const int64_t capacity = names_capacity(out->field_capacity, 0);
        struct field *fields =
            memory_grow(r->context, out->fields, capacity, sizeof *fields, "a line of csv");
        if (!fields) {
            r->status = INSHI_ERR_MEMORY;
            return false;
        }
        out->fields         = fields;
        out->field_capacity = capacity;
    }
    out->fields[out->count++] = (struct field){start, (int32_t)(out->used - start), quoted};
    return push(r, out, 0);
}

/* Reads one field; returns what ended it. */
static int read_field(struct record_reader *r, struct record *out)
{
    const int64_t start  = out->used;
    int           c      = skip_blanks(r);
    const bool    quoted = c == '"';
    c                    = quoted ? read_quoted(r, out, start) : read_unquoted(r, out, start, c);
    return c != FAILED && add_field(r, out, start, quoted) ? c : FAILED;
}

/* Passes blank lines and comments; false at the end. */
static bool find_record(struct record_reader *r)
{
    for (;;) {
        int c = skip_blanks(r);
        if (c == '#')
            while (c >= 0 && c != '\n' && c != '\r')
                c = next(r);
        if (c < 0)
            return false;
        if (c != '\n' && c != '\r') {
            back(r, c);
            return true;
        }
        end_line(r, c);
    }
}

inshi_status record_next(struct record_reader *r, struct record *out, bool *got)
{
    out->used = out->count = 0;
    *got                   = find_record(r);
    if (!*got)
        return r->status;
    out->line = r->line;
    int c;
    do
        c = read_field(r, out);
    while (c == r->separator);
    if (c == FAILED)
        return r->status;
    r->open_ended = c == END;
    if (c != END)
        end_line(r, c);
    return r->status;
}
