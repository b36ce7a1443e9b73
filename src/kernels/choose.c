/* choose.c -- which table of kernels runs: asked of the CPU when a context first needs it. */
#include <string.h>
#include "kernels/tables.h"

static bool cpu_has_avx2(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

static bool cpu_has_avx512(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

static const struct isa {
    const char *name;
    bool (*present)(void); /* NULL: always */
    const struct kernels *const *tables;
} isas[] = {
    {"avx512", cpu_has_avx512, kernels_avx512},
    {"avx2", cpu_has_avx2, kernels_avx2},
    {"portable", NULL, kernels_portable},
};

enum { ISA_COUNT = sizeof isas / sizeof isas[0] };

static bool usable(const struct isa *isa)
{
    return isa->tables[0] && (!isa->present || isa->present());
}

static const struct isa *best(void)
{
    int i = 0;
    while (!usable(&isas[i]))
        i++;
    return &isas[i];
}

inshi_status inshi_context_set_isa(inshi_context *context, const char *name)
{
    if (!context || !name)
        return INSHI_ERR_ARGUMENT;
    if (strcmp(name, "auto") == 0) {
        context->isa = best()->name;
        return INSHI_OK;
    }
    for (int i = 0; i < ISA_COUNT; i++) {
        if (strcmp(name, isas[i].name))
            continue;
        if (!usable(&isas[i]))
            return context_fail(
                context, INSHI_ERR_UNSUPPORTED,
                "this machine or build has no %s kernels; \"auto\" takes the best there are (%s)", name,
                best()->name);
        context->isa = isas[i].name;
        return INSHI_OK;
    }
    return context_fail(context, INSHI_ERR_ARGUMENT,
                        "there is no instruction set \"%s\"; there are auto, portable, avx2 and avx512",
                        name);
}

const char *inshi_context_isa(const inshi_context *context)
{
    if (!context)
        return "";
    return strcmp(context->isa, "auto") ? context->isa : best()->name;
}

inshi_status kernels_choose(inshi_context *context, inshi_dtype dtype, const struct kernels **out)
{
    const char *name = inshi_context_isa(context);
    for (int i = 0; i < ISA_COUNT; i++)
        if (strcmp(name, isas[i].name) == 0) {
            *out = isas[i].tables[dtype == INSHI_DTYPE_F8];
            return INSHI_OK;
        }
    return context_fail(context, INSHI_ERR_INTERNAL, "no kernels for \"%s\"", name);
}
