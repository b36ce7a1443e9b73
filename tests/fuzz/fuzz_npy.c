/* fuzz_npy.c -- libFuzzer harness: any bytes as npy. */
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    fuzz_npy(bytes, count);
    return 0;
}
