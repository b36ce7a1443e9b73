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

/* Reads .npy, .csv, .tsv, each also as .gz; path "-" reads npy from standard input. The content decides what it is;
 * format ("npy", "csv", "tsv", NULL) overrides. Sizes come from the file, never from a header alone. Values are read as they are stored;
 * negative entries, NaN and infinities are for the caller of inshi_fit to hear of, but missing fields of csv
 * (empty, NA, NaN) are refused here.
 *   IO (missing, a directory, no permission), DATA (malformed: file, line, column), MEMORY, ARGUMENT (format) */
INSHI_API inshi_status inshi_data_read(inshi_context *context, const char *path, const char *format,
                                       inshi_data **out);
INSHI_API void         inshi_data_destroy(inshi_data *data);

INSHI_API inshi_matrix inshi_data_matrix(const inshi_data *data);
INSHI_API const char  *inshi_data_format(const inshi_data *data);              /* "npy", "csv", "tsv"   */
INSHI_API const char  *inshi_data_row_name(const inshi_data *data, int64_t row); /* NULL where unnamed */
INSHI_API const char  *inshi_data_column_name(const inshi_data *data, int64_t column);

/* Writes a dense matrix as npy (version 1.0, C order, its own dtype) or csv. Both are atomic: a temporary file in
 * the same folder, fsync, rename. csv: numbers that read back to the same bits; row_names and column_names are
 * NULL or arrays of rows and columns texts, quoted where needed; corner is the text above the row names.
 *   IO (what the system said), MEMORY */
INSHI_API inshi_status inshi_npy_write(inshi_context *context, const char *path, inshi_matrix matrix);
INSHI_API inshi_status inshi_csv_write(inshi_context *context, const char *path, inshi_matrix matrix,
                                       const char *corner, const char *const *row_names,
                                       const char *const *column_names);

/* Writes bytes atomically, as above. */
INSHI_API inshi_status inshi_file_write(inshi_context *context, const char *path, const void *bytes, size_t count);

#ifdef __cplusplus
}
#endif
#endif
