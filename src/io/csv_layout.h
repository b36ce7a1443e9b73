/* csv_layout.h -- what a csv file does not say: its separator, and whether it has names. */
#ifndef INSHI_IO_CSV_LAYOUT_H
#define INSHI_IO_CSV_LAYOUT_H

#include "io/number.h"
#include "io/record.h"

struct csv_layout {
    bool    header, row_names;
    int64_t fields;       /* of every line below the header */
    bool    short_header; /* the header has no field above the names of rows */
};

/* The first bytes of a file; goes_on where there are more. */
struct csv_beginning {
    const uint8_t *bytes;
    size_t         count;
    bool           goes_on;
};

/* Finds the separator from the beginning of a file: that which gives lines of equally many fields, then most
 * numbers, then fewest texts; then a tab where tab_first, then a comma. MEMORY. */
inshi_status csv_layout_separator(inshi_context *context, const struct csv_beginning *text, bool tab_first,
                                  char *separator);

/* Decides by the first two records (second: NULL where there is one record) what is a name. A first line that
 * mixes numbers and texts is refused, because a mistyped number would make a line of data vanish. name is the
 * file's. DATA */
inshi_status csv_layout_decide(inshi_context *context, const char *name, const struct record *first,
                               const struct record *second, struct csv_layout *out);

#endif
