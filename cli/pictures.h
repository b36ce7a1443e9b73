/* pictures.h -- the figures of a fit. */
#ifndef CLI_PICTURES_H
#define CLI_PICTURES_H

#include "fitted.h"
#include "folder.h"

/* R x C pixels of a column of W, by column or by row; rows = 0: not asked for. */
struct image_shape {
    int64_t rows, columns;
    bool    by_column;
};

/* Parses "RxC" or "RxC:F". The exit code, after a message. */
int pictures_image(struct console *console, const char *text, struct image_shape *out);

/* Writes figures/X, WH, residual, W, H, convergence and, with an image shape, basis. */
void pictures_write(struct session *session, struct folder *folder, const struct input *input,
                    const struct fitted *fitted, struct image_shape image);

#endif
