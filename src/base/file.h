/* file.h -- files that are written whole or not at all. */
#ifndef INSHI_BASE_FILE_H
#define INSHI_BASE_FILE_H

#include "inshi/context.h"
#include "inshi/io.h"

/* One file being written. Small appends are gathered; large ones go through without a copy. */
struct file_writer;

/* Opens a temporary file in the folder of path. What is at path stays as it is until file_end; a symbolic
 * link stays a link. A device or pipe cannot be replaced and is written in place. On failure *out is NULL.
 * IO, MEMORY. */
inshi_status file_begin(inshi_context *context, const char *path, struct file_writer **out);

/* Removes temporary files of the same path that processes left which were killed while they wrote. What cannot be looked at or
 * removed stays. */
void file_clear_stale(const struct file_writer *writer);

/* Adds count bytes. IO. */
inshi_status file_append(struct file_writer *writer, const void *bytes, size_t count);

/* Ends the writing and frees writer: with status OK the file takes its place (fsync, rename), otherwise it is
 * removed. Returns status, or what went wrong on the way. */
inshi_status file_end(struct file_writer *writer, inshi_status status);

/* As file_end, but what was at path is kept as path.prev, which it replaces, before the new file takes its place. */
inshi_status file_end_keeping(struct file_writer *writer, inshi_status status);

enum { FILE_SHOWN = 256 };

/* path as a sentence shows it: the end of a very long one. Returns text. */
const char *file_shown(const char *path, char text[FILE_SHOWN]);

#endif
