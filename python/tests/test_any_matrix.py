"""Any small matrix, of any type, with any loss: finite factors, and an objective that falls."""
import warnings

import numpy as np
import pytest

import inshi

pytest.importorskip("hypothesis")
from hypothesis import given, settings, strategies as st  # noqa: E402
from hypothesis.extra import numpy as hnp  # noqa: E402

LOSSES = ["eu", "kl", "is", "beta:1.5", "beta:0.5", "beta:3", "beta:-1"]


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(st.sampled_from(["f4", "f8", "u1", "i8", "f2"]), st.tuples(st.integers(1, 9), st.integers(1, 9)),
                  elements=st.integers(0, 100)), st.integers(1, 4), st.sampled_from(LOSSES))
def test_any_matrix_gives_finite_factors(X, k, loss):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = inshi.fit(X, k, loss=loss, iterations=20)
        except inshi.UnsupportedError as error:
            assert "f32" in str(error)
            return
    assert np.isfinite(model.W).all() and np.isfinite(model.H).all()
    assert np.isfinite(model.relative_error) and (np.diff(model.history.objective) <= 1e-4 * (1 + abs(
        model.history.objective[:-1]))).all()
