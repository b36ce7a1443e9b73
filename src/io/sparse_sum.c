/* sparse_sum.c -- entries of one place, added up, in the order in which they stand. */
#include "io/sparse_sum.h"

#include <stdio.h>
#include "io/number.h"
#include "io/sparse.h"

__extension__ typedef __int128 whole; /* sums of 64-bit integers */

inshi_dtype sparse_least_type(int64_t least, uint64_t most)
{
    if (least >= 0)
        return most <= UINT8_MAX    ? INSHI_DTYPE_U1
               : most <= UINT16_MAX ? INSHI_DTYPE_U2
               : most <= UINT32_MAX ? INSHI_DTYPE_U4
                                    : INSHI_DTYPE_U8;
    if (most > INT64_MAX)
        return INSHI_DTYPE_F8;
    return least >= INT8_MIN && most <= INT8_MAX     ? INSHI_DTYPE_I1
           : least >= INT16_MIN && most <= INT16_MAX ? INSHI_DTYPE_I2
           : least >= INT32_MIN && most <= INT32_MAX ? INSHI_DTYPE_I4
                                                     : INSHI_DTYPE_I8;
}

static bool is_integer(inshi_dtype dtype)
{
    return dtype >= INSHI_DTYPE_U1 && dtype <= INSHI_DTYPE_I8;
}

#define AT(type) (((const type *)values)[i])

static whole whole_at(const void *values, inshi_dtype dtype, int64_t i)
{
    switch (dtype) {
    case INSHI_DTYPE_U2:
        return AT(uint16_t);
    case INSHI_DTYPE_U4:
        return AT(uint32_t);
    case INSHI_DTYPE_U8:
        return AT(uint64_t);
    case INSHI_DTYPE_I1:
        return AT(int8_t);
    case INSHI_DTYPE_I2:
        return AT(int16_t);
    case INSHI_DTYPE_I4:
        return AT(int32_t);
    case INSHI_DTYPE_I8:
        return AT(int64_t);
    default:
        return AT(uint8_t);
    }
}

static double real_at(const void *values, inshi_dtype dtype, int64_t i)
{
    return dtype == INSHI_DTYPE_F2   ? (double)number_half(AT(uint16_t))
           : dtype == INSHI_DTYPE_F4 ? (double)AT(float)
                                     : AT(double);
}

#undef AT
#define PUT(type) (((type *)values)[i] = (type)value)

/* Signed or not, the low bytes are the same. */
static void whole_put(void *values, inshi_dtype dtype, int64_t i, whole value)
{
    switch (inshi_dtype_bytes(dtype)) {
    case 1:
        PUT(uint8_t);
        break;
    case 2:
        PUT(uint16_t);
        break;
    case 4:
        PUT(uint32_t);
        break;
    default:
        PUT(uint64_t);
    }
}

static void real_put(void *values, inshi_dtype dtype, int64_t i, double value)
{
    if (dtype == INSHI_DTYPE_F4)
        PUT(float);
    else
        PUT(double);
}

#undef PUT

/* How many entries have the place of entry i, itself among them; end is that of its row. */
static int64_t same_place(const inshi_matrix *m, int64_t i, int64_t end)
{
    int64_t count = 1;
    while (i + count < end && sparse_index(m, i + count) == sparse_index(m, i))
        count++;
    return count;
}

static whole whole_sum(const inshi_matrix *m, int64_t i, int64_t count)
{
    whole sum = 0;
    for (int64_t j = 0; j < count; j++)
        sum += whole_at(m->data, m->dtype, i + j);
    return m->dtype == INSHI_DTYPE_B1 ? sum > 0 : sum;
}

/* The type that the sums need, at least that of the entries; *row, *column: the first place with several. */
static inshi_dtype type_of_sums(const inshi_matrix *m, int64_t *row, int64_t *column)
{
    whole least = 0, most = 0;
    *row = -1;
    for (int64_t i = 0; i < sparse_majors(m); i++) {
        const int64_t end = sparse_pointer(m, i + 1);
        for (int64_t j = sparse_pointer(m, i), count; j < end; j += count) {
            count = same_place(m, j, end);
            if (count > 1 && *row < 0) {
                *row    = m->layout == INSHI_LAYOUT_CSR ? i : sparse_index(m, j);
                *column = m->layout == INSHI_LAYOUT_CSR ? sparse_index(m, j) : i;
            }
            if (!is_integer(m->dtype))
                continue;
            const whole sum = whole_sum(m, j, count);
            least           = sum < least ? sum : least;
            most            = sum > most ? sum : most;
        }
    }
    if (m->dtype == INSHI_DTYPE_F2)
        return INSHI_DTYPE_F4;
    if (!is_integer(m->dtype))
        return m->dtype;
    if (m->dtype >= INSHI_DTYPE_I1 && least == 0)
        least = -1;
    if (least < INT64_MIN || most > UINT64_MAX)
        return INSHI_DTYPE_F8;
    const inshi_dtype needed = sparse_least_type((int64_t)least, (uint64_t)most);
    return inshi_dtype_bytes(needed) > inshi_dtype_bytes(m->dtype) ? needed : m->dtype;
}

/* Moves the entries to the front of values, which may be their own, with sums in place of several. */
static void squeeze(inshi_matrix *m, void *values, inshi_dtype dtype)
{
    void *const indices = (void *)(uintptr_t)m->indices, *const pointers = (void *)(uintptr_t)m->pointers;
    int64_t used = 0, begin = 0;
    for (int64_t i = 0; i < sparse_majors(m); i++) {
        const int64_t end = sparse_pointer(m, i + 1);
        for (int64_t j = begin, count; j < end; j += count) {
            count = same_place(m, j, end);
            if (is_integer(m->dtype) || m->dtype == INSHI_DTYPE_B1)
                whole_put(values, dtype, used, whole_sum(m, j, count));
            else {
                double sum = 0;
                for (int64_t a = 0; a < count; a++)
                    sum += real_at(m->data, m->dtype, j + a);
                real_put(values, dtype, used, sum);
            }
            sparse_set(indices, m->index_bytes, used++, sparse_index(m, j));
        }
        begin = end;
        sparse_set(pointers, m->pointer_bytes, i + 1, used);
    }
    m->nonzeros = used;
    m->dtype    = dtype;
}

static void warn(inshi_context *context, const char *name, int64_t doubles, int64_t row, int64_t column)
{
    char sentence[MESSAGE_SIZE];
    if (!context->warning)
        return;
    snprintf(sentence, sizeof sentence,
             "%s: %lld entr%s again a place that had one (the first: row %lld, column %lld, counting from "
             "0); their "
             "values are added up",
             name, (long long)doubles, doubles == 1 ? "y has" : "ies have", (long long)row,
             (long long)column);
    context->warning(context->warning_user, sentence);
}

inshi_status sparse_sum(inshi_context *context, const char *name, int64_t doubles, inshi_matrix *m)
{
    int64_t           row, column = 0;
    const inshi_dtype dtype = type_of_sums(m, &row, &column);
    if (dtype == INSHI_DTYPE_F8 && is_integer(m->dtype))
        return context_fail(
            context, INSHI_ERR_DATA,
            "%s: the entries of one place add up to more than any integer type holds; divide the data "
            "first",
            name);
    void *const old = m->data, *values = old;
    if (dtype != m->dtype)
        values = memory_take(context, m->nonzeros, (size_t)inshi_dtype_bytes(dtype), name);
    if (!values)
        return INSHI_ERR_MEMORY;
    squeeze(m, values, dtype);
    m->data = values;
    if (values != old)
        memory_give(context, old);
    warn(context, name, doubles, row, column);
    return INSHI_OK;
}
