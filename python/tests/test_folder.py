"""save and load: the folder of the command, written and read by both, without pickle."""
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
from conftest import ROOT

import inshi

COMMAND = pathlib.Path(os.environ.get("INSHI", ROOT / "build" / "release" / "inshi"))
needs_command = pytest.mark.skipif(not COMMAND.exists(), reason="the command is not built")


def command(*arguments):
    done = subprocess.run([str(COMMAND), *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("dtype", ["f32", "f64"])
def test_a_result_comes_back(planted, tmp_path, dtype):
    model = inshi.fit(planted, 3, loss="kl", dtype=dtype)
    model.save(tmp_path / "model")
    again = inshi.load(tmp_path / "model")
    assert (again.W == model.W).all() and (again.H == model.H).all() and again.W.dtype == model.W.dtype
    assert again.objective == model.objective and again.summary["loss"] == "kl"
    assert (again.history.objective == model.history.objective).all()
    assert (again.transform(planted).H == model.transform(planted).H).all()
    assert sorted(os.listdir(tmp_path / "model")) == ["H.npy", "W.npy", "history.csv", "summary.json"]


def test_paths_of_every_kind(planted, tmp_path):
    model = inshi.fit(planted, 2)
    for i, path in enumerate((tmp_path / "0", str(tmp_path / "1"), os.fsencode(tmp_path / "2"))):
        model.save(path)
        assert (inshi.load(path).W == model.W).all() and len(inshi.load(path).history) == len(model.history)
        assert (tmp_path / str(i) / "W.npy").exists() and inshi.NMF.load(path).components_.shape == (2, 40)


def test_folders_are_not_overwritten_unasked(planted, tmp_path):
    model = inshi.fit(planted, 2)
    model.save(tmp_path / "model")
    with pytest.raises(OSError, match="it exists; force=True"):
        model.save(tmp_path / "model")
    model.save(tmp_path / "model", force=True)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="cannot be written"):
        model.save(tmp_path / "file", force=True)
    with pytest.raises(OSError, match="cannot be written"):
        model.save(tmp_path / "file" / "model")


@pytest.mark.parametrize("spoil, sentence", [
    (lambda d: (d / "summary.json").unlink(), "needs a folder that inshi fit has written"),
    (lambda d: (d / "summary.json").write_text("{"), "is no JSON"),
    (lambda d: (d / "summary.json").write_text("{}"), 'has no "loss"'),
    (lambda d: (d / "W.npy").write_bytes(b"\x93NUMPY"), "is no matrix"),
    (lambda d: np.save(d / "W.npy", np.array([{}]), allow_pickle=True), "is no matrix"),
    (lambda d: (d / "W.npy").unlink(), "W.npy"),
])
def test_what_is_no_folder_of_ours_is_said(planted, tmp_path, spoil, sentence):
    inshi.fit(planted, 2).save(tmp_path / "model")
    spoil(tmp_path / "model")
    with pytest.raises(inshi.InshiError, match=sentence):
        inshi.load(tmp_path / "model")


def test_an_infinite_objective_is_null(tmp_path):
    model = inshi.fit(np.ones((3, 3)), 1)
    model.summary["objective"] = float("inf")
    model.save(tmp_path / "model")
    assert json.loads((tmp_path / "model" / "summary.json").read_text())["objective"] is None


def test_an_estimator_comes_back(planted, tmp_path):
    pd = pytest.importorskip("pandas")
    X = pd.DataFrame(planted.T, columns=[f"f{i}" for i in range(40)])
    model = inshi.NMF(3, loss="kl", alpha_W=0.01, random_state=1).fit(X)
    model.save(tmp_path / "model")
    again = inshi.NMF.load(tmp_path / "model")
    assert again.get_params() == model.get_params()
    assert (again.components_ == model.components_).all() and (again.transform(X) == model.transform(X)).all()
    assert list(again.feature_names_in_) == list(X.columns)
    assert again.reconstruction_err_ == model.reconstruction_err_ and again.n_iter_ == model.n_iter_
    assert inshi.load(tmp_path / "model").W.shape == (40, 3)


@needs_command
def test_the_command_reads_ours(planted, tmp_path):
    np.save(tmp_path / "x.npy", planted)
    model = inshi.fit(planted, 3, loss="kl")
    model.save(tmp_path / "model")
    command("transform", tmp_path / "model", tmp_path / "x.npy", "-o", tmp_path / "out", "-q")
    assert (np.load(tmp_path / "out" / "H.npy") == model.transform(planted).H).all()


@needs_command
def test_the_command_reads_an_estimator(planted, tmp_path):
    np.save(tmp_path / "x.npy", planted)
    model = inshi.NMF(3, loss="kl", random_state=0).fit(planted)
    model.save(tmp_path / "model")
    command("transform", tmp_path / "model", tmp_path / "x.npy", "-o", tmp_path / "out", "-q")
    assert np.allclose(np.load(tmp_path / "out" / "H.npy").T, model.transform(planted), rtol=1e-4, atol=1e-7)


@needs_command
def test_we_read_the_command(planted, tmp_path):
    np.save(tmp_path / "x.npy", planted)
    command("fit", tmp_path / "x.npy", "-k", 3, "-o", tmp_path / "model", "--figures", "none", "-q", "--seed", 5)
    theirs, ours = inshi.load(tmp_path / "model"), inshi.fit(planted, 3, seed=5)
    assert (theirs.W == ours.W).all() and (theirs.H == ours.H).all()
    for name in ("rank", "loss", "solver", "init", "seed", "floor", "iterations", "stop", "objective", "divergence",
                 "relative_error", "kkt", "transpose", "dtype", "normalize", "l1_w", "l2_h", "tolerance", "restarts"):
        assert theirs.summary[name] == ours.summary[name], name
    assert {name for name in set(theirs.summary) - set(ours.summary)} <= {"init_w", "init_h", "fix_columns", "absent"} | {
        name for name in theirs.summary if "checkpoint" in name or "resume" in name}
    estimator = inshi.NMF.load(tmp_path / "model")
    assert np.allclose(estimator.transform(planted.T), ours.transform(planted).H.T, rtol=1e-5, atol=1e-8)


@needs_command
def test_we_read_csv_with_names(tmp_path):
    text = "," + ",".join(f"c{j}" for j in range(6)) + "\n"
    rows = np.random.default_rng(0).random((5, 6))
    text += "".join(f"r{i}," + ",".join(map(str, row)) + "\n" for i, row in enumerate(rows))
    (tmp_path / "x.csv").write_text(text)
    command("fit", tmp_path / "x.csv", "-k", 2, "-o", tmp_path / "model", "--figures", "none", "-q",
            "--output-format", "csv")
    ours = inshi.fit(rows, 2)
    assert np.allclose(inshi.load(tmp_path / "model").W, ours.W) and np.allclose(inshi.load(tmp_path / "model").H, ours.H)
