/* folder.h -- the folder a command writes: checked early, made when there is something to write. */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H

#include "session.h"

struct folder {
    char        *path;
    bool         may_exist; /* it was there, and may be written into */
    bool         made;      /* by this run */
    struct texts files;     /* written, relative to path */
    struct texts inside;    /* folders made in it */
    int          code;      /* of the first write that failed */
};

/* The path: -o, or the name of the input without folder and extensions, with suffix. Fails (5) where it is
 * there already without --force, or is no folder, or where its parent is not there. Makes nothing. */
int folder_check(struct session *session, const char *input, const char *suffix, struct folder *folder);

/* Makes it, and sees that files can be made in it. */
int folder_make(struct session *session, struct folder *folder);

/* Removes what folder_make() made, where nothing was written. Frees. */
void folder_close(struct folder *folder);

/* path/name, in memory of the caller. */
char *folder_path(const struct folder *folder, const char *name);

/* Keeps the outcome of a write: adds the name to files, or prints the message and keeps the code. */
void folder_note(struct session *session, struct folder *folder, const char *name, inshi_status status);

/* Makes a folder inside, where it is not there. */
void folder_inside(struct session *session, struct folder *folder, const char *name);

#endif
