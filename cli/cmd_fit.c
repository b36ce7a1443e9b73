/* cmd_fit.c -- inshi fit: factorize the matrix in a file. */
#include <string.h>
#include "fit_options.h"
#include "fitted.h"
#include "folder.h"
#include "forecast.h"
#include "interrupt.h"
#include "progress.h"
#include "report.h"

/* What a fit holds until its end. */
struct fit {
    struct session    *session;
    struct folder      folder;
    struct input       input;
    struct weighting   weighting;
    struct fitted      fitted;
    struct fit_options options;
};

static int check_image(struct fit *fit)
{
    const struct image_shape image = fit->options.image;
    const int64_t            rows  = fit->input.matrix.rows;
    int64_t                  pixels;
    if (!image.rows || (!__builtin_mul_overflow(image.rows, image.columns, &pixels) && pixels == rows))
        return EXIT_OK;
    return console_fail(
        &fit->session->console, EXIT_DATA,
        "--image %s does not fit: columns of W have %lld entries, one a row of X, and a picture of "
        "%lld x %lld has another number of pixels",
        fit->session->settings.image, (long long)rows, (long long)image.rows, (long long)image.columns);
}

static int prepare(struct fit *fit)
{
    struct session        *session  = fit->session;
    const struct settings *settings = &session->settings;
    int                    code     = forecast_check(session);
    if (!code)
        code = input_read(session, settings->operands[0], settings->transpose, &fit->weighting, &fit->input);
    if (!code)
        code = check_image(fit);
    if (!code)
        code = fitted_take(session, fit->input.matrix, settings->k, input_dtype(session, &fit->input),
                           &fit->fitted);
    if (!code && settings->init_w)
        code = input_factor(session, settings->init_w, 'W', fit->fitted.w);
    if (!code && settings->init_h)
        code = input_factor(session, settings->init_h, 'H', fit->fitted.h);
    return code;
}

static int run_fit(struct fit *fit)
{
    struct session        *session    = fit->session;
    const struct settings *settings   = &session->settings;
    const inshi_checkpoint checkpoint = {.size = sizeof checkpoint,
                                         .path = settings->checkpoint,
                                         .seconds =
                                             settings->checkpoint_every < 0 ? 60 : settings->checkpoint_every,
                                         .resume = settings->resume,
                                         .wanted = interrupt_save_asked};
    struct progress        progress;
    if (inshi_context_set_checkpoint(session->context, settings->checkpoint ? &checkpoint : NULL))
        return session_fail(session, INSHI_ERR_ARGUMENT);
    progress_begin(&progress, session, NULL);
    const inshi_status status = inshi_fit(session->context, fit->input.matrix, fit->fitted.w, fit->fitted.h,
                                          &session->settings.model, fit->fitted.report);
    progress_end(&progress);
    inshi_context_set_checkpoint(session->context, NULL);
    return status ? session_fail(session, status) : EXIT_OK;
}

static const char *reason(inshi_stop stop)
{
    switch (stop) {
    case INSHI_STOP_TOLERANCE:
        return "the tolerance is reached";
    case INSHI_STOP_ITERATIONS:
        return "all are done";
    case INSHI_STOP_TIME:
        return "the time is over";
    case INSHI_STOP_INTERRUPTED:
        return "interrupted";
    }
    return "?";
}

static void tell_outcome(const struct fit *fit)
{
    const inshi_info *info    = fit->fitted.info;
    struct console   *console = &fit->session->console;
    if (info->resumed)
        console_note(console, "went on from iteration %lld of start %lld in %s",
                     (long long)info->resumed_iteration, (long long)info->resumed_start + 1,
                     fit->session->settings.checkpoint);
    console_note(console,
                 "%lld iteration%s in %.3g s (%s): objective %.9g, relative error %.3g, KKT residual %.2g",
                 (long long)info->iterations, info->iterations == 1 ? "" : "s", info->seconds,
                 reason(info->stop), info->objective, info->relative_error, info->kkt);
    if (console->verbose)
        console_note(
            console,
            "solver %s, start %s, scale of W %s, %s, %lld thread%s, %s; floor %g lifted %lld entries; "
            "start %lld of %lld won; peak memory %.3g MB",
            info->solver, info->init, info->normalize, fit->fitted.w.dtype == INSHI_DTYPE_F4 ? "f32" : "f64",
            (long long)info->threads, info->threads == 1 ? "" : "s", info->isa, info->floor,
            (long long)info->lifted, (long long)info->restart + 1,
            (long long)fit->session->settings.model.restarts,
            (double)inshi_context_peak_bytes(fit->session->context) / 1e6);
}

static void tell_next(const struct fit *fit)
{
    const struct settings *settings = &fit->session->settings;
    const bool             figures  = strcmp(settings->figures, "none") != 0;
    console_note(&fit->session->console, "wrote %s (%lld files)%s%s; next: inshi transform %s NEW%s",
                 fit->folder.path, (long long)fit->folder.files.count, figures ? ", pictures in figures" : "",
                 figures && fit->options.image.rows ? ", the parts in figures/basis" : "", fit->folder.path,
                 ".npy");
}

static int write_all(struct fit *fit)
{
    struct session *session = fit->session;
    report_factors(session, &fit->folder, &fit->input, &fit->fitted, true);
    report_history(session, &fit->folder, fit->fitted.report);
    pictures_write(session, &fit->folder, &fit->input, &fit->fitted, fit->options.image);
    report_finish(session, &fit->folder, "summary.json",
                  report_summary(session, &fit->folder, &fit->input, &fit->fitted));
    tell_outcome(fit);
    if (fit->folder.code)
        return fit->folder.code;
    tell_next(fit);
    if (fit->fitted.info->checkpoint)
        return console_fail(&session->console, EXIT_IO,
                            "the result is written, but the last state is not in %s",
                            session->settings.checkpoint);
    if (interrupt_asked(NULL))
        return interrupt_code(EXIT_OK);
    if (session->settings.require_converged && fit->fitted.info->stop != INSHI_STOP_TOLERANCE)
        return console_fail(&session->console, EXIT_NOT_CONVERGED,
                            "not converged: the KKT residual is %.2g, and --tolerance is %.2g; more "
                            "--iterations may get there",
                            fit->fitted.info->kkt, session->settings.model.tolerance);
    return EXIT_OK;
}

static int run(struct session *session)
{
    struct fit fit  = {.session = session};
    int        code = fit_options_check(session, &fit.options);
    if (!code)
        code = folder_check(session, session->settings.operands[0], "-inshi", &fit.folder);
    if (!code)
        code = prepare(&fit);
    if (!code)
        code = folder_make(session, &fit.folder);
    if (!code)
        code = run_fit(&fit);
    if (!code)
        code = write_all(&fit);
    folder_close(&fit.folder);
    fitted_release(session, &fit.fitted);
    input_close(&fit.input);
    weighting_close(&fit.weighting);
    fit_options_close(&fit.options);
    return code;
}

const struct command COMMAND_ROW_FIT = {
    .name    = "fit",
    .bit     = COMMAND_FIT,
    .summary = "factorize the matrix in a file: X is approximated by W H",
    .usage   = "fit X -k K [-o DIR] [options]\n",
    .examples =
        "fit counts.csv -k 5\twrites counts-inshi: W, H, history.csv, summary.json, pictures\n"
        "fit X.npy -k 10 --loss kl --restarts 10 -o topics\tthe best of 10 random starts\n"
        "fit faces.npy -k 49 --image 19x19:F -o faces\tcolumns of W as pictures\n"
        "fit X.npy -k 5 --init-w W.npy --fix w -o same\tkeep a basis, find its activations\n"
        "fit X.npy -k 50 --checkpoint X.ckpt --resume\tgo on where the last such command was stopped\n"
        "fit X.npy -k 5 --json -q | jq .objective\tfor scripts\n",
    .notes = "X is a .npy, .npz (dense, or of scipy.sparse.save_npz), .mtx, .csv or .tsv file (each also "
             ".gz), a grey\n"
             ".png, or - for standard input. It is m x n; W (m x K) is the basis, H (K x n) holds the "
             "activations.\n"
             "DIR is NAME-inshi where -o does not say it.\n"
             "Ctrl-C (SIGINT) and SIGTERM stop, and save what there is; with --checkpoint FILE the same "
             "command and\n"
             "--resume goes on later, also with more --iterations; an existing DIR is then written into. "
             "SIGUSR1 saves\n"
             "FILE and goes on. A command in the background of a script ignores SIGINT, as is usual there; "
             "SIGTERM\n"
             "stops it.\n",
    .operands_least  = 1,
    .operands_most   = 1,
    .operand_names   = "X, a file",
    .library_options = "*",
    .run             = run,
};
