"""inshi info."""
import numpy as np
import pytest


def test_self(inshi):
    run = inshi("info")
    assert run.code == 0 and run.err == ""
    lines = dict(line.split(None, 1) for line in run.out.replace("instruction set", "instruction-set").splitlines())
    assert set(lines) == {"version", "instruction-set", "threads", "losses", "solvers", "starts"}
    assert lines["losses"].split()[:3] == ["eu", "kl", "is"] and {"auto", "gradient", "mu", "hals"} <= set(lines["solvers"].split())
    data = inshi("info", "--json").json()
    assert set(data) == {"inshi_version", "isa", "threads"} and data["isa"] in ("portable", "avx2", "avx512")
    assert inshi("info", "--isa", "portable", "--json").json()["isa"] == "portable"


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8", "?"])
def test_npy(inshi, dtype):
    folder = inshi("info").folder
    np.save(folder / "A.npy", np.asfortranarray(np.ones((3, 5), dtype)))
    data = inshi("info", "A.npy", "--json").json()
    assert data["dtype"] == ("b1" if dtype == "?" else dtype) and (data["rows"], data["columns"]) == (3, 5)
    assert data["order"] == "Fortran" and data["format"] == "npy" and data["sparse"] is False
    assert data["bytes"] == 15 * np.dtype(dtype).itemsize and not data["row_names"] and not data["column_names"]


def test_csv(inshi):
    folder = inshi("info").folder
    (folder / "n.csv").write_text("g,a,b\nr1,1,2\nr2,3,5\nr3,1,1\n")
    data = inshi("info", "n.csv", "--json").json()
    assert data["format"] == "csv" and (data["rows"], data["columns"]) == (3, 2)
    assert data["row_names"] is True and data["column_names"] is True
    text = inshi("info", "n.csv").out
    assert "rows     3 (named)" in text and "columns  2 (named)" in text


@pytest.mark.parametrize("make, code", [(lambda p: None, 5), (lambda p: p.mkdir(), 5), (lambda p: p.write_text(""), 3)])
def test_files_that_cannot_be_read(inshi, make, code):
    make(inshi("info").folder / "f")
    run = inshi("info", "f")
    assert run.code == code and run.out == "" and run.err.startswith("inshi: ") and "f" in run.err
