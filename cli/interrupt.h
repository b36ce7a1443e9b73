/* interrupt.h -- SIGINT and SIGTERM: a fit stops, saves what it has, and the command ends with 130 or 143. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include "console.h"

/* Installs the handlers. The second signal of a kind ends the process at once. A signal that the parent
 * ignores stays ignored; writing beyond a file size limit becomes an error of the write. */
void interrupt_install(void);

/* For inshi_context_set_interrupt(): non-zero once a signal has come. */
int interrupt_asked(void *unused);

/* code, or what the signal that has come makes of it. */
int interrupt_code(int code);

#endif
