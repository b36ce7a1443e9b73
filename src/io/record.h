/* record.h -- csv text to records: lines of fields, quotes undone. */
#ifndef INSHI_IO_RECORD_H
#define INSHI_IO_RECORD_H

#include "io/stream.h"

struct field {
    int64_t start; /* within text; ended by 0 */
    int32_t length;
    bool    quoted;
};

struct record {
    char         *text;
    int64_t       used, capacity;
    struct field *fields;
    int64_t       count, field_capacity;
    int64_t       line; /* where it begins, from 1 */
};

/* Cuts text into records. source NULL: the bytes [at, end) are all there is. */
struct record_reader {
    inshi_context *context;
    struct stream *source;
    const uint8_t *begin, *at, *end; /* what the stream has shown; [begin, at) is used up */
    char           separator;
    int64_t        line;
    inshi_status   status;       /* of the stream or the memory */
    const char    *problem;      /* with DATA: what is wrong, the rest of a sentence */
    int64_t        problem_line; /* and where */
    bool           open_ended;   /* the last record was ended by the end of the bytes, not by a line's end */
};

void record_reader_begin(struct record_reader *r, inshi_context *context, struct stream *source,
                         char separator);

/* Reads the next record that is neither blank nor a comment; *got = false at the end. Fields lose the blanks
 * around them. DATA sets r->problem and no message; the other errors have theirs. */
inshi_status record_next(struct record_reader *r, struct record *out, bool *got);

void record_end(inshi_context *context, struct record *record);

static inline const char *record_text(const struct record *record, int64_t field)
{
    return record->text + record->fields[field].start;
}

#endif
