/* session.c -- see session.h. */
#include "session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "interrupt.h"

static void hear_warning(void *user, const char *sentence)
{
    session_warn(user, "%s", sentence);
}

int session_open(struct session *session, const struct command *command)
{
    *session = (struct session){.command = command};
    console_open(&session->console);
    if (inshi_context_create(NULL, &session->context))
        return console_fail(&session->console, EXIT_NO_MEMORY, "not enough memory");
    inshi_context_set_interrupt(session->context, interrupt_asked, NULL);
    inshi_context_set_warning(session->context, hear_warning, session);
    return EXIT_OK;
}

void session_close(struct session *session)
{
    inshi_context_destroy(session->context);
    texts_release(&session->warnings);
}

void session_warn(struct session *session, const char *format, ...)
{
    char    text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const int64_t before = session->warnings.count;
    texts_add(&session->warnings, text);
    if (session->warnings.count > before)
        console_warn(&session->console, "%s", text);
}

/* OMP_NUM_THREADS may be a list, one number a level of nesting: the first counts. */
int session_threads(struct console *console, int64_t *out)
{
    static const char *const names[] = {"INSHI_NUM_THREADS", "OMP_NUM_THREADS"};
    *out                             = 0;
    for (int i = 0; i < 2; i++) {
        const char *text = getenv(names[i]);
        if (!text || !*text)
            continue;
        char first[32];
        snprintf(first, sizeof first, "%s", text);
        if (i == 1)
            first[strcspn(first, ", ")] = '\0';
        if (strlen(text) < sizeof first && settings_read_whole(first, out) && *out >= 1 && *out <= 1024)
            return EXIT_OK;
        *out = 0;
        return console_fail(
            console, EXIT_USAGE,
            "the environment variable %s is \"%.40s\", and must be a whole number from 1 to 1024", names[i],
            text);
    }
    return EXIT_OK;
}

int session_apply(struct session *session)
{
    const struct settings *settings = &session->settings;
    session->console.quiet          = settings->quiet;
    session->console.verbose        = settings->verbose && !settings->quiet;
    if (settings->no_color)
        session->console.colour = false;
    int64_t threads = settings->threads;
    if (!threads) {
        const int code = session_threads(&session->console, &threads);
        if (code)
            return code;
    }
    inshi_status status = inshi_context_set_threads(session->context, threads);
    if (!status && strcmp(settings->isa, "auto") != 0)
        status = inshi_context_set_isa(session->context, settings->isa);
    return status ? session_fail(session, status) : EXIT_OK;
}

/* "--" where the sentence begins with the name of an option of the command: the library says it without. */
static const char *option_mark(const struct session *session, const char *sentence)
{
    struct option_view views[MOST_OPTIONS];
    const int          count  = settings_options(session->command, views);
    const size_t       length = strcspn(sentence, " ");
    for (int i = 0; i < count; i++)
        if (strlen(views[i].row->name) == length && strncmp(views[i].row->name, sentence, length) == 0)
            return "--";
    return "";
}

int session_fail(struct session *session, inshi_status status)
{
    static const int codes[]  = {EXIT_OK,        EXIT_USAGE, EXIT_DATA,    EXIT_DATA,        EXIT_USAGE,
                                 EXIT_NO_MEMORY, EXIT_IO,    EXIT_NUMERIC, EXIT_INTERRUPTED, EXIT_BUG};
    const int        code     = (unsigned)status < sizeof codes / sizeof *codes ? codes[status] : EXIT_BUG;
    const char      *sentence = inshi_context_message(session->context);
    if (status == INSHI_ERR_INTERRUPTED)
        return interrupt_code(console_fail(&session->console, code, "stopped before there was a result"));
    if (!*sentence)
        sentence = inshi_status_text(status);
    if (code == EXIT_BUG)
        return console_fail(&session->console, code,
                            "%s\nthis is a bug in inshi; please report it with the command", sentence);
    return console_fail(&session->console, code, "%s%s",
                        code == EXIT_USAGE ? option_mark(session, sentence) : "", sentence);
}
