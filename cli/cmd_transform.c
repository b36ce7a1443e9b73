/* cmd_transform.c -- inshi transform: activations of new columns for a basis that fit has written. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "fitted.h"
#include "folder.h"
#include "interrupt.h"
#include "progress.h"
#include "report.h"
#include "scan.h"

/* What a transform holds until its end. */
struct transform {
    struct session  *session;
    const char      *model;      /* the folder of the fit   */
    json_t          *summary;    /* of the fit              */
    char            *basis_path; /* its W, and where it is  */
    struct input     basis;
    struct input     input;
    struct weighting weighting;
    struct folder    folder;
    struct fitted    fitted;
    const char      *dtype;
};

static int fail_model(const struct transform *t, enum exit_code code, const char *why)
{
    return console_fail(&t->session->console, code, "%s is no folder that inshi fit has written: %s",
                        t->model, why);
}

static int read_summary(struct transform *t)
{
    char        *path = text_print("%s/summary.json", t->model);
    json_error_t error;
    t->summary = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    int code   = EXIT_OK;
    if (!t->summary && json_error_code(&error) == json_error_cannot_open_file)
        code = console_fail(&t->session->console, EXIT_IO,
                            "%s: %s; transform needs a folder that inshi fit has written", path, error.text);
    else if (!t->summary)
        code = console_fail(&t->session->console, EXIT_DATA, "%s line %d: %s", path, error.line, error.text);
    else if (!json_is_object(t->summary))
        code = fail_model(t, EXIT_DATA, "summary.json holds no object");
    free(path);
    return code;
}

/* A number >= 0 of the summary. */
static int take_number(const struct transform *t, const char *key, double *out)
{
    const json_t *value = json_object_get(t->summary, key);
    if (!json_is_number(value) || !(json_number_value(value) >= 0)) {
        char why[64];
        snprintf(why, sizeof why, "summary.json has no number \"%s\"", key);
        return fail_model(t, EXIT_DATA, why);
    }
    *out = json_number_value(value);
    return EXIT_OK;
}

/* Loss, floor, penalties of H and orientation are those of the fit. */
static int take_options(struct transform *t)
{
    struct settings *settings  = &t->session->settings;
    const char      *loss      = json_string_value(json_object_get(t->summary, "loss"));
    const json_t    *transpose = json_object_get(t->summary, "transpose");
    t->dtype                   = json_string_value(json_object_get(t->summary, "dtype"));
    if (!loss || !t->dtype || !json_is_boolean(transpose))
        return fail_model(t, EXIT_DATA, "summary.json lacks \"loss\", \"dtype\" or \"transpose\"");
    settings->model.loss = loss;
    settings->transpose  = json_is_true(transpose);
    int code             = take_number(t, "floor", &settings->model.floor);
    if (!code)
        code = take_number(t, "l1_h", &settings->model.l1_h);
    if (!code)
        code = take_number(t, "l2_h", &settings->model.l2_h);
    if (code)
        return code;
    if (strcmp(settings->dtype, "auto") == 0)
        settings->dtype = strcmp(t->dtype, "f32") == 0 ? "f32" : "f64";
    if (inshi_options_check(t->session->context, &settings->model))
        return fail_model(t, EXIT_DATA, inshi_context_message(t->session->context));
    return input_check_dtype(t->session);
}

static bool has_file(const struct transform *t, const char *name)
{
    size_t  index;
    json_t *value;
    json_array_foreach(json_object_get(t->summary, "files"), index,
                       value) if (json_is_string(value) &&
                                  strcmp(json_string_value(value), name) == 0) return true;
    return false;
}

/* W.npy where the fit wrote it, W.csv otherwise: a folder may hold others of an earlier fit. */
static int read_basis(struct transform *t)
{
    const char *name = has_file(t, "W.npy") ? "W.npy" : has_file(t, "W.csv") ? "W.csv" : NULL;
    if (!name)
        return fail_model(t, EXIT_DATA, "summary.json lists no W.npy and no W.csv");
    t->basis_path               = text_print("%s/%s", t->model, name);
    const char *format          = t->session->settings.format;
    t->session->settings.format = "auto"; /* --format is about X */
    const int code              = input_read(t->session, t->basis_path, false, NULL, &t->basis);
    t->session->settings.format = format;
    return code;
}

/* What is not stored in sparse X is what it was in the fit. */
static void take_absent(struct transform *t)
{
    const char *absent = json_string_value(json_object_get(t->summary, "absent"));
    if (absent && strcmp(absent, "missing") == 0 && t->input.matrix.layout != INSHI_LAYOUT_DENSE)
        t->session->settings.model.absent = "missing";
}

static int prepare(struct transform *t)
{
    struct session *session = t->session;
    int code = input_read(session, session->settings.operands[1], session->settings.transpose, &t->weighting,
                          &t->input);
    if (code)
        return code;
    if (t->input.matrix.rows != t->basis.matrix.rows)
        return console_fail(
            &session->console, EXIT_DATA,
            "%s has %lld %s, but the basis in %s is for %lld; columns to describe need the rows of the fit",
            t->input.path, (long long)t->input.matrix.rows,
            t->input.transposed ? "columns (the fit was made with --transpose)" : "rows", t->model,
            (long long)t->basis.matrix.rows);
    take_absent(t);
    const inshi_dtype dtype = input_dtype(session, &t->input);
    code = fitted_take(session, t->input.matrix, t->basis.matrix.columns, dtype, &t->fitted);
    if (!code)
        scan_copy(t->basis.matrix, t->fitted.w);
    return code;
}

static int run_transform(struct transform *t)
{
    struct session *session = t->session;
    struct progress progress;
    progress_begin(&progress, session, NULL);
    const inshi_status status = inshi_transform(session->context, t->input.matrix, t->fitted.w, t->fitted.h,
                                                &session->settings.model, t->fitted.report);
    progress_end(&progress);
    return status ? session_fail(session, status) : EXIT_OK;
}

static int write_all(struct transform *t)
{
    struct session   *session = t->session;
    const inshi_info *info    = t->fitted.info;
    report_factors(session, &t->folder, &t->input, &t->fitted, false);
    json_t *summary = report_summary(session, &t->folder, &t->input, &t->fitted);
    json_object_set_new(summary, "model", report_text(t->model));
    report_finish(session, &t->folder, "summary.json", summary);
    if (t->folder.code)
        return t->folder.code;
    console_note(
        &session->console, "%lld columns in %.3g s: objective %.9g, relative error %.3g, KKT residual %.2g",
        (long long)t->input.matrix.columns, info->seconds, info->objective, info->relative_error, info->kkt);
    console_note(&session->console,
                 "wrote %s (%lld files); next: load %s/H.%s, one column for each column of %s",
                 t->folder.path, (long long)t->folder.files.count, t->folder.path,
                 session->settings.output_format, t->input.path);
    if (interrupt_asked(NULL))
        return interrupt_code(EXIT_OK);
    if (session->settings.require_converged && info->stop != INSHI_STOP_TOLERANCE)
        return console_fail(
            &session->console, EXIT_NOT_CONVERGED,
            "not converged: the slowest column stopped at %lld iterations; more --iterations may get there",
            (long long)info->iterations);
    return EXIT_OK;
}

static void close_all(struct transform *t)
{
    folder_close(&t->folder);
    fitted_release(t->session, &t->fitted);
    input_close(&t->input);
    input_close(&t->basis);
    weighting_close(&t->weighting);
    free(t->basis_path);
    json_decref(t->summary);
}

static int run(struct session *session)
{
    struct transform t    = {.session = session, .model = session->settings.operands[0]};
    int              code = read_summary(&t);
    if (!code)
        code = take_options(&t);
    if (!code)
        code = folder_check(session, session->settings.operands[1], "-inshi-transform", &t.folder);
    if (!code)
        code = read_basis(&t);
    if (!code)
        code = prepare(&t);
    if (!code)
        code = folder_make(session, &t.folder);
    if (!code)
        code = run_transform(&t);
    if (!code)
        code = write_all(&t);
    close_all(&t);
    return code;
}

static const struct standard STANDARDS[] = {{"tolerance", "1e-10"}, {"iterations", "100000"}, {NULL, NULL}};

const struct command COMMAND_ROW_TRANSFORM = {
    .name     = "transform",
    .bit      = COMMAND_TRANSFORM,
    .summary  = "activations of new columns for a basis that fit has written",
    .usage    = "transform DIR X [-o DIR2] [options]\n",
    .examples = "transform counts-inshi new.csv\twrites new-inshi-transform: H and summary.json\n"
                "transform topics X.npy -o topics-again --tolerance 1e-6\tsooner, not as near\n",
    .notes =
        "DIR is a folder of inshi fit, X a file with the rows of that fit. Loss, penalties of H, floor,\n"
        "--absent and --transpose are those of the fit. Each column is solved alone, so its result does not\n"
        "depend on the others. DIR2 is NAME-inshi-transform where -o does not say it.\n",
    .operands_least  = 2,
    .operands_most   = 2,
    .operand_names   = "DIR and X: a folder of inshi fit, and a file",
    .library_options = " iterations tolerance time-limit ",
    .standards       = STANDARDS,
    .run             = run,
};
