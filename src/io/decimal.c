/* decimal.c -- digits times a power of ten to the nearest double.
 *
 * A value below 2^53 and a power of ten up to 22 are one exact multiplication or division (W. D. Clinger, How to read
 * floating point numbers accurately, 1990). Otherwise the digits, 64 bits, are multiplied by 128 bits of the power
 * (M. Eisel and D. Lemire; D. Lemire, Number parsing at a gigabyte per second, Software: Practice and Experience 51,
 * 2021; N. Mushtak and D. Lemire, Fast number parsing without fallback, 2023: the product always decides). Of more than
 * 19 digits the first 19 decide where they and their successor give the same double. What is left, and subnormal
 * numbers, are for strtod.
 */
#include "io/decimal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "io/digits.h"

enum {
    MOST_DIGITS    = 19,
    EXACT_POWER    = 22,
    MOST_EXPONENT  = 100000,
    FIRST_POWER    = -342,
    LAST_POWER     = 308,
    FRACTION       = 52,
    INFINITE_POWER = 2047
};

static const double EXACT[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static const uint64_t POWERS[LAST_POWER - FIRST_POWER + 1][2] = {
#include "io/powers.inc"
};

/* power_each: what one digit adds to the power of ten, 0 or -1; digits beyond those kept are only counted. */
static const char *read_digits(const char *at, const char *end, struct decimal *d, int64_t power_each)
{
    const char *first  = at;
    uint64_t    digits = d->digits;
    int64_t     count  = d->count;
    uint64_t    word;
    while (end - at >= 8 && (count || *at != '0') && count <= MOST_DIGITS - 8 &&
           digits_count(at, &word) == 8) {
        digits = digits * 100000000 + digits_value(word, 8);
        count += 8;
        at += 8;
    }
    for (; at < end; at++) {
        const unsigned digit = (unsigned)(unsigned char)*at - '0';
        if (digit > 9)
            break;
        count += count || digit;
        if (count <= MOST_DIGITS)
            digits = digits * 10 + digit;
    }
    d->digits = digits;
    d->count  = count;
    d->power += power_each * (at - first);
    return at;
}

static const char *read_exponent(const char *at, const char *end, struct decimal *d)
{
    const bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    const char *first = at;
    int64_t     value = 0;
    for (; at < end && *at >= '0' && *at <= '9'; at++)
        if (value < MOST_EXPONENT)
            value = value * 10 + (*at - '0');
    d->power += negative ? -value : value;
    return at == first ? NULL : at;
}

const char *decimal_read(const char *text, const char *end, struct decimal *d)
{
    const char *at = text;
    *d             = (struct decimal){.negative = at < end && *at == '-'};
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    const char *first = at;
    at                = read_digits(at, end, d, 0);
    int64_t there     = at - first;
    if (at < end && *at == '.') {
        first = at + 1;
        at    = read_digits(first, end, d, -1);
        there += at - first;
    }
    if (!there)
        return NULL;
    return at < end && (*at == 'e' || *at == 'E') ? read_exponent(at + 1, end, d) : at;
}

/* digits (not 0) x 10^power as the bits of a double without sign; false where it is subnormal. */
static bool nearest(uint64_t digits, int64_t power, uint64_t *bits)
{
    const uint64_t infinite = (uint64_t)INFINITE_POWER << FRACTION;
    *bits                   = power < 0 ? 0 : infinite;
    if (power < FIRST_POWER || power > LAST_POWER)
        return true; /* 10^19 x 10^-343 is below half of the least double */
    const int                               zeros = __builtin_clzll(digits);
    const uint64_t                         *five  = POWERS[power - FIRST_POWER];
    __extension__ typedef unsigned __int128 wide;
    const uint64_t                          shifted = digits << zeros;
    wide                                    product = (wide)shifted * five[0];
    if (((uint64_t)(product >> 64) & 0x1ff) == 0x1ff)
        product += (uint64_t)((wide)shifted * five[1] >> 64);
    const uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;
    const int      upper = (int)(high >> 63), shift = upper + 64 - FRACTION - 3;
    uint64_t       mantissa = high >> shift;
    int64_t        exponent = ((217706 * power) >> 16) + 63 + upper - zeros + 1023;
    if (exponent <= 0)
        return false;
    if (low <= 1 && power >= -4 && power <= 23 && (mantissa & 3) == 1 && mantissa << shift == high)
        mantissa &= ~(uint64_t)1; /* exactly between two doubles: to the even one */
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    if (mantissa >= (uint64_t)2 << FRACTION) {
        mantissa = (uint64_t)1 << FRACTION;
        exponent++;
    }
    *bits = exponent >= INFINITE_POWER
                ? infinite
                : (uint64_t)exponent << FRACTION | (mantissa & (((uint64_t)1 << FRACTION) - 1));
    return true;
}

bool decimal_double(const struct decimal *d, double *out)
{
    const int64_t dropped = d->count > MOST_DIGITS ? d->count - MOST_DIGITS : 0;
    const int64_t power   = d->power + dropped;
    if (d->digits == 0) {
        *out = d->negative ? -0.0 : 0.0;
        return true;
    }
    if (!dropped && d->digits <= (uint64_t)1 << 53 && power >= -EXACT_POWER && power <= EXACT_POWER) {
        const double digits = (double)d->digits;
        const double size   = power < 0 ? digits / EXACT[-power] : digits * EXACT[power];
        *out                = d->negative ? -size : size;
        return true;
    }
    uint64_t bits, above;
    if (!nearest(d->digits, power, &bits) ||
        (dropped && (!nearest(d->digits + 1, power, &above) || above != bits)))
        return false;
    bits |= (uint64_t)d->negative << 63;
    memcpy(out, &bits, sizeof bits);
    return true;
}

double decimal_slow(const char *text, locale_t c)
{
    const locale_t before = uselocale(c);
    const double   value  = strtod(text, NULL);
    uselocale(before);
    return value;
}
