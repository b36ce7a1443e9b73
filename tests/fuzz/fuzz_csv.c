/* fuzz_csv.c -- libFuzzer harness: any bytes as csv. */
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    fuzz_csv(bytes, count);
    return 0;
}
