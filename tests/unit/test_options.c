/* test_options.c -- the option table: its rows cover the struct, and every value is checked. */
#include "support/support.h"

#include <locale.h>
#include <math.h>

static size_t field_bytes(inshi_option_kind kind)
{
    switch (kind) {
    case INSHI_OPTION_NAME:
        return sizeof(const char *);
    case INSHI_OPTION_REAL:
        return sizeof(double);
    case INSHI_OPTION_INTEGER:
        return sizeof(int64_t);
    case INSHI_OPTION_SEED:
        return sizeof(uint64_t);
    case INSHI_OPTION_FLAG:
        return sizeof(int);
    case INSHI_OPTION_LIST:
        return sizeof(const int64_t *) + sizeof(int64_t);
    case INSHI_OPTION_MATRIX:
        return sizeof(const inshi_matrix *);
    }
    return 0;
}

/* Every byte of the struct behind `size` belongs to exactly one row, and there is no hole between fields. */
static void test_rows_cover_the_struct(void **state)
{
    (void)state;
    unsigned char owners[sizeof(inshi_options)] = {0};
    memset(owners, 1, sizeof(size_t));
    for (int i = 0; i < inshi_option_count(); i++)
        for (size_t b = 0; b < field_bytes(inshi_option_at(i)->kind); b++)
            owners[inshi_option_at(i)->offset + b]++;
    for (size_t b = 0; b < sizeof owners; b++)
        if (owners[b] != 1)
            fail_msg("byte %zu belongs to %d rows", b, owners[b]);
    assert_null(inshi_option_at(-1));
    assert_null(inshi_option_at(inshi_option_count()));
}

static void test_rows_are_complete(void **state)
{
    (void)state;
    static const char *const groups[] = {"model", "start", "what stays", "data", "stopping", "output"};
    for (int i = 0; i < inshi_option_count(); i++) {
        const inshi_option *row   = inshi_option_at(i);
        int                 known = 0;
        for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
            known += strcmp(row->group, groups[g]) == 0;
        assert_int_equal(known, 1);
        assert_true(strlen(row->help) > 10 && strchr(row->help, '\n') == NULL);
        assert_non_null(row->placeholder);
        assert_non_null(row->standard);
        assert_true(row->least <= row->most);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(row->name, inshi_option_at(j)->name);
    }
}

static void test_defaults_are_those_of_the_contract(void **state)
{
    (void)state;
    inshi_options o;
    memset(&o, 0xA5, sizeof o);
    inshi_options_default(&o);
    assert_int_equal(o.size, sizeof o);
    assert_string_equal(o.loss, "eu");
    assert_string_equal(o.solver, "auto");
    assert_true(o.eta == 0.001 && o.l1_w == 0 && o.l1_h == 0 && o.l2_w == 0 && o.l2_h == 0);
    assert_true(o.floor < 0);
    assert_string_equal(o.normalize, "auto");
    assert_string_equal(o.init, "auto");
    assert_string_equal(o.init_scale, "auto");
    assert_true(o.given_w == 0 && o.given_h == 0 && o.seed == 0 && o.restarts == 1);
    assert_string_equal(o.fix, "none");
    assert_true(o.fix_columns == NULL && o.fix_columns_count == 0);
    assert_true(o.iterations == 1000 && o.tolerance == 1e-5 && o.time_limit == 0 && o.history_every == 1);
    inshi_context *context = open_context();
    assert_int_equal(inshi_options_check(context, &o), INSHI_OK);
    inshi_context_destroy(context);
}

/* Setting each default from its text changes nothing: the table and the struct agree. */
static void test_default_texts_can_be_typed(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    inshi_options  typed, standard;
    inshi_options_default(&typed);
    inshi_options_default(&standard);
    for (int i = 0; i < inshi_option_count(); i++) {
        const inshi_option *row = inshi_option_at(i);
        if (row->kind >= INSHI_OPTION_FLAG)
            continue;
        memset((char *)&typed + row->offset, 0x11, field_bytes(row->kind));
        assert_int_equal(inshi_options_set(context, &typed, row->name, row->standard), INSHI_OK);
    }
    assert_memory_equal(&typed, &standard, sizeof typed);
    inshi_context_destroy(context);
}

struct value {
    const char *name, *text;
};

static void test_values_that_are_refused(void **state)
{
    (void)state;
    static const struct value values[] = {
        {"eta", "0"},
        {"eta", "-1"},
        {"eta", "1e-400"},
        {"eta", "1e999"},
        {"eta", "inf"},
        {"eta", "nan"},
        {"eta", "0x10"},
        {"eta", " 5"},
        {"eta", "5 "},
        {"eta", ""},
        {"eta", "."},
        {"eta", "1e"},
        {"eta", "1e+"},
        {"eta", "1,5"},
        {"eta", "--1"},
        {"eta", "auto"},
        {"l1-w", "-1e-300"},
        {"l1-h", "-1"},
        {"l2-w", "-0.5"},
        {"l2-h", "x"},
        {"floor", "-1"},
        {"floor", "Auto"},
        {"floor", "1e309"},
        {"tolerance", "1.0000001"},
        {"tolerance", "-1"},
        {"time-limit", "-1"},
        {"iterations", "2.5"},
        {"iterations", ""},
        {"iterations", "-1"},
        {"iterations", "1e3"},
        {"iterations", "0x10"},
        {"iterations", " 5"},
        {"iterations", "5 "},
        {"iterations", "1e999"},
        {"iterations", "9007199254740994"},
        {"iterations", "99999999999999999999"},
        {"restarts", "0"},
        {"restarts", "1000001"},
        {"restarts", "-1"},
        {"history-every", "-1"},
        {"history-every", "one"},
        {"seed", "-1"},
        {"seed", "18446744073709551616"},
        {"seed", "+1"},
        {"seed", ""},
        {"seed", "1.0"},
        {"normalize", "l1"},
        {"normalize", "su"},
        {"normalize", "sum|max"},
        {"normalize", ""},
        {"init-scale", "no"},
        {"fix", "W"},
        {"fix", "wh"},
        {"loss", ""},
        {"given-w", "1"},
        {"fix-columns", "1"},
        {"no-such", "1"},
        {"", "1"},
    };
    inshi_context *context = open_context();
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        inshi_options before, after;
        inshi_options_default(&before);
        after = before;
        if (inshi_options_set(context, &after, values[i].name, values[i].text) != INSHI_ERR_ARGUMENT)
            fail_msg("%s = \"%s\" was not refused", values[i].name, values[i].text);
        assert_memory_equal(&before, &after, sizeof before);
        assert_true(strncmp(inshi_context_message(context), values[i].name, strlen(values[i].name)) == 0);
    }
    inshi_context_destroy(context);
}

static void test_values_that_are_taken(void **state)
{
    (void)state;
    inshi_context *context = open_context();
    inshi_options  o;
    inshi_options_default(&o);
    static const struct value values[] = {
        {"eta", "5e-324"},
        {"l1-w", "0.5"},
        {"l2-h", "+1.5E+2"},
        {"floor", "0"},
        {"tolerance", "1"},
        {"seed", "18446744073709551615"},
        {"iterations", "9007199254740992"},
        {"restarts", "1000000"},
        {"fix", "h"},
        {"loss", "beta:-1"},
        {"time-limit", ".25"},
        {"history-every", "0"},
        {"l1-h", "3."},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (inshi_options_set(context, &o, values[i].name, values[i].text))
            fail_msg("%s = \"%s\": %s", values[i].name, values[i].text, inshi_context_message(context));
    assert_true(o.eta == 5e-324 && o.l1_w == 0.5 && o.l2_h == 150 && o.floor == 0 && o.tolerance == 1);
    assert_true(o.seed == UINT64_MAX && o.iterations == 9007199254740992 && o.restarts == 1000000);
    assert_true(o.time_limit == 0.25 && o.history_every == 0 && o.l1_h == 3);
    assert_string_equal(o.fix, "h");
    assert_string_equal(o.loss, "beta:-1");
    inshi_context_destroy(context);
}

static void test_a_decimal_comma_locale_changes_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8"};
    const char              *found   = NULL;
    for (size_t i = 0; !found && i < sizeof names / sizeof *names; i++)
        found = setlocale(LC_ALL, names[i]);
    if (!found)
        skip();
    inshi_context *context = open_context();
    inshi_options  o;
    inshi_options_default(&o);
    assert_int_equal(inshi_options_set(context, &o, "eta", "0.25"), INSHI_OK);
    assert_true(o.eta == 0.25 && o.tolerance == 1e-5);
    inshi_context_destroy(context);
    setlocale(LC_ALL, "C");
}

/* One change of a good set of options, and what the check says of it. */
struct change {
    void (*apply)(inshi_options *options);
    inshi_status status;
    const char  *word; /* in the sentence */
};

#define CHANGE(name, statement)                                                                              \
    static void name(inshi_options *o)                                                                       \
    {                                                                                                        \
        statement;                                                                                           \
    }

static const int64_t TWO[] = {0, 2}, BELOW[] = {-1};

CHANGE(eta_zero, o->eta = 0)
CHANGE(eta_nan, o->eta = NAN)
CHANGE(eta_infinite, o->eta = INFINITY)
CHANGE(penalty_below, o->l1_w = -1)
CHANGE(penalty_nan, o->l2_h = NAN)
CHANGE(floor_nan, o->floor = NAN)
CHANGE(floor_infinite, o->floor = INFINITY)
CHANGE(floor_below, o->floor = -7)
CHANGE(iterations_below, o->iterations = -1)
CHANGE(tolerance_above, o->tolerance = 1.5)
CHANGE(time_below, o->time_limit = -1)
CHANGE(restarts_none, o->restarts = 0)
CHANGE(every_below, o->history_every = -1)
CHANGE(given_two, o->given_w = 2)
CHANGE(loss_null, o->loss = NULL)
CHANGE(loss_unknown, o->loss = "ku")
CHANGE(solver_unknown, o->solver = "halls")
CHANGE(init_unknown, o->init = "randum")
CHANGE(size_other, o->size = 8)
CHANGE(fix_w_missing, o->fix = "w")
CHANGE(fix_h_missing, (o->fix = "h", o->given_w = 1))
CHANGE(fix_w_given, (o->fix = "w", o->given_w = 1))
CHANGE(columns_missing, (o->fix_columns = TWO, o->fix_columns_count = 2))
CHANGE(columns_given, (o->fix_columns = TWO, o->fix_columns_count = 2, o->given_w = 1))
CHANGE(columns_below, (o->fix_columns = BELOW, o->fix_columns_count = 1, o->given_w = 1))
CHANGE(columns_null, (o->fix_columns_count = 1, o->given_w = 1))
CHANGE(columns_count_below, o->fix_columns_count = -1)
CHANGE(columns_and_fix, (o->fix_columns = TWO, o->fix_columns_count = 2, o->given_w = 1, o->fix = "w"))
CHANGE(normalize_fixed, (o->fix = "w", o->given_w = 1, o->normalize = "sum"))
CHANGE(normalize_columns,
       (o->fix_columns = TWO, o->fix_columns_count = 2, o->given_w = 1, o->normalize = "l2"))
CHANGE(normalize_penalty, (o->l2_h = 1, o->normalize = "max"))
CHANGE(normalize_none_fixed, (o->fix = "w", o->given_w = 1, o->normalize = "none"))
CHANGE(normalize_sum, o->normalize = "sum")
CHANGE(restarts_given, (o->restarts = 2, o->given_w = o->given_h = 1))
CHANGE(restarts_half_given, (o->restarts = 2, o->given_w = 1))
CHANGE(hals_kl, (o->solver = "hals", o->loss = "kl"))
CHANGE(hals_eu, (o->solver = "hals", o->loss = "eu"))
CHANGE(hals_beta_two, (o->solver = "hals", o->loss = "beta:2"))
CHANGE(mu_beta, (o->solver = "mu", o->loss = "beta:0.5"))

static void test_contradictions_are_refused(void **state)
{
    (void)state;
    static const struct change changes[] = {
        {eta_zero, INSHI_ERR_ARGUMENT, "eta"},
        {eta_nan, INSHI_ERR_ARGUMENT, "eta"},
        {eta_infinite, INSHI_ERR_ARGUMENT, "eta"},
        {penalty_below, INSHI_ERR_ARGUMENT, "l1-w"},
        {penalty_nan, INSHI_ERR_ARGUMENT, "l2-h"},
        {floor_nan, INSHI_ERR_ARGUMENT, "floor"},
        {floor_infinite, INSHI_ERR_ARGUMENT, "floor"},
        {floor_below, INSHI_OK, ""},
        {iterations_below, INSHI_ERR_ARGUMENT, "iterations"},
        {tolerance_above, INSHI_ERR_ARGUMENT, "tolerance"},
        {time_below, INSHI_ERR_ARGUMENT, "time-limit"},
        {restarts_none, INSHI_ERR_ARGUMENT, "restarts"},
        {every_below, INSHI_ERR_ARGUMENT, "history-every"},
        {given_two, INSHI_ERR_ARGUMENT, "given-w"},
        {loss_null, INSHI_ERR_ARGUMENT, "loss"},
        {loss_unknown, INSHI_ERR_ARGUMENT, "ku"},
        {solver_unknown, INSHI_ERR_ARGUMENT, "did you mean hals?"},
        {init_unknown, INSHI_ERR_ARGUMENT, "did you mean random?"},
        {size_other, INSHI_ERR_ARGUMENT, "version"},
        {fix_w_missing, INSHI_ERR_ARGUMENT, "init-w"},
        {fix_h_missing, INSHI_ERR_ARGUMENT, "init-h"},
        {fix_w_given, INSHI_OK, ""},
        {columns_missing, INSHI_ERR_ARGUMENT, "init-w"},
        {columns_given, INSHI_OK, ""},
        {columns_below, INSHI_ERR_ARGUMENT, "fix-columns"},
        {columns_null, INSHI_ERR_ARGUMENT, "fix-columns"},
        {columns_count_below, INSHI_ERR_ARGUMENT, "fix-columns"},
        {columns_and_fix, INSHI_ERR_ARGUMENT, "fix-columns"},
        {normalize_fixed, INSHI_ERR_ARGUMENT, "normalize"},
        {normalize_columns, INSHI_ERR_ARGUMENT, "normalize"},
        {normalize_penalty, INSHI_ERR_ARGUMENT, "normalize"},
        {normalize_none_fixed, INSHI_OK, ""},
        {normalize_sum, INSHI_OK, ""},
        {restarts_given, INSHI_ERR_ARGUMENT, "restarts"},
        {restarts_half_given, INSHI_OK, ""},
        {hals_kl, INSHI_ERR_UNSUPPORTED, "kl"},
        {hals_eu, INSHI_OK, ""},
        {hals_beta_two, INSHI_OK, ""},
        {mu_beta, INSHI_OK, ""},
    };
    inshi_context *context = open_context();
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        inshi_options options;
        inshi_options_default(&options);
        changes[i].apply(&options);
        const inshi_status status = inshi_options_check(context, &options);
        if (status != changes[i].status)
            fail_msg("change %zu (%s): status %d: %s", i, changes[i].word, status,
                     inshi_context_message(context));
        if (status && !strstr(inshi_context_message(context), changes[i].word))
            fail_msg("change %zu: \"%s\" is not in: %s", i, changes[i].word, inshi_context_message(context));
    }
    assert_int_equal(inshi_options_check(context, NULL), INSHI_ERR_ARGUMENT);
    assert_int_equal(inshi_options_check(NULL, NULL), INSHI_ERR_ARGUMENT);
    inshi_context_destroy(context);
}

static void test_the_nearest_name_is_suggested(void **state)
{
    (void)state;
    static const char *const  names[] = {"iterations", "init", "init-w", "eta", "k", NULL};
    static const struct value pairs[] = {
        {"itertions", "iterations"},
        {"iteratoins", "iterations"},
        {"inti", "init"},
        {"init-W", "init-w"},
        {"iterations", "iterations"},
        {"etc", "eta"},
        {"colour", NULL},
        {"it", "init"},
        {"xyz", NULL},
        {"", NULL},
        {"iter", "iterations"},
        {"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", NULL},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const char *nearest = inshi_nearest_name(pairs[i].name, names);
        if (pairs[i].text ? !nearest || strcmp(nearest, pairs[i].text) : nearest != NULL)
            fail_msg("%s: %s", pairs[i].name, nearest ? nearest : "(none)");
    }
    inshi_context *context = open_context();
    inshi_options  o;
    inshi_options_default(&o);
    assert_int_equal(inshi_options_set(context, &o, "tolerence", "1"), INSHI_ERR_ARGUMENT);
    assert_non_null(strstr(inshi_context_message(context), "did you mean tolerance?"));
    inshi_context_destroy(context);
}

static void test_lists_of_names_end(void **state)
{
    (void)state;
    int solvers = 0, inits = 0, losses = 0;
    while (inshi_solver_name(solvers))
        assert_true(strlen(inshi_solver_summary(solvers++)) > 0);
    while (inshi_init_name(inits))
        inits++;
    while (inshi_loss_name(losses))
        assert_true(strlen(inshi_loss_summary(losses++)) > 0);
    assert_true(solvers >= 3 && inits >= 1 && losses >= 3);
    assert_null(inshi_solver_name(-1));
    assert_null(inshi_solver_summary(solvers));
    assert_null(inshi_init_name(-1));
    assert_null(inshi_loss_name(-1));
    assert_null(inshi_loss_summary(losses));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_cover_the_struct),
        cmocka_unit_test(test_rows_are_complete),
        cmocka_unit_test(test_defaults_are_those_of_the_contract),
        cmocka_unit_test(test_default_texts_can_be_typed),
        cmocka_unit_test(test_values_that_are_refused),
        cmocka_unit_test(test_values_that_are_taken),
        cmocka_unit_test(test_a_decimal_comma_locale_changes_nothing),
        cmocka_unit_test(test_contradictions_are_refused),
        cmocka_unit_test(test_the_nearest_name_is_suggested),
        cmocka_unit_test(test_lists_of_names_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
