"""The peers, each an adapter file beside this one, run in fresh processes by worker.py.

An adapter has `METHODS` (method: the losses it takes), `PACKAGES` (what its own environment needs from PyPI; none: it runs
in build/venv), `problem(method, x, w, h, loss)`, which returns a function of the number of iterations that starts anew from
w and h and returns factors, and `version()`.
"""
import functools
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
VENVS = HERE.parent.parent / "build" / "venvs"
TUNED = {"MALLOC_MMAP_THRESHOLD_": "1073741824", "MALLOC_TRIM_THRESHOLD_": "4294967296"}
PINS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

# name in the tables, adapter, method
ALL = (("scikit-learn cd", "sklearn_nmf", "cd"), ("scikit-learn mu", "sklearn_nmf", "mu"), ("the article", "article_nmf", "gradient"),
       ("nimfa nmf", "nimfa_nmf", "nmf"), ("nimfa lsnmf", "nimfa_nmf", "lsnmf"), ("torchnmf", "torch_nmf", "mu"))


class Missing(Exception):
    pass


def environment(threads, tuned=False):
    """BLAS with its own kernels, so many threads, malloc as installed or tuned."""
    values = {name: value for name, value in os.environ.items() if name not in PINS}
    values.update({name: str(threads) for name in THREADS})
    if tuned:
        values.update(TUNED)
    return values


@functools.cache
def adapter(name):
    return __import__(f"peers.{name}", fromlist=["METHODS"])


def takes(name, method, loss):
    return loss.split(":")[0] in adapter(name).METHODS[method]


@functools.cache
def python(name):
    """The interpreter of an adapter, whose environment is made when it is first asked for. Missing where that fails."""
    packages = adapter(name).PACKAGES
    if not packages:
        return sys.executable
    stamp, folder = VENVS / name / "installed", VENVS / name
    if not stamp.exists() or stamp.read_text() != "\n".join(packages):
        print(f"bench: making {folder.relative_to(VENVS.parent.parent)} with {' '.join(packages)}", file=sys.stderr)
        for command in ([sys.executable, "-m", "venv", folder],
                        [folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]):
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=900)
            except subprocess.TimeoutExpired:
                raise Missing(f"{' '.join(packages)}: not installed after 15 minutes") from None
            if done.returncode:
                raise Missing(f"{' '.join(packages)}: {(done.stderr.strip().splitlines() or ['pip failed'])[-1]}")
        stamp.write_text("\n".join(packages))
    return folder / "bin/python"


@functools.cache
def run(name, method, data, loss, k, seeds, budget, threads=1, tuned=False, dtype="f8", growth=8):
    """What worker.py tells of each seed; kept, so that rows of one run that need the same peer share it."""
    command = [python(name), HERE / "worker.py", name, method, data, loss, k, ",".join(map(str, seeds)), budget, dtype, growth]
    done = subprocess.run([str(part) for part in command], env=environment(threads, tuned), capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"{name} {method} on {data}: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def sklearn_nmf(data, loss, k, seed, iterations, threads=1, tuned=False, dtype="f8"):
    method = "cd" if loss == "eu" else "mu"
    return run("sklearn_nmf", method, data, loss, k, (seed,), f"{iterations}it", threads, tuned, dtype)[0]
