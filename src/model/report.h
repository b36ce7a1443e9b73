/* report.h -- the inside of an inshi_report. */
#ifndef INSHI_MODEL_REPORT_H
#define INSHI_MODEL_REPORT_H

#include "base/context.h"
#include "inshi/fit.h"

enum { WARNING_SIZE = 400, WARNING_MOST = 16 };

/* Rows of a history that grow as they are added. */
struct history {
    inshi_history_row *rows;
    int64_t            count, room;
};

struct inshi_report {
    inshi_context *context;
    inshi_info     info;
    struct history history;
    char           warnings[WARNING_MOST][WARNING_SIZE];
    int64_t        warning_count;
};

inshi_status history_add(inshi_context *context, struct history *history, inshi_history_row row);
/* Room for the rows of so many iterations, or as many as a fit is likely to have. */
inshi_status history_reserve(inshi_context *context, struct history *history, int64_t iterations);
void         history_clear(inshi_context *context, struct history *history);

/* Empties a report for the next call. */
void report_clear(inshi_report *report);

/* Keeps a sentence in the report (where there is one) and tells the context's warning callback. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
void report_warn(inshi_context *context, inshi_report *report, const char *format, ...);

#endif
