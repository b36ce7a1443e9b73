"""One peer from given starts, for a process of its own (peer.py starts it with the threads and the malloc to be used).

    python bench/peers/worker.py ADAPTER METHOD DATA LOSS K SEED[,SEED ...] BUDGET DTYPE GROWTH

BUDGET is `200it` or `1.5s`. With seconds, the iterations that take that long are sought: every try starts anew and has up
to GROWTH times as many as the one before; later seeds begin with what the seed before took. One JSON object a seed: the
seconds of the last run on the wall and of the process (start-up, reading and conversion excluded), its iterations (0 where
one takes longer than the budget), its objective in double precision, and the tries (iterations, seconds, objective).

The objective is that of WH as it is or lifted to 1.2e-7, whichever is lower (factors with zeros give infinite divergences;
scikit-learn's are of WH lifted to that).
"""
import importlib
import json
import pathlib
import sys
import time
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import numpy as np

import data

LEAST_Y = float(np.finfo(np.float32).eps)
MOST_TRIES = 12


def objective(x, w, h, loss):
    values = [data.objective(x, w, h, loss, least) for least in ((0,) if loss == "eu" else (0, LEAST_Y))]
    return min([value for value in values if np.isfinite(value)], default=float("inf"))


def timed(run, iterations):
    wall, process = time.perf_counter(), time.process_time()
    w, h = run(iterations)
    return dict(wall=time.perf_counter() - wall, process=time.process_time() - process, iterations=iterations,
                factors=(np.asarray(w, float), np.asarray(h, float)))


def within(run, seconds, first, growth):
    """The runs tried; the last takes about so many seconds. Those that are too long are left out."""
    tries, n = [], first
    for _ in range(MOST_TRIES):
        told = timed(run, n)
        pace = seconds / max(told["process"], 1e-9)
        if pace > 0.9 or not tries:
            tries.append(told)
        if n == 1 and pace < 1 or 0.9 <= pace <= 1.1:
            break
        n = max(1, min(growth * n, int(n * pace)))
        if any(n == tried["iterations"] for tried in tries):
            break
    return sorted(tries, key=lambda told: told["iterations"])


def main(name, method, source, loss, k, seeds, budget, dtype, growth):
    adapter, first = importlib.import_module(f"peers.{name}"), 1
    warnings.simplefilter("ignore")  # that it has not converged is the point
    np.seterr(all="ignore")
    x = data.load(source)
    for seed in seeds.split(","):
        w, h = data.start(x, int(k), int(seed))
        run = adapter.problem(method, x.astype(dtype), *(np.array(a, dtype) for a in (w, h)), loss)
        if budget.endswith("it"):
            tries = [timed(run, int(budget[:-2]))]
        else:
            if first == 1:
                run(1)  # imports and compilation that a first call does
            tries = within(run, float(budget[:-1]), first, int(growth))
            first = tries[-1]["iterations"]
        for told in tries:
            told["objective"] = objective(x, *told.pop("factors"), loss)
        last = dict(tries[-1])
        if budget.endswith("s") and last["process"] > 1.5 * float(budget[:-1]):
            last["iterations"] = 0
        points = [(told["iterations"], told["process"], told["objective"]) for told in tries]
        print(json.dumps(dict(last, seed=int(seed), version=adapter.version(), points=points)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
