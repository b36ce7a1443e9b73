"""Sparse X: time to scikit-learn's objective after 200 iterations, from the same starts, thread for thread.

The peer is timed over a few iterations in a process of its own, as installed and with its malloc tuned, and its 200 are so
many times as long; the objective that it reaches there is that of our own multiplicative rule (kl: scikit-learn's `mu` is the
same rule) or of a one-sweep rule in its own process (eu: `cd`, all 200 run). Seconds of the thread or the process.
"""
import sys

import data
import tables
from fits.article import seconds_to
from peers import peer

ITERATIONS = 200
# data, loss, k, how much sooner at least: as installed, tuned
ROWS = (("newsgroups", "eu", 20, 18, 18), ("newsgroups", "eu", 50, 22, 22), ("pbmc_facs", "eu", 20, 24, 24),
        ("newsgroups", "kl", 20, 80, 70), ("newsgroups", "kl", 50, 80, 70), ("pbmc_facs", "kl", 20, 80, 70),
        ("la1", "kl", 6, 80, 70), ("classic", "kl", 16, 80, 70))
QUICK = (("classic", "kl", 16, 80, 70),)
SHORT = {"kl": 5, "eu": 20}  # iterations that the peer is timed over, where it does not run all of them
STARTS_OF_LARGE = 1          # its 200 iterations of `cd` take minutes at k = 50


def one_start(inshi, row, seed):
    name, loss, k = row[:3]
    x = data.load(name)
    w, h = data.start(x, k, seed)
    counts = (ITERATIONS if loss == "eu" else SHORT[loss], SHORT[loss])
    told = [peer.run("sklearn_nmf", "cd" if loss == "eu" else "mu", name, loss, k, (seed,), f"{count}it", tuned=tuned)[0]
            for tuned, count in zip((False, True), counts)]
    seconds = [run["process"] * ITERATIONS / count for run, count in zip(told, counts)]
    objective = told[0]["objective"]
    if loss == "kl":
        objective = inshi.fit(x, w=w, h=h, loss=loss, solver="mu", iterations=ITERATIONS, tolerance=0,
                              history_every=0).objective
    ours, reached = seconds_to(inshi, x, objective, (w, h), 60, loss=loss)
    return (*seconds, ours, reached, objective, told[0]["version"])


def measure(inshi, row, seeds):
    runs = [one_start(inshi, row, seed) for seed in seeds]
    installed, tuned = (tables.median([run[i] for run in runs]) for i in (0, 1))
    ours = tables.median([run[2] if run[2] is not None else float("inf") for run in runs])
    reached = [run[3] for run in runs if run[2] is not None]
    met = installed / ours >= row[3] and tuned / ours >= row[4]
    return (*row[:3], tables.digits(tables.median([run[4] for run in runs]), 7), tables.seconds(installed), tables.seconds(tuned),
            tables.seconds(ours), int(tables.median(reached)) if reached else "-", f"{installed / ours:.0f}", f"{tuned / ours:.0f}",
            f"{row[3]}; {row[4]}", "yes" if met else "**NO**"), runs


def make(inshi, quick, starts=3, names=None):
    lines, notes, version = [], [], ""
    for row in QUICK if quick else ROWS:
        if names and row[0] not in names:
            continue
        try:
            count = 1 if quick else min(starts, STARTS_OF_LARGE) if row[1:3] == ("eu", 50) else starts
            line, runs = measure(inshi, row, range(1, 1 + count))
        except (data.Absent, peer.Missing) as missing:
            notes.append(f"Skipped: {row[0]}: {missing}.")
            print(f"bench: skipped {row}: {missing}", file=sys.stderr)
            continue
        print("bench:", *line, file=sys.stderr)
        lines.append(line)
        version = runs[-1][5]
    notes.append(f"{version}. One thread, f64, median over the starts of bench/data.py; seconds of the thread or process: other programs "
                 f"do not count, though the memory that they use slows both sides. Peer: {ITERATIONS} iterations of cd as installed, "
                 f"else {ITERATIONS} times the mean of {SHORT['eu']} (cd) or {SHORT['kl']} (mu), to keep all of this within minutes; eu at k = 50 from one start. "
                 "For kl the objective is that of the same rule here (`--solver mu`). Packing of X is included here.")
    return tables.table(
        f"Sparse X: to scikit-learn's objective after {ITERATIONS} iterations", "build/venv/bin/python bench/run.py --only sparse",
        ("data", "loss", "k", "objective", "as installed", "tuned", "inshi", "iterations", "ratio", "ratio, tuned", "at least", "met"),
        lines, notes)
