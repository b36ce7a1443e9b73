/* The pictures: colours, ticks, texts, boxes that never overlap, and files that decode to the cells asked
 * for. */
#include <math.h>
#include "cli/figure.h"
#include "cli/figure_parts.h"
#include "support/support.h"

/* inshi_file_write() as the pictures see it: keeps the bytes, and fails where the path says so. */
static unsigned char *written;
static size_t         written_count;

inshi_status inshi_file_write(inshi_context *context, const char *path, const void *bytes, size_t count)
{
    (void)context;
    if (strstr(path, "full"))
        return INSHI_ERR_IO;
    free(written);
    written       = malloc(count);
    written_count = count;
    memcpy(written, bytes, count);
    return INSHI_OK;
}

/* a and b differ by at most tolerance. */
static void assert_near(double a, double b, double tolerance)
{
    assert_true(fabs(a - b) <= tolerance);
}

static double random_double(void)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53;
}

/* ---- colours ---- */

static int channel(colour c, int shift)
{
    return (int)(c >> shift & 255);
}

/* Entries of the published table of 256, among them ones between the anchors. */
static void test_viridis_is_the_published_one(void **state)
{
    static const struct {
        int    index;
        colour value;
    } published[] = {{0, 0x440154},   {51, 0x414487},  {77, 0x355F8D},  {102, 0x2A788E},
                     {128, 0x21918C}, {204, 0x7AD151}, {230, 0xBDDF26}, {255, 0xFDE725}};
    colour table[COLOURS_COUNT];
    (void)state;
    colours_table(FIGURE_VIRIDIS, table);
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++)
        for (int shift = 0; shift <= 16; shift += 8)
            assert_true(abs(channel(table[published[i].index], shift) - channel(published[i].value, shift)) <=
                        4);
    assert_true(table[0] == 0x440154 && table[255] == 0xFDE725);
}

static void test_grey_and_diverging_maps(void **state)
{
    colour table[COLOURS_COUNT];
    (void)state;
    colours_table(FIGURE_GREY, table);
    for (int i = 0; i < COLOURS_COUNT; i++)
        assert_true(table[i] == (colour)i * 0x010101u);
    colours_table(FIGURE_DIVERGING, table);
    assert_true(channel(colours_pick(table, 0, -1, 1), 8) > 240);
    assert_true(channel(table[0], 0) > channel(table[0], 16));
    assert_true(channel(table[255], 16) > channel(table[255], 0));
}

static void test_fractions_do_not_overflow(void **state)
{
    colour table[COLOURS_COUNT];
    (void)state;
    colours_table(FIGURE_VIRIDIS, table);
    assert_near(colours_fraction(0, -1.7e308, 1.7e308), 0.5, 1e-12);
    assert_near(colours_fraction(5e-324, 0, 1e-323), 0.5, 1e-12);
    assert_true(colours_fraction(7, 3, 3) == 0);
    assert_true(colours_fraction(9, 0, 1) == 1 && colours_fraction(-9, 0, 1) == 0);
    assert_true(colours_pick(table, (double)NAN, 0, 1) == COLOUR_NOT_FINITE);
    assert_true(colours_pick(table, HUGE_VAL, 0, 1) == COLOUR_NOT_FINITE);
    assert_true(colours_pick(table, 1, 0, 1) == table[255]);
}

static void check_range(enum figure_colours colours, double low, double high, const double expected[2])
{
    struct figure_range range = {.low = low, .high = high, .found = true};
    figure_range_finish(&range, colours);
    assert_true(range.low == expected[0] && range.high == expected[1]);
}

static void test_ranges_begin_at_zero_or_lie_around_it(void **state)
{
    (void)state;
    check_range(FIGURE_VIRIDIS, 0.05, 1, (double[]){0, 1});
    check_range(FIGURE_VIRIDIS, 0.5, 1, (double[]){0.5, 1});
    check_range(FIGURE_VIRIDIS, -3, 1, (double[]){-3, 1});
    check_range(FIGURE_VIRIDIS, 7, 7, (double[]){0, 7});
    check_range(FIGURE_VIRIDIS, -7, -7, (double[]){-7, 0});
    check_range(FIGURE_VIRIDIS, 0, 0, (double[]){0, 1});
    check_range(FIGURE_DIVERGING, -0.25, 2, (double[]){-2, 2});
    check_range(FIGURE_DIVERGING, -3, -1, (double[]){-3, 3});
    check_range(FIGURE_DIVERGING, 0, 0, (double[]){-1, 1});
}

/* ---- ticks ---- */

static void check_ticks(const struct figure_ticks *ticks, double low, double high, int most)
{
    assert_true(ticks->count >= 1 && ticks->count <= most);
    for (int i = 0; i < ticks->count; i++) {
        assert_true(ticks->values[i] >= low && ticks->values[i] <= high);
        assert_true(ticks->texts[i][0] != 0);
        assert_true(i == 0 || ticks->values[i] > ticks->values[i - 1]);
        assert_true(i == 0 || strcmp(ticks->texts[i], ticks->texts[i - 1]) != 0);
    }
}

static void check_step(const struct figure_ticks *ticks)
{
    const double step    = ticks->values[1] - ticks->values[0];
    const double leading = step / pow(10, floor(log10(step) + 1e-6));
    assert_true(fabs(leading - 1) < 1e-5 || fabs(leading - 2) < 1e-5 || fabs(leading - 5) < 1e-5);
    for (int i = 2; i < ticks->count; i++)
        assert_near((ticks->values[i] - ticks->values[i - 1]) / step, 1, 1e-5);
}

static void test_linear_ticks_are_round_and_inside(void **state)
{
    (void)state;
    for (int n = 0; n < 20000; n++) {
        const double        scale = pow(10, 40 * random_double() - 20), low = scale * (random_double() - 0.5);
        const double        high = low + scale * (0.001 + random_double());
        const int           most = 5 + n % 8;
        struct figure_ticks ticks;
        figure_ticks_linear(low, high, most, &ticks);
        check_ticks(&ticks, low, high, most);
        assert_true(ticks.count >= 2);
        check_step(&ticks);
    }
}

static void test_linear_ticks_of_hostile_ranges(void **state)
{
    static const double ranges[][2] = {{0, 0},
                                       {3, 3},
                                       {-1.7e308, 1.7e308},
                                       {0, 5e-324},
                                       {0, 1e-310},
                                       {0, 1.79e308},
                                       {1, 1.0000000000000002},
                                       {1e15, 1e15 + 0.5},
                                       {-5e-324, 5e-324},
                                       {1e-300, 2e-300},
                                       {-1e250, 1e-300}};
    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        struct figure_ticks ticks;
        figure_ticks_linear(ranges[i][0], ranges[i][1], 6, &ticks);
        check_ticks(&ticks, ranges[i][0], ranges[i][1], 6);
    }
}

static void test_log_ticks_are_inside(void **state)
{
    (void)state;
    for (int n = 0; n < 3000; n++) {
        const double        low  = pow(10, 600 * random_double() - 300);
        const double        high = fmin(low * pow(10, 1e-4 + (n % 400) * random_double()), 1.7e308);
        const int           most = 5 + n % 8;
        struct figure_ticks ticks;
        figure_ticks_log(low, high, most, &ticks);
        check_ticks(&ticks, low, high, most);
        assert_true(ticks.count >= 2);
    }
}

static void test_count_ticks_are_whole(void **state)
{
    (void)state;
    for (int64_t extent = 1; extent < 5000000; extent = extent * 9 / 8 + 1) {
        for (int most = 2; most <= FIGURE_TICKS_MOST; most++) {
            struct figure_ticks ticks;
            figure_ticks_count(extent, most, &ticks);
            check_ticks(&ticks, 0, (double)extent - 1, most);
            assert_true(ticks.values[0] == 0);
            if (ticks.count > 1)
                check_step(&ticks);
            assert_true(ticks.count > 1 || extent == 1 || most == 2);
        }
    }
}

static void test_numbers_read_well(void **state)
{
    static const struct {
        double      value, step, largest;
        const char *text;
    } cases[] = {{0, 1, 5, "0"},
                 {0.25, 0.05, 1, "0.25"},
                 {-300, 100, 300, "−300"},
                 {1e-6, 1e-6, 5e-6, "1×10⁻⁶"},
                 {2e-300, 1e-300, 4e-300, "2×10⁻³⁰⁰"},
                 {1.5e250, 5e249, 2e250, "1.5×10²⁵⁰"},
                 {5000, 1000, 10000, "5000"},
                 {1000001, 1, 1000004, "1000001"},
                 {0.125, 0, 0.125, "0.125"},
                 {1, 0.5, 2, "1.0"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[FIGURE_NUMBER_LONGEST];
        figure_number(cases[i].value, cases[i].step, cases[i].largest, text);
        assert_string_equal(text, cases[i].text);
    }
}

/* ---- texts ---- */

static bool is_utf8(const char *text)
{
    cairo_surface_t     *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
    cairo_t             *cairo   = cairo_create(surface);
    cairo_text_extents_t extents;
    cairo_text_extents(cairo, text, &extents);
    const bool good = cairo_status(cairo) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
    return good;
}

static void draw_random_texts(struct figure_page *page, const void *what)
{
    (void)what;
    for (int n = 0; n < 2000; n++) {
        char      bytes[1500], line[FIGURE_TEXT_LONGEST];
        const int length = (int)(random_double() * (n % 10 ? 60 : 1499));
        for (int i = 0; i < length; i++)
            bytes[i] = (char)(1 + (int)(random_double() * (n % 2 ? 255 : 126)));
        bytes[length]                 = 0;
        const struct figure_text text = {.text = bytes, .size = 9, .room = 20 + 200 * random_double()};
        figure_page_elide(page, &text, line);
        assert_true(strlen(line) < FIGURE_TEXT_LONGEST);
        assert_true(is_utf8(line));
        assert_true(figure_page_width(page, line, text.size, false) <= text.room);
        for (const char *s = line; *s; s++)
            assert_true((unsigned char)*s >= 0x20 && *s != 0x7F);
    }
}

static void draw_known_texts(struct figure_page *page, const void *what)
{
    char line[FIGURE_TEXT_LONGEST];
    (void)what;
    figure_page_elide(page, &(struct figure_text){.text = "größe\n\xff", .size = 9}, line);
    assert_string_equal(line, "größe \xEF\xBF\xBD");
    figure_page_elide(page, &(struct figure_text){.text = "a sentence of some length", .size = 9, .room = 60},
                      line);
    assert_memory_equal(line, "a sent", 6);
    assert_string_equal(line + strlen(line) - 3, "…");
}

static void test_texts_are_clean_and_fit(void **state)
{
    struct figure_page page;
    (void)state;
    assert_int_equal(figure_page_measure(&page, draw_random_texts, NULL), INSHI_OK);
    figure_page_close(&page);
    assert_int_equal(figure_page_measure(&page, draw_known_texts, NULL), INSHI_OK);
    figure_page_close(&page);
}

/* ---- whole pictures ---- */

static bool overlap(const struct figure_box *a, const struct figure_box *b)
{
    const double slack = 0.01;
    return a->left < b->right - slack && b->left < a->right - slack && a->top < b->bottom - slack &&
           b->top < a->bottom - slack;
}

/* No text on another, nor on an area, nor an area on another; no text too small to read. */
static void check_boxes(figure_draw *draw, const void *what)
{
    struct figure_page page;
    assert_int_equal(figure_page_measure(&page, draw, what), INSHI_OK);
    assert_true(page.count > 0);
    for (int64_t i = 0; i < page.count; i++) {
        const struct figure_box *a = &page.boxes[i];
        assert_true(isfinite(a->left + a->right + a->top + a->bottom));
        const double width = a->right - a->left, height = a->bottom - a->top;
        assert_true(width > 0 && height > 0);
        assert_true(!a->is_text || fmax(width, height) < 12 ||
                    fmin(width, height) >= 7.5); /* 6.5 pt letters */
        for (int64_t j = 0; j < i; j++)
            if (overlap(a, &page.boxes[j]))
                fail_msg("boxes %d and %d overlap", (int)j, (int)i);
    }
    figure_page_close(&page);
}

static unsigned read_u32(const unsigned char *bytes)
{
    return (unsigned)bytes[0] << 24 | (unsigned)bytes[1] << 16 | (unsigned)bytes[2] << 8 | bytes[3];
}

static void check_png(void)
{
    assert_true(written_count > 100);
    assert_memory_equal(written, "\x89PNG\r\n\x1a\n", 8);
    const unsigned width = read_u32(written + 16), height = read_u32(written + 20);
    assert_true(width > 100 && width < 5000);
    assert_true(height > 100 && height < 4000);
}

static void check_svg(void)
{
    assert_true(written_count > 100);
    assert_memory_equal(written, "<?xml", 5);
    assert_memory_equal(written + written_count - 7, "</svg>\n", 7);
}

static void check_heat(const struct figure_heat *heat)
{
    check_boxes(figure_heat_draw, heat);
    assert_int_equal(figure_heat_write(NULL, "a.png", heat), INSHI_OK);
    check_png();
    assert_int_equal(figure_heat_write(NULL, "a.SVG", heat), INSHI_OK);
    check_svg();
}

static void check_curves(const struct figure_curves *curves)
{
    check_boxes(figure_curves_draw, curves);
    assert_int_equal(figure_curves_write(NULL, "a.png", curves), INSHI_OK);
    check_png();
    assert_int_equal(figure_curves_write(NULL, "a.svg", curves), INSHI_OK);
    check_svg();
}

static const char LONG_TITLE[] =
    "A title so long that no picture is wide enough for it, even when it is set in smaller "
    "letters than those that titles have when they are as short as they should be";

static struct figure_heat heat_of(const double *data, int64_t rows, int64_t columns)
{
    return (struct figure_heat){.title        = LONG_TITLE,
                                .row_label    = "row",
                                .column_label = "column",
                                .value_label  = "value",
                                .values       = {.data = data, .rows = rows, .columns = columns}};
}

static double *fill(int64_t count, double scale)
{
    double *data = malloc(sizeof *data * (size_t)count);
    for (int64_t i = 0; i < count; i++)
        data[i] = scale * random_double();
    return data;
}

static void test_heat_maps_of_every_shape(void **state)
{
    static const int64_t shapes[][2] = {{1, 1},     {1, 2},    {2, 1},   {1, 1000}, {1000, 1},    {3, 7},
                                        {100, 200}, {130, 91}, {999, 5}, {5, 1000}, {1000, 1000}, {49, 361}};
    double              *data        = fill(1000000, 2);
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (int c = FIGURE_VIRIDIS; c <= FIGURE_GREY; c++) {
            struct figure_heat heat = heat_of(data, shapes[i][0], shapes[i][1]);
            heat.colours            = (enum figure_colours)c;
            check_boxes(figure_heat_draw, &heat);
            heat.values.full_rows    = shapes[i][0] * 12345;
            heat.values.full_columns = shapes[i][1] * 17;
            check_boxes(figure_heat_draw, &heat);
            if (c == FIGURE_VIRIDIS)
                check_heat(&heat);
        }
    }
    free(data);
}

static void test_heat_maps_of_hostile_values(void **state)
{
    const double nan = (double)NAN, inf = HUGE_VAL;
    const double values[][6] = {{0, 0, 0, 0, 0, 0},
                                {7, 7, 7, 7, 7, 7},
                                {-7, -7, -7, -7, -7, -7},
                                {nan, nan, nan, nan, nan, nan},
                                {nan, inf, -inf, 1, 2, 3},
                                {1e-300, 2e-300, 3e-300, 4e-300, 5e-300, 0},
                                {1e250, 2e250, 3e250, 4e250, 5e250, 0},
                                {-1.7e308, 1.7e308, 0, 1, -1, 5e-324},
                                {5e-324, 0, 0, 0, 0, 5e-324},
                                {1e6, 1e6 + 1e-9, 1e6, 1e6, 1e6, 1e6},
                                {-12345678.5, -12345678.25, -12345678, -12345677, -12345678, -12345678}};
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        for (int c = FIGURE_VIRIDIS; c <= FIGURE_DIVERGING; c++) {
            struct figure_heat heat = heat_of(values[i], 2, 3);
            heat.colours            = (enum figure_colours)c;
            check_heat(&heat);
        }
    }
}

static void test_axes_count_or_measure(void **state)
{
    (void)state;
    struct figure_values values  = {.rows = 4, .columns = 6, .full_rows = 40, .full_columns = 60};
    struct figure_scale  rows    = figure_scale_of_rows(&values, "Hz");
    struct figure_scale  columns = figure_scale_of_columns(&values, "seconds");
    assert_int_equal(rows.extent, 40);
    assert_int_equal(columns.extent, 60);
    values.row_end    = 4000;
    values.column_end = 8;
    rows              = figure_scale_of_rows(&values, "Hz");
    columns           = figure_scale_of_columns(&values, "seconds");
    assert_true(rows.extent == 0 && columns.extent == 0);
    assert_true(figure_scale_at(&rows, 1000) == 0.25 && figure_scale_at(&columns, 2) == 0.25);
    assert_string_equal(rows.label, "Hz");
    assert_string_equal(columns.label, "seconds");
}

static void test_names_stand_where_there_is_room(void **state)
{
    enum { MOST = 200 };
    static char texts[MOST][80];
    const char *names[MOST];
    double     *data = fill(MOST * MOST, 1);
    (void)state;
    for (int i = 0; i < MOST; i++) {
        snprintf(texts[i], sizeof texts[i],
                 i % 5 ? "n%d" : "\xff an extraordinarily long name of %d, longer than all", i);
        names[i] = i % 11 == 3 ? NULL : texts[i];
    }
    for (int64_t rows = 1; rows <= MOST; rows += rows < 10 ? 1 : 19) {
        for (int64_t columns = 1; columns <= MOST; columns += columns < 10 ? 1 : 23) {
            struct figure_heat heat = heat_of(data, rows, columns);
            heat.values.row_names = heat.values.column_names = names;
            check_boxes(figure_heat_draw, &heat);
        }
    }
    free(data);
}

static void check_panels(int64_t columns, bool hole, int64_t rows, int64_t width)
{
    struct figure_heat         heats[16];
    double                    *data   = fill(rows * width, 1e-4);
    const struct figure_panels panels = {.title = LONG_TITLE, .rows = 2, .columns = columns, .heats = heats};
    for (int64_t i = 0; i < 2 * columns; i++) {
        heats[i]       = heat_of(data, rows, width);
        heats[i].title = i % 3 ? "eu, relative error 1.2e-05" : LONG_TITLE;
        if (i >= columns)
            heats[i].colours = FIGURE_DIVERGING;
    }
    if (hole)
        heats[columns].values.data = NULL;
    check_boxes(figure_panels_draw, &panels);
    if (columns == 3) {
        assert_int_equal(figure_panels_write(NULL, "a.png", &panels), INSHI_OK);
        check_png();
        assert_int_equal(figure_panels_write(NULL, "a.svg", &panels), INSHI_OK);
        check_svg();
    }
    free(data);
}

static void test_panels_of_every_shape(void **state)
{
    static const int64_t shapes[][2] = {{1, 1}, {100, 200}, {1, 1000}, {1000, 1}, {1000, 1000}, {361, 49}};
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (int64_t columns = 1; columns <= 8; columns += 1 + columns / 3)
            check_panels(columns, i % 2 == 0, shapes[i][0], shapes[i][1]);
}

static void test_curves_of_hostile_values(void **state)
{
    const double nan = (double)NAN, inf = HUGE_VAL;
    const double values[][5] = {{3, 2, 1, 0.5, 0.25},
                                {5, 5, 5, 5, 5},
                                {0, 0, 0, 0, 0},
                                {nan, nan, nan, nan, nan},
                                {nan, 3, nan, 2, inf},
                                {1e250, 1e-300, 1, 0, 1e-5},
                                {1e-300, 2e-300, 0, 0, 0},
                                {1000, 10, 0.1, 0, 0},
                                {-1.7e308, 1.7e308, 0, 0, 1},
                                {5e-324, 5e-324, 0, 0, 0},
                                {1.7e308, 1.7e308, 1.7e308, 1, 1},
                                {100, 1, 1e-30, 1e-60, 1e-90}};
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        for (int64_t count = 0; count <= 5; count += count < 2 ? 1 : 3) {
            for (int axis = FIGURE_AXIS_AUTO; axis <= FIGURE_AXIS_LOG; axis++) {
                const struct figure_series series    = {"a label", NULL, values[i], count};
                struct figure_chart        charts[2] = {{"objective", &series, 1, 0, (enum figure_axis)axis},
                                                        {"kkt", &series, 1, 0.25, (enum figure_axis)axis}};
                const struct figure_curves curves    = {LONG_TITLE, "iteration", charts, 2,
                                                        (enum figure_axis)axis};
                check_boxes(figure_curves_draw, &curves);
                if (count == 5 && axis != FIGURE_AXIS_LINEAR)
                    check_curves(&curves);
            }
        }
    }
}

static void test_many_long_labels_and_points(void **state)
{
    enum { SERIES = 60, POINTS = 50000 };
    struct figure_series series[SERIES];
    double              *y = fill(POINTS, 1e3);
    (void)state;
    for (int i = 0; i < SERIES; i++)
        series[i] = (struct figure_series){i % 7 == 2 ? NULL : LONG_TITLE, NULL, y, i < 2 ? POINTS : 20};
    const struct figure_chart  chart  = {"objective", series, SERIES, 0, FIGURE_AXIS_AUTO};
    const struct figure_curves curves = {"many", "iteration", &chart, 1, FIGURE_AXIS_AUTO};
    check_curves(&curves);
    assert_true(written_count < 3000000);
    free(y);
}

static void test_grids_of_every_shape(void **state)
{
    static const int64_t cases[][3] = {{1, 1, 1},     {19, 19, 49},  {19, 19, 5},
                                       {19, 19, 500}, {112, 92, 40}, {1, 1000, 7},
                                       {1000, 1, 7},  {300, 200, 3}, {2, 3, 150}};
    float               *data       = calloc(300 * 200 * 3 + 112 * 92 * 40, sizeof *data);
    (void)state;
    data[3] = 2;
    data[5] = (float)NAN;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int64_t            pixels = cases[i][0] * cases[i][1];
        const struct figure_grid grid   = {.title = LONG_TITLE,
                                           .basis = inshi_matrix_c(data, INSHI_DTYPE_F4, pixels, cases[i][2]),
                                           .image_rows    = cases[i][0],
                                           .image_columns = cases[i][1]};
        check_boxes(figure_grid_draw, &grid);
        assert_int_equal(figure_grid_write(NULL, "a.png", &grid), INSHI_OK);
        check_png();
        assert_int_equal(figure_grid_write(NULL, "a.svg", &grid), INSHI_OK);
        check_svg();
    }
    free(data);
}

/* ---- pixels ---- */

struct reader {
    size_t at;
};

static cairo_status_t read_written(void *closure, unsigned char *data, unsigned int count)
{
    struct reader *reader = closure;
    if (written_count - reader->at < count)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(data, written + reader->at, count);
    reader->at += count;
    return CAIRO_STATUS_SUCCESS;
}

/* The colour in the written png at a fraction of the n-th area of the measured page. */
static colour pixel_at(const struct figure_page *page, int area, double across, double down)
{
    const struct figure_box *box = page->boxes;
    for (int seen = 0; seen <= area; box++)
        seen += !box->is_text;
    box--;
    const double  x = box->left + across * (box->right - box->left) + ceil(FIGURE_MARGIN - page->extent.left);
    const double  y = box->top + down * (box->bottom - box->top) + ceil(FIGURE_MARGIN - page->extent.top);
    struct reader reader     = {0};
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(read_written, &reader);
    assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    const unsigned char *line = cairo_image_surface_get_data(surface) +
                                (int)(y * FIGURE_PIXELS) * cairo_image_surface_get_stride(surface);
    colour c;
    memcpy(&c, line + 4 * (int)(x * FIGURE_PIXELS), 4);
    cairo_surface_destroy(surface);
    return c & 0xFFFFFF;
}

static void test_the_cells_of_a_heat_map_are_where_they_belong(void **state)
{
    const double             values[6] = {0, 1, 2, 3, (double)NAN, 5};
    const struct figure_heat heat      = heat_of(values, 2, 3);
    struct figure_page       page;
    colour                   table[COLOURS_COUNT];
    (void)state;
    colours_table(FIGURE_VIRIDIS, table);
    assert_int_equal(figure_page_measure(&page, figure_heat_draw, &heat), INSHI_OK);
    assert_int_equal(figure_heat_write(NULL, "a.png", &heat), INSHI_OK);
    for (int i = 0; i < 6; i++)
        assert_true(pixel_at(&page, 0, (i % 3 + 0.5) / 3, (i / 3 + 0.5) / 2) ==
                    colours_pick(table, values[i], 0, 5));
    for (int shift = 0; shift <= 16; shift += 8) { /* the colour bar, lowest below */
        assert_near(channel(pixel_at(&page, 1, 0.5, 0.999), shift), channel(table[0], shift), 3);
        assert_near(channel(pixel_at(&page, 1, 0.5, 0.001), shift), channel(table[255], shift), 3);
    }
    figure_page_close(&page);
}

/* The pixels of component 1 of two, 2 x 3, in both orders. */
static void test_the_pixels_of_a_component_follow_the_order(void **state)
{
    float basis[12];
    (void)state;
    for (int i = 0; i < 6; i++) {
        basis[2 * i]     = 9;
        basis[2 * i + 1] = (float)i;
    }
    for (int by_column = 0; by_column <= 1; by_column++) {
        const struct figure_grid grid = {.basis         = inshi_matrix_c(basis, INSHI_DTYPE_F4, 6, 2),
                                         .image_rows    = 2,
                                         .image_columns = 3,
                                         .by_column     = by_column,
                                         .colours       = FIGURE_GREY};
        struct figure_page       page;
        assert_int_equal(figure_page_measure(&page, figure_grid_draw, &grid), INSHI_OK);
        assert_int_equal(figure_grid_write(NULL, "a.png", &grid), INSHI_OK);
        for (int row = 0; row < 2; row++) {
            for (int column = 0; column < 3; column++) {
                const int    pixel = by_column ? column * 2 + row : row * 3 + column;
                const colour c     = pixel_at(&page, 1, (column + 0.5) / 3, (row + 0.5) / 2);
                assert_true(abs(channel(c, 0) - 255 * pixel / 5) <= 1);
            }
        }
        figure_page_close(&page);
    }
}

static void test_the_panels_of_a_row_share_their_range(void **state)
{
    const double               small[1] = {1}, large[1] = {4};
    struct figure_heat         heats[2] = {heat_of(small, 1, 1), heat_of(large, 1, 1)};
    const struct figure_panels panels   = {.rows = 1, .columns = 2, .heats = heats};
    struct figure_page         page;
    colour                     table[COLOURS_COUNT];
    (void)state;
    colours_table(FIGURE_VIRIDIS, table);
    heats[0].title = heats[1].title = NULL;
    assert_int_equal(figure_page_measure(&page, figure_panels_draw, &panels), INSHI_OK);
    assert_int_equal(figure_panels_write(NULL, "a.png", &panels), INSHI_OK);
    assert_true(pixel_at(&page, 0, 0.5, 0.5) == table[0]);
    assert_true(pixel_at(&page, 2, 0.5, 0.5) == table[255]);
    figure_page_close(&page);
}

/* A falling line on a logarithmic axis: pixels of its colour at the middle of the area, where it must pass.
 */
static void test_a_line_passes_where_its_values_are(void **state)
{
    const double               values[3] = {1e4, 1, 1e-4};
    const struct figure_series series    = {NULL, NULL, values, 3};
    const struct figure_chart  chart     = {"y", &series, 1, 0, FIGURE_AXIS_AUTO};
    const struct figure_curves curves    = {NULL, NULL, &chart, 1, FIGURE_AXIS_AUTO};
    struct figure_page         page;
    (void)state;
    assert_int_equal(figure_page_measure(&page, figure_curves_draw, &curves), INSHI_OK);
    assert_int_equal(figure_curves_write(NULL, "a.png", &curves), INSHI_OK);
    assert_true(pixel_at(&page, 0, 0.5, 0.5) == colours_line(0));
    assert_true(pixel_at(&page, 0, 0.25, 0.5 - 0.5 * 0.5 / 1.08) == colours_line(0));
    assert_true(pixel_at(&page, 0, 0.3, 0.9) == 0xFFFFFF);
    figure_page_close(&page);
}

static void test_what_cannot_be_drawn_is_refused(void **state)
{
    double                     one    = 1;
    struct figure_heat         heat   = heat_of(NULL, 1, 1);
    const struct figure_panels panels = {.rows = 1, .columns = 1, .heats = &heat};
    const struct figure_curves curves = {0};
    struct figure_grid         grid   = {
                  .basis = inshi_matrix_c(&one, INSHI_DTYPE_F8, 1, 1), .image_rows = 2, .image_columns = 1};
    (void)state;
    assert_int_equal(figure_heat_write(NULL, "a.png", &heat), INSHI_ERR_ARGUMENT);
    assert_int_equal(figure_panels_write(NULL, "a.png", &panels), INSHI_ERR_ARGUMENT);
    assert_int_equal(figure_curves_write(NULL, "a.png", &curves), INSHI_ERR_ARGUMENT);
    assert_int_equal(figure_grid_write(NULL, "a.png", &grid), INSHI_ERR_ARGUMENT);
    grid.image_rows = 1;
    assert_int_equal(figure_grid_write(NULL, "full/a.png", &grid), INSHI_ERR_IO);
    assert_int_equal(figure_grid_write(NULL, "full/a.svg", &grid), INSHI_ERR_IO);
}

/* Wider than any surface that Cairo makes. */
static void test_cairo_out_of_memory_is_a_status(void **state)
{
    double                  *data = calloc(40000, sizeof *data);
    const struct figure_grid grid = {
        .basis = inshi_matrix_c(data, INSHI_DTYPE_F8, 40000, 1), .image_rows = 1, .image_columns = 40000};
    (void)state;
    assert_int_equal(figure_grid_write(NULL, "a.png", &grid), INSHI_ERR_MEMORY);
    assert_int_equal(figure_grid_write(NULL, "a.svg", &grid), INSHI_ERR_MEMORY);
    free(data);
}

static int release_written(void **state)
{
    (void)state;
    free(written);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_viridis_is_the_published_one),
        cmocka_unit_test(test_grey_and_diverging_maps),
        cmocka_unit_test(test_fractions_do_not_overflow),
        cmocka_unit_test(test_ranges_begin_at_zero_or_lie_around_it),
        cmocka_unit_test(test_linear_ticks_are_round_and_inside),
        cmocka_unit_test(test_linear_ticks_of_hostile_ranges),
        cmocka_unit_test(test_log_ticks_are_inside),
        cmocka_unit_test(test_count_ticks_are_whole),
        cmocka_unit_test(test_numbers_read_well),
        cmocka_unit_test(test_texts_are_clean_and_fit),
        cmocka_unit_test(test_heat_maps_of_every_shape),
        cmocka_unit_test(test_heat_maps_of_hostile_values),
        cmocka_unit_test(test_axes_count_or_measure),
        cmocka_unit_test(test_names_stand_where_there_is_room),
        cmocka_unit_test(test_panels_of_every_shape),
        cmocka_unit_test(test_curves_of_hostile_values),
        cmocka_unit_test(test_many_long_labels_and_points),
        cmocka_unit_test(test_grids_of_every_shape),
        cmocka_unit_test(test_the_cells_of_a_heat_map_are_where_they_belong),
        cmocka_unit_test(test_the_pixels_of_a_component_follow_the_order),
        cmocka_unit_test(test_the_panels_of_a_row_share_their_range),
        cmocka_unit_test(test_a_line_passes_where_its_values_are),
        cmocka_unit_test(test_what_cannot_be_drawn_is_refused),
        cmocka_unit_test(test_cairo_out_of_memory_is_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, release_written);
}
