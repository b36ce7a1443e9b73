/* fixture.c -- see fixture.h. */
#include "support/fixture.h"

inshi_context *context;
const char    *folder;

int set_up(void **state)
{
    (void)state;
    context = open_context();
    folder  = temporary_folder();
    return 0;
}

int tear_down(void **state)
{
    (void)state;
    assert_int_equal(inshi_context_bytes(context), 0);
    inshi_context_destroy(context);
    remove_folder(folder);
    return 0;
}
