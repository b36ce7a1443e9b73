/* fit_options.c -- see fit_options.h. */
#include "fit_options.h"

#include <stdlib.h>
#include "columns.h"

static int check_rank(struct session *session)
{
    const char *name = session->command->name;
    return session->settings.k ? EXIT_OK
                               : console_fail(&session->console, EXIT_USAGE,
                                              "%s needs -k K, the number of components: inshi %s %s -k 5",
                                              name, name, session->settings.operands[0]);
}

static int check_checkpoint(struct session *session)
{
    const struct settings *settings = &session->settings;
    if (settings->checkpoint || (!settings->resume && settings->checkpoint_every < 0))
        return EXIT_OK;
    return console_fail(&session->console, EXIT_USAGE, "%s needs the name of a checkpoint: --checkpoint FILE",
                        settings->resume ? "--resume" : "--checkpoint-every");
}

static int read_columns(struct session *session, struct fit_options *options)
{
    struct settings *settings = &session->settings;
    if (!settings->fix_columns)
        return EXIT_OK;
    const int code = columns_read(&session->console, "--fix-columns", settings->fix_columns, settings->k,
                                  &options->fix_columns, &settings->model.fix_columns_count);
    settings->model.fix_columns = options->fix_columns;
    return code;
}

int fit_options_check(struct session *session, struct fit_options *options)
{
    struct settings *settings = &session->settings;
    *options                  = (struct fit_options){0};
    settings->model.given_w   = settings->init_w != NULL;
    settings->model.given_h   = settings->init_h != NULL;
    int code                  = check_rank(session);
    if (!code)
        code = check_checkpoint(session);
    if (!code)
        code = pictures_image(&session->console, settings->image, &options->image);
    if (!code)
        code = read_columns(session, options);
    if (code)
        return code;
    const inshi_status status = inshi_options_check(session->context, &settings->model);
    return status ? session_fail(session, status) : input_check_dtype(session);
}

void fit_options_close(struct fit_options *options)
{
    free(options->fix_columns);
    *options = (struct fit_options){0};
}
