/* inshi.h -- nonnegative matrix factorization, X ~ WH.
 *
 * The shortest use:
 *
 *     inshi_context *context;
 *     if (inshi_context_create(NULL, &context))
 *         return 1;
 *     inshi_matrix x = inshi_matrix_c(x_data, INSHI_DTYPE_F8, m, n);
 *     inshi_matrix w = inshi_matrix_c(w_data, INSHI_DTYPE_F8, m, k);
 *     inshi_matrix h = inshi_matrix_c(h_data, INSHI_DTYPE_F8, k, n);
 *     if (inshi_fit(context, x, w, h, NULL, NULL))
 *         fprintf(stderr, "%s\n", inshi_context_message(context));
 *     inshi_context_destroy(context);
 *
 * X is m x n, W is m x k (the basis), H is k x n (the activations), everywhere.
 */
#ifndef INSHI_INSHI_H
#define INSHI_INSHI_H

#include "inshi/version.h"
#include "inshi/status.h"
#include "inshi/context.h"
#include "inshi/matrix.h"
#include "inshi/options.h"
#include "inshi/fit.h"
#include "inshi/plan.h"
#include "inshi/io.h"
#include "inshi/audio.h"
#include "inshi/separation.h"

#endif
