/* progress.h -- how far a fit is: a line on a terminal, a line per 10 % elsewhere, or JSON lines. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "session.h"

struct progress {
    struct session *session;
    const char     *label;      /* before the numbers; NULL = none */
    double          time_limit; /* seconds; 0 = none               */
    double          begin;      /* where in the whole this call begins, 0 to 1, */
    double          share;      /* its share of the whole, 0 = all of it,       */
    double          before;     /* and the seconds that the others have taken   */
    double          shown_at;   /* seconds of the last update      */
    int64_t         tenths;     /* how many 10 % were told         */
    double          objective;  /* of the last update              */
};

/* Tells the session's context to report to progress, which must live until progress_end(). */
void progress_begin(struct progress *progress, struct session *session, const char *label);
void progress_end(struct progress *progress);

/* The same of work that is no fit and has a label: JSON lines hold phase (the label), done (0 to 1) and seconds. */
void progress_tell(struct progress *progress, double part, double seconds);

#endif
