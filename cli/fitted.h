/* fitted.h -- W, H and what a run found out about them. */
#ifndef CLI_FITTED_H
#define CLI_FITTED_H

#include "input.h"
#include "session.h"

struct fitted {
    inshi_matrix      w, h;
    int64_t           held; /* bytes counted in the context */
    inshi_report     *report;
    const inshi_info *info;
    const char      **component_names; /* component0, ... */
};

/* Zeroed W (m x k) and H (k x n) in C order, names of components, and an empty report. Fails (4) where this
 * machine does not have the memory that a fit of X needs. */
int fitted_take(struct session *session, inshi_matrix x, int64_t k, inshi_dtype dtype, struct fitted *fitted);
void fitted_release(struct session *session, struct fitted *fitted);

#endif
