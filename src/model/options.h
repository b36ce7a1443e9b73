/* options.h -- the inside of the option table: rows by name, values from text. */
#ifndef INSHI_MODEL_OPTIONS_H
#define INSHI_MODEL_OPTIONS_H

#include <stdbool.h>
#include "inshi/options.h"

/* The row of that name, or NULL. */
const inshi_option *option_find(const char *name);

/* Sets one field from the default text of its row. */
void option_set_standard(inshi_options *options, const inshi_option *row);

/* True where the default of a REAL is a word ("auto"): the field then holds OPTION_AUTO, which is below its
 * range. */
bool option_may_be_auto(const inshi_option *row);

#define OPTION_AUTO (-1.0)

/* What a REAL or INTEGER must be, e.g. "a whole number of at least 0"; static or in buffer. */
enum { RANGE_TEXT = 96 };
const char *option_range(const inshi_option *row, char buffer[RANGE_TEXT]);

/* True where text is one of the choices "a|b|c". */
bool option_is_choice(const char *choices, const char *text);

/* A caller's options, perhaps of an older and shorter struct, as ours: checked, what it lacks at its default. */
inshi_status options_adopt(inshi_context *context, const inshi_options *from, inshi_options *to);

#endif
