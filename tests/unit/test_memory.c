/* test_memory.c -- what a fit takes, what it does where there is no room, and the limits that are found. */
#include "support/support.h"

#include <sys/stat.h>
#include "base/context.h"
#include "base/limit.h"
#include "kernels/kernels.h"
#include "support/files.h"
#include "support/sample.h"

/* ---- limits of a cgroup, from files -------------------------------------------------------------------------- */

static void put_in(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    put_text(path, text);
}

static const char *sub_folder(const char *folder, const char *name)
{
    const char *path = path_in(folder, name);
    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

static void test_version_2(void **state)
{
    (void)state;
    const char *top = temporary_folder(), *group = sub_folder(top, "slice"),
               *leaf = sub_folder(group, "leaf");
    put_in(top, "own", "0::/slice/leaf\n");
    assert_true(limit_cgroup_left(path_in(top, "own"), top) == INT64_MAX);
    put_in(leaf, "memory.max", "max\n");
    put_in(leaf, "memory.current", "1000\n");
    assert_true(limit_cgroup_left(path_in(top, "own"), top) == INT64_MAX);
    put_in(group, "memory.max", "5000\n");
    put_in(group, "memory.current", "3000\n");
    assert_int_equal(limit_cgroup_left(path_in(top, "own"), top), 2000);
    put_in(group, "memory.stat", "anon 1\nfile 77\ninactive_file 300\nactive_file 40\n");
    assert_int_equal(limit_cgroup_left(path_in(top, "own"), top), 2340);
    put_in(leaf, "memory.max", "1500\n");
    assert_int_equal(limit_cgroup_left(path_in(top, "own"), top), 500);
    put_in(top, "other", "0::/../elsewhere\n");
    assert_true(limit_cgroup_left(path_in(top, "other"), top) == INT64_MAX);
    put_in(top, "memory.max", "900\n");
    put_in(top, "memory.current", "1000\n");
    assert_int_equal(limit_cgroup_left(path_in(top, "other"), top), 0);
    assert_true(limit_cgroup_left(path_in(top, "absent"), top) == INT64_MAX);
}

static void test_version_1(void **state)
{
    (void)state;
    const char *top = temporary_folder(), *memory = sub_folder(top, "memory"),
               *job = sub_folder(memory, "job");
    put_in(top, "own", "12:cpu,cpuacct:/a\n5:hugetlb,memory:/job\n1:name=systemd:/b\n");
    put_in(job, "memory.limit_in_bytes", "9223372036854771712\n");
    put_in(job, "memory.usage_in_bytes", "10\n");
    assert_true(limit_cgroup_left(path_in(top, "own"), top) == INT64_MAX);
    put_in(memory, "memory.limit_in_bytes", "8000\n");
    put_in(memory, "memory.usage_in_bytes", "6000\n");
    put_in(memory, "memory.stat", "inactive_file 1\ntotal_inactive_file 500\ntotal_active_file 100\n");
    assert_int_equal(limit_cgroup_left(path_in(top, "own"), top), 2600);
    put_in(top, "none", "12:cpu,cpuacct:/a\n5:hugetlb,memoryless:/job\n");
    assert_true(limit_cgroup_left(path_in(top, "none"), top) == INT64_MAX);
}

/* ---- the packed copy --------------------------------------------------------------------------------------------- */

static void test_packed_copy_is_as_large_as_x(void **state)
{
    (void)state;
    const int64_t shapes[][2] = {{100, 135000}, {135000, 100}, {24, 24}, {1, 1}, {7, 100}, {97, 50}};
    const int     lanes[]     = {8, 24, 48};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t i = 0; i < 3; i++) {
            const int64_t      m = shapes[s][0], n = shapes[s][1], T = lanes[i];
            const struct tiles x       = {.view         = {.rows = m, .columns = n},
                                          .tile_rows    = (m + T - 1) / T,
                                          .tile_columns = (n + T - 1) / T};
            const int64_t      numbers = tiles_numbers(&x, (int)T);
            assert_in_range(numbers, m * n + T * T, m * n + T * (n % T) + T * T);
        }
}

/* ---- fits with little room --------------------------------------------------------------------------------------- */

static inshi_context *new_context(int64_t limit)
{
    inshi_context *context = open_context();
    assert_int_equal(inshi_context_set_threads(context, 2), INSHI_OK);
    assert_int_equal(inshi_context_set_memory_limit(context, limit), INSHI_OK);
    return context;
}

/* Fits or transforms a copy of the sample's factors; the peak, and whether X was packed. */
static int64_t call(const struct sample *s, const inshi_options *o, int64_t limit, bool transform,
                    bool *packed, inshi_matrix factors[2])
{
    inshi_context *context = new_context(limit);
    inshi_report  *report  = NULL;
    assert_int_equal(inshi_report_create(context, &report), INSHI_OK);
    factors[0] = matrix_copy(s->w);
    factors[1] = matrix_copy(s->h);
    const inshi_status status =
        (transform ? inshi_transform : inshi_fit)(context, s->x, factors[0], factors[1], o, report);
    if (status)
        fail_msg("%s", inshi_context_message(context));
    *packed            = inshi_report_info(report)->packed;
    const char   *said = inshi_report_warning(report, 0);
    const int64_t peak = inshi_context_peak_bytes(context);
    assert_int_equal(!*packed, said && strstr(said, "packed copy of X"));
    inshi_report_destroy(report);
    inshi_context_destroy(context);
    return peak;
}

static void check_without_room(const struct sample *s, const inshi_options *o, bool transform)
{
    inshi_matrix  ample[2], tight[2];
    bool          packed;
    const int64_t peak = call(s, o, 0, transform, &packed, ample);
    assert_true(packed);
    const int64_t least = call(s, o, peak - 1, transform, &packed, tight);
    assert_false(packed);
    assert_true(least <= peak - 8 * s->m * s->n);
    for (int side = 0; side < 2; side++) {
        assert_true(matrix_same(ample[side], tight[side]));
        free(ample[side].data);
        free(tight[side].data);
    }
}

static void test_without_room_for_the_copy_the_bits_are_the_same(void **state)
{
    (void)state;
    static const char *const losses[] = {"eu", "kl", "is", "beta:1.5"}, *const solvers[] = {
                                                                            "auto", "gradient", "ccd"};
    const int64_t  shapes[][2] = {{50, 130}, {131, 41}, {24, 96}, {10, 300}};
    inshi_context *context     = open_context();
    for (int shape = 0; shape < 4; shape++)
        for (int loss = 0; loss < 4; loss++)
            for (int solver = 0; solver < 3; solver++) {
                struct sample s = sample_make(shapes[shape][0], shapes[shape][1], 3, INSHI_DTYPE_F8, 7);
                inshi_options o;
                inshi_options_default(&o);
                o.loss       = losses[loss];
                o.solver     = solvers[solver];
                o.eta        = 1e-4;
                o.iterations = 5;
                o.tolerance  = 0;
                if (pair_exists(context, o.solver, o.loss))
                    check_without_room(&s, &o, false);
                if (solver == 0)
                    check_without_room(&s, &o, true);
                sample_free(&s);
            }
    inshi_context_destroy(context);
}

static void test_refusal_names_a_rank_that_fits(void **state)
{
    (void)state;
    struct sample s = sample_make(60, 900, 40, INSHI_DTYPE_F8, 3), small;
    inshi_options o;
    inshi_options_default(&o);
    o.iterations           = 2;
    o.tolerance            = 0;
    const int64_t  limit   = 1000000;
    inshi_context *context = new_context(limit);
    inshi_matrix   w = matrix_copy(s.w), h = matrix_copy(s.h);
    long long      k = 0;
    assert_int_equal(inshi_fit(context, s.x, s.w, s.h, &o, NULL), INSHI_ERR_MEMORY);
    assert_true(matrix_same(w, s.w) && matrix_same(h, s.h));
    const char *message = inshi_context_message(context), *at = strstr(strstr(message, "; "), "k = ");
    assert_non_null(at);
    assert_non_null(strstr(message, "would fit"));
    assert_int_equal(sscanf(at, "k = %lld", &k), 1);
    assert_in_range(k, 1, 39);
    for (int more = 0; more < 2; more++) {
        small = sample_make(60, 900, k + more, INSHI_DTYPE_F8, 3);
        assert_int_equal(inshi_fit(context, small.x, small.w, small.h, &o, NULL),
                         more ? INSHI_ERR_MEMORY : INSHI_OK);
        sample_free(&small);
    }
    assert_in_range(inshi_context_bytes(context), 0, 4096); /* the threads */
    inshi_context_destroy(context);
    free(w.data);
    free(h.data);
    sample_free(&s);
}

static void test_limit_of_a_context(void **state)
{
    (void)state;
    inshi_context *context = new_context(1000);
    void          *block   = memory_take(context, 600, 1, "a block");
    assert_non_null(block);
    assert_in_range(inshi_context_memory_left(context), 0, 400);
    assert_null(memory_take(context, 401, 1, "another"));
    assert_non_null(strstr(inshi_context_message(context), "memory limit"));
    assert_int_equal(inshi_context_set_memory_limit(context, -1), INSHI_ERR_ARGUMENT);
    memory_give(context, block);
    inshi_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_version_2),
        cmocka_unit_test(test_version_1),
        cmocka_unit_test(test_packed_copy_is_as_large_as_x),
        cmocka_unit_test(test_without_room_for_the_copy_the_bits_are_the_same),
        cmocka_unit_test(test_refusal_names_a_rank_that_fits),
        cmocka_unit_test(test_limit_of_a_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
