"""inshi demo: the article's experiment, and the one with sound."""
import json
import resource
import shlex
import signal
import subprocess

import numpy as np
import pytest
from conftest import COMMAND, environment, load_summary
from sounds import read

FIGURES = ["X", "article", "auto", "convergence"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run([COMMAND, "demo"], cwd=folder, capture_output=True, text=True, env=environment(), timeout=300)
    assert done.returncode == 0, done.stderr
    return done, folder / "inshi-demo"


def test_x_is_the_articles(demo, shared):
    x = np.load(demo[1] / "X.npy")
    i, j = np.arange(100)[:, None], np.arange(200)[None, :]
    assert x.shape == (100, 200) and np.allclose(x, np.sin(0.02 * np.pi * i) * np.cos(0.04 * np.pi * j) + 1, atol=1e-15)
    assert (x == 0).sum() in (7, 8)  # by the last bit of sin and cos
    assert np.allclose(x, np.load(shared("seed/X.npy")), rtol=0, atol=1e-15)


def test_the_table_and_what_follows(demo):
    done, folder = demo
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["loss", "rule", "iterations", "seconds", "objective", "relative", "error"]
    rows = lines[1:7]
    assert [r.split()[0] for r in rows] == ["eu", "eu", "kl", "kl", "is", "is"]
    assert all(("article" in r) == (n % 2 == 0) and ("auto" in r) == (n % 2 == 1) for n, r in enumerate(rows))
    assert len({len(r) for r in lines[:7]}) == 1
    zeros = (np.load(folder / "X.npy") == 0).sum()
    assert f"{zeros} exact zeros" in done.stdout and "floor" in done.stdout
    assert sum("%," in line for line in done.stderr.splitlines()) <= 10
    last = done.stderr.splitlines()[-1]
    assert "inshi-demo" in last and "figures" in last and "inshi fit inshi-demo/X.npy" in last


def test_the_numbers(demo):
    runs = load_summary(demo[1])["runs"]
    assert [(r["loss"], r["rule"]) for r in runs] == [(l, r) for l in ("eu", "kl", "is") for r in ("article", "auto")]
    article, auto = runs[0::2], runs[1::2]
    assert [r["iterations"] for r in article] == [1000, 10000, 10000] and [r["eta"] for r in article] == [1e-3, 1e-2, 1e-2]
    assert all(r["solver"] == "gradient" for r in article)
    assert auto[0]["relative_error"] <= 1e-5 and auto[1]["relative_error"] <= 1e-3
    assert all(a["objective"] < b["objective"] for a, b in zip(auto, article))
    zeros = (np.load(demo[1] / "X.npy") == 0).sum()
    assert [r["lifted"] for r in runs] == [0, 0, 0, 0, zeros, zeros] and runs[4]["floor"] == pytest.approx(2e-16)


def test_the_pictures(demo):
    files = load_summary(demo[1])["files"]
    assert set(files) == {"X.npy", "summary.json"} | {f"figures/{f}.png" for f in FIGURES}
    assert all((demo[1] / f).stat().st_size > 1000 for f in files if f.endswith("png"))


@pytest.mark.long
def test_options(inshi):
    run = inshi("demo", "-o", "d", "--json", "-q", "--seed", 3, "--figures", "svg", timeout=300)
    assert run.code == 0 and run.err == "" and run.json() == load_summary(run.folder / "d") and run.json()["seed"] == 3
    assert (run.folder / "d/figures/convergence.svg").exists()
    assert inshi("demo", "-o", "d").code == 5


# ---- inshi demo --audio ----

SOURCES = ["piano", "drums"]


def si_sdr(reference, estimate):
    target = (reference @ estimate) / (reference @ reference) * reference
    return 10 * np.log10((target @ target) / ((estimate - target) @ (estimate - target)))


def samples(path):
    x, rate = read(path)
    assert rate == 16000 and x.shape == (128000, 1) and x.dtype == "<f4"
    return x[:, 0].astype(float)


@pytest.fixture(scope="module")
def audio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audio")
    done = subprocess.run([COMMAND, "demo", "--audio"], cwd=folder, capture_output=True, text=True, env=environment(),
                          timeout=300)
    assert done.returncode == 0, done.stderr
    return done, folder / "inshi-demo-audio"


def test_the_sounds(audio):
    folder = audio[1]
    true = {name: samples(folder / f"true/{name}.wav") for name in SOURCES}
    mixture = samples(folder / "mixture.wav")
    assert np.abs(sum(true.values()) - mixture).max() < 2e-7 and 0.3 < np.abs(mixture).max() <= 1
    assert all(np.abs(samples(folder / f"learn/{name}.wav") - true[name]).max() > 0.1 for name in SOURCES)
    for loss in ("eu", "kl", "is"):
        assert np.abs(sum(samples(folder / loss / f"{name}.wav") for name in SOURCES) - mixture).max() <= 2e-6
        page = (folder / loss / "separation.html").read_text()
        assert page.count("<audio") == 3 and "<h2>piano</h2>" in page


def test_the_scores_are_those_of_the_files(audio):
    done, folder = audio
    summary = load_summary(folder)
    assert summary["audio"] is True and [r["loss"] for r in summary["runs"]] == ["eu", "kl", "is"]
    true = [samples(folder / f"true/{name}.wav") for name in SOURCES]
    mixture = samples(folder / "mixture.wav")
    before = [s["si_sdr"] for s in summary["mixture"]]
    assert np.allclose(before, [si_sdr(t, mixture) for t in true], atol=1e-3)
    for run in summary["runs"]:
        assert [s["name"] for s in run["sources"]] == SOURCES
        found = [s["si_sdr"] for s in run["sources"]]
        assert np.allclose(found, [si_sdr(t, samples(folder / run["loss"] / f"{n}.wav"))
                                   for n, t in zip(SOURCES, true)], atol=1e-3)
        assert min(np.subtract(found, before)) > (15 if run["loss"] == "is" else 18)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0] == ["loss", "source", "SDR", "SIR", "SAR", "SI-SDR", "dB"] and len(rows) == 9
    assert [float(r[5]) for r in rows[3:]] == [round(s["si_sdr"], 2) for r in summary["runs"] for s in r["sources"]]
    assert [float(r[2]) for r in rows[3:]] == [round(s["sdr"], 2) for r in summary["runs"] for s in r["sources"]]


def test_the_files_and_the_last_line(audio):
    done, folder = audio
    files = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert set(load_summary(folder)["files"]) == files
    assert (folder / "figures/spectrograms.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert "inshi-demo-audio/kl/separation.html" in done.stderr.splitlines()[-1]


def test_the_command_of_a_page_makes_the_same(audio, tmp_path):
    folder = audio[1]
    words = shlex.split(json.loads((folder / "kl/separation.json").read_text())["command_line"])
    words[words.index("-o") + 1] = str(tmp_path / "again")
    done = subprocess.run([COMMAND, *words[1:]], cwd=folder.parent, capture_output=True, text=True, env=environment())
    assert done.returncode == 0, done.stderr
    for name in SOURCES:
        assert (tmp_path / f"again/{name}.wav").read_bytes() == (folder / f"kl/{name}.wav").read_bytes()


def test_audio_options(audio, inshi, tmp_path):
    run = inshi("demo", "--audio", "-o", "-x", "--figures", "none", "--json", "-q", "--threads", 1)
    assert run.code == 0 and run.err == ""
    assert run.json() == json.loads((tmp_path / "-x/summary.json").read_text())
    assert not (tmp_path / "-x/figures").exists()
    assert (tmp_path / "-x/is/drums.wav").read_bytes() == (audio[1] / "is/drums.wav").read_bytes()
    refused = inshi("demo", "--audio", "-o", "-x")
    assert refused.code == 5 and "--force" in refused.err
    again = inshi("demo", "--audio", "-o", "-x", "--force", "--figures", "svg", "--seed", 3, "-q")
    assert again.code == 0 and "<svg" in (tmp_path / "-x/figures/spectrograms.svg").read_text()
    assert (tmp_path / "-x/kl/drums.wav").read_bytes() != (audio[1] / "kl/drums.wav").read_bytes()


def test_a_full_disk_leaves_no_empty_folders(inshi, tmp_path):
    run = inshi("demo", "--audio", "-o", "out", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000)))
    assert run.code == 5 and "out/learn/piano.wav: File too large" in run.err and not (tmp_path / "out").exists()


def test_audio_interrupted(tmp_path):
    running = subprocess.Popen([COMMAND, "demo", "--audio", "-v"], cwd=tmp_path, env=environment(), stderr=subprocess.PIPE,
                               text=True)
    for line in running.stderr:
        if "separating by" in line:
            break
    running.send_signal(signal.SIGINT)
    running.stderr.read()
    assert running.wait(timeout=60) == 130
    assert not (tmp_path / "inshi-demo-audio/summary.json").exists()
    assert not list((tmp_path / "inshi-demo-audio").rglob(".inshi*"))
