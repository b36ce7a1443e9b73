/* smooth.c -- activations that change slowly. Neither update raises the objective.
 *
 * kl:  D(X | WH) + lambda sum (h_t - h_{t-1})^2, columns of W of unit sum. D is bounded as in the multiplicative rule, each
 *      square by those of its two ends (A. R. De Pierro. A modified expectation maximization algorithm for penalized
 *      likelihood estimation in emission tomography. IEEE Trans. Medical Imaging 14, 1995), so that every h has a
 *      quadratic equation of its own. W: the multiplicative rule within unit sums, which needs no change of H.
 * is:  D(X | WH) + lambda sum d(h_{t-1} | h_t) (C. Fevotte. Majorization-minimization algorithm for smooth Itakura-Saito
 *      nonnegative matrix factorization. ICASSP 2011), frame after frame; it does not depend on the scale of a row of H.
 *
 * Work is in double; one pass over X for each factor and iteration, 4 bins frames k steps each.
 */
#include <math.h>
#include <string.h>
#include "audio/learn.h"
#include "base/parallel.h"

enum { FRAMES = 16, BINS = 16 }; /* of a task */
static const double LEAST = 1e-300;

struct smoothing {
    struct learning *l;
    int64_t          bins, k, frames;
    double           lambda;
    bool             is;          /* otherwise kl */
    double          *w, *h;       /* [component][bin], [frame][component] */
    double          *pull, *push; /* of H, likewise; the same memory serves W */
    double          *w_pull, *w_push;
    double          *sums;  /* of the columns of W     */
    double          *parts; /* of the objective, a frame */
};

static double model_at(const struct smoothing *s, int64_t bin, int64_t frame)
{
    double sum = 0;
    for (int64_t j = 0; j < s->k; j++)
        sum += s->w[j * s->bins + bin] * s->h[frame * s->k + j];
    return fmax(sum, LEAST);
}

static double divergence(bool is, double x, double y)
{
    if (is)
        return x > 0 ? x / y - log(x / y) - 1 : 0;
    return x > 0 ? x * log(x / y) - x + y : y;
}

/* The parts of the gradient of H in some frames, and the divergence there. */
static void pass_frames(void *user, int64_t task, int worker)
{
    struct smoothing *s   = user;
    const int64_t     end = task * FRAMES + FRAMES < s->frames ? task * FRAMES + FRAMES : s->frames;
    (void)worker;
    for (int64_t t = task * FRAMES; t < end; t++) {
        double *pull = s->pull + t * s->k, *push = s->push + t * s->k;
        memset(pull, 0, (size_t)s->k * sizeof *pull);
        memset(push, 0, (size_t)s->k * sizeof *push);
        s->parts[t] = 0;
        for (int64_t b = 0; b < s->bins; b++) {
            const double x = learn_get(s->l->x, b, t), y = model_at(s, b, t);
            const double draw = s->is ? x / y / y : x / y, hold = s->is ? 1 / y : 1;
            s->parts[t] += divergence(s->is, x, y);
            for (int64_t j = 0; j < s->k; j++) {
                pull[j] += draw * s->w[j * s->bins + b];
                push[j] += hold * s->w[j * s->bins + b];
            }
        }
    }
}

/* The parts of the gradient of W in some bins. */
static void pass_bins(void *user, int64_t task, int worker)
{
    struct smoothing *s   = user;
    const int64_t     end = task * BINS + BINS < s->bins ? task * BINS + BINS : s->bins;
    (void)worker;
    for (int64_t b = task * BINS; b < end; b++) {
        for (int64_t j = 0; j < s->k; j++)
            s->w_pull[j * s->bins + b] = s->w_push[j * s->bins + b] = 0;
        for (int64_t t = 0; t < s->frames; t++) {
            const double x = learn_get(s->l->x, b, t), y = model_at(s, b, t);
            const double draw = s->is ? x / y / y : x / y, hold = s->is ? 1 / y : 1;
            for (int64_t j = 0; j < s->k; j++) {
                s->w_pull[j * s->bins + b] += draw * s->h[t * s->k + j];
                s->w_push[j * s->bins + b] += hold * s->h[t * s->k + j];
            }
        }
    }
}

/* One h of kl: of a h^2 + b h - pull h' = 0 the root that is not negative. */
static double root(double a, double b, double product)
{
    if (!(a > 0))
        return b > 0 ? product / b : 0;
    const double size = sqrt(b * b + 4 * a * product);
    return b > 0 ? 2 * product / (b + size) : (size - b) / (2 * a); /* without cancellation */
}

static void move_kl(struct smoothing *s, int64_t j, double *old)
{
    for (int64_t t = 0; t < s->frames; t++)
        old[t] = s->h[t * s->k + j];
    for (int64_t t = 0; t < s->frames; t++) {
        const int    neighbours = (t > 0) + (t + 1 < s->frames);
        const double middle =
            (t > 0 ? (old[t] + old[t - 1]) / 2 : 0) + (t + 1 < s->frames ? (old[t] + old[t + 1]) / 2 : 0);
        s->h[t * s->k + j] = root(4 * s->lambda * neighbours, s->sums[j] - 4 * s->lambda * middle,
                                  old[t] * s->pull[t * s->k + j]);
    }
}

static void move_is(struct smoothing *s, int64_t j)
{
    for (int64_t t = 0; t < s->frames; t++) {
        const int64_t at   = t * s->k + j;
        const double  draw = s->pull[at] * s->h[at] * s->h[at], hold = s->push[at];
        const double  next = t + 1 < s->frames ? s->lambda / fmax(s->h[at + s->k], LEAST) : 0;
        const double  last = t > 0 ? s->lambda * s->h[at - s->k] : 0;
        double        value;
        if (s->frames == 1)
            value = sqrt(draw / fmax(hold, LEAST));
        else if (t == 0)
            value = root(hold + next, -s->lambda, draw);
        else if (t + 1 < s->frames)
            value = sqrt((draw + last) / fmax(hold + next, LEAST));
        else
            value = root(hold, s->lambda, draw + last);
        s->h[at] = fmax(value, LEAST);
    }
}

/* The penalty as it is. */
static double penalty(const struct smoothing *s)
{
    double sum = 0;
    for (int64_t t = 1; t < s->frames; t++)
        for (int64_t j = 0; j < s->k; j++) {
            const double a = s->h[(t - 1) * s->k + j], b = s->h[t * s->k + j];
            sum += s->is ? divergence(true, fmax(a, LEAST), fmax(b, LEAST)) : (a - b) * (a - b);
        }
    return s->lambda * sum;
}

static inshi_status run(struct smoothing *s, void (*pass)(void *, int64_t, int), int64_t count, int64_t step)
{
    return parallel_run(s->l->s->context, (count + step - 1) / step,
                        4 * (double)s->bins * (double)s->frames * (double)s->k, pass, s);
}

static bool stays(const struct smoothing *s, int64_t j)
{
    return s->l->fixed && s->l->fixed[j];
}

static void move_basis(struct smoothing *s)
{
    for (int64_t j = 0; j < s->k; j++) {
        double *w = s->w + j * s->bins, sum = 0;
        if (stays(s, j))
            continue;
        for (int64_t b = 0; b < s->bins; b++) {
            const double draw = s->w_pull[j * s->bins + b], hold = s->w_push[j * s->bins + b];
            w[b] *= s->is ? sqrt(draw / fmax(hold, LEAST)) : draw;
            sum += w[b];
        }
        for (int64_t b = 0; b < s->bins && !s->is && sum > 0; b++)
            w[b] /= sum;
        s->sums[j] = s->is ? s->sums[j] : 1;
    }
}

static inshi_status step(struct smoothing *s, bool basis, double *old, double *objective)
{
    inshi_status status = run(s, pass_frames, s->frames, FRAMES);
    *objective          = penalty(s);
    for (int64_t t = 0; t < s->frames; t++)
        *objective += s->parts[t];
    if (status)
        return status;
    for (int64_t j = 0; j < s->k; j++) {
        if (s->is)
            move_is(s, j);
        else
            move_kl(s, j, old);
    }
    if (basis)
        status = run(s, pass_bins, s->bins, BINS);
    if (!status && basis)
        move_basis(s);
    return status;
}

static inshi_status iterate(struct smoothing *s, double *old)
{
    struct learning *l      = s->l;
    bool             basis  = false;
    double           before = INFINITY, now;
    inshi_status     status = INSHI_OK;
    for (int64_t j = 0; j < s->k; j++)
        basis = basis || !stays(s, j);
    for (int64_t i = 0; i < l->s->fit.iterations && !status; i++) {
        status = step(s, basis, old, &now);
        if (!status && l->costs && l->cost_count < l->cost_room)
            l->costs[l->cost_count++] = now;
        if (!status && !(now < before * (1 - l->s->fit.tolerance)))
            break;
        before = now;
    }
    return status;
}

/* In double; columns of unit sum for kl. Zeros of H would stay, and what is smooth has none. */
static void read_factors(struct smoothing *s)
{
    for (int64_t j = 0; j < s->k; j++) {
        double sum = 0, mean = 0;
        for (int64_t b = 0; b < s->bins; b++)
            sum += s->w[j * s->bins + b] = learn_get(s->l->w, b, j);
        for (int64_t t = 0; t < s->frames; t++)
            mean += learn_get(s->l->h, j, t) / (double)s->frames;
        s->sums[j] = sum;
        for (int64_t t = 0; t < s->frames; t++)
            s->h[t * s->k + j] = fmax(learn_get(s->l->h, j, t), 1e-6 * mean);
    }
}

static void write_factors(const struct smoothing *s)
{
    for (int64_t j = 0; j < s->k; j++) {
        for (int64_t b = 0; b < s->bins && !stays(s, j); b++)
            learn_set(s->l->w, b, j, s->w[j * s->bins + b]);
        for (int64_t t = 0; t < s->frames; t++)
            learn_set(s->l->h, j, t, s->h[t * s->k + j]);
    }
}

inshi_status learn_smooth(struct learning *l)
{
    inshi_context   *context = l->s->context;
    struct smoothing s       = {
              .l = l, .bins = l->x.rows, .k = l->w.columns, .frames = l->x.columns, .is = l->s->beta == 0};
    const int64_t w = checked_product(s.bins, s.k), h = checked_product(s.frames, s.k);
    double       *all = w < 0 || h < 0
                            ? NULL
                            : memory_take(context, 3 * w + 3 * h + s.k + 2 * s.frames, sizeof *all, "the factors");
    if (!all)
        return w < 0 || h < 0 ? context_fail(context, INSHI_ERR_MEMORY, "not enough memory for the factors")
                              : INSHI_ERR_MEMORY;
    s.lambda = s.is ? l->s->options.smooth * (double)s.bins
                    : l->s->options.smooth / ((double)s.bins * pow(l->level, l->s->options.power));
    s.w      = all;
    s.w_pull = s.w + w;
    s.w_push = s.w_pull + w;
    s.h      = s.w_push + w;
    s.pull   = s.h + h;
    s.push   = s.pull + h;
    s.sums   = s.push + h;
    s.parts  = s.sums + s.k;
    learn_normalize(l);
    read_factors(&s);
    const inshi_status status = iterate(&s, s.parts + s.frames);
    if (!status)
        write_factors(&s);
    memory_give(context, all);
    return status;
}
