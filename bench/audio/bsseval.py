"""BSSEval: seconds of bss_eval_sources here and in mir_eval, on the same sources, and how far the scores differ."""
import time
import warnings

import numpy as np

import data
import tables
from audio import sounds
from inshi.separation import bss_eval_sources

COMMAND = "build/venv/bin/python bench/audio/run.py --only bsseval"
CLIPS = (("drumbass/bass", "drumbass/drums"), ("arctic/two_aew", "arctic/two_axb"),
         ("drums808/kick", "drums808/snare", "drums808/hihat"))


def noise(sources, seconds):
    return np.random.default_rng(sources).standard_normal((sources, int(seconds * 16000)))


def estimates(reference):
    """The sources with a tenth of others in them, and a little noise."""
    rng = np.random.default_rng(1)
    return (reference + 0.1 * np.roll(reference, 1, axis=0) + 0.01 * reference.std() * rng.standard_normal(reference.shape))[::-1]


def clocked(function, rounds):
    best = np.inf
    for _ in range(rounds):
        begin = time.perf_counter()
        result = function()
        best = min(best, time.perf_counter() - begin)
    return best, result


def measure(name, reference, rounds):
    import mir_eval
    estimate = estimates(reference)
    one, ours = clocked(lambda: bss_eval_sources(reference, estimate, threads=1), 3 * rounds)
    two, _ = clocked(lambda: bss_eval_sources(reference, estimate, threads=2), 3 * rounds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs_seconds, theirs = clocked(lambda: mir_eval.separation.bss_eval_sources(reference, estimate), rounds)
    difference = max(np.abs(a - b).max() for a, b in zip(ours[:3], theirs[:3]))
    return (name, len(reference), reference.shape[1], tables.seconds(one), tables.seconds(two), tables.seconds(theirs_seconds),
            f"{theirs_seconds / one:.0f}", f"{theirs_seconds / two:.0f}", tables.digits(difference, 2),
            "yes" if (ours[3] == theirs[3]).all() else "**NO**")


def make(quick):
    rows, notes = [], []
    rounds = 1 if quick else 2
    for sources in (2, 3):
        rows.append(measure("noise", noise(sources, 2 if quick else 10), rounds))
    for names in CLIPS[:1] if quick else CLIPS:
        try:
            rows.append(measure(names[0].split("/")[0], sounds.load(*names)[0], rounds))
        except data.Absent as absent:
            notes.append(f"Skipped: {absent}.")
    notes.append("Least time of some rounds, mir_eval with one thread of OpenBLAS; `ratio`: mir_eval / here, with 1 and 2 threads; "
                 "`differ`: the largest difference of SDR, SIR and SAR in dB; `order`: whether the pairing is the same.")
    return tables.table("BSSEval beside mir_eval", COMMAND, ("sources of", "sources", "samples", "1 thread", "2 threads", "mir_eval",
                                                             "ratio 1", "ratio 2", "differ", "order"), rows, notes)
