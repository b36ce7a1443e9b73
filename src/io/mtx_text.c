/* mtx_text.c -- the text of a file in pieces of whole lines, for several readings by several threads.
 *
 * Piece i has the lines that begin in bytes [i P, (i + 1) P): it is read with the byte before, to see whether one begins
 * at its first byte, and with what the last line may take beyond its end.
 */
#include "io/mtx_text.h"

#include <string.h>
#include "io/names.h"

struct mtx_held {
    char   *lines;
    int64_t count;
};

/* What a last line takes, the byte before a piece, a line's end; and what looks at digits by eight may see. */
enum { EXTRA = MTX_LONGEST_LINE + 2 + 8 };

int64_t mtx_text_room(const struct mtx_text *text)
{
    return text->piece + EXTRA;
}

static inshi_status add_piece(struct mtx_text *text, char *lines, int64_t count)
{
    inshi_context *context = text->stream->context;
    if (text->pieces == text->held_capacity) {
        const int64_t    capacity = names_capacity(text->held_capacity, 0);
        struct mtx_held *held = memory_grow(context, text->held, capacity, sizeof *held, text->stream->name);
        if (!held)
            return INSHI_ERR_MEMORY;
        text->held          = held;
        text->held_capacity = capacity;
    }
    text->held[text->pieces++] = (struct mtx_held){lines, count};
    return INSHI_OK;
}

/* Reads the next piece; the part of a line at its end goes to the next one: rest bytes at `from`. */
static inshi_status hold_piece(struct mtx_text *text, const char **from, int64_t *rest, bool *more)
{
    struct stream *s     = text->stream;
    char          *lines = memory_take(s->context, mtx_text_room(text), 1, s->name);
    size_t         got   = 0;
    if (!lines)
        return INSHI_ERR_MEMORY;
    inshi_status status = add_piece(text, lines, 0);
    if (status) {
        memory_give(s->context, lines);
        return status;
    }
    if (*rest)
        memcpy(lines, *from, (size_t)*rest);
    const int64_t room = text->piece + MTX_LONGEST_LINE - *rest;
    status             = stream_read(s, lines + *rest, (size_t)room, &got);
    if (status)
        return status;
    const int64_t there = *rest + (int64_t)got;
    *more               = (int64_t)got == room;
    int64_t whole       = there;
    if (!*more && there && lines[there - 1] != '\n')
        lines[whole++] = '\n';
    while (*more && whole && lines[whole - 1] != '\n')
        whole--;
    *rest                              = *more ? there - whole : 0;
    *from                              = lines + whole;
    text->held[text->pieces - 1].count = whole;
    if (*rest <= MTX_LONGEST_LINE)
        return INSHI_OK;
    return context_fail(s->context, INSHI_ERR_DATA,
                        "%s has a line of more than %d bytes; is a line's end missing?", s->name,
                        MTX_LONGEST_LINE);
}

static inshi_status hold(struct mtx_text *text)
{
    const char  *from = NULL;
    int64_t      rest = 0;
    bool         more = true;
    inshi_status status;
    do
        status = hold_piece(text, &from, &rest, &more);
    while (!status && more);
    return status;
}

inshi_status mtx_text_begin(struct stream *s, struct mtx_text *text)
{
    *text = (struct mtx_text){.stream = s, .piece = s->piece, .begin = s->offset, .end = s->size};
    if (!stream_can_seek(s))
        return hold(text);
    text->pieces = (text->end - text->begin + text->piece - 1) / text->piece;
    return INSHI_OK;
}

void mtx_text_end(struct mtx_text *text)
{
    inshi_context *context = text->stream->context;
    for (int64_t i = 0; text->held && i < text->pieces; i++)
        memory_give(context, text->held[i].lines);
    memory_give(context, text->held);
    text->held = NULL;
}

int64_t mtx_text_bytes(const struct mtx_text *text)
{
    int64_t bytes = text->end - text->begin;
    for (int64_t i = 0; text->held && i < text->pieces; i++)
        bytes = (i ? bytes : 0) + text->held[i].count;
    return bytes;
}

/* The place after the first line's end at or after `at`; NULL where there is none before end. */
static char *after_line(char *at, const char *end)
{
    char *stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    return stop ? stop + 1 : NULL;
}

enum mtx_trouble mtx_text_piece(const struct mtx_text *text, int64_t index, struct mtx_piece *piece,
                                int *error)
{
    if (text->held) {
        piece->lines = text->held[index].lines;
        piece->count = text->held[index].count;
        return MTX_FINE;
    }
    const int64_t first = text->begin + index * text->piece, from = first - (index > 0);
    const int64_t next = text->piece < text->end - first ? first + text->piece : text->end;
    const int64_t stop = MTX_LONGEST_LINE < text->end - next ? next + MTX_LONGEST_LINE : text->end;
    char         *b = piece->buffer, *end = b + (stop - from);
    *error = stream_read_at(text->stream, from, b, (size_t)(stop - from));
    if (*error)
        return *error < 0 ? MTX_CHANGED : MTX_SYSTEM;
    if (stop == text->end && end[-1] != '\n')
        *end++ = '\n';
    char *const start = index ? after_line(b, end) : b;
    piece->lines      = start;
    piece->count      = 0;
    if (!start) /* no line begins in this piece, and that which goes through it is too long */
        return MTX_LINE_TOO_LONG;
    if (start - b >= next - from)
        return MTX_FINE;
    const char *last = after_line(b + (next - from) - 1, end);
    if (!last)
        return MTX_LINE_TOO_LONG;
    piece->count = last - start;
    return MTX_FINE;
}
