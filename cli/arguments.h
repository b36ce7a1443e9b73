/* arguments.h -- from the words of the command line to settings. */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include "command.h"

/* Reads words[0 .. count): --name VALUE, --name=VALUE, -kVALUE, -k VALUE, -qv, operands, and operands alone
 * after
 * "--". Long options are not abbreviated; of an option said twice the last one counts. Returns the exit code,
 * after a message. */
int arguments_read(struct console *console, inshi_context *context, const struct command *command, int count,
                   char **words, struct settings *settings);

#endif
