/* settings.c -- the command's own options, and values from text. */
#include "settings.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "command.h"
#include "texts.h"

#define AT(field)  offsetof(struct settings, field)
#define MOST_COUNT 9007199254740992.0 /* 2^53 */

struct own_option {
    inshi_option row;
    char         letter;
    int          commands;
};

static const char FORMATS[] = "auto|npy|npz|mtx|csv|tsv|png", DTYPES[] = "auto|f32|f64",
                  ISAS[] = "auto|portable|avx2|avx512";
/* plan has what fit has, so that a fit's line needs another word alone. */
static const int FITS = COMMAND_FIT | COMMAND_PLAN, READS = FITS | COMMAND_TRANSFORM,
                 MAKES = READS | COMMAND_DEMO | COMMAND_SEPARATE;

/* clang-format off */
static const struct own_option OWN[] = {
    {{"audio", INSHI_OPTION_FLAG, AT(audio), 0, 1, "", NULL, "data", "",
      "not the article's matrix but a piano and drums: mixed, separated, scored"}, 0, COMMAND_DEMO},
    {{"k", INSHI_OPTION_INTEGER, AT(k), 1, MOST_COUNT, "", NULL, "model", "K",
      "how many components: columns of W, rows of H"}, 'k', FITS},
    {{"train", INSHI_OPTION_LIST, AT(train), 0, 0, "", NULL, "sources", "NAME=FILE[@T0-T1]",
      "learn the spectra of the source NAME from a recording of it alone, or its seconds T0 to T1; may be repeated"}, 0, COMMAND_SEPARATE},
    {{"basis", INSHI_OPTION_LIST, AT(basis), 0, 0, "", NULL, "sources", "NAME=MODEL",
      "the source NAME has the spectra that --save-model wrote; may be repeated"}, 0, COMMAND_SEPARATE},
    {{"free", INSHI_OPTION_INTEGER, AT(free), 1, 1 << 20, "", NULL, "sources", "K",
      "further components, learned from the recording itself: the source rest"}, 0, COMMAND_SEPARATE},
    {{"sources", INSHI_OPTION_INTEGER, AT(sources), 1, 1024, "2", NULL, "sources", "N",
      "nothing learned: components are grouped into N sources"}, 0, COMMAND_SEPARATE},
    {{"k", INSHI_OPTION_NAME, AT(components), 0, 0, "", NULL, "sources", "K[,K2,...]",
      "components of each learned source, one number for all or one for each; nothing learned: of all sources together"}, 'k', COMMAND_SEPARATE},
    {{"list", INSHI_OPTION_FLAG, AT(list), 0, 1, "", NULL, "sources", "",
      "nothing learned: every component is a file, to be heard and grouped"}, 0, COMMAND_SEPARATE},
    {{"group", INSHI_OPTION_LIST, AT(group), 0, 0, "", NULL, "sources", "LIST:NAME",
      "nothing learned: components of --list, counted from 0 (0,3,5-7), are the source NAME; may be repeated; the others are rest"}, 0, COMMAND_SEPARATE},
    {{"power", INSHI_OPTION_NAME, AT(power), 0, 0, "auto", "auto|1|2", "model", "P",
      "the spectrogram is of magnitudes (1) or powers (2); auto is 2 for is and beta:B with B < 1"}, 0, COMMAND_SEPARATE},
    {{"sparse", INSHI_OPTION_REAL, AT(sparse), 0, 1e9, "0", NULL, "model", "X",
      "few components at a time: the weight of sum(H), columns of W being of unit length"}, 0, COMMAND_SEPARATE},
    {{"smooth", INSHI_OPTION_REAL, AT(smooth), 0, 1e9, "0", NULL, "model", "X",
      "activations that change slowly: the weight of their changes; kl and is"}, 0, COMMAND_SEPARATE},
    {{"learn-seconds", INSHI_OPTION_REAL, AT(learn_seconds), 1e-3, 1e9, "300", NULL, "model", "S",
      "models are learned on at most so many seconds, spread evenly"}, 0, COMMAND_SEPARATE},
    {{"save-model", INSHI_OPTION_NAME, AT(save_model), 0, 0, "", NULL, "model", "FILE",
      "keep the spectra of all sources, for --basis"}, 0, COMMAND_SEPARATE},
    {{"fft", INSHI_OPTION_INTEGER, AT(fft), 4, 1 << 24, "2048", NULL, "transform", "N",
      "samples of a frame, any number"}, 0, COMMAND_SEPARATE},
    {{"hop", INSHI_OPTION_INTEGER, AT(hop), 1, 1 << 24, "", NULL, "transform", "N",
      "samples between two frames; a quarter of --fft where it is not said"}, 0, COMMAND_SEPARATE},
    {{"window", INSHI_OPTION_NAME, AT(window), 0, 0, "hann", "hann|hamming|sqrthann", "transform", "NAME",
      "what a frame is weighed with"}, 0, COMMAND_SEPARATE},
    {{"mask-power", INSHI_OPTION_NAME, AT(mask_power), 0, 0, "2", NULL, "result", "P",
      "a source gets a share by its magnitude to the power P, a number above 0; binary gives all to the largest"}, 0, COMMAND_SEPARATE},
    {{"residual", INSHI_OPTION_FLAG, AT(residual), 0, 1, "", NULL, "result", "",
      "what no component explains is a source of its own"}, 0, COMMAND_SEPARATE},
    {{"reference", INSHI_OPTION_NAME, AT(reference), 0, 0, "", NULL, "result", "DIR",
      "the true sources, to score the result: SDR, SIR, SAR, SI-SDR"}, 0, COMMAND_SEPARATE},
    {{"output-format", INSHI_OPTION_NAME, AT(output_format), 0, 0, "auto", "auto|wav32|wav64|same", "result", "NAME",
      "float WAV of 32 or 64 bits (auto: that of --dtype), or what the recording is, rounded"}, 0, COMMAND_SEPARATE},
    {{"dtype", INSHI_OPTION_NAME, AT(dtype), 0, 0, "f32", "f32|f64", "model", "NAME",
      "arithmetic and output"}, 0, COMMAND_SEPARATE},
    {{"block", INSHI_OPTION_INTEGER, AT(block), 1, 1 << 30, "", NULL, "running", "N",
      "samples that are separated at a time; changes nothing but memory and time"}, 0, COMMAND_SEPARATE},
    {{"init-w", INSHI_OPTION_NAME, AT(init_w), 0, 0, "", NULL, "start", "FILE",
      "W starts as the matrix in FILE, bit for bit"}, 0, FITS},
    {{"init-h", INSHI_OPTION_NAME, AT(init_h), 0, 0, "", NULL, "start", "FILE",
      "H starts as the matrix in FILE, bit for bit"}, 0, FITS},
    {{"lock-w", INSHI_OPTION_NAME, AT(lock_w), 0, 0, "", NULL, "what stays", "FILE",
      "entries of W (--init-w) that stay: 1 in a matrix of its shape"}, 0, FITS},
    {{"lock-h", INSHI_OPTION_NAME, AT(lock_h), 0, 0, "", NULL, "what stays", "FILE",
      "entries of H (--init-h) that stay: 1 in a matrix of its shape"}, 0, FITS},
    {{"mask", INSHI_OPTION_NAME, AT(mask), 0, 0, "", NULL, "data", "FILE",
      "entries of X that are observed: 1 in a matrix of the shape of X's file; 0 is missing, as NaN in X is"}, 0, READS},
    {{"weights", INSHI_OPTION_NAME, AT(weights), 0, 0, "", NULL, "data", "FILE",
      "what each entry of X counts in the divergence: a matrix of the shape of X's file, >= 0"}, 0, READS},
    {{"row-weights", INSHI_OPTION_NAME, AT(row_weights), 0, 0, "", NULL, "data", "FILE",
      "what each row of X (after --transpose) counts: a vector, >= 0"}, 0, READS},
    {{"column-weights", INSHI_OPTION_NAME, AT(column_weights), 0, 0, "", NULL, "data", "FILE",
      "what each column of X (after --transpose) counts: a vector, >= 0"}, 0, READS},
    {{"transpose", INSHI_OPTION_FLAG, AT(transpose), 0, 1, "", NULL, "data", "",
      "read X as its transpose, without a copy; transform takes it from the fit"}, 0, FITS},
    {{"format", INSHI_OPTION_NAME, AT(format), 0, 0, "auto", FORMATS, "data", "NAME",
      "what the file is; auto looks at its content"}, 0, READS | COMMAND_INFO},
    {{"dtype", INSHI_OPTION_NAME, AT(dtype), 0, 0, "auto", DTYPES, "data", "NAME",
      "arithmetic and output; auto is f32 for f2 and f4 input, f64 otherwise (transform: that of the fit)"}, 0, READS},
    {{"negative", INSHI_OPTION_NAME, AT(negative), 0, 0, "error", "error|clip", "data", "NAME",
      "what negative entries of X are: an error, or set to 0"}, 0, READS},
    {{"reference", INSHI_OPTION_NAME, AT(reference), 0, 0, "", NULL, "data", "DIR",
      "the folder of the true sources, a sound file each"}, 0, COMMAND_EVALUATE},
    {{"estimate", INSHI_OPTION_NAME, AT(estimate), 0, 0, "", NULL, "data", "DIR",
      "the folder of the separated sources, a sound file each"}, 0, COMMAND_EVALUATE},
    {{"require-converged", INSHI_OPTION_FLAG, AT(require_converged), 0, 1, "", NULL, "stopping", "",
      "exit code 6 where --tolerance was not reached; the files are written all the same"}, 0, READS | COMMAND_SEPARATE},
    {{"threads", INSHI_OPTION_INTEGER, AT(threads), 1, 1024, "", NULL, "running", "N",
      "default: INSHI_NUM_THREADS, then OMP_NUM_THREADS, then the CPUs this process may use"}, 0, COMMAND_ALL},
    {{"isa", INSHI_OPTION_NAME, AT(isa), 0, 0, "auto", ISAS, "running", "NAME",
      "instruction set of the kernels; auto takes the best this machine has"}, 0, COMMAND_ALL},
    {{"checkpoint", INSHI_OPTION_NAME, AT(checkpoint), 0, 0, "", NULL, "running", "FILE",
      "keep the state of the fit in FILE, so that --resume can go on; the one before it is FILE.prev"}, 0, FITS},
    {{"checkpoint-every", INSHI_OPTION_REAL, AT(checkpoint_every), 0, 1e9, "60", NULL, "running", "S",
      "seconds between two saves; 0 saves at every iteration"}, 0, FITS},
    {{"resume", INSHI_OPTION_FLAG, AT(resume), 0, 1, "", NULL, "running", "",
      "go on from --checkpoint FILE, to the same bits as if never stopped; begin anew where it is not there"}, 0, FITS},
    {{"output", INSHI_OPTION_NAME, AT(output), 0, 0, "", NULL, "output", "DIR",
      "the folder to write"}, 'o', MAKES},
    {{"force", INSHI_OPTION_FLAG, AT(force), 0, 1, "", NULL, "output", "",
      "write into a folder that exists"}, 0, MAKES},
    {{"output-format", INSHI_OPTION_NAME, AT(output_format), 0, 0, "npy", "npy|csv", "output", "NAME",
      "npy (and csv where rows or columns have names), or csv alone"}, 0, READS},
    {{"figures", INSHI_OPTION_NAME, AT(figures), 0, 0, "png", "png|svg|none", "output", "NAME",
      "pictures"}, 0, COMMAND_DEMO | FITS},
    {{"image", INSHI_OPTION_NAME, AT(image), 0, 0, "", NULL, "output", "RxC",
      "columns of W are pictures of R x C pixels, row by row (RxC:F: column by column)"}, 0, FITS},
    {{"json", INSHI_OPTION_FLAG, AT(json), 0, 1, "", NULL, "output", "",
      "the summary on standard output, as JSON"}, 0, COMMAND_ALL},
    {{"progress", INSHI_OPTION_NAME, AT(progress), 0, 0, "auto", "auto|json|none", "output", "NAME",
      "progress on standard error: a line, JSON lines, or nothing"}, 0, MAKES},
    {{"quiet", INSHI_OPTION_FLAG, AT(quiet), 0, 1, "", NULL, "output", "",
      "nothing on standard error but errors"}, 'q', COMMAND_ALL},
    {{"verbose", INSHI_OPTION_FLAG, AT(verbose), 0, 1, "", NULL, "output", "",
      "say more"}, 'v', COMMAND_ALL},
    {{"no-color", INSHI_OPTION_FLAG, AT(no_color), 0, 1, "", NULL, "output", "",
      "no colours on a terminal; NO_COLOR and TERM=dumb say the same"}, 0, COMMAND_ALL},
    {{"help", INSHI_OPTION_FLAG, AT(help), 0, 1, "", NULL, "output", "",
      "this page"}, 'h', COMMAND_ALL},
};
/* clang-format on */

enum { OWN_COUNT = sizeof OWN / sizeof *OWN };

static const char *const GROUPS[] = {"sources", "model",    "start",   "what stays", "data", "transform",
                                     "result",  "stopping", "running", "output",     NULL};

/* The command's own default of a library option, or that of the table. */
static const char *standard_of(const struct command *command, const inshi_option *row)
{
    for (const struct standard *own = command->standards; own && own->name; own++)
        if (strcmp(own->name, row->name) == 0)
            return own->text;
    return row->standard;
}

static bool takes(const struct command *command, const inshi_option *row)
{
    if (row->kind == INSHI_OPTION_FLAG ||
        row->kind == INSHI_OPTION_MATRIX) /* from files: own options say so */
        return false;
    if (strcmp(command->library_options, "*") == 0)
        return true;
    char      *key   = text_print(" %s ", row->name);
    const bool found = strstr(command->library_options, key) != NULL;
    free(key);
    return found;
}

int settings_options(const struct command *command, struct option_view views[MOST_OPTIONS])
{
    int count = 0;
    for (int g = 0; GROUPS[g]; g++) {
        for (int i = 0; i < OWN_COUNT; i++)
            if ((OWN[i].commands & (int)command->bit) && strcmp(OWN[i].row.group, GROUPS[g]) == 0)
                views[count++] = (struct option_view){&OWN[i].row, OWN[i].row.standard, OWN[i].letter, true,
                                                      OWN[i].row.kind != INSHI_OPTION_FLAG};
        for (int i = 0; i < inshi_option_count(); i++) {
            const inshi_option *row = inshi_option_at(i);
            if (takes(command, row) && strcmp(row->group, GROUPS[g]) == 0)
                views[count++] = (struct option_view){row, standard_of(command, row), 0, false, true};
        }
    }
    return count;
}

const char *settings_spelling(const struct option_view *view)
{
    static char text[64];
    if (view->row->name[1] == '\0')
        snprintf(text, sizeof text, "-%s", view->row->name);
    else
        snprintf(text, sizeof text, "--%s", view->row->name);
    return text;
}

void settings_default(const struct command *command, struct settings *settings)
{
    memset(settings, 0, sizeof *settings);
    inshi_options_default(&settings->model);
    settings->checkpoint_every = -1;
    struct option_view views[MOST_OPTIONS];
    const int          count = settings_options(command, views);
    for (int i = 0; i < count; i++)
        if (views[i].own && views[i].row->kind == INSHI_OPTION_NAME && *views[i].standard)
            *(const char **)((char *)settings + views[i].row->offset) = views[i].standard;
}

bool settings_read_whole(const char *text, int64_t *out)
{
    const char *digits = *text == '-' || *text == '+' ? text + 1 : text;
    if (!*digits || digits[strspn(digits, "0123456789")])
        return false;
    errno = 0;
    *out  = strtoll(text, NULL, 10);
    return errno == 0;
}

static bool is_choice(const char *choices, const char *text)
{
    const size_t length = strcspn(text, "|");
    for (const char *p = choices; p && !text[length]; p = strchr(p, '|') ? strchr(p, '|') + 1 : NULL)
        if (length && strncmp(p, text, length) == 0 && (p[length] == '|' || p[length] == '\0'))
            return true;
    return false;
}

/* A finite number in decimal notation, the text and nothing else. */
static bool read_real(const char *text, double *out)
{
    char *end;
    if (!*text || text[strspn(text, "0123456789.eE+-")])
        return false;
    *out = strtod(text, &end);
    return *end == '\0' && isfinite(*out);
}

static int add_word(struct console *console, struct words *words, const struct option_view *view,
                    const char *text)
{
    if (!*text)
        return console_fail(console, EXIT_USAGE, "%s is empty, and needs a %s", settings_spelling(view),
                            view->row->placeholder);
    if (words->count == MOST_WORDS)
        return console_fail(console, EXIT_USAGE, "%s is there more than %d times", settings_spelling(view),
                            MOST_WORDS);
    words->items[words->count++] = text;
    return EXIT_OK;
}

static int set_own(struct console *console, struct settings *settings, const struct option_view *view,
                   const char *text)
{
    const inshi_option *row   = view->row;
    void               *field = (char *)settings + row->offset;
    int64_t             value;
    switch (row->kind) {
    case INSHI_OPTION_FLAG:
        *(int *)field = 1;
        return EXIT_OK;
    case INSHI_OPTION_INTEGER:
        if (!settings_read_whole(text, &value) || (double)value < row->least || (double)value > row->most)
            return row->most < MOST_COUNT
                       ? console_fail(console, EXIT_USAGE,
                                      "%s is \"%.40s\", and must be a whole number from %.0f to %.0f",
                                      settings_spelling(view), text, row->least, row->most)
                       : console_fail(console, EXIT_USAGE,
                                      "%s is \"%.40s\", and must be a whole number of at least %.0f",
                                      settings_spelling(view), text, row->least);
        *(int64_t *)field = value;
        return EXIT_OK;
    case INSHI_OPTION_REAL:
        if (!read_real(text, field) || *(double *)field < row->least || *(double *)field > row->most)
            return console_fail(console, EXIT_USAGE, "%s is \"%.40s\", and must be a number from %g to %g",
                                settings_spelling(view), text, row->least, row->most);
        return EXIT_OK;
    case INSHI_OPTION_LIST:
        return add_word(console, field, view, text);
    default:
        if (row->choices && !is_choice(row->choices, text))
            return console_fail(console, EXIT_USAGE, "%s is \"%.40s\", and must be one of %s",
                                settings_spelling(view), text, row->choices);
        if (!*text)
            return console_fail(console, EXIT_USAGE, "%s is empty, and needs a %s", settings_spelling(view),
                                row->placeholder);
        *(const char **)field = text;
        return EXIT_OK;
    }
}

int settings_set(struct console *console, inshi_context *context, struct settings *settings,
                 const struct option_view *view, const char *text)
{
    if (view->own)
        return set_own(console, settings, view, text);
    if (view->row->kind == INSHI_OPTION_LIST) {
        settings->fix_columns = text;
        return EXIT_OK;
    }
    if (inshi_options_set(context, &settings->model, view->row->name, text) == INSHI_OK)
        return EXIT_OK;
    return console_fail(console, EXIT_USAGE, "--%s", inshi_context_message(context));
}
