/* names.h -- a growing list of texts, and how texts of a file are shown in a sentence. */
#ifndef INSHI_IO_NAMES_H
#define INSHI_IO_NAMES_H

#include <stdbool.h>
#include "base/context.h"

struct names {
    char    *text; /* all of them, each ended by 0 */
    int64_t  used, capacity;
    int64_t *start; /* where each begins */
    int64_t  count, start_capacity;
};

/* Adds a copy of text, length bytes. MEMORY. */
inshi_status names_add(inshi_context *context, struct names *names, const char *text, int64_t length);

/* NULL where index is not in the list. */
const char *names_get(const struct names *names, int64_t index);

void names_end(inshi_context *context, struct names *names);

/* A capacity of at least `needed`, half as much again as the old one. */
int64_t names_capacity(int64_t old, int64_t needed);

enum { NAMES_SHOWN = 96 };

/* text in double quotes, control characters as spaces, cut between characters where long. Returns out. */
const char *names_show(const char *text, char out[NAMES_SHOWN]);

/* True for well-formed UTF-8. */
bool names_utf8(const char *text, int64_t length);

#endif
