/* peak_memory.c -- runs a command and prints the most memory that it held resident, in bytes, on standard
 * error. bench_peak_memory COMMAND [ARGUMENT ...] A small parent: Linux counts what the parent held at the
 * exec as the child's. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    int           status = 0;
    struct rusage usage;
    const pid_t   child = count > 1 ? fork() : -1;
    if (child == 0) {
        execvp(arguments[1], arguments + 1);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) < 0)
        return 2;
    fprintf(stderr, "peak %lld\n", (long long)usage.ru_maxrss * 1024);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
