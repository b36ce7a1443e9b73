/* help.h -- the pages of --help, and docs/options.md, from the tables of options. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>
#include "command.h"

void help_all(FILE *stream);
void help_command(FILE *stream, const struct command *command);
void help_markdown(FILE *stream);

#endif
