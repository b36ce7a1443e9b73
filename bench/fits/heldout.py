"""Entries that nobody showed: what a fit says there, and films that people have not rated yet.

Spectrogram: 30 % of it hidden; the divergence of a hidden entry, mean and median, then the median of several starts. Beside it: a fit to
X with the mean of what is known of the row times that of the column put in for what is hidden, masked multiplicative updates in
NumPy (random starts, as many iterations), and a fit that was shown everything. The mean of `is` over the whole range of X is that of
one entry in a thousand, of which every method says that it is almost 0: the last rows are of X lifted to 60 dB below its largest.

Ratings: 10 % hidden, root mean square error in stars. Rank and penalties are chosen on another 10 %, then all but the hidden 10 % is
fitted. Predictions are clipped to the scale; users and films without a rating get the mean of all.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import data
import tables
from peers import peer

K, HIDDEN, ITERATIONS, RANGE = 8, 0.3, 300, 60  # RANGE: dB
RANKS, PENALTIES = (1, 2, 3, 5), (0.1, 0.3, 1, 3)
LEAST, MOST = 0.5, 4.0  # stars


def divergences(x, y, loss):
    y = np.maximum(y, 1e-300)
    if loss == "kl":
        return np.where(x > 0, x * np.log(np.maximum(x, 1e-300) / y), 0) - x + y
    return x / y - np.log(x / y) - 1


# ---- a spectrogram -----------------------------------------------------------------------------------------------------


def masked_mu(x, mask, loss, seed):
    """Weighted multiplicative updates, the exponent 1 for both losses."""
    g = np.random.default_rng(seed)
    w, h = g.random((x.shape[0], K)), g.random((K, x.shape[1]))
    w *= np.sqrt(x[mask].mean() / (w @ h).mean())
    h *= np.sqrt(x[mask].mean() / (w @ h).mean())
    for _ in range(ITERATIONS):
        for side in "hw":
            y = np.maximum(w @ h, 1e-300)
            pull, push = (mask * x / y, mask * 1.0) if loss == "kl" else (mask * x / y**2, mask / y)
            if side == "h":
                h *= (w.T @ pull) / np.maximum(w.T @ push, 1e-300)
            else:
                w *= (pull @ h.T) / np.maximum(push @ h.T, 1e-300)
    return w @ h


def imputed(x, mask):
    known = np.where(mask, x, 0)
    rows, columns = known.sum(1) / np.maximum(mask.sum(1), 1), known.sum(0) / np.maximum(mask.sum(0), 1)
    return np.where(mask, x, np.outer(rows, columns) / (known.sum() / mask.sum()))


def product(one, x, loss, seed):
    fit = one.fit(np.ascontiguousarray(x), k=K, loss=loss, seed=seed, iterations=ITERATIONS, tolerance=1e-5)
    return fit.w @ fit.h


METHODS = {
    "inshi, NaN in X": lambda one, x, mask, loss, seed: product(one, np.where(mask, x, np.nan), loss, seed),
    "masked multiplicative updates in NumPy": lambda one, x, mask, loss, seed: masked_mu(x, mask, loss, seed),
    "fit to X with means put in": lambda one, x, mask, loss, seed: product(one, imputed(x, mask), loss, seed),
    "fit that was shown all": lambda one, x, mask, loss, seed: product(one, x, loss, seed),
}


def one_start(one, x, method, loss, seed):
    """Mean and median divergence of a hidden entry."""
    mask = np.random.default_rng(100 + seed).random(x.shape) >= HIDDEN
    found = divergences(x[~mask], METHODS[method](one, x, mask, loss, seed)[~mask], loss)
    return found.mean(), float(np.median(found))


def spectrogram(one, quick):
    x = data.spectrogram("audio/mary/mary.wav")
    x = np.ascontiguousarray(x / x.mean())
    starts, rows = 1 if quick else 5, []
    for loss, of, matrix in (("kl", "whole", x), ("is", "whole", x), ("is", f"{RANGE} dB", np.maximum(x, x.max() * 10 ** (-RANGE / 10)))):
        for method in METHODS:
            found = zip(*(one_start(one, matrix, method, loss, seed) for seed in range(starts)))
            rows.append([loss, of, method] + [tables.digits(tables.median(values)) for values in found])
    return tables.table(f"Held out: divergence of an entry of the hidden {HIDDEN:.0%} of mary's spectrogram, k = {K}, median of "
                        f"{starts}", "bench/run.py --only heldout",
                        ["loss", "range of X", "method", "mean over the entries", "median over the entries"], rows)


# ---- ratings -----------------------------------------------------------------------------------------------------------


class Ratings:
    def __init__(self, seed):
        x = data.load("filmtrust").tocoo()
        order, tenth = np.random.default_rng(seed).permutation(x.nnz), x.nnz // 10
        self.row, self.column, self.value, self.shape = x.row, x.col, x.data / 2, x.shape
        self.test, self.validation, self.train = order[:tenth], order[tenth:2 * tenth], order[2 * tenth:]
        self.whole = order[tenth:]

    def matrix(self, part):
        from scipy import sparse
        return sparse.csr_matrix((self.value[part], (self.row[part], self.column[part])), shape=self.shape)

    def error(self, said, part):
        return float(np.sqrt(np.mean((np.clip(said, LEAST, MOST) - self.value[part])**2)))

    def means(self, part, of):
        """The mean of the user plus that of the film, less that of all, at the places `of`."""
        mean, said = self.value[part].mean(), 0
        for which, size in ((self.row, self.shape[0]), (self.column, self.shape[1])):
            count, total = (np.bincount(which[part], weights, size) for weights in (None, self.value[part]))
            said = said + np.where(count > 0, total / np.maximum(count, 1), mean)[which[of]]
        return said - mean

    def said(self, fit, part, of):
        known = np.isin(self.row[of], self.row[part]) & np.isin(self.column[of], self.column[part])
        y = (fit.w[self.row[of]] * fit.h[:, self.column[of]].T).sum(1)
        return np.where(known, y, self.value[part].mean())


def fit_ratings(one, ratings, part, k, l2, loss):
    return one.fit(ratings.matrix(part), k=k, loss=loss, absent="missing", l2_w=l2, l2_h=l2, iterations=200, seed=1)


def chosen(one, ratings, loss):
    """The error of the test part, with rank and penalty."""
    tried = [(ratings.error(ratings.said(fit_ratings(one, ratings, ratings.train, k, l2, loss), ratings.train, ratings.validation),
                            ratings.validation), k, l2) for k in RANKS for l2 in PENALTIES]
    _, k, l2 = min(tried)
    fit = fit_ratings(one, ratings, ratings.whole, k, l2, loss)
    return ratings.error(ratings.said(fit, ratings.whole, ratings.test), ratings.test), (k, l2)


def surprise(ratings):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "ratings.npz")
        np.savez(path, **{name: getattr(ratings, name) for name in ("row", "column", "value", "train", "validation", "test")})
        script = peer.HERE / "surprise_nmf.py"
        done = subprocess.run([peer.python("surprise_nmf"), script, path], env=peer.environment(1), capture_output=True, text=True)
    if done.returncode:
        raise peer.Missing(f"surprise: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    return json.loads(done.stdout)


def settings(found):
    return "; ".join(", ".join(f"{value:g}" for value in one) for one in found)


def ratings(one, quick):
    splits, rows, peers = [Ratings(seed) for seed in range(1 if quick else 3)], [], []
    for loss in ("eu", "kl"):
        found = [chosen(one, split, loss) for split in splits]
        rows.append([f"inshi --loss {loss} --absent missing", *(f"{error:.4f}" for error, _ in found),
                     "k, l2: " + settings(setting for _, setting in found)])
    rows.append(["mean of the user + mean of the film - mean of all",
                 *(f"{split.error(split.means(split.whole, split.test), split.test):.4f}" for split in splits), ""])
    try:
        peers = [surprise(split) for split in splits]
    except peer.Missing as why:
        print(f"bench: left out: {why}", file=sys.stderr)
    if peers:
        rows.append([f"{peers[0]['version']} NMF without biases", *(f"{told['chosen']:.4f}" for told in peers),
                     "k, penalty, epochs: " + settings(told["settings"] for told in peers)])
        rows.append(["the same with its own settings", *(f"{told['default']:.4f}" for told in peers), "15, 0.06, 50"])
    return tables.table("Held out: root mean square error (stars) of a hidden 10 % of filmtrust's ratings, settings chosen on another "
                        "10 %", "bench/run.py --only heldout",
                        ["method", *(f"split {i + 1}" for i in range(len(splits))), "chosen"], rows)


def make(one, quick):
    return spectrogram(one, quick) + "\n" + ratings(one, quick)
