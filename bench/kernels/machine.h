/* machine.h -- the limits of this machine, measured: fused multiply-adds, copies and reads. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stddef.h>

/* Seconds since some fixed moment, and seconds that the calling thread and all threads together have run: these
 * do not count what other programs took. */
double bench_seconds(void);
double bench_thread_seconds(void);
double bench_process_seconds(void);

/* Operations per second of one thread, a fused multiply-add counting two, with the named instruction set
 * ("portable", "avx2", "avx512") and real_bytes 4 or 8. Thread seconds; takes about 1 ms. */
double bench_fma_peak(const char *isa, int real_bytes);

/* Bytes per second of one thread, read plus written, copying `from` to `to`; thread seconds. */
double bench_copy_rate(void *to, const void *from, size_t bytes);

/* Bytes per second of one thread that only reads; thread seconds. */
double bench_read_rate(const void *from, size_t bytes);

#endif
