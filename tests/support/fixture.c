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

inshi_status read_with_allocator(const inshi_allocator *allocator, void *path)
{
    inshi_context *own;
    inshi_data    *data   = NULL;
    inshi_status   status = inshi_context_create(allocator, &own);
    if (status)
        return status;
    inshi_context_set_threads(own, 1);
    status = inshi_data_read(own, path, NULL, &data);
    inshi_data_destroy(data);
    if (status && !inshi_context_message(own)[0])
        status = INSHI_ERR_INTERNAL;
    inshi_context_destroy(own);
    return status;
}
