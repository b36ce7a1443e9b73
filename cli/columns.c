/* columns.c -- see columns.h. */
#include "columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "settings.h"
#include "texts.h"

enum { MOST_COLUMNS = 10000000 };

/* "5" or "5-7" at p; returns what follows it, NULL where it is neither. */
static const char *read_range(const char *p, int64_t *first, int64_t *last)
{
    char       first_text[20] = "", last_text[20] = "";
    int        length = 0;
    const bool range  = sscanf(p, "%19[0-9]-%19[0-9]%n", first_text, last_text, &length) == 2;
    if (!range && sscanf(p, "%19[0-9]%n", first_text, &length) < 1)
        return NULL;
    if (!settings_read_whole(first_text, first) || !settings_read_whole(range ? last_text : first_text, last))
        return NULL;
    return *first <= *last ? p + length : NULL;
}

static int add_range(struct console *console, int64_t first, int64_t last, int64_t **numbers, int64_t *count)
{
    const int64_t added = last - first + 1;
    if (added > MOST_COLUMNS - *count)
        return console_fail(console, EXIT_USAGE, "--fix-columns lists more than %d columns", MOST_COLUMNS);
    int64_t *larger = realloc(*numbers, (size_t)(*count + added) * sizeof *larger);
    if (!larger)
        return console_fail(console, EXIT_NO_MEMORY, "not enough memory for the list of --fix-columns");
    for (int64_t i = 0; i < added; i++)
        larger[(*count)++] = first + i;
    *numbers = larger;
    return EXIT_OK;
}

int columns_read(struct console *console, const char *option, const char *text, int64_t k, int64_t **out,
                 int64_t *count)
{
    const char *p = text;
    int64_t     first, last;
    while ((p = read_range(p, &first, &last)) != NULL) {
        if (last >= k)
            return console_fail(console, EXIT_USAGE,
                                "%s has %lld, and the %lld columns of W count from 0 to %lld", option,
                                (long long)last, (long long)k, (long long)k - 1);
        const int code = add_range(console, first, last, out, count);
        if (code || *p == '\0')
            return code;
        if (*p++ != ',')
            break;
    }
    return console_fail(console, EXIT_USAGE, "%s is \"%.60s\", and must be a list of columns such as 0,3,5-7",
                        option, text);
}
