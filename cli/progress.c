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

static int hear(void *user, const inshi_progress *now)
{
    struct progress *progress = user;
    struct console  *console  = &progress->session->console;
    const bool       json     = strcmp(progress->session->settings.progress, "json") == 0;
    const double     part     = part_done(progress, now);
    const int64_t    tenths   = (int64_t)(10 * part);
    const bool       due = json || console->terminal ? now->seconds - progress->shown_at >= BETWEEN_UPDATES
                                                     : tenths > progress->tenths;
    if (!due && !(json && part >= 1))
        return 0;
    char text[256];
    print_line(progress, now, part, text, sizeof text);
    if (json)
        print_json(now, part);
    else if (console->terminal)
        console_line(console, text);
    else
        console_note(console, "%s", text);
    progress->shown_at  = now->seconds;
    progress->tenths    = tenths;
    progress->objective = now->objective;
    return 0;
}

void progress_begin(struct progress *progress, struct session *session, const char *label)
{
    const struct settings *settings = &session->settings;
    *progress = (struct progress){session, label, .time_limit = settings->model.time_limit, .objective = NAN};
    const bool json = strcmp(settings->progress, "json") == 0;
    const bool none = strcmp(settings->progress, "none") == 0 || (session->console.quiet && !json);
    inshi_context_set_progress(session->context, none ? NULL : hear, progress);
}

void progress_end(struct progress *progress)
{
    inshi_context_set_progress(progress->session->context, NULL, NULL);
    console_line_end(&progress->session->console);
}
