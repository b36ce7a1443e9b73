/* fuzz_npz.c -- libFuzzer harness: any bytes as npz. */
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    fuzz_npz(bytes, count);
    return 0;
}
