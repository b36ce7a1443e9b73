"""--mask, --weights, --row-weights, --column-weights, --lock-w, --lock-h, and NaN in X."""
import numpy as np
import pytest
from conftest import load_summary


def weighted_divergence(x, y, w, loss):
    x = np.where(w > 0, x, 1)
    y = np.where(w > 0, y, 1)
    terms = {"eu": lambda: (x - y) ** 2 / 2, "kl": lambda: x * np.log(x / y) - x + y,
             "is": lambda: x / y - np.log(x / y) - 1}[loss]()
    return (w * terms).sum()


@pytest.fixture
def mask(tmp_path):
    rng = np.random.default_rng(3)
    mask = (rng.random((12, 9)) > 0.25).astype(np.uint8)
    np.save(tmp_path / "M.npy", mask)
    return mask


def fit(inshi, *words, source="X.npy", out="out", code=0):
    run = inshi("fit", source, "-k", 3, "-o", out, "--force", "--figures", "none", *words)
    assert run.code == code, run.err
    if code:
        return run.err
    folder = run.folder / out
    return run, load_summary(folder), np.load(folder / "W.npy"), np.load(folder / "H.npy")


@pytest.mark.parametrize("loss", ["eu", "kl", "is"])
def test_a_mask_hides_and_is_recorded(inshi, x, mask, tmp_path, loss):
    hidden = np.where(mask, x, -5)
    hidden[np.unravel_index(np.flatnonzero(mask == 0)[0], mask.shape)] = np.inf
    np.save(tmp_path / "hidden.npy", hidden)
    np.save(tmp_path / "nan.npy", np.where(mask, x, np.nan))
    _, summary, w, h = fit(inshi, "--mask", "M.npy", "--loss", loss, source="hidden.npy")
    assert summary["mask"] == "M.npy" and summary["weights"] is None and summary["observed"] == mask.sum()
    assert summary["divergence"] == pytest.approx(weighted_divergence(x, w @ h, mask, loss), rel=1e-8)
    error = np.sqrt((mask * (x - w @ h) ** 2).sum() / (mask * x**2).sum())
    assert summary["relative_error"] == pytest.approx(error, rel=1e-8)
    run, _, w2, h2 = fit(inshi, "--loss", loss, source="nan.npy")
    assert (w == w2).all() and (h == h2).all()
    assert np.isfinite(w).all() and np.isfinite(h).all()


def test_empty_fields_of_csv_are_missing(inshi, tmp_path):
    (tmp_path / "holes.csv").write_text("1,2,3,4\n4,,6,2\nNA,3,1,5\n7,1,2,NaN\n")
    np.save(tmp_path / "nan.npy", np.array([[1, 2, 3, 4], [4, np.nan, 6, 2], [np.nan, 3, 1, 5], [7, 1, 2, np.nan]]))
    _, summary, w, h = fit(inshi, source="holes.csv")
    _, _, w2, h2 = fit(inshi, source="nan.npy")
    assert summary["observed"] == 13 and (w == w2).all() and (h == h2).all()


def test_a_sparse_mask(inshi, x, mask, tmp_path):
    sparse = pytest.importorskip("scipy.sparse")
    sparse.save_npz(tmp_path / "M.npz", sparse.csr_matrix(mask))
    np.save(tmp_path / "hidden.npy", np.where(mask, x, -1))
    _, _, w, _ = fit(inshi, "--mask", "M.npz", source="hidden.npy")
    _, _, w2, _ = fit(inshi, "--mask", "M.npy")
    assert (w == w2).all()


def test_a_mask_is_transposed_with_x(inshi, x, mask, tmp_path):
    rows = np.linspace(0.5, 2, 9)
    np.save(tmp_path / "rows.npy", rows)
    np.savetxt(tmp_path / "rows.csv", rows)
    np.save(tmp_path / "T.npy", np.ascontiguousarray(x.T))
    np.save(tmp_path / "MT.npy", np.ascontiguousarray(mask.T))
    _, _, w, h = fit(inshi, "--mask", "MT.npy", "--row-weights", "rows.npy", source="T.npy")
    _, _, w2, h2 = fit(inshi, "--mask", "M.npy", "--row-weights", "rows.csv", "--transpose")
    assert (w == w2).all() and (h == h2).all()


def test_ones_are_dropped_and_twos_scale(inshi, x, tmp_path):
    np.save(tmp_path / "one.npy", np.ones((12, 9)))
    np.save(tmp_path / "two.npy", np.full((12, 9), 2))
    for loss in ("eu", "kl", "is"):
        _, summary, w, h = fit(inshi, "--loss", loss)
        _, _, w1, h1 = fit(inshi, "--loss", loss, "--mask", "one.npy", "--weights", "one.npy")
        _, summary2, w2, h2 = fit(inshi, "--loss", loss, "--weights", "two.npy")
        assert (w == w1).all() and (h == h1).all()
        assert np.abs(w - w2).max() <= 1e-9 and np.abs(h - h2).max() <= 1e-9 * h.max()
        assert summary2["objective"] == pytest.approx(2 * summary["objective"], rel=1e-9)


def test_weights_and_penalties(inshi, x, tmp_path):
    weights = np.random.default_rng(1).random((12, 9)) * 5
    np.save(tmp_path / "w.npy", weights)
    _, summary, w, h = fit(inshi, "--weights", "w.npy", "--l1-h", "0.2", "--l2-w", "0.1", "--loss", "kl")
    divergence = weighted_divergence(x, w @ h, weights, "kl")
    assert summary["divergence"] == pytest.approx(divergence, rel=1e-9)
    assert summary["objective"] == pytest.approx(divergence + 0.2 * h.sum() + 0.05 * (w**2).sum(), rel=1e-9)


@pytest.mark.parametrize("rows, text", [
    ([4], "1 row of X (the first is row 4, counted from 0) has no observed entry: there W is 0"),
    ([3, 7], "2 rows of X (the first is row 3, counted from 0) have no observed entry: there W is 0")])
def test_rows_of_sparse_x_without_an_entry_are_said_as_those_of_dense(inshi, x, tmp_path, rows, text):
    stored = x + 0.1
    stored[rows] = 0
    sparse = pytest.importorskip("scipy.sparse")
    sparse.save_npz(tmp_path / "S.npz", sparse.csr_matrix(stored))
    run, _, w, _ = fit(inshi, "--absent", "missing", source="S.npz")
    assert (w[rows] == 0).all() and text in run.err
    np.save(tmp_path / "W0.npy", np.full((12, 3), 0.5))
    run, _, w, _ = fit(inshi, "--absent", "missing", "--fix-columns", "0", "--init-w", "W0.npy", source="S.npz")
    assert (w[rows] == 0.5).all() and text.replace("is 0", "stays at its start") in run.err
    run, _, w, _ = fit(inshi, "--absent", "missing", "--fix", "w", "--init-w", "W0.npy", source="S.npz")
    assert (w == 0.5).all() and "no observed entry" not in run.err


def test_rows_without_an_entry_are_zero_and_said(inshi, x, mask, tmp_path):
    mask[4] = 0
    np.save(tmp_path / "M.npy", mask)
    run, summary, w, _ = fit(inshi, "--mask", "M.npy")
    assert (w[4] == 0).all() and "1 row of X (the first is row 4, counted from 0) has no observed entry" in run.err
    assert any("no observed entry" in text for text in summary["warnings"])


def test_locked_entries_come_out_bit_for_bit(inshi, x, tmp_path):
    rng = np.random.default_rng(2)
    w0, h0 = rng.random((12, 3)), rng.random((3, 9))
    lock_w, lock_h = rng.random((12, 3)) < 0.4, rng.random((3, 9)) < 0.4
    for name, a in {"W0": w0, "H0": h0, "LW": lock_w, "LH": lock_h}.items():
        np.save(tmp_path / f"{name}.npy", a)
    given = ["--init-w", "W0.npy", "--init-h", "H0.npy", "--lock-w", "LW.npy", "--lock-h", "LH.npy"]
    for loss in ("eu", "kl", "is"):
        _, summary, w, h = fit(inshi, "--loss", loss, *given)
        assert (w[lock_w] == w0[lock_w]).all() and (h[lock_h] == h0[lock_h]).all()
        assert (w[~lock_w] != w0[~lock_w]).any() and summary["normalize"] == "none" and summary["lock_w"] == "LW.npy"
    assert "lock-w" in fit(inshi, "--lock-w", "LW.npy", code=2)
    assert "normalize" in fit(inshi, *given, "--normalize", "sum", code=2)


def test_transform_takes_masks(inshi, x, mask, tmp_path):
    _, _, w, h = fit(inshi, "--mask", "M.npy", "--loss", "kl", "--tolerance", "1e-9", "--normalize", "none", out="model")
    run = inshi("transform", "model", "X.npy", "--mask", "M.npy", "-o", "again")
    assert run.code == 0, run.err
    again, summary = np.load(tmp_path / "again/H.npy"), load_summary(tmp_path / "again")
    assert summary["mask"] == "M.npy" and summary["observed"] == mask.sum()
    found, fitted = (weighted_divergence(x, w @ a, mask, "kl") for a in (again, h))
    assert found <= fitted * (1 + 1e-8)
    assert summary["divergence"] == pytest.approx(found, rel=1e-9)


@pytest.mark.parametrize("name,content,text", [
    ("--mask", np.ones((9, 12)), "b.npy is 9 x 12, and must be 12 x 9"),
    ("--mask", np.full((12, 9), 0.5), "0.5 is neither 0 nor 1"),
    ("--mask", np.zeros((12, 9)), "no observed entry"),
    ("--weights", np.ones((12, 8)), "b.npy is 12 x 8"),
    ("--weights", np.full((12, 9), -1.0), "weights row 0, column 0 (counted from 0): -1 is negative"),
    ("--weights", np.full((12, 9), np.nan), "no number"),
    ("--weights", np.full((12, 9), np.inf), "infinite"),
    ("--weights", np.zeros((12, 9)), "no observed entry"),
    ("--row-weights", np.ones((1, 9)), "must be a vector of 12 numbers"),
    ("--column-weights", np.ones((12, 1)), "must be a vector of 9 numbers"),
    ("--column-weights", np.full((1, 9), -2.0), "-2 is negative"),
])
def test_bad_weights(inshi, x, tmp_path, name, content, text):
    np.save(tmp_path / "b.npy", content)
    assert text in fit(inshi, name, "b.npy", code=3)
    assert not (tmp_path / "out").exists()


def test_what_is_observed_is_still_checked(inshi, x, mask, tmp_path):
    x[tuple(np.argwhere(mask == 1)[3])] = -0.25
    np.save(tmp_path / "X.npy", x)
    assert "-0.25 is negative" in fit(inshi, "--mask", "M.npy", code=3)
    x[:] = np.nan
    np.save(tmp_path / "X.npy", x)
    assert "no observed entry" in fit(inshi, code=3)


def test_pictures_of_x_with_holes(inshi, x, mask, tmp_path):
    np.save(tmp_path / "nan.npy", np.where(mask, x, np.nan))
    run = inshi("fit", "nan.npy", "-k", 3, "-o", "out")
    assert run.code == 0, run.err
    assert (tmp_path / "out/figures/X.png").exists() and (tmp_path / "out/figures/residual.png").exists()


@pytest.mark.parametrize("loss", ["eu", "kl", "is"])
def test_weights_and_a_mask_of_a_sparse_x_with_absent_entries(inshi, tmp_path, loss):
    """The same as NaN in dense X; transform takes what is absent from the fit."""
    sparse = pytest.importorskip("scipy.sparse")
    rng = np.random.default_rng(4)
    x = rng.random((12, 3)) @ rng.random((3, 9)) + 0.01
    stored, mask, weights = rng.random(x.shape) < 0.8, rng.random(x.shape) < 0.8, rng.integers(1, 5, x.shape) / 2
    sparse.save_npz(tmp_path / "S.npz", sparse.csr_matrix(np.where(stored, x, 0)))
    sparse.save_npz(tmp_path / "V.npz", sparse.csc_matrix(np.where(stored, weights, 0)))  # on the pattern of X
    np.save(tmp_path / "D.npy", np.where(stored, x, np.nan))
    np.save(tmp_path / "V.npy", weights)
    np.save(tmp_path / "M.npy", mask)
    np.save(tmp_path / "c.npy", rng.random(9) + 0.5)
    more = ["--loss", loss, "--mask", "M.npy", "--column-weights", "c.npy", "--iterations", 40, "--tolerance", 0, "--seed", 2]
    _, a, w, h = fit(inshi, *more, "--weights", "V.npz", "--absent", "missing", source="S.npz", out="sparse")
    _, b, w2, h2 = fit(inshi, *more, "--weights", "V.npy", source="D.npy", out="dense")
    assert a["absent"] == "missing" and a["observed"] == b["observed"] == (stored & mask).sum()
    assert a["objective"] == pytest.approx(b["objective"], rel=1e-12)
    assert a["divergence"] == pytest.approx(
        weighted_divergence(x, w @ h, stored * mask * weights * np.load(tmp_path / "c.npy"), loss), rel=1e-8)
    assert np.abs(w - w2).max() < 1e-8 * w.max() and np.abs(h - h2).max() < 1e-8 * h.max()
    assert inshi("transform", "sparse", "S.npz", "--mask", "M.npy", "-o", "t1").code == 0
    assert inshi("transform", "sparse", "D.npy", "--mask", "M.npy", "-o", "t2").code == 0
    one, two = np.load(tmp_path / "t1/H.npy"), np.load(tmp_path / "t2/H.npy")
    assert load_summary(tmp_path / "t1")["observed"] == (stored & mask).sum()
    assert np.abs(one - two).max() < 1e-6 * two.max()
