/* test_options_effect.c -- every option of a fit does what it says. */
#include "support/support.h"

#include <math.h>
#include "base/random.h"
#include "support/draw.h"
#include "support/sample.h"

enum { M = 34, N = 27, K = 4 };

struct fixture {
    inshi_context *context;
    inshi_report  *report;
    inshi_options  o;
    struct sample  s;
};

static struct fixture make(inshi_dtype dtype)
{
    struct fixture f = {.context = open_context(), .s = sample_make(M, N, K, dtype, 17)};
    assert_int_equal(inshi_report_create(f.context, &f.report), INSHI_OK);
    inshi_options_default(&f.o);
    f.o.iterations = 12;
    f.o.tolerance  = 0;
    return f;
}

static void end(struct fixture *f)
{
    inshi_report_destroy(f->report);
    sample_free(&f->s);
    inshi_context_destroy(f->context);
}

static void each_pair(inshi_dtype dtype, void (*check)(struct fixture *f))
{
    static const char *const losses[] = {"eu", "kl", "is", "beta:1.5"};
    for (int i = 0; inshi_solver_name(i); i++)
        for (int j = 0; j < 4; j++) {
            struct fixture f = make(dtype);
            f.o.solver       = inshi_solver_name(i);
            f.o.loss         = losses[j];
            f.o.eta          = strcmp(losses[j], "eu") ? 0.1 : 1e-4;
            if (pair_exists(f.context, f.o.solver, f.o.loss))
                check(&f);
            end(&f);
        }
}

static void check_fix(struct fixture *f)
{
    for (int side = 0; side < 2; side++) {
        const inshi_matrix w = matrix_copy(f->s.w), h = matrix_copy(f->s.h);
        f->o.fix     = side ? "h" : "w";
        f->o.given_w = f->o.given_h = 1;
        sample_fit(f->context, &f->s, &f->o, f->report);
        if (matrix_same(w, f->s.w) != !side || matrix_same(h, f->s.h) != side)
            fail_msg("%s, %s, fix %s: the wrong one stayed", f->o.solver, f->o.loss, f->o.fix);
        assert_string_equal(inshi_report_info(f->report)->normalize, "none");
        free(w.data);
        free(h.data);
    }
}

static void test_fix_keeps_a_factor_bit_for_bit(void **state)
{
    (void)state;
    each_pair(INSHI_DTYPE_F8, check_fix);
    each_pair(INSHI_DTYPE_F4, check_fix);
}

static void check_fix_columns(struct fixture *f)
{
    static const int64_t fixed[] = {2, 0};
    for (int64_t i = 0; i < M; i++) /* of a size that the other columns do not have, beyond their precision */
        for (int64_t l = 0; l < K; l++)
            entry_set(f->s.w, i, l, entry_get(f->s.w, i, l) * (l == 0 ? 1e-30 : l == 1 ? 1e15 : 1));
    const inshi_matrix w   = matrix_copy(f->s.w);
    f->o.eta               = strcmp(f->o.loss, "eu") ? 0.1 : 1e-40;
    f->o.given_w           = 1;
    f->o.fix_columns       = fixed;
    f->o.fix_columns_count = 2;
    sample_fit(f->context, &f->s, &f->o, f->report);
    for (int64_t l = 0; l < K; l++) {
        int same = 0;
        for (int64_t i = 0; i < M; i++)
            same += entry_get(w, i, l) == entry_get(f->s.w, i, l);
        if ((l == 0 || l == 2) ? same != M : same == M && strcmp(f->o.solver, "gradient"))
            fail_msg("%s, %s, %s: %d of %d entries of column %lld stayed", f->o.solver, f->o.loss,
                     inshi_dtype_name(f->s.w.dtype), same, M, (long long)l);
    }
    free(w.data);
}

static void test_fix_columns_keeps_them_bit_for_bit(void **state)
{
    (void)state;
    each_pair(INSHI_DTYPE_F8, check_fix_columns);
    each_pair(INSHI_DTYPE_F4, check_fix_columns);
}

static void test_normalize(void **state)
{
    (void)state;
    static const char *const kinds[]    = {"sum", "max", "l2", "auto", "none"};
    struct fixture           f          = make(INSHI_DTYPE_F8);
    double                   divergence = 0;
    for (int kind = 0; kind < 5; kind++) {
        f.o.normalize = kinds[kind];
        sample_fit(f.context, &f.s, &f.o, f.report);
        assert_string_equal(inshi_report_info(f.report)->normalize, kind == 3 ? "sum" : kinds[kind]);
        for (int64_t l = 0; l < K && kind < 4; l++) {
            double sum = 0, most = 0, squares = 0;
            for (int64_t i = 0; i < M; i++) {
                const double a = entry_get(f.s.w, i, l);
                sum += a;
                most = fmax(most, a);
                squares += a * a;
            }
            assert_true(fabs((kind == 1 ? most : kind == 2 ? sqrt(squares) : sum) - 1) < 1e-14);
        }
        const double now = sample_divergence(&f.s, 2, 0);
        divergence       = kind ? divergence : now;
        assert_true(fabs(now - divergence) < 1e-12 * divergence);
    }
    end(&f);
}

static double mass(const struct sample *s, int64_t l)
{
    double w = 0, h = 0;
    for (int64_t i = 0; i < s->m; i++)
        w += entry_get(s->w, i, l);
    for (int64_t j = 0; j < s->n; j++)
        h += entry_get(s->h, l, j);
    return w * h;
}

static void test_components_are_sorted_by_mass_unless_given(void **state)
{
    (void)state;
    struct fixture f = make(INSHI_DTYPE_F8);
    sample_fit(f.context, &f.s, &f.o, f.report);
    for (int64_t l = 1; l < K; l++)
        assert_true(mass(&f.s, l - 1) >= mass(&f.s, l));
    for (int64_t i = 0; i < M; i++) /* a given start whose last component is the largest stays in its order */
        for (int64_t l = 0; l < K; l++)
            entry_set(f.s.w, i, l, l + 0.1 * entry_get(f.s.w, i, l) + 0.01);
    f.o.given_w    = 1;
    f.o.iterations = 0;
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_true(mass(&f.s, 0) < mass(&f.s, K - 1));
    end(&f);
}

static void check_restarts(struct fixture *f)
{
    double  objectives[5], least = INFINITY;
    int64_t best    = -1;
    f->o.iterations = 4;
    f->o.restarts   = 5;
    sample_fit(f->context, &f->s, &f->o, f->report);
    const inshi_info info = *inshi_report_info(f->report);
    inshi_matrix     w = matrix_copy(f->s.w), h = matrix_copy(f->s.h);
    for (int64_t r = 0; r < 5;
         r++) { /* the prefix of starts ends with the start itself where that is best so far */
        f->o.restarts = r + 1;
        sample_fit(f->context, &f->s, &f->o, f->report);
        objectives[r] = inshi_report_info(f->report)->objective;
        if (objectives[r] < least)
            best = r;
        assert_true(objectives[r] <= least);
        least = objectives[r];
    }
    assert_true(info.objective == least && info.restart == best);
    assert_true(matrix_same(w, f->s.w) && matrix_same(h, f->s.h));
    const double exact = sample_divergence(&f->s, beta_of(f->o.loss), info.floor);
    assert_true(fabs(exact - info.objective) < 1e-9 * exact);
    int64_t                  count;
    const inshi_history_row *rows = inshi_report_history(f->report, &count);
    assert_int_equal(count, 5);
    assert_true(rows[4].objective == info.objective);
    free(w.data);
    free(h.data);
}

static void test_restarts_keep_the_lowest(void **state)
{
    (void)state;
    each_pair(INSHI_DTYPE_F8, check_restarts);
}

/* The start of each restart has a given factor as it was given, not as the restart before left it. */
static void test_restarts_begin_at_what_is_given(void **state)
{
    (void)state;
    struct fixture f = make(INSHI_DTYPE_F8);
    inshi_matrix   w = matrix_copy(f.s.w);
    f.o.given_w      = 1;
    f.o.solver       = "mu";
    f.o.iterations   = 0; /* the start itself */
    f.o.restarts     = 6;
    f.o.normalize    = "none";
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_true(matrix_same(w, f.s.w));
    f.o.iterations = 3;
    f.o.restarts   = 1;
    sample_fit(f.context, &f.s, &f.o, f.report);
    const double one = inshi_report_info(f.report)->objective;
    memcpy(f.s.w.data, w.data, M * K * 8);
    f.o.restarts = 2;
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_true(inshi_report_info(f.report)->objective > 0.8 * one); /* six more steps would be far lower */
    free(w.data);
    end(&f);
}

static void test_seeds(void **state)
{
    (void)state;
    struct fixture f = make(INSHI_DTYPE_F8);
    f.o.init_scale   = "none";
    f.o.normalize    = "none";
    f.o.iterations   = 0;
    f.o.seed         = 5;
    sample_fit(f.context, &f.s, &f.o, f.report);
    inshi_matrix w = matrix_copy(f.s.w), h = matrix_copy(f.s.h);
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_true(matrix_same(w, f.s.w) && matrix_same(h, f.s.h));
    bool found = false; /* uniform numbers of that seed, in the order of mass */
    for (int64_t l = 0; l < K; l++)
        found = found || entry_get(f.s.w, 3, l) == random_uniform(5, 1, 3, 0) ||
                entry_get(f.s.w, 3, l) == random_uniform(5, 0, 3, 0);
    assert_true(found);
    for (int64_t i = 0; i < M * K; i++)
        assert_true(((double *)f.s.w.data)[i] >= 0 && ((double *)f.s.w.data)[i] < 1);
    f.o.seed = 6;
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_false(matrix_same(w, f.s.w));
    free(w.data);
    free(h.data);
    end(&f);
}

/* init-scale auto: to first order the start has the size of X. */
static void test_init_scale(void **state)
{
    (void)state;
    struct fixture f = make(INSHI_DTYPE_F8);
    for (int64_t i = 0; i < M * N; i++)
        ((double *)f.s.x.data)[i] *= 1e5;
    f.o.iterations = 0;
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_true(inshi_report_info(f.report)->relative_error < 1);
    f.o.init_scale = "none";
    sample_fit(f.context, &f.s, &f.o, f.report);
    const double error = inshi_report_info(f.report)->relative_error;
    assert_true(error > 0.9999 && error < 1);
    end(&f);
}

static void test_history_rows(void **state)
{
    (void)state;
    static const int64_t every[] = {1, 5, 7, 0, 100};
    struct fixture       f       = make(INSHI_DTYPE_F8);
    f.o.solver                   = "mu";
    f.o.loss                     = "kl";
    f.o.iterations               = 23;
    double first = 0, last = 0;
    for (int e = 0; e < 5; e++) {
        int64_t count, expected = 0;
        f.o.history_every = every[e];
        sample_fit(f.context, &f.s, &f.o, f.report);
        const inshi_history_row *rows = inshi_report_history(f.report, &count);
        for (int64_t i = 0; i <= 23; i++)
            if (i == 0 || i == 23 || (every[e] && i % every[e] == 0)) {
                assert_true(expected < count && rows[expected].iteration == i);
                expected++;
            }
        assert_int_equal(count, expected);
        first = e ? first : rows[0].objective;
        last  = e ? last : rows[count - 1].objective;
        assert_true(rows[0].objective == first && rows[count - 1].objective == last);
        for (int64_t i = 1; i < count; i++)
            assert_true(rows[i].seconds >= rows[i - 1].seconds && rows[i].seconds < 10);
        assert_true(isfinite(rows[count - 1].kkt) && rows[count - 1].kkt == inshi_report_info(f.report)->kkt);
    }
    end(&f);
}

/* A row of the history is the objective of the factors that stopping there gives. */
static void check_history_is_exact(struct fixture *f)
{
    inshi_report *other;
    assert_int_equal(inshi_report_create(f->context, &other), INSHI_OK);
    f->o.iterations = 6;
    f->o.l1_h       = 0.25;
    f->o.l2_w       = 0.5;
    sample_fit(f->context, &f->s, &f->o, f->report);
    int64_t                  count, c;
    const inshi_history_row *rows = inshi_report_history(f->report, &count);
    for (int64_t i = 0; i <= 6; i++) {
        f->o.iterations = i;
        sample_fit(f->context, &f->s, &f->o, other);
        double exact = sample_divergence(&f->s, beta_of(f->o.loss), inshi_report_info(other)->floor);
        for (int64_t j = 0; j < K * N; j++)
            exact += 0.25 * ((double *)f->s.h.data)[j];
        for (int64_t j = 0; j < K * M; j++)
            exact += 0.25 * ((double *)f->s.w.data)[j] * ((double *)f->s.w.data)[j];
        if (!(fabs(rows[i].objective - exact) < 1e-9 * exact) ||
            inshi_report_history(other, &c)[c - 1].iteration != i)
            fail_msg("%s, %s: row %lld says %.15g, the factors %.15g", f->o.solver, f->o.loss, (long long)i,
                     rows[i].objective, exact);
    }
    inshi_report_destroy(other);
}

static void test_history_is_exact(void **state)
{
    (void)state;
    each_pair(INSHI_DTYPE_F8, check_history_is_exact);
}

static void test_tolerance_zero_runs_exactly(void **state)
{
    (void)state;
    struct fixture f = make(INSHI_DTYPE_F8);
    sample_fill(&f.s, 1, 0, 0, 1, 3); /* rank 1: converges at once */
    f.o.iterations = 77;
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_int_equal(inshi_report_info(f.report)->iterations, 77);
    assert_int_equal(inshi_report_info(f.report)->stop, INSHI_STOP_ITERATIONS);
    f.o.tolerance = 1e-4;
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_int_equal(inshi_report_info(f.report)->stop, INSHI_STOP_TOLERANCE);
    assert_true(inshi_report_info(f.report)->iterations < 77 && inshi_report_info(f.report)->kkt < 1e-4);
    end(&f);
}

static void test_time_limit(void **state)
{
    (void)state;
    struct fixture f  = make(INSHI_DTYPE_F8);
    f.o.solver        = "mu";
    f.o.iterations    = INT64_C(1) << 40;
    f.o.history_every = 0;
    f.o.time_limit    = 0.2;
    f.o.restarts      = 3;
    sample_fit(f.context, &f.s, &f.o, f.report);
    const inshi_info *info = inshi_report_info(f.report);
    assert_int_equal(info->stop, INSHI_STOP_TIME);
    assert_true(info->seconds >= 0.2 && info->seconds < 5 && matrix_is_sound(f.s.w));
    assert_true(fabs(sample_divergence(&f.s, 2, 0) - info->objective) < 1e-9 * info->objective);
    end(&f);
}

struct counter {
    _Atomic int64_t calls;
    int64_t         stop_at;
};

static int interrupt(void *user)
{
    struct counter *c = user;
    return c->stop_at && ++c->calls >= c->stop_at;
}

/* Whenever it comes: either nothing is there and nothing was touched, or the result is valid and says so. */
static void check_interrupt(struct fixture *f)
{
    inshi_matrix   w = matrix_copy(f->s.w), h = matrix_copy(f->s.h);
    struct counter c    = {0};
    int            kept = 0, none = 0;
    f->o.restarts   = 2;
    f->o.iterations = 5;
    for (int64_t at = 1; at < 400; at += at < 40 ? 1 : 13) {
        memcpy(f->s.w.data, w.data, M * K * 8);
        memcpy(f->s.h.data, h.data, K * N * 8);
        c = (struct counter){0, at};
        inshi_context_set_interrupt(f->context, interrupt, &c);
        const inshi_status status = inshi_fit(f->context, f->s.x, f->s.w, f->s.h, &f->o, f->report);
        inshi_context_set_interrupt(f->context, NULL, NULL);
        if (status == INSHI_ERR_INTERRUPTED) {
            none++;
            assert_true(matrix_same(w, f->s.w) && matrix_same(h, f->s.h));
            continue;
        }
        assert_int_equal(status, INSHI_OK);
        const inshi_info *info = inshi_report_info(f->report);
        if (c.calls < at) {
            assert_int_equal(info->stop, INSHI_STOP_ITERATIONS);
            break;
        }
        kept++;
        const double exact = sample_divergence(&f->s, beta_of(f->o.loss), info->floor);
        if (info->stop != INSHI_STOP_INTERRUPTED || !(fabs(exact - info->objective) <= 1e-9 * exact))
            fail_msg("%s, %s, interrupted at look %lld: stop \"%s\", objective %.15g, exact %.15g",
                     f->o.solver, f->o.loss, (long long)at, inshi_stop_name(info->stop), info->objective,
                     exact);
    }
    assert_true(kept > 5 && none > 0);
    free(w.data);
    free(h.data);
}

static void test_interrupt_keeps_a_valid_model(void **state)
{
    (void)state;
    each_pair(INSHI_DTYPE_F8, check_interrupt);
}

static int progress(void *user, const inshi_progress *p)
{
    struct counter *c = user;
    assert_int_equal(p->iteration, c->calls);
    assert_int_equal(p->iterations, 12);
    assert_true(p->restart == 0 && p->restarts == 1 && p->seconds >= 0 && p->objective > 0);
    c->calls++;
    return c->stop_at && c->calls > c->stop_at;
}

static void test_progress_tells_and_stops(void **state)
{
    (void)state;
    struct fixture f = make(INSHI_DTYPE_F8);
    struct counter c = {0};
    inshi_context_set_progress(f.context, progress, &c);
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_int_equal(c.calls, 13);
    c = (struct counter){0, 7};
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_int_equal(inshi_report_info(f.report)->stop, INSHI_STOP_INTERRUPTED);
    assert_int_equal(inshi_report_info(f.report)->iterations, 7);
    end(&f);
}

static void warned(void *user, const char *sentence)
{
    strncat(user, sentence, 2000 - strlen(user));
}

static void test_warnings(void **state)
{
    (void)state;
    char           text[2048] = "";
    struct fixture f          = make(INSHI_DTYPE_F8);
    inshi_context_set_warning(f.context, warned, text);
    f.o.l1_w = 0.1;
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_non_null(strstr(text, "only W is penalised"));
    assert_non_null(strstr(inshi_report_warning(f.report, 0), "only W is penalised"));
    assert_null(inshi_report_warning(f.report, 1));
    f.o.l1_w = 0;
    f.o.loss = "is";
    entry_set(f.s.x, 0, 0, 0);
    entry_set(f.s.x, 5, 5, 0);
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_non_null(strstr(inshi_report_warning(f.report, 0), "2 entries of X"));
    assert_int_equal(inshi_report_info(f.report)->lifted, 2);
    f.o.floor = 0;
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_non_null(strstr(inshi_report_warning(f.report, 0), "2 zeros"));
    assert_true(inshi_report_info(f.report)->floor == 0 && inshi_report_info(f.report)->zero_entries == 2);
    f.o.floor = 0.5; /* absolute, in the units of X */
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_true(inshi_report_info(f.report)->floor == 0.5);
    const double exact = sample_divergence(&f.s, 0, 0.5);
    assert_true(fabs(inshi_report_info(f.report)->objective - exact) < 1e-9 * exact);
    end(&f);
    f          = make(INSHI_DTYPE_F8);
    f.s.x.rows = f.s.w.rows = 3;
    sample_fit(f.context, &f.s, &f.o, f.report);
    assert_non_null(strstr(inshi_report_warning(f.report, 0), "k = 4 is above min(m, n) = 3"));
    end(&f);
}

/* 1/2 (y - 1)^2 + l1 h with w = 1: h = 1 - l1; + l2/2 h^2: h = 1 / (1 + l2). */
static void test_penalties_have_their_size(void **state)
{
    (void)state;
    for (int scale = 0; scale < 2; scale++)
        for (int i = 0; inshi_solver_name(i); i++) {
            struct fixture f = make(INSHI_DTYPE_F8);
            const double   c = scale ? 1e-20 : 1; /* X in other units: penalties refer to the unscaled X */
            f.s.x.rows = f.s.x.columns = f.s.w.rows = f.s.w.columns = f.s.h.rows = f.s.h.columns = 1;
            *(double *)f.s.x.data                                                                = c;
            *(double *)f.s.w.data                                                                = 1;
            f.o.solver     = inshi_solver_name(i);
            f.o.given_w    = 1;
            f.o.fix        = "w";
            f.o.iterations = 500;
            f.o.eta        = 0.2;
            f.o.l1_h       = 0.25 * c;
            if (pair_exists(f.context, f.o.solver, "eu")) {
                sample_fit(f.context, &f.s, &f.o, f.report);
                if (!(fabs(*(double *)f.s.h.data - 0.75 * c) < 1e-7 * c))
                    fail_msg("%s, X = %g: h is %.17g", f.o.solver, c, *(double *)f.s.h.data);
                f.o.l1_h = 0;
                f.o.l2_h = 3;
                sample_fit(f.context, &f.s, &f.o, f.report);
                assert_true(fabs(*(double *)f.s.h.data - 0.25 * c) < 1e-7 * c);
            }
            end(&f);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fix_keeps_a_factor_bit_for_bit),
        cmocka_unit_test(test_fix_columns_keeps_them_bit_for_bit),
        cmocka_unit_test(test_normalize),
        cmocka_unit_test(test_components_are_sorted_by_mass_unless_given),
        cmocka_unit_test(test_restarts_keep_the_lowest),
        cmocka_unit_test(test_restarts_begin_at_what_is_given),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_init_scale),
        cmocka_unit_test(test_history_rows),
        cmocka_unit_test(test_history_is_exact),
        cmocka_unit_test(test_tolerance_zero_runs_exactly),
        cmocka_unit_test(test_time_limit),
        cmocka_unit_test(test_interrupt_keeps_a_valid_model),
        cmocka_unit_test(test_progress_tells_and_stops),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_penalties_have_their_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
