"""inshi.fit and inshi.transform: what they minimise, their options, errors and warnings."""
import copy
import inspect
import pickle

import numpy as np
import pytest
from conftest import divergence

import inshi

LOSSES = {"eu": 2, "kl": 1, "is": 0, "beta:1.5": 1.5, "beta:0.5": 0.5, "beta:3": 3, "beta:-1": -1}


@pytest.mark.parametrize("loss, beta", LOSSES.items())
def test_the_objective_is_the_divergence_of_its_definition(planted, loss, beta):
    model = inshi.fit(planted, 3, loss=loss, iterations=50)
    assert model.objective == pytest.approx(divergence(planted, model.W @ model.H, beta), rel=1e-9)
    assert np.all(np.diff(model.history.objective) <= 1e-12 * model.history.objective[:-1])
    assert model.history.objective[-1] == model.objective and model.history.iteration[0] == 0
    assert (model.W >= 0).all() and (model.H >= 0).all()
    assert np.allclose(model.W.sum(0), 1)


def test_penalties_are_in_the_objective(planted):
    model = inshi.fit(planted, 3, l1_w=0.1, l2_w=0.2, l1_h=0.3, l2_h=0.4, iterations=30)
    W, H = model.W, model.H
    penalty = 0.1 * W.sum() + 0.2 / 2 * (W**2).sum() + 0.3 * H.sum() + 0.4 / 2 * (H**2).sum()
    assert model.objective == pytest.approx(divergence(planted, W @ H, 2) + penalty, rel=1e-9)
    assert model.divergence == pytest.approx(divergence(planted, W @ H, 2), rel=1e-9)


@pytest.mark.parametrize("loss, eta", [("eu", 1e-3), ("kl", 1e-2), ("is", 1e-2)])
def test_gradient_is_the_rule_of_the_article(rng, loss, eta):
    """The article's steps in NumPy, both factors from the same point, from the same start."""
    X, W, H = rng.random((12, 20)) + 0.1, rng.random((12, 3)), rng.random((3, 20))
    model = inshi.fit(X, solver="gradient", loss=loss, eta=eta, init_w=W, init_h=H, iterations=25, tolerance=0,
                      normalize="none")
    for _ in range(25):
        Y = W @ H
        pull, push = {"eu": (X, Y), "kl": (X / Y, np.ones_like(X)), "is": (X / Y**2, 1 / Y)}[loss]
        h, w = (W.T @ pull, W.T @ push), (pull @ H.T, push @ H.T)
        if loss == "eu":
            W, H = np.maximum(W + eta * (w[0] - w[1]), 0), np.maximum(H + eta * (h[0] - h[1]), 0)
        else:
            W, H = W + eta * W / w[1] * (w[0] - w[1]), H + eta * H / h[1] * (h[0] - h[1])
    assert np.allclose(model.W, W, rtol=1e-10) and np.allclose(model.H, H, rtol=1e-10)


def test_one_seed_gives_the_same_bits_for_any_threads(planted):
    a, b = inshi.fit(planted, 4, seed=3, threads=1), inshi.fit(planted, 4, seed=3, threads=2)
    assert (a.W == b.W).all() and (a.H == b.H).all()
    assert not (inshi.fit(planted, 4, seed=4, iterations=1).W == inshi.fit(planted, 4, seed=3, iterations=1).W).all()


def test_given_starts_are_used_and_not_written_to(planted, rng):
    W, H = rng.random((40, 3)), rng.random((3, 60))
    before = W.copy(), H.copy()
    model = inshi.fit(planted, init_w=W, init_h=H, iterations=5, tolerance=0, normalize="none")
    assert model.history.objective[0] == pytest.approx(divergence(planted, W @ H, 2), rel=1e-12)
    assert (W == before[0]).all() and (H == before[1]).all()
    fixed = inshi.fit(planted, init_w=W, fix="w")
    assert (fixed.W == W).all()
    some = inshi.fit(planted, init_w=W, fix_columns=[0, 2])
    assert (some.W[:, [0, 2]] == W[:, [0, 2]]).all() and not np.allclose(some.W[:, 1], W[:, 1])


def test_restarts_keep_the_lowest(planted):
    best = inshi.fit(planted, 5, loss="kl", restarts=4, iterations=20)
    assert best.objective <= inshi.fit(planted, 5, loss="kl", iterations=20).objective
    assert 0 <= best.summary["restart"] < 4


def test_transform_solves_for_the_basis(planted):
    model = inshi.fit(planted, 3, loss="kl")
    again = model.transform(planted)
    assert again.objective <= model.objective * (1 + 1e-12)
    assert again.summary["loss"] == "kl" and again.W is model.W
    split = np.hstack([model.transform(planted[:, :7]).H, model.transform(planted[:, 7:]).H])
    assert (split == again.H).all()


def test_transform_ends_where_float32_has_no_more_digits(planted):
    """A tolerance that float32 cannot reach is no reason to go on: the objective's last digits only go up and down."""
    model = inshi.fit(planted, 3, loss="kl", dtype="f32")
    again = model.transform(planted, tolerance=1e-10)
    assert again.iterations < 5000 and again.kkt < 1e-5


def test_transform_takes_the_floor_of_the_fit(rng):
    X = rng.random((10, 30))
    X[0, 0] = 0
    with pytest.warns(inshi.InshiWarning, match="lifted"):
        model = inshi.fit(X, 2, loss="is", floor=1e-3)
    assert model.summary["floor"] == 1e-3
    with pytest.warns(inshi.InshiWarning, match="lifted"):
        assert model.transform(X).summary["floor"] == 1e-3


def test_summary_has_the_fields_of_the_command(planted):
    s = inshi.fit(planted, 3).summary
    for name in ("inshi_version command input rank loss solver init seed threads floor iterations stop objective "
                 "divergence relative_error kkt seconds peak_bytes warnings files").split():
        assert name in s, name
    assert s["input"]["rows"] == 40 and s["input"]["columns"] == 60 and s["input"]["nonzeros"] == 2400
    assert s["relative_error"] < 0.05 and s["stop"] == "tolerance" and s["peak_bytes"] > 0


def test_a_result_can_be_pickled_and_copied(planted):
    model = inshi.fit(planted, 3)
    for again in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model), pickle.loads(pickle.dumps(model.transform(planted)))):
        assert (again.W == model.W).all() and again.summary["loss"] == "eu" and again.W is not model.W
    assert (pickle.loads(pickle.dumps(model)).history.objective == model.history.objective).all()
    assert (pickle.loads(pickle.dumps(model)).transform(planted).H == model.transform(planted).H).all()


def test_peak_bytes_is_of_this_call(rng):
    small = rng.random((10, 10))
    before = inshi.fit(small, 2, threads=1).summary["peak_bytes"]
    inshi.fit(rng.random((500, 500)), 5, iterations=2, threads=1)
    assert inshi.fit(small, 2, threads=1).summary["peak_bytes"] == before


@pytest.mark.parametrize("arguments, sentence", [
    ({"k": 0}, "k is 0, and must be at least 1"),
    ({"k": 2.5}, "k is 2.5, and must be a whole number"),
    ({"loss": "klx"}, "klx"),
    ({"loss": 3}, "loss is 3, and must be a name"),
    ({"solver": "hal"}, 'did you mean hals'),
    ({"solver": "hals", "loss": "kl"}, "solver hals does not minimise the loss kl"),
    ({"l1_w": -1}, "^l1_w is -1, and must be a number of at least 0"),
    ({"l1_w": "a"}, "l1_w is 'a', and must be a number"),
    ({"tolerance": float("nan")}, "tolerance is not a number"),
    ({"iterations": 2**70}, "outside of the range"),
    ({"seed": -1}, "outside of the range"),
    ({"dtype": "f16"}, "dtype is 'f16', and must be f32 or f64"),
    ({"dtype": object()}, "and must be f32 or f64"),
    ({"threads": 0}, "threads is 0"),
    ({"callback": 3}, "callback is 3, and must be a function"),
    ({"init_w": np.ones((3, 2))}, "init_w is 3 x 2, and must be 40 x 3"),
    ({"fix": "w"}, "no W is given"),
    ({"fix_columns": [9], "init_w": np.ones((40, 3))}, "W has columns 0 to 2"),
])
def test_options_that_do_not_fit_are_refused(planted, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        inshi.fit(planted, **{"k": 3, **arguments})


@pytest.mark.parametrize("X, sentence", [
    ([["a", "b"]], "text"), (np.array([["1", 2]], object), "text"), ([[1j]], "complex"), ([1, 2], "1 dimension,"),
    (3, "0 dimensions"), (np.ones((2, 2, 2)), "3 dimensions"), ([[1, 2], [3]], "no matrix"),
    (np.ones((0, 3)), "at least one entry"), (np.ones((3, 0)), "at least one entry"),
    (np.array([["2020-01-01"]], "M8[D]"), "needs numbers"), ([[object()]], "no numbers"),
    ([[1, -2]], "-2 is negative"), ([[1, np.inf]], "infinite"),
    ([[None, np.nan]], "observed|missing"),
])
def test_bad_data_is_refused(X, sentence):
    with pytest.raises(inshi.InputError, match=sentence):
        inshi.fit(X, 1)


def test_errors_are_pythons_own_kinds(planted):
    assert issubclass(inshi.InputError, ValueError) and issubclass(inshi.OutOfMemory, MemoryError)
    with pytest.raises(MemoryError, match="smaller k"):
        inshi.fit(planted, 2**60)
    with pytest.raises(inshi.UnsupportedError):
        inshi.fit(planted, 2, solver="hals", loss="kl")


def test_a_checkpoint_goes_on_with_the_same_bits(planted, tmp_path):
    path = tmp_path / "state"
    whole = inshi.fit(planted, 4, iterations=40, tolerance=0)
    inshi.fit(planted, 4, iterations=40, tolerance=0, checkpoint=path, callback=lambda i, *_: i == 15)
    again = inshi.fit(planted, 4, iterations=40, tolerance=0, checkpoint=path, resume=True)
    assert (again.W == whole.W).all() and (again.H == whole.H).all() and len(again.history) == 41
    with pytest.raises(ValueError, match="another|differ|other"):
        inshi.fit(planted + 1, 4, checkpoint=path, resume=True)
    with pytest.raises(ValueError, match="no checkpoint is given"):
        inshi.fit(planted, 4, resume=True)
    with pytest.raises(OSError):
        inshi.fit(planted, 4, checkpoint=tmp_path / "no" / "state")


def test_threads_come_from_the_environment(planted, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1,4")
    assert inshi.fit(planted, 2).summary["threads"] == 1
    monkeypatch.setenv("INSHI_NUM_THREADS", "2")
    assert inshi.fit(planted, 2).summary["threads"] == 2
    assert inshi.fit(planted, 2, threads=3).summary["threads"] == 3
    monkeypatch.setenv("INSHI_NUM_THREADS", "many")
    with pytest.raises(ValueError, match='INSHI_NUM_THREADS is "many"'):
        inshi.fit(planted, 2)


def test_warnings_point_at_the_caller(planted):
    with pytest.warns(inshi.InshiWarning, match="above min") as seen:
        inshi.fit(planted, 41, iterations=1)
    assert seen[0].filename == __file__


def test_every_parameter_is_documented():
    for function in (inshi.fit, inshi.transform, inshi.NMF, inshi.non_negative_factorization):
        for name in inspect.signature(function).parameters:
            assert name in function.__doc__, (function, name)
