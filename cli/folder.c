/* folder.c -- see folder.h. */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* x/y/NAME.csv.gz -> NAME */
static char *stem_of(const char *path)
{
    static const char *const endings[] = {".gz",  ".npy",  ".npz", ".csv",  ".tsv", ".txt", ".mtx", ".png",
                                          ".wav", ".flac", ".ogg", ".aiff", ".aif", ".mp3", ".w64", ".rf64"};
    if (strcmp(path, "-") == 0)
        return text_print("stdin");
    const char *slash = strrchr(path, '/');
    char       *stem  = text_print("%s", slash && slash[1] ? slash + 1 : path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t length = strlen(stem), ending = strlen(endings[i]);
        if (length > ending && strcmp(stem + length - ending, endings[i]) == 0)
            stem[length - ending] = '\0';
    }
    return stem;
}

static char *parent_of(const char *path)
{
    char  *parent = text_print("%s", path);
    size_t length = strlen(parent);
    while (length > 1 && parent[length - 1] == '/')
        parent[--length] = '\0';
    char *slash = strrchr(parent, '/');
    if (!slash)
        strcpy(parent, ".");
    else if (slash == parent)
        slash[1] = '\0';
    else
        *slash = '\0';
    return parent;
}

static int fail(struct session *session, const char *path, const char *why)
{
    return console_fail(&session->console, EXIT_IO, "%s cannot be written: %s", path, why);
}

static int check_parent(struct session *session, const char *path)
{
    char       *parent = parent_of(path);
    struct stat found;
    int         code = EXIT_OK;
    if (stat(parent, &found))
        code = console_fail(&session->console, EXIT_IO, "%s cannot be written: the folder %s: %s", path,
                            parent, strerror(errno));
    else if (!S_ISDIR(found.st_mode))
        code =
            console_fail(&session->console, EXIT_IO, "%s cannot be written: %s is no folder", path, parent);
    else if (access(parent, W_OK | X_OK))
        code = console_fail(&session->console, EXIT_IO, "%s cannot be written: the folder %s: %s", path,
                            parent, strerror(errno));
    free(parent);
    return code;
}

static bool is_empty(const char *path)
{
    DIR *folder = opendir(path);
    int  inside = 0;
    while (folder && readdir(folder))
        inside++;
    if (folder)
        closedir(folder);
    return folder && inside <= 2;
}

/* A fit that goes on may write where it wrote, or had not written yet. */
static bool may_write_into(const struct settings *settings, const char *path)
{
    if (settings->force || !settings->resume)
        return settings->force;
    char      *previous = text_print("%s.prev", settings->checkpoint);
    const bool goes_on  = access(settings->checkpoint, F_OK) == 0 || access(previous, F_OK) == 0;
    free(previous);
    return goes_on || is_empty(path);
}

int folder_check(struct session *session, const char *input, const char *suffix, struct folder *folder)
{
    *folder = (struct folder){0};
    if (session->settings.output)
        folder->path = text_print("%s", session->settings.output);
    else {
        char *stem   = stem_of(input);
        folder->path = text_print("%s%s", stem, suffix);
        free(stem);
    }
    struct stat found;
    if (stat(folder->path, &found) == 0) {
        if (!S_ISDIR(found.st_mode))
            return fail(session, folder->path, "it is a file; -o names a folder");
        folder->may_exist = may_write_into(&session->settings, folder->path);
        if (!folder->may_exist)
            return fail(session, folder->path, "it exists; --force writes into it, -o names another folder");
        return access(folder->path, W_OK | X_OK) ? fail(session, folder->path, strerror(errno)) : EXIT_OK;
    }
    if (errno != ENOENT)
        return fail(session, folder->path, strerror(errno));
    return check_parent(session, folder->path);
}

int folder_make(struct session *session, struct folder *folder)
{
    if (mkdir(folder->path, 0777) == 0)
        folder->made = true;
    else if (errno != EEXIST || (!session->settings.force && !folder->may_exist))
        return fail(session, folder->path, strerror(errno));
    char      *probe    = text_print("%s/.inshi-%ld", folder->path, (long)getpid());
    const bool possible = mkdir(probe, 0700) == 0;
    const int  problem  = errno;
    if (possible)
        rmdir(probe);
    free(probe);
    return possible ? EXIT_OK : fail(session, folder->path, strerror(problem));
}

void folder_close(struct folder *folder)
{
    if (folder->made && folder->files.count == 0) {
        for (int64_t i = 0; i < folder->inside.count; i++) {
            char *path = folder_path(folder, folder->inside.items[i]);
            rmdir(path); /* fails where something is inside, as it should */
            free(path);
        }
        rmdir(folder->path);
    }
    texts_release(&folder->inside);
    texts_release(&folder->files);
    free(folder->path);
    *folder = (struct folder){0};
}

char *folder_path(const struct folder *folder, const char *name)
{
    const size_t length = strlen(folder->path);
    return text_print("%s%s%s", folder->path, length && folder->path[length - 1] == '/' ? "" : "/", name);
}

void folder_note(struct session *session, struct folder *folder, const char *name, inshi_status status)
{
    if (!status) {
        texts_add(&folder->files, name);
        return;
    }
    const int code = session_fail(session, status);
    if (!folder->code)
        folder->code = code;
}

void folder_inside(struct session *session, struct folder *folder, const char *name)
{
    char *path = folder_path(folder, name);
    if (mkdir(path, 0777) && errno != EEXIST) {
        const int code = fail(session, path, strerror(errno));
        if (!folder->code)
            folder->code = code;
    } else
        texts_add(&folder->inside, name);
    free(path);
}
