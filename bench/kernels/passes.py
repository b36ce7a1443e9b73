"""Runs bench_passes and makes its tables."""
import json
import pathlib
import subprocess

import tables

PROGRAM = pathlib.Path("build/release/bench/bench_passes")
NAMES = {"half_h": "one side (H)", "half_w": "one side (W)", "half_h_value": "one side (H) and the objective",
         "both": "both sides, one pass", "sweeps": "8 HALS sweeps of H"}


def measure(root, size, rounds, threads, lists):
    command = [str(PROGRAM), str(size), str(size), str(rounds), str(threads), *lists]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return " ".join(command), rows[0], rows[1:]


def row(r):
    share = r["flops"] / r["peak"]
    return (r["loss"], NAMES[r["pass"]], r["dtype"].replace("f4", "f32").replace("f8", "f64"), r["k"],
            tables.seconds(r["seconds"]), tables.digits(r["flops"] / 1e9), tables.digits(r["peak"] / 1e9), f"{100 * share:.0f} %",
            f"{r['best'] / r['best_threads']:.2f}", f"{r['work_threads']:.2f}", "yes" if r["equal"] else "**NO**")


def make(root, quick):
    lists = ["kl:20", "eu:20", "is:20"] if quick else ["kl:8,16,20,32,49,64", "eu:8,16,20,32,49,64", "is:20", "beta:1.5:20"]
    command, limits, rows = measure(root, 2000, 5 if quick else 11, 2, lists)
    notes = [
        f"Limits of one thread in the same run ({limits['isa']}): {limits['peak_f4'] / 1e9:.0f} GFLOP/s in f32, "
        f"{limits['peak_f8'] / 1e9:.0f} in f64, copy {limits['copy'] / 1e9:.1f} GB/s (read + written).",
        "X is 2000 x 2000. GFLOP/s counts the small products alone (2 m n k each), not divisions, logarithms or powers. Seconds "
        "are those that the one thread has run, which other programs do not change; the peak is measured in the same rounds. "
        "`2 threads`: shortest time of one thread / shortest time of two, on the wall, which means little while other programs "
        "run; `their work`: seconds that both have run / seconds of one alone, so that a free machine gives about 2 / that; `equal "
        "bits` compares the results of both."]
    head = ("loss", "pass", "type", "k", "median", "GFLOP/s", "FMA peak", "share", "2 threads", "their work", "equal bits")
    return tables.table("Passes over X", command, head, [row(r) for r in rows], notes)
