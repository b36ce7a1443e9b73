/* weighting.h -- matrices beside X: mask, weights and locks, from files into the library's options. */
#ifndef CLI_WEIGHTING_H
#define CLI_WEIGHTING_H

#include "session.h"

enum weighting_kind {
    WEIGHTING_MASK,
    WEIGHTING_WEIGHTS,
    WEIGHTING_ROWS,
    WEIGHTING_COLUMNS,
    WEIGHTING_LOCK_W,
    WEIGHTING_LOCK_H,
    WEIGHTING_KINDS
};

/* What was read; the options point into it. */
struct weighting {
    struct {
        inshi_data  *data;
        inshi_matrix matrix;
    } given[WEIGHTING_KINDS];
};

/* Reads the files that the settings name. mask and weights have the shape of the file of X, `stored`, and are transposed
 * with it; locks are checked by the library, which knows W and H. The exit code, after a message. */
int weighting_read(struct session *session, inshi_matrix stored, bool transpose, struct weighting *weighting);
void weighting_close(struct weighting *weighting);

/* True where a mask or weight says that entry (row, column) of the file of X does not count; sparse ones say nothing here. */
bool weighting_hides(const struct weighting *weighting, bool transposed, int64_t row, int64_t column);

/* True where a mask or weights are sparse: then only the library can tell what counts. */
bool weighting_is_sparse(const struct weighting *weighting);

#endif
