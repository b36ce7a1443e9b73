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

#include "loss/scalar.inc"

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
