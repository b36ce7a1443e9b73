/* both_types.h -- includes the file BOTH_TYPES for float, where NAME(x) is x_f4, and for double, where it is x_f8; without a guard,
 * for any number of such files. */
#define REAL    float
#define NAME(x) x##_f4
#include BOTH_TYPES
#undef REAL
#undef NAME
#define REAL    double
#define NAME(x) x##_f8
#include BOTH_TYPES
#undef REAL
#undef NAME
#undef BOTH_TYPES
