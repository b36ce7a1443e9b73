/* files.h -- files for tests, made by hand, byte by byte. */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include "support/support.h"

struct bytes {
    uint8_t *at;
    size_t   count;
};

void bytes_add(struct bytes *bytes, const void *more, size_t count);
void bytes_free(struct bytes *bytes);

/* An npy file: magic, version major.0, the length of dict, dict as it is, the array. */
struct bytes npy_bytes(int major, const char *dict, const void *array, size_t count);

/* bytes packed as one gzip member. */
struct bytes gzip_bytes(const void *bytes, size_t count);

/* folder/name; the last eight results are valid. */
const char *path_in(const char *folder, const char *name);

void         put_file(const char *path, const void *bytes, size_t count);
void         put_text(const char *path, const char *text);
struct bytes get_file(const char *path);
int64_t      count_files(const char *folder); /* hidden ones too */
bool         file_exists(const char *path);

/* Value (row, column) of a dense f8 matrix. */
double f8_at(inshi_matrix matrix, int64_t row, int64_t column);

#endif
