/* file.c -- files that are written whole or not at all.
 *
 * A temporary file in the same folder, fsync, rename: a reader, or a machine that loses its power, finds the
 * old file or the new one. The temporary file is `.inshi-PROCESS-NUMBER-NAME`, locked (flock) while it is written, so
 * that one whose process was killed can be told from one that is still being written.
 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/context.h"

enum { BUFFER = 1 << 16, MOST_TRIES = 10000, NAME_ROOM = 64, NAME_MOST = 200 };

#define PREFIX ".inshi-"

struct file_writer {
    inshi_context *context;
    int            fd;
    bool           in_place; /* no temporary file: what is at path cannot be replaced */
    size_t         used;
    char          *path, *temporary; /* both in text */
    char           buffer[BUFFER];
    char           text[];
};

const char *file_shown(const char *path, char text[FILE_SHOWN])
{
    const size_t length = strlen(path);
    if (length < FILE_SHOWN)
        memcpy(text, path, length + 1);
    else
        snprintf(text, FILE_SHOWN, "...%s", path + length - (FILE_SHOWN - 4));
    return text;
}

static const char *advice(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return "; free some space, or write to another folder";
    case ENOENT:
        return "; make its folder first";
    case EACCES:
    case EPERM:
    case EROFS:
        return "; choose a folder that you may write to";
    default:
        return "";
    }
}

static inshi_status fail(inshi_context *context, const char *path, int error)
{
    char shown[FILE_SHOWN];
    return context_fail(context, INSHI_ERR_IO, "cannot write %s: %s%s", file_shown(path, shown),
                        strerror(error), advice(error));
}

/* How much of a path is its folder, with the slash. */
static int folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (int)(slash + 1 - path) : 0;
}

/* The name in the folder, or the end of a very long one. */
static const char *short_name(const char *path)
{
    const char  *name   = path + folder_length(path);
    const size_t length = strlen(name);
    return length > NAME_MOST ? name + length - NAME_MOST : name;
}

/* Makes a file that was not there, with the mode of the old one where there is one; errno on failure. */
static int open_temporary(struct file_writer *w, const struct stat *old)
{
    for (int i = 0; i < MOST_TRIES; i++) {
        snprintf(w->temporary, strlen(w->path) + NAME_ROOM, "%.*s" PREFIX "%ld-%d-%s", folder_length(w->path),
                 w->path, (long)getpid(), i, short_name(w->path));
        w->fd = open(w->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (w->fd >= 0)
            (void)flock(
                w->fd, LOCK_EX | LOCK_NB); /* where a file system has no locks, the process's number serves */
        if (w->fd >= 0)
            return old && fchmod(w->fd, old->st_mode & 0777) ? errno : 0;
        if (errno != EEXIST)
            return errno;
    }
    return EEXIST;
}

static int open_in_place(struct file_writer *w)
{
    w->fd = open(w->path, O_WRONLY | O_CLOEXEC);
    return w->fd < 0 ? errno : 0;
}

static void discard(struct file_writer *w)
{
    if (w->fd >= 0) {
        close(w->fd);
        if (!w->in_place)
            unlink(w->temporary);
    }
    memory_give(w->context, w);
}

inshi_status file_begin(inshi_context *context, const char *path, struct file_writer **out)
{
    struct stat old;
    char        real[PATH_MAX];
    *out             = NULL;
    const bool there = stat(path, &old) == 0;
    if (there && S_ISDIR(old.st_mode))
        return fail(context, path, EISDIR);
    if (there && realpath(path, real))
        path = real;
    const size_t        length = strlen(path) + 1;
    struct file_writer *w =
        memory_take(context, 1, sizeof *w + 2 * length + NAME_ROOM, "a file's write buffer");
    if (!w)
        return INSHI_ERR_MEMORY;
    w->context      = context;
    w->fd           = -1;
    w->in_place     = there && !S_ISREG(old.st_mode);
    w->used         = 0;
    w->path         = memcpy(w->text, path, length);
    w->temporary    = w->text + length;
    const int error = w->in_place ? open_in_place(w) : open_temporary(w, there ? &old : NULL);
    if (error) {
        discard(w);
        return fail(context, path, error);
    }
    *out = w;
    return INSHI_OK;
}

static inshi_status write_all(struct file_writer *w, const char *bytes, size_t count)
{
    while (count > 0) {
        const ssize_t written = write(w->fd, bytes, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail(w->context, w->path, errno);
        bytes += written;
        count -= (size_t)written;
    }
    return INSHI_OK;
}

static inshi_status flush(struct file_writer *w)
{
    const size_t count = w->used;
    w->used            = 0;
    return write_all(w, w->buffer, count);
}

/* The process that a temporary file for this target is named after; 0 = it is none. */
static long process_of(const char *name, const char *target)
{
    char      *end;
    const bool begins = strncmp(name, PREFIX, sizeof PREFIX - 1) == 0;
    if (!begins || name[sizeof PREFIX - 1] < '1' || name[sizeof PREFIX - 1] > '9')
        return 0;
    const long process = strtol(name + sizeof PREFIX - 1, &end, 10);
    if (*end != '-' || process > INT_MAX)
        return 0;
    end++;
    end += strspn(end, "0123456789");
    return *end == '-' && strcmp(end + 1, target) == 0 ? process : 0;
}

/* Removes it where nobody is writing it: its process is gone, here, and no other machine or container holds its lock. */
static void remove_stale(int folder, const char *name, long process)
{
    if (kill((pid_t)process, 0) == 0 || errno != ESRCH)
        return;
    const int fd = openat(folder, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return;
    struct stat found;
    if (fstat(fd, &found) == 0 && S_ISREG(found.st_mode) && flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlinkat(folder, name, 0);
    close(fd);
}

void file_clear_stale(const struct file_writer *w)
{
    char name[PATH_MAX + 2];
    if (w->in_place)
        return;
    snprintf(name, sizeof name, "%.*s.", folder_length(w->path), w->path);
    DIR *const folder = opendir(name);
    if (!folder)
        return;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        const long process = process_of(entry->d_name, short_name(w->path));
        if (process)
            remove_stale(dirfd(folder), entry->d_name, process);
    }
    closedir(folder);
}

inshi_status file_append(struct file_writer *w, const void *bytes, size_t count)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a file that was begun is not NULL */
    if (w->used + count > BUFFER) {
        const inshi_status status = flush(w);
        if (status)
            return status;
    }
    if (count > BUFFER)
        return write_all(w, bytes, count);
    if (count)
        memcpy(w->buffer + w->used, bytes, count);
    w->used += count;
    return INSHI_OK;
}

/* The old file to its second name; errno. One that is not there is none to keep. */
static int keep_previous(const struct file_writer *w)
{
    char previous[PATH_MAX + NAME_ROOM];
    snprintf(previous, sizeof previous, "%s.prev", w->path);
    return rename(w->path, previous) && errno != ENOENT ? errno : 0;
}

static inshi_status end(struct file_writer *w, inshi_status status, bool keep)
{
    if (!status)
        status = flush(w);
    if (!status && !w->in_place && fsync(w->fd))
        status = fail(w->context, w->path, errno);
    if (status)
        goto done;
    const int fd = w->fd;
    w->fd        = -1;
    int error    = close(fd) ? errno : 0;
    if (!error && keep && !w->in_place)
        error = keep_previous(w);
    if (!error && !w->in_place && rename(w->temporary, w->path))
        error = errno;
    if (error) {
        status = fail(w->context, w->path, error);
        if (!w->in_place)
            unlink(w->temporary);
    }
done:
    discard(w);
    return status;
}

inshi_status file_end(struct file_writer *w, inshi_status status)
{
    return end(w, status, false);
}

inshi_status file_end_keeping(struct file_writer *w, inshi_status status)
{
    return end(w, status, true);
}

inshi_status inshi_file_write(inshi_context *context, const char *path, const void *bytes, size_t count)
{
    if (!context)
        return INSHI_ERR_ARGUMENT;
    if (!path || (!bytes && count))
        return context_fail(context, INSHI_ERR_ARGUMENT,
                            "inshi_file_write needs a path and bytes, and one is NULL");
    struct file_writer *writer;
    const inshi_status  status = file_begin(context, path, &writer);
    if (status)
        return status;
    return file_end(writer, file_append(writer, bytes, count));
}
