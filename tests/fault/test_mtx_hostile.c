/* test_mtx_hostile.c -- Matrix Market files that are malformed: the right status, a sentence with the line, no leak. */
#include "support/files.h"
#include "support/fixture.h"

#define REAL    "%%MatrixMarket matrix coordinate real general\n"
#define INTEGER "%%MatrixMarket matrix coordinate integer general\n"
#define PATTERN "%%MatrixMarket matrix coordinate pattern general\n"
#define SYMM    "%%MatrixMarket matrix coordinate real symmetric\n"
#define ARRAY   "%%MatrixMarket matrix array real general\n"

static void check_bytes(const void *bytes, size_t count, const char *part)
{
    struct bytes packed = gzip_bytes(bytes, count);
    for (int gz = 0; gz < 2; gz++) {
#ifndef INSHI_HAVE_ZLIB
        if (gz)
            break;
#endif
        const char *path = path_in(folder, "x.mtx");
        inshi_data *data = (inshi_data *)folder;
        put_file(path, gz ? packed.at : bytes, gz ? packed.count : count);
        const inshi_status status  = inshi_data_read(context, path, "mtx", &data);
        const char        *message = inshi_context_message(context);
        if (status != INSHI_ERR_DATA || !strstr(message, part))
            print_message("%.300s\nwanted '%s', got: %s\n", (const char *)bytes, part,
                          status ? message : "OK");
        assert_int_equal(status, INSHI_ERR_DATA);
        assert_non_null(strstr(message, part));
        assert_non_null(strstr(message, path));
        assert_null(data);
        inshi_context_set_threads(context, 1); /* gives the pool of threads back */
        assert_int_equal(inshi_context_bytes(context), 0);
    }
    bytes_free(&packed);
}

static const struct {
    const char *text, *part;
} FILES[] = {
    /* banner */
    {"1 2 3\n", "does not begin with %%MatrixMarket"},
    {"%%MatrixMarket\n3 4 1\n", "line 1 is no banner"},
    {"%%MatrixMarket matrix coordinate real general more\n", "line 1 is no banner"},
    {"%%MatrixMarkets matrix coordinate real general\n", "line 1 is no banner"},
    {"%%MatrixMarket vector coordinate real general\n", "\"vector\" is not read"},
    {"%%MatrixMarket matrix list real general\n", "\"list\" is no format"},
    {"%%MatrixMarket matrix coordinate complex general\n", "\"complex\" matrices are not for NMF"},
    {"%%MatrixMarket matrix coordinate float general\n", "\"float\" is no kind of values"},
    {"%%MatrixMarket matrix array pattern general\n", "\"pattern\" has no values"},
    {"%%MatrixMarket matrix coordinate real hermitian\n", "\"hermitian\" matrices have negative or complex"},
    {"%%MatrixMarket matrix coordinate real skew-symmetric\n", "\"skew-symmetric\" matrices have"},
    {"%%MatrixMarket matrix coordinate real none\n", "\"none\" is no symmetry"},
    {"%%MatrixMarket matrix array real symmetric\n", "\"symmetric\" is not read in the format array"},
    /* sizes */
    {REAL, "ends before the line of its sizes"},
    {REAL "% 3 4 1\n\n", "ends before the line of its sizes"},
    {REAL "3 4\n", "line 2: three sizes, rows, columns and entries, are needed here, and fewer stand there"},
    {REAL "3 4 1 1\n1 1 1\n", "and more stand there"},
    {ARRAY "3 4 1\n", "two sizes, rows and columns, are needed here, and more"},
    {REAL "% a\n\n3 4 x\n", "line 4: \"x\" is no size"},
    {REAL "3 -4 1\n", "\"-4\" is no size"},
    {REAL "3 4.0 1\n", "\"4.0\" is no size"},
    {REAL "3 4 99999999999999999999\n", "line 2: the size 99999999999999999999 is larger than any file"},
    {REAL "0 4 0\n", "X is empty: it is 0 x 4"},
    {REAL "4 0 0\n", "X is empty: it is 4 x 0"},
    {SYMM "3 4 1\n1 1 1\n", "a symmetric matrix is square, and this one is 3 x 4"},
    {REAL "3 4 1000000000000000000\n1 1 1\n",
     "line 2 declares 3 x 4 with 1000000000000000000 entries, more than the file"},
    {ARRAY "4000000000 4000000000\n1\n", "more than the file holds"},
    {REAL "1000000000 4 2\n1 1 1\n2 2 2\n", "1000000000 rows are declared for 2 entries"},
    {REAL "1000000000000000000 4 2\n1 1 1\n2 2 2\n", "rows are declared for 2 entries"},
    /* entries */
    {REAL "3 4 1\n0 1 1\n", "line 3 (\"0 1 1\"): row 0 is out of range: they count from 1 to 3"},
    {REAL "3 4 1\n1 0 1\n", "line 3 (\"1 0 1\"): column 0 is out of range: they count from 1 to 4"},
    {REAL "3 4 2\n1 1 1\n4 1 1\n", "line 4 (\"4 1 1\"): row 4 is out of range"},
    {REAL "3 4 1\n1 5 1\n", "column 5 is out of range"},
    {REAL "3 4 1\n18446744073709551617 1 1\n",
     "line 3 (\"18446744073709551617 1 1\"): row 9223372036854775807 is out"},
    {REAL "3 4 1\n1 99999999999999999999999 1\n", "column 9223372036854775807 is out of range"},
    {REAL "3 4 1\n-1 1 1\n", "a row and a column, whole numbers from 1, are needed"},
    {REAL "3 4 1\n1.0 1 1\n", "a row and a column, whole numbers from 1, are needed"},
    {REAL "3 4 1\n1 1.0 1\n", "a row and a column, whole numbers from 1, are needed"},
    {REAL "3 4 1\n1,1,1\n", "a row and a column"},
    {REAL "3 4 1\nx y z\n", "a row and a column"},
    {REAL "3 4 1\n1   \n", "a row and a column"},
    {REAL "3 4 1\n1 2 \n", "line 3 (\"1 2 \"): has no value"},
    {INTEGER "3 4 1\n1 2 \n", "line 3 (\"1 2 \"): has no value"},
    {REAL "3 4 1\n1 2 x\n", "the value is not a number"},
    {REAL "3 4 1\n1 2 1,5\n", "the value is not a number; decimals need a point"},
    {REAL "3 4 1\n1 2 0x10\n", "the value is not a number"},
    {REAL "3 4 1\n1 2 nanx\n", "the value is not a number"},
    {REAL "3 4 1\n1 2 1e\n", "the value is not a number"},
    {REAL "3 4 1\n1 2 -\n", "the value is not a number"},
    {REAL "3 4 1\n1 2 nan\n", "line 3 (\"1 2 nan\"): the value is NaN"},
    {REAL "3 4 1\n1 2 -NaN\n", "the value is NaN"},
    {REAL "3 4 1\n1 2 inf\n", "the value is infinite"},
    {REAL "3 4 1\n1 2 -Infinity\n", "the value is infinite"},
    {REAL "3 4 1\n1 2 1e309\n", "the value is larger than a double can hold"},
    {REAL "3 4 1\n1 2 -1e309\n", "the value is larger than a double can hold"},
    {REAL "3 4 1\n1 2 3 4\n", "something follows the entry"},
    {PATTERN "3 4 1\n1 2 3\n", "something follows the entry"},
    {INTEGER "3 4 1\n1 2 3.5\n", "the value is no whole number"},
    {INTEGER "3 4 1\n1 2 nan\n", "the value is no whole number"},
    {INTEGER "3 4 1\n1 2 18446744073709551616\n", "larger than a 64-bit integer"},
    {INTEGER "3 4 1\n1 2 -9223372036854775808\n", "larger than a 64-bit integer"},
    {INTEGER "3 4 2\n1 2 18446744073709551615\n1 1 -1\n",
     "values from -1 to 18446744073709551615, which no 64-bit"},
    {INTEGER "3 4 2\n1 2 18446744073709551615\n1 2 1\n", "add up to more than any integer type holds"},
    {SYMM "3 3 1\n1 2 1\n", "row 1, column 2 lies above the diagonal"},
    /* numbers of entries */
    {REAL "3 4 2\n1 1 1.000000\n", "line 2 declares 2 entries, and 1 follows; the file is truncated"},
    {REAL "3 4 3\n1 1 1\n\n% 2 2 2\n1 2 1\n", "line 2 declares 3 entries, and 2 follow;"},
    {REAL "3 4 1\n1 1 1\n1 2 1\n1 3 1\n",
     "line 2 declares 1 entry, and at least 3 follow; the line is wrong"},
    {ARRAY "2 2\n1\n2\n3.0000\n", "declares 4 entries, and 3 follow"},
    {ARRAY "2 2\n1\n2\n3\n4\n5\n", "declares 4 entries, and at least 5 follow"},
    {ARRAY "2 2\n1\n2\nx\n4\n", "line 5 (\"x\"): the value is not a number"},
    {ARRAY "2 2\n1\n2 7\n3\n4\n", "line 4 (\"2 7\"): something follows"},
    {ARRAY "2 2\n1\nnan\n3\n4\n", "line 4 (\"nan\"): the value is NaN"},
};

static void test_mtx_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++)
        check_bytes(FILES[i].text, strlen(FILES[i].text), FILES[i].part);
}

static void test_mtx_zero_bytes(void **state)
{
    (void)state;
    static const char text[] = REAL "3 4 1\n1 1 \0001\n";
    check_bytes(text, sizeof text - 1, "line 3 (\"1 1  1\"): the value is not a number");
}

/* A file that is cut is refused wherever that is, but within the last number and its line's end. */
static void test_mtx_cut_at_every_byte(void **state)
{
    (void)state;
    static const char text[] = REAL "% made by hand\n3 4 3\n1 1 1.5\n2 4 3\n3 2 12345\n";
    for (size_t count = 0; count < sizeof text - 7; count++) {
        inshi_data *data = NULL;
        put_file(path_in(folder, "x.mtx"), text, count);
        const inshi_status status = inshi_data_read(context, path_in(folder, "x.mtx"), "mtx", &data);
        if (status != INSHI_ERR_DATA)
            print_message("cut to %zu bytes: %s\n", count, status ? inshi_context_message(context) : "OK");
        assert_int_equal(status, INSHI_ERR_DATA);
        assert_null(data);
    }
}

static void test_mtx_long_lines(void **state)
{
    (void)state;
    enum { LONGEST = 4096, LONG = 300000 };
    struct bytes file = {0};
    char        *fill = malloc(LONG);
    memset(fill, ' ', LONG);
    for (int kind = 0; kind < 3; kind++) {
        file.count = 0;
        bytes_add(&file, REAL "3 4 2\n1 1 1\n", strlen(REAL "3 4 2\n1 1 1\n"));
        bytes_add(&file, kind == 2 ? "%" : " ", 1);
        bytes_add(&file, fill, kind ? LONG : LONGEST);
        bytes_add(&file, kind == 2 ? "\n1 2 3\n" : "1 2 3\n", kind == 2 ? 7 : 6);
        check_bytes(file.at, file.count, "more than 4096 bytes");
    }
    free(fill);
    bytes_free(&file);
}

/* The first line that is wrong is named, with any number of threads and wherever pieces end. */
static void test_mtx_line_numbers(void **state)
{
    (void)state;
    enum { LINES = 90000 };
    struct bytes file = {0};
    char         line[64];
    bytes_add(&file, INTEGER, strlen(INTEGER));
    bytes_add(&file, "% c\n400 300 90000\n", 18);
    for (int i = 0; i < LINES; i++)
        bytes_add(&file, line,
                  (size_t)snprintf(line, sizeof line, "%d %d %s\n", i % 400 + 1, i % 300 + 1,
                                   i == 70000 || i == 89999 ? "x" : "7"));
    for (int threads = 1; threads <= 4; threads++) {
        inshi_context_set_threads(context, threads);
        check_bytes(file.at, file.count, "line 70004 (\"1 101 x\"): the value is no whole number");
    }
    bytes_free(&file);
}

static void test_mtx_every_allocation(void **state)
{
    (void)state;
    char              path[512];
    static const char text[]  = INTEGER "3 4 4\n1 4 200\n2 4 3\n1 2 7\n1 4 100\n",
                      array[] = ARRAY "2 1\n1\n2\n";
    struct bytes packed       = gzip_bytes(text, sizeof text - 1);
    snprintf(path, sizeof path, "%s/x", folder);
    put_text(path, text);
    check_every_allocation(read_with_allocator, path);
    put_text(path, array);
    check_every_allocation(read_with_allocator, path);
#ifdef INSHI_HAVE_ZLIB
    put_file(path, packed.at, packed.count);
    check_every_allocation(read_with_allocator, path);
#endif
    bytes_free(&packed);
}

static int yes(void *user)
{
    int *calls = user;
    return ++*calls > 3;
}

static void test_mtx_interrupted(void **state)
{
    (void)state;
    inshi_data  *data  = NULL;
    int          calls = 0;
    struct bytes file  = {0};
    bytes_add(&file, REAL "3 4 100000\n", strlen(REAL "3 4 100000\n"));
    for (int i = 0; i < 100000; i++)
        bytes_add(&file, "1 1 1.0\n", 8);
    put_file(path_in(folder, "x.mtx"), file.at, file.count);
    bytes_free(&file);
    inshi_context_set_interrupt(context, yes, &calls);
    assert_int_equal(inshi_data_read(context, path_in(folder, "x.mtx"), NULL, &data), INSHI_ERR_INTERRUPTED);
    assert_non_null(strstr(inshi_context_message(context), "interrupted"));
    assert_null(data);
    inshi_context_set_threads(context, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_mtx_refused),     TEST(test_mtx_zero_bytes),   TEST(test_mtx_cut_at_every_byte),
        TEST(test_mtx_long_lines),  TEST(test_mtx_line_numbers), TEST(test_mtx_every_allocation),
        TEST(test_mtx_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
