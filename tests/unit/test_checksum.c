/* test_checksum.c -- CRC-64 against published values and the definition, bit by bit. */
#include "base/checksum.h"

#include "support/draw.h"
#include "support/support.h"

static struct checksum_table table;

/* The definition: one bit at a time. */
static uint64_t by_bits(const uint8_t *bytes, size_t count)
{
    uint64_t crc = ~UINT64_C(0);
    for (size_t i = 0; i < count; i++)
        for (int bit = 0; bit < 8; bit++) {
            const uint64_t out = (crc ^ bytes[i] >> bit) & 1;
            crc                = crc >> 1 ^ (out ? UINT64_C(0xc96c5795d7870f42) : 0);
        }
    return ~crc;
}

static void test_published_values(void **state)
{
    (void)state;
    assert_true(checksum_add(&table, 0, "123456789", 9) == UINT64_C(0x995dc9bbdf1939fa));
    assert_true(checksum_add(&table, 0, "", 0) == 0);
    assert_true(checksum_add(&table, 0, "This is a test of the emergency broadcast system.", 49) ==
                UINT64_C(0x27db187fc15bbc72)); /* xz's tests, crc64_emergency */
}

static void test_the_definition_at_every_length_and_place(void **state)
{
    (void)state;
    uint8_t  bytes[100];
    uint64_t seed = 1;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)draw_bits(&seed);
    for (size_t first = 0; first < 9; first++)
        for (size_t count = 0; first + count <= sizeof bytes; count++) {
            const uint64_t whole = by_bits(bytes + first, count);
            assert_true(checksum_add(&table, 0, bytes + first, count) == whole);
            const uint64_t part = checksum_add(&table, 0, bytes + first, count / 3);
            assert_true(checksum_add(&table, part, bytes + first + count / 3, count - count / 3) == whole);
        }
}

int main(void)
{
    checksum_prepare(&table);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_values),
        cmocka_unit_test(test_the_definition_at_every_length_and_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
