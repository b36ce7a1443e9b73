/* test_npz.c -- matrices in zip archives: csr, csc, coo, dense; stored, deflated, 64-bit sizes; order and sums. */
#include "support/fixture.h"
#include "support/zips.h"

enum { INDICES, INDPTR, FORMAT, SHAPE, DATA };

static inshi_data *read_bytes(const void *bytes, size_t count)
{
    inshi_data *data = NULL;
    put_file(path_in(folder, "x.npz"), bytes, count);
    const inshi_status status = inshi_data_read(context, path_in(folder, "x.npz"), NULL, &data);
    if (status)
        print_message("%s\n", inshi_context_message(context));
    assert_int_equal(status, INSHI_OK);
    assert_string_equal(inshi_data_format(data), "npz");
    inshi_context_set_threads(context, 1); /* gives the pool of threads back */
    return data;
}

static inshi_data *read_entries(const struct zip_entry *entries, int count)
{
    struct bytes file = zip_bytes(entries, count);
    inshi_data  *data = read_bytes(file.at, file.count);
    bytes_free(&file);
    return data;
}

static void replace(struct zip_entry *entry, struct bytes content)
{
    bytes_free(&entry->content);
    entry->content = content;
}

static void check_csr(const inshi_data *data, int bytes)
{
    const inshi_matrix m = inshi_data_matrix(data);
    assert_int_equal(m.layout, INSHI_LAYOUT_CSR);
    assert_true(m.rows == 3 && m.columns == 4 && m.nonzeros == 3 && m.dtype == INSHI_DTYPE_F8);
    assert_true(m.index_bytes == bytes && m.pointer_bytes == bytes);
    if (bytes == 4) {
        assert_memory_equal(m.pointers, ((const int32_t[]){0, 2, 2, 3}), 16);
        assert_memory_equal(m.indices, ((const int32_t[]){1, 3, 0}), 12);
    } else {
        assert_memory_equal(m.pointers, ((const int64_t[]){0, 2, 2, 3}), 32);
        assert_memory_equal(m.indices, ((const int64_t[]){1, 3, 0}), 24);
    }
    assert_memory_equal(m.data, ((const double[]){1, 2, 3}), 24);
}

static void test_npz_csr(void **state)
{
    (void)state;
    struct zip_entry entries[ZIP_CSR];
    zip_csr(entries);
    for (int kind = 0; kind < 8; kind++) {
        for (int i = 0; i < ZIP_CSR; i++) {
            entries[i].method = kind & 1 ? 8 : 0;
            entries[i].zip64  = kind >> 1 & 1;
        }
        struct bytes file = zip_bytes(entries, ZIP_CSR), packed = gzip_bytes(file.at, file.count);
        inshi_data  *data = kind < 4 ? read_bytes(file.at, file.count) : read_bytes(packed.at, packed.count);
        check_csr(data, 4);
        inshi_data_destroy(data);
        bytes_free(&file);
        bytes_free(&packed);
    }
    zip_entries_free(entries, ZIP_CSR);
}

static void test_npz_wide_swapped_unicode(void **state)
{
    (void)state;
    struct zip_entry entries[ZIP_CSR];
    zip_csr(entries);
    replace(&entries[INDICES], npy_list("<i8", (const int64_t[]){1, 3, 0}, 3));
    replace(&entries[INDPTR], npy_list(">i8", (const uint8_t[32]){[15] = 2, [23] = 2, [31] = 3}, 4));
    replace(&entries[FORMAT], npy_bytes(1, "{'descr': '<U3', 'fortran_order': False, 'shape': (), }\n",
                                        (const uint32_t[]){'c', 's', 'r'}, 12));
    replace(&entries[SHAPE], npy_list("<i4", (const int32_t[]){3, 4}, 2));
    inshi_data *data = read_entries(entries, ZIP_CSR);
    check_csr(data, 8);
    inshi_data_destroy(data);
    zip_entries_free(entries, ZIP_CSR);
}

static void test_npz_csc_unsorted(void **state)
{
    (void)state;
    struct zip_entry entries[ZIP_CSR];
    zip_csr(entries);
    replace(&entries[FORMAT],
            npy_bytes(1, "{'descr': '|S3', 'fortran_order': False, 'shape': (), }\n", "csc", 3));
    replace(&entries[SHAPE], npy_list("<i8", (const int64_t[]){4, 3}, 2));
    replace(&entries[INDICES], npy_list("<i4", (const int32_t[]){3, 1, 0}, 3));
    replace(&entries[DATA], npy_list("<u2", (const uint16_t[]){2, 1, 3}, 3));
    inshi_data        *data = read_entries(entries, ZIP_CSR);
    const inshi_matrix m    = inshi_data_matrix(data);
    assert_int_equal(m.layout, INSHI_LAYOUT_CSC);
    assert_true(m.rows == 4 && m.columns == 3 && m.dtype == INSHI_DTYPE_U2);
    assert_memory_equal(m.indices, ((const int32_t[]){1, 3, 0}), 12);
    assert_memory_equal(m.data, ((const uint16_t[]){1, 2, 3}), 6);
    inshi_data_destroy(data);
    zip_entries_free(entries, ZIP_CSR);
}

/* Sums of each type: kept where they fit, a larger type where not, b1 stays. */
static void test_npz_coo_sums(void **state)
{
    (void)state;
    struct zip_entry entries[ZIP_CSR];
    static const struct {
        const char *descr, *dtype;
        uint8_t     values[8 * 4];
        uint8_t     sums[8 * 3];
    } kinds[] = {
        {"|u1", "u1", {1, 2, 3, 4}, {3, 1, 6}},
        {"|u1", "u2", {1, 2, 3, 254}, {3, 0, 1, 0, 0, 1}},
        {"|i1", "i1", {255, 2, 3, 4}, {3, 255, 6}},
        {"|i1", "i2", {1, 100, 3, 100}, {3, 0, 1, 0, 200, 0}},
        {"|b1", "b1", {1, 1, 0, 1}, {0, 1, 1}},
        {"<f2",
         "f4",
         {0, 0x3c, 0, 0x40, 0, 0x42, 0, 0x44},
         {0, 0, 0x40, 0x40, 0, 0, 0x80, 0x3f, 0, 0, 0xc0, 0x40}},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        zip_csr(entries);
        entries[INDICES].name = "col.npy";
        entries[INDPTR].name  = "row.npy";
        replace(&entries[FORMAT],
                npy_bytes(1, "{'descr': '|S3', 'fortran_order': False, 'shape': (), }\n", "coo", 3));
        replace(&entries[INDPTR], npy_list("<i4", (const int32_t[]){0, 2, 0, 2}, 4));
        replace(&entries[INDICES], npy_list("<i4", (const int32_t[]){3, 1, 0, 1}, 4));
        replace(&entries[DATA], npy_list(kinds[i].descr, kinds[i].values, 4));
        inshi_data        *data = read_entries(entries, ZIP_CSR);
        const inshi_matrix m    = inshi_data_matrix(data);
        assert_string_equal(inshi_dtype_name(m.dtype), kinds[i].dtype);
        assert_int_equal(m.nonzeros, 3);
        assert_memory_equal(m.pointers, ((const int32_t[]){0, 2, 2, 3}), 16);
        assert_memory_equal(m.indices, ((const int32_t[]){0, 3, 1}), 12);
        assert_memory_equal((const char *)m.data, kinds[i].sums, 3 * (size_t)inshi_dtype_bytes(m.dtype));
        inshi_data_destroy(data);
        zip_entries_free(entries, ZIP_CSR);
    }
}

static void test_npz_dense(void **state)
{
    (void)state;
    for (int method = 0; method <= 8; method += 8) {
        struct zip_entry e = {.name = "any.npy", .method = method};
        e.content          = npy_bytes(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }\n",
                                       (const double[]){1, 3, 2, 4}, 32);
        inshi_data *data   = read_entries(&e, 1);
        for (int at = 0; at < 4; at++)
            assert_true(f8_at(inshi_data_matrix(data), at / 2, at % 2) == at + 1);
        inshi_data_destroy(data);
        inshi_file_info info;
        assert_int_equal(inshi_data_inspect(context, path_in(folder, "x.npz"), NULL, &info), INSHI_OK);
        assert_true(!info.sparse && info.nonzeros == -1 && info.bytes == 32 && info.rows == 2);
        assert_string_equal(info.format, "npz");
        assert_string_equal(info.order, "Fortran");
        zip_entries_free(&e, 1);
    }
}

static void test_npz_inspect(void **state)
{
    (void)state;
    struct zip_entry entries[ZIP_CSR];
    inshi_file_info  info;
    zip_csr(entries);
    struct bytes file = zip_bytes(entries, ZIP_CSR);
    put_file(path_in(folder, "x"), file.at, file.count);
    assert_int_equal(inshi_data_inspect(context, path_in(folder, "x"), NULL, &info), INSHI_OK);
    assert_true(info.sparse && info.nonzeros == 3 && info.rows == 3 && info.columns == 4 &&
                info.dtype == INSHI_DTYPE_F8);
    assert_int_equal(info.bytes, 3 * 12 + 4 * 4);
    assert_string_equal(info.order, "CSR");
    bytes_free(&file);
    zip_entries_free(entries, ZIP_CSR);
}

int main(void)
{
#ifndef INSHI_HAVE_ZLIB
    return 77;
#endif
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_npz_csr),          TEST(test_npz_wide_swapped_unicode),
        TEST(test_npz_csc_unsorted), TEST(test_npz_coo_sums),
        TEST(test_npz_dense),        TEST(test_npz_inspect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
