"""The article's code (article.py) as a peer, with its steps: 1e-2, and for `eu` 1e-3 or the most that is stable at the start.

`eu` moves both factors by eta times the gradient: it diverges where eta exceeds 1 / the largest eigenvalue of HH' or W'W.
"""
import numpy as np

from peers import article

PACKAGES = ()
METHODS = {"gradient": ("eu", "kl", "is")}


def problem(method, x, w, h, loss):
    eta = 1e-2
    if loss == "eu":
        eta = min(1e-3, 1 / max(np.linalg.norm(h @ h.T, 2), np.linalg.norm(w.T @ w, 2)))
    return lambda iterations: article.run(x, w, h, loss, eta, iterations)[:2]


def version():
    return f"the article's code on NumPy {np.__version__}"
