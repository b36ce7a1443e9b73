/* zips.h -- zip archives and npy members for tests, made by hand, byte by byte. */
#ifndef TESTS_ZIPS_H
#define TESTS_ZIPS_H

#include "support/files.h"

/* One member to be written. What is not 0 here replaces what would be right. */
struct zip_entry {
    const char  *name;
    struct bytes content;
    int          method; /* 0: stored, 8: deflate */
    int          flags;
    int          zip64; /* sizes in an extra field, and an end record of 64 bits */
    uint32_t     crc;
    uint32_t     size, packed;
};

/* The archive; contents stay the caller's. */
struct bytes zip_bytes(const struct zip_entry *entries, int count);

/* A one-dimensional npy file of count little-endian numbers. */
struct bytes npy_list(const char *descr, const void *numbers, int64_t count);

/* The members of scipy.sparse.save_npz for a 3 x 4 matrix with the entries (0, 1) = 1, (0, 3) = 2, (2, 0) = 3, as csr with
 * i4 indices and f8 values. zip_entries_free frees the contents. */
enum { ZIP_CSR = 5 };
void zip_csr(struct zip_entry entries[ZIP_CSR]);
void zip_entries_free(struct zip_entry *entries, int count);

#endif
