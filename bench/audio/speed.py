"""Speed: a minute without anything learned before, beside librosa and scikit-learn; an hour of stereo through the command."""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings
import wave

import numpy as np

import data
import tables
from audio import sounds
from inshi.separation import separate

COMMAND = "build/venv/bin/python bench/audio/run.py --only speed"
INSHI = data.ROOT / "build" / "release" / "inshi"
RATE, K, ITERATIONS, THREADS = 44100, 30, 100, 2
BLOCK = 60 * RATE


def music(seconds):
    """drumbass at 44.1 kHz, again and again."""
    (drums, bass), rate = sounds.load("drumbass/drums", "drumbass/bass")
    x = drums + bass
    at = np.arange(len(x) * RATE // rate) * rate / RATE
    return np.resize(np.interp(at, np.arange(len(x)), x), int(seconds * RATE))


def ours(x, solver):
    began = time.perf_counter()
    separate(x, RATE, k=K, sources=2, loss="kl", solver=solver, iterations=ITERATIONS, tolerance=0, threads=THREADS)
    return time.perf_counter() - began


def theirs(x):
    """Transform, fit, masks of two sources, inverse; components are put together as they come: that costs nothing."""
    import librosa
    from sklearn.decomposition import NMF
    began = time.perf_counter()
    mix = librosa.stft(x)
    model = NMF(K, solver="mu", beta_loss="kullback-leibler", init="random", random_state=0, max_iter=ITERATIONS, tol=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        H = model.fit_transform(np.abs(mix).T)
    W, half = model.components_, K // 2
    parts = [(H[:, a:b] @ W[a:b]).T for a, b in ((0, half), (half, K))]
    for part in parts:
        mask = librosa.util.softmask(part, sum(parts) - part, power=2, split_zeros=True)
        librosa.istft(mix * mask, length=len(x))
    return time.perf_counter() - began


def minute(quick):
    x = music(6 if quick else 60).astype(np.float32)
    rounds = 1 if quick else 3
    peer = min(theirs(x) for _ in range(rounds))
    rows = []
    for solver in ("auto", "mu"):
        best = min(ours(x, solver) for _ in range(rounds))
        rows.append((f"inshi, {solver}", tables.seconds(best), f"{peer / best:.1f}"))
    rows.append(("librosa + scikit-learn, mu", tables.seconds(peer), "1"))
    return tables.table("A minute of sound", COMMAND, ("what", "seconds", "times sooner"), rows, [
        f"44.1 kHz mono, `kl`, {K} components, {ITERATIONS} iterations, two sources, all from samples to samples; least of {rounds}. "
        f"Here {THREADS} threads and float, there one thread of OpenBLAS and the float that librosa gives. Random starts of the same kind, "
        "not the same numbers: `separate` takes none."])


def write(path, seconds):
    """16-bit stereo, a block at a time."""
    x = np.round(32767 * np.clip(music(60), -1, 1))
    frames = np.stack([x, np.roll(x, 1000) / 2], axis=1).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        for at in range(0, seconds * RATE, BLOCK):
            out.writeframesraw(frames[:min(BLOCK, seconds * RATE - at)].tobytes())


# Runs a command and prints its seconds and peak memory: of a process of its own, whose only child it is.
CLOCK = """
import resource, subprocess, sys, time
began = time.perf_counter()
subprocess.run(sys.argv[1:], check=True)
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def hour(quick):
    seconds, rows = (60 if quick else 3600), []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "long.wav"
        write(path, seconds)
        command = [INSHI, "separate", path, "-k", "10", "--sources", "2", "--learn-seconds", "300", "--threads", THREADS,
                   "-o", pathlib.Path(folder) / "out", "--json", "--progress", "none", "-q"]
        done = subprocess.run([sys.executable, "-c", CLOCK, *map(str, command)],
                              check=True, capture_output=True, text=True).stdout
        summary, end = json.JSONDecoder().raw_decode(done)
        wall, peak = map(float, done[end:].split())
        rows.append((seconds, tables.seconds(wall), tables.seconds(summary["seconds"] - summary["separation_seconds"]),
                     tables.seconds(summary["separation_seconds"]), f"{seconds / wall:.0f}", f"{peak / 2**20:.0f}"))
    return tables.table("An hour of stereo", COMMAND, ("sound, s", "wall, s", "learning, s", "separating, s", "times real time", "peak, MiB"),
                        rows, [f"`inshi separate -k 10 --sources 2 --learn-seconds 300 --threads {THREADS}`, 44.1 kHz, 16 bit, `kl`; two WAV files "
                               "of floats and the page are written. Peak: VmHWM of the command."])


def make(quick):
    try:
        return minute(quick) + "\n" + hour(quick)
    except data.Absent as absent:
        return tables.table("Speed", COMMAND, ("what",), [], [f"Skipped: {absent}."])
