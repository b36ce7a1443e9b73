"""`inshi.NMF` against `sklearn.decomposition.NMF` as a user meets them: default settings but n_components and random_state
0 to 4, on all CPUs, one fit each. They take turns; medians over the seeds. Both objectives by one formula in NumPy.
Where scikit-learn's fits take longer than LONGEST together, both are given fewer random states, and the table says so.
"""
import json
import os
import statistics
import subprocess
import sys

import data
import tables

SETS = {"digits": 10, "cbcl": 49, "newsgroups": 20}
STATES = 5
LONGEST = 400  # seconds of scikit-learn's fits of one set
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
                      objective=estimator.objective(x, w, model.components_),
                      version=sys.modules[cls.__module__.split(".")[0]].__version__)))
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


def both(root, name, k, states):
    """The fits of each, in turns, for as many random states as LONGEST allows."""
    runs, spent = {"sklearn": [], "inshi": []}, 0
    for state in range(states):
        for which, kept in runs.items():
            kept.append(fit(root, which, name, k, state))
        last = runs["sklearn"][-1]["wall"]
        spent += last
        print(f"bench: {name}, random state {state}:", *(f"{which} {kept[-1]['wall']:.3g} s, objective {kept[-1]['objective']:.7g};"
                                                         for which, kept in runs.items()), file=sys.stderr)
        if spent + last > LONGEST:
            break
    return runs


def row(name, k, runs):
    a, b = ({key: statistics.median(run[key] for run in kept) for key in ("wall", "process", "iterations", "objective")}
            for kept in runs.values())
    return (name, k, len(runs["inshi"]), tables.seconds(a["wall"]), tables.seconds(b["wall"]), f"{a['wall'] / b['wall']:.1f}",
            tables.seconds(a["process"]), tables.seconds(b["process"]), f"{a['iterations']:g}", f"{b['iterations']:g}",
            f"{a['objective']:.7g}", f"{b['objective']:.7g}",
            "yes" if b["wall"] <= a["wall"] and b["objective"] <= a["objective"] else "**NO**")


def make(root, quick=False, names=None):
    rows, notes, versions = [], [], set()
    for name, k in SETS.items():
        if (quick and name != "digits") or (names and name not in names):
            continue
        try:
            load(name)
        except data.Absent as absent:
            notes.append(f"Skipped: {name}: {absent}.")
            continue
        runs = both(root, name, k, 1 if quick else STATES)
        versions |= {f"{which} {kept[0]['version']}" for which, kept in runs.items()}
        rows.append(row(name, k, runs))
    head = ("data", "k", "random states", "scikit-learn", "inshi", "ratio", "its CPU time", "ours", "its iterations", "ours",
            "its objective", "ours", "not slower, not higher")
    notes.append(f"Medians over random_state 0, 1, ... of one fit_transform each; {STATES} states, or as many as scikit-learn fits in "
                 f"about {LONGEST} s; {', '.join(sorted(versions))}.")
    return tables.table("`inshi.NMF` against scikit-learn's, default settings", COMMAND, head, rows, notes)
