"""Peak memory of a fit less that of an empty run, against what it may be; and the time of `inshi --help`."""
import pathlib
import subprocess
import tempfile
import time

import numpy as np

import tables

PEAK = "build/release/bench/bench_peak_memory"
ONCE = "build/release/bench/bench_fit_once"
COMMAND = "build/release/inshi"
SETTINGS = (("eu", "auto", "f8", 4000, 3400), ("kl", "mu", "f8", 4000, 3400), ("kl", "auto", "f8", 4000, 3400),
            ("is", "auto", "f8", 4000, 3400),
            ("kl", "mu", "f4", 4000, 7000), ("kl", "gradient", "f8", 4000, 3400), ("kl", "mu", "f8", 100, 135000),
            ("eu", "auto", "f8", 100, 135000), ("kl", "auto", "f8", 100, 135000), ("is", "auto", "f8", 100, 135000),
            ("kl", "auto", "f4", 100, 270000), ("eu", "auto", "f8", 135000, 100), ("kl", "auto", "f8", 135000, 100),
            ("is", "gradient", "f8", 135000, 100))
QUICK = SETTINGS[::6]
RANK = 16
COPIES = {"eu": 4, "kl": 4}  # of the factors; 5 for other losses


def peak(root, command):
    done = subprocess.run([PEAK, *(str(part) for part in command)], cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return int(done.stderr.split()[-1])


def command_peak(root, folder, rows, columns, loss, solver, dtype):
    path = pathlib.Path(folder) / f"x-{rows}-{columns}-{dtype}.npy"
    if not path.exists():
        np.save(path, np.random.default_rng(1).random((rows, columns)).astype(dtype) + 0.01)
    return peak(root, [COMMAND, "fit", path, "-k", min(RANK, rows), "--loss", loss, "--solver", solver, "--iterations", 3,
                       "--tolerance", 0, "--figures", "none", "-q", "--force", "-o", pathlib.Path(folder) / "out"])


def library_peak(root, folder, rows, columns, loss, solver, dtype):
    return peak(root, [ONCE, rows, columns, min(RANK, rows), loss, dtype, solver])


def make(root, quick):
    has_command = (root / COMMAND).exists()
    measure, rows_of_table = command_peak if has_command else library_peak, []
    with tempfile.TemporaryDirectory() as folder:
        for loss, solver, dtype, rows, columns in QUICK if quick else SETTINGS:
            size = int(dtype[1])
            used = measure(root, folder, rows, columns, loss, solver, dtype) - measure(root, folder, 1, 1, loss, solver, dtype)
            x, factors = size * rows * columns, size * RANK * (rows + columns)
            bound = x + x + COPIES.get(loss, 5) * factors + x // 10
            rows_of_table.append((loss, solver, dtype.replace("f4", "f32").replace("f8", "f64"), f"{rows} x {columns}",
                                  f"{x / 1e6:.0f}", f"{used / 1e6:.0f}", f"{bound / 1e6:.0f}",
                                  "yes" if used <= bound else "**NO**"))
    what = "`inshi fit FILE`" if has_command else "`bench_fit_once` (a program with X in memory)"
    return tables.table(
        "Peak memory of a fit", "build/venv/bin/python bench/run.py --only memory",
        ("loss", "solver", "type", "X", "X, MB", "peak, MB", "bound, MB", "within"), rows_of_table,
        [f"{what}, k = {RANK}, 3 iterations; most resident memory less that of the same run on a 1 x 1 X. Bound: X as stored "
         "+ one packed copy + 4 copies of W and H (5 for losses other than eu and kl) + 10 % of X."])


def make_help(root, quick):
    if not (root / COMMAND).exists():
        return "build/release/inshi is not there: `inshi --help` was not timed.\n"
    times, runs = [], 5 if quick else 21
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run([COMMAND, "--help"], cwd=root, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - began)
    return tables.table("`inshi --help`", "build/venv/bin/python bench/run.py --only memory", (f"median of {runs}", "least"),
                        [(tables.seconds(tables.median(times)), tables.seconds(min(times)))],
                        ["With the start of the process by Python."])
