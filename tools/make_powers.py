#!/usr/bin/env python3
"""Writes src/io/powers.inc: 10^q = 5^q 2^q as 128 bits of 5^q, for every q that a double can meet.

    python3 tools/make_powers.py > src/io/powers.inc

For q >= 0 the first 128 bits of 5^q, cut; for q < 0 those of 1 / 5^-q, one more in the last place than cut, as D. Lemire,
Number parsing at a gigabyte per second, Software: Practice and Experience 51 (2021), needs them.
"""
FIRST, LAST = -342, 308


def bits(q):
    power = 5 ** abs(q)
    if q >= 0:
        shift = power.bit_length() - 128
        return power >> shift if shift > 0 else power << -shift
    length = (power - 1).bit_length()
    quotient = 2 ** (length + 127 if q >= -27 else 2 * length + 128) // power + 1
    return quotient >> max(quotient.bit_length() - 128, 0)


print("/* Made by tools/make_powers.py: the high and the low half of 5^q, q from", FIRST, "to", str(LAST) + ". */")
print("/* clang-format off */")
row = [f"{{0x{bits(q) >> 64:016x}, 0x{bits(q) & (1 << 64) - 1:016x}}}," for q in range(FIRST, LAST + 1)]
for at in range(0, len(row), 2):
    print(" ".join(row[at:at + 2]))
