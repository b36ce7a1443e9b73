/* report.c -- what a fit found out: numbers, history, warnings. */
#include "model/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *inshi_stop_name(inshi_stop stop)
{
    switch (stop) {
    case INSHI_STOP_TOLERANCE:
        return "tolerance";
    case INSHI_STOP_ITERATIONS:
        return "iterations";
    case INSHI_STOP_TIME:
        return "time";
    case INSHI_STOP_INTERRUPTED:
        return "interrupted";
    }
    return "?";
}

inshi_status inshi_report_create(inshi_context *context, inshi_report **out)
{
    if (!context || !out)
        return INSHI_ERR_ARGUMENT;
    *out                 = NULL;
    inshi_report *report = memory_take(context, 1, sizeof *report, "a report");
    if (!report)
        return INSHI_ERR_MEMORY;
    *report = (inshi_report){.context = context};
    *out    = report;
    return INSHI_OK;
}

void inshi_report_destroy(inshi_report *report)
{
    if (!report)
        return;
    history_clear(report->context, &report->history);
    memory_give(report->context, report);
}

const inshi_info *inshi_report_info(const inshi_report *report)
{
    return report ? &report->info : NULL;
}

const inshi_history_row *inshi_report_history(const inshi_report *report, int64_t *count)
{
    if (count)
        *count = report ? report->history.count : 0;
    return report ? report->history.rows : NULL;
}

const char *inshi_report_warning(const inshi_report *report, int64_t index)
{
    return report && index >= 0 && index < report->warning_count ? report->warnings[index] : NULL;
}

void report_clear(inshi_report *report)
{
    if (!report)
        return;
    history_clear(report->context, &report->history);
    *report = (inshi_report){.context = report->context};
}

void report_warn(inshi_context *context, inshi_report *report, const char *format, ...)
{
    char    sentence[WARNING_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    if (report && report->warning_count < WARNING_MOST)
        memcpy(report->warnings[report->warning_count++], sentence, sizeof sentence);
    if (context->warning)
        context->warning(context->warning_user, sentence);
}

enum { HISTORY_LEAST = 64, HISTORY_LIKELY = 16384 };

inshi_status history_add(inshi_context *context, struct history *history, inshi_history_row row)
{
    if (history->count == history->room) {
        const int64_t      room = history->room ? 2 * history->room : HISTORY_LEAST;
        inshi_history_row *rows = memory_grow(context, history->rows, room, sizeof *rows, "the history");
        if (!rows)
            return INSHI_ERR_MEMORY;
        history->rows = rows;
        history->room = room;
    }
    history->rows[history->count++] = row;
    return INSHI_OK;
}

inshi_status history_reserve(inshi_context *context, struct history *history, int64_t iterations)
{
    int64_t room = HISTORY_LEAST;
    while (room <= iterations && room < HISTORY_LIKELY)
        room *= 2;
    history->rows = memory_take(context, room + room / 2, sizeof *history->rows, "the history");
    return history->rows ? INSHI_OK : INSHI_ERR_MEMORY; /* growing holds the old rows too */
}

void history_clear(inshi_context *context, struct history *history)
{
    memory_give(context, history->rows);
    *history = (struct history){0};
}
