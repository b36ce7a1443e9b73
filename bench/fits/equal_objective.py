"""Time to equal objective: a peer runs n iterations, and we run from the same start until we are where it ended.

scikit-learn runs in a fresh process each time, with malloc as installed and, where its temporaries are as large as X (not
`eu`), also tuned; versions and BLAS are told. Both sides have the same number of threads. With one thread, seconds are those that the process or thread has run, which other
programs do not change; with more, they are those of the wall. Every seed times all sides once, in turn.
"""
import sys

import data
import tables
from fits.article import seconds_to
from peers import peer

# data, loss, k, the peer's iterations, most starts (fewer where the peer is slow)
ROWS = (("cbcl", "eu", 49, 200, 5), ("orl", "eu", 40, 200, 5), ("indian_pines", "eu", 16, 200, 5), ("planted", "eu", 32, 200, 5),
        ("frey", "eu", 40, 200, 5), ("all_aml", "eu", 10, 200, 5),
        ("cbcl", "kl", 49, 200, 5), ("cbcl", "kl", 49, 1000, 3), ("frey", "kl", 40, 200, 5), ("mary", "kl", 8, 200, 5),
        ("mary", "kl", 8, 1000, 5), ("all_aml", "kl", 10, 200, 5), ("all_aml", "kl", 10, 1000, 5), ("indian_pines", "kl", 16, 200, 5),
        ("indian_pines", "kl", 16, 1000, 1), ("mary_power", "is", 8, 500, 5), ("mary_power", "is", 16, 500, 5),
        ("prelude", "is", 16, 200, 5), ("moffet", "beta:1.5", 4, 500, 5))
QUICK = (("cbcl", "eu", 49, 50, 1), ("mary", "kl", 8, 200, 1), ("mary_power", "is", 8, 100, 1))
TYPES = {"f8": "f64", "f4": "f32"}


def tunes(loss):
    """Whether the peer's malloc matters: `cd` makes no large temporaries."""
    return loss != "eu"


def one_start(inshi, row, seed, threads, dtype):
    """Seconds of the peer (f64) as installed and tuned, and ours (None where not reached), from one start."""
    name, loss, k, iterations, _ = row
    x = data.load(name)
    clock = "process" if threads == 1 else "wall"
    told = [peer.sklearn_nmf(name, loss, k, seed, iterations, threads, tuned) for tuned in (False, True)[: 1 + tunes(loss)]]
    ours, reached = seconds_to(inshi, x, told[0]["objective"], data.start(x, k, seed), told[0]["wall"], loss=loss, dtype=dtype)
    return told[0][clock], told[-1][clock], ours, reached, told[0]


def measure(inshi, row, starts, threads, dtype):
    name, loss, k, iterations, most = row
    runs = [one_start(inshi, row, seed, threads, dtype) for seed in range(1, 1 + min(starts, most))]
    installed, tuned = (tables.median([run[i] for run in runs]) for i in (0, 1))
    reached = [run[2] for run in runs if run[2] is not None]
    head = (name, loss, k, TYPES[dtype], len(runs), iterations, tables.digits(tables.median([run[4]["objective"] for run in runs]), 6),
            tables.seconds(installed), tables.seconds(tuned) if tunes(loss) else "")
    if 2 * len(reached) <= len(runs):
        return head + (f"not reached in that time on {len(runs) - len(reached)} of {len(runs)} starts", "-", "-", "-"), runs
    ours = tables.median([run[2] if run[2] is not None else float("inf") for run in runs])
    missed = f" ({len(runs) - len(reached)} missed)" if len(reached) < len(runs) else ""
    return head + (tables.seconds(ours) + missed, int(tables.median([run[3] for run in runs if run[2] is not None])),
                   f"{installed / ours:.1f}", f"{tuned / ours:.1f}" if tunes(loss) else ""), runs


def make(inshi, quick, threads=1, dtypes=("f8", "f4"), starts=5, names=None):
    """With `f4` among the types, the `eu` rows come again with all of ours in f32, against the same runs of the peer."""
    lines, notes, version = [], [], None
    for row in QUICK if quick else ROWS:
        if names and row[0] not in names:
            continue
        try:
            for dtype in dtypes:
                if dtype == dtypes[0] or row[1] == "eu":
                    line, runs = measure(inshi, row, starts, threads, dtype)
                    print("bench:", *line, file=sys.stderr)
                    lines.append(line)
                    version = runs[-1][4]["version"]
        except data.Absent as absent:
            notes.append(f"Skipped: {row[0]}: {absent}.")
            print(f"bench: skipped {row}: {absent}", file=sys.stderr)
    notes.append(f"{version}. {threads} thread{'s' * (threads > 1)} on both sides, the peer in f64 and ours in the type named; medians over the "
                 "starts, interleaved; seconds of the " + ("thread or process" if threads == 1 else "wall") + "; the peer's start-up is excluded, "
                 "packing of X and the start are included here. Its objective is of WH as it is or lifted to 1.2e-7, whichever is lower. Tuned: "
                 "MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=4294967296 (for `cd` it changes nothing). Equal is to 1e-9 (f32: 1e-6), by NumPy in double precision. `missed`: starts on which ours did not "
                 "get there in the peer's time; they count as infinitely long.")
    return tables.table(
        "Time to scikit-learn's objective", f"build/venv/bin/python bench/run.py --only equal --threads {threads} --dtype {','.join(dtypes)} "
        f"--starts {starts}",
        ("data", "loss", "k", "type", "starts", "its iterations", "objective", "as installed", "tuned", "inshi", "iterations", "ratio",
         "ratio, tuned"), lines, notes)
