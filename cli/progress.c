/* progress.c -- see progress.h. */
#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double BETWEEN_UPDATES = 0.1; /* seconds */

/* The part that is done, 0 to 1, by iterations or by time, whichever is nearer to its end. */
static double part_done(const struct progress *progress, const inshi_progress *now)
{
    const double steps  = now->iterations > 0 ? (double)now->iteration / (double)now->iterations : 0;
    const double starts = now->restarts > 0 ? ((double)now->restart + steps) / (double)now->restarts : steps;
    const double time   = progress->time_limit > 0 ? now->seconds / progress->time_limit : 0;
    const double part   = fmin(1, fmax(starts, time));
    return progress->share > 0 ? fmin(1, progress->begin + progress->share * part) : part;
}

static void print_duration(char *text, size_t size, double seconds)
{
    if (!(seconds < 3600e4))
        snprintf(text, size, "?");
    else if (seconds < 60)
        snprintf(text, size, "%.0f s", ceil(seconds));
    else if (seconds < 3600)
        snprintf(text, size, "%d:%02d", (int)seconds / 60, (int)seconds % 60);
    else
        snprintf(text, size, "%d h %02d min", (int)(seconds / 3600), (int)fmod(seconds / 60, 60));
}

/* The change of the objective since the last update, relative to it. */
static void print_change(char *text, size_t size, double before, double now)
{
    *text = '\0';
    if (isfinite(before) && isfinite(now) && before != 0)
        snprintf(text, size, ", change %+.1e", (now - before) / fabs(before));
}

static void print_line(const struct progress *progress, const inshi_progress *now, double part, char *text,
                       size_t size)
{
    char start[64] = "", objective[64] = "", change[48], left[32];
    if (now->restarts > 1)
        snprintf(start, sizeof start, "start %lld of %lld, ", (long long)now->restart + 1,
                 (long long)now->restarts);
    if (!isnan(now->objective))
        snprintf(objective, sizeof objective, ", objective %.6g", now->objective);
    print_change(change, sizeof change, progress->objective, now->objective);
    print_duration(left, sizeof left,
                   part > 0 ? (progress->before + now->seconds) * (1 - part) / part : INFINITY);
    snprintf(text, size, "%s%s%3.0f %%, %siteration %lld%s%s, at most %s left",
             progress->label ? progress->label : "", progress->label ? ": " : "", floor(100 * part), start,
             (long long)now->iteration, objective, change, left);
}

static void print_number(const char *key, double value)
{
    if (isfinite(value))
        fprintf(stderr, ", \"%s\": %.17g", key, value);
    else
        fprintf(stderr, ", \"%s\": null", key);
}

static void print_json(const inshi_progress *now, double part)
{
    fprintf(stderr, "{\"iteration\": %lld, \"iterations\": %lld, \"restart\": %lld, \"restarts\": %lld",
            (long long)now->iteration, (long long)now->iterations, (long long)now->restart,
            (long long)now->restarts);
    print_number("done", part);
    print_number("objective", now->objective);
    print_number("kkt", now->kkt);
    print_number("seconds", now->seconds);
    fputs("}\n", stderr);
}

static bool is_json(const struct progress *progress)
{
    return strcmp(progress->session->settings.progress, "json") == 0;
}

/* Whether an update is to be shown; then it counts as shown. Seconds that go back are those of another fit. */
static bool due(struct progress *progress, double part, double seconds)
{
    const bool    often  = is_json(progress) || progress->session->console.terminal;
    const int64_t tenths = (int64_t)(10 * part);
    if (seconds < progress->shown_at)
        progress->shown_at = 0;
    const bool now = often
                         ? seconds - progress->shown_at >= BETWEEN_UPDATES || (is_json(progress) && part >= 1)
                         : tenths > progress->tenths;
    if (now) {
        progress->shown_at = seconds;
        progress->tenths   = tenths;
    }
    return now;
}

static void show(struct console *console, const char *text)
{
    if (console->terminal)
        console_line(console, text);
    else
        console_note(console, "%s", text);
}

static int hear(void *user, const inshi_progress *now)
{
    struct progress *progress = user;
    const double     part     = part_done(progress, now);
    char             text[256];
    if (!due(progress, part, now->seconds))
        return 0;
    print_line(progress, now, part, text, sizeof text);
    if (is_json(progress))
        print_json(now, part);
    else
        show(&progress->session->console, text);
    progress->objective = now->objective;
    return 0;
}

static bool is_wanted(const struct session *session)
{
    const char *kind = session->settings.progress;
    return strcmp(kind, "none") != 0 && (!session->console.quiet || strcmp(kind, "json") == 0);
}

void progress_tell(struct progress *progress, double part, double seconds)
{
    char text[128], left[32];
    if (!is_wanted(progress->session) || !due(progress, part, seconds))
        return;
    if (is_json(progress)) {
        fprintf(stderr, "{\"phase\": \"%s\"", progress->label);
        print_number("done", part);
        print_number("seconds", seconds);
        fputs("}\n", stderr);
        return;
    }
    print_duration(left, sizeof left, part > 0 ? seconds * (1 - part) / part : INFINITY);
    snprintf(text, sizeof text, "%s: %3.0f %%, %s left", progress->label, floor(100 * part), left);
    show(&progress->session->console, text);
}

void progress_begin(struct progress *progress, struct session *session, const char *label)
{
    const struct settings *settings = &session->settings;
    *progress = (struct progress){session, label, .time_limit = settings->model.time_limit, .objective = NAN};
    inshi_context_set_progress(session->context, is_wanted(session) ? hear : NULL, progress);
}

void progress_end(struct progress *progress)
{
    inshi_context_set_progress(progress->session->context, NULL, NULL);
    console_line_end(&progress->session->console);
}
