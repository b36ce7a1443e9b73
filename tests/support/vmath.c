/* vmath.c -- the list of builds; see vmath.h. */
#include "support/vmath.h"

#include <stddef.h>

const struct vmath *vmath32(int index);
const struct vmath *vmath64(int index);

const struct vmath *vmath_at(int index)
{
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return NULL;
#endif
    return index < 2 ? vmath32(index) : vmath64(index - 2);
}
