/* names.c -- a growing list of texts, and how texts of a file are shown in a sentence. */
#include "io/names.h"

#include <string.h>

enum { LEAST_CAPACITY = 64, SHOWN_BYTES = 72 };

int64_t names_capacity(int64_t old, int64_t needed)
{
    const int64_t larger = old + old / 2 + LEAST_CAPACITY;
    return larger > needed ? larger : needed;
}

static inshi_status make_room(inshi_context *context, struct names *n, int64_t bytes)
{
    if (n->used + bytes > n->capacity) {
        const int64_t capacity = names_capacity(n->capacity, n->used + bytes);
        char         *text     = memory_grow(context, n->text, capacity, 1, "names");
        if (!text)
            return INSHI_ERR_MEMORY;
        n->text     = text;
        n->capacity = capacity;
    }
    if (n->count == n->start_capacity) {
        const int64_t capacity = names_capacity(n->start_capacity, 0);
        int64_t      *start    = memory_grow(context, n->start, capacity, sizeof *start, "names");
        if (!start)
            return INSHI_ERR_MEMORY;
        n->start          = start;
        n->start_capacity = capacity;
    }
    return INSHI_OK;
}

inshi_status names_add(inshi_context *context, struct names *n, const char *text, int64_t length)
{
    const inshi_status status = make_room(context, n, length + 1);
    if (status)
        return status;
    memcpy(n->text + n->used, text, (size_t)length);
    n->text[n->used + length] = 0;
    n->start[n->count++]      = n->used;
    n->used += length + 1;
    return INSHI_OK;
}

const char *names_get(const struct names *n, int64_t index)
{
    return index < 0 || index >= n->count ? NULL : n->text + n->start[index];
}

void names_end(inshi_context *context, struct names *n)
{
    memory_give(context, n->text);
    memory_give(context, n->start);
    *n = (struct names){0};
}

static bool continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

const char *names_show(const char *text, char out[NAMES_SHOWN])
{
    size_t       length = strlen(text);
    const size_t whole  = length;
    if (length > SHOWN_BYTES)
        for (length = SHOWN_BYTES; length > SHOWN_BYTES - 4 && continues(text[length]);)
            length--;
    char *o = out;
    *o++    = '"';
    for (size_t i = 0; i < length; i++)
        *o++ = (unsigned char)text[i] < ' ' || text[i] == 0x7f ? ' ' : text[i];
    strcpy(o, length < whole ? "...\"" : "\"");
    return out;
}

/* Bytes of the character that begins with c, and the least code point that needs so many; 0 where none begins
 * so. */
static int character_length(unsigned char c, uint32_t *code, uint32_t *least)
{
    const struct {
        unsigned char mask, lead;
        uint32_t      least;
    } kinds[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (int i = 0; i < 4; i++) {
        if ((c & kinds[i].mask) == kinds[i].lead) {
            *code  = c & (unsigned char)~kinds[i].mask;
            *least = kinds[i].least;
            return i + 1;
        }
    }
    return 0;
}

bool names_utf8(const char *text, int64_t length)
{
    for (int64_t i = 0; i < length;) {
        uint32_t  code, least;
        const int bytes = character_length((unsigned char)text[i], &code, &least);
        if (!bytes || i + bytes > length)
            return false;
        for (int k = 1; k < bytes; k++) {
            if (!continues(text[i + k]))
                return false;
            code = code << 6 | ((unsigned char)text[i + k] & 0x3f);
        }
        if (code < least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
            return false;
        i += bytes;
    }
    return true;
}
