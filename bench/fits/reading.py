"""Reading Matrix Market files that are in the page cache: MB/s of the file, memory, and SciPy beside it."""
import gzip
import json
import pathlib
import subprocess
import tempfile
import time
import zlib

import numpy as np
import scipy.io
import scipy.sparse

import tables

PROGRAM = pathlib.Path("build/release/bench/bench_reading")
ROWS, COLUMNS = 20000, 30000


def text_of(x, field):
    values = (str(v) for v in x.data.tolist()) if field == "integer" else (f"{v:.17g}" for v in x.data.tolist())
    head = f"%%MatrixMarket matrix coordinate {field} general\n{x.shape[0]} {x.shape[1]} {x.nnz}\n"
    return head + "".join(f"{i} {j} {v}\n" for i, j, v in zip((x.row + 1).tolist(), (x.col + 1).tolist(), values))


def files(folder, quick):
    """Counts as in text and cells, and products of them with random numbers of 17 digits; by row, and the counts by column too."""
    rng = np.random.default_rng(1)
    entries = 500_000 if quick else 5_000_000
    places = np.unique(rng.integers(0, ROWS * COLUMNS, entries))
    counts = np.minimum(rng.zipf(1.8, len(places)), 9999)
    x = scipy.sparse.coo_matrix((counts, (places // COLUMNS, places % COLUMNS)), shape=(ROWS, COLUMNS))
    real = scipy.sparse.coo_matrix((counts * rng.random(len(places)), (x.row, x.col)), shape=x.shape)
    by_column = x.tocsc().tocoo()
    for name, matrix, field in (("integer, by row", x, "integer"), ("integer, by column", by_column, "integer"),
                                ("real, 17 digits, by row", real, "real")):
        path = pathlib.Path(folder) / "x.mtx"
        path.write_text(text_of(matrix, field))
        yield name, path
        if "by column" not in name:
            packed = pathlib.Path(folder) / "x.mtx.gz"
            packed.write_bytes(gzip.compress(path.read_bytes(), 6))
            yield name + ", gz", packed


def measure(root, path, threads, rounds):
    done = subprocess.run([str(root / PROGRAM), str(path), str(threads), str(rounds)], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def inflate_seconds(path):
    packed = path.read_bytes()
    start = time.perf_counter()
    size = len(zlib.decompress(packed, 31))
    return size, time.perf_counter() - start


def make(root, quick):
    rows, rounds = [], 3 if quick else 7
    with tempfile.TemporaryDirectory() as folder:
        for name, path in files(folder, quick):
            size, inflate = inflate_seconds(path) if path.suffix == ".gz" else (path.stat().st_size, None)
            start = time.perf_counter()
            scipy.io.mmread(path, spmatrix=True).tocsr()
            peer = time.perf_counter() - start
            for threads in (1, 2):
                first = measure(root, path, threads, 1)[0]
                runs = measure(root, path, threads, rounds)
                rows.append((name, f"{size / 1e6:.0f} MB", threads, f"{size / 1e6 / tables.median(r['seconds'] for r in runs):.0f}",
                             f"{size / 1e6 / min(r['cpu'] for r in runs):.0f}", f"{first['peak'] / first['matrix']:.2f}",
                             f"{size / 1e6 / inflate:.0f}" if inflate else "-", f"{size / 1e6 / peer:.0f}"))
    head = ("values", "text", "threads", "MB/s", "MB/s of CPU time", "VmHWM / CSR", "inflate alone", "SciPy")
    notes = ["MB/s: bytes of the text (unpacked where it is .gz) / median of the seconds on the wall; of CPU time: / the least seconds "
             "that all threads have run together, which other programs change less. VmHWM: what one reading adds to the most "
             "memory that its process has had, / bytes of the arrays. inflate: zlib from Python. SciPy: mmread (fast_matrix_market, "
             "all CPUs) and tocsr."]
    return tables.table("Reading .mtx into CSR", str(PROGRAM), head, rows, notes)
