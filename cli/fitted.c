/* fitted.c -- see fitted.h. */
#include "fitted.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The least that a fit holds: W and H, the same in panels, and a gradient; inshi_plan knows better. */
enum { COPIES = 3 };

static int64_t product(int64_t a, int64_t b)
{
    int64_t c;
    return __builtin_mul_overflow(a, b, &c) ? INT64_MAX : c;
}

static int64_t sum(int64_t a, int64_t b)
{
    int64_t c;
    return __builtin_add_overflow(a, b, &c) ? INT64_MAX : c;
}

static void print_bytes(char text[32], int64_t bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    double                   value   = (double)bytes / 1e3;
    int                      unit    = 0;
    while (value >= 1000 && unit < 5) {
        value /= 1000;
        unit++;
    }
    snprintf(text, 32, "%.3g %s", value, units[unit]);
}

static int fail_memory(struct session *session, int64_t k, int64_t factors, int64_t needed, int64_t machine)
{
    char factor_text[32], needed_text[32], machine_text[32];
    print_bytes(factor_text, factors);
    print_bytes(needed_text, needed);
    print_bytes(machine_text, machine);
    return console_fail(
        &session->console, EXIT_NO_MEMORY,
        "not enough memory: W and H take %s with k = %lld, the whole fit about %s, and this machine has %s; "
        "a smaller -k takes less",
        factor_text, (long long)k, needed_text, machine_text);
}

int fitted_take(struct session *session, inshi_matrix x, int64_t k, inshi_dtype dtype, struct fitted *fitted)
{
    *fitted               = (struct fitted){0};
    const int64_t element = inshi_dtype_bytes(dtype);
    const int64_t w_bytes = product(product(x.rows, k), element),
                  h_bytes = product(product(x.columns, k), element);
    const int64_t factors = sum(w_bytes, h_bytes);
    const int64_t needed  = product(factors, COPIES);
    const int64_t machine = product(sysconf(_SC_PHYS_PAGES), sysconf(_SC_PAGESIZE));
    if (needed > machine)
        return fail_memory(session, k, factors, needed, machine);
    fitted->w = inshi_matrix_c(calloc((size_t)w_bytes + 1, 1), dtype, x.rows, k);
    fitted->h = inshi_matrix_c(calloc((size_t)h_bytes + 1, 1), dtype, k, x.columns);
    if (!fitted->w.data || !fitted->h.data)
        return fail_memory(session, k, factors, needed, machine);
    fitted->held = factors;
    inshi_context_hold(session->context, factors);
    const inshi_status status = inshi_report_create(session->context, &fitted->report);
    if (status)
        return session_fail(session, status);
    fitted->info            = inshi_report_info(fitted->report);
    fitted->component_names = small_take((size_t)k, sizeof *fitted->component_names);
    for (int64_t i = 0; i < k; i++)
        fitted->component_names[i] = text_print("component%lld", (long long)i);
    return EXIT_OK;
}

void fitted_release(struct session *session, struct fitted *fitted)
{
    for (int64_t i = 0; fitted->component_names && i < fitted->w.columns; i++)
        free((char *)fitted->component_names[i]);
    free(fitted->component_names);
    inshi_report_destroy(fitted->report);
    free(fitted->w.data);
    free(fitted->h.data);
    inshi_context_hold(session->context, -fitted->held);
    *fitted = (struct fitted){0};
}
