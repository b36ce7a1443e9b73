"""Sparse X: pbmc_facs transposed to a fixed objective, and an iteration on ten million entries with two threads."""
import numpy as np

import data
import tables
from fits.article import seconds_to
from ours import Inshi
from peers import peer

COMMAND = "build/venv/bin/python bench/run.py --only sparse_targets"
PBMC, PEERS_ITERATIONS = 5246381.0, 2
# solver, iterations, and for f8 and f4 the seconds that one of them may take
BIG = (("mu", 12, 0.05, 0.035), ("auto", 4, None, None))


def pbmc(inshi, rounds):
    x = data.load("pbmc_facs_transposed")
    w, h = data.start(x, 20, 1)
    runs = []
    for turn in range(rounds):
        told = peer.run("sklearn_nmf", "mu", "pbmc_facs_transposed", "kl", 20, (1,), f"{PEERS_ITERATIONS}it", growth=8 + turn)[0]
        runs.append((told["process"], *seconds_to(inshi, x, PBMC, (w, h), 60, loss="kl")))
    theirs = tables.median([run[0] for run in runs])
    mine = tables.median([run[1] if run[1] is not None else float("inf") for run in runs])
    return tables.table(
        "pbmc_facs transposed, kl, k = 20, to a fixed objective", COMMAND,
        ("objective", f"{PEERS_ITERATIONS} of scikit-learn's iterations", "inshi", "iterations", "sooner"),
        [(f"{PBMC:.0f}", tables.seconds(theirs), tables.seconds(mine), runs[0][2], "yes" if mine <= theirs else "**NO**")],
        [f"One thread, f64, start 1 of bench/data.py, scikit-learn as installed; median of {rounds}, interleaved; seconds of the thread or process."])


def big(quick):
    x, two, rows = data.load("sparse_big"), Inshi(threads=2), []
    w, h = data.start(x, 20, 1)
    for dtype, name in (("f8", "f64"), ("f4", "f32")):
        for solver, iterations, *most in BIG[:1] if quick else BIG:
            fit = two.fit(x, w=w, h=h, loss="kl", solver=solver, dtype=dtype, iterations=iterations, tolerance=0, normalize="none")
            each = tables.median(np.diff(fit.history[:, 1])[1:])
            asked = most[dtype == "f4"]
            rows.append((solver, name, iterations, tables.seconds(each), tables.seconds(asked) if asked else "-",
                         "-" if not asked else "yes" if each <= asked else "**NO**"))
    return tables.table(
        f"An iteration on sparse_big ({x.shape[0]} x {x.shape[1]}, {x.nnz} entries), kl, k = 20", COMMAND,
        ("solver", "type", "iterations", "one of them", "at most", "met"), rows,
        ["Two threads, seconds on the wall, median of all but the first, with the objective of every iteration."])


def make(inshi, quick):
    texts = []
    for name, part in (("pbmc_facs", lambda: pbmc(inshi, 1 if quick else 3)), ("sparse_big", lambda: big(quick))):
        try:
            texts.append(part())
        except data.Absent as absent:
            texts.append(f"Skipped: {name}: {absent}.\n")
    return "\n".join(texts)
