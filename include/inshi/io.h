/* io.h -- read matrices from files, strictly, and write them, whole or not at all. */
#ifndef INSHI_IO_H
#define INSHI_IO_H

#include <stddef.h>
#include <stdint.h>
#include "inshi/context.h"
#include "inshi/matrix.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A matrix read from a file, with the names of its rows and columns where the file has them. */
typedef struct inshi_data inshi_data;

/* Reads .npy, .csv, .tsv, each also as .gz; path "-" is standard input. The content decides what it is (the ending
 * .tsv breaks ties); format ("npy", "csv", "tsv", NULL) overrides. Sizes come from the file, never from a header
 * alone. npy values are as they are stored, in native byte order; csv values become f8. Negative entries, NaN and
 * infinities are for the caller of inshi_fit to hear of, but missing fields of csv (empty, NA, NaN) are refused here.
 *
 * csv: separator comma, semicolon or tab; lines that are blank or start with # are skipped. The first line holds names
 * where it has a text that is no number, or a number in quotes above one without; the first column likewise.
 *   IO (missing, a directory, no permission), DATA (malformed: file, line, column), MEMORY, ARGUMENT (format),
 *   UNSUPPORTED (.gz without zlib), INTERRUPTED */
INSHI_API inshi_status inshi_data_read(inshi_context *context, const char *path, const char *format,
                                       inshi_data **out);
INSHI_API void         inshi_data_destroy(inshi_data *data);

INSHI_API inshi_matrix inshi_data_matrix(const inshi_data *data);
INSHI_API const char  *inshi_data_format(const inshi_data *data);                /* "npy", "csv", "tsv"  */
INSHI_API const char  *inshi_data_row_name(const inshi_data *data, int64_t row); /* UTF-8; NULL: unnamed */
INSHI_API const char  *inshi_data_column_name(const inshi_data *data, int64_t column);

/* Writes into text (size bytes, always ended) where entry (row, column) stands in the file: for csv and tsv
 * `line 1203, column 7 ("ERCC-00074")`, both from 1, the column of row names counted, the line on which the row
 * begins; otherwise `row 1203, column 7 (counting from 0)`. row and column count from 0. */
INSHI_API void inshi_data_where(const inshi_data *data, int64_t row, int64_t column, char *text, size_t size);

/* What is in a file. */
typedef struct inshi_file_info {
    const char *format; /* "npy", "csv", "tsv" */
    inshi_dtype dtype;  /* as inshi_data_read would give it */
    int64_t     rows, columns;
    int64_t     bytes;                   /* of the matrix in memory */
    const char *order;                   /* "C", "Fortran" */
    int         row_names, column_names; /* 1 where the file has them */
} inshi_file_info;

/* Looks into a file as inshi_data_read would. Of npy only the header is read, and the size of a plain file compared;
 * csv has to be read whole. Errors as there; out is then untouched. */
INSHI_API inshi_status inshi_data_inspect(inshi_context *context, const char *path, const char *format,
                                          inshi_file_info *out);

/* Writes a dense matrix as npy (version 1.0, C order, its own dtype) or csv. Both are atomic: a temporary file in
 * the same folder, fsync, rename. csv: the shortest numbers that read back to the same bits, NaN as NaN; row_names
 * and column_names are NULL or arrays of rows and columns texts, quoted where needed; corner is the text above the
 * row names, NULL = none. A device or pipe is written in place.
 *   IO (what the system said), MEMORY, UNSUPPORTED (a sparse matrix), ARGUMENT */
INSHI_API inshi_status inshi_npy_write(inshi_context *context, const char *path, inshi_matrix matrix);
INSHI_API inshi_status inshi_csv_write(inshi_context *context, const char *path, inshi_matrix matrix,
                                       const char *corner, const char *const *row_names,
                                       const char *const *column_names);

/* Writes bytes atomically, as above. */
INSHI_API inshi_status inshi_file_write(inshi_context *context, const char *path, const void *bytes,
                                        size_t count);

#ifdef __cplusplus
}
#endif
#endif
