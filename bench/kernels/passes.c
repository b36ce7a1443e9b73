/* passes.c -- speed of the passes over X, each beside the peak of the machine measured in the same rounds.
 *
 *     bench_passes ROWS COLUMNS ROUNDS THREADS[,THREADS ...] LOSS:K[,K ...] ...
 *
 * Every round times every pass once, so that whatever else the machine does falls on all of them alike.
 * Prints one JSON object a line: one of the machine and one for each pass. "seconds" is the median of the
 * seconds that the one thread has run, which other programs do not change; "best" is its shortest time on the
 * wall. "teams" has, for each number of threads asked for, that number, the shortest time on the wall, what all
 * have run together / what the one has, and whether the results have the same bits. "bytes" is what the pass
 * has to move if nothing but X is too large for the caches: X once, and each factor and result once; "read" is
 * the rate of reading an array as large as X, measured in the same rounds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/random.h"
#include "bench/kernels/machine.h"
#include "inshi/inshi.h"
#include "kernels/kernels.h"

enum { MOST_ROUNDS = 101, MOST_PASSES = 8, MOST_TEAMS = 4 };

struct series {
    double values[MOST_ROUNDS];
    int    count;
};

struct setup {
    int64_t            rows, columns, k;
    int                rounds, teams, threads[MOST_TEAMS]; /* threads[0] is 1 */
    struct loss_choice loss;
    const char        *loss_name;
    inshi_dtype        dtype;
    void              *x;
};

/* The same problem on one thread and on several, a team each. */
struct bench {
    const struct setup *setup;
    inshi_context      *context[MOST_TEAMS];
    struct problem      problem[MOST_TEAMS];
    struct half         half[MOST_TEAMS][2];
    struct series       all[MOST_TEAMS][MOST_PASSES],
        wall[MOST_TEAMS][MOST_PASSES]; /* of all threads, on the wall */
    bool equal[MOST_TEAMS][MOST_PASSES];
};

struct pass {
    const char *name;
    bool        quadratic_only, general_only;
    inshi_status (*run)(struct problem *problem, struct half half[2]);
    double products; /* times 2 m n k operations, without the push */
    double pushes;   /* the same for the push of a loss that has one */
};

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const struct series *series)
{
    double sorted[MOST_ROUNDS];
    memcpy(sorted, series->values, sizeof sorted);
    qsort(sorted, (size_t)series->count, sizeof *sorted, compare);
    return sorted[series->count / 2];
}

static double least(const struct series *series)
{
    double result = series->values[0];
    for (int i = 1; i < series->count; i++)
        result = series->values[i] < result ? series->values[i] : result;
    return result;
}

static void check(inshi_status status, const inshi_context *context)
{
    if (!status)
        return;
    fprintf(stderr, "bench_passes: %s\n", inshi_context_message(context));
    exit(1);
}

/* ---- the passes
 * ------------------------------------------------------------------------------------------------ */

static inshi_status half_h(struct problem *problem, struct half half[2])
{
    return problem_half(problem, SIDE_H, false, NULL, &half[SIDE_H]);
}

static inshi_status half_w(struct problem *problem, struct half half[2])
{
    return problem_half(problem, SIDE_W, false, NULL, &half[SIDE_W]);
}

static inshi_status half_value(struct problem *problem, struct half half[2])
{
    return problem_half(problem, SIDE_H, true, NULL, &half[SIDE_H]);
}

static inshi_status both(struct problem *problem, struct half half[2])
{
    return problem_both(problem, false, half);
}

static inshi_status sweep(struct problem *problem, struct half half[2])
{
    const struct update update = {.move = MOVE_SWEEP, .sweeps = 8};
    return problem_move(problem, &half[SIDE_H], &update);
}

/* The sweep has to follow a pass of side H. */
static const struct pass PASSES[] = {
    {"half_w", false, false, half_w, 2, 1}, {"both", false, false, both, 3, 2},
    {"half_h", false, false, half_h, 2, 1}, {"half_h_value", false, true, half_value, 2, 1},
    {"sweeps", true, false, sweep, 0, 0},
};
enum { PASS_COUNT = sizeof PASSES / sizeof *PASSES };

static bool applies(const struct pass *pass, const struct loss_choice *loss)
{
    const bool quadratic = loss->loss->traits & LOSS_QUADRATIC;
    return quadratic ? !pass->general_only : !pass->quadratic_only;
}

static double operations(const struct pass *pass, const struct setup *s)
{
    const double unit = 2.0 * (double)s->rows * (double)s->columns * (double)s->k;
    if (pass->run == sweep)
        return 8 * 2.0 * (double)s->columns * (double)s->k * (double)s->k;
    if (s->loss.loss->traits & LOSS_QUADRATIC)
        return unit * (pass->products - 1);
    return unit * (pass->products + (s->loss.loss->traits & LOSS_PUSH_IS_ONE ? 0 : pass->pushes));
}

/* X once, the factors read once and the sums of the sides that move written once. */
static double bytes(const struct pass *pass, const struct setup *s)
{
    const double size = s->dtype == INSHI_DTYPE_F4 ? 4 : 8, m = (double)s->rows, n = (double)s->columns;
    const double results = pass->run == both ? m + n : pass->run == half_w ? m : n;
    if (pass->run == sweep)
        return 0;
    return size * (m * n + (double)s->k * (m + n + results));
}

/* ---- setting up
 * ------------------------------------------------------------------------------------------------ */

static double entry(const void *user, int64_t component, int64_t item)
{
    return 0.1 + random_uniform(*(const uint64_t *)user, 1, component, item);
}

static void make_problem(struct bench *b, int which)
{
    const struct setup *s       = b->setup;
    struct problem     *p       = &b->problem[which];
    const uint64_t      seed[2] = {1, 2};
    check(inshi_context_create(NULL, &b->context[which]), NULL);
    check(inshi_context_set_threads(b->context[which], s->threads[which]), b->context[which]);
    *p = (struct problem){.context = b->context[which], .loss = s->loss, .k = s->k, .x.scale = 1};
    check(kernels_choose(b->context[which], s->dtype, &p->kernels), b->context[which]);
    const inshi_matrix x = inshi_matrix_c(s->x, s->dtype, s->rows, s->columns);
    check(problem_create(p, x, true, true), b->context[which]);
    check(problem_fill(p, SIDE_H, entry, &seed[0]), b->context[which]);
    check(problem_fill(p, SIDE_W, entry, &seed[1]), b->context[which]);
}

static void *make_x(const struct setup *s)
{
    const int64_t count = s->rows * s->columns;
    void         *x     = malloc((size_t)count * 8);
    if (!x)
        exit(1);
    for (int64_t i = 0; i < count; i++) {
        const double value = random_uniform(7, 0, i / s->columns, i % s->columns);
        if (s->dtype == INSHI_DTYPE_F4)
            ((float *)x)[i] = (float)value;
        else
            ((double *)x)[i] = value;
    }
    return x;
}

/* ---- measuring
 * --------------------------------------------------------------------------------------------------- */

static size_t factor_bytes(const struct problem *p, enum side side)
{
    return (size_t)p->factor[side].panels * (size_t)p->k * (size_t)p->kernels->lanes *
           (size_t)p->kernels->real_bytes;
}

static bool same_bits(const struct bench *b, int which)
{
    const struct problem *one = &b->problem[0], *many = &b->problem[which];
    for (int side = 0; side < 2; side++)
        if (memcmp(one->pull[side], many->pull[side], factor_bytes(one, side)) != 0 ||
            memcmp(one->factor[side].data, many->factor[side].data, factor_bytes(one, side)) != 0)
            return false;
    return true;
}

static void add(struct series *series, double value)
{
    if (series->count < MOST_ROUNDS)
        series->values[series->count++] = value;
}

static void round_of(struct bench *b, bool warming)
{
    for (int i = 0; i < PASS_COUNT; i++) {
        if (!applies(&PASSES[i], &b->setup->loss))
            continue;
        for (int which = 0; which < b->setup->teams; which++) {
            const double began = bench_seconds(), began_all = bench_process_seconds();
            check(PASSES[i].run(&b->problem[which], b->half[which]), b->context[which]);
            if (!warming) {
                add(&b->all[which][i], bench_process_seconds() - began_all);
                add(&b->wall[which][i], bench_seconds() - began);
            }
        }
        for (int which = 0; which < b->setup->teams; which++) /* the first round leaves parts unset */
            b->equal[which][i] = warming || (b->equal[which][i] && same_bits(b, which));
    }
}

static void print_pass(const struct bench *b, int i, double peak, double read)
{
    const struct setup *s   = b->setup;
    const double        one = median(&b->all[0][i]);
    printf("{\"pass\": \"%s\", \"loss\": \"%s\", \"dtype\": \"%s\", \"k\": %lld, \"rows\": %lld, "
           "\"columns\": %lld, \"seconds\": %.6g, \"best\": %.6g, \"flops\": %.6g, \"peak\": %.6g, "
           "\"bytes\": %.6g, \"read\": %.6g, \"isa\": \"%s\", \"teams\": [",
           PASSES[i].name, s->loss_name, inshi_dtype_name(s->dtype), (long long)s->k, (long long)s->rows,
           (long long)s->columns, one, least(&b->wall[0][i]), operations(&PASSES[i], s) / one, peak,
           bytes(&PASSES[i], s), read, b->problem[0].kernels->isa);
    for (int which = 1; which < s->teams; which++)
        printf("%s{\"threads\": %d, \"best\": %.6g, \"work\": %.6g, \"equal\": %s}", which > 1 ? ", " : "",
               s->threads[which], least(&b->wall[which][i]), median(&b->all[which][i]) / one,
               b->equal[which][i] ? "true" : "false");
    printf("]}\n");
}

static void measure(const struct setup *setup)
{
    struct bench *b     = calloc(1, sizeof *b);
    struct series peaks = {0}, reads = {0};
    if (!b)
        exit(1);
    b->setup = setup;
    for (int which = 0; which < setup->teams; which++)
        make_problem(b, which);
    round_of(b, true);
    const struct kernels *kernels = b->problem[0].kernels;
    for (int round = 0; round < setup->rounds; round++) {
        add(&peaks, bench_fma_peak(kernels->isa, kernels->real_bytes));
        add(&reads, bench_read_rate(setup->x, (size_t)(setup->rows * setup->columns * kernels->real_bytes)));
        round_of(b, false);
    }
    for (int i = 0; i < PASS_COUNT; i++)
        if (applies(&PASSES[i], &setup->loss))
            print_pass(b, i, median(&peaks), median(&reads));
    fflush(stdout);
    for (int which = 0; which < setup->teams; which++) {
        problem_destroy(&b->problem[which]);
        inshi_context_destroy(b->context[which]);
    }
    free(b);
}

static void print_machine(int rounds)
{
    const size_t bytes = (size_t)128 << 20;
    char *const from = malloc(bytes), *const to = malloc(bytes);
    inshi_context *context = NULL;
    struct series  copies = {0}, peak4 = {0}, peak8 = {0};
    if (!from || !to || inshi_context_create(NULL, &context))
        exit(1);
    memset(from, 1, bytes);
    memset(to, 1, bytes);
    for (int round = 0; round < rounds; round++) {
        add(&copies, bench_copy_rate(to, from, bytes));
        add(&peak4, bench_fma_peak(inshi_context_isa(context), 4));
        add(&peak8, bench_fma_peak(inshi_context_isa(context), 8));
    }
    printf("{\"pass\": \"machine\", \"isa\": \"%s\", \"copy\": %.6g, \"peak_f4\": %.6g, \"peak_f8\": %.6g}\n",
           inshi_context_isa(context), median(&copies), median(&peak4), median(&peak8));
    inshi_context_destroy(context);
    free(from);
    free(to);
}

/* "kl:8,16" */
static void run_list(struct setup setup, const char *list)
{
    static char name[64];
    const char *ks = strrchr(list, ':');
    if (!ks || ks - list >= (long)sizeof name)
        exit(2);
    memcpy(name, list, (size_t)(ks - list));
    name[ks - list] = 0;
    setup.loss_name = name;
    check(loss_find(NULL, name, &setup.loss), NULL);
    const inshi_dtype dtypes[2] = {INSHI_DTYPE_F4, INSHI_DTYPE_F8};
    for (int d = 0; d < 2; d++) {
        setup.dtype = dtypes[d];
        setup.x     = make_x(&setup);
        for (char *at = (char *)ks; *at;) {
            setup.k = strtoll(at + 1, &at, 10);
            measure(&setup);
        }
        free(setup.x);
    }
}

/* "2,8", after the one thread that there always is */
static int read_teams(struct setup *setup, const char *text)
{
    setup->teams      = 1;
    setup->threads[0] = 1;
    for (char *at = (char *)text; setup->teams < MOST_TEAMS; at++) {
        const long threads = strtol(at, &at, 10);
        if (threads < 1)
            return 2;
        setup->threads[setup->teams++] = (int)threads;
        if (!*at)
            return 0;
    }
    return 2;
}

int main(int count, char **arguments)
{
    if (count < 6) {
        fprintf(stderr, "usage: bench_passes ROWS COLUMNS ROUNDS THREADS[,THREADS ...] LOSS:K[,K ...] ...\n");
        return 2;
    }
    struct setup setup = {
        .rows = atoll(arguments[1]), .columns = atoll(arguments[2]), .rounds = atoi(arguments[3])};
    if (read_teams(&setup, arguments[4]) || setup.rounds < 1 || setup.rounds > MOST_ROUNDS)
        return 2;
    print_machine(setup.rounds);
    for (int i = 5; i < count; i++)
        run_list(setup, arguments[i]);
    return 0;
}
