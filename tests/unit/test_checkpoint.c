/* test_checkpoint.c -- the file of a checkpoint: whatever happens to it, a fit goes on from a good one or says why not. */
#include <sys/stat.h>
#include <unistd.h>
#include "support/files.h"
#include "support/fixture.h"
#include "support/sample.h"

static const char      *place; /* a folder in memory: thousands of files are written */
static char             path[200], previous[210];
static struct sample    sample;
static inshi_options    options;
static inshi_report    *report;
static inshi_checkpoint checkpoint;

static int begin(void **state)
{
    set_up(state);
    place = memory_folder();
    snprintf(path, sizeof path, "%s/c", place);
    snprintf(previous, sizeof previous, "%s/c.prev", place);
    sample = sample_make(6, 5, 2, INSHI_DTYPE_F8, 3);
    inshi_options_default(&options);
    options.iterations = 4;
    options.tolerance  = 0;
    options.solver     = "hals";
    options.restarts   = 2;
    checkpoint         = (inshi_checkpoint){.size = sizeof checkpoint, .path = path, .seconds = 1e9};
    assert_int_equal(inshi_context_set_threads(context, 1), INSHI_OK);
    return inshi_report_create(context, &report);
}

static int end(void **state)
{
    inshi_report_destroy(report);
    sample_free(&sample);
    remove_folder(place);
    return tear_down(state);
}

static inshi_status fit(int resume)
{
    checkpoint.resume = resume;
    assert_int_equal(inshi_context_set_checkpoint(context, &checkpoint), INSHI_OK);
    return inshi_fit(context, sample.x, sample.w, sample.h, &options, report);
}

static bool says(const char *text)
{
    return strstr(inshi_context_message(context), text) != NULL;
}

static bool warned(const char *text)
{
    for (int64_t i = 0; inshi_report_warning(report, i); i++)
        if (strstr(inshi_report_warning(report, i), text))
            return true;
    return false;
}

/* The file of a finished fit. */
static struct bytes make(void)
{
    assert_int_equal(fit(0), INSHI_OK);
    assert_int_equal(inshi_report_info(report)->checkpoint, INSHI_OK);
    return get_file(path);
}

static void test_the_file_is_one(void **state)
{
    (void)state;
    struct bytes file = make();
    assert_true(file.count > 24 && memcmp(file.at, "inshiCK\n\1\0\0\0", 12) == 0);
    assert_false(file_exists(previous));
    assert_int_equal(fit(1), INSHI_OK);
    assert_true(inshi_report_info(report)->resumed);
    assert_int_equal(inshi_report_info(report)->resumed_iteration, 4);
    assert_int_equal(inshi_report_info(report)->resumed_start, 1);
    assert_true(file_exists(previous));
    assert_int_equal(count_files(place), 2);
    bytes_free(&file);
}

/* A damaged file without one before it is refused with a sentence; with one, the fit goes on from that. */
static void check_damaged(const struct bytes *good, const void *bytes, size_t count, size_t at)
{
    remove(previous);
    put_file(path, bytes, count);
    inshi_status status = fit(1);
    if (status != INSHI_ERR_DATA || (!says("damaged") && !says("no checkpoint of inshi")) || !says(path))
        fail_msg("byte %zu: %s", at, inshi_context_message(context));
    struct bytes there = get_file(path);
    assert_true(there.count == count && memcmp(there.at, bytes, count) == 0);
    bytes_free(&there);
    put_file(previous, good->at, good->count);
    status = fit(1);
    if (status || !inshi_report_info(report)->resumed || !warned("goes on from the one before it"))
        fail_msg("byte %zu: %s", at, inshi_context_message(context));
}

static void test_cut_short_at_every_byte(void **state)
{
    (void)state;
    struct bytes good = make();
    for (size_t count = 0; count < good.count; count++)
        check_damaged(&good, good.at, count, count);
    uint8_t *longer = calloc(good.count + 1, 1);
    memcpy(longer, good.at, good.count);
    check_damaged(&good, longer, good.count + 1, good.count);
    free(longer);
    bytes_free(&good);
}

static void test_every_bit_flipped(void **state)
{
    (void)state;
    struct bytes good = make();
    for (size_t bit = 0; bit < 8 * good.count; bit++) {
        good.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        remove(previous);
        put_file(path, good.at, good.count);
        const inshi_status status = fit(1);
        if (status != INSHI_ERR_DATA || (!says("damaged") && !says("no checkpoint of inshi")))
            fail_msg("bit %zu: %s", bit, inshi_context_message(context));
        good.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    bytes_free(&good);
}

/* What is damaged does not take the place of the good one before it. */
static void test_the_good_one_is_kept(void **state)
{
    (void)state;
    struct bytes good = make();
    put_file(previous, good.at, good.count);
    put_file(path, good.at, good.count - 1);
    assert_int_equal(fit(1), INSHI_OK);
    struct bytes before = get_file(previous);
    assert_true(before.count == good.count && memcmp(before.at, good.at, good.count) == 0);
    bytes_free(&before);
    bytes_free(&good);
}

static void test_only_the_one_before_is_there(void **state)
{
    (void)state;
    struct bytes good = make();
    bytes_free(&good);
    assert_int_equal(rename(path, previous), 0);
    assert_int_equal(fit(1), INSHI_OK);
    assert_true(inshi_report_info(report)->resumed);
    assert_true(file_exists(path) && file_exists(previous));
}

static void test_none_is_there(void **state)
{
    (void)state;
    assert_int_equal(fit(1), INSHI_OK);
    assert_true(warned("no checkpoint") && warned("begins anew") && !inshi_report_info(report)->resumed);
    assert_true(file_exists(path));
    assert_int_equal(fit(0), INSHI_OK);
    assert_true(warned("will be replaced") && file_exists(previous));
}

/* A later version's file is whole, and not for us. */
static void test_a_later_version(void **state)
{
    (void)state;
    static const uint8_t head[] = {'i', 'n', 's', 'h', 'i',  'C',  'K',  '\n', 2,    0,    0,    0,
                                   0,   0,   0,   0,   0xdb, 0x40, 0xdf, 0x67, 0x26, 0xfb, 0xb5, 0xb3};
    put_file(path, head, sizeof head);
    assert_int_equal(fit(1), INSHI_ERR_UNSUPPORTED);
    assert_true(says("later version"));
}

static void test_where_it_cannot_be_written(void **state)
{
    (void)state;
    char kept[200];
    snprintf(kept, sizeof kept, "%s", path);
    struct bytes good = make();
    put_text(path, "a picture");
    assert_int_equal(fit(0), INSHI_ERR_DATA);
    assert_true(says("choose another name"));
    snprintf(path, sizeof path, "%s/missing/c", place);
    assert_int_equal(fit(0), INSHI_ERR_IO);
    assert_true(says("cannot write") && says("missing/c"));
    snprintf(path, sizeof path, "%s", place);
    assert_int_equal(fit(0), INSHI_ERR_IO);
    assert_int_equal(fit(1), INSHI_ERR_IO);
    snprintf(path, sizeof path, "%s", kept);
    bytes_free(&good);
}

/* One change each, and what the sentence says of it. */
static void expect_refusal(inshi_status expected, const char *what)
{
    struct bytes       good   = get_file(path);
    const inshi_status status = fit(1);
    if (status != expected || !says("another fit") || !says(what))
        fail_msg("%s: %d, %s", what, status, inshi_context_message(context));
    struct bytes there = get_file(path);
    assert_true(there.count == good.count && memcmp(there.at, good.at, good.count) == 0);
    bytes_free(&there);
    bytes_free(&good);
}

static void test_other_data_and_options_are_refused(void **state)
{
    (void)state;
    options.solver           = "mu";
    struct bytes        good = make();
    const inshi_options was  = options;
    bytes_free(&good);
#define CHANGE(field, value, what)                                                                           \
    options.field = value;                                                                                   \
    expect_refusal(INSHI_ERR_ARGUMENT, what);                                                                \
    options = was;
    CHANGE(seed, 1, "its seed is 0, and here it is 1")
    CHANGE(loss, "kl", "loss")
    CHANGE(solver, "hals", "its solver is mu, and here it is hals")
    CHANGE(restarts, 3, "its restarts is 2, and here it is 3")
    CHANGE(init, "nndsvdar", "init")
    CHANGE(init_scale, "none", "init-scale")
    CHANGE(eta, 0.5, "eta")
    CHANGE(l1_w, 0.5, "l1-w")
    CHANGE(l1_h, 0.5, "l1-h")
    CHANGE(l2_w, 0.5, "l2-w")
    CHANGE(l2_h, 0.5, "l2-h")
    CHANGE(normalize, "max", "its normalize is sum, and here it is max")
#undef CHANGE
    options.given_w = 1;
    expect_refusal(INSHI_ERR_DATA, "its given W is not what it is here");
    options                    = was;
    const inshi_matrix weights = sample.x;
    options.weights            = &weights;
    expect_refusal(INSHI_ERR_DATA, "its weights is not what it is here");
    options = was;
    ((double *)sample.x.data)[7] += 1e-9;
    expect_refusal(INSHI_ERR_DATA, "its content of X is not what it is here");
    struct sample other = sample_make(6, 6, 2, INSHI_DTYPE_F8, 3), kept = sample;
    sample = other;
    expect_refusal(INSHI_ERR_DATA, "its columns of X is 5, and here it is 6");
    sample_free(&sample);
    sample = sample_make(6, 5, 3, INSHI_DTYPE_F8, 3);
    expect_refusal(INSHI_ERR_ARGUMENT, "its k is 2, and here it is 3");
    sample_free(&sample);
    sample = sample_make(6, 5, 2, INSHI_DTYPE_F4, 3);
    expect_refusal(INSHI_ERR_ARGUMENT, "its dtype is f64, and here it is f32");
    sample_free(&sample);
    sample = sample_make(6, 5, 2, INSHI_DTYPE_F8, 3);
    sample_free(&kept);
}

static void test_stopping_and_output_may_change(void **state)
{
    (void)state;
    struct bytes good = make();
    bytes_free(&good);
    options.iterations    = 9;
    options.tolerance     = 1e-9;
    options.time_limit    = 60;
    options.history_every = 2;
    assert_int_equal(inshi_context_set_threads(context, 2), INSHI_OK);
    assert_int_equal(fit(1), INSHI_OK);
    assert_true(inshi_report_info(report)->resumed);
    assert_int_equal(inshi_context_set_threads(context, 1), INSHI_OK);
}

static void test_without_a_report(void **state)
{
    (void)state;
    assert_int_equal(inshi_context_set_checkpoint(context, &checkpoint), INSHI_OK);
    assert_int_equal(inshi_fit(context, sample.x, sample.w, sample.h, &options, NULL), INSHI_OK);
    assert_int_equal(fit(1), INSHI_OK);
    int64_t rows;
    inshi_report_history(report, &rows);
    assert_int_equal(rows, 5);
}

static void test_the_setting_is_checked(void **state)
{
    (void)state;
    inshi_checkpoint wrong = checkpoint;
    wrong.size             = 3;
    assert_int_equal(inshi_context_set_checkpoint(context, &wrong), INSHI_ERR_ARGUMENT);
    wrong      = checkpoint;
    wrong.path = "";
    assert_int_equal(inshi_context_set_checkpoint(context, &wrong), INSHI_ERR_ARGUMENT);
    wrong         = checkpoint;
    wrong.seconds = -1;
    assert_int_equal(inshi_context_set_checkpoint(context, &wrong), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_context_set_checkpoint(NULL, &checkpoint), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_context_set_checkpoint(context, NULL), INSHI_OK);
    assert_int_equal(inshi_fit(context, sample.x, sample.w, sample.h, &options, report), INSHI_OK);
    assert_false(file_exists(path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_file_is_one, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_short_at_every_byte, begin, end),
        cmocka_unit_test_setup_teardown(test_every_bit_flipped, begin, end),
        cmocka_unit_test_setup_teardown(test_the_good_one_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(test_only_the_one_before_is_there, begin, end),
        cmocka_unit_test_setup_teardown(test_none_is_there, begin, end),
        cmocka_unit_test_setup_teardown(test_a_later_version, begin, end),
        cmocka_unit_test_setup_teardown(test_where_it_cannot_be_written, begin, end),
        cmocka_unit_test_setup_teardown(test_other_data_and_options_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(test_stopping_and_output_may_change, begin, end),
        cmocka_unit_test_setup_teardown(test_without_a_report, begin, end),
        cmocka_unit_test_setup_teardown(test_the_setting_is_checked, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
