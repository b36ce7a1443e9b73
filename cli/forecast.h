/* forecast.h -- what a fit of a file will take, from the file's header. */
#ifndef CLI_FORECAST_H
#define CLI_FORECAST_H

#include "session.h"

struct forecast {
    inshi_matrix   x;     /* its shape and type; no data */
    inshi_dtype    dtype; /* of W and H                 */
    inshi_estimate estimate;
};

/* Foretells the fit of a file that has just been inspected, as the settings say; measure: the time too. The context has the
 * message of a failure; after MEMORY, peak_bytes is 0 where the size is not known. */
inshi_status forecast_make(struct session *session, const inshi_file_info *info, bool measure,
                           struct forecast *out);

/* Before X is read: refuses where its header alone tells that the fit has no room. The exit code, after a message. */
int forecast_check(struct session *session);

#endif
