/* test_npy.c -- npy files: every dtype, byte order and memory order; headers; writing; gzip; standard input.
 */
#include <math.h>
#include <unistd.h>
#include "support/files.h"
#include "support/fixture.h"

static inshi_data *read_file(const char *path, const char *format)
{
    inshi_data        *data   = NULL;
    const inshi_status status = inshi_data_read(context, path, format, &data);
    if (status)
        print_message("%s\n", inshi_context_message(context));
    assert_int_equal(status, INSHI_OK);
    assert_non_null(data);
    return data;
}

/* The bits of entry i of a test matrix, as a number; independent of this machine's byte order. */
static uint64_t pattern(inshi_dtype dtype, int64_t i)
{
    const uint64_t bits = UINT64_C(0x0123456789abcdef) * (uint64_t)(i + 3);
    const int      size = inshi_dtype_bytes(dtype);
    if (dtype == INSHI_DTYPE_B1)
        return (uint64_t)i & 1;
    return size == 8 ? bits : bits & ((UINT64_C(1) << 8 * size) - 1);
}

static uint64_t bits_at(inshi_matrix m, int64_t row, int64_t column)
{
    const int   size = inshi_dtype_bytes(m.dtype);
    const char *at   = (const char *)m.data + (row * m.row_stride + column * m.column_stride) * size;
    uint8_t     b1;
    uint16_t    b2;
    uint32_t    b4;
    uint64_t    b8;
    switch (size) {
    case 1:
        memcpy(&b1, at, 1);
        return b1;
    case 2:
        memcpy(&b2, at, 2);
        return b2;
    case 4:
        memcpy(&b4, at, 4);
        return b4;
    default:
        memcpy(&b8, at, 8);
        return b8;
    }
}

enum { ROWS = 3, COLUMNS = 5 };

/* ROWS x COLUMNS patterns, entry (i, j) being number i COLUMNS + j, laid out as asked. */
static struct bytes pattern_file(inshi_dtype dtype, char order, bool fortran)
{
    char      dict[128];
    uint8_t   array[ROWS * COLUMNS * 8];
    const int size = inshi_dtype_bytes(dtype);
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < COLUMNS; j++) {
            const int      place = fortran ? j * ROWS + i : i * COLUMNS + j;
            const uint64_t bits  = pattern(dtype, i * COLUMNS + j);
            for (int b = 0; b < size; b++)
                array[place * size + b] = (uint8_t)(bits >> 8 * (order == '>' ? size - 1 - b : b));
        }
    }
    snprintf(dict, sizeof dict, "{'descr': '%c%s', 'fortran_order': %s, 'shape': (%d, %d), }\n", order,
             inshi_dtype_name(dtype), fortran ? "True" : "False", ROWS, COLUMNS);
    return npy_bytes(1, dict, array, (size_t)(ROWS * COLUMNS * size));
}

static void check_patterns(inshi_matrix m, inshi_dtype dtype)
{
    assert_int_equal(m.layout, INSHI_LAYOUT_DENSE);
    assert_int_equal(m.dtype, dtype);
    assert_int_equal(m.rows, ROWS);
    assert_int_equal(m.columns, COLUMNS);
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++)
            assert_true(bits_at(m, i, j) == pattern(dtype, i * COLUMNS + j));
}

static void test_npy_every_dtype_and_order(void **state)
{
    (void)state;
    const char *path = path_in(folder, "x.npy");
    for (int d = INSHI_DTYPE_U1; d <= INSHI_DTYPE_B1; d++) {
        for (int k = 0; k < 6; k++) {
            const char order = "<>|"[k / 2];
            if (order == '|' && inshi_dtype_bytes(d) > 1)
                continue;
            struct bytes file = pattern_file(d, order, k % 2);
            put_file(path, file.at, file.count);
            bytes_free(&file);
            inshi_data *data = read_file(path, k % 3 ? NULL : "npy");
            check_patterns(inshi_data_matrix(data), d);
            assert_int_equal(inshi_data_matrix(data).column_stride, k % 2 ? ROWS : 1);
            assert_string_equal(inshi_data_format(data), "npy");
            assert_null(inshi_data_row_name(data, 0));
            assert_null(inshi_data_column_name(data, 0));
            inshi_data_destroy(data);
        }
    }
}

static void test_npy_header_variants(void **state)
{
    (void)state;
    static const char *const dicts[] = {
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }",
        "{\"shape\": (2,1), \"descr\": \"<f8\", \"fortran_order\": False}",
        "{'fortran_order':False,'shape':(2,1,),'descr':'<f8'}   \n\n  ",
        "  {\n'descr'\t: '<f8' ,\r\n 'fortran_order' : False , 'shape' : ( 2 , 1 ) , }\n",
    };
    const uint8_t array[16] = {0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x40}; /* 1.5, 2 */
    for (size_t i = 0; i < sizeof dicts / sizeof dicts[0]; i++) {
        for (int major = 1; major <= 3; major++) {
            struct bytes file = npy_bytes(major, dicts[i], array, sizeof array);
            put_file(path_in(folder, "x.bin"), file.at, file.count);
            bytes_free(&file);
            inshi_data *data = read_file(path_in(folder, "x.bin"), NULL);
            assert_true(f8_at(inshi_data_matrix(data), 0, 0) == 1.5);
            assert_true(f8_at(inshi_data_matrix(data), 1, 0) == 2);
            inshi_data_destroy(data);
        }
    }
}

static void test_npy_write_bytes(void **state)
{
    (void)state;
    double values[6] = {1, 2, 3, 4, 5, 6};
    char   dict[119];
    memset(dict, ' ', sizeof dict);
    const char *text = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }";
    memcpy(dict, text, strlen(text));
    dict[117]           = '\n';
    dict[118]           = 0;
    struct bytes wanted = npy_bytes(1, dict, values, sizeof values);
    const char  *path   = path_in(folder, "w.npy");
    assert_int_equal(inshi_npy_write(context, path, inshi_matrix_c(values, INSHI_DTYPE_F8, 2, 3)), INSHI_OK);
    struct bytes written = get_file(path);
    assert_int_equal(wanted.count, 128 + sizeof values);
    assert_int_equal(written.count, wanted.count);
    assert_memory_equal(written.at, wanted.at, wanted.count);
    bytes_free(&wanted);
    bytes_free(&written);
}

static void check_round_trip(inshi_matrix m)
{
    const char *path = path_in(folder, "round.npy");
    assert_int_equal(inshi_npy_write(context, path, m), INSHI_OK);
    inshi_data        *data = read_file(path, NULL);
    const inshi_matrix back = inshi_data_matrix(data);
    assert_int_equal(back.dtype, m.dtype);
    assert_int_equal(back.rows, m.rows);
    assert_int_equal(back.columns, m.columns);
    assert_int_equal(back.row_stride, m.columns);
    assert_int_equal(back.column_stride, 1);
    for (int64_t i = 0; i < m.rows; i++)
        for (int64_t j = 0; j < m.columns; j++)
            assert_true(bits_at(back, i, j) == bits_at(m, i, j));
    inshi_data_destroy(data);
}

static void test_npy_round_trip_strided(void **state)
{
    (void)state;
    enum { COUNT = 41 * 37 };
    uint64_t *values = malloc(COUNT * sizeof *values);
    assert_non_null(values);
    for (int i = 0; i < COUNT; i++)
        values[i] = UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)(i + 1) & UINT64_C(0x0101010101010101);
    for (int d = INSHI_DTYPE_U1; d <= INSHI_DTYPE_B1; d++) {
        const inshi_matrix c = inshi_matrix_c(values, (inshi_dtype)d, 41, 37);
        check_round_trip(c);
        check_round_trip(inshi_matrix_transpose(c));
        check_round_trip(inshi_matrix_columns(c, 5, 7));
        check_round_trip(inshi_matrix_transpose(inshi_matrix_columns(c, 0, 36)));
        inshi_matrix turned  = c;
        turned.data          = (char *)values + (41 * 37 - 1) * inshi_dtype_bytes((inshi_dtype)d);
        turned.row_stride    = -37;
        turned.column_stride = -1;
        check_round_trip(turned);
        inshi_matrix wide  = c;
        wide.rows          = 1;
        wide.columns       = COUNT / 2;
        wide.column_stride = 2;
        check_round_trip(wide);
    }
    free(values);
}

static void test_npy_write_nothing(void **state)
{
    (void)state;
    double      value = 0;
    const char *path  = path_in(folder, "w.npy");
    assert_int_equal(inshi_npy_write(context, path, inshi_matrix_c(&value, INSHI_DTYPE_F8, 3, 0)), INSHI_OK);
    struct bytes written = get_file(path);
    assert_int_equal(written.count, 128);
    bytes_free(&written);
}

static void test_npy_write_refuses(void **state)
{
    (void)state;
    double       value = 0;
    const char  *path  = path_in(folder, "w.npy");
    inshi_matrix m     = inshi_matrix_c(&value, INSHI_DTYPE_F8, 1, 1);
    assert_int_equal(inshi_npy_write(NULL, path, m), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_npy_write(context, NULL, m), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_npy_write(context, path, inshi_matrix_c(NULL, INSHI_DTYPE_F8, 1, 1)),
                     INSHI_ERR_ARGUMENT);
    m.layout = INSHI_LAYOUT_CSR;
    assert_int_equal(inshi_npy_write(context, path, m), INSHI_ERR_UNSUPPORTED);
    assert_non_null(strstr(inshi_context_message(context), "sparse"));
    m.layout = INSHI_LAYOUT_DENSE;
    m.dtype  = 77;
    assert_int_equal(inshi_npy_write(context, path, m), INSHI_ERR_ARGUMENT);
    assert_false(file_exists(path));
}

/* A matrix of more than the first block of a stream, u4, entry i = i. */
static struct bytes large_file(int64_t rows, int64_t columns)
{
    char     dict[128];
    uint8_t *array = malloc((size_t)(rows * columns) * 4);
    assert_non_null(array);
    for (int64_t i = 0; i < rows * columns; i++)
        for (int b = 0; b < 4; b++)
            array[4 * i + b] = (uint8_t)(i >> 8 * b);
    snprintf(dict, sizeof dict, "{'descr': '<u4', 'fortran_order': False, 'shape': (%lld, %lld)}",
             (long long)rows, (long long)columns);
    struct bytes file = npy_bytes(2, dict, array, (size_t)(rows * columns) * 4);
    free(array);
    return file;
}

static void check_large(inshi_data *data, int64_t rows, int64_t columns)
{
    const inshi_matrix m = inshi_data_matrix(data);
    assert_int_equal(m.rows, rows);
    assert_int_equal(m.columns, columns);
    for (int64_t i = 0; i < rows * columns; i++)
        assert_true(((uint32_t *)m.data)[i] == (uint32_t)i);
}

static void test_npy_memory_is_the_array(void **state)
{
    (void)state;
    struct bytes file = large_file(1000, 1234);
    put_file(path_in(folder, "large.npy"), file.at, file.count);
    bytes_free(&file);
    inshi_data *data = read_file(path_in(folder, "large.npy"), NULL);
    check_large(data, 1000, 1234);
    assert_in_range(inshi_context_peak_bytes(context), 1000 * 1234 * 4, 1000 * 1234 * 4 + 70000);
    inshi_data_destroy(data);
}

static void test_npy_gzip(void **state)
{
    (void)state;
#ifdef INSHI_HAVE_ZLIB
    const char  *path   = path_in(folder, "x.npy.gz");
    struct bytes file   = large_file(1100, 1200);
    struct bytes packed = gzip_bytes(file.at, 1000000), empty = gzip_bytes("", 0);
    struct bytes second = gzip_bytes(file.at + 1000000, file.count - 1000000);
    bytes_add(&packed, empty.at, empty.count);
    bytes_add(&packed, second.at, second.count);
    put_file(path, packed.at, packed.count);
    inshi_data *data = read_file(path, NULL);
    check_large(data, 1100, 1200);
    inshi_data_destroy(data);
    inshi_file_info info;
    assert_int_equal(inshi_data_inspect(context, path, NULL, &info), INSHI_OK);
    assert_int_equal(info.rows, 1100);
    bytes_free(&file);
    bytes_free(&packed);
    bytes_free(&empty);
    bytes_free(&second);
#else
    skip();
#endif
}

/* Makes standard input a pipe that a child fills. */
static void feed_input(const struct bytes *file)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    if (fork() == 0) {
        close(ends[0]);
        for (size_t done = 0; done < file->count;) {
            const ssize_t written = write(ends[1], file->at + done, file->count - done);
            if (written <= 0)
                _exit(1);
            done += (size_t)written;
        }
        _exit(0);
    }
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
}

static void test_npy_standard_input(void **state)
{
    (void)state;
    struct bytes file = large_file(700, 900);
    feed_input(&file);
    inshi_data *data = read_file("-", NULL);
    check_large(data, 700, 900);
    inshi_data_destroy(data);
    put_file(path_in(folder, "x.npy"), file.at, file.count);
    assert_non_null(freopen(path_in(folder, "x.npy"), "rb", stdin));
    data = read_file("-", "npy");
    check_large(data, 700, 900);
    inshi_data_destroy(data);
    bytes_add(&file, "!", 1);
    feed_input(&file);
    assert_int_equal(inshi_data_read(context, "-", NULL, &data), INSHI_ERR_DATA);
    assert_non_null(strstr(inshi_context_message(context), "standard input has at least 1 byte after"));
    bytes_free(&file);
}

static int stop(void *user)
{
    return ++*(int *)user > 2;
}

static void test_npy_interrupted(void **state)
{
    (void)state;
    int          asked = 0;
    inshi_data  *data  = NULL;
    struct bytes file  = large_file(700, 900);
    inshi_context_set_interrupt(context, stop, &asked);
    feed_input(&file);
    assert_int_equal(inshi_data_read(context, "-", NULL, &data), INSHI_ERR_INTERRUPTED);
    assert_null(data);
    bytes_free(&file);
}

static void test_npy_inspect(void **state)
{
    (void)state;
    inshi_file_info info;
    const char     *path = path_in(folder, "x.npy");
    struct bytes    file = pattern_file(INSHI_DTYPE_I2, '>', true);
    put_file(path, file.at, file.count);
    assert_int_equal(inshi_data_inspect(context, path, NULL, &info), INSHI_OK);
    assert_string_equal(info.format, "npy");
    assert_string_equal(info.order, "Fortran");
    assert_int_equal(info.dtype, INSHI_DTYPE_I2);
    assert_int_equal(info.rows, ROWS);
    assert_int_equal(info.columns, COLUMNS);
    assert_int_equal(info.bytes, 2 * ROWS * COLUMNS);
    assert_int_equal(info.row_names, 0);
    put_file(path, file.at, file.count - 1);
    assert_int_equal(inshi_data_inspect(context, path, NULL, &info), INSHI_ERR_DATA);
    bytes_free(&file);
}

static void test_npy_where(void **state)
{
    (void)state;
    char         text[64];
    struct bytes file = pattern_file(INSHI_DTYPE_U1, '|', false);
    put_file(path_in(folder, "x.npy"), file.at, file.count);
    inshi_data *data = read_file(path_in(folder, "x.npy"), NULL);
    inshi_data_where(data, 2, 4, text, sizeof text);
    assert_string_equal(text, "row 2, column 4 (counting from 0)");
    inshi_data_destroy(data);
    bytes_free(&file);
}

/* A file that NumPy wrote: X[i, j] = sin(.) cos(.) + 1 of the article lies in [0, 2]. */
static void test_npy_of_numpy(void **state)
{
    (void)state;
    const char *path = shared_data("seed/X.npy");
    if (!path)
        skip();
    inshi_data        *data = read_file(path, NULL);
    const inshi_matrix m    = inshi_data_matrix(data);
    assert_int_equal(m.rows, 100);
    assert_int_equal(m.columns, 200);
    for (int64_t i = 0; i < m.rows; i++)
        for (int64_t j = 0; j < m.columns; j++)
            assert_true(f8_at(m, i, j) >= 0 && f8_at(m, i, j) <= 2);
    struct bytes numpy = get_file(path);
    assert_int_equal(inshi_npy_write(context, path_in(folder, "x.npy"), m), INSHI_OK);
    struct bytes ours = get_file(path_in(folder, "x.npy"));
    assert_int_equal(ours.count, numpy.count);
    assert_memory_equal(ours.at, numpy.at, ours.count);
    bytes_free(&ours);
    bytes_free(&numpy);
    inshi_data_destroy(data);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_npy_every_dtype_and_order),
        TEST(test_npy_header_variants),
        TEST(test_npy_write_bytes),
        TEST(test_npy_round_trip_strided),
        TEST(test_npy_write_nothing),
        TEST(test_npy_write_refuses),
        TEST(test_npy_memory_is_the_array),
        TEST(test_npy_gzip),
        TEST(test_npy_standard_input),
        TEST(test_npy_interrupted),
        TEST(test_npy_inspect),
        TEST(test_npy_where),
        TEST(test_npy_of_numpy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
