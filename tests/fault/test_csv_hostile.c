/* test_csv_hostile.c -- csv that is no table of numbers: the right status, a sentence with line and column,
 * no leak. */
#include "support/files.h"
#include "support/fixture.h"

static void check_bytes(const void *bytes, size_t count, const char *part)
{
    const char *path = path_in(folder, "x.csv");
    inshi_data *data = (inshi_data *)folder;
    put_file(path, bytes, count);
    const inshi_status status  = inshi_data_read(context, path, "csv", &data);
    const char        *message = inshi_context_message(context);
    if (status != INSHI_ERR_DATA || !strstr(message, part))
        print_message("%s\nwanted '%s', got: %s\n", (const char *)bytes, part, status ? message : "OK");
    assert_int_equal(status, INSHI_ERR_DATA);
    assert_non_null(strstr(message, part));
    assert_non_null(strstr(message, path));
    assert_null(data);
    assert_int_equal(inshi_context_bytes(context), 0);
}

static const struct {
    const char *text, *part;
} TABLES[] = {
    /* text where a number belongs */
    {"1,2\n3,x\n", "line 2, column 2: \"x\" is not a number"},
    {"1,2\nx,3\n", "line 2, column 1: \"x\" is not a number; where the first column holds names"},
    {"a,b\n1,2\n\n# c\n3,4 5\n", "line 5, column 2 (\"b\"): \"4 5\" is not a number"},
    {"1,x\n3,4\n", "line 1, column 2: \"x\" is not a number, but \"1\" in column 1 is"},
    {"g,1,x,2\nh,3,4,5\n", "line 1, column 3: \"x\" is not a number, but \"1\" in column 2 is"},
    {"1,x\nr,4,5\n", "line 1, column 2: \"x\" is not a number"},
    {"1,5;2,5\n3,5;4,5\n", "line 1, column 1: \"1,5\" is not a number"},
    {"1,5;2,5\n3;4\n", "line 1, column 1: \"1,5\" is not a number; decimals need a point"},
    {"r;1,5;2,5\ns;3,5;4,5\n", "line 1, column 2: \"1,5\" is not a number; decimals need a point"},
    {"a,b\nc,d\n", "line 2, column 2 (\"b\"): \"d\" is not a number"},
    {"a\nb\n", "line 2, column 1 (\"a\"): \"b\" is not a number; correct it"},
    {"1,0x10\n2,3\n", "\"0x10\" is not a number"},
    {"1,2\n3,1e999\n", "line 2, column 2: \"1e999\" is larger than a double can hold"},
    {"1,2\n3,tab\there\n", "\"tab here\" is not a number"},
    /* shapes */
    {"1,2\n3\n", "line 2 has 1 field, and the lines before have 2"},
    {"1,2\n3,4,5\n", "line 2 has 3 fields, and the lines before have 2"},
    {"1,2\n3,4\n5,6\n7,8,9\n", "line 4 has 3 fields, and the lines before have 2"},
    {"a,b,c\n1,2\n", "line 2 has 2 fields, and the lines before have 3"},
    {"a,b\nr,1,2\ns,3\n", "line 3 has 2 fields, and the lines before have 3"},
    {"a,b\n", "holds names but no numbers"},
    {"a", "holds names but no numbers"},
    {"# only\n\n  \n# comments", "holds no numbers, only blank lines and comments"},
    {"\xef\xbb\xbf", "holds no numbers"},
    /* quotes and bytes */
    {"1,2\n3,\"4\n5,6\n", "line 2 opens a quote that is never closed"},
    {"\"", "line 1 opens a quote that is never closed"},
    {"a,\"b\"c\n1,2\n", "line 1 has text between a closing quote and the next separator"},
    {"caf\xe9,b\n1,2\n", "line 1, column 1: the name is not UTF-8"},
    {"a,b\n\xff,1\n", "line 2, column 1: the name is not UTF-8"},
    {"\xc3,b\n1,2\n", "not UTF-8"},
    {"\xc0\xaf,b\n1,2\n", "not UTF-8"},
    {"\xed\xa0\x80,b\n1,2\n", "not UTF-8"},
    {"\xf4\x90\x80\x80,b\n1,2\n", "not UTF-8"},
};

static void test_csv_tables_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++)
        check_bytes(TABLES[i].text, strlen(TABLES[i].text), TABLES[i].part);
}

static void test_csv_zero_bytes_refused(void **state)
{
    (void)state;
    check_bytes("1,2\n3,\0004\n", 9, "line 2 holds a byte of value 0");
    check_bytes("\"a\0b\",2\n", 8, "line 1 holds a byte of value 0");
    check_bytes("", 0, "is empty");
}

static void test_csv_long_fields(void **state)
{
    (void)state;
    enum { LONGEST = 1 << 20 };
    char *text = malloc(LONGEST + 10);
    assert_non_null(text);
    memset(text, '0', LONGEST + 10);
    memcpy(text + LONGEST - 1, "7,1\n", 4);
    put_file(path_in(folder, "ok.csv"), text, LONGEST + 3);
    inshi_data *data = NULL;
    assert_int_equal(inshi_data_read(context, path_in(folder, "ok.csv"), NULL, &data), INSHI_OK);
    assert_true(f8_at(inshi_data_matrix(data), 0, 0) == 7);
    inshi_data_destroy(data);
    memcpy(text + LONGEST - 1, "00,1\n", 5);
    check_bytes(text, LONGEST + 4, "line 1 has a field of more than 1 MiB");
    text[0] = '"';
    check_bytes(text, LONGEST + 4, "line 1 has a field of more than 1 MiB");
    free(text);
}

/* A long name is shown cut between characters, and the rest of the sentence is there. */
static void test_csv_long_names_are_shown_short(void **state)
{
    (void)state;
    char text[1000] = "a,";
    for (int i = 0; i < 200; i++)
        strcat(text, "\xe2\x82\xac");
    strcat(text, "\n1,x\n2,3\n");
    check_bytes(text, strlen(text), "\xe2\x82\xac...\"): \"x\" is not a number");
}

static void test_csv_every_allocation(void **state)
{
    (void)state;
    char path[512];
    snprintf(path, sizeof path, "%s/x.csv", folder);
    struct bytes file = {0};
    bytes_add(&file, "gene,a,b\n", 9);
    for (int i = 0; i < 2000; i++)
        bytes_add(&file, i % 3 ? "row,1,2\n" : "\nanother row,3,4\n", i % 3 ? 8 : 17);
    put_file(path, file.at, file.count);
    check_every_allocation(read_with_allocator, path);
    file.count = 0;
    for (int i = 0; i < 300; i++)
        bytes_add(&file, "1,", 2);
    bytes_add(&file, "1\n", 2);
    put_file(path, file.at, file.count);
    check_every_allocation(read_with_allocator, path);
    bytes_free(&file);
}

static inshi_status write_all(const inshi_allocator *allocator, void *user)
{
    inshi_context     *own;
    double             values[4] = {1, 2, 3, 4};
    const char        *names[]   = {"a", "b"};
    char               path[512];
    const inshi_matrix m      = inshi_matrix_c(values, INSHI_DTYPE_F8, 2, 2);
    inshi_status       status = inshi_context_create(allocator, &own);
    if (status)
        return status;
    snprintf(path, sizeof path, "%s/w", (const char *)user);
    remove(path);
    status = inshi_csv_write(own, path, m, "x", names, names);
    if (!status)
        status = inshi_npy_write(own, path, m);
    if (!status)
        status = inshi_file_write(own, path, "x", 1);
    if (status && !inshi_context_message(own)[0])
        status = INSHI_ERR_INTERNAL;
    inshi_context_destroy(own);
    return count_files(user) <= 1 ? status : INSHI_ERR_INTERNAL;
}

static void test_csv_write_every_allocation(void **state)
{
    (void)state;
    check_every_allocation(write_all, (void *)(uintptr_t)folder);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_csv_tables_refused),   TEST(test_csv_zero_bytes_refused),
        TEST(test_csv_long_fields),      TEST(test_csv_long_names_are_shown_short),
        TEST(test_csv_every_allocation), TEST(test_csv_write_every_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
