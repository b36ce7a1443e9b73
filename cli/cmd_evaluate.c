/* cmd_evaluate.c -- inshi evaluate: how good separated sources are, given the true ones. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "evaluation.h"
#include "report.h"

static void print_json(struct evaluation *v)
{
    json_t *object = json_object(), *sources = json_array();
    json_object_set_new(object, "inshi_version", json_string(inshi_version()));
    json_object_set_new(object, "command", json_string("evaluate"));
    json_object_set_new(object, "rate", json_integer(v->references.header.rate));
    json_object_set_new(object, "channels", json_integer(v->references.header.channels));
    json_object_set_new(object, "samples", json_integer(v->references.header.samples));
    for (int64_t i = 0; i < v->references.count; i++) {
        const inshi_bss_score *s   = &v->scores[i];
        json_t                *row = json_object();
        json_object_set_new(row, "reference", report_text(v->references.names[i]));
        json_object_set_new(row, "estimate", report_text(v->estimates.names[s->estimate]));
        report_scores(row, s);
        json_array_append_new(sources, row);
    }
    json_object_set_new(object, "sources", sources);
    json_object_set_new(object, "mean_sdr", report_real(evaluation_mean_sdr(v)));
    json_object_set_new(object, "warnings", report_list(&v->session->warnings, NULL));
    report_print(object);
    json_decref(object);
}

static void print_text(const struct evaluation *v)
{
    int width = 9;
    for (int64_t i = 0; i < v->references.count; i++) {
        const int a = (int)strlen(v->references.names[i]), b = (int)strlen(v->estimates.names[i]);
        width = a > width ? a : width;
        width = b > width ? b : width;
    }
    width = width < 60 ? width : 60;
    printf("%-*s  %-*s %8s %8s %8s %8s   dB\n", width, "reference", width, "estimate", "SDR", "SIR", "SAR",
           "SI-SDR");
    for (int64_t i = 0; i < v->references.count; i++) {
        const inshi_bss_score *s = &v->scores[i];
        printf("%-*s  %-*s %8.2f %8.2f %8.2f %8.2f\n", width, v->references.names[i], width,
               v->estimates.names[s->estimate], s->sdr, s->sir, s->sar, s->si_sdr);
    }
    printf("%-*s  %-*s %8.2f\n", width, "mean", width, "", evaluation_mean_sdr(v));
}

static int run(struct session *session)
{
    const struct settings *s = &session->settings;
    if (!s->reference || !s->estimate)
        return console_fail(
            &session->console, EXIT_USAGE,
            "evaluate needs --%s DIR, the folder of the %s: inshi evaluate --reference stems --estimate out",
            s->reference ? "estimate" : "reference", s->reference ? "separated sources" : "true sources");
    struct evaluation v = {
        .session = session, .references = {.folder = s->reference}, .estimates = {.folder = s->estimate}};
    const int code = evaluation_score(&v);
    if (!code && session->settings.json)
        print_json(&v);
    else if (!code)
        print_text(&v);
    evaluation_release(&v);
    return code;
}

const struct command COMMAND_ROW_EVALUATE = {
    .name     = "evaluate",
    .bit      = COMMAND_EVALUATE,
    .summary  = "how good separated sources are: SDR, SIR, SAR, SI-SDR",
    .usage    = "evaluate --reference DIR --estimate DIR [options]\n",
    .examples = "evaluate --reference stems --estimate song-inshi\ta table, in dB\n"
                "evaluate --reference stems --estimate song-inshi --json\tfor scripts\n",
    .notes    = "The sound files of the two folders are paired so that the mean SIR is highest. Where one "
                "folder has\n"
                "more, its files that have no namesake in the other are left out. SDR, SIR and SAR are those of "
                "BSSEval\n"
                "3 with filters of 512 samples. Channels are taken together: one filter for all, energies "
                "added. Silence\n"
                "has no scores (nan, in JSON null).\n",
    .operands_least  = 0,
    .operands_most   = 0,
    .operand_names   = "options only",
    .library_options = "",
    .run             = run,
};
