"""Objective against time, ours and every peer's, from the same start: a picture and its points.

Drawn is the distance to the lowest objective seen, that of a run of ours three times as long among them.
"""
import sys

import data
import tables
from fits import budget
from peers import peer, worker

COMMAND = "build/venv/bin/python bench/run.py --only curves"
# data, loss, k, seconds
CASES = (("cbcl", "eu", 49, 3), ("cbcl", "kl", 49, 5))
QUICK = (("cbcl", "eu", 49, 0.3),)
INSHI, COLOURS = "#c1121f", ("#1d4e89", "#5b8fbf", "#7a7a7a", "#2a7f62", "#7fb69e", "#8e5ea2")
NAMES = {"eu": "Euclidean", "kl": "Kullback-Leibler"}


def our_points(inshi, x, w, h, loss, seconds):
    """The accepted objectives of one fit, in seconds that its thread has run; the last one is checked in NumPy."""
    fit = inshi.fit(x, w=w, h=h, loss=loss, tolerance=0, iterations=10**9, time_limit=seconds, normalize="none")
    truth = worker.objective(x, fit.w, fit.h, loss)
    if abs(truth / fit.objective - 1) > 1e-8:
        raise RuntimeError(f"the objective is {truth} in NumPy and {fit.objective} in the history")
    return [(row[1] * fit.thread / fit.wall, row[2]) for row in fit.history[1:]]


def measure(inshi, case, missing):
    name, loss, k, seconds = case
    x = data.load(name)
    w, h = data.start(x, k, 1)
    found = {"inshi": our_points(inshi, x, w, h, loss, seconds)}
    lowest = [budget.within(inshi, x, 3 * seconds, w=w, h=h, loss=loss).objective]
    for title, adapter, method in peer.ALL:
        if not peer.takes(adapter, method, loss):
            continue
        try:
            told = peer.run(adapter, method, name, loss, k, (1,), f"{seconds}s", tuned=True, growth=2)[0]
        except peer.Missing as what:
            print(f"bench: skipped {title}: {what}", file=sys.stderr)
            missing.append(f"Skipped: {title}: {what}.")
            continue
        found[title] = [(point[1], point[2]) for point in told["points"]]
    lowest += [value for points in found.values() for _, value in points]
    return found, min(lowest)


def panel(axes, case, found, best):
    colours = dict(zip((title for title, _, _ in peer.ALL), COLOURS))
    for title, points in found.items():
        mine = title == "inshi"
        axes.plot([p[0] for p in points], [p[1] / best - 1 for p in points], color=INSHI if mine else colours[title],
                  linewidth=2.4 if mine else 1.4, marker=None if mine else "o", markersize=3, label=title, zorder=3 if mine else 2)
    axes.set(xscale="log", yscale="log", xlabel="seconds (one thread)", ylabel="objective / lowest seen - 1", ylim=(1e-4, None),
             title=f"{case[0]}, {NAMES.get(case[1], case[1])}, k = {case[2]}")
    axes.grid(True, which="major", color="#e3e3e3", linewidth=0.7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8, loc="lower left")


def draw(path, results):
    import matplotlib
    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "inshi", "font.size": 9})
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(1, len(results), figsize=(5.2 * len(results), 4), squeeze=False, facecolor="white")
    for each, (case, found, lowest) in zip(axes[0], results):
        panel(each, case, found, lowest)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    plt.close(figure)


def at(points, seconds):
    reached = [value for when, value in points if when <= seconds]
    return tables.digits(reached[-1], 6) if reached else "-"


def make(inshi, root, quick):
    results, notes = [], []
    for case in QUICK if quick else CASES:
        try:
            results.append((case, *measure(inshi, case, notes)))
        except data.Absent as absent:
            notes.append(f"Skipped: {case[0]}: {absent}.")
    if not results:
        return "\n".join(notes) + "\n"
    path = root / ("build/curves.svg" if quick else "docs/images/convergence.svg")
    draw(path, results)
    times = (0.03, 0.1, 0.3, 1, 3, 5)
    lines = [(case[0], case[1], case[2], title, *(at(points, t) if t <= case[3] else "" for t in times))
             for case, found, _ in results for title, points in found.items()]
    notes.append(f"Drawn in `{path.relative_to(root)}`. Start 1 of bench/data.py, one thread, f64, seconds of the process or thread; a point of a "
                 "peer is a run of its own, malloc tuned; `-`: its first run took longer. Objective of WH as it is or lifted to 1.2e-7, whichever is lower.")
    return tables.table("Objective against time", COMMAND, ("data", "loss", "k", "who", *(f"{t:g} s" for t in times)), lines, notes)
