"""The objective after some seconds: ours against every peer that does an iteration in that time, from the same starts.

All are on one thread, f64, peers with malloc tuned (their best), and are given the same seconds, of the process or thread.
A set's results are kept in build/bench-long and not measured again with the same library and number of starts.
"""
import hashlib
import json
import sys

import numpy as np

import data
import tables
from fits import budget
from ours import LIBRARY
from peers import peer, worker

# Every dense set of the data's README with a rank: data, its first loss, k (what its example of loading says, or the largest it names), seconds. Sounds are
# spectrograms: of the power for `is`, of the amplitude for `kl`.
ROWS = (("cbcl", "eu", 49, 1), ("frey", "eu", 20, 1), ("orl", "eu", 40, 5), ("swimmer_noisy", "kl", 17, 1),
        ("raman", "eu", 5, 1), ("f1", "eu", 9, 5), ("moffet", "eu", 3, 1), ("indian_pines", "eu", 16, 5),
        ("all_aml", "kl", 3, 1), ("brca21", "kl", 5, 1), ("sbs_scenario8", "kl", 3, 1), ("pcawg_sbs96", "kl", 8, 1),
        ("ifn_microarray", "eu", 4, 1), ("mary_power", "is", 4, 1), ("prelude_amplitude", "kl", 16, 1),
        ("drumbass", "is", 20, 1), ("drums808_amplitude", "kl", 3, 1), ("speech_music_amplitude", "kl", 40, 1))
QUICK = (("brca21", "kl", 5, 0.2), ("cbcl", "eu", 49, 0.2))
COMMAND = "build/venv/bin/python bench/run.py --only after"


def ours(inshi, x, w, h, loss, seconds):
    fit = budget.within(inshi, x, seconds, w=w, h=h, loss=loss)
    return dict(objective=worker.objective(x, fit.w, fit.h, loss), seconds=fit.thread, iterations=fit.iterations)


def measure(inshi, row, seeds, missing):
    """A set's result for a file of JSON: ours and each peer's, one for each seed."""
    name, loss, k, seconds = row
    x = data.load(name)
    result = dict(shape=x.shape, square=float((x**2).sum()), versions={}, peers={},
                  ours=[ours(inshi, x, *data.start(x, k, seed), loss, seconds) for seed in seeds])
    for title, adapter, method in peer.ALL:
        if not peer.takes(adapter, method, loss):
            continue
        try:
            told = peer.run(adapter, method, name, loss, k, tuple(seeds), f"{seconds}s", 1, True)
        except peer.Missing as what:
            if str(what) not in missing:
                print(f"bench: skipped {title}: {what}", file=sys.stderr)
                missing.append(str(what))
            continue
        result["versions"][title] = told[0]["version"]
        result["peers"][title] = [dict(objective=t["objective"], seconds=t["process"], iterations=t["iterations"]) for t in told]
    return result


def kept(folder, library, row, seeds, make):
    path = folder / f"{row[0]}.json"
    key = [library, list(row), len(seeds)]
    if path.exists():
        saved = json.loads(path.read_text())
        if saved["key"] == key:
            print(f"bench: {row[0]} is in {path.name} already", file=sys.stderr)
            return saved["result"]
    result = make()
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(key=key, result=result)))
    return result


def gaps(result, title):
    """ours / theirs - 1 for each start; two objectives that are next to nothing are equal."""
    least = 1e-12 * result["square"]
    pairs = [(o["objective"], t["objective"]) for o, t in zip(result["ours"], result["peers"][title]) if t["iterations"]]
    return [0.0 if max(o, t) < least else -1.0 if not np.isfinite(t) else o / t - 1 for o, t in pairs]


def cell(result, title):
    if title not in result["peers"]:
        return ""
    found = gaps(result, title)
    if not found:
        return "no iteration"
    middle = tables.median(found)
    text = f"{100 * middle:+.2g} / {100 * max(found):+.2g}"
    return f"**{text}**" if middle > 1e-3 else text


def make(inshi, root, quick, starts=10, names=None):
    seeds, folder = range(1, 2 if quick else 1 + starts), root / "build" / "bench-long"
    library = hashlib.sha256(LIBRARY.read_bytes()).hexdigest()
    lines, notes, missing, versions, worst = [], [], [], {}, []
    titles = [title for title, _, _ in peer.ALL]
    for row in QUICK if quick else ROWS:
        if names and row[0] not in names:
            continue
        try:
            result = kept(folder / ("quick" if quick else "."), library, row, seeds, lambda: measure(inshi, row, seeds, missing))
        except data.Absent as absent:
            notes.append(f"Skipped: {row[0]}: {absent}.")
            print(f"bench: skipped {row[0]}: {absent}", file=sys.stderr)
            continue
        versions.update(result["versions"])
        worst += [(tables.median(g), row[0], title) for title in result["peers"] if (g := gaps(result, title))]
        mine = [o["objective"] for o in result["ours"]]
        lines.append((row[0], " x ".join(map(str, result["shape"])), *row[1:4], tables.digits(tables.median(mine), 6),
                      *(cell(result, title) for title in titles)))
        print("bench:", *lines[-1], file=sys.stderr)
    notes += [f"Skipped: {what}" for what in missing]
    if worst:
        notes.append(f"Worst of the medians: {100 * max(worst)[0]:+.2g} % ({max(worst)[1]}, {max(worst)[2]}). ")
    notes.append(f"ours / theirs - 1 in percent, median / worst over {len(seeds)} start{'s' * (len(seeds) > 1)}: below 0, ours is "
                 "lower; bold: the median is above 0.1. One thread, f64; every side has the same seconds (of its process or "
                 "thread), peers with malloc tuned; objectives from NumPy, of WH or of WH lifted to 1.2e-7, whichever is lower; "
                 "two below 1e-12 ||X||^2 are equal. Empty: the peer does not have the loss. " + "; ".join(sorted(set(versions.values()))) + ".")
    return tables.table("Objective after the same time", f"{COMMAND} --starts {len(seeds)}",
                        ("data", "X", "loss", "k", "seconds", "inshi's objective", *titles), lines, notes)
