/* kernels.h -- everything that touches entries of X, W and H.
 *
 * Layout. Both factors and X are cut into panels and tiles of `lanes` (T) numbers:
 *   factor   side H: H, k x n; side W: W', k x m. Panel p holds items [pT, pT + T); entry (l, j) of the factor is
 *            data[(j / T) k T + l T + j % T]. Lanes behind the last item are 0.
 *   X        strips of T columns, row by row: tile (p, q) is T x T at data[(q rows + p T) T], the last tile of a strip as
 *            high as X is there. A last strip of c < T columns is turned: tiles of c x T, rows of X in the lanes. So the
 *            packed copy is no larger than X but for fewer than T rows of that strip. Whole tiles are read: behind
 *            the rows of a tile stand those of the next, at the very end ones; lanes of a kernel that hold no item
 *            may see any number >= 0. Without a packed copy (data = NULL) each tile is loaded when it is needed.
 *            Where entries weigh (observe.h): of an entry that does not count -1 is stored; where the others weigh
 *            differently, 1, and a tile of weights lies beside each tile.
 * A half-step of side H has the columns of X in the lanes, one of side W the rows: the same code, where side W reads
 * each tile transposed. WH is never stored: a tile of it lives in L1 between two small matrix products.
 *
 * struct kernels is a table of functions on one panel, one table for each instruction set and number type.
 * portable.c is plain C, the oracle that the tests compare the others with. The functions problem_* below run the
 * table over fixed chunks on the threads of the context: the same bits for any number of threads.
 */
#ifndef INSHI_KERNELS_KERNELS_H
#define INSHI_KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/context.h"
#include "inshi/matrix.h"
#include "kernels/observe.h"
#include "loss/losses.h"

enum side { SIDE_H = 0, SIDE_W = 1 };

static inline enum side other_side(enum side side)
{
    return side == SIDE_H ? SIDE_W : SIDE_H;
}

/* A factor in panels; see the head. */
struct factor {
    int64_t count, panels; /* items (columns of H, rows of W), and panels of T of them */
    void   *data;
};

enum {
    STORED_AHEAD = 32
}; /* entries between a prefetch and its use: so many indices can be read behind the last */

/* Sparse X by its stored entries, scaled, compressed by the items of each side; see stored.h. */
struct stored {
    int64_t  nonzeros;
    double   total, square; /* sums of the entries and of their squares */
    int64_t *pointers[2];   /* count + 1 of each side                   */
    int32_t *indices[2];    /* items of the other side, and STORED_AHEAD zeros */
    void    *values[2];
    void    *weights[2]; /* of the entries; NULL = all 1 */
    int32_t *order[2];   /* the item of X at each place of the factor; NULL = as in X */
};
/* How entries of X weigh in the divergence: all 1; 1 or, where they do not count, 0; each in its own way. */
enum weighing { WEIGHING_NONE, WEIGHING_MASK, WEIGHING_EACH };

/* X, scaled and lifted, in tiles; see the head. Entry = max(scale x, lift), times the column's own power of two where
 * there are such. */
struct tiles {
    inshi_matrix  view;
    double        scale, lift;
    const double *column_scale; /* n, or NULL */
    const struct stored
           *stored; /* sparse X: tiles are loaded from it, what is not stored is 0, lifted; NULL = dense */
    int64_t tile_rows, tile_columns;
    void   *data;
    enum weighing          weighing;
    const struct observed *observed; /* where they weigh */
    void                  *weights;  /* WEIGHING_EACH: packed like data */
};

/* True for the last strip where X has fewer than T columns there; see the head. */
static inline bool tiles_turned(const struct tiles *x, int lanes, int64_t tile_column)
{
    return (tile_column + 1) * lanes > x->view.columns;
}

/* Where a packed tile begins, in numbers. */
static inline int64_t tiles_offset(const struct tiles *x, int lanes, int64_t tile_row, int64_t tile_column)
{
    const int64_t height =
        tiles_turned(x, lanes, tile_column) ? x->view.columns - tile_column * lanes : lanes;
    return (tile_column * x->view.rows + tile_row * height) * lanes;
}

/* One panel of gradient parts: over the depth tiles [first, last) of side's panel. */
struct parts_job {
    struct loss_choice  loss;
    const struct tiles *x;
    enum side           side;
    int64_t             panel, first, last, k;
    const void *moving; /* the panel of the side's own factor, k x T                                  */
    const void *other;  /* all panels of the other factor                                             */
    const void
         *items; /* the other factor item by item: the stored entries of X alone are visited; NULL = tiles */
    bool  less_nothing; /* with items: values are d(x, y) - d(0, y)                                       */
    void *pull, *push;  /* k x T, added to; NULL = not wanted                        */
    void *other_pull, *other_push; /* joint: all panels of the other side, added to; NULL = not wanted */
    double *values;  /* T: divergence of each lane that holds an item, added to; NULL = not wanted */
    void   *hessian; /* k (k + 1) / 2 x T, added to, with k x T of room in `product`; NULL = not wanted */
    void   *product;
    bool    observed; /* hessian: of the loss itself, where the expected one is the rule         */
    bool    net;      /* pull: of the entries' pull - push                                       */
    const double
         *other_weights; /* product of one side: so often each item of the other factor counts; NULL: once */
    void *scratch;       /* scratch_bytes(k), aligned to 64                           */
};

/* The stored entries of a lane of the job's panel that belong to its depth tiles: the same share of the item's entries. */
static inline void parts_entries(const struct parts_job *job, int64_t item, int64_t *first, int64_t *last)
{
    const int64_t *pointers = job->x->stored->pointers[job->side];
    const int64_t  depth    = job->side == SIDE_H ? job->x->tile_rows : job->x->tile_columns,
                  begin = pointers[item], count = pointers[item + 1] - begin;
    *first = begin + count * job->first / depth;
    *last  = begin + count * job->last / depth;
}

/* What is measured on a panel, for each lane. N is pull, D is push without, C with the penalties. */
enum measure {
    MEASURE_PULL,
    MEASURE_PUSH,
    MEASURE_VIOLATION,
    MEASURE_WEIGHT,
    MEASURE_WORST,
    MEASURE_SUM,
    MEASURE_SQUARES,
    MEASURES
};

/* How a factor moves. */
enum move {
    MOVE_MULTIPLY, /* F <- F (N / C)^exponent; an l2 penalty without the exponent's help is the loss's business */
    MOVE_RELAX,   /* F <- F + eta F / C (N - C)                                                           */
    MOVE_PROJECT, /* F <- max(0, F + eta (N - C))                                                         */
    MOVE_SWEEP,   /* `sweeps` rounds of exact coordinate descent on the quadratic with Hessian gram (HALS) */
    MOVE_NEWTON, /* `sweeps` rounds of coordinate descent on each column's quadratic model; 0: its exact minimum */
    MOVE_COORDINATES /* `sweeps` rounds of Newton steps along each coordinate, y kept up to date             */
};

/* True for the moves that are made out of the pass itself: problem_half then leads to a candidate. */
static inline bool move_needs_pass(enum move move)
{
    return move == MOVE_NEWTON || move == MOVE_COORDINATES;
}

struct update {
    enum move move;
    double    exponent, eta;
    int       sweeps; /* of the components; for eu, steps of MOVE_MULTIPLY from one product with X (0 is 1) */
    bool      careful; /* MOVE_NEWTON: no column's own divergence may rise                          */
    bool      near;    /* told to the solver: the point is near an exact factorization */
};

/* One panel to measure or to move. */
struct panel_job {
    int64_t     k;
    int         lanes;  /* items in this panel: lanes behind them are set to 0                            */
    void       *moving; /* k x T                                                                          */
    const void *pull;   /* k x T                                                                          */
    const void *push;   /* k x T, or NULL: push_sums                                                      */
    const void *push_sums; /* k numbers, the same for all items                                             */
    const void *gram; /* k x k, for MOVE_SWEEP                                                          */
    double      l1, l2;
    const bool *fixed; /* k: components that stay; NULL = none                                           */
    const void *locks; /* k x T: 1 = the entry stays, else 0; NULL = none                                */
    struct update update;
    bool    skips_kkt; /* violation, weight and worst are not wanted                                   */
    bool    net;       /* pull is N - D, summed entry by entry: see struct problem                     */
    double *measures;  /* MEASURES x T, out                                                              */
    void   *scratch;
};

struct kernels {
    const char *isa;
    int         lanes;
    int         real_bytes; /* 4 or 8 */
    size_t (*scratch_bytes)(int64_t k);
    int64_t (*item_stride)(int64_t k); /* numbers from one item of parts_job.items to the next            */
    /* A panel to T items, each times its weight where there are such. */
    void (*items)(const void *panel, int64_t k, const double *weights, void *out);
    size_t (*stored_bytes)(int64_t k, int64_t longest); /* coordinate_bytes where items are given         */
    void (*load_tile)(const struct tiles *x, int64_t tile_row, int64_t tile_column, void *tile);
    /* The weights that belong to a tile just loaded (WEIGHING_EACH), 0 behind the last row and column; what does not count
     * becomes 1 in the tile. */
    void (*load_weights)(const struct tiles *x, int64_t tile_row, int64_t tile_column, void *tile,
                         void *weights);
    void (*parts)(const struct parts_job *job);   /* fused pass, any loss                       */
    void (*product)(const struct parts_job *job); /* pull += other X; value is not touched      */
    /* Parts, then the panel that the step of panel->update leads to, k x T, in candidate; the other panel is read only.
     * memory: so many bytes. newton fills the parts; coordinates needs them filled, and where items are given fills pull
     * and values. */
    void (*newton)(const struct parts_job *parts, const struct panel_job *panel, void *memory,
                   void *candidate);
    void (*coordinates)(const struct parts_job *parts, const struct panel_job *panel, void *memory,
                        void *candidate);
    size_t (*newton_bytes)(int64_t k, int64_t depth_tiles);
    size_t (*coordinate_bytes)(int64_t k, int64_t depth_tiles);
    void (*gram)(const void *panel, int64_t k, double *gram); /* gram += F F', upper triangle, k x k        */
    void (*sums)(const void *panel, int64_t k, double *sums); /* sums += row sums of the panel              */
    /* Each column of the panel to its exact nonnegative least squares solution, from pull and gram (in double);
     * room: exact_bytes(k). */
    void (*exact)(const struct panel_job *job, const double *gram, void *room);
    size_t (*exact_bytes)(int64_t k);
    void (*gram_product)(const void *gram, const void *panel, int64_t k,
                         void *out); /* out = G F              */
    void (*measure)(const struct panel_job *job);
    void (*move)(const struct panel_job *job);
    void (*extrapolate)(void *panel, void *plain, int64_t k, double beta,
                        double keep); /* see problem_extrapolate */
    /* Lane j of to = a + t (b - a), the lane j of three panels. */
    void (*between)(const void *a, const void *b, int64_t k, int lane, double t, void *to);
    void (*lift)(void *panel, int64_t k, int lanes,
                 const double *least); /* row l: at least least[l]           */
    void (*weigh)(const void *panel, int64_t k, const double *lanes,
                  void *out); /* column j times lanes[j]     */
    void (*scale)(void *panel, int64_t k,
                  const double *factors); /* row l times factors[l]                     */
    void (*from_double)(const double *from, int64_t count, void *to);
    void (*read_panel)(inshi_matrix view, int64_t first, int lanes, int64_t k,
                       void *panel); /* view: k x count */
    void (*write_panel)(const void *panel, int64_t first, int lanes, int64_t k,
                        inshi_matrix view); /* view: k x count */
};

/* The table for the context's instruction set and a dtype (f4, f8). UNSUPPORTED where this machine lacks the set. */
inshi_status kernels_choose(inshi_context *context, inshi_dtype dtype, const struct kernels **out);

/* What a fit works on: X in tiles, both factors, and room for the gradient parts. Scaled numbers throughout. */
struct problem {
    inshi_context        *context;
    const struct kernels *kernels;
    struct loss_choice    loss;
    struct tiles          x;
    int64_t               k;
    struct factor         factor[2];
    double                l1[2], l2[2];
    const bool           *fixed[2];    /* components that stay; NULL = none  */
    void                 *locks[2];    /* panels like a factor's: 1 = the entry stays; NULL = none */
    struct stored         stored;      /* sparse X; x.stored is it, or that of another problem */
    int64_t               longest[2];  /* most stored entries of an item of each side; more is no harm */
    bool                  keeps_order; /* items of sparse X stand as in X */
    bool                  entries;     /* the gradient comes from its stored entries alone */
    bool
        incomplete; /* entries that are not stored are not observed: no item shares Gram matrix or sums with another */
    enum weighing
            stored_weighing; /* then: whether stored entries are left out, or weigh; x.weighing is NONE */
    void   *items;           /* room for the other factor item by item */
    double *pair;            /* room for a Gram matrix beside another  */
    bool    may_weigh;       /* room for weights is wanted        */
    bool    weighted;  /* the loss is eu on X_ij / sqrt(r_i c_j), the factors are those of that matrix */
    double *weight[2]; /* of each item: 1 / sqrt(c_j), 1 / sqrt(r_i); 0 where the sum is 0 */
    const struct kernels
                       *low; /* a table for float with as many lanes, for problem_lower; NULL = not wanted */
    void               *low_factor[2]; /* the factors in float, where there is such                     */
    bool                skips_kkt;     /* what is measured for the KKT residual is not wanted now */
    bool                pulls_only;    /* nor the push                                            */
    bool                rough;         /* a value that has lost digits will do                    */
    struct compression *compression;   /* the stand-in for X in products with it; NULL = X itself */
    bool
        net; /* from now on pull is N - D, summed entry by entry: near an exact factorization N and D cancel */
    double  square;            /* sum of x^2, of the scaled entries */
    double  total;             /* sum of x, likewise                */
    void   *pull[2], *push[2]; /* the same block twice, where halves alternate */
    char   *scratch;           /* one part for each thread                     */
    size_t  scratch_size;
    void   *gram, *sums; /* two of each: for side s, of the other factor */
    double *small;       /* GRAM_PARTS of k x k                          */
    double *chunk;       /* MEASURES + 1 numbers for each chunk          */
    void   *partial;     /* panels of partial sums                       */
    char   *memory;      /* of the second-order steps, a part for each thread */
    size_t  memory_size;
    int64_t partial_parts;
};

/* The gradient parts of one side at the point where the problem stands. */
struct half {
    enum side   side;
    const void *pull, *push; /* push NULL: push_sums, or the Gram matrix times the factor */
    const void *push_sums, *gram;
    double      value;              /* divergence; NaN where not asked for */
    double      measured[MEASURES]; /* sums over the items; MEASURE_WORST: the largest */
};

/* True where products with X and a Gram matrix serve; and where the sums of the other factor are the push. Neither where
 * entries weigh. */
static inline bool problem_is_quadratic(const struct problem *problem)
{
    return (problem->loss.loss->traits & LOSS_QUADRATIC) && problem->x.weighing == WEIGHING_NONE &&
           !problem->incomplete;
}

static inline bool problem_push_is_sums(const struct problem *problem)
{
    return (problem->loss.loss->traits & LOSS_PUSH_IS_ONE) && problem->x.weighing == WEIGHING_NONE &&
           !problem->incomplete;
}

/* How many partial sums are kept, at most: for W in a pass over both sides, and for a Gram matrix. */
enum { JOINT_PARTS = 4, GRAM_PARTS = 8, LANES_MOST = 64 };

/* Parts of the depth that a half-step of this side is cut into, by its shape alone: more than one where it has few
 * panels. */
int64_t problem_segments(const struct problem *problem, enum side side);

/* Numbers of a packed copy, -1 where they are too many to count. */
int64_t tiles_numbers(const struct tiles *x, int lanes);

/* Loads every tile of a strip, stores it where there is a packed copy, and adds its entries up, times their weights. spare:
 * room for two tiles. */
struct tiles_sums {
    double square, total;
};
void tiles_pack(const struct kernels *kernels, const struct tiles *x, int64_t tile_column, void *spare,
                struct tiles_sums *sums);

/* Makes a problem whose context, kernels, loss, k, incomplete, x.scale, x.lift and, where entries weigh, x.weighing and x.observed
 * are set: takes all memory, with a packed copy of X where pack is true, and fills it; both = room for two halves at
 * once. After a failure it can still be destroyed. */
inshi_status problem_create(struct problem *problem, inshi_matrix x, bool pack, bool both);

/* The two halves of that: the first looks at no entry of X and touches nothing where the context only counts. */
inshi_status problem_take(struct problem *problem, inshi_matrix x, bool pack, bool both);
inshi_status problem_pack(struct problem *problem);
void         problem_destroy(struct problem *problem);

/* Gives back all but the factors and what writing them needs: no pass and no move any more. */
void problem_release(struct problem *problem);

/* The parts for one side, with measures; value where want_value (for a quadratic loss it is free).
 * Where `update` is a move that is made out of the pass, its candidate is made too, for problem_move to take;
 * problem_room has been called for it. NULL: parts alone. */
inshi_status problem_half(struct problem *problem, enum side side, bool want_value,
                          const struct update *update, struct half *out);

/* From now on the problem is the squared Euclidean one on X_ij / sqrt(r_i c_j), r and c the sums of X's rows and columns:
 * least squares with the weights that kl has at the independence model. Factors are rescaled to it. */
inshi_status problem_weigh(struct problem *problem);

/* Back to the loss that it had; factors are rescaled, and entries below `lift` times the mean of their component are
 * lifted to it. */
inshi_status problem_unweigh(struct problem *problem, struct loss_choice loss, double lift);

/* From a view of a factor's shape, where any number but 0 means that the entry stays; problem_destroy() frees it. */
inshi_status problem_lock(struct problem *problem, enum side side, inshi_matrix mask);

/* One item of a factor to 0. */
void problem_clear_item(struct problem *problem, enum side side, int64_t item);

/* The problem in float, for the first iterations of one in double with a table `low`: in the memory of `from`, whose packed X
 * is gone, with factors of its own. Back again: X packed in double, and the factors in double, or as they were where from is NULL. */
inshi_status problem_lower(const struct problem *from, struct problem *to);
inshi_status problem_raise(const struct problem *from, struct problem *to);

/* Takes the memory that a move needs beyond that of problem_create. */
inshi_status problem_room(struct problem *problem, enum move move);

/* The parts for both sides from one pass over X. The problem was made with both = true. */
inshi_status problem_both(struct problem *problem, bool want_value, struct half out[2]);

/* Moves the factor of the half as the update says. The parts are used up. */
inshi_status problem_move(struct problem *problem, const struct half *half, const struct update *update);

/* The divergence of another loss at this point, e.g. eu for the relative error. */
inshi_status problem_value(struct problem *problem, struct loss_choice loss, double *value);

/* The Gram matrix of a factor in double, upper triangle, in problem->small. */
inshi_status problem_gram(struct problem *problem, enum side side);

/* k sums over the items of a factor, in double. */
inshi_status problem_sums(struct problem *problem, enum side side, double *sums);

/* Sum and sum of squares of all entries of a factor. */
inshi_status problem_size(struct problem *problem, enum side side, double *sum, double *squares);

/* True where the parts of this loss come from the stored entries alone, and X is never spread out. */
bool problem_by_entries(const struct problem *problem, struct loss_choice loss);

/* Whether a net pull can be had: it needs every entry of X - WH, which for sparse X with few stored entries would take far
 * longer than all else. */
bool problem_has_net(const struct problem *problem);

/* The other factor item by item, as the kernels want it: in problem->items. */
inshi_status problem_make_items(struct problem *problem, enum side side);

/* What the parts of a side need of the other factor (its Gram matrix or sums), in problem->gram and ->sums; the
 * functions below do it themselves. */
inshi_status problem_prepare(struct problem *problem, enum side side);

/* Components that are zero in one factor: that one is filled from `entry`, the other set to 0, so that WH stays.
 * Counts them in *revived. */
inshi_status problem_revive(struct problem *problem,
                            double (*entry)(const void *user, int64_t component, int64_t item),
                            const void *user, int64_t *revived);

/* Bytes of one panel of a factor, and copies of all panels of a side; both blocks have them. */
size_t problem_panel_bytes(const struct problem *problem);
void   problem_copy(const struct problem *problem, enum side side, void *to, const void *from);

/* A panel of a block like the factor of a side, from and to items one after the other, k numbers each, whatever T is.
 * Returns how many items it has. */
int problem_items_out(const struct problem *problem, enum side side, const void *block, int64_t panel,
                      void *items);
int problem_items_in(const struct problem *problem, enum side side, void *block, int64_t panel,
                     const void *items);

/* The factor F and the plain one P (the same shape) become max(keep F, F + beta (F - P)) and F. */
inshi_status problem_extrapolate(struct problem *problem, enum side side, void *plain, double beta,
                                 double keep);

/* Row l of the factor times factors[l]. */
inshi_status problem_scale(struct problem *problem, enum side side, const double *factors);

/* Copies a factor from and to the caller's view (W: m x k, H: k x n), times 2^exponent. */
inshi_status problem_read(struct problem *problem, enum side side, inshi_matrix view, int exponent);
inshi_status problem_write(struct problem *problem, enum side side, inshi_matrix view, int exponent);

/* A second problem of rank k on the same X (its packed copy is borrowed: set x.data to NULL before destroying), for the
 * squared Euclidean loss. */
inshi_status problem_share(struct problem *out, const struct problem *from, int64_t k);

/* X is nearly part[SIDE_W]' part[SIDE_H], both of `rank` rows, packed like X. */
struct compression {
    struct problem thin;    /* rank: its k; 0 = nothing is compressed */
    struct tiles   part[2]; /* its factors, read as matrices          */
    void          *core;    /* a factor's product with its part, k x rank in panels */
    bool           made;    /* of X, which stays: the parts are there               */
};

/* The rank for a dense m x n X and factors of rank k, in numbers of so many bytes: 0 where it would not pay, or take too much memory. */
int64_t compression_rank(int64_t m, int64_t n, int64_t k, int lanes, int real_bytes);

/* Takes the memory, for the kernels in which the first iterations run. For compression_destroy() after a failure too. */
inshi_status compression_take(struct compression *compression, const struct problem *from,
                              const struct kernels *kernels, int64_t rank);

/* What products with the parts cost, as a share of what those with X do. */
double compression_share(const struct compression *compression);

/* X of a packed problem, with the weights of its items where it has such: made the first time, and kept. From then on products with X in that problem's passes are
 * products with the parts, until problem->compression is NULL again. */
inshi_status compression_begin(struct compression *compression, struct problem *problem);

void compression_destroy(struct compression *compression);

/* The largest singular triplets of X: values, left vectors in the rows of thin's W, right ones in those of its H. */
struct triplets {
    struct problem thin;
    int64_t        count; /* at most min(m, n) */
    double        *values;
};

inshi_status triplets_create(struct triplets *triplets, const struct problem *from, int64_t count,
                             uint64_t seed);
void         triplets_destroy(struct triplets *triplets);

/* Lengths of the positive and of the negative part of a vector. */
void triplets_lengths(const struct triplets *triplets, enum side side, int64_t row, double length[2]);

/* Row `row` of a factor of `to` = max(0, scale x the vector of that row). */
void triplets_take(const struct triplets *triplets, int64_t row, double scale, struct problem *to,
                   enum side side);

/* Row l of a factor to 0; entries that are 0 from a function of (component, item). */
void problem_clear(struct problem *problem, enum side side, int64_t l);
void problem_fill_zeros(struct problem *problem, enum side                                              side,
                        double (*entry)(const void *user, int64_t component, int64_t item), const void *user);

/* The item of X at a place of the factor. */
static inline int64_t problem_item(const struct problem *problem, enum side side, int64_t place)
{
    const struct stored *stored = problem->x.stored;
    return stored && stored->order[side] ? stored->order[side][place] : place;
}

/* Fills a factor from a function of (component, item). */
inshi_status problem_fill(struct problem *problem, enum side side,
                          double (*entry)(const void *user, int64_t component, int64_t item),
                          const void *user);

/* What a matrix holds, from one read of it in the order of memory. */
struct scan {
    double  least, most, mean; /* mean: exact enough to find its power of two, whatever the range */
    int64_t zeros, below, negative, nan, infinite; /* below: 0 <= x < floor */
    int64_t bad_row, bad_column; /* the first entry, in C order, that is negative, NaN or infinite */
    double  bad_value;
};

/* A number for the content: the sum over the entries that are not 0 of a hash of value (as a double), row and column. It
 * does not depend on storage type, order of memory, layout (dense, CSR, CSC) or threads. */
inshi_status matrix_hash(inshi_context *context, inshi_matrix matrix, uint64_t *hash);

inshi_status matrix_scan(inshi_context *context, inshi_matrix matrix, double floor, struct scan *out);

/* The largest entry of each column, 0 where there is none above 0. */
inshi_status matrix_column_most(inshi_context *context, inshi_matrix matrix, double *most);

#endif
