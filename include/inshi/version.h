/* version.h -- the version of the headers and of the library that runs. */
#ifndef INSHI_VERSION_H
#define INSHI_VERSION_H

#include "inshi/status.h"

#define INSHI_VERSION_MAJOR 0
#define INSHI_VERSION_MINOR 1
#define INSHI_VERSION_PATCH 0
#define INSHI_VERSION       "0.1.0"

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library that runs, e.g. "0.1.0". */
INSHI_API const char *inshi_version(void);

#ifdef __cplusplus
}
#endif
#endif
