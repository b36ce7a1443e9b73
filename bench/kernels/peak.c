/* peak.c -- the most fused multiply-adds that one thread does: independent chains in registers, no memory.
 * Compiled once for each instruction set, with PEAK_NAME the function. */
#include "bench/kernels/machine.h"

#include <stdint.h>

#if defined(PEAK_avx512)
#define VBYTES 64
#elif defined(PEAK_avx2)
#define VBYTES 32
#else
#define VBYTES 16
#endif

typedef float  vec_f32 __attribute__((vector_size(VBYTES)));
typedef double vec_f64 __attribute__((vector_size(VBYTES)));

struct peak {
    double operations, seconds;
};

struct peak PEAK_NAME(int real_bytes);

enum { CHAINS = 12, ROUNDS = 200000 };

/* The barrier keeps each chain in a register and the loop in the program. */
#define CHAIN_STEP(i)                                                                                        \
    a##i = a##i * b + c;                                                                                     \
    __asm__ volatile("" : "+x"(a##i));

#define EACH_CHAIN(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)
#define CHAIN_START(i) vec a##i = c * (i + 1);
#define CHAIN_TOTAL(i) total += a##i;

#define PEAK_FUNCTION(name, vec_type)                                                                        \
    static double name(double *seconds)                                                                      \
    {                                                                                                        \
        typedef vec_type vec;                                                                                \
        const vec        b = (vec){0} + 0.5f, c = (vec){0} + 0.25f;                                          \
        vec              total = {0};                                                                        \
        const double     began = bench_thread_seconds();                                                     \
        EACH_CHAIN(CHAIN_START)                                                                              \
        for (int64_t round = 0; round < ROUNDS; round++) {                                                   \
            EACH_CHAIN(CHAIN_STEP)                                                                           \
        }                                                                                                    \
        EACH_CHAIN(CHAIN_TOTAL)                                                                              \
        __asm__ volatile("" : : "x"(total));                                                                 \
        *seconds = bench_thread_seconds() - began;                                                           \
        return 2.0 * CHAINS * ROUNDS * (VBYTES / (double)sizeof total[0]);                                   \
    }

PEAK_FUNCTION(chains_f32, vec_f32)
PEAK_FUNCTION(chains_f64, vec_f64)

struct peak PEAK_NAME(int real_bytes) {
    struct peak peak;
    peak.operations = real_bytes == 4 ? chains_f32(&peak.seconds) : chains_f64(&peak.seconds);
    return peak;
}
