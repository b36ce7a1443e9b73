"""--checkpoint and --resume: signals, kills at any moment, exit codes, and the same bits in the end."""
import os
import random
import signal
import subprocess
import time

import numpy as np
import pytest
from conftest import COMMAND, environment, load_summary

QUIET = ["--figures", "none", "--progress", "none"]
LONG = ["-k", "3", "--tolerance", "0", "--iterations", "1000000000", "--solver", "mu", "--history-every", "0",
        "--figures", "none", "--progress", "json"]


def start(folder, *words, **options):
    return subprocess.Popen([COMMAND, *map(str, words)], cwd=folder, env=environment(), stderr=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True, **options)


def bits(folder):
    return (folder / "W.npy").read_bytes(), (folder / "H.npy").read_bytes()


def history(folder):
    rows = [line.split(",") for line in (folder / "history.csv").read_text().splitlines()]
    seconds = [float(row[1]) for row in rows[1:]]
    assert seconds == sorted(seconds)
    return [row[:1] + row[2:] for row in rows]


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_saves_and_resume_goes_on(x, tmp_path, number, code):
    process = start(tmp_path, "fit", "X.npy", *LONG, "--checkpoint", "c")
    process.stderr.readline()  # it has begun
    process.send_signal(number)
    begun = time.monotonic()
    process.communicate(timeout=60)
    assert process.returncode == code and time.monotonic() - begun < 2
    summary = load_summary(tmp_path / "X-inshi")
    assert summary["stop"] == "interrupted" and (tmp_path / "c").exists() and summary["resumed_iteration"] is None
    done = summary["iterations"]
    last = ["fit", "X.npy", *LONG, "--iterations", done + 500, "--checkpoint", "c", "--resume"]
    again = subprocess.run([COMMAND, *map(str, last)], cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert again.returncode == 0 and "went on from iteration" in again.stderr
    summary = load_summary(tmp_path / "X-inshi")
    assert summary["iterations"] == done + 500 and done - 1 <= summary["resumed_iteration"] <= done
    whole = ["fit", "X.npy", *LONG, "--iterations", done + 500, "-o", "whole"]
    assert start(tmp_path, *whole).wait(120) == 0
    assert bits(tmp_path / "whole") == bits(tmp_path / "X-inshi")


def test_usr1_saves_and_goes_on(x, tmp_path):
    process = start(tmp_path, "fit", "X.npy", *LONG, "--time-limit", "2", "--checkpoint", "c")
    process.stderr.readline()
    assert not (tmp_path / "c").exists()
    process.send_signal(signal.SIGUSR1)
    begun = time.monotonic()
    while not (tmp_path / "c").exists():
        assert time.monotonic() - begun < 1.5 and process.poll() is None
        time.sleep(0.01)
    process.communicate(timeout=60)
    assert process.returncode == 0 and load_summary(tmp_path / "X-inshi")["stop"] == "time"
    assert (tmp_path / "c.prev").exists()  # the end was saved too


def test_usr1_without_a_checkpoint_does_nothing(x, tmp_path):
    process = start(tmp_path, "fit", "X.npy", *LONG, "--time-limit", "0.5")
    process.stderr.readline()
    process.send_signal(signal.SIGUSR1)
    process.communicate(timeout=60)
    assert process.returncode == 0


@pytest.mark.parametrize("threads", [(1, 2), (2, 1), (2, 3)])
@pytest.mark.parametrize("more", [[], ["--loss", "kl"], ["--loss", "is", "--restarts", "3"], ["--dtype", "f32"]])
def test_more_iterations_after_the_end(tmp_path, inshi, threads, more):
    rng = np.random.default_rng(3)
    np.save(tmp_path / "X.npy", rng.random((300, 12)) @ rng.random((12, 200)) + 0.1 * rng.random((300, 200)))
    words = ["fit", "X.npy", "-k", 7, "--tolerance", "0", *QUIET, *more]
    if "--restarts" in more:  # the same end: the first starts are over and do not go on
        assert inshi(*words, "--iterations", 30, "--checkpoint", "c", "--threads", threads[0], "-o", "whole").code == 0
    else:
        assert inshi(*words, "--iterations", 40, "-o", "whole").code == 0
        assert inshi(*words, "--iterations", 17, "--checkpoint", "c", "--threads", threads[0], "-o", "part").code == 0
    until = 30 if "--restarts" in more else 40
    run = inshi(*words, "--iterations", until, "--checkpoint", "c", "--resume", "--threads", threads[1], "-o", "part")
    assert run.code == 0, run.err
    assert bits(tmp_path / "whole") == bits(tmp_path / "part")
    assert history(tmp_path / "whole") == history(tmp_path / "part")


@pytest.mark.parametrize("words, code, says", [
    (["--resume"], 2, "--checkpoint FILE"),
    (["--checkpoint-every", "3"], 2, "--checkpoint FILE"),
    (["--checkpoint", "c", "--checkpoint-every", "-1"], 2, "from 0 to"),
    (["--checkpoint", "c", "--checkpoint-every", "soon"], 2, "must be a number"),
    (["--checkpoint", "missing/c"], 5, "make its folder first"),
    (["--checkpoint", "."], 5, "directory"),
    (["--checkpoint", "X.npy"], 3, "choose another name"),
    (["--checkpoint", "X.npy", "--resume"], 3, "no checkpoint of inshi"),
    (["--checkpoint", "old", "--resume", "--loss", "kl"], 2, "its loss is eu, and here it is kl"),
    (["--checkpoint", "old", "--resume", "-k", "4"], 2, "its k is 3, and here it is 4"),
    (["--checkpoint", "cut", "--resume"], 3, "damaged"),
])
def test_refusals(x, tmp_path, inshi, words, code, says):
    assert inshi("fit", "X.npy", "-k", 3, "--checkpoint", "old", "--iterations", 5, "-o", "first", *QUIET).code == 0
    (tmp_path / "cut").write_bytes((tmp_path / "old").read_bytes()[:-1])
    run = inshi("fit", "X.npy", "-k", 3, "-o", "second", *QUIET, *words)
    assert run.code == code and says in run.err, run.err
    assert not (tmp_path / "second").exists()


def test_another_x_is_refused(x, tmp_path, inshi):
    assert inshi("fit", "X.npy", "-k", 3, "--checkpoint", "c", "-o", "first", *QUIET).code == 0
    np.save(tmp_path / "X.npy", x + 1e-9)
    run = inshi("fit", "X.npy", "-k", 3, "--checkpoint", "c", "--resume", "-o", "second", *QUIET)
    assert run.code == 3 and "content of X" in run.err


def test_resume_without_a_file_begins_anew(x, tmp_path, inshi):
    run = inshi("fit", "X.npy", "-k", 3, "--checkpoint", "c", "--resume", *QUIET)
    assert run.code == 0 and "no checkpoint c yet: the fit begins anew" in run.err
    assert inshi("fit", "X.npy", "-k", 3, "-o", "plain", *QUIET).code == 0
    assert bits(tmp_path / "plain") == bits(tmp_path / "X-inshi")
    os.remove(tmp_path / "c")
    run = inshi("fit", "X.npy", "-k", 3, "--checkpoint", "c", "--resume", *QUIET)
    assert run.code == 5 and "--force" in run.err  # nothing to go on from, and a result that would be lost


def test_a_full_disk_is_told_and_the_result_is_there(x, tmp_path):
    import resource
    process = start(tmp_path, "fit", "X.npy", "-k", "3", "--iterations", "20", "--checkpoint", "c", *QUIET, "--json",
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500)))
    _, err = process.communicate(timeout=60)
    assert process.returncode == 5 and "no checkpoint was saved" in err and not (tmp_path / "c").exists()


def test_what_a_killed_save_left_goes(x, tmp_path, inshi):
    gone = subprocess.Popen(["true"])
    gone.wait()
    mine, others = tmp_path / f".inshi-{gone.pid}-0-c", tmp_path / f".inshi-{gone.pid}-0-d"
    for more in ([], ["--resume", "--force"]):
        mine.write_bytes(b"half")
        others.write_bytes(b"half")
        assert inshi("fit", "X.npy", "-k", 3, "--checkpoint", "c", "-o", "out", *QUIET, *more).code == 0
        assert not mine.exists() and others.exists()


def large(folder):
    rng = np.random.default_rng(8)
    x = rng.random((400, 10)) @ rng.random((10, 300)) + 0.1 * rng.random((400, 300))
    np.save(folder / "X.npy", x)
    return rng, x


def holes(folder):
    """NaN in X, a mask and weights besides."""
    rng, x = large(folder)
    np.save(folder / "X.npy", np.where(rng.random(x.shape) < 0.1, np.nan, x))
    np.save(folder / "M.npy", (rng.random(x.shape) < 0.7).astype("u1"))
    np.save(folder / "V.npy", rng.random(x.shape) + 0.5)


def sparse(folder):
    """6 % of a 900 x 700 matrix of counts, and weights of columns."""
    rng = np.random.default_rng(9)
    x = rng.poisson(rng.gamma(0.3, 1, (900, 8)) @ rng.gamma(0.3, 0.4, (8, 700)))
    x[rng.random(x.shape) < 0.85] = 0
    np.save(folder / "V.npy", rng.random(700) + 0.5)
    rows, columns = np.nonzero(x)
    lines = [f"{i + 1} {j + 1} {x[i, j]}" for i, j in zip(rows, columns)]
    (folder / "X.mtx").write_text(f"%%MatrixMarket matrix coordinate integer general\n900 700 {len(lines)}\n" +
                                  "\n".join(lines) + "\n")


# What is killed: each row a name, words of the command, and what makes its files.
KILLED = {
    "dense-eu": (["--iterations", "1500"], large),
    "dense-kl": (["--loss", "kl", "--iterations", "250"], large),
    "dense-is-restarts": (["--loss", "is", "--restarts", "4", "--iterations", "60"], large),
    "dense-f32-mu": (["--solver", "mu", "--dtype", "f32", "--iterations", "2000", "--l1-h", "0.01"], large),
    "holes-eu": (["--iterations", "300", "--mask", "M.npy"], holes),
    "holes-kl": (["--loss", "kl", "--iterations", "300", "--mask", "M.npy", "--weights", "V.npy"], holes),
    "sparse-eu": (["--iterations", "700"], sparse),
    "sparse-kl": (["--loss", "kl", "--iterations", "300"], sparse),
    "sparse-absent-is": (["--loss", "is", "--absent", "missing", "--column-weights", "V.npy", "--iterations", "300"], sparse),
    "sparse-weights": (["--loss", "kl", "--column-weights", "V.npy", "--iterations", "100"], sparse),
}
KILLS = 200


@pytest.mark.long
@pytest.mark.parametrize("name", KILLED)
def test_killed_at_random_moments(tmp_path, name):
    more, make = KILLED[name]
    make(tmp_path)
    x = "X.mtx" if (tmp_path / "X.mtx").exists() else "X.npy"
    words = ["fit", x, "-k", "6", "--tolerance", "0", *QUIET, *more]
    begun = time.monotonic()
    assert start(tmp_path, *words, "-o", "whole").wait(300) == 0
    took = time.monotonic() - begun
    whole, rows, draw = bits(tmp_path / "whole"), history(tmp_path / "whole"), random.Random(name)
    resumed = past = 0
    kept = ["--checkpoint", "c", "--checkpoint-every", "0.01", "--force"]
    for kill in range(-(-KILLS // len(KILLED))):
        for old in ("c", "c.prev"):
            (tmp_path / old).unlink(missing_ok=True)
        process = start(tmp_path, *words, *kept, "--threads", str(1 + kill % 2), "-o", "part")
        time.sleep(draw.uniform(0.05, 1) * took)
        process.kill()
        process.communicate()
        last = start(tmp_path, *words, *kept, "--resume", "--threads", str(1 + kill % 3), "-o", "part")
        _, err = last.communicate(timeout=300)
        assert last.returncode == 0, err
        assert bits(tmp_path / "part") == whole and history(tmp_path / "part") == rows, f"kill {kill}"
        resumed += 1
        summary = load_summary(tmp_path / "part")
        past += bool(summary["resumed_iteration"])
    assert not list(tmp_path.glob(".inshi-*-c"))
    print(f"{name}: {resumed} resumes, {past} of them from past iteration 0")
    assert past >= 0.75 * resumed
