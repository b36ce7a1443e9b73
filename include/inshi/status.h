/* status.h -- what a call returns.
 *
 * Every function that can fail returns an inshi_status; results go through pointers, last. The sentence for
 * the user, with the numbers in it, is inshi_context_message().
 */
#ifndef INSHI_STATUS_H
#define INSHI_STATUS_H

#if defined(_WIN32)
#define INSHI_API
#elif defined(INSHI_BUILD)
#define INSHI_API __attribute__((visibility("default")))
#else
#define INSHI_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum inshi_status {
    INSHI_OK              = 0,
    INSHI_ERR_ARGUMENT    = 1, /* a null pointer, an option or value that does not exist, a contradiction */
    INSHI_ERR_DATA        = 2, /* the content of a file or matrix: negative, NaN, malformed               */
    INSHI_ERR_SHAPE       = 3, /* shapes that do not fit together                                         */
    INSHI_ERR_UNSUPPORTED = 4, /* a combination that inshi does not implement                             */
    INSHI_ERR_MEMORY      = 5, /* not enough memory; the size is in the message                           */
    INSHI_ERR_IO          = 6, /* cannot read or write: missing, a directory, no permission, disk full    */
    INSHI_ERR_NUMERIC     = 7, /* numerical breakdown                                                     */
    INSHI_ERR_INTERRUPTED = 8, /* the interrupt callback asked to stop before there was a result          */
    INSHI_ERR_INTERNAL    = 9  /* a bug in inshi                                                          */
} inshi_status;

/* A short text for a status, e.g. "not enough memory". Never NULL. */
INSHI_API const char *inshi_status_text(inshi_status status);

#ifdef __cplusplus
}
#endif
#endif
