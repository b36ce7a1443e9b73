"""inshi.separation.separate: sources that add up, the numbers of the command, and what is refused."""
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

import inshi
from inshi.separation import bss_eval_sources, separate

sys.path.insert(0, str(ROOT / "tests/cli"))
from sounds import wav  # noqa: E402

COMMAND = pathlib.Path(os.environ.get("INSHI", ROOT / "build/release/inshi"))
RATE = 8000
QUICK = dict(fft=256, iterations=20)


def sounds(n=9000):
    t = np.arange(n) / RATE
    rng = np.random.default_rng(3)
    tones = 0.2 * (np.arange(n) // 1100 % 2) * sum(np.sin(2 * np.pi * 220 * h * t) / h for h in range(1, 5))
    return {"tones": tones, "hiss": 0.2 * (np.arange(n) // 500 % 2) * (2 * rng.random(n) - 1)}


def mixture():
    own = sounds()
    return own["tones"] + own["hiss"]


METHODS = [dict(train=sounds(), k=3), dict(train=sounds(), k=[2, 3], loss="is", residual=True),
           dict(train={"tones": sounds()["tones"]}, k={"tones": 3}, free=4), dict(sources=3, k=6), dict(),
           dict(k=3, groups={"a": [0, 2]}), dict(train=sounds(), k=3, mask_power="binary"), dict(train=sounds(), sparse=0.1),
           dict(train=sounds(), smooth=1)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype, bound", [("f64", 1e-12), ("f32", 2e-6)])
def test_sources_add_up(method, dtype, bound):
    x = mixture()
    found = separate(x, RATE, dtype=dtype, **method, **QUICK)
    assert all(y.shape == x.shape and y.dtype == {"f32": "f4", "f64": "f8"}[dtype] for y in found.values())
    assert np.abs(sum(y.astype(float) for y in found.values()) - x).max() <= bound
    assert found.remainder <= bound
    assert sorted(n for numbers in found.components.values() for n in numbers) == list(range(found.W.shape[1]))
    assert np.allclose(found.W.sum(0), 1, atol=1e-5)


def test_names():
    assert list(separate(mixture(), RATE, sources=2, residual=True, **QUICK)) == ["source1", "source2", "residual"]
    assert list(separate(mixture(), RATE, train=sounds(), free=2, **QUICK)) == ["tones", "hiss", "rest"]
    found = separate(mixture(), RATE, k=4, groups={"a": [1], "b": [0, 3]}, **QUICK)
    assert found.components == {"a": [1], "b": [0, 3], "rest": [2]}


def test_trained_sources_are_found():
    own = sounds()
    found = separate(mixture(), RATE, train=own, k=3, fft=256)
    sdr, _, _, perm = bss_eval_sources(list(own.values()), list(found.values()))
    assert list(perm) == [0, 1] and sdr.min() > 10


def test_stereo():
    x = np.c_[mixture(), -mixture()]
    found = separate(x, RATE, train=sounds(), dtype="f64", **QUICK)
    assert found["tones"].shape == x.shape
    assert np.abs(found["tones"].sum(1)).max() < 1e-12


def test_threads_and_a_saved_basis_change_nothing(tmp_path):
    first = separate(mixture(), RATE, train=sounds(), threads=1, save_model=tmp_path / "two.basis", **QUICK)
    second = separate(mixture(), RATE, train=sounds(), threads=3, **QUICK)
    third = separate(mixture(), RATE, basis=dict.fromkeys(sounds(), tmp_path / "two.basis"), **QUICK)
    for name in first:
        assert first[name].tobytes() == second[name].tobytes() == third[name].tobytes()


@pytest.mark.skipif(not COMMAND.exists(), reason="the command is not built")
@pytest.mark.parametrize("dtype", ["f32", "f64"])
def test_the_numbers_of_the_command(tmp_path, dtype):
    own = sounds()
    for name, x in {**own, "mix": mixture()}.items():
        (tmp_path / f"{name}.wav").write_bytes(wav(x, RATE, "f8"))
    subprocess.run([COMMAND, "separate", "mix.wav", "-o", "out", "--train", "tones=tones.wav", "--free", "4", "-k", "3", "--residual",
                    "--dtype", dtype, "--fft", "256", "--iterations", "20", "-q"], cwd=tmp_path, check=True)
    found = separate(mixture(), RATE, train={"tones": own["tones"]}, k=3, free=4, residual=True, dtype=dtype, **QUICK)
    for name, x in found.items():
        data = (tmp_path / f"out/{name}.wav").read_bytes()
        at = data.index(b"data") + 8
        assert data[at:at + x.nbytes] == x.tobytes()


@pytest.mark.parametrize("given, part", [
    (dict(train=sounds(), sources=2), "sources and groups"), (dict(free=3), "free"), (dict(sources=2, groups={}), "two ways"),
    (dict(k=3, groups={"a": [0, 0]}), "once"), (dict(k=3, groups={"a": [3]}), "once"), (dict(k=2, sources=3), "each source needs one"),
    (dict(train=sounds(), k=[1]), "k has 1"), (dict(train={"a": np.zeros(500)}), "silent"), (dict(train={"": mixture()}), "name"),
    (dict(loss="hinge"), "hinge"), (dict(mask_power=0), "mask_power"), (dict(mask_power="soft"), "mask_power"),
    (dict(dtype="f16"), "dtype"), (dict(window="kaiser"), "kaiser"), (dict(hop=999), "hop"), (dict(power=3), "power"),
    (dict(smooth=1, learn_seconds=0.1), "learn"), (dict(train={"a": "text"}), "real numbers"), (dict(sparse="x"), "numbers")])
def test_refusals(given, part):
    with pytest.raises(inshi.InshiError, match=part):
        separate(mixture(), RATE, **{**QUICK, **given})


@pytest.mark.parametrize("x, part", [(np.zeros(0), "empty"), (np.zeros((2, 2, 2)), "3-dimensional"), (np.arange(9), "whole numbers"),
                                     (np.array([0, np.nan]), "sample 1"), (np.array([1j]), "complex")])
def test_bad_sound(x, part):
    with pytest.raises(inshi.InputError, match=part):
        separate(x, RATE, **QUICK)


def test_silence_and_one_sample():
    for x in (np.zeros(2000), np.array([0.5])):
        found = separate(x, RATE, train=sounds(), dtype="f64", **QUICK)
        assert np.abs(sum(found.values()) - x).max() <= 1e-12


def test_a_missing_basis():
    with pytest.raises(inshi.FileError, match="nothing.basis"):
        separate(mixture(), RATE, basis={"a": "nothing.basis"}, **QUICK)
