/* simd.h -- vectors of `real` from the compiler's vector extensions, VBYTES wide.
 *
 * Included once per number type by a file that defines REAL_IS_DOUBLE (0, 1) and VBYTES. The code above it names no
 * instruction: the same source gives AVX2 and AVX-512, and with VBYTES = 64 on an AVX2 machine it can still be
 * tested. Only maximum, minimum and root need intrinsics, where there are any.
 */
#undef REAL_TINY
#undef REAL_HUGE
#undef FN
#undef VL
#undef real
#undef vec
#undef ivec
#undef word

#if REAL_IS_DOUBLE
#define real      double
#define word      int64_t
#define FN(name)  name##_f64
#define vec       vec_f64
#define ivec      ivec_f64
#define REAL_TINY 1e-300
#define REAL_HUGE 1e280
#else
#define real      float
#define word      int32_t
#define FN(name)  name##_f32
#define vec       vec_f32
#define ivec      ivec_f32
#define REAL_TINY 1e-37f
#define REAL_HUGE 1e34f
#endif

enum { FN(vector_length) = VBYTES / sizeof(real) };
#define VL ((int)(VBYTES / sizeof(real)))

typedef real vec __attribute__((vector_size(VBYTES)));
typedef word ivec __attribute__((vector_size(VBYTES)));
typedef real FN(unaligned) __attribute__((vector_size(VBYTES), aligned(sizeof(real)), may_alias));

#undef V
#undef V_LESS
#undef V_SELECT
#undef V_MAX
#undef V_MIN
#undef V_SQRT
#undef V_ALL
#undef V_ANY
#undef MASK
#define V(a)              FN(v_set)((real)(a))
#define V_LESS(a, b)      ((ivec)((a) < (b)))
#define V_SELECT(m, a, b) ((vec)(((m) & (ivec)(a)) | (~(m) & (ivec)(b))))
#define V_MAX(a, b)       FN(v_max)(a, b)
#define V_MIN(a, b)       FN(v_min)(a, b)
#define V_SQRT(a)         FN(v_sqrt)(a)
#define V_ALL(m)          FN(v_all)(m)
#define V_ANY(m)          FN(v_any)(m)
#define MASK              ivec

static inline vec FN(v_set)(real a)
{
    return a - (vec){0}; /* folds to a broadcast, where 0 + a would not: -0 */
}

static inline vec FN(v_load)(const real *from)
{
    return *(const FN(unaligned) *)from;
}

static inline void FN(v_store)(real *to, vec a)
{
    *(FN(unaligned) *)to = a;
}

#if VBYTES == 32 && defined(__AVX2__) && REAL_IS_DOUBLE
#define V_NATIVE(name) _mm256_##name##_pd
#elif VBYTES == 32 && defined(__AVX2__)
#define V_NATIVE(name) _mm256_##name##_ps
#elif VBYTES == 64 && defined(__AVX512F__) && REAL_IS_DOUBLE
#define V_NATIVE(name) _mm512_##name##_pd
#elif VBYTES == 64 && defined(__AVX512F__)
#define V_NATIVE(name) _mm512_##name##_ps
#endif

#ifdef V_NATIVE
/* max and min give b where a is NaN. */
static inline vec FN(v_max)(vec a, vec b)
{
    return (vec)V_NATIVE(max)(a, b);
}

static inline vec FN(v_min)(vec a, vec b)
{
    return (vec)V_NATIVE(min)(a, b);
}

static inline vec FN(v_sqrt)(vec a)
{
    return (vec)V_NATIVE(sqrt)(a);
}
#undef V_NATIVE
#else
static inline vec FN(v_max)(vec a, vec b)
{
    return V_SELECT(V_LESS(b, a), a, b);
}

static inline vec FN(v_min)(vec a, vec b)
{
    return V_SELECT(V_LESS(a, b), a, b);
}

static inline vec FN(v_sqrt)(vec a)
{
    for (int i = 0; i < VL; i++)
        a[i] = (real)sqrt((double)a[i]);
    return a;
}
#endif

/* 1 / a for a in [1e-30, 1e30]: to all bits in float but the last two, to 2^-45 in double; faster than a division. */
static inline vec FN(v_inverse)(vec a)
{
#if VBYTES == 32 && defined(__AVX2__) && REAL_IS_DOUBLE
    const vec near = (vec)_mm256_cvtps_pd(_mm_rcp_ps(_mm256_cvtpd_ps((__m256d)a)));
#elif VBYTES == 32 && defined(__AVX2__)
    const vec near = (vec)_mm256_rcp_ps((__m256)a);
#elif VBYTES == 64 && defined(__AVX512F__) && REAL_IS_DOUBLE
    const vec near = (vec)_mm512_rcp14_pd((__m512d)a);
#elif VBYTES == 64 && defined(__AVX512F__)
    const vec near = (vec)_mm512_rcp14_ps((__m512)a);
#else
    const vec near = FN(v_set)(1) / a;
#endif
    const vec off    = FN(v_set)(1) - a * near,
              better = near + near * off; /* 1 / a = near (1 + off) (1 + off^2) ... */
#if REAL_IS_DOUBLE
    return better + better * (off * off);
#else
    return better;
#endif
}

#if VBYTES == 32 && defined(__AVX2__)
static inline int FN(v_all)(ivec m)
{
    return _mm256_movemask_epi8((__m256i)m) == -1;
}

static inline int FN(v_any)(ivec m)
{
    return _mm256_movemask_epi8((__m256i)m) != 0;
}
#elif VBYTES == 64 && defined(__AVX512BW__)
static inline int FN(v_all)(ivec m)
{
    return _mm512_movepi8_mask((__m512i)m) == ~UINT64_C(0);
}

static inline int FN(v_any)(ivec m)
{
    return _mm512_movepi8_mask((__m512i)m) != 0;
}
#else
static inline int FN(v_all)(ivec m)
{
    word all = -1;
    for (int i = 0; i < VL; i++)
        all &= m[i];
    return all != 0;
}

static inline int FN(v_any)(ivec m)
{
    word any = 0;
    for (int i = 0; i < VL; i++)
        any |= m[i];
    return any != 0;
}
#endif

static inline double FN(v_total)(vec a)
{
    double sum = 0;
    for (int i = 0; i < VL; i++)
        sum += (double)a[i];
    return sum;
}
