/* command.h -- the commands: one row each. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "settings.h"

struct session;

/* A default that a command has of its own. */
struct standard {
    const char *name, *text;
};

struct command {
    const char            *name;
    enum command_bit       bit;
    const char            *summary;  /* one line */
    const char            *usage;    /* lines, without "inshi " */
    const char            *examples; /* "command\texplanation\n" ... */
    const char            *notes;    /* paragraphs below the options */
    int                    operands_least, operands_most;
    const char            *operand_names;   /* for messages: "X", "DIR and X" */
    const char            *library_options; /* names with a blank on both sides; "*" = all; "" = none */
    const struct standard *standards;       /* ended by a NULL name; NULL = none */
    int (*run)(struct session *session);
};

extern const struct command COMMAND_ROW_DEMO, COMMAND_ROW_FIT, COMMAND_ROW_TRANSFORM, COMMAND_ROW_PLAN,
    COMMAND_ROW_SEPARATE, COMMAND_ROW_EVALUATE, COMMAND_ROW_INFO;

/* The rows, ended by NULL. */
const struct command *const *command_rows(void);
const struct command        *command_find(const char *name);

#endif
