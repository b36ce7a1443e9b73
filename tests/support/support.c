/* support.c -- see support.h. */
#include "support/support.h"

#include <dirent.h>
#include <unistd.h>

static void *failing_allocate(void *user, size_t bytes)
{
    struct failing *state = user;
    if (++state->calls == state->fail_at)
        return NULL;
    void *block = malloc(bytes);
    if (block)
        state->live++;
    return block;
}

static void failing_release(void *user, void *block)
{
    struct failing *state = user;
    if (block)
        state->live--;
    free(block);
}

inshi_allocator failing_allocator(struct failing *state)
{
    return (inshi_allocator){failing_allocate, failing_release, state};
}

void check_every_allocation(inshi_status (*body)(const inshi_allocator *allocator, void *user), void *user)
{
    for (int64_t n = 1;; n++) {
        struct failing        state     = {.fail_at = n};
        const inshi_allocator allocator = failing_allocator(&state);
        const inshi_status    status    = body(&allocator, user);
        assert_int_equal(state.live, 0);
        if (state.calls < n) {
            assert_int_equal(status, INSHI_OK);
            assert_true(n > 1);
            return;
        }
        assert_int_equal(status, INSHI_ERR_MEMORY);
    }
}

inshi_context *open_context(void)
{
    inshi_context *context = NULL;
    assert_int_equal(inshi_context_create(NULL, &context), INSHI_OK);
    assert_non_null(context);
    return context;
}

const char *shared_data(const char *name)
{
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s", INSHI_SHARED_DATA, name);
    if (access(path, R_OK) == 0)
        return path;
    fprintf(stderr, "SKIPPED: %s is not here\n", name);
    return NULL;
}

const char *temporary_folder(void)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/inshi-test-XXXXXX");
    assert_non_null(mkdtemp(path));
    return path;
}

const char *memory_folder(void)
{
    static char path[64];
    snprintf(path, sizeof path, "/dev/shm/inshi-test-XXXXXX");
    return mkdtemp(path) ? path : temporary_folder();
}

void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char file[1024];
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") && unlink(file))
            remove_folder(file);
    }
    closedir(folder);
    rmdir(path);
}
