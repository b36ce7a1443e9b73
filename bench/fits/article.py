"""The article's experiment: its NumPy code against the same rules here, and against `auto`.

Both sides run on one thread of this process, take turns, and are timed in seconds that the thread has run. NumPy's
temporaries cost it page faults or not, as glibc's malloc happens to stand; so everything is run twice: with malloc as
installed, then with thresholds so high that no memory goes back to the system.
"""
import ctypes
import time

import numpy as np

import data
import tables
from peers import article, worker

SETTINGS = {"eu": (1e-3, 1000), "kl": (1e-2, 10000), "is": (1e-2, 10000)}
SLACK, MORE = {"f8": 1e-9, "f4": 1e-6}, {"f8": 5, "f4": 30}
SEEN = {"f8": 0, "f4": 1e-4}  # an objective that float tells on the way may be off by so much
COMMAND = "build/venv/bin/python bench/run.py --only article"


def article_start():
    return data.stored("seed/W0.npy"), data.stored("seed/H0.npy")


def timed(run):
    began = time.thread_time()
    result = run()
    return time.thread_time() - began, result


def same_iterates(inshi, x, start, loss, rounds, iterations):
    eta, _ = SETTINGS[loss]
    times = {name: [] for name in ("article", "article_value", "ours", "ours_value")}
    for _ in range(rounds):
        for suffix, with_value in (("", False), ("_value", True)):
            seconds, theirs = timed(lambda: article.run(x, *start, loss, eta, iterations, with_value))
            times["article" + suffix].append(seconds)
            fit = inshi.fit(x, w=start[0], h=start[1], loss=loss, solver="gradient", eta=eta, iterations=iterations,
                            tolerance=0, normalize="none", floor=0, history_every=int(with_value))
            times["ours" + suffix].append(fit.thread)
    apart = max(np.abs(fit.w - theirs[0]).max() / theirs[0].max(), np.abs(fit.h - theirs[1]).max() / theirs[1].max())
    t = {name: tables.median(values) / iterations for name, values in times.items()}
    return (loss, iterations, tables.seconds(t["article"]), tables.seconds(t["ours"]), f"{t['article'] / t['ours']:.1f}",
            tables.seconds(t["article_value"]), tables.seconds(t["ours_value"]),
            f"{t['article_value'] / t['ours_value']:.1f}", f"{apart:.0e}")


def first_at_or_below(history, objective):
    reached = np.flatnonzero(history[:, 2] <= objective)
    return int(history[reached[0], 0]) if len(reached) else None


def seconds_to(inshi, x, objective, start, limit, dtype="f8", **options):
    """Seconds of the thread until the objective, and the iterations; None where `limit` s did not reach it.

    The first run finds the iteration; the second runs up to it, without computing objectives that it does not need, as
    the peer does. The clock of the history is the wall's; the thread's share of the wall corrects for other programs.
    The factors have to be there in NumPy's double precision too, to SLACK; where they are not, a few more iterations are made."""
    common = dict(w=start[0], h=start[1], tolerance=0, normalize="none", dtype=dtype, **options)
    objective *= 1 + SLACK[dtype]
    about = objective * (1 + SEEN[dtype])
    seek = inshi.fit(x, iterations=10**9, time_limit=limit, stop_at=about, **common)
    iterations = first_at_or_below(seek.history, about)
    if iterations is None:
        return None, float(seek.history[:, 2].min())
    for more in range(MORE[dtype]):
        again = inshi.fit(x, iterations=iterations + more, history_every=0, **common)
        if worker.objective(x, again.w.astype(float), again.h.astype(float), options["loss"]) <= objective * (1 + 1e-12):
            return float(again.history[-1, 1]) * again.thread / again.wall, iterations + more
    return None, again.objective


def to_objective(inshi, x, start, loss, rounds):
    eta, iterations = SETTINGS[loss]
    x = np.maximum(x, 1e-16 * x.max()) if loss == "is" else x
    article_seconds, ours, count = [], [], None
    for _ in range(rounds):
        seconds, factors = timed(lambda: article.run(x, *start, loss, eta, iterations))
        target = article.objective(x, *factors[:2], loss)
        article_seconds.append(seconds)
        seconds, count = seconds_to(inshi, x, target, start, 10 * seconds, loss=loss)
        ours.append(seconds)
    if None in ours:
        return (loss, iterations, tables.digits(target, 6), tables.seconds(tables.median(article_seconds)),
                f"not reached ({count:.6g})", "-", "-")
    theirs, mine = tables.median(article_seconds), tables.median(ours)
    return (loss, iterations, tables.digits(target, 6), tables.seconds(theirs), tables.seconds(mine), count,
            f"{theirs / mine:.0f}")


def tune_malloc():
    libc = ctypes.CDLL(None)
    for parameter in (-3, -1):  # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD
        libc.mallopt(parameter, 1 << 30)


def make(inshi, quick):
    try:
        x, start = data.article(), article_start()
    except data.Absent as absent:
        return f"The article's experiment was skipped: {absent}.\n"
    rounds = 1 if quick else 5
    steps, reached = [], []
    for malloc in ("as installed", "tuned"):
        if malloc == "tuned":
            tune_malloc()
        steps += [(malloc, *same_iterates(inshi, x, start, loss, rounds, 300 if quick else 2000)) for loss in SETTINGS]
        reached += [(malloc, *to_objective(inshi, x, start, loss, rounds)) for loss in SETTINGS]
    first = tables.table(
        "The article's rules: NumPy against `--solver gradient`, same iterates", COMMAND,
        ("malloc", "loss", "iterations", "article, a step", "inshi, a step", "ratio", "article with objective",
         "inshi with objective", "ratio", "factors differ by"),
        steps,
        [f"X = sin * cos + 1, 100 x 200, k = 5, f64, one thread, median of {rounds}, interleaved. `factors differ by`: largest "
         "difference / largest entry at the end."])
    second = tables.table(
        "`auto` to the article's final objective", COMMAND,
        ("malloc", "loss", "article's iterations", "its objective", "article", "inshi", "inshi's iterations", "ratio"),
        reached,
        [f"From the article's W0, H0; start-up excluded on both sides; one thread, f64, median of {rounds}, interleaved. `is`: "
         "the objective of X lifted to 1e-16 of its largest entry, on both sides."])
    return first + "\n" + second
