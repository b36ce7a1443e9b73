"""What the tests share."""
import os
import pathlib
import signal

import numpy as np
import pytest

os.environ.setdefault("MPLBACKEND", "Agg")
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as a shell starts what runs in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)
ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def rng():
    return np.random.default_rng(20261127)


@pytest.fixture
def planted(rng):
    """A matrix of rank 3 with a little noise, 40 x 60."""
    return rng.random((40, 3)) @ rng.random((3, 60)) + 0.01 * rng.random((40, 60))


def divergence(x, y, beta):
    """The beta divergence, written from its definition."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    if beta == 2:
        return ((x - y) ** 2).sum() / 2
    if beta == 1:
        return (np.where(x > 0, x * np.log(np.where(x > 0, x, 1) / y), 0) - x + y).sum()
    if beta == 0:
        return (x / y - np.log(x / y) - 1).sum()
    return ((x**beta + (beta - 1) * y**beta - beta * x * y ** (beta - 1)) / (beta * (beta - 1))).sum()
