/* test_disk_full.c -- the disk fills at every point of a write: nothing new appears, nothing old is lost. */
#include <grp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "support/files.h"

enum { ROWS = 300, COLUMNS = 100, NOBODY = 65534 };

static double values[ROWS * COLUMNS];

static inshi_status write_one(inshi_context *context, const char *path, int kind)
{
    const inshi_matrix m = inshi_matrix_c(values, INSHI_DTYPE_F8, ROWS, COLUMNS);
    if (kind == 0)
        return inshi_npy_write(context, path, m);
    if (kind == 1)
        return inshi_npy_write(context, path, inshi_matrix_transpose(m));
    if (kind == 2)
        return inshi_csv_write(context, path, m, NULL, NULL, NULL);
    return inshi_file_write(context, path, values, sizeof values);
}

/* In a child whose files may have `bytes` bytes; the status that came back. */
static int write_limited(const char *path, int kind, rlim_t bytes)
{
    int         ended;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit limit = {bytes, bytes};
        inshi_context      *context;
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &limit) || inshi_context_create(NULL, &context))
            _exit(100);
        const int   status  = write_one(context, path, kind);
        const char *message = inshi_context_message(context);
        if (status && (!strstr(message, path) || !strstr(message, "File too large")))
            _exit(101);
        inshi_context_destroy(context);
        _exit(status);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended));
    return WEXITSTATUS(ended);
}

static void test_disk_full_leaves_nothing_and_loses_nothing(void **state)
{
    (void)state;
    static const rlim_t limits[] = {0, 1, 100, 65535, 65536, 100000};
    const char         *folder   = temporary_folder();
    for (int kind = 0; kind < 4; kind++) {
        for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
            const char *path = path_in(folder, "x");
            assert_int_equal(write_limited(path, kind, limits[i]), INSHI_ERR_IO);
            assert_int_equal(count_files(folder), 0);
            put_text(path, "old");
            assert_int_equal(write_limited(path, kind, limits[i]), INSHI_ERR_IO);
            assert_int_equal(count_files(folder), 1);
            struct bytes there = get_file(path);
            assert_string_equal((char *)there.at, "old");
            bytes_free(&there);
            assert_int_equal(remove(path), 0);
        }
        assert_int_equal(write_limited(path_in(folder, "x"), kind, 1000000), INSHI_OK);
        assert_int_equal(remove(path_in(folder, "x")), 0);
    }
    remove_folder(folder);
}

/* In a child without privileges: root running broken code here would replace the machine's /dev/full. */
static int write_to_full_device(void)
{
    inshi_context *context;
    if (geteuid() == 0 && (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY) || geteuid() == 0))
        return 77;
    if (inshi_context_create(NULL, &context))
        return 100;
    for (int kind = 0; kind < 4; kind++) {
        if (write_one(context, "/dev/full", kind) != INSHI_ERR_IO)
            return 101;
        if (strcmp(inshi_context_message(context), "cannot write /dev/full: No space left on device; free "
                                                   "some space, or write to another folder"))
            return 102;
    }
    const int64_t held = inshi_context_bytes(context);
    inshi_context_destroy(context);
    return held ? 103 : 0;
}

static void test_disk_full_says_so(void **state)
{
    (void)state;
    int         ended;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(write_to_full_device());
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended));
    if (WEXITSTATUS(ended) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(ended), 0);
}

/* A fit that saves at every iteration while the disk is full; the status, or 100 and up. */
static int fit_limited(const char *path, int resume, rlim_t bytes)
{
    const struct rlimit    limit      = {bytes, bytes};
    const inshi_checkpoint checkpoint = {.size = sizeof checkpoint, .path = path, .resume = resume};
    double                 w[ROWS * 2], h[2 * COLUMNS];
    inshi_context         *context;
    inshi_report          *report;
    inshi_options          options;
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) || inshi_context_create(NULL, &context) ||
        inshi_report_create(context, &report) || inshi_context_set_checkpoint(context, &checkpoint))
        return 100;
    inshi_options_default(&options);
    options.iterations        = resume ? 30 : 20;
    options.tolerance         = 0;
    const inshi_status status = inshi_fit(context, inshi_matrix_c(values, INSHI_DTYPE_F8, ROWS, COLUMNS),
                                          inshi_matrix_c(w, INSHI_DTYPE_F8, ROWS, 2),
                                          inshi_matrix_c(h, INSHI_DTYPE_F8, 2, COLUMNS), &options, report);
    const inshi_info  *info   = inshi_report_info(report);
    if (status || info->iterations != options.iterations || info->resumed != resume)
        return 101;
    const char *warning = inshi_report_warning(report, 0);
    if (info->checkpoint && (!warning || !strstr(warning, "File too large") || !strstr(warning, path)))
        return 102;
    int64_t told = 0; /* once, not at every iteration */
    for (int64_t i = 0; inshi_report_warning(report, i); i++)
        told += strstr(inshi_report_warning(report, i), "no checkpoint was saved") != NULL;
    if (told != (info->checkpoint != INSHI_OK))
        return 103;
    return (int)info->checkpoint;
}

static int fit_in_child(const char *path, int resume, rlim_t bytes)
{
    int         ended;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(fit_limited(path, resume, bytes));
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended));
    return WEXITSTATUS(ended);
}

static void test_a_checkpoint_survives_a_full_disk(void **state)
{
    (void)state;
    const char *folder = memory_folder();
    const char *path   = path_in(folder, "c");
    assert_int_equal(fit_in_child(path, 0, 100), INSHI_ERR_IO); /* the fit goes on all the same */
    assert_int_equal(count_files(folder), 0);
    assert_int_equal(fit_in_child(path, 0, 1000000), INSHI_OK);
    struct bytes good = get_file(path);
    for (rlim_t bytes = 0; bytes < good.count; bytes += bytes < 200 ? 23 : 5501) {
        assert_int_equal(fit_in_child(path, 1, bytes), INSHI_ERR_IO);
        struct bytes there = get_file(path);
        assert_true(there.count == good.count && memcmp(there.at, good.at, good.count) == 0);
        bytes_free(&there);
    }
    bytes_free(&good);
    assert_int_equal(count_files(folder), 2);
    assert_int_equal(fit_in_child(path, 1, 1000000), INSHI_OK);
    remove_folder(folder);
}

int main(void)
{
    for (int i = 0; i < ROWS * COLUMNS; i++)
        values[i] = (double)i + 0.12345678901;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_disk_full_leaves_nothing_and_loses_nothing),
        cmocka_unit_test(test_disk_full_says_so),
        cmocka_unit_test(test_a_checkpoint_survives_a_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
