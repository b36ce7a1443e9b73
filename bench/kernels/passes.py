"""Runs bench_passes and makes its tables."""
import json
import pathlib
import subprocess

import tables

PROGRAM = pathlib.Path("build/release/bench/bench_passes")
NAMES = {"half_h": "one side (H)", "half_w": "one side (W)", "half_h_value": "one side (H) and the objective",
         "both": "both sides, one pass", "sweeps": "8 HALS sweeps of H"}
TYPES = {"f4": "f32", "f8": "f64"}
THREADS = "2,8"
SMALL = 4000  # X beyond the caches: 64 MB in f32


def measure(root, size, rounds, lists):
    command = [str(PROGRAM), str(size), str(size), str(rounds), THREADS, *lists]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return " ".join(command), rows[0], rows[1:]


def percent(share):
    return f"{100 * share:.0f} %"


def row(r):
    two, eight = r["teams"]
    return (r["loss"], NAMES[r["pass"]], TYPES[r["dtype"]], r["k"], tables.seconds(r["seconds"]), tables.digits(r["flops"] / 1e9),
            tables.digits(r["peak"] / 1e9), percent(r["flops"] / r["peak"]), f"{r['best'] / two['best']:.2f}", f"{two['work']:.2f}",
            f"{r['best'] / eight['best']:.2f}", "yes" if two["equal"] and eight["equal"] else "**NO**")


def all_passes(command, limits, rows):
    notes = [
        f"Limits of one thread in the same run ({limits['isa']}): {limits['peak_f4'] / 1e9:.0f} GFLOP/s in f32, "
        f"{limits['peak_f8'] / 1e9:.0f} in f64, copy {limits['copy'] / 1e9:.1f} GB/s (read + written).",
        "X is 2000 x 2000. GFLOP/s counts the small products alone (2 m n k each), not divisions, logarithms or powers. Seconds "
        "are those that the one thread has run, which other programs do not change; the peak is measured in the same rounds. "
        "`2 threads`, `8 threads`: shortest time of one thread / theirs, on the wall, which means little while other programs "
        "run; `work of 2`: seconds that both have run / seconds of one alone, so that a free machine gives about 2 / that; `equal "
        "bits` compares the results of 1, 2 and 8."]
    head = ("loss", "pass", "type", "k", "median", "GFLOP/s", "FMA peak", "share", "2 threads", "work of 2", "8 threads", "equal bits")
    return tables.table("Passes over X", command, head, [row(r) for r in rows], notes)


def shares_of_peak(command, limits, rows):
    """The fused passes of kl at k = 16, 32, 64, side by side."""
    found = {(r["dtype"], r["k"], r["pass"]): r["flops"] / r["peak"] for r in rows if r["loss"] == "kl"}
    ks = [k for k in (16, 32, 64) if ("f8", k, "both") in found]
    lines = [(NAMES[name], TYPES[dtype], *(percent(found[dtype, k, name]) for k in ks))
             for dtype in TYPES for name in ("both", "half_h", "half_w")]
    return tables.table("Fused passes of kl: share of the FMA peak", command, ("pass", "type", *(f"k = {k}" for k in ks)), lines,
                        [f"From the table above; the peak of {limits['isa']}, measured beside it."]) if ks else ""


def shares_of_bandwidth(command, rows):
    lines = []
    for r in rows:
        if not r["bytes"] or r["pass"] == "half_h_value":
            continue
        bound = r["bytes"] / r["read"]
        lines.append((r["loss"], NAMES[r["pass"]], TYPES[r["dtype"]], r["k"], tables.digits(r["bytes"] / 1e6), tables.digits(r["read"] / 1e9),
                      tables.seconds(bound), tables.seconds(r["seconds"]), percent(bound / r["seconds"]), percent(r["flops"] / r["peak"])))
    return tables.table(
        "Fused passes at k <= 8: share of the bandwidth bound", command,
        ("loss", "pass", "type", "k", "MB", "read, GB/s", "bound", "median", "share of the bound", "share of the FMA peak"), lines,
        [f"X is {SMALL} x {SMALL}, beyond the caches. MB: X once, both factors once, what the pass writes once. The bound is that / the rate "
         "at which one thread reads an array as large as X (SSE loads, no writes), measured in the same rounds; one thread."])


def make(root, quick):
    lists = ["kl:16,20", "eu:20", "is:20"] if quick else ["kl:8,16,20,32,49,64", "eu:8,16,20,32,49,64", "is:20", "beta:1.5:20"]
    command, limits, rows = measure(root, 2000, 5 if quick else 11, lists)
    few, _, small = measure(root, SMALL, 3 if quick else 7, ["eu:8"] if quick else ["eu:4,8", "kl:4,8", "is:4,8"])
    return "\n".join([all_passes(command, limits, rows), shares_of_peak(command, limits, rows), shares_of_bandwidth(few, small)])
