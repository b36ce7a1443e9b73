/* test_file.c -- files are written whole or not at all. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/file.h"
#include "support/files.h"
#include "support/fixture.h"

static void check_content(const char *path, const char *text)
{
    struct bytes there = get_file(path);
    assert_string_equal((char *)there.at, text);
    assert_int_equal(there.count, strlen(text));
    bytes_free(&there);
}

static void test_file_new_and_replaced(void **state)
{
    (void)state;
    const char *path = path_in(folder, "a.txt");
    assert_int_equal(inshi_file_write(context, path, "first", 5), INSHI_OK);
    check_content(path, "first");
    assert_int_equal(inshi_file_write(context, path, "2", 1), INSHI_OK);
    check_content(path, "2");
    assert_int_equal(inshi_file_write(context, path, NULL, 0), INSHI_OK);
    check_content(path, "");
    assert_int_equal(count_files(folder), 1);
}

static void test_file_appends_of_any_size(void **state)
{
    (void)state;
    const size_t        sizes[] = {1, 0, 65535, 65536, 65537, 3, 200000, 40000, 40000, 7};
    struct bytes        wanted  = {0};
    struct file_writer *writer;
    const char         *path  = path_in(folder, "a.bin");
    char               *block = malloc(200000);
    assert_int_equal(file_begin(context, path, &writer), INSHI_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t j = 0; j < sizes[i]; j++)
            block[j] = (char)(i * 31 + j * 7 + j / 251);
        assert_int_equal(file_append(writer, block, sizes[i]), INSHI_OK);
        bytes_add(&wanted, block, sizes[i]);
    }
    assert_false(file_exists(path));
    assert_int_equal(file_end(writer, INSHI_OK), INSHI_OK);
    struct bytes there = get_file(path);
    assert_int_equal(there.count, wanted.count);
    assert_memory_equal(there.at, wanted.at, wanted.count);
    bytes_free(&there);
    bytes_free(&wanted);
    free(block);
}

static void test_file_given_up(void **state)
{
    (void)state;
    struct file_writer *writer;
    const char         *path = path_in(folder, "a.txt");
    put_text(path, "old");
    assert_int_equal(file_begin(context, path, &writer), INSHI_OK);
    assert_int_equal(file_append(writer, "new", 3), INSHI_OK);
    assert_int_equal(count_files(folder), 2);
    assert_int_equal(file_end(writer, INSHI_ERR_NUMERIC), INSHI_ERR_NUMERIC);
    check_content(path, "old");
    assert_int_equal(count_files(folder), 1);
}

static void test_file_two_at_once(void **state)
{
    (void)state;
    struct file_writer *a, *b;
    assert_int_equal(file_begin(context, path_in(folder, "a"), &a), INSHI_OK);
    assert_int_equal(file_begin(context, path_in(folder, "b"), &b), INSHI_OK);
    assert_int_equal(file_append(a, "a", 1), INSHI_OK);
    assert_int_equal(file_append(b, "b", 1), INSHI_OK);
    assert_int_equal(file_end(b, INSHI_OK), INSHI_OK);
    assert_int_equal(file_end(a, INSHI_OK), INSHI_OK);
    check_content(path_in(folder, "a"), "a");
    check_content(path_in(folder, "b"), "b");
}

static const char *temporary(long process, int number, const char *name)
{
    char text[128];
    snprintf(text, sizeof text, ".inshi-%ld-%d-%s", process, number, name);
    return path_in(folder, text);
}

/* The number of a process that is no more. */
static long gone(void)
{
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return child;
}

static void test_file_stale_ones_of_the_same_name_go(void **state)
{
    (void)state;
    const long          dead = gone();
    struct file_writer *writer;
    put_text(temporary(dead, 0, "a"), "half");
    put_text(temporary(dead, 12, "a"), "half");
    put_text(temporary(dead, 0, "b"), "of another file");
    put_text(temporary(dead, 0, "a.prev"), "of another file");
    put_text(temporary(getpid(), 7, "a"), "of a process that lives");
    put_text(path_in(folder, ".inshi-x-0-a"), "not ours");
    put_text(path_in(folder, ".inshi-0-0-a"), "not ours");
    put_text(temporary(dead, 2, "a"), "locked by somebody elsewhere");
    assert_int_equal(mkdir(temporary(dead, 3, "a"), 0700), 0);
    assert_int_equal(symlink("b", temporary(dead, 4, "a")), 0);
    const int locked = open(temporary(dead, 2, "a"), O_RDONLY);
    assert_int_equal(flock(locked, LOCK_EX | LOCK_NB), 0);
    assert_int_equal(count_files(folder), 10);
    assert_int_equal(file_begin(context, path_in(folder, "a"), &writer), INSHI_OK);
    file_clear_stale(writer);
    assert_int_equal(file_append(writer, "new", 3), INSHI_OK);
    assert_int_equal(file_end(writer, INSHI_OK), INSHI_OK);
    check_content(path_in(folder, "a"), "new");
    assert_false(file_exists(temporary(dead, 0, "a")));
    assert_false(file_exists(temporary(dead, 12, "a")));
    assert_int_equal(count_files(folder), 9);
    close(locked);
    assert_int_equal(rmdir(temporary(dead, 3, "a")), 0);
}

static mode_t mode_of(const char *path)
{
    struct stat about;
    assert_int_equal(lstat(path, &about), 0);
    return about.st_mode;
}

static void test_file_mode_and_links(void **state)
{
    (void)state;
    const char  *path = path_in(folder, "a"), *link = path_in(folder, "link");
    const mode_t before = umask(027);
    assert_int_equal(inshi_file_write(context, path, "x", 1), INSHI_OK);
    umask(before);
    assert_int_equal(mode_of(path) & 0777, 0640);
    assert_int_equal(chmod(path, 0604), 0);
    assert_int_equal(symlink("a", link), 0);
    assert_int_equal(inshi_file_write(context, link, "y", 1), INSHI_OK);
    assert_true(S_ISLNK(mode_of(link)));
    assert_int_equal(mode_of(path) & 0777, 0604);
    check_content(path, "y");
}

/* A pipe of our own stands for devices: run as root against a real one, broken code would replace it for
 * everyone. */
static void test_file_pipes_are_written_in_place(void **state)
{
    (void)state;
    char        there[8] = "";
    const char *path     = path_in(folder, "pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    const int reader = open(path, O_RDWR | O_NONBLOCK);
    assert_true(reader >= 0);
    assert_int_equal(inshi_file_write(context, path, "x", 1), INSHI_OK);
    assert_true(S_ISFIFO(mode_of(path)));
    assert_int_equal(read(reader, there, sizeof there), 1);
    assert_string_equal(there, "x");
    assert_int_equal(count_files(folder), 1);
    close(reader);
}

static void test_file_relative_path(void **state)
{
    (void)state;
    char before[1024];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(inshi_file_write(context, "bare", "x", 1), INSHI_OK);
    assert_int_equal(chdir(before), 0);
    check_content(path_in(folder, "bare"), "x");
}

static void check_refused(const char *path, const char *part)
{
    assert_int_equal(inshi_file_write(context, path, "x", 1), INSHI_ERR_IO);
    assert_non_null(strstr(inshi_context_message(context), path));
    assert_non_null(strstr(inshi_context_message(context), part));
}

static void test_file_refusals(void **state)
{
    (void)state;
    put_text(path_in(folder, "plain"), "old");
    check_refused(folder, "Is a directory");
    check_refused(path_in(folder, "none/a"), "No such file or directory; make its folder first");
    check_refused(path_in(folder, "plain/a"), "Not a directory");
    check_content(path_in(folder, "plain"), "old");
    assert_int_equal(count_files(folder), 1);
    assert_int_equal(inshi_file_write(NULL, folder, "x", 1), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_file_write(context, NULL, "x", 1), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_file_write(context, folder, NULL, 1), INSHI_ERR_ARGUMENT);
}

static void test_file_long_path_keeps_the_reason(void **state)
{
    (void)state;
    char path[3000];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = 0;
    memcpy(path, folder, strlen(folder));
    path[strlen(folder)] = '/';
    assert_int_equal(inshi_file_write(context, path, "x", 1), INSHI_ERR_IO);
    assert_non_null(strstr(inshi_context_message(context), "File name too long"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_file_new_and_replaced),
        TEST(test_file_appends_of_any_size),
        TEST(test_file_given_up),
        TEST(test_file_two_at_once),
        TEST(test_file_stale_ones_of_the_same_name_go),
        TEST(test_file_mode_and_links),
        TEST(test_file_pipes_are_written_in_place),
        TEST(test_file_relative_path),
        TEST(test_file_refusals),
        TEST(test_file_long_path_keeps_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
