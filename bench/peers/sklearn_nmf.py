"""scikit-learn's NMF from a given start, for a process of its own.

    python bench/peers/sklearn_nmf.py DATA LOSS K SEED ITERATIONS [f4]

Runs exactly ITERATIONS (tolerance 0) from the start of data.py and prints one JSON object: the seconds of the solver
on the wall and of the process, start-up and reading excluded, the objective of the result in double precision, and
the versions. For losses other than eu scikit-learn computes divergences of WH lifted to its EPSILON, 1.2e-7 (its factors
have zeros, where `is` would be infinite): so does this. The caller sets threads and malloc through the environment; see peers/peer.py.
"""
import json
import pathlib
import sys
import time
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import numpy as np
import sklearn
from sklearn.decomposition import non_negative_factorization
from threadpoolctl import threadpool_info

import data

LEAST_Y = float(np.finfo(np.float32).eps)
BETA = {"eu": "frobenius", "kl": "kullback-leibler", "is": "itakura-saito"}


def main(name, loss, k, seed, iterations, dtype="f8"):
    x = data.load(name)
    w, h = data.start(x, int(k), int(seed))
    beta = BETA.get(loss) or float(loss.split(":")[1])
    typed = [np.array(a, dtype) for a in (x, w, h)]
    warnings.simplefilter("ignore")  # that it has not converged is the point
    wall, process = time.perf_counter(), time.process_time()
    w, h, done = non_negative_factorization(
        typed[0], W=typed[1], H=typed[2], n_components=int(k), init="custom", solver="cd" if loss == "eu" else "mu",
        beta_loss=beta, tol=0, max_iter=int(iterations))
    wall, process = time.perf_counter() - wall, time.process_time() - process
    blas = {f"{i['internal_api']} {i['version']} {i.get('architecture', '')} {i['num_threads']} threads"
            for i in threadpool_info() if i["user_api"] == "blas"}
    print(json.dumps(dict(wall=wall, process=process, iterations=int(done), blas=sorted(blas),
                          objective=data.objective(x, w.astype(float), h.astype(float), loss, LEAST_Y if loss != "eu" else 0),
                          sklearn=sklearn.__version__, numpy=np.__version__)))


if __name__ == "__main__":
    main(*sys.argv[1:])
