/* test_npz_hostile.c -- zip archives that lie, end early or hold something else: the right status, a sentence, no leak. */
#include "support/fixture.h"
#include "support/zips.h"

static void check_bytes(const struct bytes *file, const char *part)
{
    const char *path = path_in(folder, "x.npz");
    inshi_data *data = (inshi_data *)folder;
    put_file(path, file->at, file->count);
    const inshi_status status  = inshi_data_read(context, path, NULL, &data);
    const char        *message = inshi_context_message(context);
    if (status != INSHI_ERR_DATA || !strstr(message, part))
        print_message("wanted '%s', got: %s\n", part, status ? message : "OK");
    assert_int_equal(status, INSHI_ERR_DATA);
    assert_non_null(strstr(message, part));
    assert_non_null(strstr(message, "x.npz"));
    assert_null(data);
    assert_int_equal(inshi_context_bytes(context), 0);
}

static void check_entries(const struct zip_entry *entries, int count, const char *part)
{
    struct bytes file = zip_bytes(entries, count);
    check_bytes(&file, part);
    bytes_free(&file);
}

/* The good matrix with entry `index` replaced by content, which is freed. */
static void check_member(int index, struct bytes content, const char *part)
{
    struct zip_entry entries[ZIP_CSR];
    zip_csr(entries);
    bytes_free(&entries[index].content);
    entries[index].content = content;
    check_entries(entries, ZIP_CSR, part);
    zip_entries_free(entries, ZIP_CSR);
}

enum { INDICES, INDPTR, FORMAT, SHAPE, DATA };

static void test_npz_cut_at_every_byte(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        struct zip_entry entries[ZIP_CSR];
        zip_csr(entries);
        for (int i = 0; i < ZIP_CSR; i++) {
            entries[i].method = kind & 1 ? 8 : 0;
            entries[i].zip64  = kind >> 1;
        }
        struct bytes file = zip_bytes(entries, ZIP_CSR);
        for (size_t count = 0; count < file.count; count++) {
            const struct bytes part = {file.at, count};
            inshi_file_info    info = {.rows = -7};
            check_bytes(&part, count == 0 ? "empty" : count < 4 ? "" : "damaged or truncated zip archive");
            assert_int_equal(inshi_data_inspect(context, path_in(folder, "x.npz"), NULL, &info),
                             INSHI_ERR_DATA);
            assert_int_equal(info.rows, -7);
        }
        bytes_free(&file);
        zip_entries_free(entries, ZIP_CSR);
    }
}

/* Every byte changed: refused, or the same matrix (times, versions and such do not count), and nothing else. */
static void test_npz_every_byte_changed(void **state)
{
    (void)state;
    struct zip_entry entries[ZIP_CSR];
    zip_csr(entries);
    for (int i = 0; i < ZIP_CSR; i++)
        entries[i].method = i & 1 ? 8 : 0;
    struct bytes file    = zip_bytes(entries, ZIP_CSR);
    int          refused = 0;
    for (size_t at = 0; at < file.count; at++) {
        inshi_data *data = NULL;
        file.at[at] ^= 0x15;
        put_file(path_in(folder, "x.npz"), file.at, file.count);
        const inshi_status status = inshi_data_read(context, path_in(folder, "x.npz"), "npz", &data);
        assert_true(status == INSHI_OK || status == INSHI_ERR_DATA);
        refused += status != INSHI_OK;
        if (data) {
            const inshi_matrix m = inshi_data_matrix(data);
            assert_true(m.rows == 3 && m.columns == 4 && m.nonzeros == 3 && m.dtype == INSHI_DTYPE_F8);
            assert_memory_equal(m.data, ((const double[]){1, 2, 3}), 24);
        }
        inshi_data_destroy(data);
        file.at[at] ^= 0x15;
    }
    assert_true(refused > (int)file.count / 2);
    bytes_free(&file);
    zip_entries_free(entries, ZIP_CSR);
}

static void test_npz_indices(void **state)
{
    (void)state;
    check_member(INDICES, npy_list("<i4", (const int32_t[]){1, 4, 0}, 3),
                 "entry 1 of indices is 4, and columns count from 0 to 3");
    check_member(INDICES, npy_list("<i4", (const int32_t[]){1, -1, 0}, 3), "entry 1 of indices is -1");
    check_member(INDICES, npy_list("<i8", (const int64_t[]){1, INT64_MIN, 0}, 3),
                 "entry 1 of indices is -9223372036854775808");
    check_member(INDICES, npy_list("<f8", (const double[]){1, 2, 0}, 3),
                 "is of dtype f8, and indices are i4 or i8");
    check_member(INDPTR, npy_list("<i4", (const int32_t[]){0, 2, 1, 3}, 4),
                 "indptr falls from 2 to 1 after row 1");
    check_member(INDPTR, npy_list("<i4", (const int32_t[]){1, 2, 2, 3}, 4), "indptr begins with 1");
    check_member(INDPTR, npy_list("<i4", (const int32_t[]){0, 2, 2, 4}, 4),
                 "indptr ends with 4, and there are 3");
    check_member(INDPTR, npy_list("<i4", (const int32_t[]){0, 2, 2, 2}, 4),
                 "indptr ends with 2, and there are 3");
    check_member(INDPTR, npy_list("<i4", (const int32_t[]){0, 2, 3}, 3), "has 3 entries, and 4 are needed");
}

static void test_npz_other_members(void **state)
{
    (void)state;
    check_member(DATA, npy_list("<f8", (const double[]){1, 2}, 2), "has 2 entries, and there are 3 indices");
    check_member(DATA,
                 npy_bytes(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 3), }\n",
                           (const double[]){1, 2, 3}, 24),
                 "has the shape (1, 3), and a list of numbers is needed");
    check_member(DATA,
                 npy_bytes(1, "{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }\n",
                           (const double[]){1, 2}, 16),
                 "complex numbers");
    check_member(SHAPE, npy_list("<i8", (const int64_t[]){3, 4, 5}, 3), "must be two integers");
    check_member(SHAPE, npy_list("<i8", (const int64_t[]){0, 4}, 2), "X is empty: it is 0 x 4");
    check_member(SHAPE, npy_list("<i8", (const int64_t[]){-3, 4}, 2), "X is damaged: it is -3 x 4");
    check_member(SHAPE, npy_list("<i8", (const int64_t[]){INT64_MAX, 4}, 2), "X is");
    check_member(FORMAT, npy_bytes(1, "{'descr': '|S3', 'fortran_order': False, 'shape': (), }\n", "bsr", 3),
                 "format \"bsr\", and inshi reads csr, csc and coo");
    check_member(FORMAT,
                 npy_bytes(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (), }\n", "12345678", 8),
                 "a text is needed");
    check_member(FORMAT, npy_bytes(1, "{'descr': '|O', 'fortran_order': False, 'shape': (), }\n", "csr", 3),
                 "a text is needed");
    check_member(INDICES, npy_list("<i4", (const int32_t[]){1, 3}, 2),
                 "has 3 entries, and there are 2 indices");
}

static void test_npz_members_there(void **state)
{
    (void)state;
    struct zip_entry entries[ZIP_CSR];
    zip_csr(entries);
    entries[0].name = "indexes.npy";
    check_entries(entries, ZIP_CSR, "a member indexes.npy, which scipy.sparse.save_npz does not write");
    entries[0].name = "row.npy";
    check_entries(entries, ZIP_CSR, "no member indices.npy");
    entries[0].name = "data.npy";
    check_entries(entries, ZIP_CSR, "a name comes twice");
    entries[0].name = "indices.npy";
    entries[2].name = "W.npy";
    check_entries(entries, ZIP_CSR, "holds 5 arrays (indices, indptr, W, shape, data), and one is needed");
    check_entries(entries, 0, "holds 0 arrays, and one is needed");
    entries[0].name = "xl/workbook.xml";
    check_entries(entries, 1, "xl/workbook.xml in it, which is no array (.npy); where it is a spreadsheet");
    zip_entries_free(entries, ZIP_CSR);
}

static void test_npz_lies(void **state)
{
    (void)state;
    struct zip_entry good[ZIP_CSR], e[ZIP_CSR];
    zip_csr(good);
    for (int method = 0; method <= 8; method += 8) {
        for (int i = 0; i < ZIP_CSR; i++)
            good[i].method = method;
        memcpy(e, good, sizeof e);
        e[DATA].flags = 1;
        check_entries(e, ZIP_CSR, "is encrypted (its member data.npy)");
        memcpy(e, good, sizeof e);
        e[DATA].crc = 12345;
        check_entries(e, ZIP_CSR, "its checksum is wrong");
        memcpy(e, good, sizeof e);
        e[DATA].size = 100000000;
        check_entries(e, ZIP_CSR, "claims 100000000 bytes");
        e[DATA].size = (uint32_t)good[DATA].content.count - 1;
        check_entries(e, ZIP_CSR, method ? "truncated" : "claims");
        e[DATA].size = (uint32_t)good[DATA].content.count + 1;
        check_entries(e, ZIP_CSR, method ? "after its array" : "claims");
    }
    memcpy(e, good, sizeof e);
    e[DATA].method = 12;
    check_entries(e, ZIP_CSR, "is packed by method 12");
    zip_entries_free(good, ZIP_CSR);
}

/* 1 GB of zeros packs to 1 MB. Its npy header claims what its size says: a member of unknown worth is taken as it comes, so
 * that one that holds less than it claims costs no memory. */
static void test_npz_bomb(void **state)
{
    (void)state;
    struct zip_entry e = {.name = "x.npy", .method = 8};
    e.content =
        npy_bytes(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (100000, 20000), }\n", NULL, 0);
    uint8_t *zeros = calloc(1, 4000000);
    bytes_add(&e.content, zeros, 4000000);
    free(zeros);
    e.size = (uint32_t)e.content.count + 1990000;
    check_entries(&e, 1, "claims");
    e.size = (uint32_t)e.content.count;
    check_entries(&e, 1, "truncated");
    assert_true(inshi_context_peak_bytes(context) < 12000000);
    zip_entries_free(&e, 1);
}

static void test_npz_every_allocation(void **state)
{
    (void)state;
    char             path[512];
    struct zip_entry entries[ZIP_CSR];
    zip_csr(entries);
    for (int i = 0; i < ZIP_CSR; i++)
        entries[i].method = i & 1 ? 8 : 0;
    memcpy(entries[INDICES].content.at + entries[INDICES].content.count - 12, &(int32_t){3}, 4); /* twice 3 */
    struct bytes file = zip_bytes(entries, ZIP_CSR), packed = gzip_bytes(file.at, file.count);
    snprintf(path, sizeof path, "%s/x", folder);
    put_file(path, file.at, file.count);
    check_every_allocation(read_with_allocator, path);
    put_file(path, packed.at, packed.count);
    check_every_allocation(read_with_allocator, path);
    bytes_free(&file);
    bytes_free(&packed);
    zip_entries_free(entries, ZIP_CSR);
}

int main(void)
{
#ifndef INSHI_HAVE_ZLIB
    return 77;
#endif
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_npz_cut_at_every_byte),
        TEST(test_npz_every_byte_changed),
        TEST(test_npz_indices),
        TEST(test_npz_other_members),
        TEST(test_npz_members_there),
        TEST(test_npz_lies),
        TEST(test_npz_bomb),
        TEST(test_npz_every_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
