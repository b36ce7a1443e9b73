/* sound.c -- reading sound files.
 *
 * Files that are coded with losses (OGG, MP3) are decoded from their beginning on, in order: libsndfile's way to a sample in
 * the middle of them is not exact (its issue 885). What was decoded last is kept, for those who read with overlap.
 */
#include "sound.h"

#include <errno.h>
#include <math.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { AT_ONCE = 1 << 16 }; /* samples of one call into libsndfile, so that a signal is seen soon */
enum { KEPT = 4 };          /* times AT_ONCE: of what is decoded in order */

struct sound_reader {
    struct session     *session;
    char               *path;
    SNDFILE            *file;
    struct sound_header header;
    int64_t             position; /* of libsndfile's next sample */
    double             *kept;     /* the samples before it, where the file is decoded in order; else NULL */
    int64_t             kept_count;
};

static bool decoded_in_order(int format)
{
    const int type = format & SF_FORMAT_TYPEMASK;
    return type == SF_FORMAT_OGG || type == SF_FORMAT_MPEG;
}

static int fail_open(struct session *session, const char *path)
{
    struct stat found;
    if (stat(path, &found))
        return console_fail(&session->console, EXIT_IO, "cannot read %s: %s", path, strerror(errno));
    if (S_ISDIR(found.st_mode))
        return console_fail(&session->console, EXIT_IO,
                            "cannot read %s: it is a folder, and a sound file is needed", path);
    FILE *file = fopen(path, "rb");
    if (!file)
        return console_fail(&session->console, EXIT_IO, "cannot read %s: %s", path, strerror(errno));
    fclose(file);
    if (S_ISREG(found.st_mode) && found.st_size == 0)
        return console_fail(&session->console, EXIT_DATA, "%s is empty", path);
    char why[128];
    snprintf(why, sizeof why, "%s", sf_strerror(NULL));
    why[strcspn(why, ".\n")] = '\0';
    return console_fail(
        &session->console, EXIT_DATA,
        "%s is no sound file that can be read (%s)\nffmpeg -i FILE sound.wav makes one of many others", path,
        why);
}

static uint64_t little_endian(const unsigned char *bytes)
{
    return bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 | (uint64_t)bytes[3] << 24;
}

/* libsndfile reads what there is of a WAV file that was cut off, without a word. */
static void warn_truncated(struct session *session, const char *path, int64_t samples)
{
    unsigned char head[12];
    struct stat   found;
    FILE         *file = fopen(path, "rb");
    const bool    riff = file && fread(head, 1, sizeof head, file) == sizeof head &&
                      memcmp(head, "RIFF", 4) == 0 && memcmp(head + 8, "WAVE", 4) == 0;
    if (file)
        fclose(file);
    if (!riff || stat(path, &found))
        return;
    const uint64_t says = little_endian(head + 4);
    if (says != 0xffffffffu && says + 8 > (uint64_t)found.st_size + 1) /* a last pad byte is often left out */
        session_warn(
            session,
            "%s is cut off: its header promises %llu bytes, and there are %lld; the %lld samples that "
            "are there are used",
            path, (unsigned long long)says + 8, (long long)found.st_size, (long long)samples);
}

int sound_open(struct session *session, const char *path, struct sound_reader **out)
{
    SF_INFO  info = {0};
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    *out          = NULL;
    if (!file)
        return fail_open(session, path);
    int code = EXIT_OK;
    if (info.frames < 1)
        code = console_fail(&session->console, EXIT_DATA, "%s holds no samples", path);
    else if (info.channels < 1 || info.samplerate < 1 || info.frames > INT64_MAX / 16 / info.channels)
        code = console_fail(&session->console, EXIT_DATA,
                            "%s says that it has %lld samples of %d channels at %d Hz, which cannot be", path,
                            (long long)info.frames, info.channels, info.samplerate);
    if (code) {
        sf_close(file);
        return code;
    }
    warn_truncated(session, path, info.frames);
    struct sound_reader *reader = small_take(1, sizeof *reader);
    *reader                     = (struct sound_reader){session, text_print("%s", path),
                                                        file,    {info.frames, info.channels, info.samplerate, info.format},
                                                        0,       NULL,
                                                        0};
    if (decoded_in_order(info.format))
        reader->kept = small_take((size_t)KEPT * AT_ONCE * (size_t)info.channels, sizeof *reader->kept);
    *out = reader;
    return EXIT_OK;
}

struct sound_header sound_header(const struct sound_reader *reader)
{
    return reader->header;
}

void sound_close(struct sound_reader *reader)
{
    if (!reader)
        return;
    sf_close(reader->file);
    free(reader->kept);
    free(reader->path);
    free(reader);
}

/* The first number that is not finite, or count. */
static int64_t find_not_finite(inshi_dtype dtype, const void *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(dtype == INSHI_DTYPE_F4 ? (double)((const float *)values)[i]
                                              : ((const double *)values)[i]))
            return i;
    return count;
}

static int check_finite(const struct sound_reader *reader, int64_t from, int64_t count, inshi_dtype dtype,
                        const void *values)
{
    const int64_t channels = reader->header.channels;
    const int64_t at       = find_not_finite(dtype, values, count * channels);
    if (at == count * channels)
        return EXIT_OK;
    const double value =
        dtype == INSHI_DTYPE_F4 ? (double)((const float *)values)[at] : ((const double *)values)[at];
    return console_fail(&reader->session->console, EXIT_DATA,
                        "%s: sample %lld (%.6g s), channel %lld is %s, and sound has finite samples",
                        reader->path, (long long)(from + at / channels),
                        (double)(from + at / channels) / (double)reader->header.rate,
                        (long long)(at % channels) + 1, isnan(value) ? "NaN" : "infinite");
}

static int fail_end(const struct sound_reader *reader, int64_t at)
{
    return console_fail(
        &reader->session->console, EXIT_DATA,
        "%s ends after %lld of the %lld samples that its header promises: it is damaged or cut off",
        reader->path, (long long)at, (long long)reader->header.samples);
}

static int rewind_reader(struct sound_reader *reader)
{
    SF_INFO info = {0};
    sf_close(reader->file);
    reader->file       = sf_open(reader->path, SFM_READ, &info);
    reader->position   = 0;
    reader->kept_count = 0;
    return reader->file ? EXIT_OK : fail_open(reader->session, reader->path);
}

/* Decodes the next samples behind those that are kept. */
static int decode_more(struct sound_reader *reader)
{
    const int64_t channels = reader->header.channels, half = KEPT / 2 * AT_ONCE;
    if (reader->kept_count > KEPT * AT_ONCE - AT_ONCE) {
        memmove(reader->kept, reader->kept + (reader->kept_count - half) * channels,
                (size_t)(half * channels) * sizeof *reader->kept);
        reader->kept_count = half;
    }
    const int64_t read = sf_readf_double(reader->file, reader->kept + reader->kept_count * channels, AT_ONCE);
    if (read < 1)
        return fail_end(reader, reader->position);
    reader->kept_count += read;
    reader->position += read;
    return EXIT_OK;
}

static int read_in_order(struct sound_reader *reader, int64_t from, int64_t count, inshi_dtype dtype,
                         void *out)
{
    const int64_t channels = reader->header.channels;
    int           code     = from < reader->position - reader->kept_count ? rewind_reader(reader) : EXIT_OK;
    for (int64_t done = 0; done < count && !code;) {
        const int64_t first = reader->position - reader->kept_count, left = reader->position - from - done;
        if (left <= 0) {
            code = decode_more(reader);
            continue;
        }
        const int64_t next = left < count - done ? left : count - done;
        const double *kept = reader->kept + (from + done - first) * channels;
        for (int64_t i = 0; i < next * channels; i++)
            if (dtype == INSHI_DTYPE_F4)
                ((float *)out)[done * channels + i] = (float)kept[i];
            else
                ((double *)out)[done * channels + i] = kept[i];
        done += next;
    }
    return code;
}

static int read_anywhere(struct sound_reader *reader, int64_t from, int64_t count, inshi_dtype dtype,
                         void *out)
{
    if (from != reader->position && sf_seek(reader->file, from, SEEK_SET) != from)
        return console_fail(&reader->session->console, EXIT_DATA, "%s: there is no way to sample %lld: %s",
                            reader->path, (long long)from, sf_strerror(reader->file));
    const int64_t bytes = reader->header.channels * inshi_dtype_bytes(dtype);
    for (int64_t done = 0; done < count;) {
        const int64_t next = count - done < AT_ONCE ? count - done : AT_ONCE;
        void         *to   = (char *)out + done * bytes;
        const int64_t read = dtype == INSHI_DTYPE_F4 ? sf_readf_float(reader->file, to, next)
                                                     : sf_readf_double(reader->file, to, next);
        if (read < 1)
            return fail_end(reader, from + done);
        done += read;
    }
    reader->position = from + count;
    return EXIT_OK;
}

int sound_read(struct sound_reader *reader, int64_t from, int64_t count, inshi_dtype dtype, void *out)
{
    const int code = reader->kept ? read_in_order(reader, from, count, dtype, out)
                                  : read_anywhere(reader, from, count, dtype, out);
    return code ? code : check_finite(reader, from, count, dtype, out);
}

int sound_load(struct session *session, const char *path, inshi_dtype dtype, struct sound *out)
{
    struct sound_reader *reader;
    *out           = (struct sound){.dtype = dtype, .session = session};
    const int code = sound_open(session, path, &reader);
    if (code)
        return code;
    out->header         = reader->header;
    const int64_t bytes = reader->header.samples * reader->header.channels * inshi_dtype_bytes(dtype);
    if (bytes <= inshi_context_memory_left(session->context))
        out->values = malloc((size_t)bytes);
    int failed = EXIT_OK;
    if (out->values) {
        inshi_context_hold(session->context, bytes);
        failed = sound_read(reader, 0, reader->header.samples, dtype, out->values);
    } else
        failed = console_fail(&session->console, EXIT_NO_MEMORY, "not enough memory for the %lld bytes of %s",
                              (long long)bytes, path);
    if (failed)
        sound_release(out);
    sound_close(reader);
    return failed;
}

void sound_release(struct sound *sound)
{
    if (!sound->values)
        return;
    inshi_context_hold(sound->session->context,
                       -sound->header.samples * sound->header.channels * inshi_dtype_bytes(sound->dtype));
    free(sound->values);
    sound->values = NULL;
}
