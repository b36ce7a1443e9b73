/* machine.c -- the limits of this machine. */
#include "bench/kernels/machine.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

struct peak {
    double operations, seconds;
};

struct peak peak_plain(int real_bytes);
#if defined(__x86_64__)
struct peak peak_avx2(int real_bytes);
struct peak peak_avx512(int real_bytes);
#endif

static double read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double bench_seconds(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double bench_thread_seconds(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

double bench_process_seconds(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

double bench_fma_peak(const char *isa, int real_bytes)
{
    struct peak peak;
#if defined(__x86_64__)
    if (strcmp(isa, "avx512") == 0)
        peak = peak_avx512(real_bytes);
    else if (strcmp(isa, "avx2") == 0)
        peak = peak_avx2(real_bytes);
    else
#endif
        peak = peak_plain(real_bytes);
    (void)isa;
    return peak.operations / peak.seconds;
}

double bench_copy_rate(void *to, const void *from, size_t bytes)
{
    const double began = bench_thread_seconds();
    memcpy(to, from, bytes);
    return 2.0 * (double)bytes / (bench_thread_seconds() - began);
}

double bench_read_rate(const void *from, size_t bytes)
{
    typedef uint64_t words __attribute__((vector_size(16), aligned(8)));
    const words *at = from, *const end = at + bytes / sizeof *at / 8 * 8;
    words        sum[8] = {{0}};
    const double began  = bench_thread_seconds();
    for (; at < end; at += 8)
        for (int i = 0; i < 8; i++)
            sum[i] ^= at[i];
    const double seconds = bench_thread_seconds() - began;
    for (int i = 0; i < 8; i++)
        __asm__ volatile("" : : "m"(sum[i]));
    return (double)bytes / seconds;
}
