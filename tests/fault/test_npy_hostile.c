/* test_npy_hostile.c -- npy files that lie, end early or hold something else: the right status, a sentence,
 * no leak. */
#include <sys/stat.h>
#include "support/files.h"
#include "support/fixture.h"

/* Reads path, which must be refused so, by a sentence that holds part, and inspected too where also_inspect.
 */
static void check_path(const char *path, const char *format, inshi_status wanted, const char *part)
{
    inshi_data        *data    = (inshi_data *)folder;
    const inshi_status status  = inshi_data_read(context, path, format, &data);
    const char        *message = inshi_context_message(context);
    if (status != wanted || !strstr(message, part))
        print_message("wanted '%s', got: %s\n", part, message);
    assert_int_equal(status, wanted);
    assert_non_null(strstr(message, part));
    assert_null(data);
    assert_int_equal(inshi_context_bytes(context), 0);
}

static void check_bytes(const struct bytes *file, const char *part)
{
    const char *path = path_in(folder, "x.npy");
    put_file(path, file->at, file->count);
    check_path(path, NULL, INSHI_ERR_DATA, part);
    assert_non_null(strstr(inshi_context_message(context), path));
}

static struct bytes good_file(int major)
{
    const double values[6] = {1, 2, 3, 4, 5, 6};
    return npy_bytes(major, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n", values,
                     sizeof values);
}

static void test_npy_truncated_at_every_byte(void **state)
{
    (void)state;
    for (int major = 1; major <= 3; major++) {
        struct bytes file = good_file(major);
        for (size_t count = 0; count < file.count; count++) {
            const struct bytes part = {file.at, count};
            inshi_file_info    info = {.rows = -7};
            check_bytes(&part, count ? "truncated" : "empty");
            assert_int_equal(inshi_data_inspect(context, path_in(folder, "x.npy"), NULL, &info),
                             INSHI_ERR_DATA);
            assert_int_equal(info.rows, -7);
        }
        bytes_free(&file);
    }
}

static void test_npy_truncated_counts(void **state)
{
    (void)state;
    struct bytes file = good_file(1);
    file.count -= 5;
    check_bytes(&file, "its header says 2 x 3 f8, 48 bytes, and 43 are there");
    file.count += 5;
    bytes_add(&file, "xyz", 3);
    check_bytes(&file, "has 3 bytes after its array");
    bytes_free(&file);
}

static void test_npy_gzip_damaged(void **state)
{
    (void)state;
#ifdef INSHI_HAVE_ZLIB
    struct bytes file   = good_file(1);
    struct bytes packed = gzip_bytes(file.at, file.count);
    for (size_t count = 2; count < packed.count; count++) {
        const struct bytes part = {packed.at, count};
        check_bytes(&part, "truncated");
    }
    for (size_t i = packed.count - 8; i < packed.count; i++) {
        packed.at[i] ^= 0x40;
        check_bytes(&packed, "damaged gzip data");
        packed.at[i] ^= 0x40;
    }
    bytes_add(&packed, "after", 5);
    check_bytes(&packed, "bytes after its gzip data");
    bytes_free(&packed);
    packed = gzip_bytes(file.at, file.count - 1);
    check_bytes(&packed, "48 bytes, and 47 are there");
    bytes_free(&packed);
    bytes_add(&file, "!", 1);
    packed = gzip_bytes(file.at, file.count);
    check_bytes(&packed, "has at least 1 byte after its array");
    struct bytes twice = gzip_bytes(packed.at, packed.count), nothing = gzip_bytes("", 0);
    check_bytes(&twice, "gzip within gzip");
    check_bytes(&nothing, "is empty");
    bytes_free(&twice);
    bytes_free(&nothing);
    bytes_free(&packed);
    bytes_free(&file);
#else
    struct bytes packed = gzip_bytes("", 0);
    put_file(path_in(folder, "x.npy.gz"), packed.at, packed.count);
    check_path(path_in(folder, "x.npy.gz"), NULL, INSHI_ERR_UNSUPPORTED, "without zlib");
    bytes_free(&packed);
#endif
}

/* A header that promises 2^40 bytes in a gzip of a few: memory follows what comes, not what is promised. */
static void test_npy_promises_are_not_memory(void **state)
{
    (void)state;
    const char  *dict = "{'descr': '|u1', 'fortran_order': False, 'shape': (1048576, 1048576)}";
    struct bytes file = npy_bytes(1, dict, "abc", 3);
    check_bytes(&file, "1099511627776 bytes, and 3 are there");
#ifdef INSHI_HAVE_ZLIB
    struct bytes packed = gzip_bytes(file.at, file.count);
    check_bytes(&packed, "1099511627776 bytes, and 3 are there");
    bytes_free(&packed);
#endif
    assert_in_range(inshi_context_peak_bytes(context), 1, 2000000);
    bytes_free(&file);
}

static const struct {
    const char *dict, *part;
} HEADERS[] = {
    /* shapes */
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 3)}", "X is empty: it is 0 x 3"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (3, 0)}", "X is empty: it is 3 x 0"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': ()}", "single number"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (6,)}", "1-D array of 6 entries"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2, 3)}", "3-D array of shape (1, 2, 3)"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,6)}",
     "22-D"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
     "more than any file can hold"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693952, 1)}",
     "more than any file can hold"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775808, 1)}", "larger than any file"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999999, 0)}",
     "larger than any file"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807)}",
     "any file can"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (3, 3)}", "truncated"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (-2, 3)}", "a dimension expected"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2.0, 3)}", "a comma expected"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (,)}", "a dimension expected"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3,,)}", "a dimension expected"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2 3)}", "a comma expected"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': [2, 3]}", "a shape in parentheses expected"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3", "a comma expected"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, ", "a dimension expected"},
    /* dtypes */
    {"{'descr': '|O', 'fortran_order': False, 'shape': (2, 3)}", "Python objects (dtype '|O')"},
    {"{'descr': '<c16', 'fortran_order': False, 'shape': (2, 3)}", "complex numbers (dtype '<c16')"},
    {"{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3)}", "complex numbers"},
    {"{'descr': '|S8', 'fortran_order': False, 'shape': (2, 3)}", "byte strings"},
    {"{'descr': '<U2', 'fortran_order': False, 'shape': (2, 3)}", "holds strings"},
    {"{'descr': '|V8', 'fortran_order': False, 'shape': (2, 3)}", "records of raw bytes"},
    {"{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (2, 3)}", "dates"},
    {"{'descr': '<m8', 'fortran_order': False, 'shape': (2, 3)}", "dates or time spans"},
    {"{'descr': '<f16', 'fortran_order': False, 'shape': (2, 3)}",
     "floating-point numbers of an unusual size"},
    {"{'descr': '<u3', 'fortran_order': False, 'shape': (2, 3)}", "unknown type"},
    {"{'descr': '=f8', 'fortran_order': False, 'shape': (2, 3)}", "dtype '=f8'"},
    {"{'descr': '|f8', 'fortran_order': False, 'shape': (2, 3)}", "dtype '|f8'"},
    {"{'descr': '', 'fortran_order': False, 'shape': (2, 3)}", "unknown type"},
    {"{'descr': 'f', 'fortran_order': False, 'shape': (2, 3)}", "dtype 'f'"},
    {"{'descr': [('a', '<f8'), ('b', '<f8')], 'fortran_order': False, 'shape': (2, 3)}",
     "structured records"},
    {"{'descr': ('<f8', (2,)), 'fortran_order': False, 'shape': (2, 3)}", "a dtype in quotes expected"},
    {"{'descr': '<f\\x38', 'fortran_order': False, 'shape': (2, 3)}", "a dtype in quotes expected"},
    /* the dict */
    {"", "'{' expected"},
    {"   ", "'{' expected"},
    {"{", "a key in quotes expected"},
    {"{}", "no key 'descr'"},
    {"{'descr': '<f8'}", "no key 'fortran_order'"},
    {"{'descr': '<f8', 'fortran_order': False}", "no key 'shape'"},
    {"{'shape': (2, 3), 'fortran_order': False}", "no key 'descr'"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), 'more': 1}", "the key 'more' is unknown"},
    {"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)}",
     "the key 'descr' comes twice"},
    {"{'descr': '<f8', 'fortran_order': 0, 'shape': (2, 3)}", "True or False expected"},
    {"{'descr': '<f8', 'fortran_order': Fals", "True or False expected"},
    {"{'descr': '<f8' 'fortran_order': False, 'shape': (2, 3)}", "a comma expected"},
    {"{'descr' '<f8', 'fortran_order': False, 'shape': (2, 3)}", "a colon expected"},
    {"{descr: '<f8', 'fortran_order': False, 'shape': (2, 3)}", "a key in quotes expected"},
    {"{'descr: '<f8', 'fortran_order': False, 'shape': (2, 3)}", "is unknown"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)} x", "nothing more expected"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), ,}", "a key in quotes expected"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)", "a comma expected"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape", "a key in quotes expected"},
};

static void test_npy_headers_refused(void **state)
{
    (void)state;
    const double values[6] = {1, 2, 3, 4, 5, 6};
    for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS[0]; i++) {
        struct bytes file = npy_bytes(1 + (int)i % 3, HEADERS[i].dict, values, sizeof values);
        check_bytes(&file, HEADERS[i].part);
        bytes_free(&file);
    }
}

static void test_npy_prefix_refused(void **state)
{
    (void)state;
    struct bytes file = good_file(2);
    file.at[6]        = 4;
    check_bytes(&file, "npy of version 4.0");
    file.at[6] = 0;
    check_bytes(&file, "npy of version 0.0");
    file.at[6] = 1;
    file.at[7] = 1;
    check_bytes(&file, "npy of version 1.1");
    file.at[6]  = 2;
    file.at[7]  = 0;
    file.at[10] = 1;
    check_bytes(&file, "npy header of 65596 bytes");
    bytes_free(&file);
}

static void test_npy_booleans_checked(void **state)
{
    (void)state;
    static const char *const orders[] = {"False", "True"};
    for (int k = 0; k < 2; k++) {
        char    dict[100];
        uint8_t values[6] = {0, 1, 1, 0, 0, 1};
        values[k ? 3 : 4] = 255; /* entry (1, 1) */
        snprintf(dict, sizeof dict, "{'descr': '|b1', 'fortran_order': %s, 'shape': (2, 3)}", orders[k]);
        struct bytes file = npy_bytes(1, dict, values, sizeof values);
        check_bytes(&file, "row 1, column 1 (counting from 0): 255 is no value of dtype b1");
        bytes_free(&file);
    }
}

static void test_npy_paths_refused(void **state)
{
    (void)state;
    inshi_data     *data;
    inshi_file_info info;
    put_text(path_in(folder, "plain"), "1,2\n");
    check_path(path_in(folder, "none.npy"), NULL, INSHI_ERR_IO, "none.npy: No such file or directory");
    check_path(folder, NULL, INSHI_ERR_IO, "Is a directory");
    check_path(path_in(folder, "plain/x.npy"), NULL, INSHI_ERR_IO, "Not a directory");
    check_path("/proc/self/mem", NULL, INSHI_ERR_IO, "Input/output error");
    check_path(path_in(folder, "plain"), "xls", INSHI_ERR_ARGUMENT, "format 'xls'");
    check_path(path_in(folder, "plain"), "npy", INSHI_ERR_DATA, "is not npy");
    assert_int_equal(inshi_data_inspect(context, folder, NULL, &info), INSHI_ERR_IO);
    assert_int_equal(inshi_data_inspect(context, path_in(folder, "plain"), "xls", &info), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_data_read(NULL, folder, NULL, &data), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_data_read(context, NULL, NULL, &data), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_data_read(context, folder, NULL, NULL), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_data_inspect(NULL, folder, NULL, &info), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_data_inspect(context, NULL, NULL, &info), INSHI_ERR_ARGUMENT);
    inshi_data_destroy(NULL);
}

static void test_npy_other_files_named(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *part;
    } files[] = {{"PK\x03\x04 a", "zip archive"},
                 {"PK\x05\x06 a", "zip archive"},
                 {"\x89PNG\r\n", "PNG picture"},
                 {"\xff\xd8\xff\xe0", "JPEG"},
                 {"\x89HDF\r\n", "HDF5"},
                 {"RIFF1234WAVE", "sound"},
                 {"%PDF-1.4", "PDF"},
                 {"\xd0\xcf\x11\xe0", "spreadsheet"},
                 {"\x28\xb5\x2f\xfd", "zstd"},
                 {"\xfd"
                  "7zXZ",
                  "xz"},
                 {"BZh9", "bzip2"},
                 {"\xff\xfe,", "UTF-16"},
                 {"\xfe\xff", "UTF-16"}};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const struct bytes file = {(uint8_t *)(uintptr_t)files[i].bytes, strlen(files[i].bytes)};
        check_bytes(&file, files[i].part);
    }
}

static inshi_status read_all(const inshi_allocator *allocator, void *user)
{
    inshi_context  *own;
    inshi_data     *data = NULL;
    inshi_file_info info;
    inshi_status    status = inshi_context_create(allocator, &own);
    if (status)
        return status;
    for (const char *const *path = user; *path && !status; path++) {
        status = inshi_data_read(own, *path, NULL, &data);
        inshi_data_destroy(data);
        if (!status)
            status = inshi_data_inspect(own, *path, NULL, &info);
    }
    if (status && !inshi_context_message(own)[0])
        status = INSHI_ERR_INTERNAL;
    inshi_context_destroy(own);
    return status;
}

static void test_npy_every_allocation(void **state)
{
    (void)state;
    struct bytes file = good_file(1);
    put_file(path_in(folder, "x.npy"), file.at, file.count);
    char plain[512], packed_path[512];
    snprintf(plain, sizeof plain, "%s/x.npy", folder);
    snprintf(packed_path, sizeof packed_path, "%s/x.npy.gz", folder);
    const char *paths[3] = {plain};
#ifdef INSHI_HAVE_ZLIB
    uint8_t     *values = calloc(3000000, 1);
    const char  *dict   = "{'descr': '|u1', 'fortran_order': False, 'shape': (1000, 3000)}";
    struct bytes large = npy_bytes(1, dict, values, 3000000), packed = gzip_bytes(large.at, large.count);
    put_file(packed_path, packed.at, packed.count);
    paths[1] = packed_path;
    free(values);
    bytes_free(&large);
    bytes_free(&packed);
#endif
    check_every_allocation(read_all, paths);
    bytes_free(&file);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_npy_truncated_at_every_byte),
        TEST(test_npy_truncated_counts),
        TEST(test_npy_gzip_damaged),
        TEST(test_npy_promises_are_not_memory),
        TEST(test_npy_headers_refused),
        TEST(test_npy_prefix_refused),
        TEST(test_npy_booleans_checked),
        TEST(test_npy_paths_refused),
        TEST(test_npy_other_files_named),
        TEST(test_npy_every_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
