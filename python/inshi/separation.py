"""Sound: the short-time Fourier transform, one recording into its sources, and how good separated sources are."""
import ctypes as C

import numpy as np

from . import _library as L
from ._call import call, whole
from ._errors import InputError
from ._fit import warn
from ._separate import Separated, separate

__all__ = ["STFT", "Separated", "bss_eval_sources", "separate", "si_sdr"]

_lib = L.library


def _sound(x, name, complex_numbers=False):
    """x as float32, float64 (or complex64, complex128) in C order; other numbers become the longer ones."""
    try:
        x = np.asarray(x)
        short = x.dtype in (np.float16, np.float32, np.complex64)
        kinds = ("c8", "c16") if complex_numbers else ("f4", "f8")
        if not complex_numbers and x.dtype.kind == "c":
            raise TypeError("they are complex")
        if x.ndim == 0:
            raise TypeError("it is one number, and must have samples")
        return np.ascontiguousarray(x, kinds[0] if short else kinds[1])
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} holds no numbers of sound: {error}") from None


class STFT:
    """The short-time Fourier transform and its exact inverse.

    Frame t is the Fourier transform of samples t hop - (length - hop) ... t hop + hop - 1 times the window; samples
    outside of the signal are 0, and there are as many frames as have a sample of it. So every sample lies in as many
    frames as any other, none is lost, and the inverse is exact for every window, hop and length.

    Parameters
    ----------
    length : int
        Samples of a frame; any number.
    hop : int, optional
        Samples between two frames, up to length. By default a quarter of length.
    fft : int, optional
        Points of the transform, at least length: zeros follow the frame. By default length.
    window : {"hann", "hamming", "sqrthann"}
        Periodic. The inverse uses the same window, and divides by the sum of its squares.
    threads : int, optional
        By default all CPUs that this process may use. The result has the same bits for any number.

    Examples
    --------
    >>> import numpy as np
    >>> from inshi.separation import STFT
    >>> transform = STFT(length=1764)
    >>> x = np.sin(np.arange(10000) / 7)
    >>> spectrum = transform.stft(x)
    >>> spectrum.shape
    (883, 26)
    >>> bool(np.allclose(transform.inverse(spectrum, len(x)), x, rtol=0, atol=1e-14))
    True
    """

    def __init__(self, length=2048, hop=None, fft=None, window="hann", *, threads=None):
        if not isinstance(window, str):
            raise InputError(f"window is {window!r}, and must be a name")
        self.length, self.window, self.threads = whole("length", length), window, threads
        self.hop = max(self.length // 4, 1) if hop is None else whole("hop", hop)
        self.fft = self.length if fft is None else whole("fft", fft)
        for name in ("length", "hop", "fft"):
            if not 1 <= getattr(self, name) < 2**62:
                raise InputError(f"{name} is {getattr(self, name)}, and must be at least 1")
        self.shape(0)

    def __repr__(self):
        return f"STFT(length={self.length}, hop={self.hop}, fft={self.fft}, window={self.window!r})"

    def _options(self):
        return C.byref(L.StftOptions(size=C.sizeof(L.StftOptions), length=self.length, hop=self.hop, fft=self.fft,
                                     window=self.window.encode()))

    def shape(self, samples):
        """Bins and frames of a signal of so many samples.

        Parameters
        ----------
        samples : int

        Returns
        -------
        (int, int)
        """
        bins, frames = C.c_int64(), C.c_int64()
        samples = whole("samples", samples)
        if not 0 <= samples < 2**56:
            raise InputError(f"samples is {samples}, and must be 0 or more")
        call(_lib.inshi_stft_shape, self._options(), samples, C.byref(bins), C.byref(frames), threads=self.threads)
        return bins.value, frames.value

    def stft(self, x):
        """The spectrum of a signal.

        Parameters
        ----------
        x : array-like of shape (..., samples)
            Channels, or whatever stands in front, are transformed each for itself.

        Returns
        -------
        array of shape (..., bins, frames)
            complex64 for float32, complex128 otherwise. A frame lies in one piece: abs(...) of it is a matrix in
            Fortran order, which inshi.fit reads without a copy.
        """
        x = _sound(x, "x")
        bins, frames = self.shape(x.shape[-1])
        out = np.empty((*x.shape[:-1], frames, bins), "c8" if x.dtype == np.float32 else "c16")
        self._each(_lib.inshi_stft, x, out)
        return out.swapaxes(-1, -2)

    def inverse(self, spectrum, samples):
        """The signal of a spectrum.

        Of a spectrum that no signal has it is the signal whose spectrum is nearest.

        Parameters
        ----------
        spectrum : array-like of shape (..., bins, frames)
        samples : int
            How many samples the signal has; the frames must be as many as shape() says.

        Returns
        -------
        array of shape (..., samples)
        """
        wanted = self.shape(samples)
        spectrum = np.asarray(spectrum)
        if spectrum.shape[-2:] != wanted:
            raise InputError(f"the spectrum has shape {spectrum.shape}, and that of {samples} samples has {wanted[0]} bins "
                             f"x {wanted[1]} frames")
        spectrum = _sound(spectrum.swapaxes(-1, -2), "the spectrum", True)
        out = np.empty((*spectrum.shape[:-2], samples), "f4" if spectrum.dtype == np.complex64 else "f8")
        self._each(_lib.inshi_stft_inverse, spectrum, out)
        return out

    def _each(self, function, given, out):
        """One call for each signal: the first axis of what lies in front is one after another."""
        signals = out if function is _lib.inshi_stft_inverse else given
        if not signals.size:
            return
        samples = signals.shape[-1]
        count = signals.size // samples
        dtype = L.DTYPES["f4" if signals.dtype == np.float32 else "f8"]
        for i in range(count):
            call(function, self._options(), given.ctypes.data + i * (given.nbytes // count), samples, dtype,
                 out.ctypes.data + i * (out.nbytes // count), threads=self.threads)


def _evaluate(reference, estimate, taps, keep_order, threads):
    """The scores, a row for each reference."""
    both = []
    for x, name in ((reference, "reference"), (estimate, "estimate")):
        x = _sound(x, name)
        x = x[np.newaxis] if x.ndim == 1 else x
        if x.ndim != 2:
            raise InputError(f"{name} has {x.ndim} dimensions, and must have two, sources x samples; evaluate channels "
                             "one by one, or one after another")
        both.append(x)
    matrices = [L.Matrix(layout=L.DENSE, dtype=L.DTYPES["f4" if x.dtype == np.float32 else "f8"], rows=x.shape[0],
                         columns=x.shape[1], data=x.ctypes.data, row_stride=x.shape[1], column_stride=1) for x in both]
    options = L.BssOptions(size=C.sizeof(L.BssOptions), taps=whole("taps", taps), keep_order=bool(keep_order))
    scores = (L.BssScore * max(both[0].shape[0], 1))()
    call(_lib.inshi_bss_eval, *matrices, C.byref(options), scores, threads=threads)
    warn([f"{name} {i} is silent: its scores are not defined (NaN)" for x, name in zip(both, ("reference", "estimate"))
          for i in range(len(x)) if not x[i].any()])
    return scores


def bss_eval_sources(reference_sources, estimated_sources, compute_permutation=True, *, taps=512, threads=None):
    """How good separated sources are: BSSEval, version 3.

    The function of that name in mir_eval.separation: the same arguments, the same numbers, sooner. A silent source
    has NaN, and a warning, where mir_eval raises.

    Parameters
    ----------
    reference_sources : array-like of shape (sources, samples)
        The true sources, at most 20.
    estimated_sources : array-like of shape (sources, samples)
    compute_permutation : bool
        Whether estimates are paired with references so that the mean SIR is highest; otherwise estimate i is for
        reference i.
    taps : int
        Of the filters that a reference may go through.
    threads : int, optional
        By default all CPUs that this process may use.

    Returns
    -------
    sdr, sir, sar : array of shape (sources,)
        In dB: the source over all else, over the other sources, and what all sources explain over the rest.
    perm : array of shape (sources,)
        Estimate perm[j] is for reference j.

    Examples
    --------
    >>> import numpy as np
    >>> from inshi.separation import bss_eval_sources
    >>> sources = np.random.default_rng(0).standard_normal((2, 8000))
    >>> sdr, sir, sar, perm = bss_eval_sources(sources, sources[::-1] + 0.1 * sources)
    >>> perm
    array([1, 0])
    >>> sdr.round()
    array([20., 20.])
    """
    scores = _evaluate(reference_sources, estimated_sources, taps, not compute_permutation, threads)
    return (*(np.array([getattr(s, key) for s in scores]) for key in ("sdr", "sir", "sar")),
            np.array([s.estimate for s in scores]))


def si_sdr(reference, estimate, *, threads=None):
    """The scale-invariant SDR in dB: the reference, scaled as fits best, over all else. No mean is taken off.

    Parameters
    ----------
    reference, estimate : array-like of shape (samples,) or (sources, samples)
        Estimate i is for reference i.
    threads : int, optional
        By default all CPUs that this process may use.

    Returns
    -------
    float or array of shape (sources,)

    Examples
    --------
    >>> from inshi.separation import si_sdr
    >>> round(si_sdr([1, 0, 0], [3, 1, 0]), 6)
    9.542425
    """
    values = np.array([s.si_sdr for s in _evaluate(reference, estimate, 1, True, threads)])
    return float(values[0]) if np.ndim(reference) == 1 else values
