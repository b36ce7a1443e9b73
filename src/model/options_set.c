/* options_set.c -- fields of inshi_options from text: strict, the same in every locale, one sentence on
 * error.
 *
 * A sentence begins with the name of the option, so that a host may put its own mark (such as --) before it.
 */
#include "model/options.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/context.h"

static const char *skip_digits(const char *p)
{
    while (*p >= '0' && *p <= '9')
        p++;
    return p;
}

static const char *skip_sign(const char *p)
{
    return *p == '-' || *p == '+' ? p + 1 : p;
}

/* [+-] digits [. digits] [e [+-] digits] with a digit before the exponent: no blanks, hex, inf or nan. */
static bool is_decimal(const char *text)
{
    const char *first = skip_sign(text), *p = skip_digits(first);
    int64_t     digits = p - first;
    if (*p == '.') {
        const char *end = skip_digits(p + 1);
        digits += end - (p + 1);
        p = end;
    }
    if (digits == 0)
        return false;
    if (*p == 'e' || *p == 'E') {
        const char *exponent = skip_sign(p + 1);
        p                    = skip_digits(exponent);
        if (p == exponent)
            return false;
    }
    return *p == '\0';
}

/* strtod with a point in every locale. False where the text is no number or no double holds it. */
static bool read_real(const char *text, double *out)
{
    if (!is_decimal(text))
        return false;
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!plain)
        return false;
    errno = 0;
    *out  = strtod_l(text, NULL, plain);
    freelocale(plain);
    return isfinite(*out) && !(errno == ERANGE && *out == 0);
}

static bool read_whole(const char *text, int64_t *out)
{
    const char *first = skip_sign(text), *end = skip_digits(first);
    if (end == first || *end)
        return false;
    errno = 0;
    *out  = strtoll(text, NULL, 10);
    return errno == 0;
}

static bool read_seed(const char *text, uint64_t *out)
{
    if (skip_digits(text) == text || *skip_digits(text))
        return false;
    errno = 0;
    *out  = strtoull(text, NULL, 10);
    return errno == 0;
}

bool option_is_choice(const char *choices, const char *text)
{
    const size_t length = strcspn(text, "|"); /* 0, or shorter than text, where text is no single name */
    for (const char *p = choices; p && !text[length]; p = strchr(p, '|') ? strchr(p, '|') + 1 : NULL)
        if (length && strncmp(p, text, length) == 0 && (p[length] == '|' || p[length] == '\0'))
            return true;
    return false;
}

bool option_may_be_auto(const inshi_option *row)
{
    return row->kind == INSHI_OPTION_REAL && strcmp(row->standard, "auto") == 0;
}

static inshi_status set_name(inshi_context *context, const inshi_option *row, void *field, const char *text)
{
    if (!*text)
        return context_fail(context, INSHI_ERR_ARGUMENT, "%s is empty, and must be a name%s%s", row->name,
                            row->choices ? ", one of " : "", row->choices ? row->choices : "");
    if (row->choices && !option_is_choice(row->choices, text))
        return context_fail(context, INSHI_ERR_ARGUMENT, "%s is \"%.40s\", and must be one of %s", row->name,
                            text, row->choices);
    *(const char **)field = text;
    return INSHI_OK;
}

const char *option_range(const inshi_option *row, char buffer[RANGE_TEXT])
{
    const bool  whole = row->kind != INSHI_OPTION_REAL, bounded = row->most < 1e15;
    const char *what    = whole ? "a whole number" : "a number",
               *or_auto = option_may_be_auto(row) ? ", or auto" : "";
    if (bounded)
        snprintf(buffer, RANGE_TEXT, "%s from %.15g to %.15g%s", what, row->least, row->most, or_auto);
    else if (row->least > 0 && !whole)
        snprintf(buffer, RANGE_TEXT, "%s above 0%s", what, or_auto);
    else
        snprintf(buffer, RANGE_TEXT, "%s of at least %.15g%s", what, row->least, or_auto);
    return buffer;
}

static inshi_status fail_range(inshi_context *context, const inshi_option *row, const char *text)
{
    char range[RANGE_TEXT];
    return context_fail(context, INSHI_ERR_ARGUMENT, "%s is \"%.40s\", and must be %s", row->name, text,
                        option_range(row, range));
}

static inshi_status set_real(inshi_context *context, const inshi_option *row, void *field, const char *text)
{
    double value = OPTION_AUTO;
    if (option_may_be_auto(row) && strcmp(text, row->standard) == 0) {
        *(double *)field = value;
        return INSHI_OK;
    }
    if (!read_real(text, &value) || value < row->least || value > row->most)
        return fail_range(context, row, text);
    *(double *)field = value;
    return INSHI_OK;
}

static inshi_status set_integer(inshi_context *context, const inshi_option *row, void *field,
                                const char *text)
{
    int64_t value;
    if (!read_whole(text, &value) || (double)value < row->least || (double)value > row->most)
        return fail_range(context, row, text);
    *(int64_t *)field = value;
    return INSHI_OK;
}

static inshi_status set_seed(inshi_context *context, const inshi_option *row, void *field, const char *text)
{
    uint64_t value;
    if (!read_seed(text, &value))
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "%s is \"%.40s\", and must be a whole number from 0 to %llu", row->name, text,
                            (unsigned long long)UINT64_MAX);
    *(uint64_t *)field = value;
    return INSHI_OK;
}

static inshi_status set_field(inshi_context *context, inshi_options *options, const inshi_option *row,
                              const char *text)
{
    void *field = (char *)options + row->offset;
    switch (row->kind) {
    case INSHI_OPTION_NAME:
        return set_name(context, row, field, text);
    case INSHI_OPTION_REAL:
        return set_real(context, row, field, text);
    case INSHI_OPTION_INTEGER:
        return set_integer(context, row, field, text);
    case INSHI_OPTION_SEED:
        return set_seed(context, row, field, text);
    case INSHI_OPTION_FLAG:
    case INSHI_OPTION_LIST:
    case INSHI_OPTION_MATRIX:
        break;
    }
    return context_fail(context, INSHI_ERR_ARGUMENT, "%s is set in the struct, not from text", row->name);
}

void option_set_standard(inshi_options *options, const inshi_option *row)
{
    if (row->kind < INSHI_OPTION_FLAG)
        set_field(NULL, options, row, row->standard);
}

inshi_status inshi_options_set(inshi_context *context, inshi_options *options, const char *name,
                               const char *text)
{
    if (!context)
        return INSHI_ERR_ARGUMENT;
    if (!options || !name || !text)
        return context_fail(context, INSHI_ERR_ARGUMENT, "options, name or text is a null pointer");
    const inshi_option *row = option_find(name);
    if (row)
        return set_field(context, options, row, text);
    const char *names[64] = {NULL};
    for (int i = 0; i < inshi_option_count(); i++)
        names[i] = inshi_option_at(i)->name;
    const char *nearest = inshi_nearest_name(name, names);
    return context_fail(context, INSHI_ERR_ARGUMENT, "%.60s is no option%s%s%s", name,
                        nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
}
