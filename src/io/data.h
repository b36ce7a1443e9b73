/* data.h -- the inside of an inshi_data, and the readers that fill it. */
#ifndef INSHI_IO_DATA_H
#define INSHI_IO_DATA_H

#include "inshi/io.h"
#include "io/names.h"
#include "io/stream.h"

/* From `row` on, rows stand on consecutive lines that begin with `line`. */
struct line_run {
    int64_t row, line;
};

/* Where an entry stands, counted from 0, and its line, from 1; line 0: there is none. */
struct mtx_where {
    int64_t row, column, line;
};

struct inshi_data {
    inshi_context   *context;
    inshi_matrix     matrix; /* data, pointers and indices are owned */
    const char      *format;
    struct names     row_names, column_names;
    struct line_run *runs; /* csv only */
    int64_t          run_count, run_capacity;
    int64_t          first_column; /* where the values begin in a line of csv, from 1 */
    struct mtx_where negative;     /* mtx only: the first negative entry in the order of rows */
};

/* Reads an open stream as inshi_data_read does; suffix is the end of the file's name, for ties. Fuzzing
 * enters here. */
inshi_status data_read_stream(struct stream *s, const char *suffix, const char *format, inshi_data **out);

/* `column 7 ("ERCC-00074")`: a column of a csv file, counted from 1, with its name where there is one. */
enum { DATA_PLACE = 160 };
const char *data_place(const inshi_data *data, int64_t file_column, char text[DATA_PLACE]);

/* Fill an empty data; what they leave after a failure, inshi_data_destroy frees. */
inshi_status npy_read(struct stream *s, inshi_data *data);
inshi_status npy_inspect(struct stream *s, inshi_file_info *out);
inshi_status mtx_read(struct stream *s, inshi_data *data);
inshi_status mtx_inspect(struct stream *s, inshi_file_info *out);
inshi_status npz_read(struct stream *s, inshi_data *data);
inshi_status npz_inspect(struct stream *s, inshi_file_info *out);
inshi_status csv_read(struct stream *s, char separator, inshi_data *data);

#endif
