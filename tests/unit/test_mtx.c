/* test_mtx.c -- Matrix Market files: every kind, threads, pieces, types, sums, and decimals against strtod. */
#include <math.h>
#include <unistd.h>
#include "io/data.h"
#include "io/decimal.h"
#include "support/files.h"
#include "support/fixture.h"

static inshi_data *read_file(const char *path, const char *format)
{
    inshi_data        *data   = NULL;
    const inshi_status status = inshi_data_read(context, path, format, &data);
    if (status)
        print_message("%s\n", inshi_context_message(context));
    assert_int_equal(status, INSHI_OK);
    inshi_context_set_threads(context, 1); /* gives the pool of threads back */
    return data;
}

static inshi_data *read_text(const char *text)
{
    put_text(path_in(folder, "x.mtx"), text);
    return read_file(path_in(folder, "x.mtx"), NULL);
}

/* The value at (row, column) of what was read, 0 where none is listed, as a double. */
static double value_at(inshi_matrix m, int64_t row, int64_t column)
{
    assert_int_equal(m.layout, INSHI_LAYOUT_CSR);
    assert_int_equal(m.index_bytes, 4);
    assert_int_equal(m.pointer_bytes, 4);
    const int32_t *pointers = m.pointers, *indices = m.indices;
    for (int32_t i = pointers[row]; i < pointers[row + 1]; i++) {
        if (indices[i] != column)
            continue;
        switch (m.dtype) {
        case INSHI_DTYPE_U1:
            return ((const uint8_t *)m.data)[i];
        case INSHI_DTYPE_U2:
            return ((const uint16_t *)m.data)[i];
        case INSHI_DTYPE_U4:
            return ((const uint32_t *)m.data)[i];
        case INSHI_DTYPE_I1:
            return ((const int8_t *)m.data)[i];
        case INSHI_DTYPE_I2:
            return ((const int16_t *)m.data)[i];
        case INSHI_DTYPE_I8:
            return (double)((const int64_t *)m.data)[i];
        case INSHI_DTYPE_U8:
            return (double)((const uint64_t *)m.data)[i];
        default:
            assert_int_equal(m.dtype, INSHI_DTYPE_F8);
            return ((const double *)m.data)[i];
        }
    }
    return 0;
}

#define HEAD "%%MatrixMarket matrix coordinate "

static const struct {
    const char *text;
    inshi_dtype dtype;
    int64_t     nonzeros;
    double      values[6]; /* 2 x 3, or 3 x 3 with the last row left out */
} FILES[] = {
    {HEAD "real general\n2 3 3\n1 1 1.5\n2 3 -2e-3\n1 3 .25\n",
     INSHI_DTYPE_F8,
     3,
     {1.5, 0, .25, 0, 0, -2e-3}},
    {HEAD "double general\n2 3 1\n1 1 7", INSHI_DTYPE_F8, 1, {7}},
    {"%%matrixmarket MATRIX Coordinate REAL General\r\n2 3 1\r\n1 2 7\r\n", INSHI_DTYPE_F8, 1, {0, 7}},
    {HEAD "real general\n%c\n% d\n\n \n2 3 2\n%e\n1 1 1\n\n  % f\n\t2\t2\t5 \n\n",
     INSHI_DTYPE_F8,
     2,
     {1, 0, 0, 0, 5}},
    {HEAD "integer general\n2 3 2\n1 1 0001\n2 2 +255\n", INSHI_DTYPE_U1, 2, {1, 0, 0, 0, 255}},
    {HEAD "integer general\n2 3 2\n01 1 1\n2 00000000000000000000002 256\n",
     INSHI_DTYPE_U2,
     2,
     {1, 0, 0, 0, 256}},
    {HEAD "integer general\n2 3 1\n1 1 65536\n", INSHI_DTYPE_U4, 1, {65536}},
    {HEAD "integer general\n2 3 1\n1 1 4294967296\n", INSHI_DTYPE_U8, 1, {4294967296}},
    {HEAD "integer general\n2 3 1\n1 1 18446744073709551615\n", INSHI_DTYPE_U8, 1, {18446744073709551615.}},
    {HEAD "integer general\n2 3 2\n1 1 -1\n1 2 127\n", INSHI_DTYPE_I1, 2, {-1, 127}},
    {HEAD "integer general\n2 3 2\n1 1 -1\n1 2 128\n", INSHI_DTYPE_I2, 2, {-1, 128}},
    {HEAD "integer general\n2 3 1\n1 1 -9223372036854775807\n", INSHI_DTYPE_I8, 1, {-9223372036854775807.}},
    {HEAD "pattern general\n2 3 2\n1 2\n2 1 \n", INSHI_DTYPE_U1, 2, {0, 1, 0, 1}},
    {HEAD "integer general\n2 3 0\n", INSHI_DTYPE_U1, 0, {0}},
    {HEAD "real general\n2 3 0", INSHI_DTYPE_F8, 0, {0}},
    {HEAD "real symmetric\n3 3 3\n1 1 1\n2 1 2\n3 2 3\n", INSHI_DTYPE_F8, 5, {1, 2, 0, 2, 0, 3}},
    {HEAD "pattern symmetric\n3 3 2\n3 3\n2 1\n", INSHI_DTYPE_U1, 3, {0, 1, 0, 1}},
    {HEAD "integer general\n2 3 3\n1 1 200\n2 2 3\n1 1 100\n", INSHI_DTYPE_U2, 2, {300, 0, 0, 0, 3}},
    {HEAD "pattern general\n2 3 3\n1 1\n1 1\n1 1\n", INSHI_DTYPE_U1, 1, {3}},
    {HEAD "real general\n2 3 4\n2 3 1\n1 3 2\n1 1 3\n2 3 4.5\n", INSHI_DTYPE_F8, 3, {3, 0, 2, 0, 0, 5.5}},
};

static void test_mtx_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        inshi_data        *data = read_text(FILES[i].text);
        const inshi_matrix m    = inshi_data_matrix(data);
        assert_string_equal(inshi_data_format(data), "mtx");
        assert_true(m.rows >= 2 && m.columns == 3);
        assert_int_equal(m.dtype, FILES[i].dtype);
        assert_int_equal(m.nonzeros, FILES[i].nonzeros);
        for (int at = 0; at < 6; at++)
            assert_true(value_at(m, at / 3, at % 3) == FILES[i].values[at]);
        assert_null(inshi_data_row_name(data, 0));
        inshi_data_destroy(data);
    }
}

static void test_mtx_array(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "%%MatrixMarket matrix array real general\n2 3\n1\n4\n2\n5\n3\n6\n",
        "%%MatrixMarket matrix array integer general\n% c\n2 3\n1\n\n4 \n% d\n2\n5\n3\n6"};
    for (int i = 0; i < 2; i++) {
        inshi_data        *data = read_text(texts[i]);
        const inshi_matrix m    = inshi_data_matrix(data);
        assert_int_equal(m.layout, INSHI_LAYOUT_DENSE);
        for (int at = 0; at < 6; at++)
            assert_true(f8_at(m, at / 3, at % 3) == at + 1);
        inshi_data_destroy(data);
    }
}

static void test_mtx_where(void **state)
{
    (void)state;
    char        text[100];
    inshi_data *data = read_text(HEAD "integer general\n%\n2 3 4\n2 1 -5\n1 3 -1\n1 1 4\n1 2 -2\n");
    inshi_data_where(data, 0, 1, text, sizeof text);
    assert_string_equal(text, "line 7 (row 1, column 2)");
    inshi_data_where(data, 1, 0, text, sizeof text);
    assert_string_equal(text, "row 1, column 0 (counting from 0)");
    inshi_data_destroy(data);
    data = read_text("%%MatrixMarket matrix array real general\n2 2\n1\n-4\n-2\n5\n");
    inshi_data_where(data, 0, 1, text, sizeof text);
    assert_string_equal(text, "line 5 (row 1, column 2)");
    inshi_data_destroy(data);
}

static void hear(void *user, const char *sentence)
{
    struct bytes *heard = user;
    bytes_add(heard, sentence, strlen(sentence));
    bytes_add(heard, "|", 1);
}

static void test_mtx_doubles_are_told(void **state)
{
    (void)state;
    struct bytes heard = {0};
    inshi_context_set_warning(context, hear, &heard);
    inshi_data_destroy(read_text(HEAD "real general\n2 3 3\n1 1 1\n2 2 2\n1 2 3\n"));
    assert_int_equal(heard.count, 0);
    inshi_data_destroy(read_text(HEAD "real general\n2 3 5\n2 2 2\n1 1 1\n2 2 2\n1 1 3\n1 1 4\n"));
    bytes_add(&heard, "", 1);
    assert_non_null(
        strstr((char *)heard.at, "3 entries have again a place that had one (the first: row 0, column 0"));
    assert_ptr_equal(strchr((char *)heard.at, '|'), (char *)heard.at + heard.count - 2);
    bytes_free(&heard);
}

static uint64_t next_random(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

enum { ROWS = 301, COLUMNS = 211 };

/* A file of `lines` entries at random places, many of them twice, and its sums. */
static struct bytes random_file(int lines, bool symmetric, double *sums)
{
    struct bytes out  = {0};
    uint64_t     seed = 7;
    char         line[96];
    memset(sums, 0, ROWS * COLUMNS * sizeof *sums);
    bytes_add(&out, line,
              (size_t)snprintf(line, sizeof line, "%sinteger %s\n%d %d %d\n", HEAD,
                               symmetric ? "symmetric" : "general", symmetric ? COLUMNS : ROWS, COLUMNS,
                               lines));
    for (int i = 0; i < lines; i++) {
        int row         = (int)(next_random(&seed) % (symmetric ? COLUMNS : ROWS)),
            column      = (int)(next_random(&seed) % COLUMNS);
        const int value = (int)(next_random(&seed) % 1000);
        if (symmetric && column > row) {
            const int other = row;
            row             = column;
            column          = other;
        }
        sums[row * COLUMNS + column] += value;
        if (symmetric && row != column)
            sums[column * COLUMNS + row] += value;
        const char *gap = i % 7 == 0 ? "%\n\n" : "";
        bytes_add(&out, line,
                  (size_t)snprintf(line, sizeof line, "%s%d %d %d\n", gap, row + 1, column + 1, value));
    }
    return out;
}

static void check_sums(const inshi_data *data, int rows, const double *sums)
{
    const inshi_matrix m = inshi_data_matrix(data);
    const int32_t     *p = m.pointers, *indices = m.indices;
    int64_t            listed = 0;
    double            *values = calloc(ROWS * COLUMNS, sizeof *values);
    assert_int_equal(m.rows, rows);
    for (int i = 0; i < rows; i++)
        for (int32_t j = p[i]; j < p[i + 1]; j++, listed++) {
            assert_true(j == p[i] || indices[j] > indices[j - 1]);
            values[i * COLUMNS + indices[j]] = m.dtype == INSHI_DTYPE_U2 ? ((const uint16_t *)m.data)[j] : -1;
        }
    assert_int_equal(listed, m.nonzeros);
    assert_memory_equal(values, sums, ROWS * COLUMNS * sizeof *values);
    free(values);
}

static void check_reading(const struct bytes *from, bool sized, int64_t piece, int rows, const double *sums)
{
    struct stream s;
    inshi_data   *data = NULL;
    assert_int_equal(stream_open_memory(&s, context, from->at, from->count, sized), INSHI_OK);
    s.piece = piece;
    if (data_read_stream(&s, "x", NULL, &data))
        fail_msg("pieces of %lld, %lld threads: %s", (long long)piece,
                 (long long)inshi_context_threads(context), inshi_context_message(context));
    stream_close(&s);
    check_sums(data, rows, sums);
    inshi_data_destroy(data);
}

/* Entries row after row, which is read once: rows without entries first, last and between, columns falling in every other
 * row, one value beyond `most` of the type of the others near the end. */
static struct bytes ordered_file(double *sums)
{
    struct bytes out  = {0};
    uint64_t     seed = 3;
    char         line[96];
    memset(sums, 0, ROWS * COLUMNS * sizeof *sums);
    int entries = 0;
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        const int row = i / COLUMNS, fall = row % 2;
        if (row > 2 && row < ROWS - 2 && row % 5 && next_random(&seed) % 4 == 0) {
            sums[row * COLUMNS + (fall ? COLUMNS - 1 - i % COLUMNS : i % COLUMNS)] =
                (double)(next_random(&seed) % 255 + 1);
            entries++;
        }
    }
    bytes_add(
        &out, line,
        (size_t)snprintf(line, sizeof line, "%sinteger general\n%d %d %d\n", HEAD, ROWS, COLUMNS, entries));
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        const int row = i / COLUMNS, column = row % 2 ? COLUMNS - 1 - i % COLUMNS : i % COLUMNS;
        double   *sum = &sums[row * COLUMNS + column];
        if (!*sum)
            continue;
        if (row == ROWS - 4)
            *sum += 256;
        bytes_add(&out, line,
                  (size_t)snprintf(line, sizeof line, "%d %d %d\n", row + 1, column + 1, (int)*sum));
    }
    return out;
}

static void test_mtx_row_after_row(void **state)
{
    (void)state;
    double      *sums = malloc(ROWS * COLUMNS * sizeof *sums);
    struct bytes file = ordered_file(sums);
    for (int threads = 1; threads <= 4; threads++)
        for (int64_t piece = 1000; piece < 300000; piece += piece / 3 * threads) {
            inshi_context_set_threads(context, threads);
            check_reading(&file, true, piece, ROWS, sums);
            check_reading(&file, false, piece, ROWS, sums);
        }
    inshi_context_set_threads(context, 1);
    bytes_free(&file);
    free(sums);
}

/* From a file, from a pipe and from gzip, with pieces of every small size, in 1 to 4 parts: the same matrix. The longer file
 * is enough work for threads. */
static void test_mtx_pieces_and_threads(void **state)
{
    (void)state;
    double *sums = malloc(ROWS * COLUMNS * sizeof *sums);
    for (int kind = 0; kind < 4; kind++) {
        const bool   symmetric = kind & 1, large = kind & 2;
        struct bytes file   = random_file(large ? 40000 : 5000, symmetric, sums),
                     packed = gzip_bytes(file.at, file.count);
        for (int threads = 1; threads <= 4; threads++)
            for (int64_t piece = large ? 5000 : 1; piece < 300000;
                 piece += piece < 20 ? 1 + threads : piece * threads) {
                inshi_context_set_threads(context, threads);
                check_reading(&file, true, piece, symmetric ? COLUMNS : ROWS, sums);
                check_reading(&file, false, piece, symmetric ? COLUMNS : ROWS, sums);
#ifdef INSHI_HAVE_ZLIB
                check_reading(&packed, true, piece, symmetric ? COLUMNS : ROWS, sums);
#endif
            }
        bytes_free(&file);
        bytes_free(&packed);
    }
    inshi_context_set_threads(context, 1);
    free(sums);
}

static void test_mtx_inspect(void **state)
{
    (void)state;
    static const struct {
        const char *text, *order;
        int         dtype, sparse;
        int64_t     nonzeros, bytes;
    } files[] = {
        {HEAD "real general\n2 3 3\n1 1 1.5\n2 3 -2e-3\n1 3 x\n", "CSR", INSHI_DTYPE_F8, 1, 3,
         3 * 12 + 3 * 4},
        {HEAD "pattern general\n2 3 2\n1 2\n2 1 \n", "CSR", INSHI_DTYPE_U1, 1, 2, 2 * 5 + 3 * 4},
        {HEAD "integer symmetric\n2 2 2\n1 2 1\n2 1 3\n", "CSR", 0, 1, 4, 4 * 5 + 3 * 4},
        {"%%MatrixMarket matrix array integer general\n2 2\n1\n2\n3\n4\n", "Fortran", INSHI_DTYPE_F8, 0, -1,
         32},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        inshi_file_info info;
        put_text(path_in(folder, "x"), files[i].text);
        assert_int_equal(inshi_data_inspect(context, path_in(folder, "x"), NULL, &info), INSHI_OK);
        assert_string_equal(info.format, "mtx");
        assert_string_equal(info.order, files[i].order);
        assert_int_equal((int)info.dtype, files[i].dtype);
        assert_int_equal(info.sparse, files[i].sparse);
        assert_int_equal(info.nonzeros, files[i].nonzeros);
        assert_int_equal(info.bytes, files[i].bytes);
    }
}

/* strtod of the C library rounds correctly. Half-way cases, subnormal numbers, overflow, many digits, all powers of ten. */
static void test_decimal_is_exact(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252;
    int64_t  slow = 0;
    char     text[96];
    for (int i = 0; i < 300000; i++) {
        const uint64_t a     = next_random(&seed);
        const int      power = (int)(next_random(&seed) % 700) - 360;
        double         value;
        memcpy(&value, &a, sizeof value);
        if (i % 6 == 0 && isfinite(value))
            snprintf(text, sizeof text, "%.17g", value);
        else if (i % 6 == 1 && isfinite(value))
            snprintf(text, sizeof text, "%.15e", value);
        else if (i % 6 == 2)
            snprintf(text, sizeof text, "0.%020llu%llue%d", (unsigned long long)a,
                     (unsigned long long)(a * 7), power);
        else if (i % 6 == 3) /* half-way between two doubles: 54 bits */
            snprintf(text, sizeof text, "%llu", (unsigned long long)(a >> 10 | 1) << (a % 10));
        else if (i % 6 == 4)
            snprintf(text, sizeof text, "%s%lluE%+d", a & 1 ? "-" : "+", (unsigned long long)(a >> a % 60),
                     power);
        else
            snprintf(text, sizeof text, "%llu.%llu", (unsigned long long)(a % 100000),
                     (unsigned long long)(a >> 30));
        struct decimal d;
        double         got = 0, wanted = strtod(text, NULL);
        assert_ptr_equal(decimal_read(text, text + strlen(text), &d), text + strlen(text));
        if (!decimal_double(&d, &got))
            slow++;
        else if (memcmp(&got, &wanted, sizeof got) != 0)
            fail_msg("%s: %a, and strtod gives %a", text, got, wanted);
    }
    assert_in_range(slow, 1, 30000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_mtx_files),
        TEST(test_mtx_array),
        TEST(test_mtx_where),
        TEST(test_mtx_doubles_are_told),
        TEST(test_mtx_pieces_and_threads),
        TEST(test_mtx_row_after_row),
        TEST(test_mtx_inspect),
        TEST(test_decimal_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
