"""`inshi.NMF` against `sklearn.decomposition.NMF` as a user meets them: default settings but n_components and random_state
0 to 4, on all CPUs, one fit each. They take turns; medians over the seeds. Both objectives by one formula in NumPy.
"""
import json
import os
import statistics
import subprocess
import sys

import data
import tables

SETS = {"digits": 10, "cbcl": 49, "newsgroups": 20}
COMMAND = "build/venv/bin/python bench/run.py --only estimator"
CODE = """
import sys, time, json, warnings
sys.path.insert(0, sys.argv[1])
from fits import estimator
import inshi, sklearn.decomposition
warnings.simplefilter("ignore")
_, which, name, k, seed = sys.argv[1:]
x = estimator.load(name)
cls = inshi.NMF if which == "inshi" else sklearn.decomposition.NMF
cls(2, max_iter=2).fit(x[:50] + x[50:100])  # what it loads lazily
model = cls(n_components=int(k), random_state=int(seed))
wall, process = time.perf_counter(), time.process_time()
w = model.fit_transform(x)
wall, process = time.perf_counter() - wall, time.process_time() - process
print(json.dumps(dict(wall=wall, process=process, iterations=int(model.n_iter_),
                      objective=estimator.objective(x, w, model.components_), version=sys.modules[cls.__module__.split(".")[0]].__version__)))
"""


def load(name):
    """Samples x features, as users of scikit-learn have them."""
    if name == "digits":
        from sklearn.datasets import load_digits
        return load_digits().data
    if name == "newsgroups":
        import scipy.sparse
        path = data.FOLDER / "text" / "newsgroups.npz"
        if not path.exists():
            raise data.Absent(f"{path} is not there")
        return scipy.sparse.load_npz(path).astype(float)
    return data.stored("faces/cbcl.npy").T / 256


def objective(x, w, h):
    """Half the squared Frobenius norm of x - w h, without storing w h for a sparse x."""
    square = x.multiply(x).sum() if hasattr(x, "multiply") else (x * x).sum()
    return float(square / 2 - ((x @ h.T) * w).sum() + ((w.T @ w) * (h @ h.T)).sum() / 2)


def fit(root, which, name, k, seed):
    environment = {n: v for n, v in os.environ.items() if not n.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", CODE, str(root / "bench"), which, name, str(k), str(seed)],
                          capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def sparse_is_there():
    import inshi
    return inshi.NMF().__sklearn_tags__().input_tags.sparse


def make(root, quick=False):
    rows, notes, versions = [], [], set()
    for name, k in SETS.items():
        if quick and name != "digits":
            continue
        if name == "newsgroups" and not sparse_is_there():
            notes.append("newsgroups: this version of inshi refuses sparse X.")
            continue
        try:
            load(name)
        except data.Absent as absent:
            notes.append(f"{name} left out: {absent}")
            continue
        runs = {"sklearn": [], "inshi": []}
        for seed in range(1 if quick else 5):
            for which, kept in runs.items():
                kept.append(fit(root, which, name, k, seed))
        versions |= {f"{which} {kept[0]['version']}" for which, kept in runs.items()}
        middle = {which: {key: statistics.median(run[key] for run in kept) for key in ("wall", "process", "iterations", "objective")}
                  for which, kept in runs.items()}
        a, b = middle["sklearn"], middle["inshi"]
        rows.append((name, k, tables.seconds(a["wall"]), tables.seconds(b["wall"]), f"{a['wall'] / b['wall']:.1f}",
                     tables.seconds(a["process"]), tables.seconds(b["process"]), f"{a['iterations']:g}", f"{b['iterations']:g}",
                     f"{a['objective']:.7g}", f"{b['objective']:.7g}"))
    head = ("data", "k", "scikit-learn", "inshi", "ratio", "its CPU time", "ours", "its iterations", "ours", "its objective", "ours")
    notes.append(f"Medians over random_state 0 to 4 of one fit_transform each; {', '.join(sorted(versions))}.")
    return tables.table("`inshi.NMF` against scikit-learn's, default settings", COMMAND, head, rows, notes)
