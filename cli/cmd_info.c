/* cmd_info.c -- inshi info: what this inshi is, and what is in a file. */
#include <jansson.h>
#include <string.h>
#include "input.h"
#include "report.h"
#include "session.h"

static int tell_self(struct session *session)
{
    const char     *isa     = inshi_context_isa(session->context);
    const long long threads = inshi_context_threads(session->context);
    if (session->settings.json) {
        json_t *object = json_object();
        json_object_set_new(object, "inshi_version", json_string(inshi_version()));
        json_object_set_new(object, "isa", report_text(isa));
        json_object_set_new(object, "threads", json_integer(threads));
        report_print(object);
        json_decref(object);
        return EXIT_OK;
    }
    printf("version          %s\ninstruction set  %s\nthreads          %lld\n", inshi_version(), isa,
           threads);
    printf("losses          ");
    for (int i = 0; inshi_loss_name(i); i++)
        printf(" %s", inshi_loss_name(i));
    printf("\nsolvers          auto");
    for (int i = 0; inshi_solver_name(i); i++)
        printf(" %s", inshi_solver_name(i));
    printf("\nstarts           auto");
    for (int i = 0; inshi_init_name(i); i++)
        printf(" %s", inshi_init_name(i));
    puts("");
    return EXIT_OK;
}

/* Whole numbers of mtx get the least type that holds them, which only reading finds out. */
static const char *dtype_text(const inshi_file_info *info)
{
    return info->dtype ? inshi_dtype_name(info->dtype) : "integer";
}

static void print_file(const char *path, const inshi_file_info *info)
{
    printf("file     %s\nformat   %s\nrows     %lld%s\ncolumns  %lld%s\n", path, info->format,
           (long long)info->rows, info->row_names ? " (named)" : "", (long long)info->columns,
           info->column_names ? " (named)" : "");
    if (info->sparse)
        printf("nonzeros %lld (%.3g %%)\n", (long long)info->nonzeros,
               100 * (double)info->nonzeros / ((double)info->rows * (double)info->columns));
    printf("dtype    %s\norder    %s\nbytes    %lld%s\n", dtype_text(info), info->order,
           (long long)info->bytes, info->dtype ? "" : " (more where u1 does not hold the values)");
}

static void print_file_json(const char *path, const inshi_file_info *info)
{
    json_t *object = json_object();
    json_object_set_new(object, "path", report_text(path));
    json_object_set_new(object, "format", json_string(info->format));
    json_object_set_new(object, "rows", json_integer(info->rows));
    json_object_set_new(object, "columns", json_integer(info->columns));
    json_object_set_new(object, "dtype", json_string(dtype_text(info)));
    json_object_set_new(object, "sparse", json_boolean(info->sparse));
    json_object_set_new(object, "nonzeros", info->sparse ? json_integer(info->nonzeros) : json_null());
    json_object_set_new(object, "order", json_string(info->order));
    json_object_set_new(object, "bytes", json_integer(info->bytes));
    json_object_set_new(object, "row_names", json_boolean(info->row_names));
    json_object_set_new(object, "column_names", json_boolean(info->column_names));
    report_print(object);
    json_decref(object);
}

static int run(struct session *session)
{
    const struct settings *settings = &session->settings;
    if (settings->operand_count == 0)
        return tell_self(session);
    const char     *path = settings->operands[0];
    inshi_file_info info;
    const int       code = input_inspect(session, path, &info);
    if (code)
        return code;
    if (settings->json)
        print_file_json(path, &info);
    else
        print_file(path, &info);
    return EXIT_OK;
}

const struct command COMMAND_ROW_INFO = {
    .name            = "info",
    .bit             = COMMAND_INFO,
    .summary         = "version, instruction set, threads; or what is in a file",
    .usage           = "info [X] [options]\n",
    .examples        = "info\tversion, instruction set, threads, solvers\n"
                       "info X.npy\tits shape, type and order\n"
                       "info counts.mtx.gz\trows, columns and nonzeros, from its first lines\n"
                       "info counts.csv --json\tfor scripts\n",
    .notes           = "",
    .operands_least  = 0,
    .operands_most   = 1,
    .operand_names   = "one file, or none",
    .library_options = "",
    .run             = run,
};
