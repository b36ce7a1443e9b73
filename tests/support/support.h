/* support.h -- what many tests need: cmocka, a context, an allocator that fails on demand. */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "inshi/inshi.h"

/* An allocator whose n-th call (from 1) fails, and which counts what is not given back. fail_at = 0: none fails. */
struct failing {
    int64_t calls, fail_at, live;
};
inshi_allocator failing_allocator(struct failing *state);

/* Runs body with the n-th allocation failing for n = 1, 2, ... until it succeeds; checks that every failure is
 * INSHI_ERR_MEMORY and that nothing leaks. body makes and destroys its own context from the allocator. */
void check_every_allocation(inshi_status (*body)(const inshi_allocator *allocator, void *user), void *user);

/* A context that the test must destroy; fails the test where there is none. */
inshi_context *open_context(void);

/* A path below the shared data, or NULL (and a line on standard error) where they are absent. Static storage. */
const char *shared_data(const char *name);

/* Makes an empty temporary folder, static storage; remove_folder removes it and its files. */
const char *temporary_folder(void);
const char *memory_folder(void); /* likewise, in memory where there is /dev/shm: for thousands of files */
void        remove_folder(const char *path);

#endif
