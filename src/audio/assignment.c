/* assignment.c -- the best permutation by dynamic programming over the sets of columns that are taken: 2^count count steps,
 * 2^count numbers. Infinite gains are counted, not added, so that the finite ones beside them still decide. */
#include "audio/assignment.h"

#include <math.h>

struct total {
    int    infinite; /* +infinities less -infinities */
    double finite;
};

static struct total add(struct total rest, double gain)
{
    if (isinf(gain))
        rest.infinite += gain > 0 ? 1 : -1;
    else
        rest.finite += gain;
    return rest;
}

static bool higher(struct total a, struct total b)
{
    return a.infinite != b.infinite ? a.infinite > b.infinite : a.finite > b.finite;
}

/* The column for the next row where those of `taken` are gone, and the total from there on. */
static int64_t best_column(int64_t count, const double *gain, int64_t taken, const struct total *totals,
                           struct total *total)
{
    const int64_t row  = __builtin_popcountll((unsigned long long)taken);
    int64_t       best = -1;
    for (int64_t column = 0; column < count; column++) {
        if (taken >> column & 1)
            continue;
        const struct total here = add(totals[taken | (int64_t)1 << column], gain[row * count + column]);
        if (best < 0 || higher(here, *total)) {
            best   = column;
            *total = here;
        }
    }
    return best;
}

inshi_status assignment_find(inshi_context *context, int64_t count, const double *gain, int64_t *chosen)
{
    const int64_t sets   = (int64_t)1 << count;
    struct total *totals = memory_take(context, sets, sizeof *totals, "an assignment"), unused;
    if (!totals)
        return INSHI_ERR_MEMORY;
    totals[sets - 1] = (struct total){0, 0};
    for (int64_t taken = sets - 2; taken >= 0; taken--)
        best_column(count, gain, taken, totals, &totals[taken]);
    for (int64_t row = 0, taken = 0; row < count; row++) {
        chosen[row] = best_column(count, gain, taken, totals, &unused);
        taken |= (int64_t)1 << chosen[row];
    }
    memory_give(context, totals);
    return INSHI_OK;
}
