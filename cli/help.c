/* help.c -- see help.h. */
#include "help.h"

#include <string.h>

/* Lines of "command\texplanation\n". */
static void print_examples(FILE *stream, const char *examples)
{
    for (const char *line = examples; *line; line = strchr(line, '\n') + 1) {
        const int command = (int)strcspn(line, "\t"), rest = (int)strcspn(line + command + 1, "\n");
        fprintf(stream, "  inshi %.*s\n      %.*s\n", command, line, rest, line + command + 1);
    }
}

void help_all(FILE *stream)
{
    fprintf(stream, "inshi %s: nonnegative matrix factorization, X ~ W H\n\nExamples:\n", inshi_version());
    print_examples(stream, "demo\tthe experiment of an article: three divergences, pictures, a table\n"
                           "fit X.npy -k 5\tfactorize a file: W, H, history, summary, pictures in X-inshi\n"
                           "transform X-inshi NEW.npy\tdescribe new columns by the same basis\n");
    fputs("\nCommands:\n", stream);
    for (const struct command *const *c = command_rows(); *c; c++)
        fprintf(stream, "  %-11s%s\n", (*c)->name, (*c)->summary);
    fputs("  help       this page; help COMMAND is the page of a command\n"
          "\nOptions:\n  --help     this page; inshi COMMAND --help is the page of a command\n"
          "  --version  the version\n\n"
          "Exit codes: 0 ok; 2 usage; 3 bad input; 4 not enough memory; 5 cannot read or write; 6 not "
          "converged\n"
          "(--require-converged); 7 numerical breakdown; 70 a bug; 130, 143 interrupted, terminated (after "
          "saving).\n",
          stream);
}

/* "  -o, --output DIR" */
static void print_spelling(FILE *stream, const struct option_view *view)
{
    char       text[80];
    const bool only_letter = view->row->name[1] == '\0';
    if (only_letter)
        snprintf(text, sizeof text, "-%s %s", view->row->name, view->row->placeholder);
    else
        snprintf(text, sizeof text, "%s%c%s--%s %s", view->letter ? "-" : "",
                 view->letter ? view->letter : ' ', view->letter ? ", " : "   ", view->row->name,
                 view->row->placeholder);
    fprintf(stream, "  %-27s ", text);
}

enum { TEXT_COLUMN = 30, LAST_COLUMN = 100 };

/* Words of a text from TEXT_COLUMN on, in as many lines as they need. */
static void print_wrapped(FILE *stream, const char *text)
{
    int column = TEXT_COLUMN;
    for (const char *p = text; *p; p += strspn(p, " ")) {
        const int  length = (int)strcspn(p, " ");
        const bool first = column == TEXT_COLUMN, next_line = !first && column + 1 + length > LAST_COLUMN;
        if (next_line)
            fprintf(stream, "\n%*s", TEXT_COLUMN, "");
        column = (next_line ? TEXT_COLUMN : column) +
                 fprintf(stream, "%s%.*s", first || next_line ? "" : " ", length, p);
        p += length;
    }
    fputc('\n', stream);
}

/* "help; a|b|c (default a)" */
static void print_text(FILE *stream, const struct option_view *view)
{
    const char *choices = view->row->choices, *standard = view->standard;
    char        text[512];
    snprintf(text, sizeof text, "%s%s%s%s%s%s", view->row->help, choices ? "; " : "", choices ? choices : "",
             *standard ? " (default " : "", standard, *standard ? ")" : "");
    print_wrapped(stream, text);
}

/* Names of a list, each with its summary. */
static void print_names(FILE *stream, const char *title, const char *(*name)(int),
                        const char *(*summary)(int))
{
    fprintf(stream, "\n%s:\n", title);
    for (int i = 0; name(i); i++)
        fprintf(stream, "  %-11s%s\n", name(i), summary(i));
}

void help_command(FILE *stream, const struct command *command)
{
    fprintf(stream, "inshi %s: %s\n\nExamples:\n", command->name, command->summary);
    print_examples(stream, command->examples);
    fprintf(stream, "\nUsage: inshi %s", command->usage);
    if (*command->notes)
        fprintf(stream, "\n%s", command->notes);
    struct option_view views[MOST_OPTIONS];
    const int          count = settings_options(command, views);
    const char        *group = "";
    for (int i = 0; i < count; i++) {
        if (strcmp(group, views[i].row->group) != 0)
            fprintf(stream, "\nOptions: %s\n", views[i].row->group);
        group = views[i].row->group;
        print_spelling(stream, &views[i]);
        print_text(stream, &views[i]);
    }
    if (command->bit != COMMAND_FIT)
        return;
    print_names(stream, "Losses", inshi_loss_name, inshi_loss_summary);
    print_names(stream, "Solvers", inshi_solver_name, inshi_solver_summary);
}

/* A "|" in a table of Markdown is written as an entity. */
static void print_cell(FILE *stream, const char *text)
{
    for (; *text; text++)
        if (*text == '|')
            fputs("\\|", stream);
        else
            fputc(*text, stream);
}

static void markdown_row(FILE *stream, const struct option_view *view)
{
    const char *name = view->row->name;
    fputs("| `", stream);
    if (view->letter && name[1])
        fprintf(stream, "-%c`, `", view->letter);
    fprintf(stream, "%s%s%s%s` | ", name[1] ? "--" : "-", name, *view->row->placeholder ? " " : "",
            view->row->placeholder);
    print_cell(stream, view->row->help);
    fputs(" | ", stream);
    print_cell(stream, view->row->choices ? view->row->choices : "");
    fprintf(stream, " | %s |\n", view->standard);
}

static void markdown_command(FILE *stream, const struct command *command)
{
    fprintf(stream, "\n## inshi %s\n\n%s\n\n", command->name, command->summary);
    fprintf(stream, "```\ninshi %s```\n", command->usage);
    if (*command->notes)
        fprintf(stream, "\n%s", command->notes);
    struct option_view views[MOST_OPTIONS];
    const int          count = settings_options(command, views);
    const char        *group = "";
    for (int i = 0; i < count; i++) {
        if (strcmp(group, views[i].row->group) != 0)
            fprintf(stream, "\n### %s: %s\n\n| option | what | one of | default |\n|---|---|---|---|\n",
                    command->name, views[i].row->group);
        group = views[i].row->group;
        markdown_row(stream, &views[i]);
    }
}

void help_markdown(FILE *stream)
{
    fputs("# Options\n\n"
          "Made by `inshi help --markdown` from the table in `src/model/options.c` and the one in "
          "`cli/settings.c`;\n"
          "change them, not this page. Long options are not abbreviated; `--name VALUE` and `--name=VALUE` "
          "are the same,\n"
          "and after `--` no word is an option.\n",
          stream);
    for (const struct command *const *c = command_rows(); *c; c++)
        markdown_command(stream, *c);
}
