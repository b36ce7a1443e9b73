"""inshi plan against what fit then uses, and fits that have no room."""
import resource
import subprocess

import numpy as np
import pytest

from conftest import COMMAND, load_summary

SANITIZED = b"libasan" in subprocess.run(["ldd", COMMAND], capture_output=True).stdout


def save(tmp_path, rows, columns, dtype="f8"):
    rng = np.random.default_rng(1)
    x = rng.random((rows, 3)) @ rng.random((3, columns)) + 0.1 * rng.random((rows, columns))
    np.save(tmp_path / "X.npy", x.astype(dtype))


FIT = ("--iterations", 40, "--tolerance", 0, "--threads", 1)
CASES = [
    (400, 3000, "f8", 20, ("--loss", "eu")), (400, 3000, "f8", 20, ("--loss", "kl")), (3000, 400, "f4", 10, ("--loss", "is")),
    (60, 9000, "u1", 16, ("--loss", "kl", "--restarts", 2)), (500, 2000, "f8", 40, ("--loss", "kl")),
    (600, 2000, "f8", 20, ("--init", "nndsvd")), (2000, 500, "f8", 8, ("--loss", "beta:1.5", "--solver", "mu")),
    (500, 2000, "f8", 8, ("--loss", "is", "--solver", "gradient", "--eta", "1e-9")), (700, 900, "f8", 5, ("--transpose",)),
]


@pytest.mark.parametrize("rows, columns, dtype, k, options", CASES)
def test_memory_and_time(inshi, tmp_path, rows, columns, dtype, k, options):
    save(tmp_path, rows, columns, dtype)
    plan = inshi("plan", "X.npy", "-k", k, "--json", *FIT, *options)
    assert plan.code == 0, plan.err
    plan = plan.json()
    fit = inshi("fit", "X.npy", "-k", k, "--figures", "none", "-o", "out", *FIT, *options)
    assert fit.code == 0, fit.err
    used = load_summary(tmp_path / "out")
    assert plan["fits"] and plan["packed"] and used["packed"] and plan["solver"] == used["solver"]
    assert 0.9 < plan["peak_bytes"] / used["peak_bytes"] < 1.1
    # Within a factor 2 on a quiet machine; tests may share theirs.
    assert 0.2 < plan["seconds"] / used["seconds"] < 5


@pytest.mark.parametrize("options", [("--mask", "B.npy"), ("--weights", "A.npy", "--loss", "kl"), ("--row-weights", "R.npy"),
                                     ("--init-w", "W.npy", "--fix", "w", "--figures", "none", "-o", "out", "--force"),
                                     ("--init-w", "W.npy", "--lock-w", "L.npy", "--require-converged")])
def test_with_a_line_of_fit(inshi, tmp_path, options):
    """Another word in the place of fit, and what stands beside X counts."""
    save(tmp_path, 800, 2000)
    rng = np.random.default_rng(4)
    for name, shape in (("A", (800, 2000)), ("R", (800, 1)), ("W", (800, 12))):
        np.save(tmp_path / f"{name}.npy", 0.5 + rng.random(shape))
    np.save(tmp_path / "B.npy", (rng.random((800, 2000)) < 0.8).astype("u1"))
    np.save(tmp_path / "L.npy", (rng.random((800, 12)) < 0.3).astype("u1"))
    words = ["X.npy", "-k", 12, "--json", "--iterations", 10, "--tolerance", 0, "--threads", 1, *options]
    plan = inshi("plan", *words)
    assert plan.code == 0 and not (tmp_path / "out").exists(), plan.err
    fit = inshi("fit", *words, "--figures", "none", "-o", "out")
    assert fit.code in (0, 6), fit.err
    plan, used = plan.json(), load_summary(tmp_path / "out")
    assert plan["solver"] == used["solver"] and 0.95 < plan["peak_bytes"] / used["peak_bytes"] < 1.05
    assert 0.2 < plan["seconds"] / used["seconds"] < 5  # within a factor 2 on a quiet machine
    np.save(tmp_path / "B.npy", np.ones((3, 4)))
    assert inshi("plan", "X.npy", "-k", 12, "--mask", "B.npy").code == 3


@pytest.mark.parametrize("options", [("--init-w", "W.npy", "--fix-columns", "99"), ("--resume",), ("--image", "axb"), ("--fix", "w"),
                                     ("--checkpoint-every", "3"), ("--lock-w", "L.npy"), ("--mask", "N.npy"), ("--weights", "N.npy"),
                                     ("--row-weights", "N.npy")])
def test_what_fit_refuses_plan_refuses(inshi, tmp_path, options):
    save(tmp_path, 30, 20)
    np.save(tmp_path / "N.npy", -np.ones((30, 20)))
    plan, fit = (inshi(command, "X.npy", "-k", 4, *options) for command in ("plan", "fit"))
    assert plan.code == fit.code != 0 and plan.err == fit.err, plan.err


@pytest.mark.parametrize("options", [("--loss", "kl"), ("--loss", "eu"), ("--loss", "is", "--absent", "missing"),
                                     ("--loss", "is", "--floor", "0.1"), ("--dtype", "f32", "--transpose")])
def test_memory_and_time_of_sparse_x(inshi, tmp_path, options):
    """2 % of 4000 x 3000 entries; a dense X of that shape would take fifty times as long."""
    sparse = pytest.importorskip("scipy.sparse")
    x = sparse.random(4000, 3000, 0.02, format="csr", random_state=3)
    x.data = np.ceil(9 * x.data)
    sparse.save_npz(tmp_path / "X.npz", x)
    words = ["-k", 12, "--iterations", 5, "--tolerance", 0, "--threads", 1, *options]
    plan = inshi("plan", "X.npz", "--json", *words)
    assert plan.code == 0, plan.err
    plan, seconds = plan.json(), []
    assert plan["input"]["sparse"] and plan["input"]["nonzeros"] == x.nnz
    for _ in range(2):
        fit = inshi("fit", "X.npz", "--figures", "none", "--force", "-o", "out", *words)
        assert fit.code == 0, fit.err
        seconds.append(load_summary(tmp_path / "out")["seconds"])
    used = load_summary(tmp_path / "out")
    assert plan["solver"] == used["solver"] and 0.9 < plan["peak_bytes"] / used["peak_bytes"] < 1.1
    assert 0.1 < plan["seconds"] / min(seconds) < 10  # within a factor 2 on a quiet machine


def test_text_and_csv(inshi, tmp_path):
    np.savetxt(tmp_path / "X.csv", np.random.default_rng(2).random((30, 20)), delimiter=",")
    run = inshi("plan", "X.csv", "-k", 3, "--iterations", 7)
    assert run.code == 0, run.err
    assert "30 x 20, f8" in run.out and "MB at the most" in run.out and "7 iterations" in run.out
    assert inshi("plan", "X.csv").code == 2
    assert inshi("plan", "no.npy", "-k", 3).code == 5
    assert inshi("plan", "X.csv", "-k", 3, "--loss", "no").code == 2


def test_a_header_alone_is_enough(inshi, tmp_path):
    """8 TB in a sparse file: foretold from the header, refused before anything is read."""
    shape = (10**6, 10**6)
    header = np.lib.format.header_data_from_array_1_0(np.empty((0, 0)))
    header["shape"] = shape
    with open(tmp_path / "X.npy", "wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        try:
            file.truncate(file.tell() + 8 * shape[0] * shape[1])
        except OSError:
            pytest.skip("this file system holds no file so large")
    plan = inshi("plan", "X.npy", "-k", 5, "--json")
    assert plan.code == 4 and not plan.json()["fits"]
    assert plan.json()["peak_bytes"] > 8 * shape[0] * shape[1]
    fit = inshi("fit", "X.npy", "-k", 5, timeout=20)
    assert fit.code == 4 and "smaller X" in fit.err
    assert not (tmp_path / "X-inshi").exists()


@pytest.mark.skipif(SANITIZED, reason="the sanitizers need address space")
def test_a_limit_of_the_process(inshi, tmp_path):
    """Ample room; room for all but the packed copy: the same bits; room for neither: exit 4, with a k that fits."""
    save(tmp_path, 1000, 4000)
    words = ("X.npy", "-k", 200, "--iterations", 2, "--tolerance", 0, "--threads", 1)
    peak = inshi("plan", *words, "--json").json()["peak_bytes"]
    words += ("--figures", "none")
    assert inshi("fit", *words, "-o", "ample").code == 0

    def limited(megabytes, *more):
        limit = int(megabytes * 1e6)
        return inshi("fit", *more, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)))

    tight = limited(peak / 1e6 - 5, *words, "-o", "tight")
    assert tight.code == 0 and "packed copy of X" in tight.err
    assert not load_summary(tmp_path / "tight")["packed"] and load_summary(tmp_path / "ample")["packed"]
    for name in ("W.npy", "H.npy"):
        assert (tmp_path / "tight" / name).read_bytes() == (tmp_path / "ample" / name).read_bytes()
    none = limited(peak / 1e6 - 45, *words, "-o", "none")
    assert none.code == 4 and not (tmp_path / "none").exists()
    k = none.err.split("or k = ")[1].split()[0]
    assert 1 <= int(k) < 200
    words = words[:2] + (k,) + words[3:]
    assert limited(peak / 1e6 - 45, *words, "-o", "less").code == 0
