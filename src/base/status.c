/* status.c -- a text for every status, and the version. */
#include "inshi/status.h"
#include "inshi/version.h"

const char *inshi_status_text(inshi_status status)
{
    switch (status) { /* no default: a missing text does not compile under -Werror */
    case INSHI_OK:
        return "ok";
    case INSHI_ERR_ARGUMENT:
        return "an argument that inshi does not know or that contradicts another";
    case INSHI_ERR_DATA:
        return "bad input data";
    case INSHI_ERR_SHAPE:
        return "shapes that do not fit";
    case INSHI_ERR_UNSUPPORTED:
        return "a combination that is not supported";
    case INSHI_ERR_MEMORY:
        return "not enough memory";
    case INSHI_ERR_IO:
        return "cannot read or write";
    case INSHI_ERR_NUMERIC:
        return "numerical breakdown";
    case INSHI_ERR_INTERRUPTED:
        return "interrupted";
    case INSHI_ERR_INTERNAL:
        return "a bug in inshi";
    }
    return "a status that inshi does not know";
}

const char *inshi_version(void)
{
    return INSHI_VERSION;
}
