"""torchnmf on the processor: its multiplicative updates, without its test of convergence. It factorizes V = H W', so V is X."""
PACKAGES = ("torch", "torchnmf", "numpy", "scipy")
METHODS = {"mu": ("eu", "kl", "is", "beta")}
BETA = {"eu": 2, "kl": 1, "is": 0}


def problem(method, x, w, h, loss):
    import os
    import torch
    from torchnmf.nmf import NMF
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    beta = BETA[loss] if loss in BETA else float(loss.split(":")[1])
    v = torch.from_numpy(x)

    def run(iterations):
        net = NMF(W=torch.from_numpy(h.T.copy()), H=torch.from_numpy(w.copy()))
        net.fit(v, beta=beta, tol=float("-inf"), max_iter=iterations)
        return net.H.detach().numpy(), net.W.detach().numpy().T
    return run


def version():
    from importlib.metadata import version as of
    return f"torchnmf {of('torchnmf')} on torch {of('torch')}"
