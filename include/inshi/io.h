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

/* Reads .npy, .npz, .mtx, .csv, .tsv, each also as .gz; path "-" is standard input. The content decides what it is (the
 * ending .tsv breaks ties); format ("npy", "npz", "mtx", "csv", "tsv", NULL) overrides. Sizes come from the file, never
 * from a header alone. Negative entries, NaN (missing) and infinities are for the caller of inshi_fit to hear of, but
 * an mtx file may list neither NaN nor infinities.
 *
 * npy: values as they are stored, in native byte order.
 * npz: of scipy.sparse.save_npz csr and csc as they are, with entries sorted within rows (columns), and coo as CSR;
 *      otherwise one dense array, as npy. Values and indices keep their types.
 * mtx: Matrix Market; coordinate (real, integer, pattern; general, symmetric) as CSR, int32 indices where they do. Real
 *      values are exactly rounded f8, whole numbers get the least u1 to u8 (i1 to i8 where one is negative), a pattern is
 *      u1 of ones. array (real, integer; general) as dense f8. Read on the context's threads; equal bits for any number.
 * Entries that list one place more than once are added up, with one warning.
 * csv: values become f8; empty fields, NA and NaN are NaN. Separator comma, semicolon or tab; lines that are blank or
 *      start with # are skipped. The first line holds names where it has a text that is no number, or a number in quotes
 *      above one without; the first column likewise.
 *   IO (missing, a directory, no permission, changed while it is read), DATA (malformed: file, line, column), MEMORY,
 *   ARGUMENT (format), UNSUPPORTED (.gz or packed .npz without zlib), INTERRUPTED */
INSHI_API inshi_status inshi_data_read(inshi_context *context, const char *path, const char *format,
                                       inshi_data **out);

/* The same for a list of numbers, such as weights of rows: an npy array of one dimension is a column. */
INSHI_API inshi_status inshi_list_read(inshi_context *context, const char *path, const char *format,
                                       inshi_data **out);

INSHI_API void inshi_data_destroy(inshi_data *data);

INSHI_API inshi_matrix inshi_data_matrix(const inshi_data *data);
INSHI_API const char  *inshi_data_format(const inshi_data *data); /* "npy", "npz", "mtx", "csv", "tsv" */
INSHI_API const char  *inshi_data_row_name(const inshi_data *data, int64_t row); /* UTF-8; NULL: unnamed */
INSHI_API const char  *inshi_data_column_name(const inshi_data *data, int64_t column);

/* Writes into text (size bytes, always ended) where entry (row, column) stands in the file: for csv and tsv
 * `line 1203, column 7 ("ERCC-00074")`, both from 1, the column of row names counted, the line on which the row
 * begins; for the first negative entry of mtx `line 1203 (row 5, column 7)`, all from 1; otherwise
 * `row 1203, column 7 (counting from 0)`. row and column count from 0. */
INSHI_API void inshi_data_where(const inshi_data *data, int64_t row, int64_t column, char *text, size_t size);

/* What is in a file. */
typedef struct inshi_file_info {
    const char *format; /* "npy", "npz", "mtx", "csv", "tsv" */
    inshi_dtype dtype;  /* as inshi_data_read would give it; 0: the least integer type (mtx, whole numbers) */
    int64_t     rows, columns;
    int64_t     bytes;                   /* of the matrix in memory; with dtype 0 as if it were of one byte */
    const char *order;                   /* "C", "Fortran", "CSR", "CSC" */
    int         row_names, column_names; /* 1 where the file has them */
    int         sparse;
    int64_t     nonzeros; /* sparse: entries that are listed, at most (symmetric mtx: twice); dense: -1 */
} inshi_file_info;

/* Looks into a file as inshi_data_read would. Of npy, mtx and the arrays in npz only the headers are read, and the size
 * of a plain file compared; csv has to be read whole. Errors as there; out is then untouched. */
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
