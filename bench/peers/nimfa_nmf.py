"""nimfa's multiplicative `nmf` and alternating projected gradients `lsnmf`; its own test of convergence is never made."""
PACKAGES = ("nimfa", "numpy<2", "scipy")
METHODS = {"nmf": ("eu", "kl"), "lsnmf": ("eu",)}


def problem(method, x, w, h, loss):
    import nimfa

    def run(iterations):
        options = dict(rank=w.shape[1], W=w.copy(), H=h.copy(), max_iter=iterations, test_conv=10**9)
        if method == "lsnmf":
            made = nimfa.Lsnmf(x, min_residuals=1e-12, **options)
        else:
            made = nimfa.Nmf(x, update="euclidean" if loss == "eu" else "divergence", objective="fro" if loss == "eu" else "div",
                             **options)
        fit = made()
        return fit.basis(), fit.coef()
    return run


def version():
    import nimfa
    import numpy
    return f"nimfa {nimfa.__version__} on NumPy {numpy.__version__}"
