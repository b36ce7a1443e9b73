/* test_sound.c -- sound files of the command: what it writes is read, and what it reads is written, by libsndfile itself. */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <sndfile.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cli/sound.h"
#include "support/files.h"

enum { RATE = 8000, SAMPLES = 3000 };

static const struct command DUMMY = {.name = "test"};
static char                 said[8192];

static struct session *open_session(void)
{
    static struct session session;
    assert_int_equal(session_open(&session, &DUMMY), EXIT_OK);
    return &session;
}

/* Standard error goes to a file between these two; what was said is then in `said`. */
static int listening[2];

static void listen_begin(void)
{
    fflush(stderr);
    listening[0] = dup(2);
    listening[1] = fileno(tmpfile());
    dup2(listening[1], 2);
}

static void listen_end(void)
{
    fflush(stderr);
    dup2(listening[0], 2);
    close(listening[0]);
    const ssize_t count         = pread(listening[1], said, sizeof said - 1, 0);
    said[count > 0 ? count : 0] = '\0';
    close(listening[1]);
}

static void check_said(const char *part)
{
    if (!strstr(said, part))
        fail_msg("\"%s\" is not in: %s", part, said);
}

/* ---- files by libsndfile ---------------------------------------------------------------------------------------------- */

static void put_sound(const char *path, int format, int channels, int64_t samples, const int *values)
{
    SF_INFO  info = {.samplerate = RATE, .channels = channels, .format = format};
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    assert_non_null(file);
    assert_int_equal(sf_writef_int(file, values, samples), samples);
    assert_int_equal(sf_close(file), 0);
}

static void put_reals(const char *path, int format, int channels, int64_t samples, const double *values)
{
    SF_INFO  info = {.samplerate = RATE, .channels = channels, .format = format};
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    assert_non_null(file);
    assert_int_equal(sf_writef_double(file, values, samples), samples);
    assert_int_equal(sf_close(file), 0);
}

static SF_INFO get_ints(const char *path, int64_t count, int *values)
{
    SF_INFO  info = {0};
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    assert_non_null(file);
    assert_int_equal(sf_read_int(file, values, count), count);
    sf_close(file);
    return info;
}

static SF_INFO get_reals(const char *path, int64_t count, double *values)
{
    SF_INFO  info = {0};
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    assert_non_null(file);
    assert_int_equal(sf_read_double(file, values, count), count);
    sf_close(file);
    return info;
}

static uint32_t draw(void)
{
    static uint64_t state = 7;
    state                 = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 32);
}

/* Any whole numbers of so many bits, in the upper bits; the two ends among them. */
static void fill_whole(int bits, int64_t count, int *values)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = (int)(draw() >> (32 - bits) << (32 - bits));
    values[0] = INT32_MIN;
    values[1] = (int)(0x7fffffffu >> (32 - bits) << (32 - bits));
}

static int write_all(struct session *session, const char *path, const struct sound_header *header,
                     inshi_dtype dtype, const void *values)
{
    struct sound_writer *writer;
    const int            code = sound_create(session, path, header, &writer);
    return code ? code : sound_end(writer, sound_append(writer, header->samples, dtype, values));
}

/* ---- whole numbers ---------------------------------------------------------------------------------------------------- */

struct kind {
    int         format, bits;
    const char *extension;
};

static const struct kind WHOLE[] = {
    {SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 8, "wav"},    {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16, "wav"},
    {SF_FORMAT_WAV | SF_FORMAT_PCM_24, 24, "wav"},   {SF_FORMAT_WAV | SF_FORMAT_PCM_32, 32, "wav"},
    {SF_FORMAT_RF64 | SF_FORMAT_PCM_24, 24, "wav"},  {SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, 16, "wav"},
    {SF_FORMAT_FLAC | SF_FORMAT_PCM_S8, 8, "flac"},  {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 16, "flac"},
    {SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 24, "flac"}, {SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 16, "aiff"},
    {SF_FORMAT_AIFF | SF_FORMAT_PCM_24, 24, "aiff"}, {SF_FORMAT_W64 | SF_FORMAT_PCM_16, 16, "w64"},
    {SF_FORMAT_CAF | SF_FORMAT_PCM_24, 24, "caf"},   {SF_FORMAT_AU | SF_FORMAT_PCM_16, 16, "au"}};
enum { WHOLE_COUNT = sizeof WHOLE / sizeof *WHOLE };

/* Read as doubles they are v / 2^31, and written as the same format they are the numbers they were. */
static void test_whole_numbers_come_back(void **state)
{
    (void)state;
    static int      values[2 * SAMPLES], again[2 * SAMPLES];
    struct session *session = open_session();
    const char     *folder  = temporary_folder();
    for (int i = 0; i < WHOLE_COUNT; i++) {
        const char  *from = path_in(folder, "from"), *to = path_in(folder, "to");
        struct sound sound;
        fill_whole(WHOLE[i].bits, 2 * SAMPLES, values);
        put_sound(from, WHOLE[i].format, 2, SAMPLES, values);
        assert_int_equal(sound_load(session, from, INSHI_DTYPE_F8, &sound), EXIT_OK);
        assert_int_equal(sound.header.samples, SAMPLES);
        assert_int_equal(sound.header.channels, 2);
        assert_int_equal(sound.header.rate, RATE);
        for (int64_t n = 0; n < 2 * SAMPLES; n++)
            assert_true(((double *)sound.values)[n] == ldexp(values[n], -31));
        sound.header.format = sound_format("same", &sound.header);
        assert_true(sound_quantizes(sound.header.format));
        assert_string_equal(sound_extension(sound.header.format), WHOLE[i].extension);
        assert_int_equal(write_all(session, to, &sound.header, INSHI_DTYPE_F8, sound.values), EXIT_OK);
        const SF_INFO info = get_ints(to, 2 * SAMPLES, again);
        assert_int_equal(info.format & ~SF_FORMAT_ENDMASK, WHOLE[i].format);
        assert_int_equal(info.frames, SAMPLES);
        assert_memory_equal(values, again, sizeof values);
        sound_release(&sound);
    }
    session_close(session);
    remove_folder(folder);
}

/* Samples between two steps go to the nearer one; what is beyond the ends is the end, and never the other one. */
static void test_rounding_and_clipping(void **state)
{
    (void)state;
    struct session *session = open_session();
    const char     *folder = temporary_folder(), *path = path_in(folder, "x");
    for (int i = 0; i < WHOLE_COUNT; i++) {
        const double step     = ldexp(1, 1 - WHOLE[i].bits);
        const double given[]  = {0.4 * step, 0.6 * step, -0.4 * step, -0.6 * step, 1, 1 - 0.4 * step,
                                 -1,         -1.5,       3e9,         -3e9,        0, 0.25 + 0.4 * step};
        const double wanted[] = {0, step, 0, -step, 1 - step, 1 - step, -1, -1, 1 - step, -1, 0, 0.25};
        enum { COUNT = sizeof given / sizeof *given };
        double                    found[COUNT];
        const struct sound_header header = {COUNT, 1, RATE, WHOLE[i].format};
        assert_int_equal(write_all(session, path, &header, INSHI_DTYPE_F8, given), EXIT_OK);
        get_reals(path, COUNT, found);
        for (int n = 0; n < COUNT; n++)
            assert_true(found[n] == wanted[n]);
    }
    session_close(session);
    remove_folder(folder);
}

/* ---- floats ----------------------------------------------------------------------------------------------------------- */

/* wav64 holds every double, wav32 the nearest float, whatever their size; two files of the same samples are the same. */
static void test_floats_come_back(void **state)
{
    (void)state;
    static double   values[SAMPLES], found[SAMPLES];
    static float    floats[SAMPLES];
    struct session *session = open_session();
    const char *folder = temporary_folder(), *first = path_in(folder, "a"), *second = path_in(folder, "b");
    for (int64_t i = 0; i < SAMPLES; i++)
        values[i] = ldexp((double)draw() - 2147483648.0, (int)(draw() % 60) - 60) + (double)draw() * 1e-19;
    values[0] = 4e-39; /* below the least normal float */
    values[1] = -0.0;
    for (int64_t i = 0; i < SAMPLES; i++)
        floats[i] = (float)values[i];
    for (int bits = 32; bits <= 64; bits += 32) {
        struct sound_header header = {SAMPLES, 1, RATE, 0};
        header.format              = sound_format(bits == 32 ? "wav32" : "wav64", &header);
        assert_false(sound_quantizes(header.format));
        assert_string_equal(sound_extension(header.format), "wav");
        assert_int_equal(write_all(session, first, &header, INSHI_DTYPE_F8, values), EXIT_OK);
        const SF_INFO info = get_reals(first, SAMPLES, found);
        assert_int_equal(info.format, SF_FORMAT_WAV | (bits == 32 ? SF_FORMAT_FLOAT : SF_FORMAT_DOUBLE));
        for (int64_t i = 0; i < SAMPLES; i++)
            assert_true(found[i] == (bits == 32 ? (double)floats[i] : values[i]));
        assert_int_equal(write_all(session, second, &header, INSHI_DTYPE_F8, values), EXIT_OK);
        struct bytes a = get_file(first), b = get_file(second);
        assert_int_equal(a.count, b.count);
        assert_memory_equal(a.at, b.at, a.count);
        bytes_free(&a);
        bytes_free(&b);
        assert_int_equal(write_all(session, second, &header, INSHI_DTYPE_F4, floats), EXIT_OK);
        get_reals(second, SAMPLES, found);
        for (int64_t i = 0; i < SAMPLES; i++)
            assert_true(found[i] == (double)floats[i]);
    }
    session_close(session);
    remove_folder(folder);
}

static void test_long_files_are_rf64(void **state)
{
    (void)state;
    struct sound_header header = {(int64_t)250e6, 2, 48000, 0};
    assert_int_equal(sound_format("wav32", &header) & SF_FORMAT_TYPEMASK, SF_FORMAT_WAV);
    assert_int_equal(sound_format("wav64", &header) & SF_FORMAT_TYPEMASK, SF_FORMAT_WAV);
    header.samples = (int64_t)300e6;
    assert_int_equal(sound_format("wav32", &header) & SF_FORMAT_TYPEMASK, SF_FORMAT_WAV);
    assert_int_equal(sound_format("wav64", &header) & SF_FORMAT_TYPEMASK, SF_FORMAT_RF64);
    header.samples = (int64_t)600e6;
    assert_int_equal(sound_format("wav32", &header) & SF_FORMAT_TYPEMASK, SF_FORMAT_RF64);
    struct session *session = open_session();
    const char     *folder = temporary_folder(), *path = path_in(folder, "x");
    const double    given[3] = {0.5, -0.25, 0.125};
    double          found[3];
    header = (struct sound_header){3, 1, RATE, SF_FORMAT_RF64 | SF_FORMAT_DOUBLE};
    assert_int_equal(write_all(session, path, &header, INSHI_DTYPE_F8, given), EXIT_OK);
    get_reals(path, 3, found);
    assert_memory_equal(given, found, sizeof given);
    session_close(session);
    remove_folder(folder);
}

/* ---- coded with losses ------------------------------------------------------------------------------------------------ */

static void test_lossy_formats(void **state)
{
    (void)state;
    static const struct kind kinds[] = {{SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0, "ogg"},
                                        {SF_FORMAT_OGG | SF_FORMAT_OPUS, 0, "ogg"},
                                        {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 0, "mp3"}};
    static double            values[4 * SAMPLES];
    struct session          *session = open_session();
    const char              *folder  = temporary_folder();
    for (int64_t i = 0; i < 4 * SAMPLES; i++)
        values[i] = 0.5 * sin(0.2 * (double)i);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const char         *from = path_in(folder, "from"), *to = path_in(folder, "to");
        struct sound_header header = {4 * SAMPLES, 1, RATE, kinds[k].format};
        struct sound        sound;
        header.format = sound_format("same", &header);
        if (!header.format)
            continue; /* this libsndfile was built without it */
        put_reals(from, header.format, 1, 4 * SAMPLES, values);
        assert_int_equal(sound_load(session, from, INSHI_DTYPE_F8, &sound), EXIT_OK);
        assert_int_equal(sound_format("same", &sound.header) & SF_FORMAT_TYPEMASK,
                         header.format & SF_FORMAT_TYPEMASK);
        assert_true(sound_quantizes(sound.header.format));
        assert_string_equal(sound_extension(sound.header.format), kinds[k].extension);
        assert_int_equal(write_all(session, to, &header, INSHI_DTYPE_F8, values), EXIT_OK);
        double energy = 0, lost = 0;
        for (int64_t i = SAMPLES; i < 3 * SAMPLES; i++) {
            energy += values[i] * values[i];
            lost += pow(values[i] - ((double *)sound.values)[i], 2);
        }
        assert_true(kinds[k].extension[0] == 'm' || lost < 0.01 * energy); /* mp3 may be late */
        sound_release(&sound);
    }
    session_close(session);
    remove_folder(folder);
}

/* ---- reading ---------------------------------------------------------------------------------------------------------- */

/* Any stretch, in any order, is that of the whole. */
static void test_stretches(void **state)
{
    (void)state;
    static const int formats[] = {SF_FORMAT_WAV | SF_FORMAT_PCM_24, SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                                  SF_FORMAT_AIFF | SF_FORMAT_FLOAT, SF_FORMAT_OGG | SF_FORMAT_VORBIS};
    static double    values[2 * SAMPLES], part[2 * SAMPLES];
    static float     floats[2 * SAMPLES];
    struct session  *session = open_session();
    const char      *folder = temporary_folder(), *path = path_in(folder, "x");
    for (int64_t i = 0; i < 2 * SAMPLES; i++)
        values[i] = 0.5 * sin(0.01 * (double)(i * i % 997));
    for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
        struct sound         whole;
        struct sound_reader *reader;
        put_reals(path, formats[k], 2, SAMPLES, values);
        assert_int_equal(sound_load(session, path, INSHI_DTYPE_F8, &whole), EXIT_OK);
        const double *all = whole.values;
        assert_int_equal(sound_open(session, path, &reader), EXIT_OK);
        const int64_t samples = sound_header(reader).samples;
        for (int i = 0; i < 40; i++) {
            const int64_t from  = i == 0 ? samples - 1 : draw() % samples,
                          count = 1 + draw() % (samples - from);
            assert_int_equal(sound_read(reader, from, count, INSHI_DTYPE_F8, part), EXIT_OK);
            assert_memory_equal(part, all + 2 * from, (size_t)count * 2 * sizeof *part);
        }
        assert_int_equal(sound_read(reader, 7, 100, INSHI_DTYPE_F4, floats), EXIT_OK);
        for (int64_t i = 0; i < 200; i++)
            assert_true(floats[i] == (float)all[14 + i]);
        sound_close(reader);
        sound_release(&whole);
    }
    session_close(session);
    remove_folder(folder);
}

/* So long that not all of it is kept: forwards with overlap, over a gap, and back to what is long gone. */
static void test_stretches_of_long_coded_files(void **state)
{
    (void)state;
    enum { LONG = 600000 };
    static const int     formats[]      = {SF_FORMAT_OGG | SF_FORMAT_VORBIS,
                                           SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III};
    static const int64_t stretches[][2] = {{0, 50000},      {40000, 100000}, {130000, 300000},
                                           {400000, 90000}, {480000, 1},     {300000, 200000},
                                           {3, 70000},      {599000, 1000},  {200000, 399000}};
    double              *all = malloc(LONG * sizeof *all), *part = malloc(LONG * sizeof *part);
    struct session      *session = open_session();
    const char          *folder = temporary_folder(), *path = path_in(folder, "x");
    for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
        const struct sound_header header = {LONG, 1, RATE, formats[k]};
        struct sound_reader      *reader;
        if (!sound_format("same", &header))
            continue;
        for (int64_t i = 0; i < LONG; i++)
            all[i] = ldexp(draw(), -33) * sin(0.001 * (double)i);
        put_reals(path, formats[k], 1, LONG, all);
        SF_INFO  info = {0};
        SNDFILE *file = sf_open(path, SFM_READ, &info);
        assert_true(info.frames >= LONG);
        assert_int_equal(sf_read_double(file, all, LONG), LONG);
        sf_close(file);
        assert_int_equal(sound_open(session, path, &reader), EXIT_OK);
        for (size_t i = 0; i < sizeof stretches / sizeof *stretches; i++) {
            const int64_t from = stretches[i][0], count = stretches[i][1];
            assert_int_equal(sound_read(reader, from, count, INSHI_DTYPE_F8, part), EXIT_OK);
            assert_memory_equal(part, all + from, (size_t)count * sizeof *part);
        }
        sound_close(reader);
    }
    free(all);
    free(part);
    session_close(session);
    remove_folder(folder);
}

/* Loads a file, listening. */
static int load(struct session *session, const char *path, struct sound *sound)
{
    listen_begin();
    const int code = sound_load(session, path, INSHI_DTYPE_F8, sound);
    listen_end();
    return code;
}

static void check_refused(struct session *session, const char *path, int code, const char *part)
{
    struct sound sound;
    assert_int_equal(load(session, path, &sound), code);
    check_said(part);
    check_said(path);
    assert_null(sound.values);
}

/* The first `count` bytes of a file of its own. */
static void cut(const char *path, size_t count)
{
    assert_int_equal(truncate(path, (off_t)count), 0);
}

static void test_files_that_are_cut_off(void **state)
{
    (void)state;
    static int      values[2 * SAMPLES];
    struct session *session = open_session();
    const char     *folder  = temporary_folder();
    struct sound    sound;
    fill_whole(16, 2 * SAMPLES, values);
    const char *wav = path_in(folder, "wav"), *flac = path_in(folder, "flac"),
               *empty = path_in(folder, "empty");
    put_sound(wav, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 2, SAMPLES, values);
    cut(wav, 44 + 4 * 1000 + 3);
    assert_int_equal(load(session, wav, &sound), EXIT_OK);
    check_said("is cut off: its header promises 12044 bytes, and there are 4047; the 1000 samples");
    assert_int_equal(sound.header.samples, 1000);
    assert_true(((double *)sound.values)[1999] == ldexp(values[1999], -31));
    sound_release(&sound);
    cut(wav, 44);
    check_refused(session, wav, EXIT_DATA, "holds no samples");
    for (int count = 43; count > 0; count -= 7) {
        cut(wav, (size_t)count);
        check_refused(session, wav, EXIT_DATA, "");
    }
    put_sound(flac, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 2, SAMPLES, values);
    cut(flac, 6000);
    check_refused(session, flac, EXIT_DATA, "it is damaged or cut off");
    put_file(empty, "", 0);
    check_refused(session, empty, EXIT_DATA, "is empty");
    check_refused(session, folder, EXIT_IO, "it is a folder");
    check_refused(session, path_in(folder, "nowhere"), EXIT_IO, "No such file");
    session_close(session);
    remove_folder(folder);
}

static void test_samples_that_are_no_numbers(void **state)
{
    (void)state;
    static double values[2 * SAMPLES];
    static const struct {
        int64_t     at;
        double      value;
        const char *says;
    } bad[]                 = {{0, NAN, "sample 0 (0 s), channel 1 is NaN"},
                               {5999, -INFINITY, "sample 2999 (0.374875 s), channel 2 is infinite"},
                               {1001, INFINITY, "sample 500 (0.0625 s), channel 2 is infinite"}};
    struct session *session = open_session();
    const char     *folder = temporary_folder(), *path = path_in(folder, "x");
    for (int format = SF_FORMAT_FLOAT; format <= SF_FORMAT_DOUBLE;
         format += SF_FORMAT_DOUBLE - SF_FORMAT_FLOAT)
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            values[bad[i].at] = bad[i].value;
            put_reals(path, SF_FORMAT_WAV | format, 2, SAMPLES, values);
            check_refused(session, path, EXIT_DATA, bad[i].says);
            values[bad[i].at] = 0;
        }
    session_close(session);
    remove_folder(folder);
}

static void test_one_sample(void **state)
{
    (void)state;
    const double    value   = 0.75;
    struct session *session = open_session();
    const char     *folder = temporary_folder(), *path = path_in(folder, "x");
    for (int i = 0; i < WHOLE_COUNT; i++) {
        struct sound sound;
        put_reals(path, SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 1, 1, &value);
        assert_int_equal(sound_load(session, path, INSHI_DTYPE_F8, &sound), EXIT_OK);
        assert_int_equal(sound.header.samples, 1);
        sound.header.format = WHOLE[i].format;
        assert_int_equal(write_all(session, path, &sound.header, INSHI_DTYPE_F8, sound.values), EXIT_OK);
        sound_release(&sound);
        assert_int_equal(sound_load(session, path, INSHI_DTYPE_F8, &sound), EXIT_OK);
        assert_int_equal(sound.header.samples, 1);
        assert_true(*(double *)sound.values == value);
        sound_release(&sound);
    }
    session_close(session);
    remove_folder(folder);
}

/* ---- a disk that is full ---------------------------------------------------------------------------------------------- */

/* In a child whose files may have so many bytes: the exit code of writing. */
static int write_limited(const char *path, int format, rlim_t bytes)
{
    int         ended;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        static double       values[SAMPLES];
        struct session      session;
        const struct rlimit limit  = {bytes, bytes};
        struct sound_header header = {SAMPLES, 1, RATE, format};
        signal(SIGXFSZ, SIG_IGN);
        for (int64_t i = 0; i < SAMPLES; i++)
            values[i] = ldexp(draw(), -32) - 0.5;
        const int silent = open("/dev/null", O_WRONLY);
        if (silent < 0 || dup2(silent, 2) < 0 || session_open(&session, &DUMMY) ||
            setrlimit(RLIMIT_FSIZE, &limit))
            _exit(100);
        const int code = write_all(&session, path, &header, INSHI_DTYPE_F8, values);
        session_close(&session);
        _exit(code);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended));
    return WEXITSTATUS(ended);
}

/* Either the whole file is there, or the one that was there before and nothing else. */
static void test_a_full_disk(void **state)
{
    (void)state;
    static const int formats[] = {SF_FORMAT_WAV | SF_FORMAT_FLOAT,   SF_FORMAT_WAV | SF_FORMAT_DOUBLE,
                                  SF_FORMAT_WAV | SF_FORMAT_PCM_16,  SF_FORMAT_RF64 | SF_FORMAT_FLOAT,
                                  SF_FORMAT_FLAC | SF_FORMAT_PCM_16, SF_FORMAT_AIFF | SF_FORMAT_PCM_24,
                                  SF_FORMAT_OGG | SF_FORMAT_VORBIS};
    const char      *folder = temporary_folder(), *path = path_in(folder, "x");
    for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
        assert_int_equal(write_limited(path, formats[k], RLIM_INFINITY), EXIT_OK);
        struct bytes whole = get_file(path);
        for (int part = 0; part < 8; part++) {
            const rlim_t limit = part == 7 ? whole.count - 1 : whole.count * (rlim_t)part / 7;
            put_text(path, "old");
            assert_int_equal(write_limited(path, formats[k], limit), EXIT_IO);
            assert_int_equal(count_files(folder), 1);
            struct bytes kept = get_file(path);
            assert_int_equal(kept.count, 3);
            bytes_free(&kept);
        }
        assert_int_equal(write_limited(path, formats[k], whole.count), EXIT_OK);
        struct bytes again = get_file(path);
        assert_int_equal(again.count, whole.count);
        bytes_free(&again);
        bytes_free(&whole);
    }
    remove_folder(folder);
}

static void test_what_cannot_be_written(void **state)
{
    (void)state;
    struct session           *session = open_session();
    const char               *folder  = temporary_folder();
    const struct sound_header header  = {1, 1, RATE, SF_FORMAT_WAV | SF_FORMAT_FLOAT};
    struct sound_writer      *writer;
    listen_begin();
    const int no_folder = sound_create(session, path_in(folder, "no/x.wav"), &header, &writer);
    const int is_folder = sound_create(session, folder, &header, &writer);
    listen_end();
    assert_int_equal(no_folder, EXIT_IO);
    check_said("no/x.wav: No such file");
    assert_int_equal(is_folder, EXIT_IO);
    check_said("it is a folder");
    assert_int_equal(sound_create(session, path_in(folder, "x"), &header, &writer), EXIT_OK);
    assert_int_equal(sound_end(writer, EXIT_DATA), EXIT_DATA); /* what went wrong elsewhere */
    assert_int_equal(count_files(folder), 0);
    session_close(session);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_numbers_come_back),
        cmocka_unit_test(test_rounding_and_clipping),
        cmocka_unit_test(test_floats_come_back),
        cmocka_unit_test(test_long_files_are_rf64),
        cmocka_unit_test(test_lossy_formats),
        cmocka_unit_test(test_stretches),
        cmocka_unit_test(test_stretches_of_long_coded_files),
        cmocka_unit_test(test_files_that_are_cut_off),
        cmocka_unit_test(test_samples_that_are_no_numbers),
        cmocka_unit_test(test_one_sample),
        cmocka_unit_test(test_a_full_disk),
        cmocka_unit_test(test_what_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
