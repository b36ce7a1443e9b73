/* checksum.h -- CRC-64 with the polynomial of ECMA-182, reflected, as in xz. */
#ifndef INSHI_BASE_CHECKSUM_H
#define INSHI_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* What eight bytes at a time need; made by checksum_prepare. */
struct checksum_table {
    uint64_t of[8][256];
};

void checksum_prepare(struct checksum_table *table);

/* The CRC of the bytes behind those that `before` is the CRC of; 0 at the beginning. "123456789" has
 * 995dc9bbdf1939fa. */
uint64_t checksum_add(const struct checksum_table *table, uint64_t before, const void *bytes, size_t count);

#endif
