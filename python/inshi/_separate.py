"""One recording into its sources, on the same code as the command: the same numbers."""
import ctypes as C
import math
import os

import numpy as np

from . import _library as L
from ._call import Options, call, whole
from ._errors import InputError

_lib = L.library
_LEARNED, _BLIND = 20, 5  # components of a source where k is not said
_DTYPES = {"f32": "f4", "f64": "f8"}


class Separated(dict):
    """What separate() returns: the sources by name, arrays of the shape of the recording that add up to it.

    Attributes
    ----------
    components : dict
        The numbers of the columns of W that are each source's.
    W : array of shape (bins, k)
        The spectra.
    remainder : float
        The largest sample that rounding left, and that the last source got.
    rate : float
    """

    def __init__(self, sources, components, W, info, rate):
        super().__init__(sources)
        self.components, self.W, self.remainder, self.rate = components, W, info.remainder, rate
        self.seconds, self.frames = info.seconds, info.frames


def _sound(x, rate, name):
    """inshi_sound of (samples,) or (samples, channels); what it points to is kept in it."""
    try:
        x = np.asarray(x)
        if x.dtype.kind not in "fiu" or x.ndim not in (1, 2):
            raise TypeError(f"it is {x.ndim}-dimensional, of {x.dtype}")
        if x.dtype.kind in "iu":
            raise TypeError(f"it holds whole numbers ({x.dtype}); bring them to -1 ... 1 first, as soundfile.read does")
        x = np.ascontiguousarray(x, "f4" if x.dtype.itemsize <= 4 else "f8")
    except TypeError as error:
        raise InputError(f"{name} must be samples, or samples x channels, of real numbers: {error}") from None
    planes = x.reshape(len(x), -1) if x.size else x.reshape(0, 1)
    sound = L.Sound(samples=planes.shape[0], channels=planes.shape[1], rate=float(rate), data=x.ctypes.data,
                    dtype=L.DTYPES[x.dtype.str[1:]], sample_stride=planes.shape[1], channel_stride=1)
    sound.held = x
    return sound


def _options(block, o):
    given = L.SeparationOptions()
    _lib.inshi_separation_defaults(C.byref(given))
    if o["dtype"] not in _DTYPES:
        raise InputError(f"dtype is {o['dtype']!r}, and must be f32 or f64")
    binary = o["mask_power"] == "binary"
    given.stft.length, given.stft.hop = whole("fft", o["fft"]), 0 if o["hop"] is None else whole("hop", o["hop"])
    if not isinstance(o["window"], str):
        raise InputError(f"window is {o['window']!r}, and must be a name")
    given.window_kept = o["window"].encode()
    given.stft.window = given.window_kept
    given.fit, given.dtype = C.addressof(block.kept[0]), L.DTYPES[_DTYPES[o["dtype"]]]
    given.power = 0 if o["power"] is None else whole("power", o["power"])
    try:
        given.mask_power = math.inf if binary else float(o["mask_power"])
        given.sparse, given.smooth, given.learn_seconds = (float(o[n]) for n in ("sparse", "smooth", "learn_seconds"))
    except (TypeError, ValueError):
        raise InputError("mask_power (but for \"binary\"), sparse, smooth and learn_seconds must be numbers") from None
    if not given.mask_power > 0:
        raise InputError(f"mask_power is {o['mask_power']!r}, and must be a number above 0, or \"binary\"")
    given.residual = bool(o["residual"])
    return given


def _counts(k, names, standard):
    """Components of each name: a number for all, a list, or a dict."""
    if k is None:
        return [standard] * len(names)
    if isinstance(k, dict):
        k = [k.get(name, standard) for name in names]
    if np.ndim(k) == 0:
        return [whole("k", k)] * len(names)
    if len(k) != len(names):
        raise InputError(f"k has {len(k)} numbers, and there are {len(names)} sources to learn")
    return [whole("k", one) for one in k]


class _Run:
    """The calls of one separation, in order; each returns a status, and the first that is not OK ends it."""

    def __init__(self, **given):
        self.__dict__.update(given)
        self.pointer = C.c_void_p()

    def __call__(self, context):
        try:
            for step in self.steps(context):
                if step:
                    return step
            return L.OK
        finally:
            _lib.inshi_separation_destroy(self.pointer)

    def steps(self, context):
        yield _lib.inshi_separation_create(context, C.byref(self.options), C.byref(self.pointer))
        for (name, sound), k in zip(self.train.items(), self.counts):
            yield _lib.inshi_separation_train(self.pointer, name.encode(), C.byref(sound), k)
        for name, path in self.basis.items():
            yield _lib.inshi_separation_load(self.pointer, name.encode(), os.fsencode(path))
        if self.free:
            yield _lib.inshi_separation_add(self.pointer, b"rest", self.free)
        yield _lib.inshi_separation_learn(self.pointer, C.byref(self.sound), None)
        if self.sources:
            yield _lib.inshi_separation_group(self.pointer, self.sources)
        elif self.groups is not None:
            yield self.assign()
        if self.save_model is not None:
            yield _lib.inshi_separation_save(self.pointer, os.fsencode(self.save_model))
        shape = _lib.inshi_separation_count(self.pointer), self.sound.samples, self.sound.channels
        self.values, self.info = np.empty(shape), L.SeparationInfo()
        yield _lib.inshi_separation_collect(self.pointer, C.byref(self.sound), self.values.ctypes.data,
                                            C.byref(self.info))
        self.look()

    def assign(self):
        """Groups by hand: what is in none is "rest"."""
        k = self.free
        numbers, names = np.full(k, -1, np.int64), list(self.groups)
        for i, name in enumerate(names):
            for component in self.groups[name]:
                component = whole("a component", component)
                if not 0 <= component < k or numbers[component] >= 0:
                    raise InputError(f"groups has component {component}, and each of 0 to {k - 1} may be there once")
                numbers[component] = i
        if (numbers < 0).any():
            numbers[numbers < 0] = len(names)
            names.append("rest")
        texts = (C.c_char_p * len(names))(*(name.encode() for name in names))
        return _lib.inshi_separation_assign(self.pointer, numbers.ctypes.data_as(C.POINTER(C.c_int64)),
                                            C.cast(texts, C.POINTER(C.c_void_p)),
                                            len(names))

    def look(self):
        self.names, self.components = [], {}
        for i in range(len(self.values)):
            count = C.c_int64()
            self.names.append(_lib.inshi_separation_name(self.pointer, i).decode())
            numbers = _lib.inshi_separation_components(self.pointer, i, C.byref(count))
            self.components[self.names[-1]] = numbers[:count.value] if count.value else []
        w = _lib.inshi_separation_basis(self.pointer)
        kind = np.dtype("f4" if w.dtype == L.DTYPES["f4"] else "f8")
        bytes_ = C.string_at(w.data, w.rows * w.columns * kind.itemsize)
        self.W = np.frombuffer(bytearray(bytes_), kind).reshape(w.columns, w.rows).T


def separate(x, rate, *, train=None, basis=None, free=0, k=None, sources=None, groups=None, residual=False, loss="kl",
             power=None, sparse=0, smooth=0, learn_seconds=300, save_model=None, fft=2048, hop=None, window="hann",
             mask_power=2, solver="auto", seed=0, restarts=1, iterations=100, tolerance=1e-4, time_limit=None,
             dtype="f32", threads=None):
    """Separates one recording into sources that add up to it.

    The magnitudes (or powers) of its short-time spectrum, X, are approximated by WH; a source is some columns of W with
    their rows of H, and gets of each time and frequency the share that is its own. What `inshi separate` does, with the
    same numbers.

    Parameters
    ----------
    x : array-like of shape (samples,) or (samples, channels)
        Real numbers, as soundfile.read gives them. All channels get the same shares.
    rate : float
        Samples a second.
    train : dict, optional
        Recordings of single sources, by name: arrays like x of the same rate. Their columns of W are learned from them,
        and stay.
    basis : dict, optional
        Files of save_model, by the name of the source that is wanted.
    free : int
        Further columns, learned from x itself: the source "rest".
    k : int, list or dict, optional
        Components of each source of train, 20 by default; without train and basis of all sources together, 5 for each by default.
    sources : int, optional
        Without train and basis: into how many sources components are grouped, 2 by default.
    groups : dict, optional
        Without train and basis, instead of sources: lists of components by name; those in none are "rest".
    residual : bool
        Whether what WH lacks of X is a source of its own, "residual".
    loss, solver, seed, restarts, iterations, tolerance, time_limit
        As in inshi.fit.
    power : {1, 2}, optional
        Whether X is the magnitude or the power; by default 2 for is and beta:B with B < 1, 1 otherwise.
    sparse : float
        Weight of sum(H), columns of W being of unit length: few components at a time.
    smooth : float
        Weight of the changes of H from frame to frame; kl and is.
    learn_seconds : float
        Models are learned on at most so many seconds, spread evenly.
    save_model : path, optional
        A file to keep W and the names in.
    fft, hop, window
        As length, hop and window of STFT.
    mask_power : float or "binary"
        The exponent of the magnitudes in the shares; "binary" gives all to the largest.
    dtype : {"f32", "f64"}
        Of the arithmetic and the result.
    threads : int, optional
        By default all CPUs that this process may use.

    Returns
    -------
    Separated
        A dict of arrays of the shape of x.

    Examples
    --------
    >>> import numpy as np
    >>> from inshi.separation import separate
    >>> t = np.arange(16000) / 8000
    >>> low, high = np.sin(2 * np.pi * 220 * t) * (t < 1.5), np.sin(2 * np.pi * 1500 * t) * (t > 0.5)
    >>> found = separate(low + high, 8000, train={"low": low, "high": high}, k=1, fft=512, dtype="f64")
    >>> list(found)
    ['low', 'high']
    >>> bool(np.abs(found["low"] + found["high"] - (low + high)).max() < 1e-12)
    True
    >>> bool(np.abs(found["low"] - low).max() < 0.2)
    True
    """
    train, basis = dict(train or {}), dict(basis or {})
    blind = not train and not basis
    if not blind and (sources is not None or groups is not None):
        raise InputError("sources and groups are for recordings of which nothing is learned before: leave them out, or "
                         "train and basis")
    if blind and free:
        raise InputError("free adds columns to learned sources; without train and basis say k and sources")
    if sources is not None and groups is not None:
        raise InputError("sources and groups are two ways to group components, and one is enough")
    count = 2 if sources is None else whole("sources", sources)
    if blind:
        free = _counts(k, ["all"], _BLIND * max(count, 1))[0]
    block = Options(loss=loss, solver=solver, seed=seed, restarts=restarts, iterations=iterations, tolerance=tolerance,
                    time_limit=time_limit)
    options = _options(block, dict(dtype=dtype, fft=fft, hop=hop, window=window, power=power, mask_power=mask_power,
                                   residual=residual, sparse=sparse, smooth=smooth, learn_seconds=learn_seconds))
    run = _Run(options=options, block=block, sound=_sound(x, rate, "x"), free=whole("free", free), basis=basis,
               train={str(name): _sound(y, rate, f"train[{name!r}]") for name, y in train.items()},
               counts=[] if blind else _counts(k, list(train), _LEARNED), groups=groups, save_model=save_model,
               sources=count if blind and groups is None else 0)
    call(run, threads=threads)
    shape = np.shape(x)
    values = run.values.astype(_DTYPES[dtype])
    return Separated({name: values[i].reshape(shape) for i, name in enumerate(run.names)}, run.components, run.W,
                     run.info, float(rate))
