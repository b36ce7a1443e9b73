/* clock.h -- seconds of a clock that never runs backwards. */
#ifndef INSHI_BASE_CLOCK_H
#define INSHI_BASE_CLOCK_H

double clock_seconds(void);

#endif
