"""Could several starts of a fit share each read of X? At most what a pass over an X beyond the caches takes longer, an entry,
than one over an X in the second-level cache. Prints a table.

    build/venv/bin/python bench/kernels/shared_read.py [ROUNDS]
"""
import json
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FAR, NEAR = (4000, 3400), (400, 96)  # 109 MB and 0.3 MB in f64
LISTS = ["eu:4,8,16", "kl:4,8,16", "is:4,8,16"]


def measure(size):
    command = [str(ROOT / "build/release/bench/bench_passes"), str(size[0]), str(size[1]), "3", "1", *LISTS]
    found = {}
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        row = json.loads(line)
        if row["pass"] in ("half_h", "half_w"):
            found[row["loss"], row["k"], row["dtype"], row["pass"]] = row["seconds"] / (size[0] * size[1])
    return found


def main():
    far, near = [], []
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 5):
        far.append(measure(FAR))
        near.append(measure(NEAR))
    print("| loss | k | type | side | ns an entry, X beyond the caches | X in the second-level cache | at most saved |")
    print("|---|---|---|---|---|---|---|")
    for key in far[0]:
        a = statistics.median(m[key] for m in far) * 1e9
        saved = statistics.median(1 - n[key] / f[key] for f, n in zip(far, near))
        loss, k, dtype, name = key
        print(f"| {loss} | {k} | f{8 * int(dtype[1])} | {name[-1].upper()} | {a:.2f} | {a * (1 - saved):.2f} | {100 * saved:.0f} % |")


if __name__ == "__main__":
    main()
