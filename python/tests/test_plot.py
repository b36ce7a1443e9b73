"""The pictures: each returns the Axes, draws into the one given, and shows what it says."""
import numpy as np
import pytest

import inshi

plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture
def model(planted):
    yield inshi.fit(planted, 3)
    plt.close("all")


def test_convergence(model, planted):
    ax = inshi.plot.convergence(model)
    assert (ax.lines[0].get_ydata() == model.history.objective).all()
    given = plt.figure().add_subplot()
    estimator = inshi.NMF(3, random_state=0).fit(planted)
    assert inshi.plot.convergence({"a": model, "b": estimator}, ax=given, x="seconds", excess=True) is given
    assert [t.get_text() for t in given.get_legend().get_texts()] == ["a", "b"]
    with pytest.raises(ValueError, match="must be 'iteration' or 'seconds'"):
        inshi.plot.convergence(model, x="time")
    with pytest.raises(ValueError, match="no history"):
        inshi.plot.convergence(np.ones(3))


@pytest.mark.parametrize("order", ["C", "F"])
def test_components_are_a_grid_of_pictures(model, order):
    ax = inshi.plot.components(model, (5, 8), columns=2, order=order)
    sheet = ax.images[0].get_array()
    assert sheet.shape == (2 * 6 - 1, 2 * 9 - 1)
    second = model.W[:, 1] / model.W[:, 1].max()
    assert np.allclose(sheet[:5, 9:17], second.reshape((5, 8), order=order))
    with pytest.raises(ValueError, match="35 pixels, and the components have 40"):
        inshi.plot.components(model, (5, 7))


def test_components_are_curves_without_a_shape(model, planted):
    assert len(inshi.plot.components(model).lines) == 3
    given = plt.figure().add_subplot()
    assert inshi.plot.components(inshi.NMF(4, random_state=0).fit(planted), ax=given) is given and len(given.lines) == 4


def test_heatmap_has_block_means(planted):
    given = plt.figure().add_subplot()
    assert inshi.plot.heatmap(planted, ax=given) is given
    assert (given.images[0].get_array() == planted).all()
    large = np.arange(2500.0)[:, None] * np.ones(3)
    shown = inshi.plot.heatmap(large, bar=False).images[0].get_array()
    assert shown.shape == (1000, 3) and shown[0, 0] == 0.5 and shown.mean() == pytest.approx(large.mean(), rel=1e-3)
    with pytest.raises(ValueError, match="must have 2"):
        inshi.plot.heatmap(np.ones(3))
    plt.close("all")


def test_reconstruction(model, planted):
    for m, X in ((model, planted), (inshi.NMF(3, random_state=0).fit(planted), planted)):
        given = plt.figure().add_subplot()
        assert inshi.plot.reconstruction(m, X, ax=given) is given
        sheet = given.images[0].get_array()
        assert (sheet[:40] == planted).all() and np.abs(sheet[42:82] - planted).max() < 0.1
    with pytest.raises(ValueError, match="the model is of a matrix of 40 x 60"):
        inshi.plot.reconstruction(model, planted.T)
