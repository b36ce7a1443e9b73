/* separation_page.h -- separation.html: what has been separated, to be heard and seen in one file without a network. */
#ifndef CLI_SEPARATION_PAGE_H
#define CLI_SEPARATION_PAGE_H

#include <jansson.h>
#include "session.h"

/* What is gathered while a recording is separated: the first seconds of all sounds, and pictures made small. */
struct separation_page;

struct separation_shape {
    int64_t sources, components; /* files; rows of H                                   */
    int64_t samples, channels, rate;
    int64_t bins, frames;
    int     power; /* of the entries of X: 1 = magnitude, 2 = power */
};

struct separation_page *separation_page_open(const struct separation_shape *shape);
void                    separation_page_close(struct separation_page *page); /* NULL is accepted */

/* Samples of a source as they are written, every source once for each piece. */
void separation_page_hear(struct separation_page *page, int64_t source, int64_t first, int64_t count,
                          const double *values);

/* Frames as they are separated; those seen before are not seen again. */
void separation_page_see(struct separation_page *page, const inshi_separation_frames *frames);

/* The page as text, to be freed; its length; NULL where memory lacks. summary: separation.json. */
char *separation_page_text(struct separation_page *page, const inshi_separation *model, const json_t *summary,
                           size_t *length);

#endif
