/* interrupt.c -- see interrupt.h. */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t received, save_asked;

static void remember(int number)
{
    received = number;
}

static void remember_save(int number)
{
    (void)number;
    save_asked = 1;
}

static void install(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags | SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

void interrupt_install(void)
{
    install(SIGINT, remember, (int)SA_RESETHAND);
    install(SIGTERM, remember, (int)SA_RESETHAND);
    install(SIGUSR1, remember_save, 0);
    signal(SIGXFSZ, SIG_IGN);
}

int interrupt_asked(void *unused)
{
    (void)unused;
    return received != 0;
}

int interrupt_save_asked(void *unused)
{
    (void)unused;
    const int asked = save_asked;
    save_asked      = 0;
    return asked;
}

int interrupt_code(int code)
{
    if (received == SIGINT)
        return EXIT_INTERRUPTED;
    if (received == SIGTERM)
        return EXIT_TERMINATED;
    return code;
}
