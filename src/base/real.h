/* real.h -- one number of an array of floats (4 bytes) or doubles (8). */
#ifndef INSHI_BASE_REAL_H
#define INSHI_BASE_REAL_H

#include <stdint.h>

static inline double real_get(const void *numbers, int64_t bytes, int64_t at)
{
    return bytes == 8 ? ((const double *)numbers)[at] : (double)((const float *)numbers)[at];
}

static inline void real_set(void *numbers, int64_t bytes, int64_t at, double value)
{
    if (bytes == 8)
        ((double *)numbers)[at] = value;
    else
        ((float *)numbers)[at] = (float)value;
}

#endif
