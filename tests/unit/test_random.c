/* test_random.c -- Philox 4x32-10 against the known answers of its authors, and uniform numbers made of it. */
#include "support/support.h"

#include <math.h>
#include "base/random.h"

/* kat_vectors of Random123 (Salmon, Moraes, Dror, Shaw 2011). */
static void test_philox_known_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (int i = 0; i < 3; i++) {
        uint32_t out[4];
        random_philox(known[i].counter, known[i].key, out);
        assert_memory_equal(out, known[i].out, sizeof out);
    }
}

/* seed 0, stream 0, entry (0, 0): the first known answer, its low 53 bits of 64 */
static void test_uniform_is_made_of_philox(void **state)
{
    (void)state;
    const uint64_t bits = UINT64_C(0xe169c58d6627e8d5) >> 11;
    assert_true(random_uniform(0, 0, 0, 0) == (double)bits / 9007199254740992.0);
}

static void test_uniform_moments(void **state)
{
    (void)state;
    enum { N = 400 };
    double sum = 0, squares = 0, neighbours = 0, previous = 0;
    for (int64_t i = 0; i < N; i++)
        for (int64_t j = 0; j < N; j++) {
            const double a = random_uniform(42, 1, i, j);
            assert_true(a >= 0 && a < 1);
            sum += a;
            squares += a * a;
            neighbours += (a - 0.5) * (previous - 0.5);
            previous = a;
        }
    const double count = (double)N * N;
    assert_true(fabs(sum / count - 0.5) < 5 * sqrt(1.0 / 12 / count));
    assert_true(fabs(squares / count - 1.0 / 3) < 5 * sqrt(4.0 / 45 / count));
    assert_true(fabs(neighbours / count) < 5.0 / 12 / sqrt(count));
}

/* Every coordinate matters, beyond 32 bits too; row and column are not the same. */
static void test_every_coordinate_matters(void **state)
{
    (void)state;
    const double numbers[] = {random_uniform(7, 3, 5, 9),
                              random_uniform(8, 3, 5, 9),
                              random_uniform(7 + (UINT64_C(1) << 32), 3, 5, 9),
                              random_uniform(7, 4, 5, 9),
                              random_uniform(7, 3, 6, 9),
                              random_uniform(7, 3, 5, 10),
                              random_uniform(7, 3, 9, 5),
                              random_uniform(7, 3, 5 + (INT64_C(1) << 32), 9),
                              random_uniform(7, 3, 5, 9 + (INT64_C(1) << 32)),
                              random_uniform(7, 3, 5 + (INT64_C(1) << 47), 9),
                              random_uniform(7, 3, 5, 9 + (INT64_C(1) << 47))};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(numbers[i] != numbers[j]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_philox_known_answers),
        cmocka_unit_test(test_uniform_is_made_of_philox),
        cmocka_unit_test(test_uniform_moments),
        cmocka_unit_test(test_every_coordinate_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
