"""Starts a peer in a fresh process with the threads and the malloc that a row of a table asks for."""
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TUNED = {"MALLOC_MMAP_THRESHOLD_": "1073741824", "MALLOC_TRIM_THRESHOLD_": "4294967296"}
PINS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def environment(threads, tuned=False):
    """BLAS with its own kernels, so many threads, malloc as installed or tuned."""
    values = {name: value for name, value in os.environ.items() if name not in PINS}
    values.update({name: str(threads) for name in THREADS})
    if tuned:
        values.update(TUNED)
    return values


def sklearn_nmf(name, loss, k, seed, iterations, threads=1, tuned=False, dtype="f8"):
    command = [sys.executable, HERE / "sklearn_nmf.py", name, loss, k, seed, iterations, dtype]
    done = subprocess.run([str(part) for part in command], env=environment(threads, tuned), check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)
