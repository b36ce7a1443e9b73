/* options.c -- the one table of options: names, kinds, ranges, defaults, help.
 *
 * A new option is a field of inshi_options and a row here. Its default is the text of the row, read by the
 * same function that reads what a user types.
 */
#include "model/options.h"

#include <string.h>
#include "init/init.h"
#include "inshi/options.h"
#include "loss/losses.h"
#include "solver/solver.h"

#define AT(field) offsetof(inshi_options, field)

static const double MOST_REAL  = 1.7976931348623157e308;
static const double LEAST_REAL = 4.9406564584124654e-324; /* the least positive double */
#define MOST_COUNT    9007199254740992.0                  /* 2^53: every whole number up to it is a double */
#define MOST_SEED     18446744073709551615.0
#define MOST_RESTARTS 1e6

static const char NORMALIZE[] = "auto|sum|max|l2|none", SCALE[] = "auto|none", FIX[] = "none|w|h",
                  ABSENT[] = "zero|missing";

/* clang-format off */
static const inshi_option ROWS[] = {
    {"loss", INSHI_OPTION_NAME, AT(loss), 0, 0, "eu", NULL, "model", "NAME",
     "what is minimised: eu, kl, is, or beta:B with B a number"},
    {"solver", INSHI_OPTION_NAME, AT(solver), 0, 0, "auto", NULL, "model", "NAME",
     "the rule that moves W and H; auto picks the best there is for the loss"},
    {"eta", INSHI_OPTION_REAL, AT(eta), LEAST_REAL, MOST_REAL, "0.001", NULL, "model", "X",
     "step size of the solver gradient"},
    {"l1-w", INSHI_OPTION_REAL, AT(l1_w), 0, MOST_REAL, "0", NULL, "model", "X",
     "adds X sum(W) to the objective: a sparse W"},
    {"l1-h", INSHI_OPTION_REAL, AT(l1_h), 0, MOST_REAL, "0", NULL, "model", "X",
     "adds X sum(H) to the objective: a sparse H"},
    {"l2-w", INSHI_OPTION_REAL, AT(l2_w), 0, MOST_REAL, "0", NULL, "model", "X",
     "adds X/2 sum(W^2) to the objective"},
    {"l2-h", INSHI_OPTION_REAL, AT(l2_h), 0, MOST_REAL, "0", NULL, "model", "X",
     "adds X/2 sum(H^2) to the objective"},
    {"floor", INSHI_OPTION_REAL, AT(floor), 0, MOST_REAL, "auto", NULL, "model", "X",
     "is, and beta:B with B <= 0: entries of the data below it are lifted to it; auto is 1e-16 of the largest, 0 lifts none"},
    {"absent", INSHI_OPTION_NAME, AT(absent), 0, 0, "zero", ABSENT, "data", "NAME",
     "sparse data: entries that are not stored are zero, or missing, so that nothing is fitted there"},
    {"normalize", INSHI_OPTION_NAME, AT(normalize), 0, 0, "auto", NORMALIZE, "model", "NAME",
     "what is 1 in each column of W (H takes the inverse); auto is sum, or none with fixed or penalised parts"},
    {"init", INSHI_OPTION_NAME, AT(init), 0, 0, "auto", NULL, "start", "NAME",
     "the start of the factors that are not given"},
    {"given-w", INSHI_OPTION_FLAG, AT(given_w), 0, 1, "0", NULL, "start", "",
     "W holds the start"},
    {"given-h", INSHI_OPTION_FLAG, AT(given_h), 0, 1, "0", NULL, "start", "",
     "H holds the start"},
    {"init-scale", INSHI_OPTION_NAME, AT(init_scale), 0, 0, "auto", SCALE, "start", "NAME",
     "auto scales a generated start to the data; none keeps it uniform in [0, 1)"},
    {"seed", INSHI_OPTION_SEED, AT(seed), 0, MOST_SEED, "0", NULL, "start", "N",
     "which random start: one seed gives one start, on any machine"},
    {"restarts", INSHI_OPTION_INTEGER, AT(restarts), 1, MOST_RESTARTS, "1", NULL, "start", "N",
     "random starts tried; the one with the lowest objective wins"},
    {"fix", INSHI_OPTION_NAME, AT(fix), 0, 0, "none", FIX, "what stays", "NAME",
     "the factor (given) that stays as it is"},
    {"fix-columns", INSHI_OPTION_LIST, AT(fix_columns), 0, MOST_COUNT, "", NULL, "what stays", "LIST",
     "columns of W (given) that stay, counted from 0: 0,3,5-7"},
    {"lock-w", INSHI_OPTION_MATRIX, AT(lock_w), 0, 1, "", NULL, "what stays", "FILE",
     "entries of W (given) that stay: 1 in a matrix of its shape"},
    {"lock-h", INSHI_OPTION_MATRIX, AT(lock_h), 0, 1, "", NULL, "what stays", "FILE",
     "entries of H (given) that stay: 1 in a matrix of its shape"},
    {"mask", INSHI_OPTION_MATRIX, AT(mask), 0, 1, "", NULL, "data", "FILE",
     "which entries of X are observed: 1 in a matrix of its shape, 0 = missing, as NaN in X is"},
    {"weights", INSHI_OPTION_MATRIX, AT(weights), 0, 1, "", NULL, "data", "FILE",
     "what each entry of X counts in the divergence: a matrix of its shape, >= 0"},
    {"row-weights", INSHI_OPTION_MATRIX, AT(row_weights), 0, 1, "", NULL, "data", "FILE",
     "what each row of X counts: a vector, >= 0"},
    {"column-weights", INSHI_OPTION_MATRIX, AT(column_weights), 0, 1, "", NULL, "data", "FILE",
     "what each column of X counts: a vector, >= 0"},
    {"iterations", INSHI_OPTION_INTEGER, AT(iterations), 0, MOST_COUNT, "1000", NULL, "stopping", "N",
     "at most so many iterations"},
    {"tolerance", INSHI_OPTION_REAL, AT(tolerance), 0, 1, "1e-5", NULL, "stopping", "X",
     "stop when the KKT residual is below it; 0 runs exactly --iterations"},
    {"time-limit", INSHI_OPTION_REAL, AT(time_limit), 0, MOST_REAL, "0", NULL, "stopping", "S",
     "stop after so many seconds; 0 is no limit"},
    {"history-every", INSHI_OPTION_INTEGER, AT(history_every), 0, MOST_COUNT, "1", NULL, "output", "N",
     "iterations between two rows of the history; 0 keeps the start and the end"},
};
/* clang-format on */

enum { ROW_COUNT = sizeof ROWS / sizeof *ROWS };

int inshi_option_count(void)
{
    return ROW_COUNT;
}

const inshi_option *inshi_option_at(int index)
{
    return index >= 0 && index < ROW_COUNT ? &ROWS[index] : NULL;
}

const inshi_option *option_find(const char *name)
{
    for (int i = 0; i < ROW_COUNT; i++)
        if (strcmp(ROWS[i].name, name) == 0)
            return &ROWS[i];
    return NULL;
}

void inshi_options_default(inshi_options *options)
{
    if (!options)
        return;
    memset(options, 0, sizeof *options);
    options->size = sizeof *options;
    for (int i = 0; i < ROW_COUNT; i++)
        option_set_standard(options, &ROWS[i]);
}

const char *inshi_solver_name(int index)
{
    const struct solver *solver = solver_at(index);
    return solver ? solver->name : NULL;
}

const char *inshi_solver_summary(int index)
{
    const struct solver *solver = solver_at(index);
    return solver ? solver->summary : NULL;
}

const char *inshi_init_name(int index)
{
    const struct init *init = init_at(index);
    return init ? init->name : NULL;
}

const char *inshi_loss_name(int index)
{
    const struct loss *loss = loss_at(index);
    return !loss ? NULL : loss->traits & LOSS_PARAMETER ? "beta:B" : loss->name;
}

const char *inshi_loss_summary(int index)
{
    const struct loss *loss = loss_at(index);
    return loss ? loss->summary : NULL;
}
