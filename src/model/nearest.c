/* nearest.c -- "did you mean": the name with the fewest edits.
 *
 * Edits are insertions, deletions, substitutions and swaps of neighbours (optimal string alignment; F. J.
 * Damerau. A technique for computer detection and correction of spelling errors. CACM 1964). Names of up to
 * 47 letters.
 */
#include <stdint.h>
#include <string.h>
#include "inshi/options.h"

enum { LONGEST = 47 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int edits(const char *a, const char *b)
{
    int       d[LONGEST + 1][LONGEST + 1];
    const int rows = (int)strlen(a), columns = (int)strlen(b);
    for (int i = 0; i <= rows; i++)
        d[i][0] = i;
    for (int j = 0; j <= columns; j++)
        d[0][j] = j;
    for (int i = 1; i <= rows; i++)
        for (int j = 1; j <= columns; j++) {
            d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[rows][columns];
}

/* Three letters and more that a name begins with are near it, unless another name is nearer by edits. */
static const char *beginning(const char *text, const char *const *candidates)
{
    const size_t length = strlen(text);
    for (int i = 0; length >= 3 && candidates[i]; i++)
        if (strncmp(candidates[i], text, length) == 0)
            return candidates[i];
    return NULL;
}

/* A name is near where at most a third of its letters, and at least one, would change. */
const char *inshi_nearest_name(const char *text, const char *const *candidates)
{
    if (!text || !candidates || strlen(text) > LONGEST)
        return NULL;
    const char *nearest = NULL;
    int         fewest  = INT32_MAX;
    for (int i = 0; candidates[i]; i++) {
        const size_t length = strlen(candidates[i]);
        if (length > LONGEST)
            continue;
        const int count = edits(text, candidates[i]), limit = length < 3 ? 1 : (int)(length + 2) / 3;
        if (count <= limit && count < fewest && count < (int)length) {
            fewest  = count;
            nearest = candidates[i];
        }
    }
    return nearest ? nearest : beginning(text, candidates);
}
