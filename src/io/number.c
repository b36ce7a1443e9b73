/* number.c -- decimal text to numbers and back, the same in every locale.
 *
 * Up to 19 digits with a value below 2^53 and a power of ten up to 22 are one exact multiplication or
 * division (Clinger, How to read floating point numbers accurately, 1990); the rest goes to strtod.
 */
#include "io/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_DIGITS = 19, MOST_POWER = 22, MOST_EXPONENT = 100000 };

static const double POWERS[MOST_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool number_locale_begin(struct number_locale *locale)
{
    locale->c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!locale->c)
        return false;
    locale->before = uselocale(locale->c);
    return true;
}

void number_locale_end(const struct number_locale *locale)
{
    uselocale(locale->before);
    freelocale(locale->c);
}

struct decimal {
    uint64_t digits; /* without the point; meaningless beyond MOST_DIGITS */
    int64_t  count;  /* of digits from the first that is not 0 */
    int64_t  power;  /* of ten */
    bool     negative;
};

static const char *read_digits(const char *at, struct decimal *d, int64_t power_each, bool *any)
{
    for (; *at >= '0' && *at <= '9'; at++) {
        *any = true;
        if (d->count || *at != '0')
            d->count++;
        if (d->count <= MOST_DIGITS)
            d->digits = d->digits * 10 + (uint64_t)(*at - '0');
        d->power -= power_each;
    }
    return at;
}

static const char *read_exponent(const char *at, struct decimal *d)
{
    const bool negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    if (*at < '0' || *at > '9')
        return NULL;
    int64_t value = 0;
    for (; *at >= '0' && *at <= '9'; at++)
        if (value < MOST_EXPONENT)
            value = value * 10 + (*at - '0');
    d->power += negative ? -value : value;
    return at;
}

/* False where text is no decimal number from its first to its last byte. */
static bool read_decimal(const char *text, const char *end, struct decimal *d)
{
    bool        any = false;
    const char *at  = text;
    *d              = (struct decimal){.negative = *at == '-'};
    if (*at == '-' || *at == '+')
        at++;
    at = read_digits(at, d, 0, &any);
    if (*at == '.')
        at = read_digits(at + 1, d, 1, &any);
    if (any && (*at == 'e' || *at == 'E'))
        at = read_exponent(at + 1, d);
    return any && at == end;
}

static enum number_kind parse_word(const char *text, int64_t length, double *value)
{
    if (length == 0 || strcmp(text, "NA") == 0)
        return NUMBER_MISSING;
    const bool  sign = *text == '-' || *text == '+';
    const char *word = text + sign;
    if (strlen(text) != (size_t)length)
        return NUMBER_TEXT;
    if (strcasecmp(word, "nan") == 0)
        return NUMBER_MISSING;
    if (strcasecmp(word, "inf") != 0 && strcasecmp(word, "infinity") != 0)
        return NUMBER_TEXT;
    *value = *text == '-' ? -INFINITY : INFINITY;
    return NUMBER_VALUE;
}

enum number_kind number_parse(const char *text, int64_t length, double *value)
{
    struct decimal d;
    if (!read_decimal(text, text + length, &d))
        return parse_word(text, length, value);
    const bool small = d.count <= MOST_DIGITS && d.digits <= (uint64_t)1 << 53;
    if (small && (d.digits == 0 || (d.power >= -MOST_POWER && d.power <= MOST_POWER))) {
        const double digits = (double)d.digits;
        const double size   = d.digits == 0 ? 0
                              : d.power < 0 ? digits / POWERS[-d.power]
                                            : digits * POWERS[d.power];
        *value              = d.negative ? -size : size;
        return NUMBER_VALUE;
    }
    const double read = strtod(text, NULL);
    if (isinf(read))
        return NUMBER_TOO_LARGE;
    *value = read;
    return NUMBER_VALUE;
}

/* What the 16 bits of a binary16 stand for. */
static float half_value(uint16_t bits)
{
    const int   exponent = bits >> 10 & 31, fraction = bits & 1023;
    const float size = exponent == 31 ? (fraction ? NAN : INFINITY)
                       : exponent     ? ldexpf((float)(1024 + fraction), exponent - 25)
                                      : ldexpf((float)fraction, -24);
    return bits & 0x8000 ? -size : size;
}

static int format_special(double value, char *text)
{
    return snprintf(text, NUMBER_ROOM, "%s", isnan(value) ? "NaN" : value > 0 ? "inf" : "-inf");
}

static int format_float(float value, char *text)
{
    int length = 0;
    if (!isfinite(value))
        return format_special((double)value, text);
    for (int digits = 6; digits <= 9; digits++) {
        length = snprintf(text, NUMBER_ROOM, "%.*g", digits, (double)value);
        if ((float)strtod(text, NULL) == value)
            break;
    }
    return length;
}

static int format_double(double value, char *text)
{
    int length = 0;
    if (!isfinite(value))
        return format_special(value, text);
    for (int digits = 15; digits <= 17; digits++) {
        length = snprintf(text, NUMBER_ROOM, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return length;
}

#define ELEMENT(type) (*(const type *)element)

int number_format(const void *element, inshi_dtype dtype, char text[NUMBER_ROOM])
{
    switch (dtype) {
    case INSHI_DTYPE_U1:
    case INSHI_DTYPE_B1:
        return snprintf(text, NUMBER_ROOM, "%d", ELEMENT(uint8_t));
    case INSHI_DTYPE_U2:
        return snprintf(text, NUMBER_ROOM, "%d", ELEMENT(uint16_t));
    case INSHI_DTYPE_U4:
        return snprintf(text, NUMBER_ROOM, "%" PRIu32, ELEMENT(uint32_t));
    case INSHI_DTYPE_U8:
        return snprintf(text, NUMBER_ROOM, "%" PRIu64, ELEMENT(uint64_t));
    case INSHI_DTYPE_I1:
        return snprintf(text, NUMBER_ROOM, "%d", ELEMENT(int8_t));
    case INSHI_DTYPE_I2:
        return snprintf(text, NUMBER_ROOM, "%d", ELEMENT(int16_t));
    case INSHI_DTYPE_I4:
        return snprintf(text, NUMBER_ROOM, "%" PRId32, ELEMENT(int32_t));
    case INSHI_DTYPE_I8:
        return snprintf(text, NUMBER_ROOM, "%" PRId64, ELEMENT(int64_t));
    case INSHI_DTYPE_F2:
        return format_float(half_value(ELEMENT(uint16_t)), text);
    case INSHI_DTYPE_F4:
        return format_float(ELEMENT(float), text);
    case INSHI_DTYPE_F8:
        return format_double(ELEMENT(double), text);
    }
    return 0;
}

#undef ELEMENT
