/* fuzz_mtx.c -- libFuzzer harness: any bytes as mtx. */
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    fuzz_mtx(bytes, count);
    return 0;
}
