/* png.c -- grey PNG pictures as matrices, by libpng.
 *
 * libpng leaves a function by longjmp after an error, so that all that is owned lives in a struct of the caller.
 */
#include "png.h"

#include <errno.h>
#include <png.h> // NOLINT(readability-duplicate-include): of libpng
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNATURE = 8, MOST_SIDE = 1000000 };

struct reading {
    struct session *session;
    const char     *path;
    FILE           *file;
    png_structp     png;
    png_infop       info;
    uint8_t        *pixels;
    png_bytep      *rows;
    char            why[128]; /* what libpng says */
    bool            header_only;
};

bool png_is(const char *path)
{
    unsigned char bytes[SIGNATURE];
    FILE         *file = fopen(path, "rb");
    const bool    found =
        file && fread(bytes, 1, SIGNATURE, file) == SIGNATURE && !png_sig_cmp(bytes, 0, SIGNATURE);
    if (file)
        fclose(file);
    return found;
}

static void hear_error(png_structp png, png_const_charp text)
{
    struct reading *r = png_get_error_ptr(png);
    snprintf(r->why, sizeof r->why, "%s", text);
    png_longjmp(png, 1);
}

static void hear_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static int fail_colour(const struct reading *r, int colour)
{
    const char *what = colour == PNG_COLOR_TYPE_PALETTE ? "a palette"
                       : colour & PNG_COLOR_MASK_COLOR  ? "colours"
                                                        : "an alpha channel";
    return console_fail(&r->session->console, EXIT_DATA,
                        "%s is a PNG picture with %s, and a matrix has one number a pixel\n"
                        "make it grey first: convert %s -colorspace Gray -alpha off grey.png",
                        r->path, what, r->path);
}

/* From here to the end of read_pixels libpng may leave. */
static int take_pixels(struct reading *r, inshi_matrix *out)
{
    png_read_info(r->png, r->info);
    const png_uint_32 rows    = png_get_image_height(r->png, r->info),
                      columns = png_get_image_width(r->png, r->info);
    const int bits = png_get_bit_depth(r->png, r->info), colour = png_get_color_type(r->png, r->info);
    if (colour != PNG_COLOR_TYPE_GRAY)
        return fail_colour(r, colour);
    *out = inshi_matrix_c(NULL, bits == 16 ? INSHI_DTYPE_U2 : INSHI_DTYPE_U1, rows, columns);
    if (r->header_only)
        return EXIT_OK;
    if (bits < 8)
        png_set_packing(r->png);
    if (bits == 16 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
        png_set_swap(r->png);
    png_set_interlace_handling(r->png);
    png_read_update_info(r->png, r->info);
    const size_t stride = png_get_rowbytes(r->png, r->info);
    r->pixels           = calloc((size_t)rows, stride);
    r->rows             = calloc((size_t)rows, sizeof *r->rows);
    if (!r->pixels || !r->rows)
        return console_fail(&r->session->console, EXIT_NO_MEMORY,
                            "not enough memory for the %u x %u pixels of %s", (unsigned)rows,
                            (unsigned)columns, r->path);
    for (png_uint_32 i = 0; i < rows; i++)
        r->rows[i] = r->pixels + i * stride;
    png_read_image(r->png, r->rows);
    png_read_end(r->png, NULL);
    out->data = r->pixels;
    return EXIT_OK;
}

static int read_pixels(struct reading *r, inshi_matrix *out)
{
    r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, r, hear_error, hear_warning);
    if (r->png)
        r->info = png_create_info_struct(r->png);
    if (!r->info)
        return console_fail(&r->session->console, EXIT_NO_MEMORY, "not enough memory to read %s", r->path);
    if (setjmp(png_jmpbuf(r->png)))
        return console_fail(&r->session->console, EXIT_DATA, "%s is a damaged or truncated PNG picture (%s)",
                            r->path, r->why);
    png_set_user_limits(r->png, MOST_SIDE, MOST_SIDE);
    png_init_io(r->png, r->file);
    return take_pixels(r, out);
}

int png_read_grey(struct session *session, const char *path, bool header_only, inshi_matrix *out)
{
    struct reading r = {
        .session = session, .path = path, .file = fopen(path, "rb"), .header_only = header_only};
    if (!r.file)
        return console_fail(&session->console, EXIT_IO, "cannot read %s: %s", path, strerror(errno));
    const int code = read_pixels(&r, out);
    png_destroy_read_struct(r.png ? &r.png : NULL, r.info ? &r.info : NULL, NULL);
    free(r.rows);
    if (code)
        free(r.pixels);
    fclose(r.file);
    return code;
}
