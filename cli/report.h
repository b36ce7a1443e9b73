/* report.h -- the files of a run: W, H, history.csv, summary.json; and --json. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <jansson.h>
#include "fitted.h"
#include "folder.h"

/* W (where write_w) and H as npy, and as csv where X has names or --output-format csv. */
void report_factors(struct session *session, struct folder *folder, const struct input *input,
                    const struct fitted *fitted, bool write_w);

void report_history(struct session *session, struct folder *folder, const inshi_report *report);

/* The summary of a run that has ended; the files are those written so far and summary.json. */
json_t *report_summary(struct session *session, const struct folder *folder, const struct input *input,
                       const struct fitted *fitted);

/* Writes it as the file of that name, and prints it with --json. Takes the reference. */
void report_finish(struct session *session, struct folder *folder, const char *name, json_t *summary);

/* Prints an object on standard output. */
void report_print(json_t *object);

/* A JSON number, null where it is not finite; a JSON text, with ? for bytes that are not UTF-8. */
json_t *report_real(double value);
/* sdr, sir, sar, si_sdr into the object. */
void    report_scores(json_t *object, const inshi_bss_score *scores);
json_t *report_text(const char *text);

/* A seed (a text above 2^63 - 1, which is the largest integer here), and a list of texts with one more at its
 * end. */
json_t *report_seed(uint64_t seed);
json_t *report_list(const struct texts *texts, const char *last);

#endif
