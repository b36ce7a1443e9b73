"""inshi.separation: the transform against scipy.signal, scores against mir_eval, what is refused."""
import itertools
import warnings

import numpy as np
import pytest
import scipy.linalg
import scipy.signal
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

import inshi
from inshi.separation import STFT, bss_eval_sources, si_sdr

AUDIO = ROOT.parent / "shared/data/audio"


# ---- the transform ----------------------------------------------------------------------------------------------------

def window_of(name, length):
    return scipy.signal.get_window("hann", length) ** 0.5 if name == "sqrthann" else scipy.signal.get_window(name, length)


@pytest.mark.parametrize("window", ["hann", "hamming", "sqrthann"])
@pytest.mark.parametrize("length, hop, fft", [(256, 64, 256), (1764, 441, 1764), (1009, 126, 1009), (100, 37, 150)])
@pytest.mark.parametrize("dtype, tolerance", [("f8", 1e-12), ("f4", 3e-5)])
def test_the_spectrum_is_scipys(rng, window, length, hop, fft, dtype, tolerance):
    x = rng.uniform(-1, 1, 5000).astype(dtype)
    transform = STFT(length, hop, fft, window)
    spectrum = transform.stft(x)
    frames = spectrum.shape[1]
    padded = np.zeros((frames - 1) * hop + length)
    padded[length - hop:length - hop + len(x)] = x
    w = window_of(window, length)
    _, _, truth = scipy.signal.stft(padded, window=w, nperseg=length, noverlap=length - hop, nfft=fft, boundary=None,
                                    padded=False, detrend=False)
    assert spectrum.shape == transform.shape(5000) == truth.shape
    assert spectrum.dtype == ("c16" if dtype == "f8" else "c8")
    assert np.abs(spectrum - truth * w.sum()).max() < tolerance * np.sqrt(length)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(1, 700), st.sampled_from(["hann", "hamming", "sqrthann"]), st.data())
def test_any_length_and_hop_has_an_exact_inverse(length, samples, window, data):
    hop = data.draw(st.integers(1, max(length // 2, 1)))
    x = np.random.default_rng(samples).uniform(-1, 1, samples)
    if length == 1 and window != "hamming":
        with pytest.raises(inshi.InputError, match="next to no weight"):
            STFT(length, hop, window=window)
        return
    transform = STFT(length, hop, window=window)
    back = transform.inverse(transform.stft(x), samples)
    assert back.dtype == np.float64 and np.abs(back - x).max() < 1e-12
    short = transform.inverse(transform.stft(x.astype("f4")), samples)
    assert short.dtype == np.float32 and np.abs(short - x.astype("f4")).max() < 1e-6


def test_channels_in_front(rng):
    x = rng.standard_normal((2, 3, 900))
    transform = STFT(128)
    spectrum = transform.stft(x)
    assert spectrum.shape == (2, 3, *transform.shape(900))
    assert (spectrum[1, 2] == transform.stft(x[1, 2])).all()
    assert np.abs(transform.inverse(spectrum, 900) - x).max() < 1e-14
    assert transform.stft(x[:, :, :0]).shape == (2, 3, 65, 0)
    assert transform.inverse(np.zeros((65, 0)), 0).shape == (0,)
    assert np.array_equal(transform.stft(x[0, 0, ::2]), transform.stft(x[0, 0, ::2].copy()))


def test_a_spectrum_is_a_matrix_for_fit_without_a_copy(rng):
    magnitude = np.abs(STFT(64).stft(rng.standard_normal(2000)))
    assert magnitude.flags.f_contiguous
    assert inshi.fit(magnitude, 2, iterations=5, tolerance=0).W.shape == (33, 2)


def test_the_inverse_is_the_nearest_signal(rng):
    """Of a spectrum that no signal has: the least squares solution, here by the matrix of the transform."""
    transform = STFT(8, 3, window="hamming")
    bins, frames = transform.shape(20)
    spectrum = rng.standard_normal((bins, frames)) + 1j * rng.standard_normal((bins, frames))
    spectrum[[0, -1]] = spectrum[[0, -1]].real
    twice = np.ones(bins)
    twice[1:-1] = 2  # each of these bins stands for two of the whole circle
    weigh = np.sqrt(np.tile(twice, frames))
    columns = [transform.stft(unit).T.ravel() * weigh for unit in np.eye(20)]
    matrix = np.array(columns).T
    right = spectrum.T.ravel() * weigh
    truth = np.linalg.lstsq(np.r_[matrix.real, matrix.imag], np.r_[right.real, right.imag], rcond=None)[0]
    assert np.abs(transform.inverse(spectrum, 20) - truth).max() < 1e-13


def test_threads_do_not_change_a_bit(rng):
    x = rng.standard_normal(200000)
    assert len({STFT(threads=t).stft(x).tobytes() for t in (1, 2, 3)}) == 1


@pytest.mark.parametrize("make, text", [
    (lambda: STFT(0), "length is 0"), (lambda: STFT(2**25), "1 to 16777216"), (lambda: STFT(8, 9), "hop is 9"),
    (lambda: STFT(8, 0), "hop is 0"), (lambda: STFT(8, fft=4), "at least the 8"), (lambda: STFT(2.5), "whole number"),
    (lambda: STFT(8, window="cosine"), "no window \"cosine\""), (lambda: STFT(window=None), "must be a name"),
    (lambda: STFT(8, 8), "next to no weight"), (lambda: STFT().stft(3.0), "one number"),
    (lambda: STFT().stft(["a"]), "no numbers"), (lambda: STFT().stft([1j]), "complex"),
    (lambda: STFT(8).inverse(np.zeros((5, 3)), 20), "5 bins x 13 frames"), (lambda: STFT(8).inverse([[0]], -1), "samples is -1")])
def test_bad_transforms_are_refused(make, text):
    with pytest.raises(inshi.InputError, match=text):
        make()


def test_repr():
    assert repr(STFT(100)) == "STFT(length=100, hop=25, fft=100, window='hann')"


# ---- scores -----------------------------------------------------------------------------------------------------------

def mir_eval_scores(reference, estimate, **options):
    module = pytest.importorskip("mir_eval")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return module.separation.bss_eval_sources(reference, estimate, **options)


def condition(reference, taps=512):
    """Of the Gram matrix of all delayed references."""
    sources, samples = reference.shape
    spectra = np.fft.rfft(reference, 1 << (samples + taps).bit_length())
    gram = np.empty((sources * taps, sources * taps))
    for i in range(sources):
        for k in range(sources):
            c = np.fft.irfft(spectra[i] * np.conj(spectra[k]))
            gram[i * taps:(i + 1) * taps, k * taps:(k + 1) * taps] = \
                scipy.linalg.toeplitz(np.r_[c[0], c[:-taps:-1]], c[:taps])
    values = np.linalg.eigvalsh(gram)
    return values[-1] / max(values[0], 1e-300)


def check(reference, estimate):
    ours, theirs = bss_eval_sources(reference, estimate), mir_eval_scores(reference, estimate)
    assert ours[3].tolist() == theirs[3].tolist()
    for a, b in zip(ours[:3], theirs[:3]):
        assert np.isinf(a).tolist() == np.isinf(b).tolist()
        finite = np.isfinite(b)
        assert np.abs(a[finite] - b[finite]).max(initial=0) < 1e-6


def mixed(rng, sources, samples, kind):
    reference = rng.standard_normal((sources, samples))
    if kind == "filtered":  # as of an instrument: a spectrum that falls
        reference = scipy.signal.lfilter([1], [1, -0.9], reference) * rng.uniform(0.01, 1, (sources, 1))
    others = rng.uniform(-0.3, 0.3, (sources, sources)) @ reference
    noise = 0.1 * reference.std() * rng.standard_normal(reference.shape)
    return reference, (scipy.signal.lfilter([1, 0.5], 1, reference) + others + noise)[rng.permutation(sources)]


def by_definition(reference, estimate, taps):
    """SDR, SIR, SAR of every pair [estimate, reference] by least squares on delayed references."""
    samples = reference.shape[1] + taps - 1
    delays = [np.array([np.r_[np.zeros(d), x, np.zeros(taps - 1 - d)] for d in range(taps)]).T for x in reference]
    padded = np.c_[estimate, np.zeros((len(estimate), taps - 1))].T
    assert padded.shape[0] == samples

    def project(matrix):
        return matrix @ np.linalg.lstsq(matrix, padded, rcond=None)[0]

    def energy(x):
        return (x**2).sum(axis=0)

    whole = project(np.hstack(delays))
    scores = []
    for matrix in delays:
        own = project(matrix)
        with np.errstate(divide="ignore"):
            scores.append(10 * np.log10([energy(own) / energy(padded - own), energy(own) / energy(whole - own),
                                         energy(whole) / energy(padded - whole)]))
    return np.array(scores).transpose(1, 2, 0)


@pytest.mark.parametrize("sources", [2, 3, 4])
@pytest.mark.parametrize("taps", [1, 2, 17])
def test_scores_are_their_definition(sources, taps, rng):
    for kind in ("white", "filtered"):
        reference, estimate = mixed(rng, sources, 400, kind)
        truth = by_definition(reference, estimate, taps)
        *scores, perm = bss_eval_sources(reference, estimate, taps=taps)
        best = max(itertools.permutations(range(sources)), key=lambda p: truth[1][list(p), range(sources)].mean())
        assert tuple(perm) == best
        assert np.abs(np.array(scores) - truth[:, perm, range(sources)]).max() < 1e-8


@pytest.mark.parametrize("sources", [1, 2])
def test_scores_are_those_of_mir_eval(sources):
    rng = np.random.default_rng(sources)
    reference, estimate = mixed(rng, sources, 3000, "filtered")
    assert condition(reference) < 1e8
    check(reference, estimate)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("sources", [2, 3])
def test_scores_are_those_of_mir_eval_20_times(seed, sources):
    rng = np.random.default_rng([seed, sources, 7])
    reference, estimate = mixed(rng, sources, int(rng.integers(2000, 30000)), ["white", "filtered"][seed % 2])
    assert condition(reference) < 1e8
    check(reference, estimate)


@pytest.mark.long
@pytest.mark.parametrize("names", [("drumbass/bass", "drumbass/drums"), ("arctic/two_aew", "arctic/two_axb"),
                                   ("speech_noise8k/speech", "speech_noise8k/noise"), ("speech_music/speech", "speech_music/music"),
                                   ("drums808/kick", "drums808/snare", "drums808/hihat")])
def test_scores_of_clips_are_those_of_mir_eval(names, rng):
    soundfile = pytest.importorskip("soundfile")
    if not (AUDIO / (names[0] + ".wav")).exists():
        pytest.skip("the clips are not here")
    reference = np.array([soundfile.read(AUDIO / (name + ".wav"))[0] for name in names])
    estimate = (reference + 0.1 * reference[::-1] + 1e-3 * rng.standard_normal(reference.shape))[::-1]
    check(reference, estimate)


def test_given_order(rng):
    reference, estimate = mixed(rng, 2, 400, "white")
    for order in (estimate, estimate[::-1]):
        *scores, perm = bss_eval_sources(reference, order, compute_permutation=False, taps=5)
        assert perm.tolist() == [0, 1]
        assert np.abs(np.array(scores) - by_definition(reference, order, 5)[:, [0, 1], [0, 1]]).max() < 1e-8


def test_one_dimension_and_other_types(rng):
    reference, estimate = mixed(rng, 1, 4000, "white")
    whole = (reference * 1000).astype("i2")
    assert bss_eval_sources(whole[0], estimate[0])[0] == bss_eval_sources(whole.astype(float), estimate)[0]
    short = bss_eval_sources(reference.astype("f4"), estimate)[0]
    assert abs(short - bss_eval_sources(reference, estimate)[0]) < 1e-4


def test_si_sdr_is_its_definition(rng):
    reference, estimate = mixed(rng, 3, 4000, "white")
    scale = (reference * estimate).sum(axis=1) / (reference**2).sum(axis=1)
    target = scale[:, np.newaxis] * reference
    truth = 10 * np.log10((target**2).sum(axis=1) / ((estimate - target) ** 2).sum(axis=1))
    assert np.abs(si_sdr(reference, estimate) - truth).max() < 1e-10
    one = si_sdr(reference[0], 1e-4 * estimate[0])
    assert isinstance(one, float) and abs(one - truth[0]) < 1e-10


def test_silence_is_nan_with_a_warning(rng):
    reference, estimate = mixed(rng, 2, 2000, "white")
    reference[1] = 0
    with pytest.warns(inshi.InshiWarning, match="reference 1 is silent"):
        sdr, sir, sar, perm = bss_eval_sources(reference, estimate)
    assert np.isnan([sdr[1], sir[1], sar[1]]).all() and np.isfinite(sdr[0])


@pytest.mark.parametrize("reference, estimate, text", [
    (np.ones((2, 5)), np.ones((2, 4)), "2 references of 5 samples and 2 estimates of 4"),
    (np.ones((2, 5)), np.ones((3, 5)), "3 estimates"), (np.ones((2, 0)), np.ones((2, 0)), "2 sources of 0 samples"),
    (np.ones((2, 5, 2)), np.ones((2, 5, 2)), "3 dimensions"), ([[1, np.nan]], [[1, 2]], "reference 1, sample 1 is"),
    ([["a"]], [["b"]], "no numbers"), (np.ones((21, 5)), np.ones((21, 5)), "20 are the most")])
def test_bad_sources_are_refused(reference, estimate, text):
    with pytest.raises(inshi.InputError, match=text):
        bss_eval_sources(reference, estimate)


def test_taps_are_checked():
    with pytest.raises(inshi.InputError, match="1 to 8192"):
        bss_eval_sources(np.ones(5), np.ones(5), taps=9000)
