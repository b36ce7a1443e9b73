/* test_corpus.c -- replays the inputs of the fuzz harnesses, and these cut short, without a fuzzer. */
#include <dirent.h>
#include "support/files.h"
#include "support/fuzz.h"

static void replay(const char *name, void (*run)(const uint8_t *, size_t), int64_t least)
{
    char folder[1024];
    snprintf(folder, sizeof folder, "%s/fuzz/corpus/%s", INSHI_TESTS_FOLDER, name);
    int64_t count = 0;
    DIR    *open  = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open));) {
        if (entry->d_name[0] == '.')
            continue;
        struct bytes file = get_file(path_in(folder, entry->d_name));
        for (size_t size = 0; size <= file.count; size += size + 300 < file.count ? 37 : 1)
            run(file.at, size);
        bytes_free(&file);
        count++;
    }
    closedir(open);
    assert_true(count >= least);
}

static void test_corpus_npy(void **state)
{
    (void)state;
    replay("npy", fuzz_npy, 15);
}

static void test_corpus_csv(void **state)
{
    (void)state;
    replay("csv", fuzz_csv, 28);
}

static void test_corpus_mtx(void **state)
{
    (void)state;
    replay("mtx", fuzz_mtx, 12);
}

static void test_corpus_npz(void **state)
{
    (void)state;
    replay("npz", fuzz_npz, 8);
}

static void test_corpus_checkpoint(void **state)
{
    (void)state;
    static const char *const good[] = {"first",  "first-later",  "between",
                                       "second", "second-later", "finished"};
    char                     folder[1024];
    snprintf(folder, sizeof folder, "%s/fuzz/corpus/checkpoint", INSHI_TESTS_FOLDER);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) { /* made anew whenever what is saved changes */
        struct bytes file = get_file(path_in(folder, good[i]));
        if (!fuzz_checkpoint_is_good(file.at, file.count))
            fail_msg("%s of the corpus is of an earlier format", good[i]);
        bytes_free(&file);
    }
    replay("checkpoint", fuzz_checkpoint, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_corpus_npy),        cmocka_unit_test(test_corpus_csv),
        cmocka_unit_test(test_corpus_mtx),        cmocka_unit_test(test_corpus_npz),
        cmocka_unit_test(test_corpus_checkpoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
