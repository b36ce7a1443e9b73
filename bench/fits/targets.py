"""Targets of their own: cbcl to fixed objectives, mary's best of 10 starts, the article's X to exactness."""
import numpy as np

import data
import tables
from fits import budget
from fits.article import seconds_to
from peers import peer

COMMAND = "build/venv/bin/python bench/run.py --only targets"
# loss, objective; scikit-learn's iterations that it has to beat. The start is seed 1, that of research/baselines.md.
CBCL = (("eu", 872.4, 130), ("kl", 2110.0, 130))
MARY, MARY_ITERATIONS, MARY_STARTS = 20120.0, 500, 10


def cbcl(inshi, rounds):
    x = data.load("cbcl")
    w, h = data.start(x, 49, 1)
    rows = []
    for loss, objective, iterations in CBCL:
        runs = []
        for turn in range(rounds):
            told = [peer.run("sklearn_nmf", "cd" if loss == "eu" else "mu", "cbcl", loss, 49, (1,), f"{iterations}it", tuned=tuned,
                             growth=8 + turn)[0] for tuned in (False, True)]  # another growth: not the kept result
            runs.append((told[0]["process"], told[1]["process"], *seconds_to(inshi, x, objective, (w, h), 30, loss=loss)))
        installed, tuned = (tables.median([run[i] for run in runs]) for i in (0, 1))
        if any(run[2] is None for run in runs):
            rows.append((loss, objective, iterations, tables.digits(told[0]["objective"], 6), tables.seconds(installed), tables.seconds(tuned),
                         "not in 30 s", "-", "-"))
            continue
        mine = tables.median([run[2] for run in runs])
        rows.append((loss, objective, iterations, tables.digits(told[0]["objective"], 6), tables.seconds(installed),
                     tables.seconds(tuned), tables.seconds(mine), runs[0][3], "yes" if mine <= installed else "**NO**"))
    return tables.table(
        "cbcl, k = 49, to fixed objectives", COMMAND,
        ("loss", "objective", "scikit-learn's iterations", "it is then at", "as installed", "tuned", "inshi", "iterations", "sooner"),
        rows, [f"One thread, f64, start 1 of bench/data.py, median of {rounds}, interleaved; seconds of the thread or process."])


def mary(inshi, rounds):
    x = data.load("mary_power")
    rows = []
    for tuned in (False, True)[:rounds]:
        name = "tuned" if tuned else "as installed"
        seconds = tables.median([peer.run("sklearn_nmf", "mu", "mary_power", "is", 8, (1 + turn,), f"{MARY_ITERATIONS}it", tuned=tuned)[0]["process"]
                                 for turn in range(rounds)])
        starts = [data.start(x, 8, seed) for seed in range(1, 1 + MARY_STARTS)]
        fits = [budget.within(inshi, x, seconds / MARY_STARTS, w=w, h=h, loss="is") for w, h in starts]
        batch = budget.within(inshi, x, seconds, k=8, loss="is", restarts=MARY_STARTS, seed=1, init="random")
        for what, best, spent in (("starts 1 to 10 of bench/data.py", min(fit.objective for fit in fits), sum(fit.thread for fit in fits)),
                                  ("--restarts 10 --init random --seed 1", batch.objective, batch.thread)):
            rows.append((name, tables.seconds(seconds), what, tables.seconds(spent), f"{best:.1f}",
                         "yes" if best <= MARY else "**NO**"))
    return tables.table(
        "mary, power, is, k = 8: best of 10 starts", COMMAND,
        ("malloc", "500 of scikit-learn's iterations", "starts", "inshi, all starts", "best objective", f"at most {MARY:.0f}"), rows,
        [f"Every start has a tenth of the time, the batch all of it; scikit-learn's: median of {rounds} fresh processes; one thread, f64."])


def exact(inshi, starts):
    x = data.article()
    norm, rows = np.linalg.norm(x), []
    for loss in ("eu", "kl"):
        for limit, bound in ((0.05, 1e-12), (0.5, 1e-10)):
            errors = []
            for seed in range(1, 1 + starts):
                w, h = data.start(x, 5, seed)
                fit = budget.within(inshi, x, limit, w=w, h=h, loss=loss)
                errors.append(np.linalg.norm(x - fit.w @ fit.h) / norm)
            rows.append((loss, tables.seconds(limit), f"{tables.median(errors):.0e}", f"{max(errors):.0e}",
                         f"{sum(error < bound for error in errors)} of {starts} below {bound:.0e}"))
    return tables.table("The article's X to exactness", COMMAND, ("loss", "after", "median", "worst", "starts"), rows,
                        ["||X - WH|| / ||X|| in NumPy; 100 x 200 of rank 2, k = 5, `auto`, starts of bench/data.py, one thread, f64; "
                         "seconds of the thread."])


def make(inshi, quick):
    texts = []
    for part, amount in ((cbcl, 1 if quick else 3), (mary, 1 if quick else 5), (exact, 1 if quick else 20)):
        try:
            texts.append(part(inshi, amount))
        except data.Absent as absent:
            texts.append(f"Skipped: {part.__name__}: {absent}.\n")
    return "\n".join(texts)
