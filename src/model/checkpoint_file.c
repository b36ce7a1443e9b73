/* checkpoint_file.c -- the sections of a checkpoint: key, state of the loop, histories, factors.
 *
 * One list of fields serves both directions (exchange_*). A load checks every number that leads to memory or to an
 * index; the checksums (base/sections.h) have been compared before.
 */
#include <math.h>
#include <string.h>
#include "base/sections.h"
#include "model/run.h"

const char CHECKPOINT_MAGIC[8] = {'i', 'n', 's', 'h', 'i', 'C', 'K', '\n'};

enum {
    VERSION     = 1,
    SECTION_KEY = 1,
    SECTION_LOOP,
    SECTION_HISTORY,
    SECTION_BEST,
    SECTION_PAIRS = 16,
    ROW_BYTES     = 32
};

/* What a state needs of the file beside itself. */
struct content {
    bool has_best;
    bool has_pair[PAIRS];
};

static struct content content_of(const struct run *run, const struct loop_state *state)
{
    const bool paced = run->accelerator.pace != NULL;
    return (struct content){
        state->start > 0,
        {state->looping, state->looping && paced, state->looping && paced && isfinite(state->accepted)}};
}

/* ---- both directions ----------------------------------------------------------------------------------------------- */

struct exchange {
    struct sections_writer *writer; /* one of them */
    struct sections_reader *reader;
};

static void exchange_whole(struct exchange *e, int64_t *value)
{
    if (e->writer)
        sections_put_whole(e->writer, (uint64_t)*value);
    else
        *value = (int64_t)sections_get_whole(e->reader);
}

static void exchange_flag(struct exchange *e, bool *value)
{
    int64_t whole = *value;
    exchange_whole(e, &whole);
    *value = whole != 0;
}

static void exchange_real(struct exchange *e, double *value)
{
    if (e->writer)
        sections_put_real(e->writer, *value);
    else
        *value = sections_get_real(e->reader);
}

enum { LOOP_BYTES = 8 * (8 + 5 + 2 * (MEASURES + 1) + 4 + 3), BEST_BYTES = 8 * (4 + 5) };

static void exchange_loop(struct exchange *e, struct loop_state *s)
{
    exchange_flag(e, &s->looping);
    exchange_whole(e, &s->start);
    exchange_whole(e, &s->iteration);
    exchange_whole(e, &s->revived);
    exchange_whole(e, &s->rows);
    exchange_flag(e, &s->extrapolated);
    exchange_flag(e, &s->falters);
    exchange_flag(e, &s->near);
    double *const reals[] = {&s->divergence, &s->objective,  &s->kkt,         &s->kkt_worst,
                             &s->level,      &s->beta,       &s->beta_before, &s->beta_most,
                             &s->accepted,   &s->best_level, &s->seconds,     &s->all_seconds};
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++)
        exchange_real(e, reals[i]);
    for (int side = 0; side < 2; side++) {
        exchange_real(e, &s->value[side]);
        for (int i = 0; i < MEASURES; i++)
            exchange_real(e, &s->measured[side][i]);
    }
}

/* What is known of the best start so far. */
static void exchange_best(struct exchange *e, inshi_info *info)
{
    int64_t stop = info->stop;
    exchange_whole(e, &stop);
    info->stop = (inshi_stop)stop;
    exchange_whole(e, &info->iterations);
    exchange_whole(e, &info->restart);
    exchange_whole(e, &info->revived);
    double *const reals[] = {&info->objective, &info->divergence, &info->relative_error, &info->kkt,
                             &info->kkt_worst};
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++)
        exchange_real(e, reals[i]);
}

static void exchange_row(struct exchange *e, inshi_history_row *row)
{
    exchange_whole(e, &row->iteration);
    exchange_real(e, &row->seconds);
    exchange_real(e, &row->objective);
    exchange_real(e, &row->kkt);
}

/* ---- writing ------------------------------------------------------------------------------------------------------- */

static void put_rows(struct sections_writer *w, const struct history *history, int64_t rows)
{
    struct exchange e = {w, NULL};
    for (int64_t i = 0; i < rows; i++)
        exchange_row(&e, &history->rows[i]);
}

static uint64_t pair_bytes(const struct problem *p, enum side side)
{
    return (uint64_t)p->factor[side].count * (uint64_t)p->k * (uint64_t)p->kernels->real_bytes;
}

static void put_pair(struct sections_writer *w, const struct problem *p, int pair, void *const block[2])
{
    for (int side = 0; side < 2; side++) {
        sections_open(w, (uint32_t)(SECTION_PAIRS + 2 * pair + side), pair_bytes(p, side));
        for (int64_t panel = 0; panel < p->factor[side].panels; panel++) {
            const int count = problem_items_out(p, side, block[side], panel, p->scratch);
            sections_put_numbers(w, p->scratch, (size_t)count * (size_t)p->k, p->kernels->real_bytes);
        }
        sections_close(w);
    }
}

static void put_best(struct sections_writer *w, struct run *run)
{
    struct exchange       e       = {w, NULL};
    const struct history *history = &run->plan->report->history;
    sections_open(w, SECTION_BEST, BEST_BYTES + (uint64_t)history->count * ROW_BYTES);
    exchange_best(&e, &run->plan->report->info);
    put_rows(w, history, history->count);
    sections_close(w);
    put_pair(w, &run->problem, PAIRS, run->best);
}

inshi_status checkpoint_write(struct run *run)
{
    struct checkpoint     *c = &run->checkpoint;
    struct sections_writer w;
    struct exchange        e        = {&w, NULL};
    const struct content   has      = content_of(run, &c->state);
    uint32_t               sections = 3 + 3 * has.has_best;
    for (int pair = 0; pair < PAIRS; pair++)
        sections += 2 * has.has_pair[pair];
    if (sections_begin(&w, run->plan->context, c->how.path, CHECKPOINT_MAGIC, VERSION, sections))
        return sections_end(&w, false);
    sections_open(&w, SECTION_KEY, c->key.length);
    sections_put(&w, c->key.text, c->key.length);
    sections_close(&w);
    sections_open(&w, SECTION_LOOP, LOOP_BYTES);
    exchange_loop(&e, &c->state);
    sections_close(&w);
    sections_open(&w, SECTION_HISTORY, (uint64_t)c->state.rows * ROW_BYTES);
    put_rows(&w, &run->history, c->state.rows);
    sections_close(&w);
    if (has.has_best)
        put_best(&w, run);
    for (int pair = 0; pair < PAIRS; pair++)
        if (has.has_pair[pair])
            put_pair(&w, &run->problem, pair, c->copy[pair]);
    return sections_end(&w, c->keeps);
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

static bool expect(struct sections_reader *r, uint32_t number)
{
    return sections_next(r) == number;
}

static inshi_status load_key(struct run *run, struct sections_reader *r)
{
    struct key saved;
    char       shown[FILE_SHOWN];
    if (!expect(r, SECTION_KEY) || r->left > KEY_SIZE)
        return sections_fail(r, "it holds no key");
    saved.length = (size_t)r->left;
    sections_get(r, saved.text, saved.length);
    const inshi_status status =
        key_compare(run->plan->context, file_shown(r->path, shown), &saved, &run->checkpoint.key);
    run->checkpoint.refused = status != INSHI_OK;
    return status;
}

static bool count_is_sound(int64_t count)
{
    return count >= 0 && count <= INT64_C(1) << 53;
}

static bool loop_is_sound(const struct run *run, const struct loop_state *s)
{
    const struct pace *pace = run->accelerator.pace;
    if (s->start < 0 || s->start >= run->plan->options.restarts || (!s->looping && s->start == 0))
        return false;
    if (!count_is_sound(s->iteration) || !count_is_sound(s->revived) || !count_is_sound(s->rows))
        return false;
    if (!(s->seconds >= 0) || !(s->all_seconds >= 0) || isinf(s->all_seconds) || isinf(s->seconds))
        return false;
    return !pace || !s->looping ||
           (s->beta >= 0 && s->beta <= pace->most && s->beta_before >= 0 && s->beta_before <= pace->most &&
            s->beta_most >= 0 && s->beta_most <= pace->most && !isnan(s->accepted));
}

/* All that is left of the section as rows. */
static inshi_status load_rows(struct run *run, struct sections_reader *r, struct history *history)
{
    struct exchange e      = {NULL, r};
    inshi_status    status = r->left % ROW_BYTES ? sections_fail(r, "a history is cut off") : INSHI_OK;
    history->count         = 0;
    for (int64_t i = (int64_t)(r->left / ROW_BYTES); i > 0 && !status; i--) {
        inshi_history_row row;
        exchange_row(&e, &row);
        status = history_add(run->plan->context, history, row);
    }
    return status;
}

static inshi_status load_loop(struct run *run, struct sections_reader *r)
{
    struct loop_state *s = &run->checkpoint.state;
    struct exchange    e = {NULL, r};
    if (!expect(r, SECTION_LOOP) || r->left != LOOP_BYTES)
        return sections_fail(r, "it holds no state");
    exchange_loop(&e, s);
    if (!loop_is_sound(run, s))
        return sections_fail(r, "its state makes no sense");
    if (!expect(r, SECTION_HISTORY) || r->left != (uint64_t)s->rows * ROW_BYTES)
        return sections_fail(r, "it holds no history");
    return load_rows(run, r, &run->history);
}

/* Factors are finite and not negative wherever a loop stands. */
static bool items_are_sound(const void *items, int64_t count, int size)
{
    bool sound = true;
    for (int64_t i = 0; i < count; i++) {
        const double a = size == 8 ? ((const double *)items)[i] : (double)((const float *)items)[i];
        sound          = sound && a >= 0 && a <= 1.7976931348623157e308;
    }
    return sound;
}

static inshi_status load_pair(struct run *run, struct sections_reader *r, int pair, void *const block[2])
{
    struct problem *p    = &run->problem;
    const int       size = p->kernels->real_bytes;
    for (int side = 0; side < 2; side++) {
        if (!expect(r, (uint32_t)(SECTION_PAIRS + 2 * pair + side)) || r->left != pair_bytes(p, side))
            return sections_fail(r, "it holds no factors of this shape");
        for (int64_t panel = 0; panel < p->factor[side].panels; panel++) {
            const int64_t left  = p->factor[side].count - panel * p->kernels->lanes;
            const int64_t items = left < p->kernels->lanes ? left : p->kernels->lanes;
            sections_get_numbers(r, p->scratch, (size_t)(items * p->k), size);
            if (!items_are_sound(p->scratch, items * p->k, size))
                return sections_fail(r, "a factor has entries that are negative or no numbers");
            problem_items_in(p, side, block[side], panel, p->scratch);
        }
    }
    return INSHI_OK;
}

static inshi_status load_best(struct run *run, struct sections_reader *r)
{
    struct exchange e    = {NULL, r};
    inshi_report   *into = run->plan->report;
    inshi_info     *info = &into->info;
    if (!expect(r, SECTION_BEST) || r->left < BEST_BYTES)
        return sections_fail(r, "it holds no best start");
    exchange_best(&e, info);
    if (info->restart < 0 || info->restart >= run->checkpoint.state.start ||
        !count_is_sound(info->iterations) || info->stop < INSHI_STOP_TOLERANCE ||
        info->stop > INSHI_STOP_INTERRUPTED)
        return sections_fail(r, "its best start makes no sense");
    const inshi_status status = load_rows(run, r, &into->history);
    return status ? status : load_pair(run, r, PAIRS, run->best);
}

static inshi_status load_all(struct run *run, struct sections_reader *r)
{
    inshi_status status = load_key(run, r);
    if (!status)
        status = load_loop(run, r);
    if (status)
        return status;
    const struct content has        = content_of(run, &run->checkpoint.state);
    void *const          factors[2] = {run->problem.factor[0].data, run->problem.factor[1].data};
    if (has.has_best)
        status = load_best(run, r);
    if (!status && has.has_pair[PAIR_FACTORS])
        status = load_pair(run, r, PAIR_FACTORS, factors);
    if (!status && has.has_pair[PAIR_PLAIN])
        status = load_pair(run, r, PAIR_PLAIN, run->accelerator.plain);
    if (!status && has.has_pair[PAIR_ACCEPTED])
        status = load_pair(run, r, PAIR_ACCEPTED, run->accelerator.accepted);
    if (!status && (r->damaged || sections_next(r)))
        status = sections_fail(r, "it holds more or less than it should");
    return status;
}

inshi_status checkpoint_load(struct run *run, const char *path)
{
    struct sections_reader r;
    inshi_status           status =
        sections_enter(&r, run->plan->context, path, CHECKPOINT_MAGIC, VERSION, "checkpoint");
    if (!status)
        status = load_all(run, &r);
    sections_leave(&r);
    return status;
}
