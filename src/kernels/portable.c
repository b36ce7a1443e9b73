/* portable.c -- the kernels in plain C: the oracle that every test compares the others with, and what runs where
 * there is no better table. Entry by entry, sums in double, no blocking. */
#include "kernels/tables.h"

#include <math.h>
#include <string.h>
#include "kernels/nnls.h"
#include "kernels/storage.h"

enum { lanes_f64 = 8, lanes_f32 = 8 };
#define LANES    8
#define ISA_NAME "portable"

/* The losses see one number where the SIMD kernels have a vector; their arithmetic is double in both tables. */
#define vec               double
#define V(a)              ((double)(a))
#define V_MAX(a, b)       ((a) > (b) ? (a) : (b))
#define V_MIN(a, b)       ((a) < (b) ? (a) : (b))
#define V_SQRT(a)         sqrt(a)
#define V_LESS(a, b)      ((a) < (b))
#define V_ALL(m)          (m)
#define V_ANY(m)          (m)
#define MASK              bool
#define V_SELECT(m, a, b) ((m) ? (a) : (b))
#define REAL_TINY         1e-300
#define REAL_HUGE         1e280
#define ATANH_REACH       0.03

#define real     double
#define FN(name) name##_one
static inline double v_log_one(double a)
{
    return log(a);
}

static inline double v_exp_one(double a)
{
    return exp(a);
}

static inline double v_atanh_tail_one(double s2)
{
    double sum = 0;
    for (int i = 12; i >= 1; i--)
        sum = s2 * (1.0 / (2 * i + 1) + sum);
    return sum;
}
#include "loss/list.inc"
#undef real
#undef FN
#undef vec

static void one_entry(struct loss_choice loss, bool observed, double x, double y, double part[4])
{
    switch (loss.loss->id) {
#define LOSS_ROW(name, summary, traits, order)                                                               \
    case LOSS_ID_##name:                                                                                     \
        name##_parts_one(x, y, loss.beta, &part[0], &part[1]);                                               \
        part[2] = name##_value_one(x, y, loss.beta);                                                         \
        part[3] = name##_curvature_one(x, y, loss.beta, observed);                                           \
        return;
#include "loss/list.inc"
#undef LOSS_ROW
    case LOSS_COUNT:
        break;
    }
}

#define real         float
#define FN(name)     name##_f32
#define LEAST_Y      1e-30
#define MOST         1e34
#define HESSIAN_LIFT 1e-5
#include "kernels/load.inc"
#include "kernels/plain.inc"
#include "kernels/table.inc"
#undef real
#undef FN
#undef LEAST_Y
#undef MOST
#undef HESSIAN_LIFT

#define real         double
#define FN(name)     name##_f64
#define LEAST_Y      1e-140
#define MOST         REAL_HUGE
#define HESSIAN_LIFT 1e-10
#include "kernels/load.inc"
#include "kernels/plain.inc"
#include "kernels/table.inc"

const struct kernels *const kernels_portable[2] = {&table_f32, &table_f64};
