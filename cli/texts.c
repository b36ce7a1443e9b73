/* texts.c -- see texts.h. */
#include "texts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "console.h"

void *small_take(size_t count, size_t size)
{
    void *block = calloc(count ? count : 1, size);
    if (!block) {
        fputs("inshi: not enough memory\n", stderr);
        exit(EXIT_NO_MEMORY);
    }
    return block;
}

char *text_print(const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    char     *text   = small_take((size_t)(length < 0 ? 0 : length) + 1, 1);
    vsnprintf(text, (size_t)(length < 0 ? 0 : length) + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

void texts_add(struct texts *texts, const char *text)
{
    for (int64_t i = 0; i < texts->count; i++)
        if (strcmp(texts->items[i], text) == 0)
            return;
    char **larger = small_take((size_t)texts->count + 1, sizeof *larger);
    if (texts->count)
        memcpy(larger, texts->items, (size_t)texts->count * sizeof *larger);
    free(texts->items);
    texts->items                 = larger;
    texts->items[texts->count++] = text_print("%s", text);
}

void texts_release(struct texts *texts)
{
    for (int64_t i = 0; i < texts->count; i++)
        free(texts->items[i]);
    free(texts->items);
    *texts = (struct texts){NULL, 0};
}
