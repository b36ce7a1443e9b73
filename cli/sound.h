/* sound.h -- sound files, by libsndfile: WAV, FLAC, OGG, AIFF, MP3 and what else it knows. */
#ifndef CLI_SOUND_H
#define CLI_SOUND_H

#include "session.h"

struct sound_header {
    int64_t samples; /* of each channel, at least 1 */
    int64_t channels, rate;
    int     format; /* the number by which libsndfile knows it */
};

/* A file that is being read. Samples are interleaved: channel c of sample t is at t channels + c; whole numbers are
 * scaled to -1 ... 1. */
struct sound_reader;

/* Opens a file and looks at its header. IO (missing, a directory), DATA (not sound, empty); warns where a WAV file is
 * shorter than its header says. The exit code, after a message. */
int                 sound_open(struct session *session, const char *path, struct sound_reader **out);
struct sound_header sound_header(const struct sound_reader *reader);
void                sound_close(struct sound_reader *reader); /* NULL is accepted */

/* Samples [from, from + count), which the file has, into out, count channels numbers of dtype F4 or F8. DATA where one is
 * not finite, or where the file ends early. */
int sound_read(struct sound_reader *reader, int64_t from, int64_t count, inshi_dtype dtype, void *out);

/* A whole file in memory, counted in the context. */
struct sound {
    struct sound_header header;
    inshi_dtype         dtype;
    void               *values; /* interleaved */
    struct session     *session;
};

int  sound_load(struct session *session, const char *path, inshi_dtype dtype, struct sound *out);
void sound_release(struct sound *sound);

/* The format that --output-format names: "wav32" and "wav64" (float), or "same" as the header's; a file of more than 4 GB is
 * RF64, which is WAV with long numbers. 0 where libsndfile cannot write "same". */
int         sound_format(const char *name, const struct sound_header *header);
const char *sound_extension(int format); /* "wav", "flac", ... */
bool sound_quantizes(int format); /* whether samples are rounded to whole numbers, or coded with losses */

/* A file that is being written, whole or not at all: a temporary file in its folder takes its place at the end. */
struct sound_writer;

int sound_create(struct session *session, const char *path, const struct sound_header *header,
                 struct sound_writer **out);

/* Adds count samples, interleaved, of dtype F4 or F8. Whole numbers are the nearest, the largest where that is too large. */
int sound_append(struct sound_writer *writer, int64_t count, inshi_dtype dtype, const void *values);

/* Ends the writing and frees writer (NULL is accepted). With code EXIT_OK the file takes its place (fsync, rename), otherwise it
 * is removed. Returns code, or what went wrong on the way. */
int sound_end(struct sound_writer *writer, int code);

#endif
