"""Files and shapes that cannot be used: one sentence, the right exit code, nothing written."""
import os

import numpy as np
import pytest


def write_npy(path, array):
    np.save(path, array, allow_pickle=True)


def header(text, data=b""):
    text = text.encode() + b" " * (117 - len(text)) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + data


GOOD = np.arange(12.0).reshape(3, 4) + 1
NEGATIVE, INFINITE = GOOD.copy(), GOOD.copy()
NEGATIVE[1, 2], NEGATIVE[2, 2], NEGATIVE[2, 0] = -0.31, -1, -2
INFINITE[2, 1] = np.inf

FILES = {
    "empty": (lambda p: p.write_bytes(b""), 3, ""),
    "directory": (lambda p: p.mkdir(), 5, ""),
    "missing": (lambda p: None, 5, "No such file"),
    "truncated header": (lambda p: p.write_bytes(header("{'descr'")[:40]), 3, ""),
    "overflowing shape": (lambda p: p.write_bytes(header("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }")), 3, ""),
    "shape beyond the file": (lambda p: p.write_bytes(header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000, 1000), }", b"\0" * 64)), 3, ""),
    "object": (lambda p: write_npy(p, np.array([[object()] * 2] * 2)), 3, ""),
    "complex": (lambda p: write_npy(p, GOOD.astype(complex)), 3, ""),
    "text": (lambda p: write_npy(p, np.array([["a", "b"]])), 3, ""),
    "three axes": (lambda p: write_npy(p, np.ones((2, 2, 2))), 3, ""),
    "no rows": (lambda p: write_npy(p, np.ones((0, 3))), 3, ""),
    "no columns": (lambda p: write_npy(p, np.ones((3, 0))), 3, ""),
    "bytes after": (lambda p: (write_npy(p, GOOD), p.write_bytes(p.read_bytes() + b"x")), 3, ""),
    "infinity": (lambda p: write_npy(p, INFINITE), 3, "row 2, column 1"),
    "negative": (lambda p: write_npy(p, NEGATIVE), 3, "row 1, column 2"),
    "ragged csv": (lambda p: p.write_text("1,2,3\n4,5\n"), 3, "line 2"),
    "csv with text": (lambda p: p.write_text("1,2,3\n4,x,6\n7,8,9\n"), 3, "line 2"),
    "words": (lambda p: p.write_text("hello world\n"), 3, ""),
    "binary": (lambda p: p.write_bytes(bytes(range(256))), 3, ""),
}


def fails(inshi, code, *words):
    folder = inshi("info").folder
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    run = inshi(*words)
    assert run.code == code, run.err
    lines = [line for line in run.err.splitlines() if not line.startswith("==")]  # a sanitizer's own, of a malloc that fails
    assert run.out == "" and lines[0].startswith("inshi: ") and len(lines) <= 2
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before
    return run.err


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("command", ["fit", "transform"])
def test_x(inshi, x, kind, command):
    make, code, text = FILES[kind]
    folder = inshi("info").folder
    make(folder / "bad.npy")
    if command == "fit":
        err = fails(inshi, code, "fit", "bad.npy", "-k", 2)
    else:
        assert inshi("fit", "X.npy", "-k", 2, "--figures", "none", "-q", "-o", "model").code == 0
        err = fails(inshi, code, "transform", "model", "bad.npy")
    assert "bad.npy" in err and text in err


def test_the_message_of_a_negative_entry(inshi):
    folder = inshi("info").folder
    (folder / "X.csv").write_text('gene,a,"ERCC-00074",c\nr1,1,2,3\nr2,4,-0.31,6\nr3,-1,-2,9\n')
    run = inshi("fit", "X.csv", "-k", 2)
    assert run.code == 3
    assert run.err == ('inshi: X.csv line 3, column 3 ("ERCC-00074"): -0.31 is negative, and NMF needs values >= 0\n'
                       "       3 negative values in 2 columns; --negative clip sets them to 0\n")


def test_the_first_bad_entry_is_that_of_the_file_also_transposed(inshi):
    folder = inshi("info").folder
    np.save(folder / "N.npy", np.asfortranarray(NEGATIVE))
    for words in ([], ["--transpose"]):
        run = inshi("fit", "N.npy", "-k", 2, *words)
        assert run.code == 3 and "row 1, column 2" in run.err and "3 negative values in 2 columns" in run.err


def test_nan_is_not_clipped(inshi):
    folder = inshi("info").folder
    both = NEGATIVE.copy()
    both[0, 0] = -np.inf
    np.save(folder / "N.npy", both)
    err = fails(inshi, 3, "fit", "N.npy", "-k", 2, "--negative", "clip")
    assert "-infinity" in err and "row 0, column 0" in err


@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", "f2", "f4", "f8", ">i4", ">f8"])
def test_negative_entries_of_every_type(inshi, dtype):
    folder = inshi("info").folder
    matrix = np.ones((5, 7), dtype)
    matrix[3, 6] = -1
    np.save(folder / "N.npy", matrix)
    err = fails(inshi, 3, "fit", "N.npy", "-k", 2)
    assert "row 3, column 6" in err and "-1 is negative" in err and "1 negative value in 1 column;" in err
    assert inshi("fit", "N.npy", "-k", 2, "--negative", "clip", "--figures", "none", "-q").code == 0


def test_no_permission(inshi, x):
    if os.geteuid() == 0:
        pytest.skip("root may read and write everything")
    folder = inshi("info").folder
    (folder / "X.npy").chmod(0)
    fails(inshi, 5, "fit", "X.npy", "-k", 2)
    (folder / "X.npy").chmod(0o644)
    (folder / "locked").mkdir(mode=0o555)
    fails(inshi, 5, "fit", "X.npy", "-k", 2, "-o", "locked/out")


@pytest.mark.parametrize("out", ["/proc/inshi", "no/such/folder", "X.npy", "X.npy/out", "/dev/null"])
def test_folders_that_cannot_be_written(inshi, x, out):
    assert out in fails(inshi, 5, "fit", "X.npy", "-k", 2, "-o", out)
    assert out in fails(inshi, 5, "demo", "-o", out)


@pytest.mark.parametrize("k", [10**9, 10**15, 2**53])
def test_memory_is_known_before(inshi, x, k):
    err = fails(inshi, 4, "fit", "X.npy", "-k", k)
    assert "memory" in err and str(k) in err


@pytest.mark.parametrize("option, array, text", [
    ("--init-w", np.ones((11, 3)), "12 x 3"), ("--init-w", np.ones((3, 12)), "12 x 3"), ("--init-w", np.ones((12, 4)), "12 x 3"),
    ("--init-h", np.ones((9, 3)), "3 x 9"), ("--init-w", -np.ones((12, 3)), "negative"),
    ("--init-h", np.full((3, 9), np.nan), "NaN"), ("--init-h", np.full((3, 9), np.inf), "infinity"),
    ("--init-w", np.ones(12), ""), ("--init-w", np.ones((12, 3), complex), ""),
])
def test_given_factors(inshi, x, option, array, text):
    np.save(inshi("info").folder / "start.npy", array)
    err = fails(inshi, 3, "fit", "X.npy", "-k", 3, option, "start.npy")
    assert "start.npy" in err and text in err and "--negative" not in err


def test_a_start_that_is_missing(inshi, x):
    assert "start.npy" in fails(inshi, 5, "fit", "X.npy", "-k", 3, "--init-w", "start.npy")


def test_npy_truncated_at_every_byte(inshi):
    folder = inshi("info").folder
    np.save(folder / "whole.npy", np.arange(1.0, 5).reshape(2, 2))
    whole = (folder / "whole.npy").read_bytes()
    for length in range(0, len(whole), 7):
        (folder / "cut.npy").write_bytes(whole[:length])
        run = inshi("fit", "cut.npy", "-k", 1)
        assert run.code == 3 and "cut.npy" in run.err and not (folder / "cut-inshi").exists(), length
