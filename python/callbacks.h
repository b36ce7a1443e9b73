/* callbacks.h -- what the library asks and tells Python while a call runs. */
#ifndef PYTHON_CALLBACKS_H
#define PYTHON_CALLBACKS_H

#include <inshi/inshi.h>

/* Of one call. The interpreter is asked from the calling thread alone, and seldom: entering it takes its lock, which
 * another thread may hold for milliseconds. The worker threads read `stop`. */
typedef struct inshi_python_call {
    /* Both enter Python, and return non-zero to stop: one lets it handle its signals, one is told every iteration. */
    int (*ask)(void *nothing);
    int (*tell)(const inshi_progress *progress);
    double   every;  /* seconds between two questions                      */
    double   next;   /* when to ask again; inshi_python_begin() sets it    */
    uint64_t thread; /* the one that calls, likewise                       */
    int      stop;   /* set by either answer, or by anybody                */
} inshi_python_call;

INSHI_API void inshi_python_begin(inshi_python_call *call);

/* For inshi_context_set_interrupt() and inshi_context_set_progress(), with the call as user. */
INSHI_API int inshi_python_interrupt(void *call);
INSHI_API int inshi_python_progress(void *call, const inshi_progress *progress);

#endif
