/* storage.h -- the storage types of X and how each becomes a double. */
#ifndef INSHI_KERNELS_STORAGE_H
#define INSHI_KERNELS_STORAGE_H

#include <stdint.h>
#include <string.h>

/* IEEE 754 binary16 to double, exactly. */
static inline double storage_half(uint16_t bits)
{
    const uint64_t sign = (uint64_t)(bits >> 15) << 63, exponent = bits >> 10 & 31, fraction = bits & 1023;
    if (exponent == 0) {
        const double a = (double)fraction * 0x1p-24;
        return sign ? -a : a;
    }
    const uint64_t wide = sign | (exponent == 31 ? UINT64_C(0x7ff) : exponent + 1008) << 52 | fraction << 42;
    double         a;
    memcpy(&a, &wide, sizeof a);
    return a;
}

#define STORAGE_NUMBER(a) ((double)(a))
#define STORAGE_BOOL(a)   ((a) ? 1.0 : 0.0)

/* X(suffix of INSHI_DTYPE_, C type, conversion to double) */
#define STORAGE_LIST(X)                                                                                      \
    X(U1, uint8_t, STORAGE_NUMBER)                                                                           \
    X(U2, uint16_t, STORAGE_NUMBER)                                                                          \
    X(U4, uint32_t, STORAGE_NUMBER)                                                                          \
    X(U8, uint64_t, STORAGE_NUMBER)                                                                          \
    X(I1, int8_t, STORAGE_NUMBER)                                                                            \
    X(I2, int16_t, STORAGE_NUMBER)                                                                           \
    X(I4, int32_t, STORAGE_NUMBER)                                                                           \
    X(I8, int64_t, STORAGE_NUMBER)                                                                           \
    X(F2, uint16_t, storage_half)                                                                            \
    X(F4, float, STORAGE_NUMBER)                                                                             \
    X(F8, double, STORAGE_NUMBER)                                                                            \
    X(B1, uint8_t, STORAGE_BOOL)

#endif
