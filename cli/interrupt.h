/* interrupt.h -- SIGINT and SIGTERM: a fit stops, saves what it has, and the command ends with 130 or 143. SIGUSR1: it
 * saves its checkpoint, where it has one, and goes on. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include "console.h"

/* Installs the handlers. The second signal of a kind ends the process at once. A signal that the parent
 * ignores stays ignored (SIGINT in the background of a script without job control); writing beyond a file size limit becomes an error of the write. */
void interrupt_install(void);

/* For inshi_context_set_interrupt(): non-zero once a signal has come. */
int interrupt_asked(void *unused);

/* For inshi_checkpoint.wanted: non-zero once for each time that SIGUSR1 has come. */
int interrupt_save_asked(void *unused);

/* code, or what the signal that has come makes of it. */
int interrupt_code(int code);

#endif
