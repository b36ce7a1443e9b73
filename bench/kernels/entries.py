"""Runs bench_entries on the patterns of real sparse data and makes its table."""
import json
import pathlib
import subprocess
import tempfile

import numpy as np

import data
import tables

PROGRAM = pathlib.Path("build/release/bench/bench_entries")
NAMES = {"product": "product (eu)", "mu": "kl, gradient", "ccd": "kl, one sweep of coordinate descent"}


def dump(x, path):
    with open(path, "wb") as file:
        np.array([*x.shape, x.nnz], "i8").tofile(file)
        for array, dtype in ((x.indptr, "i8"), (x.indices, "i4"), (x.data, "f8")):
            array.astype(dtype).tofile(file)


def rows_of(root, name, dtype, ranks, rounds):
    with tempfile.NamedTemporaryFile() as file:
        dump(data.load(name), file.name)
        command = [str(PROGRAM), file.name, str(rounds), dtype, *map(str, ranks)]
        done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    bound = {(r["k"], r["side"]): r["ns_per_entry"] for r in told if r["pass"] == "bound"}
    return [(name, f"half of {r['side']}", NAMES[r["pass"]], r["dtype"].replace("f4", "f32").replace("f8", "f64"), r["k"],
             tables.digits(bound[r["k"], r["side"]]), tables.digits(r["ns_per_entry"]),
             f"{100 * bound[r['k'], r['side']] / r['ns_per_entry']:.0f} %") for r in told if r["pass"] != "bound"]


def make(root, quick):
    rows, notes = [], []
    for name in ("newsgroups",) if quick else ("newsgroups", "pbmc_facs"):
        try:
            for dtype in ("f8", "f4"):
                rows += rows_of(root, name, dtype, (20,) if quick else (20, 50), 5 if quick else 11)
        except data.Absent as absent:
            notes.append(f"Skipped: {name}: {absent}.")
    notes.append("Bound: the stream of indices and values of the half-step with the loads of the other factor's numbers, and nothing "
                 "else, the faster of with and without prefetch; measured in the same rounds, since other programs share caches and memory. One thread, ns of it "
                 "per stored entry, medians.")
    return tables.table("Passes over stored entries", f"{PROGRAM} FILE 11 f8 20 50",
                        ("data", "half", "pass", "type", "k", "bound", "ns an entry", "share"), rows, notes)
