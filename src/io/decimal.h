/* decimal.h -- digits times a power of ten to the nearest double, and the reading of such text. */
#ifndef INSHI_IO_DECIMAL_H
#define INSHI_IO_DECIMAL_H

#include <locale.h>
#include <stdbool.h>
#include <stdint.h>

struct decimal {
    uint64_t digits; /* the first 19 from the first that is not 0, without the point */
    int64_t  count;  /* of digits from the first that is not 0 */
    int64_t  power;  /* of ten, for all digits read */
    bool     negative;
};

/* Reads a decimal number, 3, -0.5, .5e-3, up to where it ends, which is returned; NULL where none stands there. end is
 * behind the last byte that may be looked at. */
const char *decimal_read(const char *text, const char *end, struct decimal *out);

/* The double nearest to what decimal_read has read, ties to even, or infinity. False in the few cases that only all
 * digits decide: then decimal_slow does it. */
bool decimal_double(const struct decimal *decimal, double *out);

/* By strtod: text, a decimal number, must be followed by a byte that no number has. c: the locale C, which the
 * calling thread need not have. */
double decimal_slow(const char *text, locale_t c);

#endif
