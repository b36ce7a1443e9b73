/* assignment.h -- which column belongs to which row: the permutation with the highest sum. */
#ifndef INSHI_AUDIO_ASSIGNMENT_H
#define INSHI_AUDIO_ASSIGNMENT_H

#include "base/context.h"

enum { ASSIGNMENT_MOST = 20 };

/* chosen[row] = column, where sum_row gain[row count + column] is highest, +-infinity included; of equal sums the first
 * in lexicographic order. 1 <= count <= ASSIGNMENT_MOST. MEMORY. */
inshi_status assignment_find(inshi_context *context, int64_t count, const double *gain, int64_t *chosen);

#endif
