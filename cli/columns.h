/* columns.h -- lists of columns: "0,3,5-7". */
#ifndef CLI_COLUMNS_H
#define CLI_COLUMNS_H

#include <stdint.h>
#include "console.h"

/* The numbers of the list, each below k, in memory for the caller to free. The exit code, after a message. */
int columns_read(struct console *console, const char *option, const char *text, int64_t k, int64_t **out,
                 int64_t *count);

#endif
