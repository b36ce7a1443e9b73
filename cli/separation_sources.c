/* separation_sources.c -- the sources of inshi separate: their names, what they are learned from, their components. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "columns.h"
#include "separation.h"

enum { LEARNED_COMPONENTS = 20, BLIND_COMPONENTS = 5 /* a source */, BLIND_SOURCES = 2, LONGEST_NAME = 200 };

/* NAME=REST or LIST:NAME, cut at the first (last) such letter. */
struct pair {
    char *name, *rest;
};

static void pair_close(struct pair *pair)
{
    free(pair->name);
    free(pair->rest);
    *pair = (struct pair){NULL, NULL};
}

/* A name becomes the name of a file. */
static int check_name(struct console *console, const char *option, const char *name)
{
    const char *why = NULL;
    if (!*name)
        why = "is empty";
    else if (strlen(name) > LONGEST_NAME)
        why = "is too long for the name of a file";
    else if (strchr(name, '/') || strchr(name, '\\'))
        why = "holds a slash, and names become files in one folder";
    else if (*name == '.')
        why = "begins with a dot, which hides a file";
    for (const char *p = name; *p && !why; p++)
        if ((unsigned char)*p < 32 || *p == 127)
            why = "holds a control character";
    return why ? console_fail(console, EXIT_USAGE, "%s: the name \"%.60s\" %s", option, name, why) : EXIT_OK;
}

/* NAME=REST; the name may be put into a file. */
static int read_pair(struct console *console, const char *option, const char *what, const char *text,
                     struct pair *out)
{
    const char *equals = strchr(text, '=');
    *out               = (struct pair){NULL, NULL};
    if (!equals || !equals[1]) {
        console_fail(console, EXIT_USAGE, "%s is \"%.80s\", and must be NAME=%s", option, text, what);
        return EXIT_USAGE;
    }
    *out = (struct pair){text_print("%.*s", (int)(equals - text), text), text_print("%s", equals + 1)};
    const int code = check_name(console, option, out->name);
    if (code)
        pair_close(out);
    return code;
}

/* LIST:NAME, the name behind the first colon: lists have none. */
static int read_group(struct console *console, const char *text, struct pair *out)
{
    const char *colon = strchr(text, ':');
    *out              = (struct pair){NULL, NULL};
    if (!colon || colon == text)
        return console_fail(console, EXIT_USAGE,
                            "--group is \"%.80s\", and must be LIST:NAME, e.g. 0,3:piano", text);
    *out = (struct pair){text_print("%s", colon + 1), text_print("%.*s", (int)(colon - text), text)};
    const int code = check_name(console, "--group", out->name);
    if (code)
        pair_close(out);
    return code;
}

bool separation_blind(const struct settings *settings)
{
    return settings->train.count == 0 && settings->basis.count == 0;
}

/* ---- before a file is read ----------------------------------------------------------------------------------------- */

static int check_contradictions(const struct settings *settings, struct console *console)
{
    const bool  blind = separation_blind(settings);
    const char *odd   = settings->list          ? "--list"
                        : settings->group.count ? "--group"
                        : settings->sources     ? "--sources"
                                                : NULL;
    if (!blind && odd)
        return console_fail(
            console, EXIT_USAGE,
            "%s is for recordings of which nothing is learned before; leave out --train and --basis, or %s",
            odd, odd);
    if (blind && settings->free)
        return console_fail(
            console, EXIT_USAGE,
            "--free adds components to learned sources; without --train and --basis say -k K and "
            "--sources N");
    if ((settings->list != 0) + (settings->group.count > 0) + (settings->sources > 0) > 1)
        return console_fail(console, EXIT_USAGE,
                            "--list, --group and --sources are three ways to group components; "
                            "one of them is enough");
    return EXIT_OK;
}

/* Number i of -k; the standard where it is not said. */
static int64_t components_of(const struct settings *settings, int i, int64_t standard)
{
    const char *p = settings->components;
    if (!p)
        return standard;
    for (; i > 0 && strchr(p, ','); i--)
        p = strchr(p, ',') + 1;
    return strtoll(p, NULL, 10);
}

static int64_t sources_wanted(const struct settings *settings)
{
    return settings->sources ? settings->sources : BLIND_SOURCES;
}

/* Of all sources together, where nothing is learned. */
static int64_t blind_components(const struct settings *settings)
{
    return components_of(settings, 0, BLIND_COMPONENTS * sources_wanted(settings));
}

static int check_components(const struct settings *settings, struct console *console)
{
    const char *text  = settings->components;
    int         count = 0;
    for (const char *p = text; p; count++) {
        char         number[24] = "";
        const size_t length     = strcspn(p, ",");
        int64_t      value;
        snprintf(number, sizeof number, "%.*s", length < sizeof number ? (int)length : 1, p);
        if (length >= sizeof number || !settings_read_whole(number, &value) || value < 1 || value > 1 << 20)
            return console_fail(console, EXIT_USAGE,
                                "-k is \"%.60s\", and must be a whole number above 0, or one for "
                                "each learned source: 4 or 4,8",
                                text);
        p = p[length] ? p + length + 1 : NULL;
    }
    const int wanted = separation_blind(settings) ? 1 : settings->train.count;
    if (count > 1 && count != wanted)
        return console_fail(console, EXIT_USAGE, "-k has %d numbers, and there %s", count,
                            wanted == 1 ? "is one source to learn"
                                        : "are others to learn: one each, or one for all");
    return EXIT_OK;
}

static int check_mask(const struct settings *settings, struct console *console)
{
    char        *end;
    const double value = strtod(settings->mask_power, &end);
    if (strcmp(settings->mask_power, "binary") == 0 ||
        (*end == '\0' && value > 0 && isfinite(value) && *settings->mask_power != ' '))
        return EXIT_OK;
    return console_fail(console, EXIT_USAGE,
                        "--mask-power is \"%.40s\", and must be a number above 0, or binary",
                        settings->mask_power);
}

static int check_names(const struct settings *settings, struct console *console)
{
    int code = EXIT_OK;
    for (int kind = 0; kind < 3; kind++) {
        const struct words *words = kind == 0   ? &settings->train
                                    : kind == 1 ? &settings->basis
                                                : &settings->group;
        for (int i = 0; i < words->count && !code; i++) {
            struct pair pair;
            code = kind == 2 ? read_group(console, words->items[i], &pair)
                             : read_pair(console, kind ? "--basis" : "--train", kind ? "MODEL" : "FILE",
                                         words->items[i], &pair);
            if (!code)
                pair_close(&pair);
        }
    }
    return code;
}

/* The scores come at the end: a folder that is not there is told of before. */
static int check_reference(const struct settings *settings, struct console *console)
{
    struct stat found;
    if (!settings->reference || (stat(settings->reference, &found) == 0 && S_ISDIR(found.st_mode)))
        return EXIT_OK;
    return console_fail(console, EXIT_IO, "--reference %s: %s", settings->reference,
                        stat(settings->reference, &found) ? strerror(errno) : "it is no folder");
}

int separation_check(struct session *session)
{
    const struct settings *settings = &session->settings;
    int                    code     = check_contradictions(settings, &session->console);
    if (!code)
        code = check_components(settings, &session->console);
    if (!code)
        code = check_mask(settings, &session->console);
    if (!code)
        code = check_names(settings, &session->console);
    if (!code)
        code = check_reference(settings, &session->console);
    const int64_t k = blind_components(settings);
    if (!code && separation_blind(settings) && settings->sources > k)
        code = console_fail(
            &session->console, EXIT_USAGE,
            "--sources is %lld, and %lld components make at most as many sources; -k is their number",
            (long long)settings->sources, (long long)k);
    return code;
}

/* ---- files --------------------------------------------------------------------------------------------------------- */

static int read_stretch(void *user, int64_t first, int64_t count, double *out)
{
    struct stretch *stretch = user;
    stretch->code = sound_read(stretch->reader, stretch->offset + first, count, INSHI_DTYPE_F8, out);
    return stretch->code;
}

inshi_sound separation_sound(struct stretch *stretch, int64_t samples, const struct sound_header *header)
{
    return (inshi_sound){.samples  = samples,
                         .channels = header->channels,
                         .rate     = (double)header->rate,
                         .read     = read_stretch,
                         .user     = stretch};
}

int separation_fail(struct separating *s, inshi_status status, const struct stretch *stretch)
{
    return stretch && stretch->code ? stretch->code : session_fail(s->session, status);
}

/* "FILE@T0-T1": seconds, T1 may be left out; another @ belongs to the name of the file. Ends the name there. */
static bool cut_seconds(char *file, double *from, double *to)
{
    char *at = strrchr(file, '@'), *end;
    *from    = 0;
    *to      = INFINITY;
    if (!at || at == file || !at[1] || at[1 + strspn(at + 1, "0123456789.-")])
        return true;
    *from = strtod(at + 1, &end);
    if (end == at + 1 || *end != '-')
        return false;
    if (end[1]) {
        const char *second = end + 1;
        *to                = strtod(second, &end);
        if (end == second || *end)
            return false;
    }
    *at = '\0';
    return *from >= 0 && *to > *from;
}

/* Samples of the seconds that were asked for. DATA where they are not there. */
static int find_samples(struct separating *s, const struct pair *pair, double from, double to,
                        const struct sound_header *header, struct stretch *stretch, int64_t *samples)
{
    const double rate = (double)header->rate, length = (double)header->samples / rate;
    if (from * rate >= (double)header->samples || (isfinite(to) && to > length + 0.5 / rate))
        return console_fail(
            &s->session->console, EXIT_DATA,
            "--train %s: %s is %.6g s long, and the stretch from %.6g s to %.6g s is not in it", pair->name,
            pair->rest, length, from, isfinite(to) ? to : length);
    stretch->offset   = (int64_t)floor(from * rate + 0.5);
    const int64_t end = isfinite(to) ? (int64_t)floor(to * rate + 0.5) : header->samples;
    *samples          = (end < header->samples ? end : header->samples) - stretch->offset;
    if (*samples < 1)
        return console_fail(&s->session->console, EXIT_DATA,
                            "--train %s: there is no sample in that stretch of %s", pair->name, pair->rest);
    return EXIT_OK;
}

static int train_from(struct separating *s, const struct pair *pair, double from, double to, int64_t k)
{
    struct stretch stretch = {NULL, 0, EXIT_OK};
    int64_t        samples = 0;
    int            code    = sound_open(s->session, pair->rest, &stretch.reader);
    if (code)
        return code;
    const struct sound_header header = sound_header(stretch.reader);
    if (header.rate != s->header.rate)
        code = console_fail(&s->session->console, EXIT_DATA,
                            "%s has %lld samples a second, and %s has %lld; bring them to one rate\n"
                            "ffmpeg -i %s -ar %lld OUT.wav",
                            pair->rest, (long long)header.rate, s->path, (long long)s->header.rate,
                            pair->rest, (long long)s->header.rate);
    if (!code)
        code = find_samples(s, pair, from, to, &header, &stretch, &samples);
    if (!code) {
        const inshi_sound  sound  = separation_sound(&stretch, samples, &header);
        const inshi_status status = inshi_separation_train(s->model, pair->name, &sound, k);
        code                      = status ? separation_fail(s, status, &stretch) : EXIT_OK;
    }
    sound_close(stretch.reader);
    return code;
}

static int train(struct separating *s, const char *text, int64_t k)
{
    struct pair pair;
    double      from, to;
    int         code = read_pair(&s->session->console, "--train", "FILE", text, &pair);
    if (code)
        return code;
    console_note(&s->session->console, "learning %s from %s, %lld components", pair.name, pair.rest,
                 (long long)k);
    code = cut_seconds(pair.rest, &from, &to)
               ? train_from(s, &pair, from, to, k)
               : console_fail(&s->session->console, EXIT_USAGE,
                              "--train is \"%.80s\", and seconds are FILE@T0-T1 with T0 below T1", text);
    pair_close(&pair);
    return code;
}

static int load(struct separating *s, const char *text)
{
    struct pair pair;
    const int   code = read_pair(&s->session->console, "--basis", "MODEL", text, &pair);
    if (code)
        return code;
    const inshi_status status = inshi_separation_load(s->model, pair.name, pair.rest);
    pair_close(&pair);
    return status ? session_fail(s->session, status) : EXIT_OK;
}

int separation_sources(struct separating *s)
{
    const struct settings *settings = &s->session->settings;
    int                    code     = EXIT_OK;
    for (int i = 0; i < settings->train.count && !code; i++)
        code = train(s, settings->train.items[i], components_of(settings, i, LEARNED_COMPONENTS));
    for (int i = 0; i < settings->basis.count && !code; i++)
        code = load(s, settings->basis.items[i]);
    const int64_t k = separation_blind(settings) ? blind_components(settings) : settings->free;
    if (code || k == 0)
        return code;
    const inshi_status status = inshi_separation_add(s->model, "rest", k);
    return status ? session_fail(s->session, status) : EXIT_OK;
}

/* ---- grouping ------------------------------------------------------------------------------------------------------ */

/* Every component a source: component0 ... */
static int list_components(struct separating *s, int64_t k)
{
    char   **names  = small_take((size_t)k, sizeof *names);
    int64_t *groups = small_take((size_t)k, sizeof *groups);
    for (int64_t i = 0; i < k; i++) {
        names[i]  = text_print("component%lld", (long long)i);
        groups[i] = i;
    }
    const inshi_status status = inshi_separation_assign(s->model, groups, (const char *const *)names, k);
    for (int64_t i = 0; i < k; i++)
        free(names[i]);
    free(names);
    free(groups);
    return status ? session_fail(s->session, status) : EXIT_OK;
}

/* Gives the components of one --group their number. */
static int mark_group(struct separating *s, const char *list, int64_t k, int64_t group, int64_t *groups)
{
    int64_t *numbers = NULL, count = 0;
    int      code = columns_read(&s->session->console, "--group", list, k, &numbers, &count);
    for (int64_t i = 0; i < count && !code; i++) {
        if (groups[numbers[i]] >= 0)
            code = console_fail(&s->session->console, EXIT_USAGE, "--group has component %lld twice",
                                (long long)numbers[i]);
        groups[numbers[i]] = group;
    }
    free(numbers);
    return code;
}

static int group_by_hand(struct separating *s, int64_t k)
{
    const struct words *words = &s->session->settings.group;
    char               *names[MOST_WORDS + 1];
    int64_t            *groups = small_take((size_t)k, sizeof *groups), count = 0;
    int                 code   = EXIT_OK;
    bool                others = false;
    for (int64_t i = 0; i < k; i++)
        groups[i] = -1;
    for (int i = 0; i < words->count && !code; i++) {
        struct pair pair;
        code = read_group(&s->session->console, words->items[i], &pair);
        if (code)
            break;
        code           = mark_group(s, pair.rest, k, count, groups);
        names[count++] = text_print("%s", pair.name);
        pair_close(&pair);
    }
    for (int64_t i = 0; i < k; i++)
        if (groups[i] < 0) {
            groups[i] = words->count;
            others    = true;
        }
    if (others && !code)
        names[count++] = text_print("rest");
    if (!code) {
        const inshi_status status =
            inshi_separation_assign(s->model, groups, (const char *const *)names, count);
        code = status ? session_fail(s->session, status) : EXIT_OK;
    }
    while (count > 0)
        free(names[--count]);
    free(groups);
    return code;
}

int separation_group(struct separating *s)
{
    const struct settings *settings = &s->session->settings;
    const int64_t          k        = inshi_separation_basis(s->model).columns;
    if (!separation_blind(settings))
        return EXIT_OK;
    if (settings->list)
        return list_components(s, k);
    if (settings->group.count)
        return group_by_hand(s, k);
    const inshi_status status = inshi_separation_group(s->model, sources_wanted(settings));
    return status ? session_fail(s->session, status) : EXIT_OK;
}
