/* console.h -- what people see on standard error: errors, warnings, notes and one progress line; and exit
 * codes. */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdbool.h>

enum exit_code {
    EXIT_OK            = 0,
    EXIT_USAGE         = 2, /* unknown option or value, contradiction between options */
    EXIT_DATA          = 3, /* the content of a file, or a shape that does not fit    */
    EXIT_NO_MEMORY     = 4, /* not enough memory                                      */
    EXIT_IO            = 5, /* cannot read or write                                   */
    EXIT_NOT_CONVERGED = 6, /* with --require-converged                               */
    EXIT_NUMERIC       = 7, /* numerical breakdown                                    */
    EXIT_BUG           = 70,
    EXIT_INTERRUPTED   = 130,
    EXIT_TERMINATED    = 143
};

struct console {
    bool quiet, verbose, colour;
    bool terminal;  /* standard error is one                              */
    bool line_open; /* a progress line stands there and is to be wiped out */
};

/* Looks at standard error, NO_COLOR and TERM. */
void console_open(struct console *console);

/* Errors are printed even with quiet, and return the code, so that a check is one line:
 *     return console_fail(console, EXIT_DATA, "%s has ...", ...);
 * A second line, where there is one, follows "\n" in the text and is indented. */
__attribute__((format(printf, 3, 4))) int console_fail(struct console *console, enum exit_code code,
                                                       const char *format, ...);
#if defined(__clang_analyzer__) /* which sees one file at a time: what it returns is what it was given */
#define console_fail(console, code, ...) (console_fail(console, code, __VA_ARGS__), (int)(code))
#endif
__attribute__((format(printf, 2, 3))) void console_warn(struct console *console, const char *format, ...);
__attribute__((format(printf, 2, 3))) void console_note(struct console *console, const char *format, ...);

/* Replaces the progress line on a terminal. */
void console_line(struct console *console, const char *text);
void console_line_end(struct console *console);

#endif
