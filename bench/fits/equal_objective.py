"""Time to equal objective: a peer runs n iterations, and we run from the same start until we are where it ended.

scikit-learn runs in a fresh process each time, with malloc as installed and tuned; versions and BLAS are told. Both sides
have the same number of threads. With one thread, seconds are those that the process or thread has run, which other
programs do not change; with more, they are those of the wall. Rows take turns: every seed times all sides once.
"""
import sys

import data
import tables
from fits.article import seconds_to
from peers import peer

# data, loss, k, the peer's iterations
ROWS = (("cbcl", "eu", 49, 200), ("orl", "eu", 40, 200), ("indian_pines", "eu", 16, 200), ("planted", "eu", 32, 200),
        ("cbcl", "kl", 49, 200), ("cbcl", "kl", 49, 1000), ("mary", "kl", 8, 200), ("mary", "kl", 8, 1000),
        ("all_aml", "kl", 10, 200), ("indian_pines", "kl", 16, 200), ("mary_power", "is", 8, 500),
        ("mary_power", "is", 16, 500), ("prelude", "is", 16, 200), ("moffet", "beta:1.5", 4, 500))
QUICK = (("cbcl", "eu", 49, 50), ("mary", "kl", 8, 200), ("mary_power", "is", 8, 100))


def one_start(inshi, row, seed, threads, dtype):
    """Seconds of the peer as installed and tuned, and ours (None where not reached), from one start."""
    name, loss, k, iterations = row
    x = data.load(name)
    clock = "process" if threads == 1 else "wall"
    told = [peer.sklearn_nmf(name, loss, k, seed, iterations, threads, tuned, dtype) for tuned in (False, True)]
    ours, reached = seconds_to(inshi, x, told[0]["objective"], data.start(x, k, seed), told[0]["wall"], loss=loss, dtype=dtype)
    return told[0][clock], told[1][clock], ours, reached, told[0]


def measure(inshi, row, seeds, threads, dtype):
    name, loss, k, iterations = row
    runs = [one_start(inshi, row, seed, threads, dtype) for seed in seeds]
    installed, tuned = (tables.median([run[i] for run in runs]) for i in (0, 1))
    reached = [run[2] for run in runs if run[2] is not None]
    head = (name, loss, k, iterations, tables.digits(tables.median([run[4]["objective"] for run in runs]), 6),
            tables.seconds(installed), tables.seconds(tuned))
    if 2 * len(reached) <= len(runs):
        return head + (f"not reached in that time on {len(runs) - len(reached)} of {len(runs)} starts", "-", "-", "-"), runs
    ours = tables.median([run[2] if run[2] is not None else float("inf") for run in runs])
    return head + (tables.seconds(ours), int(tables.median([run[3] for run in runs if run[2] is not None])),
                   f"{installed / ours:.1f}", f"{tuned / ours:.1f}"), runs


def make(inshi, quick, threads=1, dtype="f8", starts=5, names=None):
    seeds = range(1, 2) if quick else range(1, 1 + starts)
    lines, notes, last = [], [], None
    for row in QUICK if quick else ROWS:
        if names and row[0] not in names:
            continue
        try:
            line, runs = measure(inshi, row, seeds, threads, dtype)
        except data.Absent as absent:
            notes.append(f"Skipped: {row[0]}: {absent}.")
            print(f"bench: skipped {row}: {absent}", file=sys.stderr)
            continue
        print("bench:", *line, file=sys.stderr)
        lines.append(line)
        last = runs[-1][4]
    if last:
        notes.append(f"scikit-learn {last['sklearn']}, NumPy {last['numpy']}, {'; '.join(last['blas'])}.")
    notes.append(f"{threads} thread{'s' * (threads > 1)}, {dtype.replace('f8', 'f64').replace('f4', 'f32')} on both sides, median over {len(seeds)} start{'s' * (len(seeds) > 1)}, "
                 "interleaved; seconds of the " + ("thread or process" if threads == 1 else "wall") + "; the peer's start-up is excluded, packing of X and the "
                 "start are included here. Its objective is of WH lifted to 1.2e-7, as it computes it (but `eu`). Tuned: MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=4294967296.")
    return tables.table(
        "Time to scikit-learn's objective", f"build/venv/bin/python bench/run.py --only equal --threads {threads} --dtype {dtype} "
        f"--starts {len(seeds)}",
        ("data", "loss", "k", "its iterations", "objective", "as installed", "tuned", "inshi", "iterations", "ratio", "ratio, tuned"),
        lines, notes)
