/* csv_layout.c -- what a csv file does not say: its separator, and whether it has names.
 *
 * A first line or column holds names where it has text that is no number. Programs write some names that are
 * numbers, and say so in other ways, which are understood here: quotes where the values have none (R), a
 * header that is one field short (R), an empty corner (pandas, R), and an empty corner above 0, 1, 2, ...
 * (pandas without names).
 */
#include "io/csv_layout.h"

#include <stdio.h>
#include <string.h>
#include "io/names.h"

enum { RECORDS_LOOKED_AT = 100, LEAST_RISING = 4 };

struct score {
    bool    regular;
    int64_t numbers, texts;
};

static enum number_kind kind_of(const struct record *r, int64_t field)
{
    double value;
    return number_parse(record_text(r, field), r->fields[field].length, &value);
}

/* 1,5 is a number to the eye, and tells that the comma is not the separator. */
static bool decimal_comma(const char *text)
{
    const size_t digits = strspn(text, "-+0123456789");
    const size_t more   = text[digits] == ',' ? strspn(text + digits + 1, "0123456789eE-+") : 0;
    return digits > 0 && more > 0 && text[digits + 1 + more] == 0;
}

static void count_fields(const struct record *r, struct score *score)
{
    for (int64_t i = 0; i < r->count; i++) {
        const enum number_kind kind = kind_of(r, i);
        if (kind == NUMBER_VALUE || (kind == NUMBER_TEXT && r->count > 1 && decimal_comma(record_text(r, i))))
            score->numbers++;
        else if (kind == NUMBER_TEXT)
            score->texts++;
    }
}

/* The last record of a text that goes on is left out, but for a first one that fills all. */
static inshi_status score_separator(inshi_context *context, const struct csv_beginning *text, char separator,
                                    struct score *score)
{
    struct record_reader reader;
    struct record        record = {0};
    int64_t              first = 0, usual = 0;
    bool                 got    = true;
    inshi_status         status = INSHI_OK;
    record_reader_begin(&reader, context, NULL, separator);
    reader.at  = text->bytes;
    reader.end = text->bytes + text->count;
    *score     = (struct score){.regular = true};
    for (int64_t i = 0; i < RECORDS_LOOKED_AT; i++) {
        status = record_next(&reader, &record, &got);
        if (status || !got || (reader.open_ended && text->goes_on && i > 0))
            break;
        count_fields(&record, score);
        if (i == 0)
            first = record.count;
        if (i <= 1)
            usual = record.count;
        score->regular = score->regular && record.count == (i ? usual : first);
    }
    score->regular = score->regular && usual > 1 && (first == usual || first + 1 == usual);
    record_end(context, &record);
    return status == INSHI_ERR_DATA ? INSHI_OK : status;
}

static bool better(struct score a, struct score b)
{
    if (a.regular != b.regular)
        return a.regular;
    if (a.numbers != b.numbers)
        return a.numbers > b.numbers;
    return a.texts < b.texts;
}

inshi_status csv_layout_separator(inshi_context *context, const struct csv_beginning *text, bool tab_first,
                                  char *separator)
{
    const char  *candidates = tab_first ? "\t,;" : ",;\t";
    struct score best       = {0};
    for (int i = 0; candidates[i]; i++) {
        struct score       score;
        const inshi_status status = score_separator(context, text, candidates[i], &score);
        if (status)
            return status;
        if (i == 0 || better(score, best)) {
            best       = score;
            *separator = candidates[i];
        }
    }
    return INSHI_OK;
}

/* Whether field i of r, which is a number or a text, is there as a text: also a number in quotes beside or
 * above a value without. 1,5 is none: read as a name it would make a line of data vanish. */
static bool is_name(const struct record *r, int64_t i, const struct record *other, int64_t j)
{
    const enum number_kind kind = kind_of(r, i);
    if (kind == NUMBER_TEXT && !r->fields[i].quoted && decimal_comma(record_text(r, i)))
        return false;
    if (kind == NUMBER_TEXT)
        return true;
    return r->fields[i].quoted && other && j < other->count && !other->fields[j].quoted;
}

static bool row_begins_with_name(const struct record *r)
{
    return r->count > 1 && is_name(r, 0, r, 1);
}

/* ,0,1,2 above 0,...: what pandas writes of a frame without names. */
static bool counts_from_zero(const struct record *first, const struct record *second)
{
    double value;
    for (int64_t i = 1; i < first->count; i++)
        if (number_parse(record_text(first, i), first->fields[i].length, &value) != NUMBER_VALUE ||
            value != (double)(i - 1))
            return false;
    return strcmp(record_text(second, 0), "0") == 0;
}

static bool corner_is_empty(const struct record *first, const struct record *second)
{
    return first->count > 1 && first->fields[0].length == 0 && second &&
           (row_begins_with_name(second) || counts_from_zero(first, second));
}

static inshi_status refuse_mixture(inshi_context *context, const char *name, const struct record *r,
                                   int64_t text, int64_t number)
{
    char shown_text[NAMES_SHOWN], shown_number[NAMES_SHOWN];
    return context_fail(
        context, INSHI_ERR_DATA,
        "%s line %lld, column %lld: %s is not a number, but %s in column %lld is; correct it, or, "
        "where this line names the columns, put its names in quotes",
        name, (long long)r->line, (long long)text + 1, names_show(record_text(r, text), shown_text),
        names_show(record_text(r, number), shown_number), (long long)number + 1);
}

static void warn_of_rising(inshi_context *context, const char *name, const struct record *r)
{
    double last, value;
    if (!context->warning || r->count <= LEAST_RISING)
        return;
    for (int64_t i = 1; i < r->count; i++, last = value)
        if (number_parse(record_text(r, i), r->fields[i].length, &value) != NUMBER_VALUE ||
            (i > 1 && value <= last))
            return;
    char shown[NAMES_SHOWN], sentence[MESSAGE_SIZE];
    snprintf(sentence, sizeof sentence,
             "%s line %lld was read as data, the row %s; where its rising numbers name the columns, put them "
             "in quotes",
             name, (long long)r->line, names_show(record_text(r, 0), shown));
    context->warning(context->warning_user, sentence);
}

/* The first field of `first` that is a name, from field `from` on, and the first that is a number; -1: none.
 */
static void find_kinds(const struct record *first, const struct record *second, int64_t shift, int64_t *text,
                       int64_t *number)
{
    const int64_t from = shift || first->count == 1 ? 0 : 1;
    *text = *number = -1;
    for (int64_t i = first->count - 1; i >= 0; i--) {
        if (is_name(first, i, second, i + shift))
            *text = i >= from ? i : *text;
        else if (kind_of(first, i) != NUMBER_MISSING)
            *number = i;
    }
}

inshi_status csv_layout_decide(inshi_context *context, const char *name, const struct record *first,
                               const struct record *second, struct csv_layout *out)
{
    const int64_t shift = second && second->count == first->count + 1;
    int64_t       text, number;
    find_kinds(first, second, shift, &text, &number);
    if (text >= 0 && number >= 0)
        return refuse_mixture(context, name, first, text, number);
    const bool corner = corner_is_empty(first, second);
    const bool short_ = shift && (text >= 0 || row_begins_with_name(second));
    *out              = (struct csv_layout){.header = text >= 0 || corner || short_, .short_header = short_};
    const struct record *row = out->header ? second : first;
    out->fields              = short_ ? second->count : first->count;
    out->row_names           = short_ || corner || (row && row_begins_with_name(row)) ||
                     (out->header && first->count > 1 && first->fields[0].length == 0);
    if (!out->header && out->row_names)
        warn_of_rising(context, name, first);
    return INSHI_OK;
}
