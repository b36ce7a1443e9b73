/* interrupt.c -- see interrupt.h. */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t received;

static void remember(int number)
{
    received = number;
}

static void install(int number)
{
    struct sigaction action = {.sa_handler = remember, .sa_flags = (int)SA_RESETHAND | SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

void interrupt_install(void)
{
    install(SIGINT);
    install(SIGTERM);
    signal(SIGXFSZ, SIG_IGN);
}

int interrupt_asked(void *unused)
{
    (void)unused;
    return received != 0;
}

int interrupt_code(int code)
{
    if (received == SIGINT)
        return EXIT_INTERRUPTED;
    if (received == SIGTERM)
        return EXIT_TERMINATED;
    return code;
}
