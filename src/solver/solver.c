/* solver.c -- the list of solvers, and which of them fits a loss. */
#include "solver/solver.h"

#include <string.h>

#define SOLVER_POINTER(name) &solver_##name,
static const struct solver *const list[] = {SOLVER_LIST(SOLVER_POINTER)};
#undef SOLVER_POINTER

const struct solver *solver_at(int index)
{
    return index >= 0 && index < (int)(sizeof list / sizeof list[0]) ? list[index] : NULL;
}

const struct solver *solver_find(const char *name)
{
    for (int i = 0; solver_at(i); i++)
        if (strcmp(name, solver_at(i)->name) == 0)
            return solver_at(i);
    return NULL;
}

bool solver_supports(const struct solver *solver, const struct loss_choice *loss)
{
    return (loss->loss->traits & solver->needs) == solver->needs;
}

const struct solver *solver_auto(const struct loss_choice *loss, int64_t k, bool sparse, bool peaked)
{
    enum { NEWTON_MOST = 32 }; /* above it the Hessians cost more than they bring: bench/results */
    if (solver_supports(&solver_hals, loss))
        return &solver_hals;
    if ((sparse || peaked) && solver_supports(&solver_ccd, loss))
        return &solver_ccd;
    if (k <= NEWTON_MOST)
        return &solver_newton;
    return solver_supports(&solver_ccd, loss) ? &solver_ccd : &solver_mu;
}
