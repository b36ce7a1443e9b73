/* entries.c -- speed of the passes over stored entries, each beside its byte bound measured in the same rounds.
 *
 *     bench_entries FILE ROUNDS DTYPE K [K ...]
 *
 * FILE is what bench/kernels/entries.py writes: rows, columns, entries (int64), the pointers of the rows (int64), columns
 * (int32), values (f8). The bound of a half-step is its own stream of indices and values with the loads of the other
 * factor's items alone, each number once. Every round times everything once; seconds are those of the thread.
 * Prints one JSON object a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/random.h"
#include "bench/kernels/bound.h"
#include "bench/kernels/machine.h"
#include "inshi/inshi.h"
#include "kernels/kernels.h"

enum { MOST_ROUNDS = 101, PASSES = 4 };

static const char *const NAMES[PASSES] = {"bound", "product", "mu", "ccd"};

struct bench {
    inshi_context *context;
    inshi_matrix   x;
    struct problem problem;
    double         seconds[2][PASSES][MOST_ROUNDS];
};

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return values[count / 2];
}

static void must(inshi_context *context, inshi_status status)
{
    if (!status)
        return;
    fprintf(stderr, "bench_entries: %s\n", inshi_context_message(context));
    exit(1);
}

static void *take(FILE *file, size_t count, size_t size)
{
    void *block = malloc(count * size + 1);
    if (!block || fread(block, size, count, file) != count) {
        fprintf(stderr, "bench_entries: the file is too short\n");
        exit(1);
    }
    return block;
}

static inshi_matrix read_matrix(const char *name)
{
    FILE *file = fopen(name, "rb");
    if (!file) {
        fprintf(stderr, "bench_entries: cannot open %s\n", name);
        exit(1);
    }
    int64_t     *head = take(file, 3, sizeof *head);
    inshi_matrix x    = {.layout        = INSHI_LAYOUT_CSR,
                         .dtype         = INSHI_DTYPE_F8,
                         .rows          = head[0],
                         .columns       = head[1],
                         .nonzeros      = head[2],
                         .pointer_bytes = 8,
                         .index_bytes   = 4};
    x.pointers        = take(file, (size_t)x.rows + 1, 8);
    x.indices         = take(file, (size_t)x.nonzeros, 4);
    x.data            = take(file, (size_t)x.nonzeros, 8);
    free(head);
    fclose(file);
    return x;
}

static double entry(const void *user, int64_t component, int64_t item)
{
    return 0.1 + random_uniform(*(const uint64_t *)user, 1, component, item);
}

static void run(struct bench *b, int pass, enum side side, int round)
{
    struct problem     *p      = &b->problem;
    const struct update update = {
        .move = pass == 3 ? MOVE_COORDINATES : MOVE_MULTIPLY, .sweeps = 1, .exponent = 1};
    struct half half;
    must(b->context, problem_make_items(p, side));
    p->loss      = (struct loss_choice){loss_at(pass == 1 ? LOSS_ID_eu : LOSS_ID_kl), pass == 1 ? 2 : 1};
    p->skips_kkt = true;
    const double began = bench_thread_seconds();
    if (pass == 0)
        bound_run(p, side);
    else
        must(b->context, problem_half(p, side, false, &update, &half));
    b->seconds[side][pass][round] = bench_thread_seconds() - began;
}

static void measure(struct bench *b, int rounds, inshi_dtype dtype, int64_t k)
{
    const uint64_t  seed = 7;
    struct problem *p    = &b->problem;
    *p                   = (struct problem){.context   = b->context,
                                            .loss      = {loss_at(LOSS_ID_kl), 1},
                                            .k         = k,
                                            .may_weigh = true,
                                            .longest   = {b->x.rows, b->x.columns},
                                            .x         = {.scale = 1}};
    must(b->context, kernels_choose(b->context, dtype, &p->kernels));
    must(b->context, problem_create(p, b->x, false, false));
    must(b->context, problem_room(p, MOVE_COORDINATES));
    for (int side = 0; side < 2; side++)
        must(b->context, problem_fill(p, side, entry, &seed));
    for (int round = 0; round < rounds; round++)
        for (int side = 0; side < 2; side++)
            for (int pass = 0; pass < PASSES; pass++)
                run(b, pass, side, round);
    for (int side = 0; side < 2; side++)
        for (int pass = 0; pass < PASSES; pass++)
            printf("{\"pass\": \"%s\", \"side\": \"%s\", \"dtype\": \"%s\", \"k\": %lld, \"isa\": \"%s\", "
                   "\"ns_per_entry\": %.3f}\n",
                   NAMES[pass], side == SIDE_H ? "H" : "W", inshi_dtype_name(dtype), (long long)k,
                   p->kernels->isa, 1e9 * median(b->seconds[side][pass], rounds) / (double)b->x.nonzeros);
    problem_destroy(p);
}

int main(int count, char **arguments)
{
    if (count < 5)
        return fprintf(stderr, "bench_entries FILE ROUNDS f4|f8 K [K ...]\n"), 2;
    struct bench *b      = calloc(1, sizeof *b);
    const int     rounds = atoi(arguments[2]) < MOST_ROUNDS ? atoi(arguments[2]) : MOST_ROUNDS;
    if (!b || inshi_context_create(NULL, &b->context))
        return 1;
    inshi_context_set_threads(b->context, 1);
    b->x = read_matrix(arguments[1]);
    for (int i = 4; i < count; i++)
        measure(b, rounds, strcmp(arguments[3], "f4") ? INSHI_DTYPE_F8 : INSHI_DTYPE_F4, atoll(arguments[i]));
    free((void *)b->x.pointers);
    free((void *)b->x.indices);
    free(b->x.data);
    inshi_context_destroy(b->context);
    free(b);
    return 0;
}
