/* npy_header.c -- what stands before the array in an npy file: magic, version, length, and a Python dict.
 *
 * Versions 1.0 (2-byte length), 2.0 and 3.0 (4 bytes; 3.0 is UTF-8, which only names of fields need). The
 * dict has exactly the keys descr, fortran_order and shape, in any order. Reference: numpy.lib.format, NEP 1.
 */
#include "io/npy_header.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 65535, PREFIX = 8, SHOWN = 40 };

struct cursor {
    struct stream *stream;
    enum npy_kind  kind;
    const char    *begin, *at, *end;
};

/* A quoted text within the header. */
struct slice {
    const char *text;
    int         length;
};

static inshi_status truncated(struct stream *s)
{
    return context_fail(s->context, INSHI_ERR_DATA,
                        "%s is truncated: it ends within its npy header; copy or download it again", s->name);
}

static inshi_status damaged(const struct cursor *c, const char *wanted)
{
    return context_fail(c->stream->context, INSHI_ERR_DATA,
                        "%s has a damaged npy header: %s expected at byte %d of it; write the file again",
                        c->stream->name, wanted, (int)(c->at - c->begin));
}

static void skip_space(struct cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\t' || *c->at == '\r'))
        c->at++;
}

/* Consumes one character where it comes next. */
static bool take(struct cursor *c, char wanted)
{
    skip_space(c);
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

static bool take_text(struct cursor *c, struct slice *out)
{
    skip_space(c);
    if (c->at == c->end || (*c->at != '\'' && *c->at != '"'))
        return false;
    const char *from = c->at + 1;
    const char *to   = memchr(from, *c->at, (size_t)(c->end - from));
    if (!to || memchr(from, '\\', (size_t)(to - from)))
        return false;
    *out  = (struct slice){from, (int)(to - from)};
    c->at = to + 1;
    return true;
}

static bool equals(struct slice s, const char *text)
{
    return strlen(text) == (size_t)s.length && memcmp(s.text, text, (size_t)s.length) == 0;
}

static bool take_word(struct cursor *c, const char *word)
{
    const size_t length = strlen(word);
    skip_space(c);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0)
        return false;
    c->at += length;
    return true;
}

/* What a kind that inshi does not read is called, and what to do about it. */
static const char *kind_refused(char kind, const char **instead)
{
    *instead = "write the numbers alone, e.g. with X.astype('f8')";
    switch (kind) {
    case 'O':
        return "Python objects";
    case 'c':
        *instead = "write abs(X), or its real part";
        return "complex numbers";
    case 'S':
    case 'a':
        return "byte strings";
    case 'U':
        return "strings";
    case 'V':
        return "records of raw bytes";
    case 'M':
    case 'm':
        return "dates or time spans";
    case 'f':
        return "floating-point numbers of an unusual size";
    default:
        return "values of an unknown type";
    }
}

static inshi_status refuse_dtype(const struct cursor *c, struct slice descr)
{
    const char *instead;
    const char  kind = descr.length > 1 ? descr.text[1] : descr.length ? descr.text[0] : 0;
    const char *what = kind_refused(kind, &instead);
    return context_fail(c->stream->context, INSHI_ERR_DATA,
                        "%s holds %s (dtype '%.*s'), and inshi reads u1 u2 u4 u8 i1 i2 i4 i8 f2 f4 f8 b1; %s",
                        c->stream->name, what, descr.length < SHOWN ? descr.length : SHOWN, descr.text,
                        instead);
}

static bool known_dtype(const char *name, inshi_dtype *out)
{
    for (int d = INSHI_DTYPE_U1; d <= INSHI_DTYPE_B1; d++) {
        if (strcmp(name, inshi_dtype_name((inshi_dtype)d)) == 0) {
            *out = (inshi_dtype)d;
            return true;
        }
    }
    return false;
}

/* '|S3', '<U3' */
static inshi_status read_text_type(const struct cursor *c, struct slice descr, struct npy_header *h)
{
    h->length = 0;
    for (int i = 2; i < descr.length && i < 6; i++)
        h->length =
            descr.text[i] >= '0' && descr.text[i] <= '9' ? 10 * h->length + descr.text[i] - '0' : LONGEST;
    if (descr.length < 3 || descr.length > 5 || h->length > LONGEST ||
        (descr.text[1] != 'S' && descr.text[1] != 'U'))
        return context_fail(c->stream->context, INSHI_ERR_DATA,
                            "%s holds values of dtype '%.*s', and a text is needed", c->stream->name,
                            descr.length < SHOWN ? descr.length : SHOWN, descr.text);
    h->text = descr.text[1];
    h->swap = h->text == 'U' && descr.text[0] == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '>' : '<');
    return INSHI_OK;
}

/* '<f8', '>i2', '|u1', ... */
static inshi_status read_descr(struct cursor *c, struct npy_header *h)
{
    struct slice descr;
    skip_space(c);
    if (c->at < c->end && *c->at == '[')
        return context_fail(
            c->stream->context, INSHI_ERR_DATA,
            "%s holds structured records (a dtype with fields), and inshi reads plain numbers; "
            "write one field, or stack the fields into a matrix",
            c->stream->name);
    if (!take_text(c, &descr))
        return damaged(c, "a dtype in quotes");
    if (c->kind == NPY_TEXT)
        return read_text_type(c, descr, h);
    if (descr.length != 3)
        return refuse_dtype(c, descr);
    const char name[3] = {descr.text[1], descr.text[2], 0}, order = descr.text[0];
    if (!known_dtype(name, &h->dtype))
        return refuse_dtype(c, descr);
    const bool one_byte = inshi_dtype_bytes(h->dtype) == 1;
    if (order != '<' && order != '>' && !(order == '|' && one_byte))
        return refuse_dtype(c, descr);
    const char native = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '<' : '>';
    h->swap           = !one_byte && order != native;
    return INSHI_OK;
}

static inshi_status read_order(struct cursor *c, struct npy_header *h)
{
    h->fortran = take_word(c, "True");
    return h->fortran || take_word(c, "False") ? INSHI_OK : damaged(c, "True or False");
}

/* One dimension; -1 where no number stands there, -2 where it is too large. */
static int64_t take_dimension(struct cursor *c)
{
    int64_t     value = 0;
    bool        large = false;
    const char *first = c->at;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++)
        large |=
            __builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, *c->at - '0', &value);
    return c->at == first ? -1 : large ? -2 : value;
}

static inshi_status check_shape(struct cursor *c, int64_t count, struct slice shape, struct npy_header *h)
{
    inshi_context *context = c->stream->context;
    const char    *name    = c->stream->name;
    const int      shown   = shape.length < SHOWN ? shape.length : SHOWN;
    if (c->kind == NPY_VECTOR || c->kind == NPY_TEXT) {
        const bool vector = c->kind == NPY_VECTOR;
        h->rows           = vector ? h->rows : 1;
        h->columns        = 1;
        if (count == vector)
            return INSHI_OK;
        return context_fail(context, INSHI_ERR_DATA, "%s has the shape %.*s, and %s is needed", name, shown,
                            shape.text, vector ? "a list of numbers" : "a single text");
    }
    if (c->kind == NPY_COLUMN && count == 1) {
        h->columns = 1;
        count      = 2;
    }
    if (count == 0)
        return context_fail(context, INSHI_ERR_DATA,
                            "%s holds a single number, and a matrix has two dimensions", name);
    if (count == 1)
        return context_fail(context, INSHI_ERR_DATA,
                            "%s is a 1-D array of %lld entries, and a matrix has two dimensions; "
                            "write X[:, None] for one column or X[None, :] for one row",
                            name, (long long)h->rows);
    if (count > 2)
        return context_fail(context, INSHI_ERR_DATA,
                            "%s is a %lld-D array of shape %.*s, and a matrix has two dimensions; "
                            "write X.reshape(len(X), -1), or a part of it",
                            name, (long long)count, shown, shape.text);
    if (h->rows == 0 || h->columns == 0)
        return context_fail(
            context, INSHI_ERR_DATA,
            "%s: X is empty: it is %lld x %lld, and a matrix needs at least one row and one column", name,
            (long long)h->rows, (long long)h->columns);
    return INSHI_OK;
}

/* (3, 4): digits and commas, an optional comma at the end. */
static inshi_status read_shape(struct cursor *c, struct npy_header *h)
{
    if (!take(c, '('))
        return damaged(c, "a shape in parentheses");
    const char *first = c->at - 1;
    int64_t     count = 0;
    while (!take(c, ')')) {
        if (count > 0 && !take(c, ','))
            return damaged(c, "a comma");
        if (count > 0 && take(c, ')'))
            break;
        skip_space(c);
        const int64_t size = take_dimension(c);
        if (size == -1)
            return damaged(c, "a dimension");
        if (size == -2)
            return context_fail(
                c->stream->context, INSHI_ERR_DATA,
                "%s has a damaged npy header: a dimension of its shape is larger than any file",
                c->stream->name);
        if (count < 2)
            *(count ? &h->columns : &h->rows) = size;
        count++;
    }
    return check_shape(c, count, (struct slice){first, (int)(c->at - first)}, h);
}

enum { DESCR = 1, ORDER = 2, SHAPE = 4, ALL = 7 };

static inshi_status read_item(struct cursor *c, struct npy_header *h, int *seen)
{
    struct slice key;
    if (!take_text(c, &key))
        return damaged(c, "a key in quotes");
    const int item = equals(key, "descr")           ? DESCR
                     : equals(key, "fortran_order") ? ORDER
                     : equals(key, "shape")         ? SHAPE
                                                    : 0;
    if (!item || *seen & item)
        return context_fail(c->stream->context, INSHI_ERR_DATA,
                            "%s has a damaged npy header: the key '%.*s' %s; write the file again",
                            c->stream->name, key.length < SHOWN ? key.length : SHOWN, key.text,
                            item ? "comes twice" : "is unknown");
    *seen |= item;
    if (!take(c, ':'))
        return damaged(c, "a colon");
    return item == DESCR ? read_descr(c, h) : item == ORDER ? read_order(c, h) : read_shape(c, h);
}

static inshi_status read_dict(struct cursor *c, struct npy_header *h)
{
    int seen = 0;
    if (!take(c, '{'))
        return damaged(c, "'{'");
    while (!take(c, '}')) {
        if (seen && !take(c, ','))
            return damaged(c, "a comma");
        if (seen && take(c, '}'))
            break;
        const inshi_status status = read_item(c, h, &seen);
        if (status)
            return status;
    }
    skip_space(c);
    if (c->at < c->end)
        return damaged(c, "nothing more");
    if (seen != ALL)
        return context_fail(c->stream->context, INSHI_ERR_DATA,
                            "%s has a damaged npy header: it has no key '%s'; write the file again",
                            c->stream->name,
                            !(seen & DESCR)   ? "descr"
                            : !(seen & ORDER) ? "fortran_order"
                                              : "shape");
    if (checked_product(checked_product(h->rows, h->columns), h->text ? 4 : inshi_dtype_bytes(h->dtype)) < 0)
        return context_fail(
            c->stream->context, INSHI_ERR_DATA,
            "%s has a damaged npy header: %lld x %lld entries are more than any file can hold",
            c->stream->name, (long long)h->rows, (long long)h->columns);
    return INSHI_OK;
}

/* Consumes magic, version and the length of the dict. */
static inshi_status read_prefix(struct stream *s, size_t *length)
{
    uint8_t      b[PREFIX + 4] = {0};
    size_t       got, more = 0;
    inshi_status status = stream_read(s, b, PREFIX, &got);
    if (status)
        return status;
    if (memcmp(b, NPY_MAGIC, got < NPY_MAGIC_BYTES ? got : NPY_MAGIC_BYTES) != 0)
        return context_fail(s->context, INSHI_ERR_DATA, "%s is not npy: it does not begin with \\x93NUMPY",
                            s->name);
    if (got < PREFIX)
        return truncated(s);
    const int major = b[6], minor = b[7];
    if (major < 1 || major > 3 || minor != 0)
        return context_fail(s->context, INSHI_ERR_DATA,
                            "%s is npy of version %d.%d, and inshi reads 1.0, 2.0 and 3.0", s->name, major,
                            minor);
    const size_t bytes = major == 1 ? 2 : 4;
    status             = stream_read(s, b + PREFIX, bytes, &more);
    if (status)
        return status;
    if (more < bytes)
        return truncated(s);
    *length = b[8] | (size_t)b[9] << 8 | (size_t)b[10] << 16 | (size_t)b[11] << 24;
    if (*length > LONGEST)
        return context_fail(s->context, INSHI_ERR_DATA,
                            "%s has an npy header of %zu bytes, and that of a matrix has at most %d", s->name,
                            *length, LONGEST);
    return INSHI_OK;
}

inshi_status npy_header_read(struct stream *s, enum npy_kind kind, struct npy_header *out)
{
    size_t       length = 0, got;
    inshi_status status = read_prefix(s, &length);
    if (status)
        return status;
    if (s->size >= 0 && (int64_t)length > s->size - s->offset)
        return truncated(s);
    char *text = memory_take(s->context, (int64_t)length, 1, "an npy header");
    if (!text)
        return INSHI_ERR_MEMORY;
    status = stream_read(s, text, length, &got);
    if (!status && got < length)
        status = truncated(s);
    if (!status) {
        struct cursor c = {s, kind, text, text, text + length};
        *out            = (struct npy_header){0};
        status          = read_dict(&c, out);
    }
    memory_give(s->context, text);
    return status;
}
