"""The three gradient rules of the article in NumPy, from its formulas; both factors move from the same point.

    eu   W += eta (X H' - Y H'),                  H += eta (W' X - W' Y),               Y = W H
    kl   W += eta W / s_H (X / Y H' - s_H),       H += eta H / s_W (W' X / Y - s_W),    s: sums of the other factor
    is   W += eta W / D_W (X / Y^2 H' - D_W),     ...                                   D_W = 1 / Y H', D_H = W' (1 / Y)

The Euclidean rule projects on [0, inf): as written entries turn negative at the first step.
"""
import numpy as np


def step_eu(x, w, h, eta):
    y = w @ h
    new_w = np.maximum(w + eta * (x @ h.T - y @ h.T), 0)
    return new_w, np.maximum(h + eta * (w.T @ x - w.T @ y), 0)


def step_kl(x, w, h, eta):
    r = x / (w @ h)
    sum_h, sum_w = h.sum(axis=1)[None, :], w.sum(axis=0)[:, None]
    new_w = w + eta * w / sum_h * (r @ h.T - sum_h)
    return new_w, h + eta * h / sum_w * (w.T @ r - sum_w)


def step_is(x, w, h, eta):
    inverse = 1 / (w @ h)
    r = x * inverse**2
    push_w, push_h = inverse @ h.T, w.T @ inverse
    new_w = w + eta * w / push_w * (r @ h.T - push_w)
    return new_w, h + eta * h / push_h * (w.T @ r - push_h)


STEPS = {"eu": step_eu, "kl": step_kl, "is": step_is}


def objective(x, w, h, loss):
    y = w @ h
    if loss == "eu":
        return 0.5 * ((x - y) ** 2).sum()
    ratio = x / y
    safe = np.where(x > 0, ratio, 1)
    if loss == "kl":
        return (x * np.log(safe) - x + y).sum()
    return np.where(x > 0, ratio - np.log(safe) - 1, 0).sum()


def run(x, w, h, loss, eta, iterations, with_objective=False):
    """Factors after so many steps, and the objective after each where it is asked for."""
    step, values = STEPS[loss], []
    for _ in range(iterations):
        w, h = step(x, w, h, eta)
        if with_objective:
            values.append(objective(x, w, h, loss))
    return w, h, values
