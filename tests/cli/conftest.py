"""Runs the command (its path is in INSHI) and gives what many tests need."""
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COMMAND = os.environ.get("INSHI", str(ROOT / "build/release/inshi"))
SHARED = ROOT.parent / "shared/data"


def pytest_configure(config):
    config.addinivalue_line("markers", "long: belongs to make test-long")


class Run:
    """One finished run of the command."""

    def __init__(self, done, folder):
        self.code, self.out, self.err, self.folder = done.returncode, done.stdout, done.stderr, folder

    def json(self):
        return json.loads(self.out)


def environment(**changes):
    kept = {k: v for k, v in os.environ.items() if k not in ("INSHI_NUM_THREADS", "OMP_NUM_THREADS", "NO_COLOR")}
    kept["LSAN_OPTIONS"] = f"suppressions={ROOT / 'tests/support/leaks.supp'}:print_suppressions=0"
    kept.update(changes)
    return kept


@pytest.fixture
def inshi(tmp_path):
    """inshi("fit", "X.npy", "-k", 3) runs in tmp_path."""

    def run(*words, stdin=None, env=None, timeout=120, **options):
        done = subprocess.run([COMMAND, *map(str, words)], cwd=tmp_path, input=stdin, env=environment(**(env or {})),
                              stdout=options.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, timeout=timeout,
                              text=not isinstance(stdin, bytes), **options)
        run_ = Run(done, tmp_path)
        if isinstance(run_.err, bytes):
            run_.out, run_.err = (run_.out or b"").decode(), run_.err.decode()
        return run_

    return run


@pytest.fixture
def x(tmp_path):
    """A positive 12 x 9 matrix of rank 3, saved as X.npy."""
    rng = np.random.default_rng(5)
    matrix = rng.random((12, 3)) @ rng.random((3, 9)) + 0.01
    np.save(tmp_path / "X.npy", matrix)
    return matrix


@pytest.fixture
def shared():
    def path(name):
        if not (SHARED / name).exists():
            pytest.skip(f"{name} is not here")
        return SHARED / name

    return path


def load_summary(folder):
    return json.loads((folder / "summary.json").read_text())


def divergence(x, y, loss):
    """The definitions of docs/conventions.md, in NumPy; entries x = 0 of is add 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if loss == "eu":
            return 0.5 * ((x - y) ** 2).sum()
        if loss == "kl":
            return (np.where(x > 0, x * np.log(x / y), 0) - x + y).sum()
        if loss == "is":
            return np.where(x > 0, x / y - np.log(x / y) - 1, 0).sum()
        b = float(loss.split(":")[1])
        return ((x**b + (b - 1) * y**b - b * x * y ** (b - 1)) / (b * (b - 1))).sum()
