"""Sparse X: no copy, the same as dense X, and what is absent may be missing."""
import numpy as np
import pytest
from conftest import divergence

import inshi
from inshi import _library as L, _views as V

sparse = pytest.importorskip("scipy.sparse")
pytestmark = pytest.mark.skipif("absent" not in L.OPTIONS, reason="this version refuses sparse X")
FORMATS = [sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array, sparse.csc_array]


@pytest.fixture
def counts(rng):
    return rng.poisson(rng.random((60, 3)) @ rng.random((3, 50)) * 0.7).astype(float)


def with_indices(x, dtype):
    x = x.copy()
    x.indices, x.indptr = x.indices.astype(dtype), x.indptr.astype(dtype)
    return x


@pytest.mark.parametrize("index", ["i4", "i8"])
@pytest.mark.parametrize("dtype", ["f4", "f8", "u1", "i8"])
@pytest.mark.parametrize("make", FORMATS)
def test_the_parts_are_read_where_they_lie(counts, make, dtype, index):
    x = with_indices(make(counts.astype(dtype)), index)
    view, kept = V.view(x)
    assert view.layout == (L.CSR if x.format == "csr" else L.CSC)
    for address, array in ((view.data, x.data), (view.pointers, x.indptr), (view.indices, x.indices)):
        assert address == array.__array_interface__["data"][0]
    assert view.index_bytes == np.dtype(index).itemsize


@pytest.mark.parametrize("loss, beta", [("eu", 2), ("kl", 1), ("beta:1.5", 1.5), ("beta:0.5", 0.5)])
@pytest.mark.parametrize("make", FORMATS)
def test_the_objective_is_that_of_dense_x(counts, make, loss, beta):
    model = inshi.fit(make(counts), 3, loss=loss, iterations=40)
    assert model.divergence == pytest.approx(divergence(counts, np.maximum(model.W @ model.H, 1e-300), beta), rel=1e-6)
    assert model.summary["input"]["sparse"] is True and model.summary["input"]["nonzeros"] == (counts > 0).sum()
    dense = inshi.fit(counts, 3, loss=loss, iterations=40)
    assert model.objective < dense.objective * 1.1
    assert np.allclose(model.transform(make(counts)).H, model.transform(counts).H, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("make", [sparse.coo_matrix, sparse.lil_matrix, sparse.dok_array, sparse.bsr_array])
def test_other_formats_are_converted(counts, make):
    assert (inshi.fit(make(counts), 3, iterations=5).W == inshi.fit(sparse.csr_matrix(counts), 3, iterations=5).W).all()


def test_unsorted_and_doubled_indices_are_put_in_order(counts):
    want = inshi.fit(sparse.csr_matrix(counts), 3, iterations=5).W
    x = sparse.csr_matrix(counts)
    for row in range(60):
        a, b = x.indptr[row:row + 2]
        x.indices[a:b], x.data[a:b] = x.indices[a:b][::-1].copy(), x.data[a:b][::-1].copy()
    x.has_sorted_indices = False
    before = x.indices.copy()
    assert (inshi.fit(x, 3, iterations=5).W == want).all() and (x.indices == before).all()
    rows, columns = np.nonzero(counts)
    doubled = sparse.csr_matrix((np.r_[counts[rows, columns], 0 * rows], (np.r_[rows, rows], np.r_[columns, columns])),
                                counts.shape)
    assert np.allclose(inshi.fit(doubled, 3, iterations=5).W, want)


@pytest.mark.parametrize("dtype", ["i2", ">i4"])
def test_other_types_of_indices_are_converted(counts, dtype):
    want = inshi.fit(sparse.csr_matrix(counts), 3, iterations=5).W
    assert (inshi.fit(with_indices(sparse.csr_matrix(counts), dtype), 3, iterations=5).W == want).all()


@pytest.mark.parametrize("checked", [True, False], ids=["as if checked", "unchecked"])
@pytest.mark.parametrize("spoil", [
    lambda x: x.indices.__setitem__(0, 10**6), lambda x: x.indices.__setitem__(0, -1),
    lambda x: x.indptr.__setitem__(1, 10**9), lambda x: x.indptr.__setitem__(1, -7),
    lambda x: x.indptr.__setitem__(-1, 10**8), lambda x: x.indptr.__setitem__(0, 1),
    lambda x: setattr(x, "indptr", x.indptr[:5]), lambda x: setattr(x, "indices", x.indices[:5]),
    lambda x: setattr(x, "data", x.data[:5]), lambda x: setattr(x, "indices", x.indices.astype(float))])
def test_indices_that_lie_do_not_crash(counts, spoil, checked):
    """SciPy, asked whether the indices are in order, would follow such pointers out of the memory."""
    for use in (lambda x: inshi.fit(x, 3), lambda x: inshi.NMF(3).fit(x)):
        x = sparse.csr_matrix(counts)
        if checked:
            x.has_canonical_format = True
        spoil(x)
        with pytest.raises(ValueError):
            use(x)


def test_absent_may_be_missing(rng, tmp_path):
    X = rng.random((40, 3)) @ rng.random((3, 30)) + 0.1
    seen = rng.random(X.shape) < 0.6
    ratings = sparse.csr_matrix(np.where(seen, X, 0))
    model = inshi.fit(ratings, 3, absent="missing", iterations=1000)
    gaps = np.where(seen, X, np.nan)
    Y = model.W @ model.H
    assert model.divergence == pytest.approx(divergence(X[seen], Y[seen], 2), rel=1e-6)
    assert np.abs(Y - X)[~seen].max() < 0.2
    assert model.transform(ratings).summary["absent"] == "missing"
    assert np.allclose(model.transform(ratings).H, model.transform(gaps).H, rtol=1e-5, atol=1e-7)
    estimator = inshi.NMF(3, missing="absent", random_state=0)
    W = estimator.fit_transform(ratings)
    assert (W == estimator.transform(ratings)).all()
    other = inshi.NMF(3, missing="nan", random_state=0).fit(gaps)
    other.components_, other.summary_["floor"] = estimator.components_, 0.0
    assert np.allclose(other.transform(gaps), W, rtol=1e-5, atol=1e-7)
    model.save(tmp_path / "model")
    assert np.allclose(inshi.NMF.load(tmp_path / "model").transform(ratings.T), model.transform(ratings).H.T, rtol=1e-5, atol=1e-7)
    with pytest.raises(ValueError, match="X is dense"):
        inshi.NMF(3, missing="absent").fit(X)


def test_tags_follow_the_loss(counts):
    tags = {loss: inshi.NMF(loss=loss).__sklearn_tags__().input_tags.sparse for loss in ("eu", "kl", "beta:0.5", "is",
                                                                                          "beta:-1")}
    assert tags == {"eu": True, "kl": True, "beta:0.5": True, "is": False, "beta:-1": False}
    assert inshi.NMF(loss="is", missing="absent").__sklearn_tags__().input_tags.sparse
    with pytest.raises((TypeError, ValueError), match="[Ss]parse"):
        inshi.NMF(2, loss="is").fit(sparse.csr_matrix(counts))
    with pytest.raises(ValueError, match="sparse"):
        inshi.fit(sparse.csr_matrix(counts), 2, loss="is")


@pytest.mark.parametrize("make", FORMATS)
@pytest.mark.parametrize("loss", ["eu", "kl"])
def test_the_estimator_takes_them(counts, make, loss):
    x = make(counts)
    model = inshi.NMF(3, loss=loss, random_state=0)
    W = model.fit_transform(x)
    assert (W == model.transform(x)).all() and (model.transform(x[:1] if x.format == "csr" else counts[:1]).shape == (1, 3))
    assert np.allclose(model.transform(counts), W, rtol=1e-4, atol=1e-6)
    bad = x.copy()
    bad.data[3] = -1
    with pytest.raises(ValueError, match="Negative values in data passed to NMF"):
        model.fit(bad)


def test_memory_shows_no_copy():
    import subprocess
    import sys
    code = """
import resource, numpy as np, scipy.sparse as sp, inshi
x = sp.random_array((20000, 20000), density=0.01, format="csr", dtype=np.float64, rng=np.random.default_rng(0))
size = x.data.nbytes + x.indices.nbytes
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
r = inshi.fit(x, 2, iterations=1, tolerance=0)
print(size, r.summary["peak_bytes"], (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    size, peak, grown = map(int, done.stdout.split())
    assert grown < peak + 0.5 * size
