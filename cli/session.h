/* session.h -- one run of a command: context, settings, console, and what has been warned of. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "command.h"
#include "texts.h"

struct session {
    const struct command *command;
    struct console        console;
    inshi_context        *context;
    struct settings       settings;
    struct texts          warnings;
    char                **words; /* of the command line, behind the name of the command */
    int                   word_count;
};

/* Opens the context, with the callbacks for interruption and warnings. The exit code, after a message. */
int  session_open(struct session *session, const struct command *command);
void session_close(struct session *session);

/* Threads (option, INSHI_NUM_THREADS, OMP_NUM_THREADS), instruction set, quiet, colours, as the settings say.
 */
int session_apply(struct session *session);

/* Prints the library's sentence about status, and what follows it, and gives the exit code. */
int session_fail(struct session *session, inshi_status status);

/* Warns once of each thing, and keeps it for the summary. */
__attribute__((format(printf, 2, 3))) void session_warn(struct session *session, const char *format, ...);

/* Threads that INSHI_NUM_THREADS or OMP_NUM_THREADS ask for, 0 = neither does. The exit code, after a
 * message. */
int session_threads(struct console *console, int64_t *out);

#endif
