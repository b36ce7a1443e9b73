/* sections.h -- a file of numbered sections, each with a checksum; little-endian on every machine.
 *
 *     magic (8 bytes), version (4), sections (4), CRC-64 of these 16 bytes
 *     for each section: number (4), 0 (4), bytes (8), the bytes, CRC-64 of all of these
 *
 * and nothing behind. So no bit of the file can change without notice, and no byte can be missing.
 */
#ifndef INSHI_BASE_SECTIONS_H
#define INSHI_BASE_SECTIONS_H

#include <stdbool.h>
#include "base/checksum.h"
#include "base/context.h"
#include "base/file.h"

/* ---- writing: all errors are kept, and come out at the end ------------------------------------------------------- */

struct sections_writer {
    struct file_writer   *file;
    inshi_status          status;
    struct checksum_table table;
    uint64_t              crc;
    uint64_t              left; /* bytes that the open section still needs */
};

/* Opens path (base/file.h) for so many sections. */
inshi_status sections_begin(struct sections_writer *writer, inshi_context *context, const char *path,
                            const char magic[8], uint32_t version, uint32_t count);

/* One section: its number and size first, then exactly so many bytes, then sections_close. */
void sections_open(struct sections_writer *writer, uint32_t number, uint64_t bytes);
void sections_put(struct sections_writer *writer, const void *bytes, size_t count);
void sections_put_whole(struct sections_writer *writer, uint64_t value);
void sections_put_real(struct sections_writer *writer, double value);

/* `count` numbers of 4 or 8 bytes as this machine has them. */
void sections_put_numbers(struct sections_writer *writer, const void *numbers, size_t count, int size);
void sections_close(struct sections_writer *writer);

/* Ends the file; keep: what was at path becomes path.prev. */
inshi_status sections_end(struct sections_writer *writer, bool keep);

/* ---- reading ----------------------------------------------------------------------------------------------------- */

struct sections_reader {
    inshi_context *context;
    const char    *path, *what;
    int            fd;
    uint32_t       version, count;
    bool           inside;  /* a section */
    uint64_t       left;    /* bytes of it that are not read yet */
    bool           damaged; /* more was asked for than there was           */
    size_t         used, held;
    char          *buffer;
};

/* Opens a file and reads all of it once, comparing every checksum; what it should be, in a word ("checkpoint"). IO (no such file and the like), DATA (not such a
 * file, or damaged: a sentence), UNSUPPORTED (a later version), MEMORY. Closed by sections_leave in any case. */
inshi_status sections_enter(struct sections_reader *reader, inshi_context *context, const char *path,
                            const char magic[8], uint32_t version, const char *what);
void         sections_leave(struct sections_reader *reader);

/* Goes to the next section; its number, and its size in reader->left. 0 where there is none. */
uint32_t sections_next(struct sections_reader *reader);
void     sections_get(struct sections_reader *reader, void *bytes, size_t count);
uint64_t sections_get_whole(struct sections_reader *reader);
double   sections_get_real(struct sections_reader *reader);
void     sections_get_numbers(struct sections_reader *reader, void *numbers, size_t count, int size);

/* The sentence for a file whose content makes no sense. */
inshi_status sections_fail(const struct sections_reader *reader, const char *why);

/* True where what is at path may be replaced: a file of this magic, an empty one, a device, nothing. */
bool sections_belong(const char *path, const char magic[8]);

#endif
