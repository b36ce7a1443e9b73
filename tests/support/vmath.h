/* vmath.h -- the vector functions of kernels/vmath.inc, one number at a time. */
#ifndef TESTS_VMATH_H
#define TESTS_VMATH_H

#include <stdbool.h>

enum vmath_function { VMATH_LOG, VMATH_EXP, VMATH_ATANH_TAIL };

struct vmath {
    const char *name;
    bool        single;
    double      reach; /* of the atanh tail's s^2 */
    /* Distance of f(a) from long double, in units in the last place of the result. */
    double (*error)(enum vmath_function f, double a);
    double (*exponential)(double a);
};

/* Every build that this machine can run; NULL past the end. */
const struct vmath *vmath_at(int index);

#endif
