"""The article's experiment through the command, against iterates that were made from the formulas in NumPy."""
import json

import numpy as np
import pytest
from conftest import SHARED, load_summary

GOLDEN = SHARED / "seed/golden.json"
CASES = json.loads(GOLDEN.read_text())["cases"] if GOLDEN.exists() else []
CASES = [c for c in CASES if not c["name"].startswith("eu_raw")]


@pytest.mark.skipif(not CASES, reason="seed/golden.json is not here")
@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_case(inshi, case):
    seed = SHARED / "seed"
    words = ["--fix", "w"] if case["kind"] == "fixed basis" else ["--normalize", "none"]
    if case["loss"] == "is":
        words += ["--floor", 0]
    run = inshi("fit", seed / "X.npy", "-k", 5, "--solver", "gradient", "--loss", case["loss"], "--eta", case["eta"],
                "--iterations", case["iterations"], "--tolerance", 0, "--init-w", seed / "W0.npy", "--init-h",
                seed / "H0.npy", "-o", "out", "--figures", "none", "-q", *words)
    assert run.code == 0, run.err
    expected, out = np.load(seed / f"{case['name']}.npz"), run.folder / "out"
    if case["iterations"] <= 100:
        for name in "WH":
            difference = np.abs(np.load(out / f"{name}.npy") - expected[name]).max()
            assert difference <= 1e-9 * np.abs(expected[name]).max()
    summary = load_summary(out)
    assert summary["iterations"] == case["iterations"] and summary["stop"] == "iterations"
    assert summary["objective"] == pytest.approx(case["objective"], rel=1e-6)


def test_piano(inshi, shared):
    run = inshi("fit", shared("audio/mary/mary_amplitude.npy"), "-k", 4, "--loss", "kl", "--restarts", 10, "-o", "piano", "-q")
    assert run.code == 0 and load_summary(run.folder / "piano")["objective"] <= 1137.3
    run = inshi("transform", "piano", shared("audio/mary/mary_amplitude.npy"), "-o", "piano-again", "-q")
    assert run.code == 0
    assert load_summary(run.folder / "piano-again")["objective"] <= load_summary(run.folder / "piano")["objective"] * (1 + 1e-8)


def test_faces(inshi, shared):
    run = inshi("fit", shared("faces/cbcl.npy"), "-k", 49, "--image", "19x19:F", "-o", "faces", "--iterations", 30, "-q")
    assert run.code == 0 and (run.folder / "faces/figures/basis.png").stat().st_size > 10000
    assert np.load(run.folder / "faces/W.npy").shape == (361, 49)


def test_mutations(inshi, shared):
    run = inshi("fit", shared("genomics/brca21.npy"), "-k", 5, "--loss", "kl", "--restarts", 10, "-o", "signatures", "-q")
    assert run.code == 0 and load_summary(run.folder / "signatures")["relative_error"] < 0.2
