/* mtx_line.h -- one line of a Matrix Market file: two indices and a value. Bytes go up to a line's end, which is there,
 * and eight more may be looked at. */
#ifndef INSHI_IO_MTX_LINE_H
#define INSHI_IO_MTX_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "io/decimal.h"
#include "io/digits.h"

/* What is wrong with a line. */
enum mtx_wrong {
    MTX_RIGHT,
    MTX_NOTHING, /* a line without an entry: blank, a comment; nothing wrong */
    MTX_NO_INDEX,
    MTX_ROW,    /* out of range */
    MTX_COLUMN, /* likewise */
    MTX_ABOVE,  /* the diagonal of a symmetric matrix */
    MTX_NO_VALUE,
    MTX_NO_NUMBER,
    MTX_NO_WHOLE_NUMBER,
    MTX_LARGE_WHOLE,
    MTX_LARGE_REAL,
    MTX_NAN,
    MTX_INFINITE,
    MTX_MORE,    /* something follows the entry */
    MTX_TOO_LONG /* the line */
};

static inline const char *mtx_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t' || *at == '\r')
        at++;
    return at;
}

/* A number of eight digits or more. */
static inline const char *mtx_long_index(const char *at, int64_t *out)
{
    const char *first = at;
    uint64_t    value = 0;
    for (unsigned digit; (digit = (unsigned)(unsigned char)*at - '0') <= 9; at++)
        value = value * 10 + digit;
    if (at - first > 18) {
        while (first < at - 1 && *first == '0')
            first++;
        value = at - first > 18 ? INT64_MAX : value;
    }
    *out = (int64_t)value;
    return at;
}

/* Digits of an index; those beyond 18 make it larger than any size. NULL where none stands there. */
static inline const char *mtx_index(const char *at, int64_t *out)
{
    uint64_t  word;
    const int count = digits_count(at, &word);
    if (__builtin_expect(count == 0, 0))
        return NULL;
    if (__builtin_expect(count == 8, 0))
        return mtx_long_index(at, out);
    *out = (int64_t)digits_value(word, count);
    return at + count;
}

static inline bool mtx_ends(char c)
{
    return c == '\n' || c == ' ' || c == '\t' || c == '\r';
}

/* A whole number: *value is its size. */
static inline enum mtx_wrong mtx_whole(const char **from, uint64_t *value, bool *negative)
{
    const char *at = *from;
    *negative      = *at == '-';
    at += *at == '-' || *at == '+';
    const char *first = at;
    uint64_t    sum   = 0;
    bool        large = false;
    uint64_t    word;
    const int   count = digits_count(at, &word);
    if (__builtin_expect(count > 0, 1)) {
        sum = digits_value(word, count);
        at += count;
    }
    for (unsigned digit; (digit = (unsigned)(unsigned char)*at - '0') <= 9; at++) {
        if (__builtin_expect(at - first >= 18, 0))
            large |= __builtin_mul_overflow(sum, 10, &sum) || __builtin_add_overflow(sum, digit, &sum);
        else
            sum = sum * 10 + digit;
    }
    if (at == first || !mtx_ends(*at))
        return *first == '\n' ? MTX_NO_VALUE : MTX_NO_WHOLE_NUMBER;
    *value = sum;
    *from  = at;
    return large || (*negative && sum > (uint64_t)INT64_MAX) ? MTX_LARGE_WHOLE : MTX_RIGHT;
}

/* nan, inf and infinity in any case, with a sign. */
enum mtx_wrong mtx_word(const char *at);

/* What decimal_read reads, for a number as most are written: up to seven digits, a point, and digits behind it, 19 that
 * count at most, up to a blank or a line's end. NULL: it is another. */
static inline const char *mtx_short_real(const char *at, const char *end, struct decimal *d)
{
    static const uint64_t TENS[8] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
    if (end - at < 32)
        return NULL;
    uint64_t word;
    d->negative = *at == '-';
    at += d->negative;
    int      count  = digits_count(at, &word);
    uint64_t digits = 0;
    if (count == 8 || count == 0 || at[count] != '.')
        return NULL;
    digits                  = digits_value(word, count);
    d->count                = digits ? count : 0;
    const char *const first = at += count + 1;
    while ((count = digits_count(at, &word)) == 8 && at - first <= 8) {
        digits = digits * 100000000 + digits_value(word, 8);
        at += 8;
    }
    if (count && count < 8)
        digits = digits * TENS[count] + digits_value(word, count);
    at += count;
    d->digits = digits;
    d->power  = first - at;
    d->count += at - first;
    return count < 8 && d->count <= 19 && mtx_ends(*at) ? at : NULL;
}

/* A real number, exactly rounded. */
static inline enum mtx_wrong mtx_real(const char **from, const char *end, locale_t c, double *value)
{
    struct decimal d;
    const char    *at = mtx_short_real(*from, end, &d);
    if (__builtin_expect(!at, 0))
        at = decimal_read(*from, end, &d);
    if (__builtin_expect(!at || !mtx_ends(*at), 0))
        return mtx_word(*from);
    if (__builtin_expect(!decimal_double(&d, value), 0))
        *value = decimal_slow(*from, c);
    *from = at;
    return *value - *value != 0 ? MTX_LARGE_REAL : MTX_RIGHT;
}

#endif
