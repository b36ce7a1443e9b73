/* mtx_header.c -- what stands before the entries of a Matrix Market file: banner, comments, sizes.
 *
 * Reference: R. F. Boisvert, R. Pozo, K. A. Remington, The Matrix Market exchange formats: initial design, NISTIR 5935,
 * 1996. Words of the banner in any case. Read: coordinate and array; real, double, integer, pattern; general, and
 * symmetric with coordinate.
 */
#include "io/mtx_header.h"

#include <string.h>
#include <strings.h>

enum { LONGEST_LINE = 1024, MOST_WORDS = 6, SHOWN = 40 };

struct line {
    char  text[LONGEST_LINE + 1];
    char *words[MOST_WORDS + 1];
    int   count; /* of words; MOST_WORDS + 1: more than that */
};

/* Consumes one line; comments may have any length. *kept: bytes of it in text, -1 at the end of the file. */
static inshi_status read_line(struct stream *s, struct line *line, int64_t *kept)
{
    const uint8_t *bytes;
    size_t         count;
    *kept = -1;
    for (int64_t used = 0;;) {
        const inshi_status status = stream_peek(s, 1, &bytes, &count);
        if (status || !count)
            return status;
        const uint8_t *stop = memchr(bytes, '\n', count);
        const size_t   here = stop ? (size_t)(stop - bytes) : count;
        const size_t   room = (size_t)(LONGEST_LINE - used), copied = here < room ? here : room;
        memcpy(line->text + used, bytes, copied);
        used += (int64_t)copied;
        stream_skip(s, here + (stop != NULL));
        line->text[used] = 0;
        *kept            = used;
        if (stop)
            return INSHI_OK;
    }
}

static void split(struct line *line)
{
    line->count = 0;
    for (char *at = line->text;;) {
        at += strspn(at, " \t\r");
        if (!*at || line->count > MOST_WORDS)
            return;
        line->words[line->count++] = at;
        at += strcspn(at, " \t\r");
        if (*at)
            *at++ = 0;
    }
}

static inshi_status truncated(struct stream *s)
{
    return context_fail(s->context, INSHI_ERR_DATA,
                        "%s is truncated: it ends before the line of its sizes; copy or download it again",
                        s->name);
}

static inshi_status refuse_word(struct stream *s, const char *word, const char *why)
{
    return context_fail(s->context, INSHI_ERR_DATA, "%s line 1: \"%.*s\" %s", s->name, SHOWN, word, why);
}

static inshi_status read_field(struct stream *s, const char *word, struct mtx_header *h)
{
    h->field = !strcasecmp(word, "integer")   ? MTX_INTEGER
               : !strcasecmp(word, "pattern") ? MTX_PATTERN
                                              : MTX_REAL;
    if (!strcasecmp(word, "complex"))
        return refuse_word(s, word,
                           "matrices are not for NMF, which needs values >= 0; write their absolute values");
    if (h->field == MTX_REAL && strcasecmp(word, "real") != 0 && strcasecmp(word, "double") != 0)
        return refuse_word(s, word, "is no kind of values; it is real, integer or pattern");
    if (h->field == MTX_PATTERN && h->array)
        return refuse_word(s, word,
                           "has no values, and the format array lists nothing else; coordinate has it");
    return INSHI_OK;
}

static inshi_status read_symmetry(struct stream *s, const char *word, struct mtx_header *h)
{
    h->symmetric = !strcasecmp(word, "symmetric");
    if (!strcasecmp(word, "skew-symmetric") || !strcasecmp(word, "hermitian"))
        return refuse_word(s, word, "matrices have negative or complex entries, and NMF needs values >= 0");
    if (!h->symmetric && strcasecmp(word, "general") != 0)
        return refuse_word(s, word, "is no symmetry; it is general or symmetric");
    if (h->symmetric && h->array)
        return refuse_word(s, word, "is not read in the format array; write it as general, or as coordinate");
    return INSHI_OK;
}

static inshi_status read_banner(struct stream *s, struct line *line, struct mtx_header *h)
{
    int64_t      kept;
    inshi_status status = read_line(s, line, &kept);
    if (status)
        return status;
    if (kept < MTX_BANNER_BYTES || strncasecmp(line->text, MTX_BANNER, MTX_BANNER_BYTES) != 0)
        return context_fail(s->context, INSHI_ERR_DATA, "%s is not Matrix Market: it does not begin with %s",
                            s->name, MTX_BANNER);
    split(line);
    if (line->count != 5 || strlen(line->words[0]) != MTX_BANNER_BYTES)
        return context_fail(
            s->context, INSHI_ERR_DATA,
            "%s line 1 is no banner: five words are needed, e.g. \"%s matrix coordinate real general\"",
            s->name, MTX_BANNER);
    if (strcasecmp(line->words[1], "matrix") != 0)
        return refuse_word(s, line->words[1], "is not read; the object must be matrix");
    h->array = !strcasecmp(line->words[2], "array");
    if (!h->array && strcasecmp(line->words[2], "coordinate") != 0)
        return refuse_word(s, line->words[2], "is no format; it is coordinate or array");
    status = read_field(s, line->words[3], h);
    return status ? status : read_symmetry(s, line->words[4], h);
}

static inshi_status read_size(struct stream *s, const struct mtx_header *h, const char *word, int64_t *out)
{
    *out = 0;
    for (const char *at = word; *at; at++)
        if (*at < '0' || *at > '9')
            return context_fail(s->context, INSHI_ERR_DATA,
                                "%s line %lld: \"%.*s\" is no size, a whole number >= 0", s->name,
                                (long long)h->line, SHOWN, word);
        else if (__builtin_mul_overflow(*out, 10, out) || __builtin_add_overflow(*out, *at - '0', out))
            return context_fail(s->context, INSHI_ERR_DATA,
                                "%s line %lld: the size %.*s is larger than any file", s->name,
                                (long long)h->line, SHOWN, word);
    return INSHI_OK;
}

/* An entry takes two bytes of a line (array) or four: 1 1\n; the last line needs no end. */
inshi_status mtx_header_fits(struct stream *s, const struct mtx_header *h, int64_t bytes)
{
    const int64_t least = h->array ? 2 : 4;
    if (checked_product(h->entries, 16) >= 0 && h->entries <= (bytes + 1) / least)
        return INSHI_OK;
    return context_fail(
        s->context, INSHI_ERR_DATA,
        "%s line %lld declares %lld x %lld with %lld %s, more than the file holds: %lld bytes follow; "
        "it is truncated, or the line is wrong",
        s->name, (long long)h->line, (long long)h->rows, (long long)h->columns, (long long)h->entries,
        h->entries == 1 ? "entry" : "entries", (long long)bytes);
}

static inshi_status check_sizes(struct stream *s, struct mtx_header *h)
{
    if (h->rows == 0 || h->columns == 0)
        return context_fail(
            s->context, INSHI_ERR_DATA,
            "%s line %lld: X is empty: it is %lld x %lld, and a matrix needs at least one row and one "
            "column",
            s->name, (long long)h->line, (long long)h->rows, (long long)h->columns);
    if (h->symmetric && h->rows != h->columns)
        return context_fail(s->context, INSHI_ERR_DATA,
                            "%s line %lld: a symmetric matrix is square, and this one is %lld x %lld",
                            s->name, (long long)h->line, (long long)h->rows, (long long)h->columns);
    if (h->array)
        h->entries = checked_product(h->rows, h->columns);
    return mtx_header_fits(s, h, s->size < 0 ? INT64_MAX - 1 : s->size - s->offset);
}

/* The first line that is neither blank nor a comment. */
static inshi_status read_sizes(struct stream *s, struct line *line, struct mtx_header *h)
{
    for (h->line = 2;; h->line++) {
        int64_t            kept;
        const inshi_status status = read_line(s, line, &kept);
        if (status)
            return status;
        if (kept < 0)
            return truncated(s);
        if (line->text[0] != '%' && line->text[strspn(line->text, " \t\r")])
            break;
    }
    split(line);
    const int wanted = h->array ? 2 : 3;
    if (line->count != wanted)
        return context_fail(
            s->context, INSHI_ERR_DATA, "%s line %lld: %s are needed here, and %s stand there", s->name,
            (long long)h->line,
            h->array ? "two sizes, rows and columns," : "three sizes, rows, columns and entries,",
            line->count < wanted ? "fewer" : "more");
    int64_t *const sizes[] = {&h->rows, &h->columns, &h->entries};
    for (int i = 0; i < wanted; i++) {
        const inshi_status status = read_size(s, h, line->words[i], sizes[i]);
        if (status)
            return status;
    }
    return check_sizes(s, h);
}

inshi_status mtx_header_read(struct stream *s, struct mtx_header *out)
{
    struct line line;
    *out                      = (struct mtx_header){.line = 1};
    const inshi_status status = read_banner(s, &line, out);
    return status ? status : read_sizes(s, &line, out);
}
