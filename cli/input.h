/* input.h -- X and given factors from files: read, looked through, converted. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "session.h"
#include "weighting.h"

/* A matrix from a file as the command uses it. */
struct input {
    const char    *path;
    inshi_data    *data;   /* NULL: a picture */
    void          *pixels; /* of a picture */
    int64_t        held;   /* their bytes, counted in context */
    inshi_context *context;
    inshi_matrix   matrix; /* what the fit reads: transposed where that was asked for */
    bool           transposed;
    const char   **row_names; /* of matrix; NULL where the file has none                 */
    const char   **column_names;
};

/* Reads X, refuses entries that are negative (or clips them) or infinite, and says where. NaN is missing, which is for
 * the fit to judge. With a weighting: reads what the settings name of it too; entries that do not count may hold anything. */
int input_read(struct session *session, const char *path, bool transpose, struct weighting *weighting,
               struct input *input);

/* What is in a file, as input_read would give it. The exit code, after a message. */
int input_inspect(struct session *session, const char *path, inshi_file_info *out);

/* "npy", ..., "png" */
const char *input_format(const struct input *input);
void        input_close(struct input *input);

/* Refuses --dtype f32 where the loss needs more range than a float has. The exit code, after a message. */
int input_check_dtype(struct session *session);

/* The type of W and H: as --dtype says; auto is f4 for f2 and f4 input where the loss allows, f8 otherwise.
 */
inshi_dtype input_dtype(const struct session *session, const struct input *input);

/* Fills dense W or H (named `letter`) from a file that must have its shape; the same refusals as of X. */
int input_factor(struct session *session, const char *path, char letter, inshi_matrix factor);

#endif
