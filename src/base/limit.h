/* limit.h -- how much more memory this process may take. */
#ifndef INSHI_BASE_LIMIT_H
#define INSHI_BASE_LIMIT_H

#include <stdint.h>

/* Bytes that the process may still take: the least of what is left by its own limits (RLIMIT_AS, RLIMIT_DATA), by the
 * memory limits of its cgroup and of those above it (versions 1 and 2; pages of files do not count, they can be
 * dropped), and by the machine. INT64_MAX where nothing is known. */
int64_t limit_left(void);

/* The part of the cgroups alone, from files laid out as /proc/self/cgroup and the folder /sys/fs/cgroup. */
int64_t limit_cgroup_left(const char *membership, const char *mount);

#endif
