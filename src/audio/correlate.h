/* correlate.h -- correlations of long signals at few lags, and what filtered signals leave of others. */
#ifndef INSHI_AUDIO_CORRELATE_H
#define INSHI_AUDIO_CORRELATE_H

#include "audio/sources.h"

/* out[(a B + b) taps + d] = sum_t x_a[t + d] y_b[t], 0 <= d < taps, for signals a of `references`, then of `estimates`
 * (A of them), and b of `references` (B of them). The same bits for any number of threads. MEMORY, INTERRUPTED. */
inshi_status correlate(inshi_context *context, const struct sources *references,
                       const struct sources *estimates, int64_t taps, double *out);

/* out[e] = the energy of estimate e less the sum of the references, each filtered by `taps` numbers at
 * filters[(e B + b) taps], over samples 0 ... samples + taps - 2. Likewise. */
inshi_status filter_residual(inshi_context *context, const struct sources *references,
                             const struct sources *estimates, int64_t taps, const double *filters,
                             double *out);

#endif
