/* accelerate.c -- extrapolation with restart; see accelerate.h. */
#include "model/accelerate.h"

#include <math.h>

static inshi_status take(struct problem *p, void *copy[2], const char *what)
{
    for (int side = 0; side < 2; side++) {
        copy[side] = memory_take(p->context, p->factor[side].panels, problem_panel_bytes(p), what);
        if (!copy[side])
            return INSHI_ERR_MEMORY;
    }
    return INSHI_OK;
}

inshi_status accelerator_create(struct accelerator *a, struct problem *problem, const struct pace *pace)
{
    *a = (struct accelerator){.problem = problem, .pace = pace};
    if (!pace)
        return INSHI_OK;
    const inshi_status status = take(problem, a->plain, "the extrapolation");
    return status ? status : take(problem, a->accepted, "the accepted factors");
}

void accelerator_destroy(struct accelerator *a)
{
    for (int side = 0; side < 2 && a->problem; side++) {
        memory_give(a->problem->context, a->plain[side]);
        memory_give(a->problem->context, a->accepted[side]);
    }
    *a = (struct accelerator){0};
}

static void save(struct accelerator *a, void *copy[2])
{
    for (int side = 0; side < 2; side++)
        problem_copy(a->problem, side, copy[side], a->problem->factor[side].data);
}

static void go_back(struct accelerator *a)
{
    for (int side = 0; side < 2; side++)
        problem_copy(a->problem, side, a->problem->factor[side].data, a->accepted[side]);
}

inshi_status accelerator_begin(struct accelerator *a)
{
    if (!a->pace)
        return INSHI_OK;
    a->beta = a->beta_before = a->pace->beta;
    a->beta_most             = a->pace->most;
    a->objective             = INFINITY;
    a->extrapolated = a->falters = false;
    save(a, a->plain);
    return INSHI_OK;
}

/* Rounding must not look like a rise. */
static bool above(const struct accelerator *a, double objective)
{
    return !(objective <= a->objective + fmax(1e-14 * fabs(a->objective), a->slack));
}

inshi_status accelerator_judge(struct accelerator *a, double objective, bool force, enum verdict *verdict)
{
    *verdict = VERDICT_ACCEPTED;
    if (!a->pace)
        return INSHI_OK;
    const bool extrapolated = a->extrapolated;
    if (!force && above(a, objective)) {
        go_back(a);
        *verdict   = extrapolated ? VERDICT_STEP_PLAINLY : VERDICT_STEP_SAFELY;
        a->falters = a->falters || !extrapolated;
        if (extrapolated) {
            a->beta_most = a->beta_before;
            a->beta /= a->pace->shrink;
        }
        return INSHI_OK;
    }
    if (extrapolated) {
        a->beta_before = a->beta;
        a->beta        = fmin(a->beta_most, a->pace->grow * a->beta);
        a->beta_most   = fmin(a->pace->most, a->pace->grow_most * a->beta_most);
    }
    a->objective = objective;
    save(a, a->accepted);
    return INSHI_OK;
}

inshi_status accelerator_extrapolate(struct accelerator *a, enum side side, bool plainly)
{
    if (!a->pace)
        return INSHI_OK;
    a->extrapolated = !plainly;
    return problem_extrapolate(a->problem, side, a->plain[side], plainly ? 0 : a->beta, a->pace->keep);
}
