/* fuzz.h -- what the fuzz harnesses do with one input; the corpus in tests/fuzz/corpus is replayed by
 * test_corpus. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Reads bytes as a file of known size and as a stream, and aborts where a promise of the readers breaks: the
 * same answer both ways, a sentence with every refusal, nothing left in memory, every entry and name there.
 */
void fuzz_npy(const uint8_t *bytes, size_t count);
void fuzz_csv(const uint8_t *bytes, size_t count);
void fuzz_mtx(const uint8_t *bytes, size_t count);
void fuzz_npz(const uint8_t *bytes, size_t count);

/* A small fit goes on from bytes, as they are and with their checksums repaired: a sentence with every refusal, finite
 * factors otherwise, nothing left in memory. */
void fuzz_checkpoint(const uint8_t *bytes, size_t count);

/* 1 where the fit of the corpus goes on from these bytes. */
int fuzz_checkpoint_is_good(const uint8_t *bytes, size_t count);

#endif
