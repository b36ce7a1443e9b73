"""Separation: SDR of the sources, beside the same made with librosa and scikit-learn, the mixture itself and the oracle mask.

Sources are trained on recordings that are not in the mixture where there are some, on the first half where there are none
(and the second half is separated), and on the very stems for drums808, whose aim this is. Medians over seeds.
"""
import time
import warnings

import numpy as np

import data
import tables
from audio import sounds
from inshi.separation import STFT, bss_eval_sources, separate

COMMAND = "build/venv/bin/python bench/audio/run.py --only separation"
SEEDS, STARTS = 15, 5  # a median of five seeds is off by 0.2 to 0.4 dB
LOSSES = {"eu": ("frobenius", 1), "kl": ("kullback-leibler", 1), "is": ("itakura-saito", 2)}  # in scikit-learn, power


def halves(stems):
    middle = stems.shape[1] // 2
    return stems[:, :middle], stems[:, middle:]


def cases():
    """name, rate, training sounds (None: a free source), true sources, components of each, length of a frame."""
    stems, rate = sounds.load("drums808/kick", "drums808/snare", "drums808/hihat")
    yield "drums808", rate, list(stems), stems, 4, 2048
    first, _ = sounds.load("arctic/aew_train")
    second, _ = sounds.load("arctic/axb_train")
    stems, rate = sounds.load("arctic/two_aew", "arctic/two_axb")
    yield "arctic/two_mix", rate, [first[0], second[0]], stems, 20, 1024
    noise, rate = sounds.load("speech_noise8k/noise_train")
    stems, rate = sounds.load("speech_noise8k/noise", "speech_noise8k/speech")
    yield "speech_noise8k", rate, [noise[0], None], stems, 20, 512
    for name, pair in (("speech_music", ("speech", "music")), ("drumbass", ("drums", "bass"))):
        stems, rate = sounds.load(*(f"{name}/{one}" for one in pair))
        train, test = halves(stems)
        yield name, rate, list(train), test, 20, 1024


def score(truth, found):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(np.mean(bss_eval_sources(truth, np.array(found)[:, :truth.shape[1]], False)[0]))


def ours(case, loss, seed):
    name, rate, train, stems, k, length = case
    known = {f"s{i}": x for i, x in enumerate(train) if x is not None}
    began = time.perf_counter()
    found = separate(stems.sum(0), rate, train=known, free=k if any(x is None for x in train) else 0, k=k, loss=loss, fft=length, seed=seed)
    return score(stems, list(found.values())), time.perf_counter() - began


def peer(case, loss, seed):
    """What one writes with librosa and scikit-learn: a basis of each sound, its activations in the mixture, soft masks."""
    import librosa
    from sklearn.decomposition import NMF
    name, rate, train, stems, k, length = case
    beta, power = LOSSES[loss]
    lift = 1e-9 if loss == "is" else 0
    settings = dict(solver="mu", beta_loss=beta, init="random", random_state=seed, max_iter=100, tol=1e-4)
    began = time.perf_counter()
    bases = []
    for x in train:
        if x is None:
            return float("nan"), float("nan")  # scikit-learn fixes all of a basis, or nothing
        X = np.abs(librosa.stft(x, n_fft=length)) ** power + lift
        bases.append(NMF(k, **settings).fit(X.T).components_)
    W = np.vstack(bases)
    mix = librosa.stft(stems.sum(0), n_fft=length)
    model = NMF(len(W), **settings)
    model.components_, model.n_components_, model.n_features_in_ = W, len(W), W.shape[1]
    H = model.transform(np.abs(mix).T ** power + lift)
    parts = [(H[:, i * k:(i + 1) * k] @ W[i * k:(i + 1) * k]).T ** (1 / power) for i in range(len(train))]
    masks = [librosa.util.softmask(p, sum(parts) - p, power=2, split_zeros=True) if len(parts) == 2 else
             p**2 / np.maximum(sum(q**2 for q in parts), 1e-30) for p in parts]
    found = [librosa.istft(mix * m, length=stems.shape[1]) for m in masks]
    return score(stems, found), time.perf_counter() - began


def oracle(case):
    transform = STFT(case[5])
    stems = case[3]
    powers = np.abs(transform.stft(stems)) ** 2
    mix = transform.stft(stems.sum(0))
    return score(stems, [transform.inverse(mix * p / np.maximum(powers.sum(0), 1e-300), stems.shape[1]) for p in powers])


def median(function, case, loss, seeds):
    pairs = [function(case, loss, seed) for seed in range(seeds)]
    return np.median([p[0] for p in pairs]), np.median([p[1] for p in pairs])


def blind(seeds):
    """drums808, nothing learned before: components grouped to three sources, the order that fits best."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import NMF
    import librosa
    stems, rate = sounds.load("drums808/kick", "drums808/snare", "drums808/hihat")
    x = stems.sum(0)

    def best(found):
        return float(np.mean(bss_eval_sources(stems, np.array(found)[:, :stems.shape[1]])[0]))

    def theirs(k, seed):
        mix = librosa.stft(x)
        model = NMF(k, solver="mu", beta_loss="kullback-leibler", init="random", random_state=seed, max_iter=100)
        H = model.fit_transform(np.abs(mix).T)
        W = model.components_
        groups = KMeans(3, n_init=10, random_state=seed).fit_predict(np.log(W / W.max(1, keepdims=True) + 1e-3)) if k > 3 else \
            np.arange(3)
        parts = [(H[:, groups == g] @ W[groups == g]).T for g in range(3)]
        total = np.maximum(sum(p**2 for p in parts), 1e-30)
        return model.reconstruction_err_, best([librosa.istft(mix * p**2 / total, length=len(x)) for p in parts])

    rows = []
    for k in (3, 6, 10, 15):
        found = separate(x, rate, k=k, sources=3, restarts=seeds)
        rows.append([k, f"{best(list(found.values())):.1f}", f"{min(theirs(k, s) for s in range(seeds))[1]:.1f}"])
    return rows


def number(value, digits):
    return "-" if np.isnan(value) else f"{value:.{digits}f}"


def make(quick):
    seeds, rows = (1 if quick else SEEDS), []
    try:
        for case in cases():
            itself = score(case[3], np.tile(case[3].sum(0), (len(case[3]), 1)))
            for loss in LOSSES:
                mine, other = median(ours, case, loss, seeds), median(peer, case, loss, seeds)
                rows.append((case[0], loss, number(itself, 1), number(mine[0], 1), number(other[0], 1),
                             number(oracle(case), 1), number(mine[1], 2), number(other[1], 2)))
        found = blind(min(seeds, STARTS))
    except data.Absent as absent:
        return tables.table("Separation", COMMAND, ("mixture",), [], [f"Skipped: {absent}."])
    notes = [f"Mean SDR of the sources in dB, the median over {seeds} seeds; seconds of learning and separating, here with two threads. "
             "`itself`: the mixture as every source; `oracle`: the mask of the true sources. Trained on other recordings, on the first "
             "half where there are none (the second is separated), drums808 on the very stems."]
    return tables.table("Separation with learned sources", COMMAND, ("mixture", "loss", "itself", "inshi", "librosa + scikit-learn",
                                                                    "oracle", "seconds", "theirs"), rows, notes) + "\n" + \
        tables.table("drums808, nothing learned before", COMMAND, ("components", "inshi", "librosa + scikit-learn"), found,
                     [f"`kl`, the lowest objective of {min(seeds, STARTS)} starts; components grouped to three sources, there by k-means of their "
                      "log spectra. Mean SDR in dB."])
