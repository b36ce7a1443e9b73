/* sound_write.c -- writing sound files, whole or not at all.
 *
 * libsndfile writes through functions of ours: its own keep silent about some failures (FLAC on a disk that is full).
 */
#include "sound.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AT_ONCE = 1 << 14, MOST_TRIES = 10000 };
static const double MOST_WAV_BYTES = 4.0e9;

struct sound_writer {
    struct session     *session;
    struct sound_header header;
    char               *path, *temporary;
    int                 fd;
    int                 problem; /* errno of the first write or seek that failed */
    SNDFILE            *file;
    int                *whole; /* AT_ONCE samples, for formats of whole numbers */
};

/* Bits of a sample where it is a whole number without losses, else 0. */
static int bits_of(int format)
{
    switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
        return 8;
    case SF_FORMAT_PCM_16:
        return 16;
    case SF_FORMAT_PCM_24:
        return 24;
    case SF_FORMAT_PCM_32:
        return 32;
    default:
        return 0;
    }
}

static int container(const struct sound_header *header, int bytes)
{
    const double size = (double)header->samples * (double)header->channels * bytes;
    return size > MOST_WAV_BYTES ? SF_FORMAT_RF64 : SF_FORMAT_WAV;
}

int sound_format(const char *name, const struct sound_header *header)
{
    if (strcmp(name, "wav32") == 0)
        return container(header, 4) | SF_FORMAT_FLOAT;
    if (strcmp(name, "wav64") == 0)
        return container(header, 8) | SF_FORMAT_DOUBLE;
    SF_INFO info = {
        .samplerate = (int)header->rate, .channels = (int)header->channels, .format = header->format};
    return sf_format_check(&info) ? header->format : 0;
}

const char *sound_extension(int format)
{
    switch (format & SF_FORMAT_TYPEMASK) {
    case SF_FORMAT_FLAC:
        return "flac";
    case SF_FORMAT_OGG:
        return "ogg";
    case SF_FORMAT_AIFF:
        return "aiff";
    case SF_FORMAT_W64:
        return "w64";
    case SF_FORMAT_CAF:
        return "caf";
    case SF_FORMAT_AU:
        return "au";
    case SF_FORMAT_MPEG:
        return "mp3";
    case SF_FORMAT_WAV:
    case SF_FORMAT_WAVEX:
    case SF_FORMAT_RF64:
        return "wav";
    default:
        return "sound";
    }
}

bool sound_quantizes(int format)
{
    const int subtype = format & SF_FORMAT_SUBMASK;
    return subtype != SF_FORMAT_FLOAT && subtype != SF_FORMAT_DOUBLE;
}

static int fail(struct sound_writer *writer, const char *why)
{
    return console_fail(&writer->session->console, EXIT_IO, "cannot write %s: %s", writer->path, why);
}

static int open_temporary(struct sound_writer *writer)
{
    const char *slash  = strrchr(writer->path, '/');
    const int   folder = slash ? (int)(slash + 1 - writer->path) : 0;
    for (int i = 0; i < MOST_TRIES; i++) {
        writer->temporary = text_print("%.*s.inshi-%ld-%d", folder, writer->path, (long)getpid(), i);
        writer->fd        = open(writer->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (writer->fd >= 0)
            return EXIT_OK;
        free(writer->temporary);
        writer->temporary = NULL;
        if (errno != EEXIST)
            break;
    }
    return fail(writer, strerror(errno));
}

/* ---- what libsndfile writes through ---------------------------------------------------------------------------------- */

static sf_count_t file_length(void *user)
{
    const struct sound_writer *writer = user;
    struct stat                found;
    return fstat(writer->fd, &found) ? -1 : (sf_count_t)found.st_size;
}

static sf_count_t file_seek(sf_count_t offset, int whence, void *user)
{
    struct sound_writer *writer = user;
    const off_t          at     = lseek(writer->fd, (off_t)offset, whence);
    if (at < 0 && !writer->problem)
        writer->problem = errno;
    return (sf_count_t)at;
}

static sf_count_t file_read(void *to, sf_count_t count, void *user)
{
    const struct sound_writer *writer = user;
    return (sf_count_t)read(writer->fd, to, (size_t)count);
}

static sf_count_t file_write(const void *from, sf_count_t count, void *user)
{
    struct sound_writer *writer = user;
    for (sf_count_t done = 0; done < count;) {
        const ssize_t written = write(writer->fd, (const char *)from + done, (size_t)(count - done));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 1) {
            if (!writer->problem)
                writer->problem = written < 0 ? errno : EIO;
            return done;
        }
        done += written;
    }
    return count;
}

static sf_count_t file_tell(void *user)
{
    const struct sound_writer *writer = user;
    return (sf_count_t)lseek(writer->fd, 0, SEEK_CUR);
}

/* ---- a file ------------------------------------------------------------------------------------------------------------ */

static int open_file(struct sound_writer *writer)
{
    static SF_VIRTUAL_IO       functions = {file_length, file_seek, file_read, file_write, file_tell};
    const struct sound_header *h         = &writer->header;
    SF_INFO     info = {.samplerate = (int)h->rate, .channels = (int)h->channels, .format = h->format};
    struct stat found;
    if (stat(writer->path, &found) == 0 && S_ISDIR(found.st_mode))
        return fail(writer, "it is a folder");
    const int code = open_temporary(writer);
    if (code)
        return code;
    writer->file = sf_open_virtual(&functions, SFM_WRITE, &info, writer);
    if (!writer->file)
        return fail(writer, writer->problem ? strerror(writer->problem) : sf_strerror(NULL));
    sf_command(writer->file, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE); /* it holds the time of day */
    sf_command(writer->file, SFC_SET_CLIPPING, NULL, SF_TRUE);
    return EXIT_OK;
}

int sound_create(struct session *session, const char *path, const struct sound_header *header,
                 struct sound_writer **out)
{
    struct sound_writer *writer = small_take(1, sizeof *writer);
    *writer                     = (struct sound_writer){
                            .session = session, .header = *header, .path = text_print("%s", path), .fd = -1};
    *out = NULL;
    if (bits_of(header->format))
        writer->whole = small_take((size_t)(AT_ONCE * header->channels), sizeof *writer->whole);
    const int code = open_file(writer);
    if (code)
        return sound_end(writer, code);
    *out = writer;
    return EXIT_OK;
}

/* The whole number nearest to x 2^(bits - 1), in the upper bits of an int, as libsndfile takes it. Its own scale of writing
 * differs from that of reading by one step in 2^15. */
static int whole_number(double x, int bits)
{
    const double scale = ldexp(1, bits - 1), value = nearbyint(x * scale);
    const double held = value > scale - 1 ? scale - 1 : value < -scale ? -scale : value;
    return (int)((int64_t)held * ((int64_t)1 << (32 - bits)));
}

static int64_t write_some(struct sound_writer *writer, int64_t count, inshi_dtype dtype, const void *values)
{
    const int bits = bits_of(writer->header.format);
    if (!bits)
        return dtype == INSHI_DTYPE_F4 ? sf_writef_float(writer->file, values, count)
                                       : sf_writef_double(writer->file, values, count);
    for (int64_t i = 0; i < count * writer->header.channels; i++)
        writer->whole[i] = whole_number(
            dtype == INSHI_DTYPE_F4 ? (double)((const float *)values)[i] : ((const double *)values)[i], bits);
    return sf_writef_int(writer->file, writer->whole, count);
}

int sound_append(struct sound_writer *writer, int64_t count, inshi_dtype dtype, const void *values)
{
    const int64_t bytes = writer->header.channels * inshi_dtype_bytes(dtype);
    for (int64_t done = 0; done < count;) {
        const int64_t next = count - done < AT_ONCE ? count - done : AT_ONCE;
        const int64_t held = write_some(writer, next, dtype, (const char *)values + done * bytes);
        if (held != next || writer->problem)
            return fail(writer, writer->problem ? strerror(writer->problem) : sf_strerror(writer->file));
        done += next;
    }
    return EXIT_OK;
}

static int finish(struct sound_writer *writer)
{
    const int error = sf_close(writer->file);
    writer->file    = NULL;
    if (error || writer->problem)
        return fail(writer, writer->problem ? strerror(writer->problem) : sf_error_number(error));
    if (fsync(writer->fd) && errno != EINVAL)
        return fail(writer, strerror(errno));
    if (rename(writer->temporary, writer->path))
        return fail(writer, strerror(errno));
    free(writer->temporary);
    writer->temporary = NULL;
    return EXIT_OK;
}

int sound_end(struct sound_writer *writer, int code)
{
    if (!writer)
        return code;
    if (!code)
        code = finish(writer);
    if (writer->file)
        sf_close(writer->file);
    if (writer->fd >= 0)
        close(writer->fd);
    if (writer->temporary)
        unlink(writer->temporary);
    free(writer->whole);
    free(writer->temporary);
    free(writer->path);
    free(writer);
    return code;
}
