/* test_context.c -- contexts: memory, messages, threads, instruction sets; status texts and the version. */
#include "support/support.h"

#include "base/context.h"
#include "base/parallel.h"

static void test_create_and_destroy(void **state)
{
    (void)state;
    assert_int_equal(inshi_context_create(NULL, NULL), INSHI_ERR_ARGUMENT);
    inshi_context_destroy(NULL);
    struct failing        failing   = {.fail_at = 1};
    const inshi_allocator allocator = failing_allocator(&failing);
    inshi_context        *context   = (inshi_context *)&failing;
    assert_int_equal(inshi_context_create(&allocator, &context), INSHI_ERR_MEMORY);
    assert_null(context);
    assert_int_equal(inshi_context_create(&allocator, &context), INSHI_OK);
    assert_string_equal(inshi_context_message(context), "");
    assert_int_equal(failing.live, 1);
    inshi_context_destroy(context);
    assert_int_equal(failing.live, 0);
    assert_true(strlen(inshi_context_message(NULL)) > 10);
    assert_int_equal(inshi_context_threads(NULL), 0);
    assert_string_equal(inshi_context_isa(NULL), "");
    assert_true(inshi_context_bytes(NULL) == 0 && inshi_context_peak_bytes(NULL) == 0);
}

static void test_memory_is_aligned_and_counted(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    void          *blocks[40];
    int64_t        bytes = 0;
    for (int i = 0; i < 40; i++) {
        blocks[i] = memory_take(context, i, 13, "a test");
        bytes += i * 13;
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % 64, 0);
        memset(blocks[i], 0xAB, (size_t)i * 13);
        assert_int_equal(inshi_context_bytes(context), bytes);
    }
    for (int i = 0; i < 40; i++)
        memory_give(context, blocks[i]);
    memory_give(context, NULL);
    assert_int_equal(inshi_context_bytes(context), 0);
    assert_int_equal(inshi_context_peak_bytes(context), bytes);
    inshi_context_hold(context, bytes + 5);
    assert_int_equal(inshi_context_peak_bytes(context), bytes + 5);
    inshi_context_hold(context, -bytes);
    inshi_context_restart_peak(context);
    assert_int_equal(inshi_context_peak_bytes(context), 5);
    inshi_context_hold(context, -5);
    assert_int_equal(inshi_context_bytes(context), 0);
    inshi_context_destroy(context);
}

static void test_memory_grows_and_keeps(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    unsigned char *block   = memory_grow(context, NULL, 10, 1, "a test");
    for (int i = 0; i < 10; i++)
        block[i] = (unsigned char)(i + 1);
    block = memory_grow(context, block, 1000, 1, "a test");
    for (int i = 0; i < 10; i++)
        assert_int_equal(block[i], i + 1);
    block = memory_grow(context, block, 5, 1, "a test");
    for (int i = 0; i < 5; i++)
        assert_int_equal(block[i], i + 1);
    assert_int_equal(inshi_context_bytes(context), 5);
    memory_give(context, block);
    inshi_context_destroy(context);
}

static void test_memory_that_is_not_there(void **state)
{
    (void)state;
    struct failing        failing   = {.fail_at = 3};
    const inshi_allocator allocator = failing_allocator(&failing);
    inshi_context        *context;
    assert_int_equal(inshi_context_create(&allocator, &context), INSHI_OK);
    char *kept = memory_take(context, 4, 1, "what is kept");
    memcpy(kept, "abc", 4);
    assert_null(memory_grow(context, kept, 3000000, 1, "the third block"));
    assert_non_null(strstr(inshi_context_message(context), "the third block"));
    assert_non_null(strstr(inshi_context_message(context), "3 MB"));
    assert_string_equal(kept, "abc");
    assert_null(memory_take(context, INT64_MAX / 4, 8, "too much"));
    assert_non_null(strstr(inshi_context_message(context), "too much"));
    assert_null(memory_take(context, -1, 8, "less than nothing"));
    assert_null(memory_take(context, INT64_MAX - 1, 1, "nearly everything"));
    memory_give(context, kept);
    inshi_context_destroy(context);
    assert_int_equal(failing.live, 0);
}

static void test_products_are_checked(void **state)
{
    (void)state;
    assert_int_equal(checked_product(7, 6), 42);
    assert_int_equal(checked_product(0, INT64_MAX), 0);
    assert_int_equal(checked_product(INT64_MAX, 1), INT64_MAX);
    assert_int_equal(checked_product(INT64_C(1) << 32, INT64_C(1) << 31), -1);
    assert_int_equal(checked_product(-1, 5), -1);
    assert_int_equal(checked_product(5, -1), -1);
}

static void test_a_long_sentence_is_cut(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    char           text[3000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = 0;
    assert_int_equal(context_fail(context, INSHI_ERR_DATA, "%s", text), INSHI_ERR_DATA);
    assert_int_equal(strlen(inshi_context_message(context)), MESSAGE_SIZE - 1);
    inshi_context_destroy(context);
}

static void test_threads_setting(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    assert_int_equal(inshi_context_set_threads(NULL, 1), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_context_set_threads(context, 3), INSHI_OK);
    assert_int_equal(inshi_context_threads(context), 3);
    assert_int_equal(inshi_context_set_threads(context, -1), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_context_set_threads(context, 1025), INSHI_ERR_ARGUMENT);
    assert_non_null(strstr(inshi_context_message(context), "1025"));
    assert_int_equal(inshi_context_threads(context), 3);
    assert_int_equal(inshi_context_set_threads(context, 0), INSHI_OK);
    assert_int_equal(inshi_context_threads(context), parallel_cpus());
    inshi_context_destroy(context);
}

static void test_instruction_sets(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    const char    *best    = inshi_context_isa(context);
    assert_int_equal(inshi_context_set_isa(context, "portable"), INSHI_OK);
    assert_string_equal(inshi_context_isa(context), "portable");
    assert_int_equal(inshi_context_set_isa(context, "sse9"), INSHI_ERR_ARGUMENT);
    assert_non_null(strstr(inshi_context_message(context), "sse9"));
    assert_int_equal(inshi_context_set_isa(context, NULL), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_context_set_isa(NULL, "auto"), INSHI_ERR_ARGUMENT);
    assert_string_equal(inshi_context_isa(context), "portable");
    const char *const names[] = {"avx2", "avx512"};
    for (int i = 0; i < 2; i++) {
        const inshi_status status = inshi_context_set_isa(context, names[i]);
        assert_true(status == INSHI_OK || status == INSHI_ERR_UNSUPPORTED);
        if (status)
            assert_non_null(strstr(inshi_context_message(context), names[i]));
    }
    assert_int_equal(inshi_context_set_isa(context, "auto"), INSHI_OK);
    assert_string_equal(inshi_context_isa(context), best);
    inshi_context_destroy(context);
}

static void test_every_status_has_its_text(void **state)
{
    (void)state;
    for (int i = 0; i <= INSHI_ERR_INTERNAL; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(inshi_status_text((inshi_status)i), inshi_status_text((inshi_status)j));
    assert_string_equal(inshi_status_text(INSHI_ERR_MEMORY), "not enough memory");
    assert_true(strlen(inshi_status_text((inshi_status)99)) > 5);
    assert_string_equal(inshi_version(), INSHI_VERSION);
    const char *const stops[] = {"tolerance", "iterations", "time", "interrupted"};
    for (int i = 0; i < 4; i++)
        assert_string_equal(inshi_stop_name((inshi_stop)(i + 1)), stops[i]);
    assert_string_equal(inshi_stop_name((inshi_stop)9), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create_and_destroy),
        cmocka_unit_test(test_memory_is_aligned_and_counted),
        cmocka_unit_test(test_memory_grows_and_keeps),
        cmocka_unit_test(test_memory_that_is_not_there),
        cmocka_unit_test(test_products_are_checked),
        cmocka_unit_test(test_a_long_sentence_is_cut),
        cmocka_unit_test(test_threads_setting),
        cmocka_unit_test(test_instruction_sets),
        cmocka_unit_test(test_every_status_has_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
