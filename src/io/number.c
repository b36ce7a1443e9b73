/* number.c -- decimal text to numbers and back, the same in every locale. */
#include "io/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "io/decimal.h"

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
    double         read;
    if (decimal_read(text, text + length, &d) != text + length)
        return parse_word(text, length, value);
    if (!decimal_double(&d, &read))
        read = strtod(text, NULL);
    if (isinf(read))
        return NUMBER_TOO_LARGE;
    *value = read;
    return NUMBER_VALUE;
}

float number_half(uint16_t bits)
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
        return format_float(number_half(ELEMENT(uint16_t)), text);
    case INSHI_DTYPE_F4:
        return format_float(ELEMENT(float), text);
    case INSHI_DTYPE_F8:
        return format_double(ELEMENT(double), text);
    }
    return 0;
}

#undef ELEMENT
