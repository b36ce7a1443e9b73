"""inshi fit: every option, its files, its numbers."""
import csv
import gzip
import io
import json

import numpy as np
import pytest
from conftest import divergence, load_summary

KEYS = ["inshi_version", "command", "input", "rank", "loss", "solver", "init", "seed", "threads", "floor", "iterations",
        "stop", "objective", "divergence", "relative_error", "kkt", "seconds", "peak_bytes", "warnings", "files"]
FIGURES = ["X", "WH", "residual", "W", "H", "convergence"]


def fit(inshi, *words, k=3, source="X.npy", out="out", code=0):
    run = inshi("fit", source, "-k", k, "-o", out, *words)
    assert run.code == code, run.err
    folder = run.folder / out
    summary = load_summary(folder)
    w = np.load(folder / "W.npy") if (folder / "W.npy").exists() else None
    h = np.load(folder / "H.npy") if (folder / "H.npy").exists() else None
    return run, folder, summary, w, h


def history(folder):
    with open(folder / "history.csv") as file:
        return list(csv.DictReader(file))


def test_fit_writes_the_folder_of_the_contract(inshi, x):
    run = inshi("fit", "X.npy", "-k", 3)
    assert run.code == 0 and run.out == ""
    folder = run.folder / "X-inshi"
    summary = load_summary(folder)
    assert [key for key in KEYS if key not in summary] == []
    assert set(summary["input"]) >= {"path", "rows", "columns", "nonzeros", "sparse", "dtype"}
    found = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    assert found == sorted(summary["files"])
    assert set(found) == {"W.npy", "H.npy", "history.csv", "summary.json"} | {f"figures/{f}.png" for f in FIGURES}
    assert all((folder / f"figures/{f}.png").read_bytes().startswith(b"\x89PNG") for f in FIGURES)
    assert sorted(p.name for p in run.folder.iterdir()) == ["X-inshi", "X.npy"]
    assert summary["input"] == {"path": "X.npy", "rows": 12, "columns": 9, "nonzeros": 108, "sparse": False,
                                "dtype": "f8", "format": "npy"}
    assert summary["command"] == "fit" and summary["rank"] == 3 and summary["loss"] == "eu" and summary["seed"] == 0
    last = run.err.splitlines()[-1]
    assert "X-inshi" in last and "inshi transform X-inshi" in last


@pytest.mark.parametrize("loss", ["eu", "kl", "is", "beta:1.5", "beta:-1", "beta:3", "beta:0.5"])
def test_the_numbers_are_those_of_the_files(inshi, x, loss):
    _, folder, summary, w, h = fit(inshi, "--loss", loss, "--iterations", 40, "--figures", "none")
    assert w.shape == (12, 3) and h.shape == (3, 9) and w.dtype == h.dtype == np.float64
    assert w.flags.c_contiguous and h.flags.c_contiguous and w.min() >= 0 and h.min() >= 0
    y = w @ h
    assert summary["divergence"] == pytest.approx(divergence(x, y, loss), rel=1e-8, abs=1e-12)
    assert summary["objective"] == pytest.approx(summary["divergence"], rel=1e-12)
    assert summary["relative_error"] == pytest.approx(np.sqrt(((x - y) ** 2).sum() / (x**2).sum()), rel=1e-6, abs=1e-9)
    rows = history(folder)
    assert [int(r["iteration"]) for r in rows] == list(range(summary["iterations"] + 1))
    assert float(rows[-1]["objective"]) == pytest.approx(summary["objective"], rel=1e-8, abs=1e-12)
    seconds = [float(r["seconds"]) for r in rows]
    assert seconds == sorted(seconds) and seconds[0] >= 0
    assert float(rows[0]["objective"]) > float(rows[-1]["objective"])


def test_columns_of_w_have_unit_sum_and_components_are_sorted(inshi, x):
    _, _, summary, w, h = fit(inshi, "--figures", "none")
    assert w.sum(0) == pytest.approx(1) and summary["normalize"] == "sum"
    mass = w.sum(0) * h.sum(1)
    assert list(mass) == sorted(mass, reverse=True)


@pytest.mark.parametrize("kind, norm", [("sum", lambda w: w.sum(0)), ("max", lambda w: w.max(0)),
                                        ("l2", lambda w: np.sqrt((w**2).sum(0)))])
def test_normalize(inshi, x, kind, norm):
    _, _, summary, w, h = fit(inshi, "--normalize", kind, "--figures", "none")
    assert norm(w) == pytest.approx(1) and summary["normalize"] == kind
    _, _, _, v, g = fit(inshi, "--normalize", "none", "--figures", "none", out="none")
    assert v @ g == pytest.approx(w @ h) and norm(v) != pytest.approx(1)


def test_penalties_enter_the_objective(inshi, x):
    _, _, summary, w, h = fit(inshi, "--l1-w", 0.1, "--l1-h", 0.2, "--l2-w", 0.3, "--l2-h", 0.4, "--figures", "none")
    penalty = 0.1 * w.sum() + 0.2 * h.sum() + 0.15 * (w**2).sum() + 0.2 * (h**2).sum()
    assert summary["objective"] == pytest.approx(divergence(x, w @ h, "eu") + penalty, rel=1e-9)
    assert summary["normalize"] == "none"
    assert (summary["l1_w"], summary["l1_h"], summary["l2_w"], summary["l2_h"]) == (0.1, 0.2, 0.3, 0.4)


def test_one_penalised_factor_is_warned_of(inshi, x):
    run, _, summary, _, _ = fit(inshi, "--l1-h", 0.2, "--figures", "none")
    assert len(summary["warnings"]) == 1 and "inshi: warning: " + summary["warnings"][0] in run.err


def test_stops(inshi, x):
    _, folder, summary, _, _ = fit(inshi, "--tolerance", 0, "--iterations", 7, "--figures", "none", out="a")
    assert summary["stop"] == "iterations" and summary["iterations"] == 7 and len(history(folder)) == 8
    _, _, summary, _, _ = fit(inshi, "--tolerance", 0.1, "--figures", "none", out="b")
    assert summary["stop"] == "tolerance" and summary["kkt"] < 0.1
    _, _, summary, _, _ = fit(inshi, "--tolerance", 0, "--iterations", 10**12, "--time-limit", 0.2, "--solver", "mu",
                              "--history-every", 0, "--figures", "none", out="c")
    assert summary["stop"] == "time" and 0.2 <= summary["seconds"] < 5
    _, folder, summary, _, _ = fit(inshi, "--iterations", 0, "--figures", "none", out="d")
    assert summary["iterations"] == 0 and len(history(folder)) == 1


def test_require_converged(inshi, x):
    words = ["fit", "X.npy", "-k", 3, "--require-converged", "--figures", "none", "--solver", "mu"]
    run = inshi(*words, "--iterations", 3, "-o", "a")
    assert run.code == 6 and "not converged" in run.err and load_summary(run.folder / "a")["stop"] == "iterations"
    assert inshi(*words, "--tolerance", 0.5, "-o", "b").code == 0


@pytest.mark.parametrize("every, rows", [(1, [0, 1, 2, 3, 4, 5, 6, 7]), (3, [0, 3, 6, 7]), (0, [0, 7]), (100, [0, 7])])
def test_history_every(inshi, x, every, rows):
    _, folder, _, _, _ = fit(inshi, "--tolerance", 0, "--iterations", 7, "--history-every", every, "--figures", "none")
    assert [int(r["iteration"]) for r in history(folder)] == rows


def test_json_is_the_summary(inshi, x):
    run, folder, summary, _, _ = fit(inshi, "--json", "--figures", "none")
    assert run.json() == summary and run.out == (folder / "summary.json").read_text()


def test_quiet_says_nothing_and_verbose_more(inshi, x):
    run, *_ = fit(inshi, "-q", "--figures", "none", "--l1-h", 1)
    assert run.err == "" and run.out == ""
    plain, *_ = fit(inshi, "--figures", "none", out="b")
    verbose, *_ = fit(inshi, "-v", "--figures", "none", out="c")
    assert len(verbose.err.splitlines()) == len(plain.err.splitlines()) + 1 and "solver" in verbose.err


def test_progress(inshi, x):
    words = ["--tolerance", 0, "--iterations", 1000, "--solver", "mu", "--figures", "none"]
    run, *_ = fit(inshi, *words, out="a")
    percent = [line for line in run.err.splitlines() if "%," in line]
    assert len(percent) == 10 and percent[0].startswith("inshi:  10 %") and "objective" in percent[0]
    run, *_ = fit(inshi, *words, "--progress", "none", out="b")
    assert "%" not in run.err
    run, *_ = fit(inshi, *words, "--progress", "json", "-q", out="c")
    lines = [json.loads(line) for line in run.err.splitlines()]
    assert lines and lines[-1]["done"] == 1 and lines[-1]["iteration"] == 1000
    assert set(lines[0]) == {"iteration", "iterations", "restart", "restarts", "done", "objective", "kkt", "seconds"}


def test_an_existing_folder_needs_force(inshi, x):
    fit(inshi, "--seed", 1, "--figures", "none")
    run = inshi("fit", "X.npy", "-k", 3, "-o", "out", "--seed", 2)
    assert run.code == 5 and "--force" in run.err and load_summary(run.folder / "out")["seed"] == 1
    _, _, summary, _, _ = fit(inshi, "--seed", 2, "--force", "--figures", "none")
    assert summary["seed"] == 2


@pytest.mark.parametrize("name, stem", [("a.b.npy", "a.b"), ("plain", "plain"), ("d/X.npy", "X")])
def test_the_folder_is_named_after_the_file(inshi, x, name, stem):
    folder = inshi("info").folder
    (folder / name).parent.mkdir(exist_ok=True)
    np.save(folder / "t.npy", x)
    (folder / "t.npy").rename(folder / name)
    assert inshi("fit", name, "-k", 2, "--figures", "none", "--iterations", 1).code == 0
    assert (folder / f"{stem}-inshi/summary.json").exists()


def test_standard_input(inshi, x):
    buffer = io.BytesIO()
    np.save(buffer, x)
    run = inshi("fit", "-", "-k", 3, "--figures", "none", stdin=buffer.getvalue())
    assert run.code == 0, run.err
    fit(inshi, "--figures", "none")
    assert (run.folder / "stdin-inshi/W.npy").read_bytes() == (run.folder / "out/W.npy").read_bytes()


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.csv.gz", "t.npy.gz"])
def test_formats_give_the_same_bits(inshi, x, name):
    folder = inshi("info").folder
    if name.endswith("npy.gz"):
        data = (folder / "X.npy").read_bytes()
    else:
        separator = "\t" if "tsv" in name else ","
        data = "".join(separator.join(repr(float(v)) for v in row) + "\n" for row in x).encode()
    (folder / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    fit(inshi, "--figures", "none", source=name, out="t")
    fit(inshi, "--figures", "none")
    for factor in "WH":
        assert (folder / f"t/{factor}.npy").read_bytes() == (folder / f"out/{factor}.npy").read_bytes()
    assert not (folder / "t/W.csv").exists()


NAMED = '"",s 1,"s, 2",s3\ngene1,1,2,3\n"gene ""2""",4,5,6\ngene3,7,8,10\ngene4,1,1,2\n'


def read_named(path):
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    return rows[0][1:], [r[0] for r in rows[1:]], np.array([[float(v) for v in r[1:]] for r in rows[1:]])


def test_names_travel(inshi):
    folder = inshi("info").folder
    (folder / "named.csv").write_text(NAMED)
    _, out, summary, w, h = fit(inshi, k=2, source="named.csv")
    columns, rows, values = read_named(out / "W.csv")
    assert rows == ["gene1", 'gene "2"', "gene3", "gene4"] and columns == ["component0", "component1"]
    assert np.array_equal(values, w)
    columns, rows, values = read_named(out / "H.csv")
    assert columns == ["s 1", "s, 2", "s3"] and rows == ["component0", "component1"] and np.array_equal(values, h)
    assert {"W.csv", "H.csv", "W.npy", "H.npy"} <= set(summary["files"]) and summary["input"]["format"] == "csv"
    _, out, _, _, _ = fit(inshi, "--transpose", k=2, source="named.csv", out="t")
    assert read_named(out / "W.csv")[1] == ["s 1", "s, 2", "s3"]


def test_output_format_csv(inshi, x):
    _, out, summary, w, h = fit(inshi, "--output-format", "csv", "--figures", "none")
    assert w is None and h is None and "W.npy" not in summary["files"]
    fit(inshi, "--figures", "none", out="npy")
    assert np.array_equal(np.loadtxt(out / "W.csv", delimiter=","), np.load(out.parent / "npy/W.npy"))
    assert np.array_equal(np.loadtxt(out / "H.csv", delimiter=","), np.load(out.parent / "npy/H.npy"))


def test_figures(inshi, x):
    _, out, summary, _, _ = fit(inshi, "--figures", "svg", "--image", "4x3")
    assert all((out / f"figures/{f}.svg").read_text().rstrip().endswith("</svg>") for f in FIGURES + ["basis"])
    assert not list(out.rglob("*.png"))
    _, out, _, _, _ = fit(inshi, "--image", "3x4:F", out="f")
    assert (out / "figures/basis.png").exists()
    _, out, _, _, _ = fit(inshi, "--figures", "none", out="n")
    assert not (out / "figures").exists()
    run = inshi("fit", "X.npy", "-k", 3, "--image", "3x3", "-o", "bad")
    assert run.code == 3 and "12" in run.err and not (run.folder / "bad").exists()


def test_transpose_is_the_fit_of_the_transpose(inshi, x):
    folder = inshi("info").folder
    np.save(folder / "T.npy", np.ascontiguousarray(x.T))
    _, _, summary, w, h = fit(inshi, "--transpose", "--figures", "none")
    assert w.shape == (9, 3) and h.shape == (3, 12) and summary["transpose"] is True
    assert (summary["input"]["rows"], summary["input"]["columns"]) == (12, 9)
    _, _, _, v, g = fit(inshi, "--figures", "none", source="T.npy", out="t")
    assert np.array_equal(w, v) and np.array_equal(h, g)


@pytest.mark.parametrize("stored, chosen, result", [
    ("f2", [], "f4"), ("f4", [], "f4"), ("f8", [], "f8"), ("u1", [], "f8"), ("i4", [], "f8"), ("b1", [], "f8"),
    ("f8", ["--dtype", "f32"], "f4"), ("f4", ["--dtype", "f64"], "f8"),
    ("f4", ["--loss", "beta:-1"], "f8"), ("f4", ["--loss", "beta:3.5"], "f8"), ("f4", ["--loss", "beta:3"], "f4"),
])
def test_dtype(inshi, x, stored, chosen, result):
    folder = inshi("info").folder
    np.save(folder / "S.npy", (9 * x + 1).astype("?" if stored == "b1" else stored))
    _, _, summary, w, h = fit(inshi, *chosen, "--figures", "none", "--iterations", 5, source="S.npy")
    assert w.dtype == h.dtype == np.dtype(result) and summary["dtype"] == {"f4": "f32", "f8": "f64"}[result]
    assert summary["input"]["dtype"] == stored


def test_negative_clip(inshi, x):
    folder = inshi("info").folder
    broken = x - np.median(x)
    np.save(folder / "N.npy", broken)
    np.save(folder / "C.npy", np.maximum(broken, 0))
    run, _, summary, w, h = fit(inshi, "--negative", "clip", "--figures", "none", source="N.npy")
    count = (broken < 0).sum()
    assert str(count) in summary["warnings"][0] and f"warning: N.npy: {count} negative" in run.err
    _, _, _, v, g = fit(inshi, "--figures", "none", source="C.npy", out="c")
    assert np.array_equal(w, v) and np.array_equal(h, g)
    assert np.array_equal(np.load(folder / "N.npy"), broken)


def test_given_factors(inshi, x):
    folder = inshi("info").folder
    rng = np.random.default_rng(1)
    w0, h0 = rng.random((12, 3)), rng.random((3, 9))
    np.save(folder / "W0.npy", w0)
    np.save(folder / "H0.npy", np.asfortranarray(h0))
    given = ["--init-w", "W0.npy", "--init-h", "H0.npy", "--figures", "none"]
    _, _, summary, w, h = fit(inshi, *given, "--iterations", 0, "--normalize", "none")
    assert np.array_equal(w, w0) and np.array_equal(h, h0)
    assert summary["init_w"] == "W0.npy" and summary["objective"] == pytest.approx(divergence(x, w0 @ h0, "eu"))
    _, _, _, w, h = fit(inshi, *given, "--fix", "w", out="b")
    assert np.array_equal(w, w0) and not np.array_equal(h, h0)
    _, _, _, w, h = fit(inshi, *given, "--fix", "h", out="c")
    assert np.array_equal(h, h0) and not np.array_equal(w, w0)
    _, _, summary, w, h = fit(inshi, *given, "--fix-columns", "0,2", out="d")
    assert np.array_equal(w[:, [0, 2]], w0[:, [0, 2]]) and not np.array_equal(w[:, 1], w0[:, 1])
    _, _, _, v, _ = fit(inshi, *given, "--fix-columns", "0-1,2", out="e")
    assert np.array_equal(v, w0)


def test_a_start_that_is_rounded_is_warned_of(inshi, x):
    folder = inshi("info").folder
    np.save(folder / "W0.npy", np.full((12, 3), 0.1))
    _, _, summary, _, _ = fit(inshi, "--init-w", "W0.npy", "--dtype", "f32", "--figures", "none")
    assert "W0.npy" in summary["warnings"][0] and "36 values" in summary["warnings"][0]
    np.save(folder / "W0.npy", np.full((12, 3), 0.5))
    _, _, summary, _, _ = fit(inshi, "--init-w", "W0.npy", "--dtype", "f32", "--figures", "none", out="b")
    assert summary["warnings"] == []


def test_seeds_and_restarts(inshi, x):
    results = {}
    for seed in (0, 1, 2**64 - 1):
        _, _, summary, w, _ = fit(inshi, "--seed", seed, "--iterations", 5, "--figures", "none", out=f"s{seed}")
        results[seed] = w
        assert summary["seed"] == (seed if seed < 2**63 else str(seed))
    assert not np.array_equal(results[0], results[1]) and not np.array_equal(results[0], results[2**64 - 1])
    _, _, one, _, _ = fit(inshi, "--iterations", 5, "--figures", "none", out="one")
    _, folder, five, _, _ = fit(inshi, "--restarts", 5, "--iterations", 5, "--figures", "none", out="five")
    assert five["objective"] <= one["objective"] and 0 <= five["restart"] < 5 and five["restarts"] == 5
    assert len(history(folder)) == 6


@pytest.mark.parametrize("loss", ["eu", "kl"])
def test_threads_do_not_change_the_bits(inshi, loss):
    rng = np.random.default_rng(3)
    folder = inshi("info").folder
    np.save(folder / "B.npy", rng.random((700, 900)))
    for threads in (1, 2, 3):
        _, _, summary, _, _ = fit(inshi, "--threads", threads, "--loss", loss, "--iterations", 5, "--figures", "none",
                                  k=8, source="B.npy", out=f"t{threads}")
        assert summary["threads"] == threads
    for factor in "WH":
        files = [(folder / f"t{n}/{factor}.npy").read_bytes() for n in (1, 2, 3)]
        assert files[0] == files[1] == files[2]


@pytest.mark.parametrize("isa", ["portable", "auto"])
def test_isa(inshi, x, isa):
    _, _, summary, w, h = fit(inshi, "--isa", isa, "--figures", "none")
    assert summary["isa"] in (["portable"] if isa == "portable" else ["portable", "avx2", "avx512"])
    assert summary["relative_error"] < 0.05


def test_floor(inshi, x):
    folder = inshi("info").folder
    x[3, 4] = x[0, 0] = 0
    np.save(folder / "Z.npy", x)
    words = ["--loss", "is", "--iterations", 20, "--figures", "none"]
    run, _, summary, w, h = fit(inshi, *words, source="Z.npy")
    assert summary["floor"] == pytest.approx(1e-16 * x.max()) and summary["lifted"] == 2
    assert len(summary["warnings"]) == 1 and "2" in summary["warnings"][0]
    lifted = np.maximum(x, summary["floor"])
    assert summary["objective"] == pytest.approx(divergence(lifted, w @ h, "is"), rel=1e-7)
    _, _, summary, w, h = fit(inshi, *words, "--floor", 0, source="Z.npy", out="b")
    assert summary["floor"] == 0 and summary["lifted"] == 0 and np.isfinite(w).all() and np.isfinite(h).all()
    assert summary["objective"] == pytest.approx(divergence(x, w @ h, "is"), rel=1e-7) and summary["warnings"]
    _, _, summary, _, _ = fit(inshi, *words, "--floor", 0.02, source="Z.npy", out="c")
    assert summary["floor"] == 0.02 and summary["lifted"] == (x < 0.02).sum()


def test_a_large_k_is_a_warning(inshi, x):
    _, _, summary, w, _ = fit(inshi, "--iterations", 3, "--figures", "none", k=20)
    assert w.shape == (12, 20) and "k = 20 is above min(m, n) = 9" in summary["warnings"][0]


@pytest.mark.parametrize("loss", ["eu", "kl", "is"])
@pytest.mark.parametrize("matrix", [
    np.zeros((4, 5)), np.ones((1, 1)), np.full((4, 5), 7.0), np.full((4, 5), 1e-300), np.full((4, 5), 1e-250),
    np.full((4, 5), 1e250), np.full((3, 3), 5e-324), np.outer([0, 1, 2], [1, 0, 3.0]), np.eye(4),
], ids=["zero", "one", "constant", "1e-300", "1e-250", "1e250", "subnormal", "zero-lines", "identity"])
def test_ordinary_but_unusual_matrices(inshi, matrix, loss):
    folder = inshi("info").folder
    np.save(folder / "U.npy", matrix)
    run, out, summary, w, h = fit(inshi, "--loss", loss, "--iterations", 30, k=1, source="U.npy")
    assert np.isfinite(w).all() and np.isfinite(h).all() and w.min() >= 0 and h.min() >= 0
    assert isinstance(summary["relative_error"], float) and isinstance(summary["kkt"], float)
    if matrix.any() and np.ptp(matrix) == 0:
        assert w @ h == pytest.approx(matrix, rel=1e-3)
    assert len(list((out / "figures").iterdir())) == len(FIGURES)


def test_the_objective_of_huge_data_is_null(inshi):
    folder = inshi("info").folder
    np.save(folder / "U.npy", np.array([[1e250, 0], [0, 1e250]]))
    _, out, summary, _, _ = fit(inshi, "--iterations", 3, "--figures", "none", k=1, source="U.npy")
    assert summary["objective"] is None and 0 <= summary["relative_error"] <= 1
    assert "Infinity" not in (out / "summary.json").read_text()


def test_peak_bytes_counts_x(inshi, x):
    folder = inshi("info").folder
    big = np.random.default_rng(0).random((500, 800))
    np.save(folder / "B.npy", big)
    _, _, summary, _, _ = fit(inshi, "--iterations", 2, "--figures", "none", source="B.npy")
    assert big.nbytes <= summary["peak_bytes"] < 4 * big.nbytes


def test_colours_only_on_a_terminal(inshi, x):
    run = inshi("fit", "missing.npy", "-k", 3)
    assert "\033" not in run.err
