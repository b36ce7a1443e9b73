/* block_mean.c -- block means of a dense or sparse matrix and of a product of two dense ones.
 *
 * Let P average the sampled rows of each run and Q the sampled columns. The means of X are P X Q', those of
 * WH are (P W)(H Q'), and those of X - WH their difference. Cost: at most 16 million reads, and 1000 x 1000 x
 * k products.
 */
#include "block_mean.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* How one direction of extent members is cut: into runs, with at most samples members of each. */
struct cut {
    int64_t extent, runs, samples;
};

/* Which samples of a direction belong to one run: the i-th of count is at start + (2 i + 1) length / (2
 * count). */
struct run {
    int64_t start, length, count;
};

static struct cut cut_into_means(int64_t extent)
{
    const int64_t runs = extent < BLOCK_MEAN_LARGEST ? extent : BLOCK_MEAN_LARGEST;
    return (struct cut){.extent = extent, .runs = runs, .samples = BLOCK_MEAN_SAMPLES};
}

static struct cut cut_into_members(int64_t extent)
{
    return (struct cut){.extent = extent, .runs = extent, .samples = 1};
}

/* runs * (extent / runs) + ... in an order that cannot overflow for any extent. */
static int64_t run_start(struct cut cut, int64_t index)
{
    return index * (cut.extent / cut.runs) + index * (cut.extent % cut.runs) / cut.runs;
}

static struct run run_of(struct cut cut, int64_t index)
{
    const int64_t start  = run_start(cut, index);
    const int64_t length = run_start(cut, index + 1) - start;
    return (struct run){
        .start = start, .length = length, .count = length < cut.samples ? length : cut.samples};
}

static int64_t run_member(struct run run, int64_t i)
{
    return run.start + (2 * i + 1) * run.length / (2 * run.count);
}

/* IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
static double half_value(uint16_t bits)
{
    const int    exponent = bits >> 10 & 31;
    const double fraction = (double)(bits & 1023);
    double       value;
    if (exponent == 31)
        value = fraction > 0 ? (double)NAN : (double)INFINITY;
    else if (exponent == 0)
        value = ldexp(fraction, -24);
    else
        value = ldexp(fraction + 1024, exponent - 25);
    return bits >> 15 ? -value : value;
}

static double value_at(inshi_matrix m, int64_t index)
{
    switch (m.dtype) {
    case INSHI_DTYPE_U1:
        return ((const uint8_t *)m.data)[index];
    case INSHI_DTYPE_U2:
        return ((const uint16_t *)m.data)[index];
    case INSHI_DTYPE_U4:
        return ((const uint32_t *)m.data)[index];
    case INSHI_DTYPE_U8:
        return (double)((const uint64_t *)m.data)[index];
    case INSHI_DTYPE_I1:
        return ((const int8_t *)m.data)[index];
    case INSHI_DTYPE_I2:
        return ((const int16_t *)m.data)[index];
    case INSHI_DTYPE_I4:
        return ((const int32_t *)m.data)[index];
    case INSHI_DTYPE_I8:
        return (double)((const int64_t *)m.data)[index];
    case INSHI_DTYPE_F2:
        return half_value(((const uint16_t *)m.data)[index]);
    case INSHI_DTYPE_F4:
        return (double)((const float *)m.data)[index];
    case INSHI_DTYPE_F8:
        return ((const double *)m.data)[index];
    case INSHI_DTYPE_B1:
        return ((const uint8_t *)m.data)[index] != 0;
    }
    return (double)NAN;
}

double block_mean_entry(inshi_matrix matrix, int64_t row, int64_t column)
{
    return value_at(matrix, row * matrix.row_stride + column * matrix.column_stride);
}

/* The sums are long double, whose range keeps those of values near the largest double finite. */
static double mean_of_block(inshi_matrix m, struct run rows, struct run columns)
{
    long double sum = 0;
    for (int64_t i = 0; i < rows.count; i++) {
        const int64_t offset = run_member(rows, i) * m.row_stride;
        for (int64_t j = 0; j < columns.count; j++)
            sum += value_at(m, offset + run_member(columns, j) * m.column_stride);
    }
    return (double)(sum / (long double)(rows.count * columns.count));
}

/* out has the shape of the cuts. The direction that is contiguous in m is the inner one. */
static void means_of(inshi_matrix m, struct cut rows, struct cut columns, double *out)
{
    const bool         along_rows = llabs(m.column_stride) <= llabs(m.row_stride);
    const inshi_matrix view       = along_rows ? m : inshi_matrix_transpose(m);
    const struct cut   outer      = along_rows ? rows : columns;
    const struct cut   inner      = along_rows ? columns : rows;
    const int64_t      outer_step = along_rows ? columns.runs : 1;
    const int64_t      inner_step = along_rows ? 1 : columns.runs;
    for (int64_t i = 0; i < outer.runs; i++) {
        const struct run run = run_of(outer, i);
        for (int64_t j = 0; j < inner.runs; j++)
            out[i * outer_step + j * inner_step] = mean_of_block(view, run, run_of(inner, j));
    }
}

static int64_t number_at(const void *numbers, int bytes, int64_t i)
{
    return bytes == 4 ? ((const int32_t *)numbers)[i] : ((const int64_t *)numbers)[i];
}

/* The sum of the entries of one major that are samples of the runs of `minor`, into sums, one a run. Indices and
 * samples both rise. */
static void add_sampled(inshi_matrix m, int64_t major, struct cut minor, double *sums, int64_t step)
{
    int64_t       at  = number_at(m.pointers, m.pointer_bytes, major);
    const int64_t end = number_at(m.pointers, m.pointer_bytes, major + 1);
    for (int64_t j = 0; j < minor.runs && at < end; j++) {
        const struct run run = run_of(minor, j);
        for (int64_t k = 0; k < run.count && at < end; k++) {
            const int64_t member = run_member(run, k);
            while (at < end && number_at(m.indices, m.index_bytes, at) < member)
                at++;
            if (at < end && number_at(m.indices, m.index_bytes, at) == member)
                sums[j * step] += value_at(m, at) / (double)run.count;
        }
    }
}

/* As means_of, over what is listed in the sampled rows (CSR) or columns (CSC). */
static void means_of_sparse(inshi_matrix m, struct cut rows, struct cut columns, double *out)
{
    const bool       csr   = m.layout == INSHI_LAYOUT_CSR;
    const struct cut major = csr ? rows : columns, minor = csr ? columns : rows;
    const int64_t    major_step = csr ? columns.runs : 1, minor_step = csr ? 1 : columns.runs;
    for (int64_t i = 0; i < major.runs; i++) {
        const struct run run = run_of(major, i);
        double *const    to  = out + i * major_step;
        for (int64_t k = 0; k < run.count; k++)
            add_sampled(m, run_member(run, k), minor, to, minor_step);
        for (int64_t j = 0; j < minor.runs; j++)
            to[j * minor_step] /= (double)run.count;
    }
}

static inshi_status check(inshi_matrix m)
{
    if (m.rows < 1 || m.columns < 1 || !m.data || inshi_dtype_bytes(m.dtype) == 0)
        return INSHI_ERR_ARGUMENT;
    return INSHI_OK;
}

static double *take(int64_t rows, int64_t columns)
{
    if (columns > (int64_t)(PTRDIFF_MAX / sizeof(double)) / rows)
        return NULL;
    return calloc((size_t)(rows * columns), sizeof(double));
}

inshi_status block_mean_make(inshi_matrix matrix, struct block_means *out)
{
    const inshi_status status = check(matrix);
    *out                      = (struct block_means){0};
    if (status)
        return status;
    const struct cut rows = cut_into_means(matrix.rows), columns = cut_into_means(matrix.columns);
    double          *values = take(rows.runs, columns.runs);
    if (!values)
        return INSHI_ERR_MEMORY;
    if (matrix.layout == INSHI_LAYOUT_DENSE)
        means_of(matrix, rows, columns, values);
    else
        means_of_sparse(matrix, rows, columns, values);
    *out = (struct block_means){values, rows.runs, columns.runs, matrix.rows, matrix.columns};
    return INSHI_OK;
}

/* out (m x n, zero) += w (m x k) h (k x n), all row after row. */
static void multiply(const double *w, const double *h, int64_t inner, const struct block_means *out)
{
    for (int64_t i = 0; i < out->rows; i++) {
        double *row = out->values + i * out->columns;
        for (int64_t k = 0; k < inner; k++) {
            const double  factor = w[i * inner + k];
            const double *source = h + k * out->columns;
            for (int64_t j = 0; j < out->columns; j++)
                row[j] += factor * source[j];
        }
    }
}

inshi_status block_mean_product(inshi_matrix w, inshi_matrix h, struct block_means *out)
{
    inshi_status status = check(w);
    *out                = (struct block_means){0};
    if (w.layout != INSHI_LAYOUT_DENSE || h.layout != INSHI_LAYOUT_DENSE)
        return INSHI_ERR_UNSUPPORTED;
    if (status == INSHI_OK)
        status = check(h);
    if (status)
        return status;
    if (w.columns != h.rows)
        return INSHI_ERR_SHAPE;
    const struct cut   rows = cut_into_means(w.rows), columns = cut_into_means(h.columns);
    const struct cut   inner   = cut_into_members(w.columns);
    double            *w_means = take(rows.runs, inner.runs), *h_means = take(inner.runs, columns.runs);
    struct block_means means = {take(rows.runs, columns.runs), rows.runs, columns.runs, w.rows, h.columns};
    if (w_means && h_means && means.values) {
        means_of(w, rows, inner, w_means);
        means_of(h, inner, columns, h_means);
        multiply(w_means, h_means, inner.runs, &means);
        *out = means;
    } else {
        free(means.values);
        status = INSHI_ERR_MEMORY;
    }
    free(w_means);
    free(h_means);
    return status;
}

inshi_status block_mean_subtract(struct block_means *x, const struct block_means *y)
{
    if (x->rows != y->rows || x->columns != y->columns || x->full_rows != y->full_rows ||
        x->full_columns != y->full_columns)
        return INSHI_ERR_SHAPE;
    for (int64_t i = 0; i < x->rows * x->columns; i++)
        x->values[i] -= y->values[i];
    return INSHI_OK;
}

void block_mean_release(struct block_means *means)
{
    free(means->values);
    *means = (struct block_means){0};
}
