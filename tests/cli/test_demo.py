"""inshi demo: the article's experiment."""
import numpy as np
import pytest
from conftest import load_summary

FIGURES = ["X", "article", "auto", "convergence"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    import subprocess

    from conftest import COMMAND, environment
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
