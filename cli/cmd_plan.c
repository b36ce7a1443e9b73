/* cmd_plan.c -- inshi plan: memory and time of a fit, before it starts. */
#include <jansson.h>
#include <stdio.h>
#include "fit_options.h"
#include "forecast.h"
#include "report.h"
#include "weighting.h"

static void print_json(const char *path, const struct forecast *f)
{
    const inshi_estimate *e      = &f->estimate;
    json_t               *object = json_object(), *input = json_object();
    json_object_set_new(input, "path", report_text(path));
    json_object_set_new(input, "rows", json_integer(f->x.rows));
    json_object_set_new(input, "columns", json_integer(f->x.columns));
    json_object_set_new(input, "nonzeros", f->x.layout ? json_integer(f->x.nonzeros) : json_null());
    json_object_set_new(input, "sparse", json_boolean(f->x.layout != INSHI_LAYOUT_DENSE));
    json_object_set_new(input, "dtype", json_string(inshi_dtype_name(f->x.dtype)));
    json_object_set_new(object, "input", input);
    json_object_set_new(object, "solver", report_text(e->solver));
    json_object_set_new(object, "dtype", json_string(f->dtype == INSHI_DTYPE_F4 ? "f32" : "f64"));
    json_object_set_new(object, "x_bytes", json_integer(e->x_bytes));
    json_object_set_new(object, "factor_bytes", json_integer(e->factor_bytes));
    json_object_set_new(object, "peak_bytes", json_integer(e->peak_bytes));
    json_object_set_new(object, "left_bytes",
                        e->left_bytes < INT64_MAX ? json_integer(e->left_bytes) : json_null());
    json_object_set_new(object, "packed", json_boolean(e->packed));
    json_object_set_new(object, "fits", json_boolean(e->fits));
    json_object_set_new(object, "seconds", report_real(e->seconds));
    json_object_set_new(object, "seconds_per_iteration", report_real(e->seconds_per_iteration));
    report_print(object);
    json_decref(object);
}

static void print_text(const struct session *session, const struct forecast *f)
{
    const inshi_estimate *e = &f->estimate;
    printf("X        %lld x %lld, %s, %.4g MB\nsolver   %s, %s\nmemory   %.4g MB at the most%s\n",
           (long long)f->x.rows, (long long)f->x.columns, inshi_dtype_name(f->x.dtype),
           (double)e->x_bytes / 1e6, e->solver, f->dtype == INSHI_DTYPE_F4 ? "f32" : "f64",
           (double)e->peak_bytes / 1e6,
           !e->fits     ? ", which is not there"
           : !e->packed ? "; there is no room for a packed copy of X: slower"
                        : "");
    if (e->fits)
        printf("time     %.2g s for %lld iterations (%.2g s each, in the end); less where the tolerance is "
               "reached sooner\n",
               e->seconds, (long long)session->settings.model.iterations, e->seconds_per_iteration);
}

static int forecast_print(struct session *session, const inshi_file_info *info)
{
    struct forecast    forecast;
    const inshi_status status = forecast_make(session, info, true, &forecast);
    if (status && (status != INSHI_ERR_MEMORY || !forecast.estimate.peak_bytes))
        return session_fail(session, status);
    if (session->settings.json)
        print_json(session->settings.operands[0], &forecast);
    else
        print_text(session, &forecast);
    return status ? session_fail(session, status) : EXIT_OK;
}

static int run(struct session *session)
{
    const struct settings *settings = &session->settings;
    struct fit_options     options;
    struct weighting       weighting = {0};
    inshi_file_info        info;
    int                    code = fit_options_check(session, &options);
    if (!code)
        code = input_inspect(session, settings->operands[0], &info);
    if (!code)
        code = weighting_read(session, inshi_matrix_c(NULL, INSHI_DTYPE_U1, info.rows, info.columns),
                              settings->transpose, &weighting);
    if (!code)
        code = forecast_print(session, &info);
    weighting_close(&weighting);
    fit_options_close(&options);
    return code;
}

const struct command COMMAND_ROW_PLAN = {
    .name            = "plan",
    .bit             = COMMAND_PLAN,
    .summary         = "memory and time of a fit, before it starts",
    .usage           = "plan X -k K [options of fit]\n",
    .examples        = "plan X.npy -k 20 --loss kl\tfrom the header of the file and a short measurement\n"
                       "plan X.npy -k 20 --restarts 10 --json\tfor scripts\n",
    .notes           = "All options of fit are taken; those about files to be written change nothing.\n"
                       "Of npy only the header is read; csv, masks and weights are read whole. Exit code 4 where "
                       "memory does not suffice.\n"
                       "The time is that of all iterations: how soon --tolerance stops a fit is not known before.\n",
    .operands_least  = 1,
    .operands_most   = 1,
    .operand_names   = "X, a file",
    .library_options = "*",
    .run             = run,
};
