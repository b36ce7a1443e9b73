/* npz.c -- matrices in zip archives of npy arrays: those of scipy.sparse.save_npz, and single dense ones of numpy.savez.
 *
 * save_npz writes format ("csr", "csc", "coo"), shape and data, with indices and indptr, or row and col.
 */
#include <stdio.h>
#include <string.h>
#include "io/data.h"
#include "io/npy_header.h"
#include "io/npz_coo.h"
#include "io/sparse.h"
#include "io/zip.h"

enum { LONGEST_FORMAT = 8, NAMES_LISTED = 400 };

struct npz {
    struct stream *stream;
    struct zip     zip;
    char           format[LONGEST_FORMAT + 1];
    bool           inspect;
};

static inshi_status open_array(struct npz *z, const char *name, enum npy_kind kind, struct stream *in,
                               struct npy_header *h)
{
    const struct zip_member *member = zip_find(&z->zip, name);
    if (!member)
        return context_fail(
            z->stream->context, INSHI_ERR_DATA,
            "%s has the member format.npy (\"%s\"), but no member %s; write it with scipy.sparse.save_npz",
            z->stream->name, z->format, name);
    inshi_status status = zip_member_open(&z->zip, member, in);
    if (status)
        return status;
    status = npy_header_read(in, kind, h);
    if (status)
        stream_close(in);
    return status;
}

/* Reads one array; *block is the caller's, also after a failure. NULL: only its header is read. */
static inshi_status read_array(struct npz *z, const char *name, enum npy_kind kind, struct npy_header *h,
                               void **block)
{
    struct stream in;
    inshi_status  status = open_array(z, name, kind, &in, h);
    if (status)
        return status;
    status = block ? npy_array_read(&in, h, block) : npy_array_check(&in, h);
    stream_close(&in);
    return status;
}

static inshi_status read_format(struct npz *z)
{
    struct npy_header h      = {0};
    void             *block  = NULL;
    inshi_status      status = read_array(z, "format.npy", NPY_TEXT, &h, &block);
    for (int64_t i = 0; !status && i < h.length && i < LONGEST_FORMAT; i++) {
        const uint32_t c = h.text == 'U' ? ((const uint32_t *)block)[i] : ((const uint8_t *)block)[i];
        z->format[i]     = c == 0 || (c >= ' ' && c <= '~') ? (char)c : '?';
    }
    memory_give(z->stream->context, block);
    if (status)
        return status;
    if (h.length <= LONGEST_FORMAT &&
        (!strcmp(z->format, "csr") || !strcmp(z->format, "csc") || !strcmp(z->format, "coo")))
        return INSHI_OK;
    return context_fail(
        z->stream->context, INSHI_ERR_DATA,
        "%s holds a sparse matrix of format \"%s\", and inshi reads csr, csc and coo; save X.tocsr()",
        z->stream->name, z->format);
}

/* Two whole numbers of at least 1. */
static inshi_status read_shape(struct npz *z, inshi_matrix *m)
{
    struct npy_header h      = {0};
    void             *block  = NULL;
    inshi_status      status = read_array(z, "shape.npy", NPY_VECTOR, &h, &block);
    const bool right = !status && h.rows == 2 && (h.dtype == INSHI_DTYPE_I8 || h.dtype == INSHI_DTYPE_I4);
    if (right) {
        m->rows    = sparse_number(block, inshi_dtype_bytes(h.dtype), 0);
        m->columns = sparse_number(block, inshi_dtype_bytes(h.dtype), 1);
    }
    memory_give(z->stream->context, block);
    if (status)
        return status;
    if (!right)
        return context_fail(z->stream->context, INSHI_ERR_DATA,
                            "%s (shape.npy) must be two integers (i4 or i8), rows and columns; write it with "
                            "scipy.sparse.save_npz",
                            z->stream->name);
    if (m->rows >= 1 && m->columns >= 1 && m->rows < INT64_MAX && m->columns < INT64_MAX)
        return INSHI_OK;
    return context_fail(z->stream->context, INSHI_ERR_DATA,
                        "%s: X is %s: it is %lld x %lld, and a matrix needs at least one row and one column",
                        z->stream->name, m->rows < 0 || m->columns < 0 ? "damaged" : "empty",
                        (long long)m->rows, (long long)m->columns);
}

/* A list of i4 or i8 with `wanted` entries (-1: any number). */
static inshi_status read_numbers(struct npz *z, const char *name, int64_t wanted, int *bytes, int64_t *count,
                                 void **block)
{
    struct npy_header  h;
    const inshi_status status = read_array(z, name, NPY_VECTOR, &h, z->inspect ? NULL : block);
    if (status)
        return status;
    if (h.dtype != INSHI_DTYPE_I4 && h.dtype != INSHI_DTYPE_I8)
        return context_fail(z->stream->context, INSHI_ERR_DATA,
                            "%s (%s) is of dtype %s, and indices are i4 or i8", z->stream->name, name,
                            inshi_dtype_name(h.dtype));
    if (wanted >= 0 && h.rows != wanted)
        return context_fail(z->stream->context, INSHI_ERR_DATA,
                            "%s (%s) has %lld entries, and %lld are needed; write it again", z->stream->name,
                            name, (long long)h.rows, (long long)wanted);
    *bytes = inshi_dtype_bytes(h.dtype);
    if (count)
        *count = h.rows;
    return INSHI_OK;
}

static inshi_status read_values(struct npz *z, inshi_matrix *m)
{
    struct npy_header  h;
    const inshi_status status = read_array(z, "data.npy", NPY_VECTOR, &h, z->inspect ? NULL : &m->data);
    if (status)
        return status;
    m->dtype = h.dtype;
    if (h.rows == m->nonzeros)
        return INSHI_OK;
    return context_fail(z->stream->context, INSHI_ERR_DATA,
                        "%s (data.npy) has %lld entries, and there are %lld indices; write it again",
                        z->stream->name, (long long)h.rows, (long long)m->nonzeros);
}

static inshi_status read_compressed(struct npz *z, inshi_matrix *m)
{
    void        *block = NULL;
    inshi_status status;
    m->layout   = strcmp(z->format, "csr") == 0 ? INSHI_LAYOUT_CSR : INSHI_LAYOUT_CSC;
    status      = read_numbers(z, "indptr.npy", sparse_majors(m) + 1, &m->pointer_bytes, NULL, &block);
    m->pointers = block;
    block       = NULL;
    if (!status)
        status = read_numbers(z, "indices.npy", -1, &m->index_bytes, &m->nonzeros, &block);
    m->indices = block;
    if (!status)
        status = read_values(z, m);
    if (!status && !z->inspect)
        status = sparse_check(z->stream->context, z->stream->name, m);
    return status ? status : z->inspect ? INSHI_OK : sparse_order(z->stream->context, z->stream->name, m);
}

static inshi_status read_coo(struct npz *z, inshi_matrix *m)
{
    struct npz_coo coo = {.row_bytes = 4};
    inshi_status   status;
    m->layout = INSHI_LAYOUT_CSR;
    status    = read_numbers(z, "row.npy", -1, &coo.row_bytes, &m->nonzeros, &coo.rows);
    if (!status)
        status = read_numbers(z, "col.npy", m->nonzeros, &coo.column_bytes, NULL, &coo.columns);
    if (!status)
        status = read_values(z, m);
    m->index_bytes   = coo.column_bytes;
    m->pointer_bytes = sparse_bytes(m->nonzeros);
    if (!status && !z->inspect)
        status = npz_coo_compress(z->stream->context, z->stream->name, &coo, m);
    memory_give(z->stream->context, coo.rows);
    memory_give(z->stream->context, coo.columns);
    return status ? status : z->inspect ? INSHI_OK : sparse_order(z->stream->context, z->stream->name, m);
}

static inshi_status read_sparse(struct npz *z, inshi_matrix *m)
{
    static const char *const KNOWN[] = {"format.npy", "shape.npy", "data.npy", "indices.npy",
                                        "indptr.npy", "row.npy",   "col.npy",  "_is_array.npy"};
    for (int64_t i = 0; i < z->zip.count; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof KNOWN / sizeof *KNOWN; k++)
            known |= strcmp(z->zip.members[i].name, KNOWN[k]) == 0;
        if (!known)
            return context_fail(
                z->stream->context, INSHI_ERR_DATA,
                "%s is a sparse matrix with a member %s, which scipy.sparse.save_npz does not write",
                z->stream->name, z->zip.members[i].name);
    }
    inshi_status status = read_format(z);
    if (!status)
        status = read_shape(z, m);
    if (status)
        return status;
    return strcmp(z->format, "coo") == 0 ? read_coo(z, m) : read_compressed(z, m);
}

/* Refuses archives that hold no array, or several. */
static inshi_status check_single(struct npz *z)
{
    char   names[NAMES_LISTED] = "";
    size_t used                = 0;
    for (int64_t i = 0; i < z->zip.count; i++) {
        const char  *name   = z->zip.members[i].name;
        const size_t length = strlen(name);
        if (length < 4 || strcmp(name + length - 4, ".npy") != 0)
            return context_fail(
                z->stream->context, INSHI_ERR_DATA,
                "%s is a zip archive with %s in it, which is no array (.npy); where it is a spreadsheet, "
                "save it as csv",
                z->stream->name, name);
        if (used < NAMES_LISTED - ZIP_NAME - 8)
            used += (size_t)snprintf(names + used, NAMES_LISTED - used, "%s%.*s", i ? ", " : "",
                                     (int)length - 4, name);
        else if (!strstr(names, ", ..."))
            strcpy(names + used, ", ...");
    }
    if (z->zip.count == 1)
        return INSHI_OK;
    return context_fail(z->stream->context, INSHI_ERR_DATA,
                        "%s holds %lld arrays%s%s%s, and one is needed; %s", z->stream->name,
                        (long long)z->zip.count, z->zip.count ? " (" : "", names, z->zip.count ? ")" : "",
                        z->zip.count ? "write the one to read alone, as npy" : "write X as npy");
}

inshi_status npz_read(struct stream *s, inshi_data *data)
{
    struct npz   z      = {.stream = s};
    inshi_status status = zip_open(s, &z.zip);
    if (!status && zip_find(&z.zip, "format.npy"))
        status = read_sparse(&z, &data->matrix);
    else if (!status) {
        struct stream in;
        status = check_single(&z);
        if (!status)
            status = zip_member_open(&z.zip, &z.zip.members[0], &in);
        if (!status) {
            status = npy_read(&in, data);
            stream_close(&in);
        }
    }
    zip_close(&z.zip);
    data->format = "npz";
    return status;
}

static void describe(const inshi_matrix *m, inshi_file_info *out)
{
    *out                   = (inshi_file_info){.dtype    = m->dtype,
                                               .rows     = m->rows,
                                               .columns  = m->columns,
                                               .order    = m->layout == INSHI_LAYOUT_CSR ? "CSR" : "CSC",
                                               .sparse   = 1,
                                               .nonzeros = m->nonzeros};
    const int64_t entries  = checked_product(m->nonzeros, inshi_dtype_bytes(m->dtype) + m->index_bytes);
    const int64_t pointers = checked_product(sparse_majors(m) + 1, m->pointer_bytes);
    out->bytes =
        entries < 0 || pointers < 0 || entries > INT64_MAX - pointers ? INT64_MAX : entries + pointers;
}

inshi_status npz_inspect(struct stream *s, inshi_file_info *out)
{
    struct npz      z      = {.stream = s, .inspect = true};
    inshi_matrix    m      = {0};
    inshi_file_info info   = {0};
    inshi_status    status = zip_open(s, &z.zip);
    if (!status && zip_find(&z.zip, "format.npy")) {
        status = read_sparse(&z, &m);
        describe(&m, &info);
    } else if (!status) {
        struct stream in;
        status = check_single(&z);
        if (!status)
            status = zip_member_open(&z.zip, &z.zip.members[0], &in);
        if (!status) {
            status = npy_inspect(&in, &info);
            stream_close(&in);
        }
    }
    zip_close(&z.zip);
    info.format = "npz";
    if (!status)
        *out = info;
    return status;
}
