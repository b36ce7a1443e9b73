/* fuzz_checkpoint.c -- libFuzzer harness: any bytes as a checkpoint, as they are and with their checksums repaired. */
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    fuzz_checkpoint(bytes, count);
    return 0;
}
