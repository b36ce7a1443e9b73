"""Which solver for which loss: objectives after given times and at the end, medians over starts.

    build/venv/bin/python bench/fits/solvers.py [--starts N]

The evidence behind `auto`; bench/results/experiments.md quotes it.
"""
import argparse
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import data  # noqa: E402
from ours import Inshi  # noqa: E402

# data, loss, k, solvers, iterations
ROWS = (("mary", "kl", 8, ("newton", "ccd", "mu"), 60), ("all_aml", "kl", 10, ("newton", "ccd", "mu"), 100),
        ("frey", "kl", 20, ("newton", "ccd"), 60), ("cbcl", "kl", 49, ("newton", "ccd", "mu"), 30),
        ("mary_power", "is", 8, ("newton", "mu"), 100), ("mary_power", "is", 16, ("newton", "mu"), 100))
TIMES = (0.01, 0.03, 0.1, 0.3, 1.0)


def at(history, seconds):
    """The objective that had been reached by then; None before the first iteration has ended."""
    reached = [row[2] for row in history if row[1] <= seconds]
    return reached[-1] if len(reached) > 1 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=5)
    starts = parser.parse_args().starts
    inshi = Inshi(threads=1)
    print("| data | loss | k | solver | " + " | ".join(f"{t:g} s" for t in TIMES) + " | at the end | seconds |")
    print("|" + "---|" * (6 + len(TIMES)))
    for name, loss, k, solvers, iterations in ROWS:
        try:
            x = data.load(name)
        except data.Absent as absent:
            print(f"skipped {name}: {absent}", file=sys.stderr)
            continue
        runs = {solver: [] for solver in solvers}
        for seed in range(1, starts + 1):
            w, h = data.start(x, k, seed)
            for solver in solvers:
                n = iterations if solver != "mu" else 15 * iterations
                runs[solver].append(inshi.fit(x, w=w, h=h, loss=loss, solver=solver, iterations=n, tolerance=0, normalize="none").history)
        for solver in solvers:
            cells = []
            for t in TIMES:
                values = [at(history, t) for history in runs[solver]]
                cells.append("-" if None in values else f"{statistics.median(values):.6g}")
            end = statistics.median(history[-1][2] for history in runs[solver])
            seconds = statistics.median(history[-1][1] for history in runs[solver])
            print(f"| {name} | {loss} | {k} | {solver} | " + " | ".join(cells) + f" | {end:.6g} | {seconds:.2g} |", flush=True)


if __name__ == "__main__":
    main()
