/* options_check.c -- every field in its range, and no two that contradict each other. */
#include "model/options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/context.h"
#include "init/init.h"
#include "loss/losses.h"
#include "solver/solver.h"

static inshi_status check_name(inshi_context *context, const inshi_option *row, const char *name)
{
    if (!name)
        return context_fail(context, INSHI_ERR_ARGUMENT, "%s is a null pointer, and must be a name",
                            row->name);
    if (row->choices && !option_is_choice(row->choices, name))
        return context_fail(context, INSHI_ERR_ARGUMENT, "%s is \"%.40s\", and must be one of %s", row->name,
                            name, row->choices);
    return INSHI_OK;
}

static inshi_status check_number(inshi_context *context, const inshi_option *row, double value)
{
    const bool is_auto = option_may_be_auto(row) && value < 0;
    if (is_auto || (value >= row->least && value <= row->most))
        return INSHI_OK;
    char range[RANGE_TEXT];
    return context_fail(context, INSHI_ERR_ARGUMENT, "%s is %.17g, and must be %s", row->name, value,
                        option_range(row, range));
}

static inshi_status check_list(inshi_context *context, const inshi_options *options)
{
    if (options->fix_columns_count < 0 || (options->fix_columns_count > 0 && !options->fix_columns))
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "fix-columns is a list of %lld numbers without numbers",
                            (long long)options->fix_columns_count);
    for (int64_t i = 0; i < options->fix_columns_count; i++)
        if (options->fix_columns[i] < 0)
            return context_fail(context, INSHI_ERR_ARGUMENT,
                                "fix-columns has %lld, and columns of W count from 0",
                                (long long)options->fix_columns[i]);
    return INSHI_OK;
}

static inshi_status check_field(inshi_context *context, const inshi_options *options, const inshi_option *row)
{
    const void *field = (const char *)options + row->offset;
    switch (row->kind) {
    case INSHI_OPTION_NAME:
        return check_name(context, row, *(const char *const *)field);
    case INSHI_OPTION_REAL:
        return check_number(context, row, *(const double *)field);
    case INSHI_OPTION_INTEGER:
        return check_number(context, row, (double)*(const int64_t *)field);
    case INSHI_OPTION_FLAG:
        return check_number(context, row, *(const int *)field);
    case INSHI_OPTION_LIST:
        return check_list(context, options);
    case INSHI_OPTION_SEED:
    case INSHI_OPTION_MATRIX: /* checked with the shapes */
        return INSHI_OK;
    }
    return context_fail(context, INSHI_ERR_INTERNAL, "%s has no kind", row->name);
}

enum { MOST_NAMES = 64 };

/* One sentence for a solver or start that does not exist. */
static inshi_status fail_unknown(inshi_context *context, const char *option, const char *name,
                                 const char *(*name_at)(int index))
{
    const char *names[MOST_NAMES + 2] = {"auto"};
    char        list[256]             = "auto";
    for (int i = 0; i < MOST_NAMES && name_at(i); i++) {
        names[i + 1]      = name_at(i);
        const size_t used = strlen(list);
        strncat(list, ", ", sizeof list - used - 1);
        strncat(list, name_at(i), sizeof list - strlen(list) - 1);
    }
    const char *nearest = inshi_nearest_name(name, names);
    return context_fail(context, INSHI_ERR_ARGUMENT, "%s is \"%.40s\", and there are %s%s%s%s", option, name,
                        list, nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
}

static inshi_status check_init(inshi_context *context, const char *name)
{
    bool found = strcmp(name, "auto") == 0;
    for (int i = 0; !found && inshi_init_name(i); i++)
        found = strcmp(name, inshi_init_name(i)) == 0;
    return found ? INSHI_OK : fail_unknown(context, "init", name, inshi_init_name);
}

/* The solvers that go with the loss, as "auto, mu, ...". */
static void list_fitting(const struct loss_choice *loss, char *list, size_t size)
{
    snprintf(list, size, "%s", "auto");
    for (int i = 0; solver_at(i); i++)
        if (solver_supports(solver_at(i), loss)) {
            strncat(list, ", ", size - strlen(list) - 1);
            strncat(list, solver_at(i)->name, size - strlen(list) - 1);
        }
}

static inshi_status check_solver(inshi_context *context, const inshi_options *options)
{
    struct loss_choice loss;
    const inshi_status status = loss_find(context, options->loss, &loss);
    if (status || strcmp(options->solver, "auto") == 0)
        return status;
    const struct solver *solver = NULL;
    for (int i = 0; !solver && solver_at(i); i++)
        if (strcmp(options->solver, solver_at(i)->name) == 0)
            solver = solver_at(i);
    if (!solver)
        return fail_unknown(context, "solver", options->solver, inshi_solver_name);
    if (solver_supports(solver, &loss))
        return INSHI_OK;
    char list[256];
    list_fitting(&loss, list, sizeof list);
    return context_fail(context, INSHI_ERR_UNSUPPORTED,
                        "solver %s does not minimise the loss %.40s; these do: %s", solver->name,
                        options->loss, list);
}

static inshi_status check_fixed(inshi_context *context, const inshi_options *options)
{
    const bool fix_w = strcmp(options->fix, "w") == 0, fix_h = strcmp(options->fix, "h") == 0;
    if ((fix_w && !options->given_w) || (fix_h && !options->given_h))
        return context_fail(
            context, INSHI_ERR_ARGUMENT,
            "fix is %s, but no %c is given that could stay as it is; give one (--init-%s FILE)", options->fix,
            fix_w ? 'W' : 'H', options->fix);
    if (options->fix_columns_count && !options->given_w)
        return context_fail(
            context, INSHI_ERR_ARGUMENT,
            "fix-columns needs a W whose columns could stay, and none is given; give one (--init-w FILE)");
    if (options->fix_columns_count && fix_w)
        return context_fail(
            context, INSHI_ERR_ARGUMENT,
            "fix-columns and fix w contradict each other: fix w keeps every column; leave one out");
    return INSHI_OK;
}

static inshi_status check_locks(inshi_context *context, const inshi_options *options)
{
    const struct {
        const char         *side;
        const inshi_matrix *lock;
        int                 given;
    } sides[] = {{"w", options->lock_w, options->given_w}, {"h", options->lock_h, options->given_h}};
    for (int i = 0; i < 2; i++) {
        if (sides[i].lock && !sides[i].given)
            return context_fail(context, INSHI_ERR_ARGUMENT,
                                "lock-%s needs a start whose entries could stay, and none is given; give one "
                                "(--init-%s FILE)",
                                sides[i].side, sides[i].side);
        if (sides[i].lock && strcmp(options->fix, sides[i].side) == 0)
            return context_fail(
                context, INSHI_ERR_ARGUMENT,
                "lock-%s and fix %s contradict each other: fix keeps every entry; leave one out",
                sides[i].side, sides[i].side);
    }
    return INSHI_OK;
}

static inshi_status check_normalize(inshi_context *context, const inshi_options *options)
{
    if (strcmp(options->normalize, "auto") == 0 || strcmp(options->normalize, "none") == 0)
        return INSHI_OK;
    const bool fixed =
        strcmp(options->fix, "none") != 0 || options->fix_columns_count || options->lock_w || options->lock_h;
    const bool penalised = options->l1_w > 0 || options->l1_h > 0 || options->l2_w > 0 || options->l2_h > 0;
    if (!fixed && !penalised)
        return INSHI_OK;
    return context_fail(context, INSHI_ERR_ARGUMENT,
                        "normalize is %s, but a rescaled W would change %s; leave it out, or use none",
                        options->normalize, fixed ? "what is fixed" : "the penalties");
}

static inshi_status check_restarts(inshi_context *context, const inshi_options *options)
{
    if (options->restarts == 1)
        return INSHI_OK;
    for (int i = 0; init_at(i); i++)
        if (init_at(i)->single && strcmp(options->init, init_at(i)->name) == 0)
            return context_fail(
                context, INSHI_ERR_ARGUMENT,
                "restarts is %lld, but every start of init %s is the same; use init random or nndsvdar",
                (long long)options->restarts, options->init);
    if (!options->given_w || !options->given_h)
        return INSHI_OK;
    return context_fail(
        context, INSHI_ERR_ARGUMENT,
        "restarts is %lld, but W and H are both given, so every start would be the same; leave it out",
        (long long)options->restarts);
}

/* The struct as version 0.1 had it. */
#define LEAST_SIZE (offsetof(inshi_options, history_every) + sizeof(int64_t))

inshi_status options_adopt(inshi_context *context, const inshi_options *from, inshi_options *to)
{
    const inshi_status status = inshi_options_check(context, from);
    if (status)
        return status;
    inshi_options_default(to);
    memcpy(to, from, from->size);
    to->size = sizeof *to;
    return INSHI_OK;
}

inshi_status inshi_options_check(inshi_context *context, const inshi_options *options)
{
    if (!context)
        return INSHI_ERR_ARGUMENT;
    inshi_options        whole;
    const inshi_options *given = options;
    inshi_options_default(&whole);
    if (!given || given->size < LEAST_SIZE || given->size > sizeof whole)
        return context_fail(
            context, INSHI_ERR_ARGUMENT,
            "options of this size are of another version; fill them with inshi_options_default()");
    memcpy(&whole, given, given->size);
    options             = &whole;
    inshi_status status = INSHI_OK;
    for (int i = 0; !status && i < inshi_option_count(); i++)
        status = check_field(context, options, inshi_option_at(i));
    if (!status)
        status = check_init(context, options->init);
    if (!status)
        status = check_solver(context, options);
    if (!status)
        status = check_fixed(context, options);
    if (!status)
        status = check_locks(context, options);
    if (!status)
        status = check_normalize(context, options);
    if (!status)
        status = check_restarts(context, options);
    return status;
}
