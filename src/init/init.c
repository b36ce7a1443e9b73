/* init.c -- the list of starts. */
#include "init/init.h"

static const struct init *const list[] = {&init_random};

const struct init *init_at(int index)
{
    return index >= 0 && index < (int)(sizeof list / sizeof list[0]) ? list[index] : NULL;
}
