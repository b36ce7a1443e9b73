/* console.c -- see console.h. */
#include "console.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char BOLD[] = "\033[1m", RED[] = "\033[1;31m", YELLOW[] = "\033[1;33m", PLAIN[] = "\033[0m";

void console_open(struct console *console)
{
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    const bool  dumb = !terminal || strcmp(terminal, "dumb") == 0;
    *console         = (struct console){.terminal = isatty(STDERR_FILENO) && !dumb};
    console->colour  = console->terminal && !(no_color && *no_color);
}

void console_line_end(struct console *console)
{
    if (console->line_open)
        fputs("\r\033[K", stderr);
    console->line_open = false;
}

void console_line(struct console *console, const char *text)
{
    fprintf(stderr, "\r%s\033[K", text);
    fflush(stderr);
    console->line_open = true;
}

/* "inshi: " and a mark, then the text; what follows a line feed is indented. */
static void put_message(struct console *console, const char *colour, const char *mark, const char *text)
{
    console_line_end(console);
    if (console->colour)
        fprintf(stderr, "%sinshi:%s %s%s%s", BOLD, PLAIN, *mark ? colour : "", mark, *mark ? PLAIN : "");
    else
        fprintf(stderr, "inshi: %s", mark);
    for (const char *p = text; *p; p++) {
        fputc(*p, stderr);
        if (*p == '\n')
            fputs("       ", stderr);
    }
    fputc('\n', stderr);
}

enum { LONGEST_MESSAGE = 8192 };

#undef console_fail /* clang-tidy's, see console.h */
int console_fail(struct console *console, enum exit_code code, const char *format, ...)
{
    char    text[LONGEST_MESSAGE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put_message(console, RED, console->colour ? "error: " : "", text);
    return code;
}

void console_warn(struct console *console, const char *format, ...)
{
    if (console->quiet)
        return;
    char    text[LONGEST_MESSAGE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put_message(console, YELLOW, "warning: ", text);
}

void console_note(struct console *console, const char *format, ...)
{
    if (console->quiet)
        return;
    char    text[LONGEST_MESSAGE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put_message(console, "", "", text);
}
