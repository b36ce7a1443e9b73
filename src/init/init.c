/* init.c -- the list of starts. */
#include "init/init.h"

#define INIT_POINTER(name) &init_##name,
static const struct init *const list[] = {INIT_LIST(INIT_POINTER)};
#undef INIT_POINTER

const struct init *init_at(int index)
{
    return index >= 0 && index < (int)(sizeof list / sizeof list[0]) ? list[index] : NULL;
}
