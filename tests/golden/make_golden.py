"""Makes tests/golden/data: small factorizations by the textbook, in NumPy, for tests/golden/test_golden.c.

Each rule is written as its paper has it, with WH formed and no line shared with inshi:
  gradient  W and H moved from the same point: eu projected, others the relaxed multiplicative step
  mu        H, then W: Lee and Seung 2001 (eu, kl), Fevotte and Idier 2011 (the exponent of any B)
  nnls      activations of each column, Lawson and Hanson by scipy
Usage: build/venv/bin/python tests/golden/make_golden.py
"""

import pathlib

import numpy as np
import scipy.optimize

HERE = pathlib.Path(__file__).parent / "data"
M, N, K = 13, 17, 3
LOSSES = {"eu": 2.0, "kl": 1.0, "is": 0.0, "beta:0.5": 0.5, "beta:1.5": 1.5, "beta:-1": -1.0, "beta:3": 3.0}


def divergence(x, y, b):
    if b == 1:
        return np.sum(x * np.log(x / y) - x + y)
    if b == 0:
        return np.sum(x / y - np.log(x / y) - 1)
    return np.sum((x**b + (b - 1) * y**b - b * x * y ** (b - 1)) / (b * (b - 1)))


def gradient_step(x, w, h, b, eta):
    y = w @ h
    pull, push = x * y ** (b - 2), y ** (b - 1)
    if b == 2:
        return np.maximum(w + eta * (pull - push) @ h.T, 0), np.maximum(h + eta * w.T @ (pull - push), 0)
    dw, dh = push @ h.T, w.T @ push
    return (
        np.maximum(w + eta * w / dw * (pull @ h.T - dw), 0),
        np.maximum(h + eta * h / dh * (w.T @ pull - dh), 0),
    )


def exponent(b):
    if b < 0:
        return 1 / (2 - b)
    return 1 / (b - 1) if b > 2 else 1.0


def mu_step(x, w, h, b):
    y = w @ h
    h = h * ((w.T @ (x * y ** (b - 2))) / (w.T @ y ** (b - 1))) ** exponent(b)
    y = w @ h
    w = w * (((x * y ** (b - 2)) @ h.T) / (y ** (b - 1) @ h.T)) ** exponent(b)
    return w, h


def save(name, a):
    np.save(HERE / f"{name}.npy", np.ascontiguousarray(a, dtype="<f8"))


def main():
    HERE.mkdir(exist_ok=True)
    rng = np.random.default_rng(20240229)
    x, w0, h0 = rng.gamma(2.0, 1.0, (M, N)) + 0.05, rng.random((M, K)) + 0.1, rng.random((K, N)) + 0.1
    save("x", x)
    save("w0", w0)
    save("h0", h0)
    lines = []
    for name, b in LOSSES.items():
        for solver, eta in (("gradient", 1e-3 if b == 2 else 0.3), ("mu", 0)):
            w, h = w0, h0
            for step in range(20):
                w, h = gradient_step(x, w, h, b, eta) if solver == "gradient" else mu_step(x, w, h, b)
            case = f"{solver}_{name.replace(':', '')}"
            save(f"{case}_w", w)
            save(f"{case}_h", h)
            lines.append(f"{case} {solver} {name} {eta!r} {float(divergence(x, w @ h, b))!r}")
    save("nnls_h", np.stack([scipy.optimize.nnls(w0, x[:, j])[0] for j in range(N)], axis=1))
    (HERE / "cases.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
