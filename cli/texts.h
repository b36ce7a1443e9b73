/* texts.h -- a list of texts that grows, and memory for small things. */
#ifndef CLI_TEXTS_H
#define CLI_TEXTS_H

#include <stddef.h>
#include <stdint.h>

struct texts {
    char  **items;
    int64_t count;
};

/* Adds a copy; a text that is in the list already is not added again. */
void texts_add(struct texts *texts, const char *text);
void texts_release(struct texts *texts);

/* Cleared memory for small things; where there is none the command ends with its exit code for that. */
__attribute__((returns_nonnull)) void *small_take(size_t count, size_t size);

/* printf into a new text of small_take(). */
__attribute__((returns_nonnull, format(printf, 1, 2))) char *text_print(const char *format, ...);

#endif
