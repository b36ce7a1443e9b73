"""Missing entries, weights and locks: what is hidden has no say, and a weight is worth as many copies."""
import numpy as np
import pytest
from conftest import divergence

import inshi

LOSSES = {"eu": 2, "kl": 1, "is": 0, "beta:1.5": 1.5}


@pytest.fixture
def holes(rng):
    X = rng.random((30, 3)) @ rng.random((3, 40)) + 0.01
    return X, rng.random(X.shape) < 0.7


@pytest.mark.parametrize("loss, beta", LOSSES.items())
def test_nan_is_missing(holes, loss, beta):
    X, seen = holes
    model = inshi.fit(np.where(seen, X, np.nan), 3, loss=loss, iterations=500)
    Y = model.W @ model.H
    assert model.divergence == pytest.approx(divergence(X[seen], Y[seen], beta), rel=1e-7)
    assert model.summary["observed"] == seen.sum() == model.summary["input"]["nonzeros"]
    # what was hidden is found again: X has rank 3 but for a constant
    assert np.abs(Y - X)[~seen].max() < 0.1
    # bit for bit: a mask says the same, and what is behind it does not matter
    masked = inshi.fit(np.where(seen, X, -7), 3, loss=loss, iterations=500, mask=seen)
    assert (masked.W == model.W).all() and (masked.H == model.H).all()


@pytest.mark.parametrize("make", [lambda x: np.ma.masked_invalid(x), lambda x: x.astype(object), lambda x: x.tolist(),
                                  lambda x: [[None if np.isnan(v) else v for v in row] for row in x],
                                  np.asfortranarray, lambda x: np.ascontiguousarray(x.T).T])
def test_missing_in_other_clothes(holes, make):
    X = np.where(holes[1], holes[0], np.nan)
    assert (inshi.fit(make(X), 3, iterations=20).W == inshi.fit(X, 3, iterations=20).W).all()


def test_frames_with_missing_values(holes):
    pd = pytest.importorskip("pandas")
    X = np.where(holes[1], holes[0], np.nan)
    for frame in (pd.DataFrame(X), pd.DataFrame(X).astype("Float64")):
        assert (inshi.fit(frame, 3, iterations=20).W == inshi.fit(X, 3, iterations=20).W).all()


def test_weights(holes, rng):
    X, _ = holes
    weights = rng.random(X.shape)
    model = inshi.fit(X, 3, weights=weights, tolerance=1e-7)
    Y = model.W @ model.H
    assert model.divergence == pytest.approx((weights * (X - Y) ** 2).sum() / 2, rel=1e-7)
    rows, columns = rng.random(30), rng.random(40)
    model = inshi.fit(X, 3, row_weights=rows, column_weights=columns)
    Y = model.W @ model.H
    assert model.divergence == pytest.approx((np.outer(rows, columns) * (X - Y) ** 2).sum() / 2, rel=1e-7)
    for shape in ((30,), (30, 1), (1, 30)):
        again = inshi.fit(X, 3, row_weights=rows.reshape(shape), column_weights=list(columns))
        assert (again.W == model.W).all()


def test_locks(holes, rng):
    X, _ = holes
    W, H, lock = rng.random((30, 3)), rng.random((3, 40)), rng.random((30, 3)) < 0.5
    model = inshi.fit(X, init_w=W, init_h=H, lock_w=lock)
    assert (model.W[lock] == W[lock]).all() and not (model.W[~lock] == W[~lock]).any()


@pytest.mark.parametrize("options, sentence", [
    ({"mask": np.ones((3, 3))}, "mask is 3 x 3, and must be 30 x 40"), ({"weights": -np.ones((30, 40))}, "negative"),
    ({"row_weights": np.ones(40)}, "one number for each of the 30 rows"), ({"column_weights": np.ones((2, 20))}, "40 columns"),
    ({"mask": np.zeros((30, 40))}, "observed|missing"), ({"lock_w": np.ones((30, 3))}, "given|init")])
def test_what_does_not_fit_is_refused(holes, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        inshi.fit(holes[0], 3, **options)


def test_transform_leaves_out_what_is_missing(holes):
    X, seen = holes
    model = inshi.fit(X, 3, loss="kl")
    H = model.transform(np.where(seen, X, np.nan)).H
    for j in (0, 17):
        rows = seen[:, j]
        alone = inshi.transform(model.W[rows], X[rows, j:j + 1], loss="kl").H
        assert np.allclose(H[:, j], alone.ravel(), rtol=1e-5, atol=1e-8)


# ---- the estimator ----

@pytest.mark.parametrize("loss", LOSSES)
def test_missing_nan(holes, loss):
    X, seen = holes
    gaps = np.where(seen, X, np.nan)
    model = inshi.NMF(3, missing="nan", loss=loss, random_state=0, max_iter=500)
    W = model.fit_transform(gaps)
    assert (W == model.transform(gaps)).all() and np.abs(W @ model.components_ - X)[~seen].max() < 0.1
    with pytest.raises(ValueError, match="contains NaN"):
        inshi.NMF(3).fit(gaps)
    with pytest.raises(ValueError, match="infinity"):
        inshi.NMF(3, missing="nan").fit(np.where(seen, X, np.inf))


@pytest.mark.parametrize("loss, solver", [("eu", "auto"), ("is", "auto"), ("kl", "mu"), ("beta:1.5", "mu")])
def test_a_sample_weight_is_worth_copies(holes, loss, solver):
    """Where the path is the same: newton begins weighted and unweighted data in two ways."""
    X, _ = holes
    counts = np.random.default_rng(1).integers(0, 4, 30)
    model = inshi.NMF(2, loss=loss, solver=solver, init="random", random_state=0, tol=1e-6, max_iter=2000)
    weighted = model.fit(X, sample_weight=counts).components_
    copied = model.fit(np.repeat(X, counts, axis=0), sample_weight=np.ones(counts.sum())).components_
    assert np.allclose(weighted, copied, rtol=1e-4, atol=1e-6)


def test_sample_weights_are_checked(holes):
    for weights, sentence in (([1, 2], "expected"), (-np.ones(30), "Negative values"), (np.ones((30, 2)), "1D"),
                              (["a"] * 30, "could not convert|numeric")):
        with pytest.raises(ValueError, match=sentence):
            inshi.NMF(2).fit(holes[0], sample_weight=weights)
    inshi.NMF(2, random_state=0).fit(holes[0], sample_weight=2.0)
