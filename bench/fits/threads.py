"""Fits with several threads beside one: the time of a fixed number of iterations, and whether the bits are equal."""
import data
import tables
from ours import Inshi

COMMAND = "build/venv/bin/python bench/run.py --only threads"
THREADS = (1, 2, 3, 4, 8)
# data, loss, k, solver, iterations
ROWS = (("cbcl", "eu", 49, "hals", 30), ("orl", "eu", 40, "hals", 15), ("planted", "eu", 32, "hals", 15),
        ("cbcl", "kl", 49, "ccd", 8), ("cbcl", "kl", 49, "mu", 20), ("indian_pines", "kl", 16, "newton", 8),
        ("mary_power", "is", 8, "newton", 100), ("moffet", "beta:1.5", 4, "newton", 30), ("cbcl", "kl", 49, "gradient", 20))
QUICK = (("cbcl", "eu", 49, "hals", 10), ("mary_power", "is", 8, "newton", 30))


def measure(inshis, row, rounds):
    name, loss, k, solver, iterations = row
    x = data.load(name)
    w, h = data.start(x, k, 1)
    wall, work, bits = {t: [] for t in THREADS}, {t: [] for t in THREADS}, {}
    for _ in range(rounds):
        for t in THREADS:
            fit = inshis[t].fit(x, w=w, h=h, loss=loss, solver=solver, iterations=iterations, tolerance=0, normalize="none")
            wall[t].append(fit.wall)
            work[t].append(fit.process)
            bits[t] = fit.w.tobytes() + fit.h.tobytes()
    best = {t: min(times) for t, times in wall.items()}
    return (name, loss, k, solver, iterations, tables.seconds(best[1]), *(f"{best[1] / best[t]:.2f}" for t in THREADS[1:]),
            f"{tables.median(work[2]) / tables.median(work[1]):.2f}", "yes" if len(set(bits.values())) == 1 else "**NO**")


def make(quick):
    inshis = {t: Inshi(threads=t) for t in THREADS}
    lines, notes = [], []
    for row in QUICK if quick else ROWS:
        try:
            lines.append(measure(inshis, row, 2 if quick else 5))
        except data.Absent as absent:
            notes.append(f"Skipped: {row[0]}: {absent}.")
    notes.append("Least time on the wall of 1 thread / that of 2, 3, 4, 8, which means little while other programs run; `work of 2`: "
                 "seconds that both have run / seconds of one alone (2 / that on a free machine); `equal bits` compares W and H of all.")
    return tables.table("Fits on several threads", COMMAND,
                        ("data", "loss", "k", "solver", "iterations", "1 thread", *(f"{t} threads" for t in THREADS[1:]), "work of 2", "equal bits"),
                        lines, notes)
