/* reading.c -- reads a file again and again: `reading FILE THREADS ROUNDS` prints one JSON line a round, and the memory that
 * the process has had at most. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "inshi/inshi.h"

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* VmHWM, in bytes; 0 where the system does not tell. */
static long long peak(void)
{
    char      line[256];
    long long kb   = 0;
    FILE     *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmHWM: %lld kB", &kb) == 1)
            break;
    if (file)
        fclose(file);
    return kb * 1024;
}

static long long matrix_bytes(inshi_matrix m)
{
    const long long value = inshi_dtype_bytes(m.dtype);
    if (m.layout == INSHI_LAYOUT_DENSE)
        return value * m.rows * m.columns;
    return m.nonzeros * (value + m.index_bytes) + (m.rows + 1) * m.pointer_bytes;
}

int main(int count, char **words)
{
    struct stat    file;
    inshi_context *context;
    if (count != 4 || stat(words[1], &file) || inshi_context_create(NULL, &context))
        return 2;
    inshi_context_set_threads(context, atoi(words[2]));
    const long long before = peak();
    for (int i = 0; i < atoi(words[3]); i++) {
        inshi_data  *data;
        const double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
        if (inshi_data_read(context, words[1], NULL, &data)) {
            fprintf(stderr, "%s\n", inshi_context_message(context));
            return 1;
        }
        const double       wall_end = seconds(CLOCK_MONOTONIC), cpu_end = seconds(CLOCK_PROCESS_CPUTIME_ID);
        const inshi_matrix m = inshi_data_matrix(data);
        printf("{\"seconds\": %.9f, \"cpu\": %.9f, \"bytes\": %lld, \"nonzeros\": %lld, \"matrix\": %lld, "
               "\"peak\": %lld}\n",
               wall_end - wall, cpu_end - cpu, (long long)file.st_size, (long long)m.nonzeros,
               matrix_bytes(m), peak() - before);
        inshi_data_destroy(data);
    }
    inshi_context_destroy(context);
    return 0;
}
