"""Experiments in NumPy that came before code: alternating least squares sweeps (hals, 8 of them) with a compressed X, and with other
accelerators. Counts of iterations to scikit-learn's 200-iteration objective, which other programs do not change.

    build/venv/bin/python bench/fits/prototype.py compression|accelerators [--starts N] [--data NAME,...]
"""
import argparse
import os
import pathlib
import sys
import warnings

os.environ.update({name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")})
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import numpy as np  # noqa: E402

import data  # noqa: E402
import tables  # noqa: E402

SETS = (("cbcl", 49), ("frey", 40), ("orl", 40), ("indian_pines", 16), ("all_aml", 10), ("planted", 32))
SWEEPS, MOST, SLACK = 8, 200, 1e-9


class Whole:
    def __init__(self, x):
        self.x, self.square = x, float((x * x).sum())

    def pull_h(self, w):
        return w @ self.x

    def pull_w(self, h):
        return h @ self.x.T


class Compressed:
    """X ~ Q'B of a rank, from 2 (1 + powers) products with X."""

    def __init__(self, x, rank, powers):
        y = x @ np.random.default_rng(0).standard_normal((x.shape[1], rank))
        for _ in range(powers):
            y = x @ (x.T @ np.linalg.qr(y)[0])
        self.q = np.linalg.qr(y)[0].T
        self.b, self.square = self.q @ x, float((x * x).sum())

    def pull_h(self, w):
        return (w @ self.q.T) @ self.b

    def pull_w(self, h):
        return (h @ self.b.T) @ self.q


def sweep(f, pull, gram):
    """Rows of f, in turn, to their least squares solutions."""
    f = f.copy()
    for _ in range(SWEEPS):
        for i in np.flatnonzero(np.diag(gram) > 0):
            f[i] = np.maximum(0, f[i] + (pull[i] - gram[i] @ f) / gram[i, i])
    return f


class Point:
    """A pair, W stored by components, with its pull for H and its objective."""

    def __init__(self, x, w, h):
        self.w, self.h, self.pull, self.gram = w, h, x.pull_h(w), w @ w.T
        self.value = 0.5 * x.square - float((self.pull * h).sum()) + 0.5 * float((self.gram * (h @ h.T)).sum())


def step(x, at, before, beta):
    """From a point to the next: each factor moved, then extrapolated by beta beyond the plain pair `before`."""
    h = sweep(at.h, at.pull, at.gram)
    over = np.maximum(0, h + beta * (h - before[1]))
    w = sweep(at.w, x.pull_w(over), over @ over.T)
    return Point(x, np.maximum(0, w + beta * (w - before[0])), over), (w, h)


class Plain:
    def beta(self):
        return 0.0

    def judged(self, accepted):
        pass


class Her(Plain):
    """A. Ang, N. Gillis 2019."""

    def __init__(self, grow, grow_most, shrink):
        self.b, self.last, self.most = 0.5, 0.5, 1.0
        self.grow, self.grow_most, self.shrink = grow, grow_most, shrink

    def beta(self):
        return self.b

    def judged(self, accepted):
        if accepted:
            self.last, self.b = self.b, min(self.most, self.grow * self.b)
            self.most = min(1, self.grow_most * self.most)
        else:
            self.most, self.b = self.last, self.b / self.shrink


class Nesterov(Plain):
    """(t - 1) / t', t' = (1 + sqrt(1 + 4 t^2)) / 2, begun anew where the objective rises."""

    def __init__(self):
        self.t = 1.0

    def beta(self):
        later = (1 + (1 + 4 * self.t**2) ** 0.5) / 2
        return (self.t - 1) / later

    def judged(self, accepted):
        self.t = (1 + (1 + 4 * self.t**2) ** 0.5) / 2 if accepted else 1.0


def run(x, w, h, accelerator, most=MOST, target=-np.inf, gain=0.0):
    """Accepted pair, its objective, iterations; a rejected step counts, and a plain one follows it."""
    at, before, plainly, first, i = Point(x, w, h), (w, h), False, None, 0
    first = at.value
    while i < most and at.value > target * (1 + SLACK):
        beta = 0.0 if plainly else accelerator.beta()
        new, plain = step(x, at, before, beta)
        i += 1
        accepted = new.value <= at.value * (1 + 1e-14) or beta == 0
        if not plainly:
            accelerator.judged(accepted)
        plainly = not accepted
        if accepted:
            slow = i >= 10 and at.value - new.value < gain * (first - new.value)
            at, before = new, plain
            if slow:
                break
        else:
            before = (at.w, at.h)
    return at, i


def anderson(x, w, h, depth, target):
    """Anderson acceleration of the step on both factors at once, of the last `depth` differences, balanced, projected; taken where the
    objective is lower than after the plain step, which costs a look."""
    at, points, residuals, i = Point(x, w, h), [], [], 0
    while i < MOST and at.value > target * (1 + SLACK):
        plain = step(x, at, (at.w, at.h), 0.0)[0]
        i += 1
        here = np.concatenate([at.w.ravel(), at.h.ravel()])
        points.append(np.concatenate([plain.w.ravel(), plain.h.ravel()]))
        residuals.append(points[-1] - here)
        points, residuals = points[-depth - 1:], residuals[-depth - 1:]
        at = plain
        if len(points) > 1:
            r = np.stack([b - a for a, b in zip(residuals, residuals[1:])])
            g = np.stack([b - a for a, b in zip(points, points[1:])])
            gram = r @ r.T
            weights = np.linalg.solve(gram + 1e-10 * np.trace(gram) * np.eye(len(gram)), r @ residuals[-1])
            mixed = np.maximum(0, points[-1] - weights @ g)
            new = Point(x, mixed[:plain.w.size].reshape(plain.w.shape), mixed[plain.w.size:].reshape(plain.h.shape))
            i += 0.5  # half an iteration's products
            if new.value < plain.value:
                at = new
            else:
                points, residuals = points[-1:], residuals[-1:]
    return at, i


def target_of(x, w, h):
    from sklearn.decomposition import non_negative_factorization
    warnings.simplefilter("ignore")
    w, h, _ = non_negative_factorization(x, W=w.copy(), H=h.copy(), n_components=w.shape[1], init="custom", solver="cd",
                                         max_iter=200, tol=0)
    return data.objective(x, w, h, "eu")


def accelerators(x, k, w, h, target):
    ways = {"none": Plain(), "HER 1.01": Her(1.01, 1.005, 1.5), "HER 1.1": Her(1.1, 1.05, 1.33), "Nesterov": Nesterov()}
    found = {}
    for name, way in ways.items():
        at, i = run(x, w.T.copy(), h.copy(), way, target=target)
        found[name] = i if at.value <= target * (1 + SLACK) else f">{MOST}"
    for depth in (3, 5):
        at, i = anderson(x, w.T.copy(), h.copy(), depth, target)
        found[f"AA({depth})"] = i if at.value <= target * (1 + SLACK) else f">{MOST}"
    return [list(found), [list(found.values())]]


def compression(x, k, w, h, target):
    rows, (m, n) = [], x.x.shape
    base = run(x, w.T.copy(), h.copy(), Her(1.01, 1.005, 1.5), target=target)[1]
    for rank, powers in ((k + 10, 0), (k + 10, 1), (2 * k, 0), (2 * k, 1)):
        low, sketch, each = Compressed(x.x, rank, powers), (1 + powers) * rank / k, (m + n) * rank / (m * n)
        for most, gain in ((25, 0.0), (60, 3e-4), (120, 5e-5)):
            at, first = run(low, w.T.copy(), h.copy(), Her(1.01, 1.005, 1.5), most, gain=gain)
            end, then = run(x, at.w, at.h, Her(1.01, 1.005, 1.5), target=target)
            rows.append([rank, powers, f"{gain:g}" if gain else "25 iterations", first, then,
                         f"{sketch + first * each + then:.1f}", base])
    return [["rank", "powers", "until", "compressed", "then whole", "cost", "without"], rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=("compression", "accelerators"))
    parser.add_argument("--starts", type=int, default=1)
    parser.add_argument("--data")
    options = parser.parse_args()
    head, lines = None, []
    for name, k in SETS:
        if options.data and name not in options.data.split(","):
            continue
        x = data.load(name)
        for seed in range(1, 1 + options.starts):
            w, h = data.start(x, k, seed)
            head, rows = globals()[options.which](Whole(x), k, w, h, target_of(x, w, h))
            lines += [[name, k, seed, *row] for row in rows]
            print(*lines[-len(rows):], sep="\n", file=sys.stderr, flush=True)
    print(tables.table(options.which, " ".join(["build/venv/bin/python bench/fits/prototype.py", *sys.argv[1:]]),
                       ["data", "k", "start", *head], lines))


if __name__ == "__main__":
    main()
