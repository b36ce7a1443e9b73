/* main.c -- the command inshi: which command, and how it ends. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "arguments.h"
#include "help.h"
#include "interrupt.h"
#include "session.h"

static const struct command *const ROWS[] = {
    &COMMAND_ROW_DEMO,     &COMMAND_ROW_FIT,  &COMMAND_ROW_TRANSFORM, &COMMAND_ROW_SEPARATE,
    &COMMAND_ROW_EVALUATE, &COMMAND_ROW_PLAN, &COMMAND_ROW_INFO,      NULL};

const struct command *const *command_rows(void)
{
    return ROWS;
}

const struct command *command_find(const char *name)
{
    for (const struct command *const *c = ROWS; *c; c++)
        if (strcmp((*c)->name, name) == 0)
            return *c;
    return NULL;
}

static int fail_command(const char *name)
{
    struct console console;
    console_open(&console);
    const char *names[MOST_OPTIONS] = {"help"};
    for (int i = 0; ROWS[i]; i++)
        names[i + 1] = ROWS[i]->name;
    const char *nearest = inshi_nearest_name(name, names);
    if (name[0] == '-')
        return console_fail(&console, EXIT_USAGE, "there is no option %s; inshi --help shows what there is",
                            name);
    return console_fail(&console, EXIT_USAGE, "there is no command %s%s%s%s", name,
                        nearest ? "; did you mean " : "; inshi --help shows what there is",
                        nearest ? nearest : "", nearest ? "?" : "");
}

static int run_help(int count, char **words)
{
    if (count > 0 && strcmp(words[0], "--markdown") == 0) {
        help_markdown(stdout);
        return EXIT_OK;
    }
    if (count > 0 && strcmp(words[0], "help") != 0) {
        const struct command *command = command_find(words[0]);
        if (!command)
            return fail_command(words[0]);
        help_command(stdout, command);
        return EXIT_OK;
    }
    help_all(stdout);
    return EXIT_OK;
}

static int run_command(const struct command *command, int count, char **words)
{
    struct session session;
    int            code = session_open(&session, command);
    if (code)
        return code;
    session.words      = words;
    session.word_count = count;
    code = arguments_read(&session.console, session.context, command, count, words, &session.settings);
    if (!code && session.settings.help)
        help_command(stdout, command);
    else {
        if (!code)
            code = session_apply(&session);
        if (!code)
            code = command->run(&session);
    }
    session_close(&session);
    return code;
}

/* What is on its way to standard output must arrive: a full disk is an error of ours. */
static int finish(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    const int      problem = errno;
    struct console console;
    console_open(&console);
    return console_fail(&console, EXIT_IO, "standard output cannot be written: %s", strerror(problem));
}

static int dispatch(int count, char **words)
{
    if (count == 0) {
        help_all(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(words[0], "--version") == 0 || strcmp(words[0], "-V") == 0) {
        printf("inshi %s\n", inshi_version());
        return EXIT_OK;
    }
    if (strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0 || strcmp(words[0], "help") == 0)
        return run_help(count - 1, words + 1);
    const struct command *command = command_find(words[0]);
    return command ? run_command(command, count - 1, words + 1) : fail_command(words[0]);
}

int main(int count, char **words)
{
    setvbuf(stdout, NULL, _IOFBF, 1 << 16); /* so that errno is that of the flush in finish() */
    interrupt_install();
    return finish(dispatch(count - 1, words + 1));
}
