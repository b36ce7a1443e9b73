/* demo_pictures.h -- the runs of the demo and their pictures. */
#ifndef CLI_DEMO_PICTURES_H
#define CLI_DEMO_PICTURES_H

#include "fitted.h"
#include "folder.h"

enum { DEMO_ROWS = 100, DEMO_COLUMNS = 200, DEMO_RANK = 5, DEMO_LOSSES = 3, DEMO_RUNS = 2 * DEMO_LOSSES };

struct demo_setting {
    const char *loss;
    double      eta;
    int64_t     iterations;
};

struct demo_run {
    const struct demo_setting *setting;
    bool                       article; /* the article's rule, or auto */
    struct fitted              fitted;
};

/* Runs 2 i and 2 i + 1 are the article's rule and auto for the i-th loss. */
struct demo {
    inshi_matrix    x;
    struct demo_run runs[DEMO_RUNS];
    int             done;
    double          seconds; /* of the runs that are done        */
    int64_t         tenths;  /* of the whole that were told of   */
};

/* figures/X, article and auto (X beside its reconstructions, residuals below), convergence. */
void demo_pictures_write(struct session *session, const struct demo *demo, struct folder *folder);

#endif
