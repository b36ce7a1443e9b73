"""An X with an exact factorization: the relative error after given times, over random starts.

    build/venv/bin/python bench/fits/exact.py [--starts N]

The article's X, k = 5, `auto`, tolerance 0, one thread, a fit for each time limit. `bench/run.py --only exact` prints it too.
"""
import argparse
import pathlib
import statistics
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import data  # noqa: E402
from ours import Inshi  # noqa: E402

LOSSES, TIMES, K, GOAL = ("eu", "kl"), (0.05, 0.5), 5, 1e-10


def errors(inshi, x, loss, seconds, starts):
    """Of each seed: relative error in NumPy (what the library tells is of the scaled X), and iterations."""
    done = []
    for seed in range(starts):
        fit = inshi.fit(x, K, loss=loss, seed=seed, tolerance=0, iterations=1000000, time_limit=seconds, history_every=0)
        done.append((float(np.linalg.norm(x - fit.w @ fit.h) / np.linalg.norm(x)), fit.iterations))
    return done


def make(inshi, quick=False, starts=20):
    x = data.load("article")
    lines = ["## An exact factorization", "", "    build/venv/bin/python bench/run.py --only exact", "",
             f"| loss | seconds | median relative error | worst | below {GOAL:g} | iterations, median |", "|---|---|---|---|---|---|"]
    for loss in LOSSES:
        for seconds in TIMES:
            done = errors(inshi, x, loss, seconds, 5 if quick else starts)
            found = [error for error, _ in done]
            lines.append(f"| {loss} | {seconds:g} | {statistics.median(found):.1e} | {max(found):.1e} | {sum(e < GOAL for e in found)} of {len(found)} "
                         f"| {statistics.median(n for _, n in done):.0f} |")
    lines += ["", f"The article's X (100 x 200, of rank 2), k = {K}, `auto`, random starts, tolerance 0, one thread, f64; Frobenius.", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=20)
    print(make(Inshi(threads=1), starts=parser.parse_args().starts))
