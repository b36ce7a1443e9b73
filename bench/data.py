"""The data sets of the benchmarks, as their README says they are loaded, and the starts.

The folder is ../shared/data beside the project, or $INSHI_DATA. A set that is absent is skipped aloud.
"""
import os
import pathlib
import subprocess
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = pathlib.Path(os.environ.get("INSHI_DATA", ROOT.parent / "shared" / "data"))


class Absent(Exception):
    pass


def stored(name):
    path = FOLDER / name
    if not path.exists():
        raise Absent(f"{path} is not there")
    return np.load(path)


def planted():
    """5000 x 2000 from 32 gamma factors, 30 % of their entries not zero, and 10 % noise."""
    g = np.random.default_rng(32)
    w = g.gamma(1.0, size=(5000, 32)) * (g.random((5000, 32)) < 0.3)
    h = g.gamma(1.0, size=(32, 2000)) * (g.random((32, 2000)) < 0.3)
    y = w @ h
    e = g.standard_normal(y.shape)
    return np.maximum(y + e * (0.1 * np.linalg.norm(y) / np.linalg.norm(e)), 0)


def article():
    """The article's X: sin * cos + 1, 100 x 200, of rank 2."""
    i, j = np.arange(100), np.arange(200)
    return np.sin(i * 0.02 * np.pi)[:, None] * np.cos(j * 0.04 * np.pi)[None, :] + 1.0


def spectrogram(name, power=2):
    """1024-sample Hann windows, hop 512, the modulus to a power; zeros lifted to 1e-16 of the largest entry."""
    from scipy.io import wavfile
    from scipy.signal import stft
    path = FOLDER / name
    if not path.exists():
        raise Absent(f"{path} is not there")
    rate, x = wavfile.read(path)
    v = np.abs(stft(x / 32768, rate, nperseg=1024, noverlap=512)[2]) ** power
    return np.maximum(v, 1e-16 * v.max())


def sparse(name):
    """A CSR matrix that scipy.sparse.save_npz wrote, f8, indices as they are stored."""
    from scipy import sparse as scipy_sparse
    path = FOLDER / name
    if not path.exists():
        raise Absent(f"{path} is not there")
    x = scipy_sparse.csr_matrix(scipy_sparse.load_npz(path)).astype(float)
    x.sum_duplicates()
    return x


def sparse_big():
    """The data's own made matrix of 9.7 million entries, made once into build/data."""
    script, folder = FOLDER / "make_synthetic.py", ROOT / "build" / "data"
    if not script.exists():
        raise Absent(f"{script} is not there")
    if not (folder / "sparse_big" / "V.npz").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, script, folder, "sparse_big"], check=True, capture_output=True)
    return sparse(folder / "sparse_big" / "V.npz")


SPARSE = {
    "newsgroups": lambda: sparse("text/newsgroups.npz"),
    "la1": lambda: sparse("text/la1.npz"),
    "classic": lambda: sparse("text/classic.npz"),
    "pbmc_facs": lambda: sparse("genomics/pbmc_facs.npz"),
    "pbmc_facs_transposed": lambda: sparse("genomics/pbmc_facs.npz").T.tocsr(),
    "sparse_big": sparse_big,
    "filmtrust": lambda: sparse("ratings/filmtrust.npz"),
}

SETS = {
    "article": article,
    "planted": planted,
    "prelude": lambda: spectrogram("audio/prelude/prelude.wav"),
    "prelude_amplitude": lambda: spectrogram("audio/prelude/prelude.wav", 1),
    "drumbass": lambda: spectrogram("audio/drumbass/mix.wav"),
    "drums808_amplitude": lambda: spectrogram("audio/drums808/mix.wav", 1),
    "speech_music_amplitude": lambda: spectrogram("audio/speech_music/mix.wav", 1),
    "swimmer_noisy": lambda: stored("faces/swimmer.npy").astype(float),
    "raman": lambda: stored("spectra/raman_W.npy") @ stored("spectra/raman_H.npy"),
    "f1": lambda: stored("spectra/f1_endmembers.npy") / 1e4 @ stored("spectra/f1_abundances.npy"),
    "brca21": lambda: stored("genomics/brca21.npy").astype(float),
    "sbs_scenario8": lambda: stored("genomics/sbs_scenario8.npy").astype(float),
    "pcawg_sbs96": lambda: stored("genomics/pcawg_sbs96.npy").astype(float),
    "ifn_microarray": lambda: stored("genomics/ifn_microarray.npy"),
    "cbcl": lambda: stored("faces/cbcl.npy") / 256,
    "frey": lambda: stored("faces/frey.npy") / 230,
    "orl": lambda: stored("faces/orl.npy").astype(float),
    "indian_pines": lambda: stored("spectra/indian_pines.npy").astype(float),
    "moffet": lambda: stored("spectra/moffet.npy") / 6657.5,
    "all_aml": lambda: stored("genomics/all_aml.npy").astype(float),
    "mary": lambda: stored("audio/mary/mary_amplitude.npy"),
    "mary_power": lambda: stored("audio/mary/mary_amplitude.npy") ** 2,
}


def load(name):
    """X in C order, f8, or CSR. Absent where its file is not there."""
    if name in SPARSE:
        return SPARSE[name]()
    return np.ascontiguousarray(SETS[name]())


def start(x, k, seed):
    """The start of all peers: uniform on [0, 1) times 2 sqrt(mean / k), W first."""
    g = np.random.default_rng(seed)
    c = 2 * np.sqrt(x.mean() / k)
    w = c * g.random((x.shape[0], k))
    return w, c * g.random((k, x.shape[1]))


def sparse_objective(x, w, h, loss, least_y=0):
    """From the stored entries, and all of WH by its sums or Gram matrices; kl: only stored entries are lifted."""
    rows, total, turned, product = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr)), 0.0, np.ascontiguousarray(h.T), 0.0
    for first in range(0, x.nnz, 1 << 20):
        part = slice(first, first + (1 << 20))
        y = np.einsum("ij,ij->i", w[rows[part]], turned[x.indices[part]])
        v = x.data[part]
        product += float((v * y).sum())
        if loss == "kl":
            total += float((v * np.log(v / np.maximum(y, least_y))).sum())
    if loss == "kl":
        return total - float(x.data.sum()) + float(w.sum(axis=0) @ h.sum(axis=1))
    return 0.5 * float((x.data**2).sum()) - product + 0.5 * float(((w.T @ w) * (h @ h.T)).sum())


def objective(x, w, h, loss, least_y=0):
    """The divergence in NumPy, of WH lifted to least_y; beta:B only for B other than 0, 1, 2. Sparse x: eu and kl."""
    if hasattr(x, "indptr"):
        return sparse_objective(x, w, h, loss, least_y)
    y = np.maximum(w @ h, least_y)
    if loss == "eu":
        return 0.5 * float(((x - y) ** 2).sum())
    if loss == "kl":
        positive = x > 0
        return float((x[positive] * np.log(x[positive] / y[positive])).sum() - x.sum() + y.sum())
    if loss == "is":
        ratio = x / y
        return float((ratio - np.log(ratio) - 1).sum())
    b = float(loss.split(":")[1])
    return float((x**b + (b - 1) * y**b - b * x * y ** (b - 1)).sum() / (b * (b - 1)))
