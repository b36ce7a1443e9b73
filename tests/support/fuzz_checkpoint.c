/* fuzz_checkpoint.c -- what the fuzz harness does with bytes that are to be a checkpoint; see fuzz.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/checksum.h"
#include "inshi/inshi.h"
#include "support/fuzz.h"

enum { ROWS = 5, COLUMNS = 4, RANK = 2 };

static void promise(int kept, const char *text)
{
    if (kept)
        return;
    fprintf(stderr, "broken promise: %s\n", text);
    abort();
}

/* A file in memory for this process, one for all inputs. */
static const char *file_path(void)
{
    static char path[64];
    if (!*path)
        snprintf(path, sizeof path, "%s/inshi-fuzz-%ld", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm",
                 (long)getpid());
    return path;
}

static void set_file(const uint8_t *bytes, size_t count)
{
    FILE *file = fopen(file_path(), "wb");
    promise(file && fwrite(bytes, 1, count, file) == count && fclose(file) == 0, "there is room for a file");
}

/* The fit that the corpus was made by: `wanted` (inshi/checkpoint.h) asked for a save at one of its nine questions. */
static inshi_status fit(inshi_context *context, int resume, double *w, double *h)
{
    double                 x[ROWS * COLUMNS];
    inshi_options          options;
    const inshi_checkpoint checkpoint = {
        .size = sizeof checkpoint, .path = file_path(), .seconds = 1e9, .resume = resume};
    for (int i = 0; i < ROWS * COLUMNS; i++)
        x[i] = 1 + (i * 7) % 11;
    inshi_options_default(&options);
    options.solver     = "hals";
    options.tolerance  = 0;
    options.iterations = resume ? 6 : 3;
    options.restarts   = 2;
    options.time_limit = 0.5; /* a state may be at the first of 2^53 iterations */
    inshi_context_set_threads(context, 1);
    inshi_context_set_checkpoint(context, &checkpoint);
    return inshi_fit(context, inshi_matrix_c(x, INSHI_DTYPE_F8, ROWS, COLUMNS),
                     inshi_matrix_c(w, INSHI_DTYPE_F8, ROWS, RANK),
                     inshi_matrix_c(h, INSHI_DTYPE_F8, RANK, COLUMNS), &options, NULL);
}

static inshi_status resume_from(const uint8_t *bytes, size_t count)
{
    double         w[ROWS * RANK], h[RANK * COLUMNS];
    inshi_context *context;
    if (inshi_context_create(NULL, &context))
        abort();
    set_file(bytes, count);
    const inshi_status status = fit(context, 1, w, h);
    promise(!status || inshi_context_message(context)[0], "a sentence with every error");
    promise(!status || status == INSHI_ERR_DATA || status == INSHI_ERR_ARGUMENT ||
                status == INSHI_ERR_UNSUPPORTED || status == INSHI_ERR_NUMERIC,
            "bad bytes are DATA, another fit ARGUMENT, a later version UNSUPPORTED");
    for (int i = 0; !status && i < ROWS * RANK; i++)
        promise(w[i] >= 0 && isfinite(w[i]), "W is finite and not negative");
    promise(inshi_context_peak_bytes(context) <= 4 * (int64_t)count + 400000, "memory follows the file");
    promise(inshi_context_bytes(context) == 0, "everything is given back");
    inshi_context_destroy(context);
    return status;
}

static uint64_t whole_at(const uint8_t *at)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value |= (uint64_t)at[i] << 8 * i;
    return value;
}

static void repair(const struct checksum_table *table, uint8_t *at, size_t count)
{
    const uint64_t crc = checksum_add(table, 0, at, count);
    for (int i = 0; i < 8; i++)
        at[count + (size_t)i] = (uint8_t)(crc >> 8 * i);
}

/* With checksums that are right as far as there are sections, so that what is behind them is reached. */
static void repair_all(uint8_t *bytes, size_t count)
{
    struct checksum_table table;
    checksum_prepare(&table);
    if (count < 24)
        return;
    memcpy(bytes, "inshiCK\n\1\0\0\0", 12);
    repair(&table, bytes, 16);
    for (size_t at = 24; count - at >= 24;) {
        const uint64_t size = whole_at(bytes + at + 8);
        if (size > count - at - 24)
            return;
        repair(&table, bytes + at, (size_t)size + 16);
        at += (size_t)size + 24;
    }
}

static void forget(void)
{
    char previous[80];
    snprintf(previous, sizeof previous, "%s.prev", file_path());
    remove(previous);
    remove(file_path());
}

int fuzz_checkpoint_is_good(const uint8_t *bytes, size_t count)
{
    const inshi_status status = resume_from(bytes, count);
    forget();
    return status == INSHI_OK;
}

void fuzz_checkpoint(const uint8_t *bytes, size_t count)
{
    uint8_t *copy = malloc(count + 1);
    memcpy(copy, bytes, count);
    resume_from(copy, count);
    repair_all(copy, count);
    resume_from(copy, count);
    free(copy);
    forget();
}
