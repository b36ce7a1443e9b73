/* number.h -- decimal text to numbers and back, the same in every locale. */
#ifndef INSHI_IO_NUMBER_H
#define INSHI_IO_NUMBER_H

#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include "inshi/matrix.h"

enum number_kind {
    NUMBER_VALUE,    /* 3, -0.5, .5e-3, inf, Infinity                    */
    NUMBER_MISSING,  /* nothing, NA, NaN in any case                     */
    NUMBER_TEXT,     /* anything else; hexadecimal and 1,5 too           */
    NUMBER_TOO_LARGE /* finite digits that a double cannot hold: 1e999   */
};

/* Gives the calling thread the locale C, which the functions below need, and back the one that it had. False
 * where there is no memory for it. */
struct number_locale {
    locale_t c, before;
};
bool number_locale_begin(struct number_locale *locale);
void number_locale_end(const struct number_locale *locale);

/* Reads all of text, length bytes and a 0 after them, as one decimal number, correctly rounded. *value is set
 * for NUMBER_VALUE only. */
enum number_kind number_parse(const char *text, int64_t length, double *value);

/* What the 16 bits of a binary16 stand for. */
float number_half(uint16_t bits);

enum { NUMBER_ROOM = 40 };

/* Writes the element at `element` as the shortest decimal that reads back to the same bits (as a float where
 * it is f2 or f4): NaN, inf, -inf, integers without a point. Returns its length. */
int number_format(const void *element, inshi_dtype dtype, char text[NUMBER_ROOM]);

#endif
