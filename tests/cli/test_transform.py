"""inshi transform: the same loss, floor, penalties and orientation as the fit."""
import json

import numpy as np
import pytest
from conftest import divergence, load_summary


def fit(inshi, *words, source="X.npy", out="model"):
    run = inshi("fit", source, "-k", 3, "-o", out, "-q", "--figures", "none", *words)
    assert run.code == 0, run.err
    return run.folder / out


def transform(inshi, source, *words, model="model", out="new"):
    run = inshi("transform", model, source, "-o", out, *words)
    assert run.code == 0, run.err
    return run, run.folder / out, load_summary(run.folder / out)


@pytest.mark.parametrize("loss", ["eu", "kl", "is", "beta:1.5"])
def test_transform_describes_columns(inshi, x, loss):
    model = fit(inshi, "--loss", loss)
    run, out, summary = transform(inshi, "X.npy")
    w, h = np.load(model / "W.npy"), np.load(out / "H.npy")
    assert h.shape == (3, 9) and h.min() >= 0 and summary["loss"] == loss and summary["command"] == "transform"
    assert summary["objective"] == pytest.approx(divergence(x, w @ h, loss), rel=1e-8, abs=1e-12)
    assert summary["tolerance"] == pytest.approx(1e-10) and summary["model"] == "model" and run.out == ""
    assert sorted(summary["files"]) == sorted(p.name for p in out.iterdir()) == ["H.npy", "summary.json"]
    if loss in ("eu", "kl", "beta:1.5"):
        assert summary["objective"] <= load_summary(model)["objective"] + 1e-9 * x.sum()  # convex in H
    assert "new" in run.err.splitlines()[-1]


def test_any_split_of_the_columns_gives_the_same_bits(inshi, x):
    folder = fit(inshi, "--loss", "kl").parent
    _, out, _ = transform(inshi, "X.npy")
    whole = np.load(out / "H.npy")
    for n, part in enumerate((slice(0, 1), slice(1, 6), slice(6, 9))):
        np.save(folder / "part.npy", x[:, part])
        _, out, _ = transform(inshi, "part.npy", out=f"part{n}")
        assert np.array_equal(np.load(out / "H.npy"), whole[:, part])


def test_the_default_folder(inshi, x):
    fit(inshi)
    run = inshi("transform", "model", "X.npy")
    assert run.code == 0 and (run.folder / "X-inshi-transform/H.npy").exists()
    assert inshi("transform", "model", "X.npy").code == 5
    assert inshi("transform", "model", "X.npy", "--force", "-q").err == ""


def test_penalties_floor_and_dtype_are_those_of_the_fit(inshi, x):
    folder = inshi("info").folder
    x[2, 3] = 0
    np.save(folder / "Z.npy", x.astype("f4"))
    model = fit(inshi, "--loss", "is", "--l1-h", 0.3, "--l2-h", 0.2, source="Z.npy")
    summary = load_summary(model)
    np.save(folder / "Y.npy", 1000 * x.astype("f4"))
    _, out, again = transform(inshi, "Y.npy")
    assert again["floor"] == summary["floor"] > 0
    assert (again["l1_h"], again["l2_h"], again["dtype"]) == (0.3, 0.2, "f32")
    w, h = np.load(model / "W.npy").astype(float), np.load(out / "H.npy").astype(float)
    assert np.load(out / "H.npy").dtype == np.float32
    y = np.maximum(np.load(folder / "Y.npy").astype(float), summary["floor"])
    expected = divergence(y, w @ h, "is") + 0.3 * h.sum() + 0.1 * (h**2).sum()
    assert again["objective"] == pytest.approx(expected, rel=1e-4)


def test_transpose_is_that_of_the_fit(inshi, x):
    fit(inshi, "--transpose")
    _, out, summary = transform(inshi, "X.npy")
    assert np.load(out / "H.npy").shape == (3, 12) and summary["transpose"] is True
    np.save(inshi("info").folder / "T.npy", x.T.copy())
    run = inshi("transform", "model", "T.npy")
    assert run.code == 3 and "--transpose" in run.err


def test_a_model_of_csv_and_names(inshi):
    folder = inshi("info").folder
    (folder / "n.csv").write_text("g,a,b,c\nr1,1,2,3\nr2,3,5,1\nr3,1,1,7\nr4,2,2,2\n")
    fit(inshi, "--output-format", "csv", source="n.csv")
    _, out, _ = transform(inshi, "n.csv")
    assert (out / "H.csv").read_text().splitlines()[0].endswith("a,b,c") and (out / "H.npy").exists()
    fit(inshi, source="n.csv", out="npy")
    _, again, _ = transform(inshi, "n.csv", model="npy", out="again")
    assert np.array_equal(np.load(out / "H.npy"), np.load(again / "H.npy"))


def test_json_and_quiet(inshi, x):
    fit(inshi)
    run, out, summary = transform(inshi, "X.npy", "--json", "-q")
    assert run.json() == summary and run.err == ""


def test_rows_must_fit(inshi, x):
    fit(inshi)
    np.save(inshi("info").folder / "Y.npy", np.ones((7, 2)))
    run = inshi("transform", "model", "Y.npy")
    assert run.code == 3 and "7" in run.err and "12" in run.err and not (run.folder / "Y-inshi-transform").exists()


@pytest.mark.parametrize("change, code", [
    (lambda m: (m / "summary.json").unlink(), 5),
    (lambda m: (m / "W.npy").unlink(), 5),
    (lambda m: (m / "summary.json").write_text(""), 3),
    (lambda m: (m / "summary.json").write_text("[1, 2]"), 3),
    (lambda m: (m / "summary.json").write_text('{"loss": "kl"}'), 3),
    (lambda m: (m / "summary.json").write_bytes((m / "summary.json").read_bytes()[:100]), 3),
    (lambda m: edit(m, loss="none"), 3),
    (lambda m: edit(m, loss=7), 3),
    (lambda m: edit(m, floor=-1), 3),
    (lambda m: edit(m, floor=None), 3),
    (lambda m: edit(m, l1_h="x"), 3),
    (lambda m: edit(m, transpose="no"), 3),
    (lambda m: edit(m, files=[]), 3),
    (lambda m: edit(m, files=7), 3),
    (lambda m: np.save(m / "W.npy", -np.ones((12, 3))), 3),
    (lambda m: (m / "W.npy").write_bytes(b"x"), 3),
])
def test_models_that_are_broken(inshi, x, change, code):
    model = fit(inshi)
    change(model)
    run = inshi("transform", "model", "X.npy")
    assert run.code == code and run.err.startswith("inshi: ") and len(run.err.splitlines()) <= 2
    assert not (run.folder / "X-inshi-transform").exists()


def edit(model, **changes):
    summary = load_summary(model)
    summary.update(changes)
    (model / "summary.json").write_text(json.dumps(summary))


def test_a_model_that_is_missing(inshi, x):
    run = inshi("transform", "no-model", "X.npy")
    assert run.code == 5 and "no-model" in run.err


def test_require_converged(inshi, x):
    fit(inshi, "--loss", "kl")
    run = inshi("transform", "model", "X.npy", "--iterations", 1, "--require-converged")
    assert run.code == 6 and (run.folder / "X-inshi-transform/H.npy").exists()
