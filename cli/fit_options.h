/* fit_options.h -- what the words of a fit say, before a file is read; fit and plan take the same. */
#ifndef CLI_FIT_OPTIONS_H
#define CLI_FIT_OPTIONS_H

#include "pictures.h"

struct fit_options {
    struct image_shape image;
    int64_t           *fix_columns; /* of the session's model */
};

/* Everything that can be known of the settings, into the session's model and *options. The exit code, after a message. */
int  fit_options_check(struct session *session, struct fit_options *options);
void fit_options_close(struct fit_options *options);

#endif
