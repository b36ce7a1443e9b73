"""Files that NumPy, SciPy and others write, read by the command: the same numbers, whatever the format.

A start that is fixed comes out bit for bit, so that W.npy holds what was read of the file given as --init-w.
"""
import gzip
import struct
import zlib

import numpy as np
import pytest
import scipy.io
import scipy.sparse as sp

RNG = np.random.default_rng(11)
SPARSE = sp.random(12, 9, 0.4, random_state=3, format="csr") * 50
SPARSE.data = np.ceil(SPARSE.data)


def through_w(inshi, name):
    """The matrix that the command reads from a file of 12 x 9."""
    folder = inshi("info").folder
    np.save(folder / "ones.npy", np.ones((12, 5)))
    run = inshi("fit", "ones.npy", "-k", 9, "--init-w", name, "--fix", "w", "--iterations", 1, "--figures", "none", "-q", "-o", "out",
                "--force")
    assert run.code == 0, run.err
    return np.load(folder / "out/W.npy")


def zipped(path, packed):
    if packed:
        with gzip.open(f"{path}.gz", "wb") as out:
            out.write(path.read_bytes())
        path.unlink()
        return path.name + ".gz"
    return path.name


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("container", [sp.csr_matrix, sp.csc_matrix, sp.coo_matrix, sp.csr_array, sp.coo_array])
def test_save_npz(inshi, container, packed):
    folder = inshi("info").folder
    for dtype in ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8"):
        x = container(SPARSE).astype(dtype)
        sp.save_npz(folder / "x.npz", x, compressed=not packed)
        assert np.array_equal(through_w(inshi, zipped(folder / "x.npz", packed)), x.toarray())


def test_save_npz_of_indices_out_of_order(inshi):
    folder = inshi("info").folder
    x = sp.csr_matrix(SPARSE)
    for i in range(12):
        part = slice(x.indptr[i], x.indptr[i + 1])
        order = RNG.permutation(x.indptr[i + 1] - x.indptr[i])
        x.indices[part], x.data[part] = x.indices[part][order], x.data[part][order]
    sp.save_npz(folder / "x.npz", x)
    assert np.array_equal(through_w(inshi, "x.npz"), SPARSE.toarray())


def test_places_listed_again_are_added_up(inshi):
    folder = inshi("info").folder
    rows, columns, values = RNG.integers(0, 12, 700), RNG.integers(0, 9, 700), RNG.integers(1, 250, 700)
    total = np.zeros((12, 9))
    np.add.at(total, (rows, columns), values)
    sp.save_npz(folder / "x.npz", sp.coo_matrix((values.astype("u1"), (rows, columns)), shape=(12, 9)))
    assert np.array_equal(through_w(inshi, "x.npz"), total)
    np.save(folder / "ones.npy", np.ones((12, 5)))
    run = inshi("fit", "ones.npy", "-k", 9, "--init-w", "x.npz", "--fix", "w", "--iterations", 1, "--figures", "none", "-o", "w2")
    assert run.code == 0 and run.err.count("have again a place that had one") == 1


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("field", ["real", "integer", "pattern"])
def test_mmwrite(inshi, field, packed):
    folder = inshi("info").folder
    x = SPARSE.copy()
    x.data = RNG.random(x.nnz) * np.exp(9 * RNG.standard_normal(x.nnz)) if field == "real" else np.ceil(x.data)
    scipy.io.mmwrite(folder / "x.mtx", x, field=field, precision=17)
    wanted = (x.toarray() > 0) if field == "pattern" else x.toarray()
    assert np.array_equal(through_w(inshi, zipped(folder / "x.mtx", packed)), wanted)


@pytest.mark.parametrize("array", [RNG.random((12, 9)), RNG.integers(0, 99, (12, 9))])
def test_mmwrite_dense(inshi, array):
    scipy.io.mmwrite(inshi("info").folder / "x.mtx", array, precision=17)
    assert np.array_equal(through_w(inshi, "x.mtx"), array)


def test_mmwrite_symmetric(inshi):
    folder = inshi("info").folder
    x = sp.random(9, 9, 0.3, random_state=5)
    x = x + x.T
    scipy.io.mmwrite(folder / "x.mtx", x, symmetry="symmetric", precision=17)
    np.save(folder / "ones.npy", np.ones((9, 5)))
    run = inshi("fit", "ones.npy", "-k", 9, "--init-w", "x.mtx", "--fix", "w", "--iterations", 1, "--figures", "none", "-q", "-o", "out")
    assert run.code == 0 and np.array_equal(np.load(folder / "out/W.npy"), x.toarray())


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("order", ["C", "F"])
def test_savez_of_one_array(inshi, save, order):
    folder = inshi("info").folder
    x = np.asarray(RNG.random((12, 9)), order=order)
    save(folder / "x.npz", anything=x)
    assert np.array_equal(through_w(inshi, "x.npz"), x)
    assert inshi("fit", "x.npz", "-k", 2, "--figures", "none", "-q", "-o", "fit").code == 0


def test_savez_of_two_arrays(inshi):
    np.savez(inshi("info").folder / "x.npz", W=np.ones((3, 2)), H=np.ones((2, 4)))
    run = inshi("fit", "x.npz", "-k", 2)
    assert run.code == 3 and "holds 2 arrays (W, H)" in run.err


def test_info_of_sparse_files(inshi):
    folder = inshi("info").folder
    sp.save_npz(folder / "x.npz", SPARSE.astype("u2"))
    scipy.io.mmwrite(folder / "x.mtx", SPARSE)
    for name, dtype in (("x.npz", "u2"), ("x.mtx", "f8")):
        data = inshi("info", name, "--json").json()
        assert (data["rows"], data["columns"], data["nonzeros"], data["sparse"]) == (12, 9, SPARSE.nnz, True)
        assert data["dtype"] == dtype and data["order"] == "CSR" and data["format"] == name[2:]
        assert data["bytes"] == SPARSE.nnz * (np.dtype(dtype).itemsize + 4) + 13 * 4
        assert f"nonzeros {SPARSE.nnz} (" in inshi("info", name).out


def test_info_needs_the_beginning_of_mtx_only(inshi):
    folder = inshi("info").folder
    (folder / "x.mtx").write_text("%%MatrixMarket matrix coordinate integer general\n7 8 2\n1 1 1\nnobody reads this\n")
    data = inshi("info", "x.mtx", "--json").json()
    assert data["nonzeros"] == 2 and data["dtype"] == "integer"


def test_the_content_decides_and_format_overrides(inshi):
    folder = inshi("info").folder
    sp.save_npz(folder / "x.npz", SPARSE)
    scipy.io.mmwrite(folder / "y.mtx", SPARSE)
    (folder / "x.npz").rename(folder / "a.csv")
    (folder / "y.mtx").rename(folder / "b.npy")
    assert inshi("info", "a.csv", "--json").json()["format"] == "npz"
    assert inshi("info", "b.npy", "--json").json()["format"] == "mtx"
    assert inshi("info", "b.npy", "--format", "mtx").code == 0
    for other in ("npz", "npy", "csv", "png"):
        assert inshi("info", "b.npy", "--format", other).code == 3, other


def test_standard_input(inshi):
    folder = inshi("info").folder
    sp.save_npz(folder / "x.npz", SPARSE)
    scipy.io.mmwrite(folder / "y.mtx", SPARSE)
    for name in ("x.npz", "y.mtx"):
        run = inshi("info", "-", "--json", stdin=(folder / name).read_bytes())
        assert run.code == 0 and run.json()["nonzeros"] == SPARSE.nnz


def png(pixels, bits, colour=0):
    """A PNG file, made by hand (W3C, Portable Network Graphics, 2003)."""
    rows, columns = pixels.shape[:2]

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + row.astype(">u2" if bits == 16 else "u1").tobytes() for row in pixels)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, bits, colour, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


@pytest.mark.parametrize("bits, most, dtype", [(8, 256, "u1"), (16, 65536, "u2")])
@pytest.mark.parametrize("transpose", [False, True])
def test_grey_png(inshi, bits, most, dtype, transpose):
    folder = inshi("info").folder
    x = RNG.integers(0, most, (12, 9))
    (folder / "p.png").write_bytes(png(x, bits))
    data = inshi("info", "p.png", "--json").json()
    assert (data["format"], data["dtype"], data["rows"], data["columns"]) == ("png", dtype, 12, 9)
    plan = inshi("plan", "p.png", "-k", 2, "--iterations", 5, "--json").json()["input"]
    assert plan == {"path": "p.png", "rows": 12, "columns": 9, "nonzeros": None, "sparse": False, "dtype": dtype}
    words = ["--transpose"] if transpose else []
    run = inshi("fit", "p.png", "-k", 2, "--iterations", 20, "--tolerance", 0, "--figures", "none", "-q", *words)
    assert run.code == 0 and (folder / "p-inshi/W.npy").exists()
    np.save(folder / "x.npy", x.astype(dtype))
    assert inshi("fit", "x.npy", "-k", 2, "--iterations", 20, "--tolerance", 0, "--figures", "none", "-q", *words).code == 0
    for factor in "WH":
        assert np.array_equal(np.load(folder / f"p-inshi/{factor}.npy"), np.load(folder / f"x-inshi/{factor}.npy"))


def test_png_in_colour_or_damaged(inshi):
    folder = inshi("info").folder
    (folder / "c.png").write_bytes(png(RNG.integers(0, 256, (4, 5 * 3)).reshape(4, 15), 8, 2)[:16] + b"")
    whole = png(RNG.integers(0, 256, (4, 5)), 8)
    colour = bytearray(whole)
    colour[25] = 2
    colour[29:33] = struct.pack(">I", zlib.crc32(bytes(colour[12:29])))
    (folder / "c.png").write_bytes(colour)
    run = inshi("fit", "c.png", "-k", 2)
    assert run.code == 3 and "with colours" in run.err and "make it grey" in run.err
    for length in range(8, len(whole), 5):
        (folder / "d.png").write_bytes(whole[:length])
        run = inshi("fit", "d.png", "-k", 2)
        assert run.code == 3 and "d.png" in run.err and not (folder / "d-inshi").exists(), length
    for at in range(29, len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 0x55
        (folder / "d.png").write_bytes(changed)
        assert inshi("info", "d.png").code in (0, 3), at
    assert inshi("fit", "-", "-k", 2, stdin=whole).code == 3


def test_negative_entries_of_mtx_are_told_with_their_line(inshi):
    folder = inshi("info").folder
    (folder / "n.mtx").write_text("%%MatrixMarket matrix coordinate real general\n% c\n3 4 3\n2 2 -7\n1 3 2\n1 4 -0.5\n")
    run = inshi("fit", "n.mtx", "-k", 2)
    assert run.code == 3
    assert run.err == ("inshi: n.mtx line 6 (row 1, column 4): -0.5 is negative, and NMF needs values >= 0\n"
                       "       2 negative values in 2 columns; --negative clip sets them to 0\n")


def sparse_fit(inshi, *words):
    run = inshi("fit", *words)
    if "factorizes dense X only" in run.err:
        pytest.skip("this version fits dense X only")
    assert run.code == 0, run.err
    return run


def test_a_sparse_fit_is_reported_and_drawn(inshi):
    folder = inshi("info").folder
    sp.save_npz(folder / "x.npz", sp.random(60, 40, 0.3, random_state=1))
    summary = sparse_fit(inshi, "x.npz", "-k", 3, "--json", "-q").json()
    assert summary["input"]["sparse"] is True and summary["input"]["nonzeros"] == 720 and summary["input"]["format"] == "npz"
    assert (folder / "x-inshi/figures/residual.png").read_bytes().startswith(b"\x89PNG")


def test_a_sparse_fit_transposed(inshi):
    folder = inshi("info").folder
    x = sp.random(60, 40, 0.3, random_state=1, format="csr")
    scipy.io.mmwrite(folder / "x.mtx", x, precision=17)
    sp.save_npz(folder / "t.npz", x.T.tocsr())
    common = ["-k", 3, "--figures", "none", "-q"]
    sparse_fit(inshi, "x.mtx", "--transpose", "-o", "a", *common)
    sparse_fit(inshi, "t.npz", "-o", "b", *common)
    for factor in "WH":
        assert np.array_equal(np.load(folder / f"a/{factor}.npy"), np.load(folder / f"b/{factor}.npy"))
    assert inshi("transform", "a", "x.mtx", "-o", "c").code == 0
    assert np.load(folder / "c/H.npy").shape == (3, 60)
