"""Entries that nobody showed: 30 % of a spectrogram hidden, the divergence of what a fit says there, median of several starts.

Beside it: a fit to X with the mean of what is known of the row times that of the column put in for what is hidden, masked
multiplicative updates in NumPy (random starts, as many iterations), and a fit that was shown everything.
"""
import numpy as np

import data
import tables

K, HIDDEN, ITERATIONS = 8, 0.3, 300


def divergence(x, y, loss):
    y = np.maximum(y, 1e-300)
    if loss == "kl":
        return float((np.where(x > 0, x * np.log(np.maximum(x, 1e-300) / y), 0) - x + y).sum())
    return float((x / y - np.log(x / y) - 1).sum())


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


def make(one, quick):
    x = data.spectrogram("audio/mary/mary.wav")
    x = np.ascontiguousarray(x / x.mean())
    starts, rows = 2 if quick else 5, []
    for loss in ("kl", "is"):
        found = {name: [] for name in ("inshi", "imputed", "numpy", "all shown")}
        for seed in range(starts):
            mask = np.random.default_rng(100 + seed).random(x.shape) >= HIDDEN
            options = dict(k=K, loss=loss, seed=seed, iterations=ITERATIONS, tolerance=1e-5)
            shown = {"inshi": np.where(mask, x, np.nan), "imputed": imputed(x, mask), "all shown": x}
            for name, matrix in shown.items():
                fit = one.fit(np.ascontiguousarray(matrix), **options)
                found[name].append(divergence(x[~mask], (fit.w @ fit.h)[~mask], loss) / (~mask).sum())
            found["numpy"].append(divergence(x[~mask], masked_mu(x, mask, loss, seed)[~mask], loss) / (~mask).sum())
        rows.append([loss] + [tables.digits(tables.median(found[n])) for n in ("inshi", "numpy", "imputed", "all shown")])
    return tables.table(f"Held out: divergence an entry of the hidden {HIDDEN:.0%} of mary's spectrogram, k = {K}, median of "
                        f"{starts}", "bench/run.py --only heldout",
                        ["loss", "inshi, NaN in X", "masked multiplicative updates in NumPy", "fit to X with means put in",
                         "fit that was shown all"], rows)
