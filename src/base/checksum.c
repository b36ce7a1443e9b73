/* checksum.c -- CRC-64, eight bytes at a time (M. E. Kounavis, F. L. Berry. Novel table lookup-based algorithms for
 * high-performance CRC generation. IEEE Transactions on Computers 57(11), 2008). */
#include "base/checksum.h"

static const uint64_t POLYNOMIAL = UINT64_C(0xc96c5795d7870f42);

void checksum_prepare(struct checksum_table *table)
{
    for (int byte = 0; byte < 256; byte++) {
        uint64_t crc = (uint64_t)byte;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
        table->of[0][byte] = crc;
    }
    for (int byte = 0; byte < 256; byte++)
        for (int i = 1; i < 8; i++) {
            const uint64_t crc = table->of[i - 1][byte];
            table->of[i][byte] = crc >> 8 ^ table->of[0][crc & 255];
        }
}

uint64_t checksum_add(const struct checksum_table *table, uint64_t before, const void *bytes, size_t count)
{
    const unsigned char *at  = bytes;
    uint64_t             crc = ~before;
    for (; count >= 8; at += 8, count -= 8) {
        for (int i = 0; i < 8; i++)
            crc ^= (uint64_t)at[i] << 8 * i;
        uint64_t next = 0;
        for (int i = 0; i < 8; i++)
            next ^= table->of[7 - i][crc >> 8 * i & 255];
        crc = next;
    }
    for (; count > 0; at++, count--)
        crc = crc >> 8 ^ table->of[0][(crc ^ *at) & 255];
    return ~crc;
}
