/* settings.h -- what a command was told: the library's options and the command's own.
 *
 * The own options are rows of the same type as the library's (inshi_option), their offsets in struct
 * settings. From the two tables come parsing, help and docs/options.md.
 */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include <stdbool.h>
#include "console.h"
#include "inshi/inshi.h"

enum { MOST_OPERANDS = 2, MOST_OPTIONS = 64, MOST_WORDS = 256 };

/* The values of an option that may be said more than once, in order. */
struct words {
    const char *items[MOST_WORDS];
    int         count;
};

struct settings {
    inshi_options model;
    const char   *operands[MOST_OPERANDS]; /* X, or DIR and X */
    int           operand_count;
    int64_t       k; /* 0: not said */
    const char   *init_w, *init_h;
    const char   *fix_columns; /* the text of the list */
    const char   *mask, *weights, *row_weights, *column_weights, *lock_w, *lock_h;
    int           transpose;
    const char   *format, *dtype, *negative;
    int           require_converged;
    int64_t       threads; /* 0: not said */
    const char   *checkpoint;
    double        checkpoint_every; /* seconds; < 0: not said */
    int           resume;
    const char   *isa, *progress;
    const char   *output, *output_format, *figures, *image;
    const char   *reference, *estimate; /* folders of sound files */
    int           audio;                /* demo */
    int           force, json, quiet, verbose, no_color, help;

    /* separate */
    struct words train, basis, group;
    const char  *components; /* -k: a number, or one for each source */
    int64_t      free, sources;
    int          list, residual;
    const char  *power, *window, *mask_power, *save_model;
    double       sparse, smooth, learn_seconds; /* the last: 0 = not said */
    int64_t      fft, hop, block;               /* 0 = not said */
};

/* The commands, as bits: which of them takes an own option. */
enum command_bit {
    COMMAND_DEMO      = 1,
    COMMAND_FIT       = 2,
    COMMAND_TRANSFORM = 4,
    COMMAND_INFO      = 8,
    COMMAND_PLAN      = 16,
    COMMAND_EVALUATE  = 32,
    COMMAND_SEPARATE  = 64,
    COMMAND_ALL       = 127
};

struct command;

/* One option as a command has it. standard is its default there. */
struct option_view {
    const inshi_option *row;
    const char         *standard;
    char                letter;    /* 0 where it has none        */
    bool                own;       /* a row of the command's table */
    bool                has_value; /* false: a flag              */
};

/* Lists the options of a command, group after group, and returns their number. */
int settings_options(const struct command *command, struct option_view views[MOST_OPTIONS]);

/* Defaults, of the command where it has its own. */
void settings_default(const struct command *command, struct settings *settings);

/* Sets one option from text (NULL: a flag); the exit code, after a message. */
int settings_set(struct console *console, inshi_context *context, struct settings *settings,
                 const struct option_view *view, const char *text);

/* "--name", or "-k". */
const char *settings_spelling(const struct option_view *view);

/* A whole number, the text and nothing else. */
bool settings_read_whole(const char *text, int64_t *out);

#endif
