/* checkpoint_key.h -- what a checkpoint belongs to: data, model and start, but not threads, output or stopping.
 *
 * Lines "d NAME: VALUE" (data) and "o NAME: VALUE" (options), so that a difference can be named. A new option that changes
 * the course of a fit needs a line in key_make; a name that one of two keys lacks counts as "none" there.
 */
#ifndef INSHI_MODEL_CHECKPOINT_KEY_H
#define INSHI_MODEL_CHECKPOINT_KEY_H

#include "model/plan.h"

enum { KEY_SIZE = 4096 };

struct key {
    size_t length;
    char   text[KEY_SIZE];
};

/* Reads X, and given factors, once. INTERRUPTED, MEMORY. */
inshi_status key_make(const struct plan *plan, struct key *key);

/* OK where both are the same; otherwise the first difference in a sentence: DATA or ARGUMENT. shown: the file. */
inshi_status key_compare(inshi_context *context, const char *shown, const struct key *saved,
                         const struct key *ours);

#endif
