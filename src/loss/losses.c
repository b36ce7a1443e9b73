/* losses.c -- the list of losses, parsing of their names, and each of them on one entry in double. */
#include "loss/losses.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "inshi/options.h"

#include "loss/scalar.inc"

static const struct loss list[LOSS_COUNT] = {
#define LOSS_ROW(name, summary, traits, order) {LOSS_ID_##name, #name, summary, order, traits},
#include "loss/list.inc"
#undef LOSS_ROW
};

const struct loss *loss_at(int index)
{
    return index >= 0 && index < LOSS_COUNT ? &list[index] : NULL;
}

static struct loss_choice choose_beta(double beta)
{
    if (beta == 2)
        return (struct loss_choice){&list[LOSS_ID_eu], 2};
    if (beta == 1)
        return (struct loss_choice){&list[LOSS_ID_kl], 1};
    if (beta == 0)
        return (struct loss_choice){&list[LOSS_ID_is], 0};
    return (struct loss_choice){&list[LOSS_ID_beta], beta};
}

static inshi_status find_parameter(inshi_context *context, const char *name, struct loss_choice *out)
{
    const char *number = name + strlen("beta:");
    char       *end    = NULL;
    errno              = 0;
    const double beta  = strtod(number, &end);
    if (end == number || *end || !isfinite(beta) || strpbrk(number, "xX \t\n") || fabs(beta) > 1e3)
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "loss \"%s\": \"%s\" is not a number between -1000 and 1000; write e.g. beta:1.5",
                            name, number);
    *out = choose_beta(beta);
    return INSHI_OK;
}

/* Tells the nearest name and all there are: "eu, kl, is, beta:B". */
static inshi_status fail_unknown(inshi_context *context, const char *name)
{
    const char *names[LOSS_COUNT + 1] = {0};
    char        all[32 * LOSS_COUNT]  = "";
    int         count                 = 0;
    for (int i = 0; i < LOSS_COUNT; i++) {
        const bool   parameter = list[i].traits & LOSS_PARAMETER;
        const size_t at        = strlen(all);
        snprintf(all + at, sizeof all - at, "%s%s%s", at ? ", " : "", list[i].name, parameter ? ":B" : "");
        if (!parameter)
            names[count++] = list[i].name;
    }
    const char *nearest = inshi_nearest_name(name, names);
    return context_fail(context, INSHI_ERR_ARGUMENT, "there is no loss \"%s\"%s%s%s; there are %s", name,
                        nearest ? " (did you mean " : "", nearest ? nearest : "", nearest ? "?)" : "", all);
}

inshi_status loss_find(inshi_context *context, const char *name, struct loss_choice *out)
{
    if (strncmp(name, "beta:", 5) == 0)
        return find_parameter(context, name, out);
    for (int i = 0; i < LOSS_COUNT; i++)
        if (strcmp(name, list[i].name) == 0 && !(list[i].traits & LOSS_PARAMETER)) {
            *out = (struct loss_choice){&list[i], list[i].order};
            return INSHI_OK;
        }
    return fail_unknown(context, name);
}

bool loss_needs_positive(struct loss_choice loss)
{
    return loss.beta <= 0;
}

double loss_exponent(struct loss_choice loss, bool squared_penalty)
{
    const double beta = loss.beta;
    if (beta > 2)
        return 1 / (beta - 1);
    if (squared_penalty)
        return 1 / (3 - beta);
    return beta < 0 ? 1 / (2 - beta) : 1;
}

double loss_value(struct loss_choice loss, double x, double y)
{
    switch (loss.loss->id) {
#define LOSS_ROW(name, summary, traits, order)                                                               \
    case LOSS_ID_##name:                                                                                     \
        return name##_value_one(x, y, loss.beta);
#include "loss/list.inc"
#undef LOSS_ROW
    case LOSS_COUNT:
        break;
    }
    return NAN;
}

static void parts(struct loss_choice loss, double x, double y, double *pull, double *push)
{
    switch (loss.loss->id) {
#define LOSS_ROW(name, summary, traits, order)                                                               \
    case LOSS_ID_##name:                                                                                     \
        name##_parts_one(x, y, loss.beta, pull, push);                                                       \
        return;
#include "loss/list.inc"
#undef LOSS_ROW
    case LOSS_COUNT:
        break;
    }
}

double loss_pull(struct loss_choice loss, double x, double y)
{
    double pull = NAN, push = NAN;
    parts(loss, x, y, &pull, &push);
    return pull;
}

double loss_push(struct loss_choice loss, double x, double y)
{
    double pull = NAN, push = NAN;
    parts(loss, x, y, &pull, &push);
    return push;
}
