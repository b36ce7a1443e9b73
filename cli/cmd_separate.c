/* cmd_separate.c -- inshi separate: one recording into its sources. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "interrupt.h"
#include "progress.h"
#include "separation.h"

/* The library's options, from what was said. */
static inshi_separation_options options_of(const struct settings *settings)
{
    inshi_separation_options o;
    inshi_separation_defaults(&o);
    o.stft.length = settings->fft;
    o.stft.hop    = settings->hop;
    o.stft.window = settings->window;
    o.fit         = &settings->model;
    o.dtype       = strcmp(settings->dtype, "f64") == 0 ? INSHI_DTYPE_F8 : INSHI_DTYPE_F4;
    o.power       = strcmp(settings->power, "auto") == 0 ? 0 : *settings->power - '0';
    o.mask_power =
        strcmp(settings->mask_power, "binary") == 0 ? INFINITY : strtod(settings->mask_power, NULL);
    o.residual      = settings->residual;
    o.sparse        = settings->sparse;
    o.smooth        = settings->smooth;
    o.learn_seconds = settings->learn_seconds > 0 ? settings->learn_seconds : o.learn_seconds;
    o.block         = settings->block;
    return o;
}

static int open_mixture(struct separating *s)
{
    const int code = sound_open(s->session, s->path, &s->mixture.reader);
    if (!code)
        s->header = sound_header(s->mixture.reader);
    return code;
}

static int open_model(struct separating *s)
{
    const inshi_separation_options options = options_of(&s->session->settings);
    inshi_status                   status = inshi_separation_create(s->session->context, &options, &s->model);
    if (!status)
        status = inshi_report_create(s->session->context, &s->report);
    return status ? session_fail(s->session, status) : EXIT_OK;
}

static int learn(struct separating *s)
{
    const struct settings *settings = &s->session->settings;
    const inshi_sound      mixture  = separation_sound(&s->mixture, s->header.samples, &s->header);
    s->fitted                       = separation_blind(settings) || settings->free > 0;
    if (s->fitted)
        console_note(&s->session->console, "learning %lld components from %s",
                     (long long)inshi_separation_basis(s->model).columns, s->path);
    const inshi_status status = inshi_separation_learn(s->model, &mixture, s->report);
    if (status)
        return separation_fail(s, status, &s->mixture);
    inshi_separation_inspect(s->model, &s->info);
    if (s->info.level == 0) {
        s->fitted = false;
        session_warn(s->session, "%s is silent, and so is every source", s->path);
    }
    return interrupt_asked(NULL) ? session_fail(s->session, INSHI_ERR_INTERRUPTED) : separation_group(s);
}

static int save(struct separating *s)
{
    const char *path = s->session->settings.save_model;
    if (!path)
        return EXIT_OK;
    const inshi_status status = inshi_separation_save(s->model, path);
    return status ? session_fail(s->session, status) : EXIT_OK;
}

static int conclude(struct separating *s)
{
    const struct settings *settings = &s->session->settings;
    struct console        *console  = &s->session->console;
    const double           length   = (double)s->header.samples / (double)s->header.rate;
    console_note(console,
                 "learned in %.3g s, separated %.3g s of sound in %.3g s; what rounding left for the last "
                 "source is at most %.1e",
                 s->learning, length, s->info.seconds, s->info.remainder);
    console_note(console, "wrote %s (%lld files); next: open %s/separation.html, or listen to %s/%s",
                 s->folder.path, (long long)s->folder.files.count, s->folder.path, s->folder.path,
                 s->files[0]);
    if (settings->require_converged && s->fitted &&
        inshi_report_info(s->report)->stop != INSHI_STOP_TOLERANCE)
        return console_fail(
            console, EXIT_NOT_CONVERGED,
            "not converged: the KKT residual is %.2g, and --tolerance is %.2g; more --iterations may "
            "get there",
            inshi_report_info(s->report)->kkt, settings->model.tolerance);
    return EXIT_OK;
}

static void close_all(struct separating *s)
{
    for (int64_t j = 0; s->files && j < s->sources; j++)
        free(s->files[j]);
    free(s->files);
    separation_page_close(s->page);
    inshi_report_destroy(s->report);
    inshi_separation_destroy(s->model);
    sound_close(s->mixture.reader);
    folder_close(&s->folder);
}

double separation_seconds(void)
{
    struct timespec time = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int run(struct session *session)
{
    struct separating s = {.session = session, .path = session->settings.operands[0]};
    struct progress   progress;
    int               code = separation_check(session);
    if (!code)
        code = folder_check(session, s.path, "-inshi", &s.folder);
    if (!code)
        code = open_mixture(&s);
    if (!code)
        code = open_model(&s);
    const double began = separation_seconds();
    progress_begin(&progress, session, NULL);
    if (!code)
        code = separation_sources(&s);
    if (!code)
        code = learn(&s);
    progress_end(&progress);
    s.learning = separation_seconds() - began;
    if (!code)
        code = save(&s);
    if (!code)
        code = folder_make(session, &s.folder);
    if (!code)
        code = separation_write(&s);
    if (!code)
        code = conclude(&s);
    close_all(&s);
    return code;
}

static const struct standard STANDARDS[] = {
    {"loss", "kl"}, {"iterations", "100"}, {"tolerance", "1e-4"}, {NULL, NULL}};

const struct command COMMAND_ROW_SEPARATE = {
    .name     = "separate",
    .bit      = COMMAND_SEPARATE,
    .summary  = "one recording into its sources, which add up to it",
    .usage    = "separate MIX.wav [-o DIR] [options]\n",
    .examples = "separate mix.wav --train piano=piano.wav --train voice=voice.wav\twrites mix-inshi: "
                "piano.wav, voice.wav\n"
                "separate mix.wav --train noise=mix.wav@0-1.5 --free 20\ta source that is alone for a while, "
                "and the rest\n"
                "separate mix.wav -k 12 --list\tevery component is a file, to be heard\n"
                "separate mix.wav -k 12 --group 0,3:piano --group 1,2:drums --force\tsources made of them\n"
                "separate mix.wav --train drums=loop.wav --save-model kit.basis\tkeep what was learned\n"
                "separate other.wav --basis drums=kit.basis --free 10 --residual\tand use it again\n",
    .notes    = "MIX is a sound file: WAV, FLAC, OGG, AIFF, MP3. DIR is NAME-inshi where -o does not say it; "
                "open its\n"
                "separation.html. Sources that are learned (--train) or known (--basis) keep their spectra; "
                "--free adds\n"
                "components that find the rest. Without any of these components are found and grouped: "
                "--sources, or after\n"
                "listening --list and --group. All channels get the same mask. Sources have the rate, length "
                "and channels of\n"
                "the recording and add up to it: to 1e-12 with --dtype f64, 2e-6 with f32.\n",
    .operands_least  = 1,
    .operands_most   = 1,
    .operand_names   = "MIX, a sound file",
    .library_options = " loss solver seed restarts iterations tolerance time-limit ",
    .standards       = STANDARDS,
    .run             = run,
};
