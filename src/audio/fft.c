/* fft.c -- plans of discrete Fourier transforms: mixed radix, and Bluestein's for large prime factors.
 *
 * Mixed radix: factors 4, 2, 3, 5, 7 and odd ones up to 47. A larger prime factor: the transform as a convolution with
 * exp(i pi j^2 / n), in double (L. I. Bluestein. A linear filtering approach to the computation of discrete Fourier
 * transform. IEEE Trans. Audio Electroacoustics 18, 1970). All turns are computed in double by fft_turn, whose
 * angles are at most an eighth of the circle. Scratch: 2 n numbers, or about 8 n doubles.
 */
#include "audio/fft_plan.h"

#include <math.h>
#include <string.h>

struct fft_real {
    inshi_dtype dtype;
    int64_t     length;
    struct fft *complex; /* of length / 2 where that is whole, of length otherwise */
    void       *turns;   /* exp(-2 pi i k / n), k = 0 ... n / 2                     */
};

void fft_turn(int64_t k, int64_t n, double *re, double *im)
{
    const int64_t eight = 8 * k, octant = eight / n;
    const int64_t rest =
        (octant & 1) ? (octant + 1) * n - eight : eight - octant * n; /* of the eighth, in 1/n */
    const double angle = 0.78539816339744830962 * ((double)rest / (double)n);
    const double c = cos(angle), s = sin(angle);
    const int    quarter = (int)((octant + 1) / 2 % 4); /* the axis that the angle is measured from */
    const double sine    = (octant & 1) ? -s : s;
    *re                  = quarter == 0 ? c : quarter == 1 ? -sine : quarter == 2 ? -c : sine;
    *im                  = quarter == 0 ? -sine : quarter == 1 ? -c : quarter == 2 ? sine : c;
}

/* The convolution with the chirp, and the inverse transform: a + i b over the inner length. */
static void convolve(const struct fft *plan, double *a, double *b, void *scratch)
{
    const int64_t m  = plan->inner->length;
    const double *fr = plan->filter, *fi = fr + m;
    fft_run(plan->inner, a, b, scratch);
    for (int64_t k = 0; k < m; k++) {
        const double re = a[k] * fr[k] - b[k] * fi[k];
        b[k]            = a[k] * fi[k] + b[k] * fr[k];
        a[k]            = re;
    }
    fft_run(plan->inner, b, a, scratch);
}

#define BOTH_TYPES "audio/fft.inc"
#include "audio/both_types.h"

static int64_t padded(int64_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

int64_t fft_good_length(int64_t least)
{
    const int64_t step = least > 64 ? 8 : 1;
    for (int64_t n = least < 1 ? 1 : (least + step - 1) / step * step;; n += step) {
        int64_t rest = n;
        for (int radix = 2; radix <= 5; radix++)
            while (rest % radix == 0)
                rest /= radix;
        if (rest == 1)
            return n;
    }
}

/* Factors of n into plan->pass, 4 before the rest; false where one is too large. */
static bool factorize(struct fft *plan)
{
    int64_t rest = plan->length, groups = 1;
    for (int radix = 4; rest > 1;) {
        if (rest % radix == 0) {
            rest /= radix;
            plan->pass[plan->passes++] = (struct pass){.radix = radix, .groups = groups, .inner = rest};
            groups *= radix;
        } else
            radix = radix == 4 ? 2 : radix == 2 ? 3 : radix + 2;
        if (radix > LARGEST_RADIX)
            return false;
    }
    return true;
}

static inshi_status fill_mixed(inshi_context *context, struct fft *plan)
{
    int64_t      count = 0;
    const size_t size  = (size_t)inshi_dtype_bytes(plan->dtype);
    for (int i = 0; i < plan->passes; i++)
        count += 2 * (plan->pass[i].radix - 1) * plan->pass[i].inner + 2 * plan->pass[i].radix;
    plan->turns = memory_take(context, count, size, "the turns of a Fourier transform");
    if (!plan->turns)
        return INSHI_ERR_MEMORY;
    char *at = plan->turns;
    for (int i = 0; i < plan->passes; i++) {
        struct pass *p      = &plan->pass[i];
        char        *circle = at + 2 * (p->radix - 1) * p->inner * (int64_t)size;
        if (plan->dtype == INSHI_DTYPE_F4)
            fill_pass_f4(p, (float *)at, (float *)circle);
        else
            fill_pass_f8(p, (double *)at, (double *)circle);
        at = circle + 2 * p->radix * (int64_t)size;
    }
    return INSHI_OK;
}

/* The filter is the transform of exp(i pi j^2 / n) for |j| < n, divided by the inner length. */
static inshi_status fill_bluestein(inshi_context *context, struct fft *plan)
{
    const int64_t      n = plan->length, m = fft_good_length(2 * n - 1);
    const inshi_status status  = fft_make(context, m, INSHI_DTYPE_F8, &plan->inner);
    void              *scratch = NULL;
    if (status)
        return status;
    plan->chirp = memory_take(context, 2 * n, sizeof(double), "the chirp of a Fourier transform");
    plan->filter =
        plan->chirp ? memory_take(context, 2 * m, sizeof(double), "the filter of a Fourier transform") : NULL;
    scratch = plan->filter ? memory_take(context, fft_scratch(plan->inner), 1, "a Fourier transform") : NULL;
    if (!scratch)
        return INSHI_ERR_MEMORY;
    memset(plan->filter, 0, 2 * (size_t)m * sizeof(double));
    double *re = plan->filter, *im = re + m;
    for (int64_t j = 0; j < n; j++) {
        fft_turn(j * j % (2 * n), 2 * n, &plan->chirp[j], &plan->chirp[n + j]);
        re[j] = re[(m - j) % m] = plan->chirp[j] / (double)m;
        im[j] = im[(m - j) % m] = -plan->chirp[n + j] / (double)m;
    }
    fft_run(plan->inner, re, im, scratch);
    memory_give(context, scratch);
    return INSHI_OK;
}

/* The passes for the instruction set of the context. */
static fft_mixed *choose_passes(const inshi_context *context)
{
#if defined(__x86_64__)
    if (strcmp(inshi_context_isa(context), "portable"))
        return fft_mixed_avx2;
#endif
    (void)context;
    return fft_mixed_portable;
}

inshi_status fft_make(inshi_context *context, int64_t length, inshi_dtype dtype, struct fft **out)
{
    struct fft *plan = memory_take(context, 1, sizeof *plan, "a Fourier transform");
    *out             = NULL;
    if (!plan)
        return INSHI_ERR_MEMORY;
    *plan = (struct fft){.dtype = dtype, .length = length, .mixed = choose_passes(context)};
    const inshi_status status = factorize(plan) ? fill_mixed(context, plan) : fill_bluestein(context, plan);
    if (status)
        fft_free(context, plan);
    else
        *out = plan;
    return status;
}

void fft_free(inshi_context *context, struct fft *plan)
{
    if (!plan)
        return;
    fft_free(context, plan->inner);
    memory_give(context, plan->filter);
    memory_give(context, plan->chirp);
    memory_give(context, plan->turns);
    memory_give(context, plan);
}

int64_t fft_scratch(const struct fft *plan)
{
    if (plan->inner)
        return padded(2 * plan->inner->length * (int64_t)sizeof(double)) + fft_scratch(plan->inner);
    return padded(2 * plan->length * inshi_dtype_bytes(plan->dtype));
}

void fft_run(const struct fft *plan, void *re, void *im, void *scratch)
{
    if (plan->inner && plan->dtype == INSHI_DTYPE_F4)
        bluestein_f4(plan, re, im, scratch);
    else if (plan->inner)
        bluestein_f8(plan, re, im, scratch);
    else
        plan->mixed(plan, re, im, scratch);
}

inshi_status fft_real_make(inshi_context *context, int64_t length, inshi_dtype dtype, struct fft_real **out)
{
    struct fft_real *plan   = memory_take(context, 1, sizeof *plan, "a Fourier transform");
    inshi_status     status = INSHI_ERR_MEMORY;
    *out                    = NULL;
    if (!plan)
        return status;
    *plan       = (struct fft_real){.dtype = dtype, .length = length};
    plan->turns = memory_take(context, 2 * (length / 2 + 1), (size_t)inshi_dtype_bytes(dtype),
                              "the turns of a Fourier transform");
    if (plan->turns)
        status = fft_make(context, length % 2 ? length : length / 2, dtype, &plan->complex);
    if (status) {
        fft_real_free(context, plan);
        return status;
    }
    if (dtype == INSHI_DTYPE_F4)
        fill_real_f4(plan);
    else
        fill_real_f8(plan);
    *out = plan;
    return INSHI_OK;
}

void fft_real_free(inshi_context *context, struct fft_real *plan)
{
    if (!plan)
        return;
    fft_free(context, plan->complex);
    memory_give(context, plan->turns);
    memory_give(context, plan);
}

int64_t fft_real_scratch(const struct fft_real *plan)
{
    return padded(2 * plan->complex->length * inshi_dtype_bytes(plan->dtype)) + fft_scratch(plan->complex);
}

void fft_real_run(const struct fft_real *plan, const void *x, void *spectrum, void *scratch)
{
    const bool odd = plan->length % 2;
    if (plan->dtype == INSHI_DTYPE_F4)
        (odd ? real_odd_f4 : real_even_f4)(plan, x, spectrum, scratch);
    else
        (odd ? real_odd_f8 : real_even_f8)(plan, x, spectrum, scratch);
}

void fft_real_inverse(const struct fft_real *plan, const void *spectrum, void *x, void *scratch)
{
    const bool odd = plan->length % 2;
    if (plan->dtype == INSHI_DTYPE_F4)
        (odd ? odd_inverse_f4 : even_inverse_f4)(plan, spectrum, x, scratch);
    else
        (odd ? odd_inverse_f8 : even_inverse_f8)(plan, spectrum, x, scratch);
}

void fft_add_products(const double *restrict a, const double *restrict b, int64_t count, double *restrict sum)
{
    for (int64_t i = 0; i < count; i++) {
        sum[2 * i] += a[2 * i] * b[2 * i] - a[2 * i + 1] * b[2 * i + 1];
        sum[2 * i + 1] += a[2 * i] * b[2 * i + 1] + a[2 * i + 1] * b[2 * i];
    }
}

void fft_add_conjugates(const double *restrict a, const double *restrict b, int64_t count,
                        double *restrict sum)
{
    for (int64_t i = 0; i < count; i++) {
        sum[2 * i] += a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
        sum[2 * i + 1] += a[2 * i + 1] * b[2 * i] - a[2 * i] * b[2 * i + 1];
    }
}
