/* report.c -- see report.h. */
#include "report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "scan.h"

static const size_t STYLE =
    JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17) | JSON_ENSURE_ASCII;

json_t *report_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

void report_scores(json_t *object, const inshi_bss_score *scores)
{
    json_object_set_new(object, "sdr", report_real(scores->sdr));
    json_object_set_new(object, "sir", report_real(scores->sir));
    json_object_set_new(object, "sar", report_real(scores->sar));
    json_object_set_new(object, "si_sdr", report_real(scores->si_sdr));
}

json_t *report_text(const char *text)
{
    if (!text)
        return json_null();
    json_t *json = json_string(text);
    if (json)
        return json;
    char *plain = text_print("%s", text);
    for (char *p = plain; *p; p++)
        if ((unsigned char)*p >= 0x80)
            *p = '?';
    json = json_string(plain);
    free(plain);
    return json;
}

json_t *report_list(const struct texts *texts, const char *last)
{
    json_t *list = json_array();
    for (int64_t i = 0; i < texts->count; i++)
        json_array_append_new(list, report_text(texts->items[i]));
    if (last)
        json_array_append_new(list, report_text(last));
    return list;
}

json_t *report_seed(uint64_t seed)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)seed);
    return seed > INT64_MAX ? json_string(text) : json_integer((json_int_t)seed);
}

static json_t *input_object(const struct input *input)
{
    json_t            *object = json_object();
    const inshi_matrix stored = input->transposed ? inshi_matrix_transpose(input->matrix) : input->matrix;
    json_object_set_new(object, "path", report_text(input->path));
    json_object_set_new(object, "rows", json_integer(stored.rows));
    json_object_set_new(object, "columns", json_integer(stored.columns));
    json_object_set_new(object, "nonzeros", json_integer(scan_nonzeros(stored)));
    json_object_set_new(object, "sparse", json_boolean(stored.layout != INSHI_LAYOUT_DENSE));
    json_object_set_new(object, "dtype", json_string(inshi_dtype_name(stored.dtype)));
    json_object_set_new(object, "format", json_string(input_format(input)));
    return object;
}

/* What was asked for, so that transform can do the same. */
static void add_options(json_t *summary, const struct session *session, const struct fitted *fitted,
                        bool transposed)
{
    const inshi_options *o = &session->settings.model;
    json_object_set_new(summary, "transpose", json_boolean(transposed));
    json_object_set_new(summary, "dtype", json_string(fitted->w.dtype == INSHI_DTYPE_F4 ? "f32" : "f64"));
    json_object_set_new(summary, "normalize", report_text(fitted->info->normalize));
    json_object_set_new(summary, "absent", report_text(o->absent));
    json_object_set_new(summary, "init_scale", report_text(o->init_scale));
    json_object_set_new(summary, "init_w", report_text(session->settings.init_w));
    json_object_set_new(summary, "init_h", report_text(session->settings.init_h));
    json_object_set_new(summary, "fix", report_text(o->fix));
    json_object_set_new(summary, "fix_columns", report_text(session->settings.fix_columns));
    json_object_set_new(summary, "lock_w", report_text(session->settings.lock_w));
    json_object_set_new(summary, "lock_h", report_text(session->settings.lock_h));
    json_object_set_new(summary, "mask", report_text(session->settings.mask));
    json_object_set_new(summary, "weights", report_text(session->settings.weights));
    json_object_set_new(summary, "row_weights", report_text(session->settings.row_weights));
    json_object_set_new(summary, "column_weights", report_text(session->settings.column_weights));
    json_object_set_new(summary, "eta", report_real(o->eta));
    json_object_set_new(summary, "l1_w", report_real(o->l1_w));
    json_object_set_new(summary, "l1_h", report_real(o->l1_h));
    json_object_set_new(summary, "l2_w", report_real(o->l2_w));
    json_object_set_new(summary, "l2_h", report_real(o->l2_h));
    json_object_set_new(summary, "tolerance", report_real(o->tolerance));
    json_object_set_new(summary, "restarts", json_integer(o->restarts));
}

static void add_outcome(json_t *summary, const struct session *session, const inshi_info *info)
{
    json_object_set_new(summary, "iterations", json_integer(info->iterations));
    json_object_set_new(summary, "stop", report_text(inshi_stop_name(info->stop)));
    json_object_set_new(summary, "objective", report_real(info->objective));
    json_object_set_new(summary, "divergence", report_real(info->divergence));
    json_object_set_new(summary, "relative_error", report_real(info->relative_error));
    json_object_set_new(summary, "kkt", report_real(info->kkt));
    json_object_set_new(summary, "kkt_worst", report_real(info->kkt_worst));
    json_object_set_new(summary, "seconds", report_real(info->seconds));
    json_object_set_new(summary, "peak_bytes", json_integer(inshi_context_peak_bytes(session->context)));
    json_object_set_new(summary, "observed", json_integer(info->observed));
    json_object_set_new(summary, "lifted", json_integer(info->lifted));
    json_object_set_new(summary, "zero_entries", json_integer(info->zero_entries));
    json_object_set_new(summary, "restart", json_integer(info->restart));
    json_object_set_new(summary, "revived", json_integer(info->revived));
    json_object_set_new(summary, "packed", json_boolean(info->packed));
    json_object_set_new(summary, "warm_iterations", json_integer(info->warm_iterations));
    json_object_set_new(summary, "warm_in_float", json_boolean(info->warm_in_float));
    json_object_set_new(summary, "warm_rank", json_integer(info->warm_rank));
    json_object_set_new(summary, "resumed_iteration",
                        info->resumed ? json_integer(info->resumed_iteration) : json_null());
    json_object_set_new(summary, "isa", report_text(info->isa));
}

json_t *report_summary(struct session *session, const struct folder *folder, const struct input *input,
                       const struct fitted *fitted)
{
    const inshi_info *info    = fitted->info;
    json_t           *summary = json_object();
    json_object_set_new(summary, "inshi_version", json_string(inshi_version()));
    json_object_set_new(summary, "command", json_string(session->command->name));
    json_object_set_new(summary, "input", input_object(input));
    json_object_set_new(summary, "rank", json_integer(fitted->w.columns));
    json_object_set_new(summary, "loss", report_text(session->settings.model.loss));
    json_object_set_new(summary, "solver", report_text(info->solver));
    json_object_set_new(summary, "init", report_text(info->init));
    json_object_set_new(summary, "seed", report_seed(session->settings.model.seed));
    json_object_set_new(summary, "threads", json_integer(info->threads));
    json_object_set_new(summary, "floor", report_real(info->floor));
    add_outcome(summary, session, info);
    add_options(summary, session, fitted, input->transposed);
    json_object_set_new(summary, "warnings", report_list(&session->warnings, NULL));
    json_object_set_new(summary, "files", report_list(&folder->files, "summary.json"));
    return summary;
}

void report_print(json_t *object)
{
    json_dumpf(object, stdout, STYLE);
    fputc('\n', stdout);
}

void report_finish(struct session *session, struct folder *folder, const char *name, json_t *summary)
{
    char *text = json_dumps(summary, STYLE), *path = folder_path(folder, name);
    if (!text)
        folder->code = console_fail(&session->console, EXIT_NO_MEMORY, "not enough memory for %s", name);
    else {
        const size_t length = strlen(text);
        text[length]        = '\n'; /* the place of the end: it is not needed any more */
        folder_note(session, folder, name, inshi_file_write(session->context, path, text, length + 1));
    }
    free(text);
    free(path);
    if (session->settings.json)
        report_print(summary);
    json_decref(summary);
}

void report_history(struct session *session, struct folder *folder, const inshi_report *report)
{
    int64_t                  count;
    const inshi_history_row *rows = inshi_report_history(report, &count);
    char                    *text = NULL, *path = folder_path(folder, "history.csv");
    size_t                   size   = 0;
    FILE                    *stream = open_memstream(&text, &size);
    if (stream) {
        fputs("iteration,seconds,objective,kkt\n", stream);
        for (int64_t i = 0; i < count; i++) {
            fprintf(stream, "%lld,%.9g,%.17g,", (long long)rows[i].iteration, rows[i].seconds,
                    rows[i].objective);
            fprintf(stream, isnan(rows[i].kkt) ? "\n" : "%.17g\n", rows[i].kkt);
        }
    }
    if (!stream || fclose(stream))
        folder->code = console_fail(&session->console, EXIT_NO_MEMORY, "not enough memory for history.csv");
    else
        folder_note(session, folder, "history.csv", inshi_file_write(session->context, path, text, size));
    free(text);
    free(path);
}

static void write_npy(struct session *session, struct folder *folder, const char *name, inshi_matrix factor)
{
    char *path = folder_path(folder, name);
    folder_note(session, folder, name, inshi_npy_write(session->context, path, factor));
    free(path);
}

static void write_csv(struct session *session, struct folder *folder, const char *name, inshi_matrix factor,
                      const char *const *row_names, const char *const *column_names)
{
    char *path = folder_path(folder, name);
    folder_note(session, folder, name,
                inshi_csv_write(session->context, path, factor, NULL, row_names, column_names));
    free(path);
}

void report_factors(struct session *session, struct folder *folder, const struct input *input,
                    const struct fitted *fitted, bool write_w)
{
    const bool         csv_only   = strcmp(session->settings.output_format, "csv") == 0;
    const bool         named      = input->row_names || input->column_names;
    const char *const *components = named ? fitted->component_names : NULL;
    if (!csv_only && write_w)
        write_npy(session, folder, "W.npy", fitted->w);
    if (!csv_only)
        write_npy(session, folder, "H.npy", fitted->h);
    if (!csv_only && !named)
        return;
    if (write_w)
        write_csv(session, folder, "W.csv", fitted->w, input->row_names, components);
    write_csv(session, folder, "H.csv", fitted->h, components, input->column_names);
}
