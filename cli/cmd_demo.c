/* cmd_demo.c -- inshi demo: the experiment of the article, done right.
 *
 * X = sin cos + 1 (100 x 200), K = 5: the three gradient rules with the article's step sizes and counts, and
 * beside each what the solver auto reaches. X has rank 2, so an exact factorization exists; it has exact
 * zeros, where the Itakura-Saito divergence is infinite, hence the floor.
 */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "demo_audio.h"
#include "demo_pictures.h"
#include "interrupt.h"
#include "progress.h"
#include "report.h"

static const double PI = 3.14159265358979323846;

/* The article's settings. auto runs to its own end, with many iterations at hand. */
static const struct demo_setting SETTINGS[DEMO_LOSSES] = {
    {"eu", 1e-3, 1000}, {"kl", 1e-2, 10000}, {"is", 1e-2, 10000}};
static const int64_t AUTO_ITERATIONS = 10000;
static const double  AUTO_TOLERANCE  = 1e-9;

/* sin(i 0.02 pi) cos(j 0.04 pi) + 1, in the order of the article's code; how many entries are exactly 0
 * depends on the last bit of sin and cos of the C library. */
static void fill_x(double *x)
{
    double sines[DEMO_ROWS], cosines[DEMO_COLUMNS];
    for (int i = 0; i < DEMO_ROWS; i++)
        sines[i] = sin(i * 0.02 * PI);
    for (int j = 0; j < DEMO_COLUMNS; j++)
        cosines[j] = cos(j * 0.04 * PI);
    for (int i = 0; i < DEMO_ROWS; i++)
        for (int j = 0; j < DEMO_COLUMNS; j++)
            x[i * DEMO_COLUMNS + j] = sines[i] * cosines[j] + 1;
}

static int run_one(struct session *session, struct demo *demo, struct demo_run *run)
{
    int code = fitted_take(session, demo->x, DEMO_RANK, INSHI_DTYPE_F8, &run->fitted);
    if (code)
        return code;
    inshi_options options = session->settings.model;
    options.loss          = run->setting->loss;
    options.solver        = run->article ? "gradient" : "auto";
    options.eta           = run->setting->eta;
    options.iterations    = run->article ? run->setting->iterations : AUTO_ITERATIONS;
    options.tolerance     = run->article ? 0 : AUTO_TOLERANCE;
    options.init_scale    = run->article ? "none" : "auto";
    char *label = text_print("%s, %s", run->setting->loss, run->article ? "the article's rule" : "auto");
    struct progress progress;
    progress_begin(&progress, session, label);
    progress.begin  = (double)demo->done / DEMO_RUNS;
    progress.share  = 1.0 / DEMO_RUNS;
    progress.before = demo->seconds;
    progress.tenths = demo->tenths;
    const inshi_status status =
        inshi_fit(session->context, demo->x, run->fitted.w, run->fitted.h, &options, run->fitted.report);
    progress_end(&progress);
    demo->tenths = progress.tenths;
    free(label);
    return status ? session_fail(session, status) : EXIT_OK;
}

static int run_all(struct session *session, struct demo *demo)
{
    for (int i = 0; i < DEMO_RUNS; i++) {
        struct demo_run *run = &demo->runs[i];
        *run                 = (struct demo_run){.setting = &SETTINGS[i / 2], .article = i % 2 == 0};
        const int code       = run_one(session, demo, run);
        if (code)
            return code;
        demo->done = i + 1;
        demo->seconds += run->fitted.info->seconds;
        if (run->fitted.info->stop == INSHI_STOP_INTERRUPTED)
            break;
    }
    return EXIT_OK;
}

static void print_table(const struct demo *demo)
{
    printf("%-6s%-24s%12s%10s%14s%16s\n", "loss", "rule", "iterations", "seconds", "objective",
           "relative error");
    for (int i = 0; i < demo->done; i++) {
        const struct demo_run *run  = &demo->runs[i];
        const inshi_info      *info = run->fitted.info;
        char                   rule[40];
        if (run->article)
            snprintf(rule, sizeof rule, "the article's, eta %g", run->setting->eta);
        else
            snprintf(rule, sizeof rule, "auto (%s)", info->solver);
        printf("%-6s%-24s%12lld%10.3f%14.6g%16.3g\n", run->setting->loss, rule, (long long)info->iterations,
               info->seconds, info->objective, info->relative_error);
    }
}

static void print_remarks(const struct demo *demo)
{
    for (int i = 0; i < demo->done; i++) {
        const struct demo_run *run  = &demo->runs[i];
        const inshi_info      *info = run->fitted.info;
        if (info->lifted && run->article)
            printf("\nThe data have %lld exact zeros, where the Itakura-Saito divergence is infinite: they "
                   "are lifted to the\n"
                   "floor of %g, and the objective is that of the lifted data.\n",
                   (long long)info->lifted, info->floor);
        if (info->revived)
            printf("\n%s, %s: %lld component%s died and %s started anew.\n", run->setting->loss,
                   run->article ? "the article's rule" : "auto", (long long)info->revived,
                   info->revived == 1 ? "" : "s", info->revived == 1 ? "was" : "were");
    }
}

static json_t *run_object(const struct demo_run *run)
{
    const inshi_info *info   = run->fitted.info;
    json_t           *object = json_object();
    json_object_set_new(object, "loss", json_string(run->setting->loss));
    json_object_set_new(object, "rule", json_string(run->article ? "article" : "auto"));
    json_object_set_new(object, "solver", report_text(info->solver));
    if (run->article)
        json_object_set_new(object, "eta", report_real(run->setting->eta));
    json_object_set_new(object, "iterations", json_integer(info->iterations));
    json_object_set_new(object, "stop", report_text(inshi_stop_name(info->stop)));
    json_object_set_new(object, "seconds", report_real(info->seconds));
    json_object_set_new(object, "objective", report_real(info->objective));
    json_object_set_new(object, "relative_error", report_real(info->relative_error));
    json_object_set_new(object, "kkt", report_real(info->kkt));
    json_object_set_new(object, "floor", report_real(info->floor));
    json_object_set_new(object, "lifted", json_integer(info->lifted));
    json_object_set_new(object, "revived", json_integer(info->revived));
    return object;
}

static json_t *summary_of(const struct session *session, const struct demo *demo, const struct folder *folder)
{
    json_t *summary = json_object(), *runs = json_array();
    json_object_set_new(summary, "inshi_version", json_string(inshi_version()));
    json_object_set_new(summary, "command", json_string("demo"));
    json_object_set_new(summary, "rank", json_integer(DEMO_RANK));
    json_object_set_new(summary, "seed", report_seed(session->settings.model.seed));
    for (int i = 0; i < demo->done; i++)
        json_array_append_new(runs, run_object(&demo->runs[i]));
    json_object_set_new(summary, "runs", runs);
    json_object_set_new(summary, "warnings", report_list(&session->warnings, NULL));
    json_object_set_new(summary, "files", report_list(&folder->files, "summary.json"));
    return summary;
}

static int write_all(struct session *session, struct demo *demo, struct folder *folder)
{
    char *path = folder_path(folder, "X.npy");
    folder_note(session, folder, "X.npy", inshi_npy_write(session->context, path, demo->x));
    free(path);
    demo_pictures_write(session, demo, folder);
    if (!session->settings.json) {
        print_table(demo);
        print_remarks(demo);
    }
    report_finish(session, folder, "summary.json", summary_of(session, demo, folder));
    if (folder->code)
        return folder->code;
    const bool pictures = strcmp(session->settings.figures, "none") != 0;
    console_note(&session->console, "wrote %s%s; next: inshi fit %s/X.npy -k 5 --loss kl", folder->path,
                 pictures ? ": the pictures are in its folder figures" : "", folder->path);
    return interrupt_code(EXIT_OK);
}

static int run(struct session *session)
{
    static double x[DEMO_ROWS * DEMO_COLUMNS];
    struct demo   demo = {.x = inshi_matrix_c(x, INSHI_DTYPE_F8, DEMO_ROWS, DEMO_COLUMNS)};
    struct folder folder;
    if (session->settings.audio)
        return demo_audio_run(session);
    fill_x(x);
    int code = folder_check(session, "inshi-demo", "", &folder);
    if (!code)
        code = folder_make(session, &folder);
    if (!code)
        code = run_all(session, &demo);
    if (!code)
        code = write_all(session, &demo, &folder);
    for (int i = 0; i < DEMO_RUNS; i++)
        fitted_release(session, &demo.runs[i].fitted);
    folder_close(&folder);
    return code;
}

const struct command COMMAND_ROW_DEMO = {
    .name     = "demo",
    .bit      = COMMAND_DEMO,
    .summary  = "the article's experiment: X, three divergences, pictures, a table",
    .usage    = "demo [-o DIR] [options]\n",
    .examples = "demo\twrites inshi-demo, prints a table\n"
                "demo -o again --force --seed 7\tanother random start\n"
                "demo --audio\ta piano and drums, mixed and separated: writes inshi-demo-audio\n",
    .notes = "X = sin(0.02 pi i) cos(0.04 pi j) + 1, 100 x 200, K = 5. Each divergence is minimised by the "
             "article's\n"
             "gradient rule and by the solver auto. DIR is inshi-demo where -o does not say it. "
             "With --audio\n"
             "two instruments are computed, mixed, and separated by the three divergences, each after "
             "learning from\n"
             "another recording of either alone; sounds, pages, a picture and scores go to "
             "inshi-demo-audio.\n",
    .operands_least  = 0,
    .operands_most   = 0,
    .operand_names   = "options only",
    .library_options = " seed ",
    .run             = run,
};
