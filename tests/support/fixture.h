/* fixture.h -- a context and a temporary folder for each test; tear_down checks that the context holds nothing. */
#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H

#include "support/support.h"

extern inshi_context *context;
extern const char    *folder;

int set_up(void **state);
int tear_down(void **state);

/* A body for check_every_allocation: reads the file whose path is `path`, on one thread. */
inshi_status read_with_allocator(const inshi_allocator *allocator, void *path);

#endif
