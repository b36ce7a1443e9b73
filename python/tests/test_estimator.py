"""inshi.NMF beyond what scikit-learn's own tests ask."""
import pickle
import warnings

import numpy as np
import pytest
import sklearn.decomposition
from conftest import divergence
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

import inshi

LOSSES = ["eu", "kl", "is", "beta:1.5", "beta:3"]


@pytest.mark.parametrize("dtype", ["f4", "f8", "i8"])
@pytest.mark.parametrize("loss", LOSSES)
def test_fit_transform_equals_transform(rng, loss, dtype):
    X = (rng.random((300, 40)) * 50 + 1).astype(dtype)
    model = inshi.NMF(4, loss=loss, random_state=0, tol=1e-3, n_threads=2)
    W = model.fit_transform(X)
    assert (W == model.transform(X)).all()
    assert (W == clone(model).fit(X).transform(X)).all()
    assert (model.transform(X[7:9]) == W[7:9]).all()
    assert W.dtype == model.components_.dtype == (np.float32 if dtype == "f4" else np.float64)
    assert np.allclose(model.components_.sum(1), 1, rtol=1e-5)


@pytest.mark.parametrize("size", [(60, 40), (700, 200)])
def test_float32_equals_itself(rng, size):
    X = rng.random(size).astype("f4")
    model = inshi.NMF(3, random_state=0)
    W = model.fit_transform(X)
    assert (model.transform(X) == W).all() and (model.transform(X[:1]) == W[:1]).all()


def test_the_transform_is_optimal(planted):
    """No nonnegative W is better: the conditions of Karush, Kuhn and Tucker, from the definition of the loss."""
    model = inshi.NMF(3, loss="kl", random_state=0)
    W, H = model.fit_transform(planted), model.components_
    gradient = (1 - planted / (W @ H)) @ H.T
    assert gradient.min() > -1e-4 and np.abs(W * gradient).max() < 1e-4


@pytest.mark.parametrize("beta", [2, 1, 0, 1.5])
def test_reconstruction_err(planted, beta):
    model = inshi.NMF(3, beta_loss=beta, random_state=0)
    W = model.fit_transform(planted)
    want = np.sqrt(2 * divergence(planted, W @ model.components_, beta))
    assert model.reconstruction_err_ == pytest.approx(want, rel=1e-6)


@pytest.mark.parametrize("beta", [2, 1])
@pytest.mark.parametrize("solver", ["mu", "auto"])
def test_the_objective_with_penalties_falls(rng, solver, beta):
    """scikit-learn's formula, with its 1/2 before the squares."""
    X = rng.random((20, 15))
    alpha, l1 = 0.1, 0.5
    last = np.inf
    W, H = rng.random((20, 4)), rng.random((4, 15))
    for _ in range(15):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model = inshi.NMF(4, init="custom", max_iter=1, tol=0, alpha_W=alpha, l1_ratio=l1, solver=solver,
                              beta_loss=beta)
            W = model.fit_transform(X, W=W, H=H)
        H = model.components_
        value = divergence(X, W @ H, beta) + alpha * l1 * (15 * W.sum() + 20 * H.sum()) \
            + 0.5 * alpha * (1 - l1) * (15 * (W**2).sum() + 20 * (H**2).sum())
        assert value <= last * (1 + 1e-9)
        assert model.summary_["objective"] <= value * (1 + 1e-9)
        last = value


@pytest.mark.parametrize("parameters", [{}, {"solver": "cd"}, {"solver": "mu", "beta_loss": 1}])
def test_not_above_scikit_learn(parameters):
    X = np.random.default_rng(3).random((80, 30))
    theirs = {"solver": "cd", **parameters}
    a = inshi.NMF(5, random_state=0, max_iter=500, tol=1e-6, **parameters).fit(X)
    b = sklearn.decomposition.NMF(5, random_state=0, max_iter=500, tol=1e-6, **theirs).fit(X)
    assert a.reconstruction_err_ < b.reconstruction_err_ * 1.03


def test_parameters_and_attributes_of_scikit_learn_are_there(planted):
    theirs = sklearn.decomposition.NMF(3, random_state=0).fit(planted)
    ours = inshi.NMF(3, random_state=0).fit(planted)
    assert set(theirs.get_params()) <= set(ours.get_params())
    assert {name for name in vars(theirs) if name.endswith("_")} <= set(vars(ours))
    for name, value in theirs.get_params().items():
        assert name in ("solver", "n_components", "random_state") or getattr(inshi.NMF(), name) == value


def test_losses_by_two_names(planted):
    assert (inshi.NMF(2, loss="kl", random_state=0).fit(planted).components_
            == inshi.NMF(2, beta_loss="kullback-leibler", random_state=0).fit(planted).components_).all()
    inshi.NMF(2, loss="kl", beta_loss=1).fit(planted)
    inshi.NMF(2, loss="eu", beta_loss="frobenius").fit(planted)
    with pytest.raises(ValueError, match="contradict"):
        inshi.NMF(2, loss="kl", beta_loss=0).fit(planted)
    with pytest.raises(ValueError, match="contradict"):
        inshi.NMF(2, loss="kl", beta_loss=2).fit(planted)
    with pytest.raises(ValueError, match="must be 'eu', 'kl', 'is' or 'beta:B'"):
        inshi.NMF(2, loss="k").fit(planted)


def test_zeros_with_itakura_saito(planted):
    X = planted.copy()
    X[0, 0] = 0
    with pytest.raises(ValueError, match="When beta_loss <= 0 and X contains zeros"):
        inshi.NMF(2, beta_loss="itakura-saito").fit(X)
    with pytest.warns(inshi.InshiWarning, match="lifted"):
        model = inshi.NMF(2, loss="is", random_state=0).fit(X)
    assert np.isfinite(model.reconstruction_err_)


def test_fixed_components_stay(planted):
    fixed = inshi.NMF(3, random_state=0).fit(planted).components_[:2]
    model = inshi.NMF(3, fixed_components=fixed, random_state=1).fit(planted)
    assert (model.components_[:2] == fixed).all() and model.reconstruction_err_ < 1
    alone = inshi.NMF(2, fixed_components=fixed).fit(planted)
    assert (alone.components_ == fixed).all()
    with pytest.raises(ValueError, match="at most 1"):
        inshi.NMF(1, fixed_components=fixed).fit(planted)
    with pytest.raises(ValueError, match="60 columns"):
        inshi.NMF(3, fixed_components=fixed[:, :5]).fit(planted)


def test_restarts_are_not_worse(planted):
    one = inshi.NMF(6, loss="kl", random_state=0, max_iter=20)
    assert clone(one).set_params(n_restarts=5).fit(planted).summary_["objective"] <= one.fit(planted).summary_["objective"]


def test_random_state(planted):
    a, b = (inshi.NMF(3, random_state=np.random.RandomState(4)).fit(planted) for _ in range(2))
    assert (a.components_ == b.components_).all()
    assert inshi.NMF(3, random_state=12).fit(planted).summary_["seed"] == 12


def test_pickle_clone_grid_and_pipeline(planted):
    model = inshi.NMF(3, random_state=0).fit(planted)
    again = pickle.loads(pickle.dumps(model))
    assert (again.transform(planted) == model.transform(planted)).all()
    pipe = make_pipeline(inshi.NMF(random_state=0), sklearn.decomposition.PCA(2))
    search = GridSearchCV(pipe, {"nmf__n_components": [2, 3]}, cv=2, n_jobs=2).fit(planted)
    assert search.best_params_["nmf__n_components"] in (2, 3)
    X = model.inverse_transform(model.transform(planted))
    assert np.allclose(X, planted, atol=0.1)
    assert list(model.get_feature_names_out()) == ["nmf0", "nmf1", "nmf2"]


def test_set_output(planted):
    pd = pytest.importorskip("pandas")
    frame = inshi.NMF(2, random_state=0).set_output(transform="pandas").fit_transform(planted)
    assert isinstance(frame, pd.DataFrame) and list(frame.columns) == ["nmf0", "nmf1"]


def test_sentences_are_about_the_x_that_was_given(planted):
    X = planted.copy()
    X[5, 9] = -0.5
    with pytest.raises(ValueError, match=r"Negative values in data passed to NMF \(input X\): X row 5, column 9"):
        inshi.NMF(2).fit(X)
    X[0, 0] = -0.5
    with pytest.raises(ValueError, match="X row 0, column 0"):
        inshi.NMF(2).fit(X)
    with pytest.warns(inshi.InshiWarning, match="only W is penalised"):
        inshi.NMF(2, alpha_W=0.1, alpha_H=0, l1_ratio=1).fit(planted)
    with pytest.warns(inshi.InshiWarning, match="shuffle"):
        inshi.NMF(2, shuffle=True).fit(planted)


def test_an_interrupt_of_the_weighted_start_is_not_lost(planted, monkeypatch):
    from types import SimpleNamespace
    monkeypatch.setattr(inshi.NMF, "_activations", lambda self, view, data=None, components=None, **_:
                        (np.zeros((40, 3)), SimpleNamespace(failure=KeyboardInterrupt() if components is not None else None)))
    with pytest.raises(KeyboardInterrupt):
        inshi.NMF(3).fit(planted, sample_weight=np.ones(40))


def test_negative_fixed_components_are_refused_by_their_name(planted):
    with pytest.raises(ValueError, match=r"Negative values in data passed to NMF \(fixed_components\)"):
        inshi.NMF(3, fixed_components=-planted[:1]).fit(planted)


def test_the_callback_is_heard(planted):
    heard = []
    model = inshi.NMF(3, random_state=0).fit(planted, callback=lambda *told: heard.append(told[0]) or len(heard) > 4)
    assert heard == [0, 1, 2, 3, 4] and model.n_iter_ == 4
    with pytest.raises(ZeroDivisionError):
        inshi.NMF(3, random_state=0).fit(planted, callback=lambda *_: 1 / 0)


def test_mu_stops_by_scikit_learns_rule(planted):
    model = inshi.NMF(3, solver="mu", random_state=0, tol=1e-3).fit(planted)
    error = np.sqrt(2 * model.history_.objective)
    falls = -np.diff(error[::10]) / error[0]
    assert model.n_iter_ % 10 == 0 and falls[-1] < 1e-3 and (falls[:-1] >= 1e-3).all()
    assert model.summary_["stop"] == "tolerance"


def test_tags_follow_parameters():
    assert inshi.NMF().__sklearn_tags__().input_tags.positive_only
    assert not inshi.NMF().__sklearn_tags__().input_tags.allow_nan
    assert inshi.NMF(missing="nan").__sklearn_tags__().input_tags.allow_nan
