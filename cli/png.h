/* png.h -- grey PNG pictures as matrices: one entry a pixel. */
#ifndef CLI_PNG_H
#define CLI_PNG_H

#include "session.h"

/* Whether the file at path begins as a PNG does. */
bool png_is(const char *path);

/* Reads a grey picture of 8 bits (1, 2 and 4 bits: their values as they are) as u1 or of 16 bits as u2, row by row.
 * out->data belongs to whoever called; header_only: NULL. The exit code, after a message. */
int png_read_grey(struct session *session, const char *path, bool header_only, inshi_matrix *out);

#endif
