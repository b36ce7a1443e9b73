/* arguments.c -- see arguments.h. */
#include "arguments.h"

#include <stdio.h>
#include <string.h>

struct reader {
    struct console       *console;
    inshi_context        *context;
    const struct command *command;
    struct settings      *settings;
    struct option_view    views[MOST_OPTIONS];
    int                   view_count;
    char                **words;
    int                   count, next;
};

static int fail_unknown(struct reader *r, const char *word)
{
    const char *names[MOST_OPTIONS + 1] = {NULL};
    for (int i = 0; i < r->view_count; i++)
        names[i] = r->views[i].row->name;
    const int length = (int)strcspn(word, "="); /* the value is no part of the name */
    char      name[64];
    snprintf(name, sizeof name, "%.*s", length, word);
    memmove(name, name + strspn(name, "-"), strlen(name + strspn(name, "-")) + 1);
    const char *nearest = inshi_nearest_name(name, names);
    if (nearest)
        return console_fail(r->console, EXIT_USAGE, "%s has no option %.*s; did you mean %s%s?",
                            r->command->name, length, word, nearest[1] ? "--" : "-", nearest);
    return console_fail(r->console, EXIT_USAGE, "%s has no option %.*s; inshi %s --help lists them",
                        r->command->name, length, word, r->command->name);
}

static int set(struct reader *r, const struct option_view *view, const char *text)
{
    return settings_set(r->console, r->context, r->settings, view, text);
}

/* The value is the next word, whatever it begins with. */
static int set_from_next(struct reader *r, const struct option_view *view)
{
    if (r->next >= r->count)
        return console_fail(r->console, EXIT_USAGE, "%s needs a value: %s", settings_spelling(view),
                            view->row->placeholder);
    return set(r, view, r->words[r->next++]);
}

static int read_long(struct reader *r, const char *word)
{
    const char  *name = word + 2, *equals = strchr(name, '=');
    const size_t length = equals ? (size_t)(equals - name) : strlen(name);
    for (int i = 0; i < r->view_count; i++) {
        const struct option_view *view = &r->views[i];
        if (length < 2 || strlen(view->row->name) != length || strncmp(view->row->name, name, length))
            continue;
        if (!view->has_value && equals)
            return console_fail(r->console, EXIT_USAGE, "--%s takes no value", view->row->name);
        if (!view->has_value)
            return set(r, view, NULL);
        return equals ? set(r, view, equals + 1) : set_from_next(r, view);
    }
    return fail_unknown(r, word);
}

static const struct option_view *find_letter(const struct reader *r, char letter)
{
    for (int i = 0; i < r->view_count; i++)
        if (r->views[i].letter == letter)
            return &r->views[i];
    return NULL;
}

/* -q, -qv, -k5, -k 5: letters without a value may stand together. */
static int read_short(struct reader *r, const char *word)
{
    for (const char *p = word + 1; *p; p++) {
        const struct option_view *view = find_letter(r, *p);
        if (!view)
            return fail_unknown(r, word);
        if (view->has_value)
            return p[1] ? set(r, view, p + 1) : set_from_next(r, view);
        set(r, view, NULL);
    }
    return EXIT_OK;
}

static int read_operand(struct reader *r, const char *word)
{
    if (r->settings->operand_count < r->command->operands_most) {
        r->settings->operands[r->settings->operand_count++] = word;
        return EXIT_OK;
    }
    if (r->command->operands_most == 0)
        return console_fail(r->console, EXIT_USAGE, "%s takes options only, and \"%s\" is none",
                            r->command->name, word);
    return console_fail(r->console, EXIT_USAGE, "%s takes %s, and \"%s\" is one word too many",
                        r->command->name, r->command->operand_names, word);
}

int arguments_read(struct console *console, inshi_context *context, const struct command *command, int count,
                   char **words, struct settings *settings)
{
    struct reader r = {console, context, command, settings, {{0}}, 0, words, count, 0};
    r.view_count    = settings_options(command, r.views);
    settings_default(command, settings);
    for (int i = 0; i < r.view_count; i++) /* defaults of the command's own */
        if (!r.views[i].own && r.views[i].standard != r.views[i].row->standard) {
            const int code = set(&r, &r.views[i], r.views[i].standard);
            if (code)
                return code;
        }
    bool options_end = false;
    while (r.next < r.count) {
        const char *word = r.words[r.next++];
        int         code = EXIT_OK;
        if (options_end || word[0] != '-' || word[1] == '\0')
            code = read_operand(&r, word);
        else if (strcmp(word, "--") == 0)
            options_end = true;
        else
            code = word[1] == '-' ? read_long(&r, word) : read_short(&r, word);
        if (code)
            return code;
    }
    if (settings->help || settings->operand_count >= command->operands_least)
        return EXIT_OK;
    return console_fail(console, EXIT_USAGE, "%s needs %s; inshi %s --help shows examples", command->name,
                        command->operand_names, command->name);
}
