"""scikit-learn's NMF: exactly so many iterations (tolerance 0)."""
PACKAGES = ()
METHODS = {"cd": ("eu",), "mu": ("eu", "kl", "is", "beta")}
BETA = {"eu": "frobenius", "kl": "kullback-leibler", "is": "itakura-saito"}


def problem(method, x, w, h, loss):
    from sklearn.decomposition import non_negative_factorization

    def run(iterations):
        return non_negative_factorization(
            x, W=w.copy(), H=h.copy(), n_components=w.shape[1], init="custom", solver=method,
            beta_loss=BETA.get(loss) or float(loss.split(":")[1]), tol=0, max_iter=iterations)[:2]
    return run


def version():
    import numpy
    import sklearn
    from threadpoolctl import threadpool_info
    blas = {f"{i['internal_api']} {i['version']} {i.get('architecture', '')} {i['num_threads']} threads"
            for i in threadpool_info() if i["user_api"] == "blas"}
    return f"scikit-learn {sklearn.__version__}, NumPy {numpy.__version__}, {'; '.join(sorted(blas))}"
