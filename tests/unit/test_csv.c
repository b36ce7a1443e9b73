/* test_csv.c -- csv and tsv: separators, names, quotes, numbers; writing. */
#include <locale.h>
#include <math.h>
#include "io/number.h"
#include "support/files.h"

static inshi_context *context;
static const char    *folder;
static char           warning[1024];

static void keep_warning(void *user, const char *sentence)
{
    (void)user;
    snprintf(warning, sizeof warning, "%s", sentence);
}

static int set_up(void **state)
{
    (void)state;
    context    = open_context();
    folder     = temporary_folder();
    warning[0] = 0;
    inshi_context_set_warning(context, keep_warning, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(inshi_context_bytes(context), 0);
    inshi_context_destroy(context);
    remove_folder(folder);
    return 0;
}

static inshi_data *read_text(const char *name, const char *text, const char *format)
{
    inshi_data *data = NULL;
    put_text(path_in(folder, name), text);
    const inshi_status status = inshi_data_read(context, path_in(folder, name), format, &data);
    if (status)
        print_message("%s\n%s\n", text, inshi_context_message(context));
    assert_int_equal(status, INSHI_OK);
    return data;
}

/* Names as one text: "a|b|", "" where there are none. */
static const char *joined(const inshi_data *data, const char *(*name)(const inshi_data *, int64_t),
                          int64_t           count)
{
    static char text[256];
    text[0] = 0;
    for (int64_t i = 0; i < count && name(data, i); i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s|", name(data, i));
    return text;
}

/* The values of every table below are 1, 2, 3, ... */
static void check_table(const inshi_data *data, int64_t rows, int64_t columns, const char *row_names,
                        const char *column_names)
{
    const inshi_matrix m = inshi_data_matrix(data);
    assert_int_equal(m.rows, rows);
    assert_int_equal(m.columns, columns);
    assert_int_equal(m.row_stride, columns);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            assert_true(f8_at(m, i, j) == (double)(i * columns + j + 1));
    assert_string_equal(joined(data, inshi_data_row_name, rows), row_names);
    assert_string_equal(joined(data, inshi_data_column_name, columns), column_names);
    assert_null(inshi_data_row_name(data, rows));
    assert_null(inshi_data_column_name(data, columns));
    assert_null(inshi_data_row_name(data, -1));
}

/* Each text has 1, 2, 3, 4 row by row, and NaN where `missing` says so. */
static void test_csv_missing(void **state)
{
    (void)state;
    static const struct {
        const char *text, *missing;
    } tables[] = {
        {"a,b\n1,2\n3,\n", "...x"}, {"a,b\n1,2\n3,NA\n", "...x"},
        {"1,2\n3,NaN\n", "...x"},   {"1,2\n3,-nan\n", "...x"},
        {",2\n3,4\n", "x..."},      {"1,2\n\"\",4\n", "..x."},
        {"1,2\n,\n", "..xx"},       {"NA,2\n3,4\n", "x..."},
        {"r,1,2\ns, ,4\n", "..x."}, {"a;b\nNA;2\n3;\"NA\"\n", "x..x"},
        {"1\t2\n3\t\n", "...x"},
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        inshi_data *data = read_text("m.csv", tables[i].text, NULL);
        assert_int_equal(inshi_data_matrix(data).rows, 2);
        assert_int_equal(inshi_data_matrix(data).columns, 2);
        for (int at = 0; at < 4; at++) {
            const double value = f8_at(inshi_data_matrix(data), at / 2, at % 2);
            assert_true(tables[i].missing[at] == 'x' ? isnan(value) : value == at + 1);
        }
        inshi_data_destroy(data);
    }
}

struct table {
    const char *text;
    int64_t     rows, columns;
    const char *row_names, *column_names, *format;
};

static const struct table TABLES[] = {
    /* separators */
    {"1,2\n3,4\n", 2, 2, "", "", "csv"},
    {"1;2\n3;4\n", 2, 2, "", "", "csv"},
    {"1\t2\n3\t4\n", 2, 2, "", "", "tsv"},
    {"1\n2\n3", 3, 1, "", "", "csv"},
    {"1,2,3", 1, 3, "", "", "csv"},
    {"a;b,c;d\n1;2;3\n4;5;6\n", 2, 3, "", "a|b,c|d|", "csv"},
    {"x,y\t1\nz,w\t2\n", 2, 1, "x,y|z,w|", "", "tsv"},
    /* line ends, blanks, comments, byte-order mark */
    {"1,2\r\n3,4\r\n", 2, 2, "", "", "csv"},
    {"1,2\r3,4\r", 2, 2, "", "", "csv"},
    {"\n\n1,2\n  \n3,4\n\n", 2, 2, "", "", "csv"},
    {"# made by hand, 7\n1,2\n#3,3\n  # more\n3,4\n#", 2, 2, "", "", "csv"},
    {"\xef\xbb\xbf"
     "1,2\n3,4\n",
     2, 2, "", "", "csv"},
    {"\xef\xbb\xbf"
     "a,b\n1,2\n",
     1, 2, "", "a|b|", "csv"},
    {" 1 ,\t2\n3 , 4 \n", 2, 2, "", "", "csv"},
    /* names */
    {"a,b\n1,2\n3,4\n", 2, 2, "", "a|b|", "csv"},
    {"r,1,2\ns,3,4\n", 2, 2, "r|s|", "", "csv"},
    {"r,1\n", 1, 1, "r|", "", "csv"},
    {"gene,a,b\nr,1,2\ns,3,4\n", 2, 2, "r|s|", "a|b|", "csv"},
    {",a,b\nr,1,2\ns,3,4\n", 2, 2, "r|s|", "a|b|", "csv"},
    {"a,b\nr,1,2\ns,3,4\n", 2, 2, "r|s|", "a|b|", "csv"},
    {"a\nr,1\ns,2\n", 2, 1, "r|s|", "a|", "csv"},
    {"a\n1\n2\n", 2, 1, "", "a|", "csv"},
    {"a,a\n1,2\n", 1, 2, "", "a|a|", "csv"},
    {"gene,,b\nr,1,2\n", 1, 2, "r|", "|b|", "csv"},
    {"gene,NA,b\nr,1,2\n,3,4\n", 2, 2, "r||", "NA|b|", "csv"},
    {"2001,2002\nr,1,2\n", 1, 2, "r|", "2001|2002|", "csv"},
    {",2001,2002\nr,1,2\n", 1, 2, "r|", "2001|2002|", "csv"},
    {",a,b\n7,1,2\n8,3,4\n", 2, 2, "7|8|", "a|b|", "csv"},
    {",0,1\n0,1,2\n1,3,4\n", 2, 2, "0|1|", "0|1|", "csv"},
    {"\"\",\"V1\",\"V2\"\n\"1\",1,2\n\"2\",3,4\n", 2, 2, "1|2|", "V1|V2|", "csv"},
    {"\"V1\",\"V2\"\n\"1\",1,2\n\"2\",3,4\n", 2, 2, "1|2|", "V1|V2|", "csv"},
    {"\"8\",\"9\"\n1,2\n3,4\n", 2, 2, "", "8|9|", "csv"},
    {"\"1\",\"2\"\n\"3\",\"4\"\n", 2, 2, "", "", "csv"},
    {"Na,K\n1,2\n", 1, 2, "", "Na|K|", "csv"},
    /* quotes */
    {"\"a,b\",\"c\"\"d\"\n1,2\n", 1, 2, "", "a,b|c\"d|", "csv"},
    {"\"two\nlines\",b\n1,2\n", 1, 2, "", "two\nlines|b|", "csv"},
    {"\"two\r\nlines\",b\r\n1,2\r\n", 1, 2, "", "two\r\nlines|b|", "csv"},
    {" \"a\" , \"b\" \n1,2\n", 1, 2, "", "a|b|", "csv"},
    {"5\" pipe,b\n1,2\n", 1, 2, "", "5\" pipe|b|", "csv"},
    {"\"#1\",b\n1,2\n", 1, 2, "", "#1|b|", "csv"},
    {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xb5,b\n1,2\n", 1, 2, "", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xb5|b|",
     "csv"},
    /* numbers */
    {"1.0,+2,3e0\n.4e1,5.,6E+0\n", 2, 3, "", "", "csv"},
    {"100e-2,0.0002e4,00003\n", 1, 3, "", "", "csv"},
};

static void test_csv_tables(void **state)
{
    (void)state;
    inshi_file_info info;
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        const struct table *t    = &TABLES[i];
        inshi_data         *data = read_text("x.csv", t->text, NULL);
        check_table(data, t->rows, t->columns, t->row_names, t->column_names);
        assert_string_equal(inshi_data_format(data), t->format);
        inshi_data_destroy(data);
        assert_int_equal(inshi_data_inspect(context, path_in(folder, "x.csv"), NULL, &info), INSHI_OK);
        assert_string_equal(info.format, t->format);
        assert_string_equal(info.order, "C");
        assert_int_equal(info.dtype, INSHI_DTYPE_F8);
        assert_int_equal(info.rows, t->rows);
        assert_int_equal(info.columns, t->columns);
        assert_int_equal(info.bytes, 8 * t->rows * t->columns);
        assert_int_equal(info.row_names, t->row_names[0] != 0);
        assert_int_equal(info.column_names, t->column_names[0] != 0);
        assert_string_equal(warning, "");
    }
}

static void test_csv_format_and_suffix(void **state)
{
    (void)state;
    inshi_data *data = read_text("x.tsv", "1\n2\n", NULL);
    assert_string_equal(inshi_data_format(data), "tsv");
    inshi_data_destroy(data);
    data = read_text("x.tsv", "1,2\n3,4\n", NULL);
    check_table(data, 2, 2, "", "");
    inshi_data_destroy(data);
    data = read_text("x.csv", "a,b\t1\n", "tsv");
    check_table(data, 1, 1, "a,b|", "");
    inshi_data_destroy(data);
    data = read_text("x.npy", "1,2\n", "csv");
    check_table(data, 1, 2, "", "");
    inshi_data_destroy(data);
}

/* Text against strtod, which has other code; and what only the eye takes for a number. */
static void test_csv_numbers(void **state)
{
    (void)state;
    static const char *const numbers[] = {
        "0",
        "-0",
        "0.1",
        "1e22",
        "1e23",
        "9007199254740993",
        "123456789012345678901234567890",
        "1e-22",
        "1e-23",
        "2.2250738585072014e-308",
        "4.9e-324",
        "2e-324",
        "1e-999999999999",
        "1.7976931348623157e308",
        "0e999999",
        "0.000000000000000000000000000000000000001",
        "3.141592653589793238462643383279",
        "8.5e-5",
        "1e00000000003",
        "9007199254740992e22",
        "9007199254740991e-22",
        "179769313486231570000000000000000000000e270",
        "00000000000000000000000000000000001.5",
        "1234567890123456789",
        "12345678901234567890",
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        double       value  = NAN;
        const double wanted = strtod(numbers[i], NULL);
        assert_int_equal(number_parse(numbers[i], (int64_t)strlen(numbers[i]), &value), NUMBER_VALUE);
        assert_memory_equal(&value, &wanted, sizeof value);
    }
    static const struct {
        const char      *text;
        enum number_kind kind;
    } others[] = {{"", NUMBER_MISSING},     {"NA", NUMBER_MISSING},      {"nan", NUMBER_MISSING},
                  {"-NaN", NUMBER_MISSING}, {"na", NUMBER_TEXT},         {"Na", NUMBER_TEXT},
                  {"0x10", NUMBER_TEXT},    {"1e", NUMBER_TEXT},         {"1e+", NUMBER_TEXT},
                  {".", NUMBER_TEXT},       {"-", NUMBER_TEXT},          {"e5", NUMBER_TEXT},
                  {"1.2.3", NUMBER_TEXT},   {"1 2", NUMBER_TEXT},        {"--1", NUMBER_TEXT},
                  {"nan(1)", NUMBER_TEXT},  {"1,5", NUMBER_TEXT},        {"info", NUMBER_TEXT},
                  {"1d5", NUMBER_TEXT},     {"1e999", NUMBER_TOO_LARGE}, {"-1e309", NUMBER_TOO_LARGE},
                  {"inf", NUMBER_VALUE},    {"-Infinity", NUMBER_VALUE}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        double value;
        assert_int_equal(number_parse(others[i].text, (int64_t)strlen(others[i].text), &value),
                         others[i].kind);
    }
}

static void test_csv_infinities_are_values(void **state)
{
    (void)state;
    inshi_data *data = read_text("x.csv", "1,inf\n-Infinity,4\n", NULL);
    assert_true(f8_at(inshi_data_matrix(data), 0, 1) == INFINITY);
    assert_true(f8_at(inshi_data_matrix(data), 1, 0) == -INFINITY);
    inshi_data_destroy(data);
}

static void test_csv_where(void **state)
{
    (void)state;
    char        text[128];
    inshi_data *data = read_text(
        "x.csv", "# top\ngene,a,\"ERCC-00074\"\nr,1,2\n\ns,3,4\nt,5,6\n\"two\nlines\",7,8\nu,9,10\n", NULL);
    static const int64_t lines[] = {3, 5, 6, 7, 9};
    for (int i = 0; i < 5; i++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "line %d, column 3 (\"ERCC-00074\")", (int)lines[i]);
        inshi_data_where(data, i, 1, text, sizeof text);
        assert_string_equal(text, wanted);
    }
    inshi_data_where(data, 0, 0, text, 9);
    assert_string_equal(text, "line 3, ");
    inshi_data_destroy(data);
    data = read_text("x.csv", "1,2\n3,4", NULL);
    inshi_data_where(data, 1, 0, text, sizeof text);
    assert_string_equal(text, "line 2, column 1");
    inshi_data_destroy(data);
}

static void test_csv_warns_of_numbers_that_may_be_names(void **state)
{
    (void)state;
    inshi_data *data = read_text("x.csv", "sample,400,401,402,403\ns1,1,2,3,4\n", NULL);
    assert_int_equal(inshi_data_matrix(data).rows, 2);
    assert_non_null(strstr(warning, "line 1 was read as data, the row \"sample\""));
    inshi_data_destroy(data);
    warning[0] = 0;
    data       = read_text("x.csv", "s0,5,1,2,3\ns1,1,2,3,4\n", NULL);
    assert_string_equal(warning, "");
    inshi_data_destroy(data);
}

/* More than a buffer, so that records cross its end; memory stays near that of the values. */
static void check_large(const char *name, const struct bytes *file, int64_t rows, int64_t columns,
                        double most)
{
    inshi_data *data = NULL;
    put_file(path_in(folder, name), file->at, file->count);
    assert_int_equal(inshi_data_read(context, path_in(folder, name), NULL, &data), INSHI_OK);
    const inshi_matrix m = inshi_data_matrix(data);
    assert_int_equal(m.rows, rows);
    assert_int_equal(m.columns, columns);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            assert_true(f8_at(m, i, j) == (double)((i * columns + j) % 1009) / 8);
    assert_true((double)inshi_context_peak_bytes(context) <= most * (double)(8 * rows * columns) + 500000);
    inshi_data_destroy(data);
}

static struct bytes large_text(int64_t rows, int64_t columns)
{
    struct bytes file = {0};
    char         text[64];
    file.at = malloc((size_t)(rows * columns) * 12);
    for (int64_t i = 0; i < rows * columns; i++) {
        snprintf(text, sizeof text, "%.3f%c", (double)(i % 1009) / 8,
                 i % columns == columns - 1 ? '\n' : ',');
        memcpy(file.at + file.count, text, strlen(text));
        file.count += strlen(text);
    }
    return file;
}

static void test_csv_large(void **state)
{
    (void)state;
    /* The peak of the context never falls: the smaller matrix comes first. */
    struct bytes file = large_text(3, 50000);
    check_large("x.csv", &file, 3, 50000, 4);
    bytes_free(&file);
    file = large_text(2000, 300);
    check_large("x.csv", &file, 2000, 300, 1.2);
    bytes_free(&file);
#ifdef INSHI_HAVE_ZLIB
    file                = large_text(2000, 300);
    struct bytes packed = gzip_bytes(file.at, file.count);
    check_large("x.csv.gz", &packed, 2000, 300, 2.6);
    bytes_free(&packed);
    bytes_free(&file);
#endif
}

static void check_written(const char *path, const char *wanted)
{
    struct bytes there = get_file(path);
    assert_string_equal((char *)there.at, wanted);
    bytes_free(&there);
}

static void test_csv_write_text(void **state)
{
    (void)state;
    double             values[6] = {1, 0.1, -0.0, 1e300, 123456789, NAN};
    const char        *rows[] = {"r", "s,t"}, *columns[] = {"a", "7", "say \"x\""};
    const char        *path = path_in(folder, "w.csv");
    const inshi_matrix m    = inshi_matrix_c(values, INSHI_DTYPE_F8, 2, 3);
    assert_int_equal(inshi_csv_write(context, path, m, NULL, NULL, NULL), INSHI_OK);
    check_written(path, "1,0.1,-0\n1e+300,123456789,NaN\n");
    assert_int_equal(inshi_csv_write(context, path, m, "gene", rows, columns), INSHI_OK);
    check_written(path, "gene,a,\"7\",\"say \"\"x\"\"\"\nr,1,0.1,-0\n\"s,t\",1e+300,123456789,NaN\n");
    assert_int_equal(inshi_csv_write(context, path, m, NULL, rows, columns), INSHI_OK);
    check_written(path, ",a,\"7\",\"say \"\"x\"\"\"\nr,1,0.1,-0\n\"s,t\",1e+300,123456789,NaN\n");
    assert_int_equal(inshi_csv_write(context, path, m, NULL, rows, NULL), INSHI_OK);
    check_written(path, "r,1,0.1,-0\n\"s,t\",1e+300,123456789,NaN\n");
    assert_int_equal(inshi_csv_write(context, path, m, "unused", NULL, columns), INSHI_OK);
    check_written(path, "a,\"7\",\"say \"\"x\"\"\"\n1,0.1,-0\n1e+300,123456789,NaN\n");
    assert_int_equal(inshi_csv_write(context, path, inshi_matrix_transpose(m), NULL, NULL, NULL), INSHI_OK);
    check_written(path, "1,1e+300\n0.1,123456789\n-0,NaN\n");
}

static void test_csv_write_dtypes(void **state)
{
    (void)state;
    const uint64_t           ones     = UINT64_MAX;
    static const char *const wanted[] = {"255", "65535", "4294967295", "18446744073709551615",
                                         "-1",  "-1",    "-1",         "-1"};
    char                     text[NUMBER_ROOM];
    for (int d = INSHI_DTYPE_U1; d <= INSHI_DTYPE_I8; d++) {
        assert_int_equal(number_format(&ones, (inshi_dtype)d, text), strlen(wanted[d - 1]));
        assert_string_equal(text, wanted[d - 1]);
    }
    static const struct {
        uint16_t    bits;
        const char *text;
    } halves[] = {{0x3c00, "1"},
                  {0xc000, "-2"},
                  {0x7bff, "65504"},
                  {0x0001, "5.9604645e-08"},
                  {0x0400, "6.1035156e-05"},
                  {0x7c00, "inf"},
                  {0xfc00, "-inf"},
                  {0x7e00, "NaN"},
                  {0x8000, "-0"},
                  {0x3555, "0.33325195"}};
    for (size_t i = 0; i < sizeof halves / sizeof halves[0]; i++) {
        number_format(&halves[i].bits, INSHI_DTYPE_F2, text);
        assert_string_equal(text, halves[i].text);
    }
    const uint8_t one = 1;
    number_format(&one, INSHI_DTYPE_B1, text);
    assert_string_equal(text, "1");
    assert_int_equal(number_format(&one, (inshi_dtype)0, text), 0);
}

/* The shortest text: fewer digits would read back to another number. */
static void test_csv_numbers_read_back(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    double  *values = malloc(COUNT * sizeof *values);
    uint64_t bits   = 1;
    for (int i = 0; i < COUNT; i++) {
        do {
            bits                 = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            const uint64_t mixed = bits ^ bits >> 29;
            memcpy(&values[i], &mixed, sizeof mixed);
        } while (!isfinite(values[i]));
        if (i % 2)
            values[i] = (double)(int64_t)(bits >> 40) / 1000;
        if (i % 3 == 0 && fabs(values[i]) < 1e38)
            values[i] = (double)(float)values[i];
    }
    const char *path = path_in(folder, "w.csv");
    assert_int_equal(inshi_csv_write(context, path, inshi_matrix_c(values, INSHI_DTYPE_F8, COUNT / 4, 4),
                                     NULL, NULL, NULL),
                     INSHI_OK);
    inshi_data *data = NULL;
    assert_int_equal(inshi_data_read(context, path, NULL, &data), INSHI_OK);
    assert_memory_equal(inshi_data_matrix(data).data, values, COUNT * sizeof *values);
    inshi_data_destroy(data);
    for (int i = 0; i < COUNT; i++) {
        const float single = fabs(values[i]) < 1e38 ? (float)values[i] : 1.1f;
        char        text[NUMBER_ROOM], shorter[NUMBER_ROOM];
        number_format(&single, INSHI_DTYPE_F4, text);
        assert_true(strtof(text, NULL) == single);
        number_format(&values[i], INSHI_DTYPE_F8, text);
        snprintf(shorter, sizeof shorter, "%.15g", values[i]);
        assert_true(strcmp(text, shorter) == 0 || strtod(shorter, NULL) != values[i]);
    }
    free(values);
}

static void test_csv_names_read_back(void **state)
{
    (void)state;
    double             values[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    const char        *rows[]    = {"1", " blank ", "a\nb\r\nc", "#hash"};
    const char        *columns[] = {"x;y", "NA"}, *numbers[] = {"3", "4"};
    const char        *path = path_in(folder, "w.csv");
    const inshi_matrix m    = inshi_matrix_c(values, INSHI_DTYPE_F8, 4, 2);
    inshi_data        *data = NULL;
    assert_int_equal(inshi_csv_write(context, path, m, "corner, text", rows, columns), INSHI_OK);
    assert_int_equal(inshi_data_read(context, path, NULL, &data), INSHI_OK);
    check_table(data, 4, 2, "1| blank |a\nb\r\nc|#hash|", "x;y|NA|");
    inshi_data_destroy(data);
    assert_int_equal(inshi_csv_write(context, path, m, NULL, NULL, numbers), INSHI_OK);
    assert_int_equal(inshi_data_read(context, path, NULL, &data), INSHI_OK);
    check_table(data, 4, 2, "", "3|4|");
    inshi_data_destroy(data);
    assert_int_equal(inshi_csv_write(context, path, m, NULL, (const char *[]){"3", "4", "5", "6"}, numbers),
                     INSHI_OK);
    assert_int_equal(inshi_data_read(context, path, NULL, &data), INSHI_OK);
    check_table(data, 4, 2, "3|4|5|6|", "3|4|");
    inshi_data_destroy(data);
}

/* A locale whose decimal point is a comma, made here with localedef where that is. */
static void test_csv_any_locale(void **state)
{
    (void)state;
    char command[1024];
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >/dev/null 2>&1", folder);
    setenv("LOCPATH", folder, 1);
    if (system(command) || !setlocale(LC_ALL, "de_DE.UTF-8")) {
        unsetenv("LOCPATH");
        skip();
    }
    char   text[16];
    double values[2] = {1.5, 1e23};
    snprintf(text, sizeof text, "%.1f", 1.5);
    assert_string_equal(text, "1,5");
    const char *path = path_in(folder, "w.csv");
    assert_int_equal(
        inshi_csv_write(context, path, inshi_matrix_c(values, INSHI_DTYPE_F8, 1, 2), NULL, NULL, NULL),
        INSHI_OK);
    check_written(path, "1.5,1e+23\n");
    inshi_data *data = read_text("x.csv", "1.5000000000000000000000000001,1e23\n", NULL);
    assert_true(f8_at(inshi_data_matrix(data), 0, 0) == 1.5);
    assert_true(f8_at(inshi_data_matrix(data), 0, 1) == 1e23);
    inshi_data_destroy(data);
    snprintf(text, sizeof text, "%.1f", 1.5);
    assert_string_equal(text, "1,5");
    setlocale(LC_ALL, "C");
    unsetenv("LOCPATH");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_csv_missing),
        TEST(test_csv_tables),
        TEST(test_csv_format_and_suffix),
        TEST(test_csv_numbers),
        TEST(test_csv_infinities_are_values),
        TEST(test_csv_where),
        TEST(test_csv_warns_of_numbers_that_may_be_names),
        TEST(test_csv_large),
        TEST(test_csv_write_text),
        TEST(test_csv_write_dtypes),
        TEST(test_csv_numbers_read_back),
        TEST(test_csv_names_read_back),
        TEST(test_csv_any_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
