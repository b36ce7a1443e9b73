"""Signals and full disks: what there is, is saved; files are whole or not there."""
import os
import pty
import resource
import signal
import subprocess
import time

import numpy as np
import pytest
from conftest import COMMAND, environment, load_summary

LONG = ["-k", "3", "--tolerance", "0", "--iterations", "1000000000", "--solver", "mu", "--history-every", "0",
        "--figures", "none", "--progress", "json"]


def start(folder, *words, **options):
    return subprocess.Popen([COMMAND, *words], cwd=folder, env=environment(), stderr=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True, **options)


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_saves_what_there_is(x, tmp_path, number, code):
    process = start(tmp_path, "fit", "X.npy", *LONG)
    process.stderr.readline()  # it has begun
    process.send_signal(number)
    begun = time.monotonic()
    process.communicate(timeout=60)
    assert process.returncode == code and time.monotonic() - begun < 2
    summary = load_summary(tmp_path / "X-inshi")
    assert summary["stop"] == "interrupted" and summary["iterations"] > 0
    w, h = np.load(tmp_path / "X-inshi/W.npy"), np.load(tmp_path / "X-inshi/H.npy")
    assert summary["objective"] == pytest.approx(0.5 * ((x - w @ h) ** 2).sum(), rel=1e-6)
    assert sorted(p.name for p in (tmp_path / "X-inshi").iterdir()) == sorted(summary["files"])


def test_a_signal_between_restarts(x, tmp_path):
    process = start(tmp_path, "fit", "X.npy", *LONG[:4], "--iterations", "2000", *LONG[6:], "--restarts", "1000000")
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130 and load_summary(tmp_path / "X-inshi")["stop"] == "interrupted"


def test_an_ignored_signal_stays_ignored(x, tmp_path):
    process = start(tmp_path, "fit", "X.npy", *LONG, "--time-limit", "1",
                    preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0 and load_summary(tmp_path / "X-inshi")["stop"] == "time"


@pytest.mark.parametrize("limit", [0, 100, 400, 1500, 5000, 20000])
def test_a_full_disk_leaves_whole_files(x, tmp_path, limit):
    process = start(tmp_path, "fit", "X.npy", "-k", "3", "--iterations", "20",
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    _, err = process.communicate(timeout=60)
    assert process.returncode == 5 and "inshi: " in err
    folder = tmp_path / "X-inshi"
    found = [p for p in folder.rglob("*") if p.is_file()] if folder.exists() else []
    assert limit > 0 or not folder.exists()
    for path in found:
        if path.suffix == ".npy":
            np.load(path)
        elif path.suffix == ".png":
            assert path.read_bytes().endswith(b"IEND\xaeB`\x82")
        elif path.name == "summary.json":
            assert sorted(load_summary(folder)["files"]) == sorted(str(p.relative_to(folder)) for p in found)
        else:
            assert path.name == "history.csv" and path.read_text().endswith("\n")


def test_an_old_result_survives_a_full_disk(x, tmp_path):
    assert start(tmp_path, "fit", "X.npy", "-k", "3", "--figures", "none").wait(60) == 0
    before = {p.name: p.read_bytes() for p in (tmp_path / "X-inshi").iterdir()}
    process = start(tmp_path, "fit", "X.npy", "-k", "4", "--figures", "none", "--force",
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10)))
    process.communicate(timeout=60)
    assert process.returncode == 5
    assert {p.name: p.read_bytes() for p in (tmp_path / "X-inshi").iterdir()} == before


def on_terminal(folder, *words, **env):
    """Runs with a terminal as standard error and gives what was shown there."""
    parent, child = pty.openpty()
    process = subprocess.Popen([COMMAND, *words], cwd=folder, env=environment(**{"TERM": "xterm", **env}),
                               stdout=subprocess.DEVNULL, stderr=child)
    os.close(child)
    shown = b""
    while True:
        try:
            block = os.read(parent, 4096)
        except OSError:
            break
        if not block:
            break
        shown += block
    os.close(parent)
    return process.wait(60), shown.decode()


def test_one_progress_line_on_a_terminal(x, tmp_path):
    words = ["fit", "X.npy", *LONG[:-2], "--time-limit", "1"]
    code, shown = on_terminal(tmp_path, *words)
    updates = shown.count("\r") - shown.count("\r\n")
    assert code == 0 and 4 <= updates <= 12 and "objective" in shown and "left" in shown
    assert "\033[1minshi:" in shown
    assert "\033" not in on_terminal(tmp_path, *words, "--force", "-q")[1]


@pytest.mark.parametrize("words, env", [(["--no-color"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})])
def test_colours_can_be_switched_off(tmp_path, words, env):
    code, shown = on_terminal(tmp_path, "fit", "missing.npy", "-k", "3", *words, **env)
    assert code == 5 and "\033[1m" not in shown and "missing.npy" in shown
    code, shown = on_terminal(tmp_path, "fit", "missing.npy", "-k", "3")
    assert "\033[1m" in shown
