"""fit and transform, in the orientation of the command: X is m x n, W is m x k (the basis), H is k x n."""
import math
import sys
import time
import warnings

import numpy as np

from . import _errors as E
from . import _library as L
from . import _views as V
from ._call import Options, checkpoint_of, run, whole

_F4 = ("f32", "f4", "float32")
_F8 = ("f64", "f8", "float64")


def arithmetic(dtype, view):
    """The type of W, H and the arithmetic: as asked, or f32 for X of f2 and f4, f64 otherwise."""
    if dtype is None:
        return np.dtype("f4" if view.dtype in (L.DTYPES["f2"], L.DTYPES["f4"]) else "f8")
    try:
        name = dtype if isinstance(dtype, str) and dtype in _F4 + _F8 else np.dtype(dtype).name
    except TypeError:
        name = None
    if name not in _F4 + _F8:
        raise E.InputError(f"dtype is {dtype!r}, and must be f32 or f64")
    return np.dtype("f4" if name in _F4 else "f8")


def talker(callback, verbose):
    """What is told every iteration: the callback, and at most ten lines a second where verbose."""
    if callback is not None and not callable(callback):
        raise E.InputError(f"callback is {callback!r}, and must be a function (iteration, objective, kkt, seconds)")
    if not callback and not verbose:
        return None
    last = [-math.inf]

    def tell(p):
        if verbose and (p.seconds - last[0] >= 0.1 or p.iteration == p.iterations):
            last[0] = p.seconds
            start = f"start {p.restart + 1} of {p.restarts}, " if p.restarts > 1 else ""
            print(f"inshi: {start}iteration {p.iteration} of {p.iterations}, {p.seconds:.1f} s: objective "
                  f"{p.objective:.9g}, kkt {p.kkt:.2g}", flush=True)
        return callback is not None and callback(p.iteration, p.objective, p.kkt, p.seconds)
    return tell


def warn(sentences):
    """Each sentence as a warning at the line that called into this package."""
    if sentences:
        level, frame = 2, sys._getframe(1)
        while frame and frame.f_globals.get("__name__", "").partition(".")[0] in ("inshi", "sklearn"):
            level, frame = level + 1, frame.f_back
        for sentence in sentences:
            warnings.warn(sentence, E.InshiWarning, stacklevel=level)


def conclude(failure, result):
    """Raises what a signal or the callback raised; a KeyboardInterrupt carries the result."""
    if failure is None:
        return
    if isinstance(failure, KeyboardInterrupt):
        raise E.Interrupted("interrupted; the model so far is in the attribute result of this exception",
                            result) from failure
    raise failure


_DTYPE_NAMES = {number: name for name, number in L.DTYPES.items()}


def summary_of(command, view, k, options, outcome, transpose=False, model=None):
    """The object that the command writes to summary.json."""
    stored = V.transpose(view) if transpose else view
    sparse = view.layout != L.DENSE
    nonzeros = view.nonzeros if sparse else outcome.observed - outcome.zero_entries
    o = options.get
    summary = {
        "inshi_version": L.VERSION, "command": command,
        "input": {"path": "array", "rows": stored.rows, "columns": stored.columns, "nonzeros": nonzeros,
                  "sparse": sparse, "dtype": _DTYPE_NAMES[view.dtype], "format": "numpy"},
        "rank": k, "loss": o("loss"), "solver": outcome.solver, "init": outcome.init, "seed": o("seed"),
        "threads": outcome.threads, "floor": outcome.floor,
        **{name: getattr(outcome, name) for name in (
            "iterations", "stop", "objective", "divergence", "relative_error", "kkt", "kkt_worst", "seconds",
            "peak_bytes", "lifted", "zero_entries", "observed", "restart", "revived", "isa")},
        **{name: "array" if options.has(name) else None for name in (
            "mask", "weights", "row_weights", "column_weights", "lock_w", "lock_h")},
        "transpose": transpose, "normalize": outcome.normalize,
        **{name: o(name) for name in ("absent", "init_scale", "fix", "eta", "l1_w", "l1_h", "l2_w", "l2_h", "tolerance",
                                      "restarts")},
        "warnings": list(outcome.warnings), "files": []}
    summary["packed"] = bool(outcome.packed)
    summary["warm_iterations"] = outcome.warm_iterations
    summary["warm_in_float"] = bool(outcome.warm_in_float)
    summary["warm_rank"] = outcome.warm_rank
    if model is not None:
        summary["model"] = model
    return summary


class Result:
    """What `fit` and `transform` give.

    Attributes
    ----------
    W : ndarray of shape (m, k)
        The basis.
    H : ndarray of shape (k, n)
        The activations: X is approximated by ``W @ H``.
    history : recarray
        One row per iteration: ``iteration``, ``seconds``, ``objective``, ``kkt``; row 0 is the start.
    summary : dict
        What the command writes to ``summary.json``: ``objective``, ``relative_error``, ``kkt``, ``stop``, ...
    """

    def __init__(self, W, H, history, summary):  # the last two: or functions that give them, once they are wanted
        self.W, self.H, self._history, self._summary = W, H, history, summary

    @property
    def history(self):
        if callable(self._history):
            self._history = self._history()
        return self._history

    @property
    def summary(self):
        if not isinstance(self._summary, dict):
            self._summary = self._summary()
            self._summary["dtype"] = "f32" if self.W.dtype == np.float32 else "f64"
        return self._summary

    def __getstate__(self):  # functions that give the last two cannot be pickled
        return {"W": self.W, "H": self.H, "_history": self.history, "_summary": self.summary}

    objective = property(lambda self: self.summary["objective"], doc="divergence + penalties")
    divergence = property(lambda self: self.summary["divergence"], doc="of X from WH")
    relative_error = property(lambda self: self.summary["relative_error"], doc="sqrt(sum (x - y)^2 / sum x^2)")
    kkt = property(lambda self: self.summary["kkt"], doc="the residual of the optimality conditions")
    iterations = property(lambda self: self.summary["iterations"], doc="how many were done")
    stop = property(lambda self: self.summary["stop"], doc="'tolerance', 'iterations', 'time', 'interrupted'")

    def transform(self, X, **options):
        """Activations of new columns for this basis: ``inshi.transform(self, X, **options)``."""
        return transform(self, X, **options)

    def save(self, path, force=False):
        """Writes the folder that ``inshi fit`` writes: W.npy, H.npy, history.csv, summary.json. `force`: also into a
        folder that exists."""
        from ._folder import save
        save(path, self, force)

    def __repr__(self):
        s = self.summary
        return (f"<inshi.Result: {self.W.shape[0]} x {self.H.shape[1]}, k = {self.W.shape[1]}, loss {s['loss']}, "
                f"objective {s['objective']:.6g}, {s['iterations']} iterations ({s['stop']})>")


def _rank(k, init_w, init_h):
    if k is not None:
        k = whole("k", k)
    elif init_w is not None:
        k = np.shape(init_w)[-1]
    elif init_h is not None:
        k = np.shape(init_h)[0]
    else:
        raise E.InputError("k is None: give k, how many components there are, or init_w or init_h")
    if k < 1:
        raise E.InputError(f"k is {k}, and must be at least 1")
    return k


def set_matrices(options, view, k, **given):
    """Options that are matrices and vectors, as views. Returns what must live as long as the options."""
    shapes = {"mask": (view.rows, view.columns), "weights": (view.rows, view.columns), "lock_w": (view.rows, k),
              "lock_h": (k, view.columns)}
    kept = []
    for name, value in given.items():
        if value is None:
            continue
        if name == "row_weights":
            found, keep = V.vector(value, view.rows, name, "rows")
        elif name == "column_weights":
            found, keep = V.vector(value, view.columns, name, "columns")
        else:
            found, keep = V.view(value, name)
            if (found.rows, found.columns) != shapes[name]:
                raise E.InputError(f"{name} is {found.rows} x {found.columns}, and must be {shapes[name][0]} x "
                                   f"{shapes[name][1]}")
        options.set(name, found)
        kept.append(keep)
    return kept


def fit(X, k=None, *, loss="eu", solver="auto", init="auto", init_w=None, init_h=None, init_scale=None, seed=0,
        restarts=1, iterations=1000, tolerance=1e-5, time_limit=None, l1_w=0, l1_h=0, l2_w=0, l2_h=0, floor=None,
        normalize=None, fix=None, fix_columns=None, eta=None, history_every=1, dtype=None, mask=None,
        weights=None, row_weights=None, column_weights=None, absent=None, lock_w=None, lock_h=None, threads=None,
        callback=None, verbose=False, checkpoint=None, checkpoint_every=60, resume=False):
    """Factorize a nonnegative matrix: find W, H >= 0 so that X is approximated by ``W @ H``.

    Parameters
    ----------
    X : array-like of shape (m, n)
        Entries finite and >= 0; NaN is missing. Arrays of any number type up to 8 bytes and any strides are read where
        they lie, and so are CSR and CSC matrices of scipy.sparse; lists, frames, object arrays, long doubles, foreign
        byte orders, other sparse formats, and indices that are unsorted or doubled, are copied first.
    k : int
        How many components: columns of W, rows of H. None takes it from `init_w` or `init_h`.
    loss : str
        What is minimised: ``"eu"`` (squared Euclidean distance / 2), ``"kl"`` (Kullback-Leibler), ``"is"``
        (Itakura-Saito), ``"beta:B"`` (beta divergence, any number B).
    solver : str
        ``"auto"`` picks the best there is for the loss. ``"gradient"`` is the multiplicative and projected gradient of
        the article this project starts from.
    init : str
        Start of the factors that are not given: ``"auto"``, ``"random"``, ``"nndsvd"``, ``"nndsvda"``, ``"nndsvdar"``.
    init_w, init_h : array-like, optional
        Starts of W and H, used bit for bit; they are not written to.
    init_scale : {"auto", "none"}
        Whether a generated start is scaled to X.
    seed : int
        Which random start: one seed gives one start, on any machine.
    restarts : int
        Starts tried; the lowest objective wins.
    iterations : int
        At most so many.
    tolerance : float
        Stops when the residual of the optimality conditions is below it; 0 runs exactly `iterations`.
    time_limit : float
        Seconds; None is no limit.
    l1_w, l1_h, l2_w, l2_h : float
        Penalties: the objective is the divergence + l1 sum(F) + l2/2 sum(F^2), F = W and H.
    floor : float
        Losses ``"is"`` and ``"beta:B"`` with B <= 0: entries of X below it are lifted to it. None: 1e-16 of the largest.
    normalize : {"auto", "sum", "max", "l2", "none"}
        What is 1 in each column of W; H takes the inverse. ``"auto"`` is ``"sum"``, or ``"none"`` with fixed or
        penalised parts.
    fix : {"none", "w", "h"}
        The factor (given) that stays as it is.
    fix_columns : sequence of int
        Columns of W (given) that stay, counted from 0.
    eta : float
        Step size of the solver ``"gradient"``.
    history_every : int
        Iterations between two rows of the history; 0 keeps the start and the end.
    dtype : {"f32", "f64"}
        Of W, H and the arithmetic. None: f32 for X of 2 and 4 byte floats, f64 otherwise.
    mask : array-like or sparse matrix of shape (m, n)
        1 = observed, 0 = missing.
    weights : array-like or sparse matrix of shape (m, n)
        What each entry counts, >= 0.
    row_weights, column_weights : array-like of m, of n numbers
        What each row, each column counts, >= 0.
    absent : {"zero", "missing"}
        What the entries are that a sparse X does not store.
    lock_w, lock_h : array-like of the shapes of W and H
        1 = this entry (given by `init_w`, `init_h`) stays.
    threads : int
        None: the environment variables INSHI_NUM_THREADS, then OMP_NUM_THREADS, then the CPUs this process may use.
    callback : function (iteration, objective, kkt, seconds)
        Called after every iteration; a true result stops the fit. `kkt` is NaN where it was not computed.
    verbose : bool
        Prints at most ten lines a second.
    checkpoint : path-like
        A file that keeps the state of the fit, so that it can go on after it was cut off.
    checkpoint_every : float
        Seconds between two saves.
    resume : bool
        Goes on from the checkpoint where there is one; the result has the same bits as if it had never stopped.

    Returns
    -------
    Result
        With W, H, history, summary.

    Raises
    ------
    inshi.Interrupted
        A KeyboardInterrupt, on Ctrl-C; its attribute `result` is the Result so far.

    Examples
    --------
    >>> import numpy as np, inshi
    >>> X = np.outer([1, 2, 3], [1, 0, 2, 1]) + np.outer([1, 0, 1], [0, 3, 0, 1])
    >>> model = inshi.fit(X, 2)
    >>> bool(np.allclose(model.W @ model.H, X, atol=0.01))
    True
    """
    view, kept = V.view(X)
    k = _rank(k, init_w, init_h)
    real = arithmetic(dtype, view)
    options = Options(loss=loss, solver=solver, init=init, init_scale=init_scale, seed=seed, restarts=restarts,
                      iterations=iterations, tolerance=tolerance, time_limit=time_limit, l1_w=l1_w, l1_h=l1_h,
                      l2_w=l2_w, l2_h=l2_h, floor=floor, normalize=normalize, fix=fix, fix_columns=fix_columns,
                      eta=eta, absent=absent, history_every=history_every, given_w=int(init_w is not None),
                      given_h=int(init_h is not None))
    kept_too = set_matrices(options, view, k, mask=mask, weights=weights, row_weights=row_weights,
                            column_weights=column_weights, lock_w=lock_w, lock_h=lock_h)
    w = V.factor(init_w, (view.rows, k), real, "init_w")
    h = V.factor(init_h, (k, view.columns), real, "init_h")
    outcome = run(L.library.inshi_fit, view, V.dense(w), V.dense(h), options, threads, talker(callback, verbose),
                  checkpoint_of(checkpoint, checkpoint_every, resume))
    V.release(view, *options.kept)
    result = Result(w, h, lambda: outcome.history, lambda: summary_of("fit", view, k, options, outcome))
    warn(outcome.warnings)
    conclude(outcome.failure, result)
    return result


def transform(model, X, *, loss=None, l1_h=None, l2_h=None, floor=None, absent=None, iterations=100000,
              tolerance=1e-10, time_limit=None, dtype=None, threads=None):
    """Activations of new columns for a basis: minimises the loss over H >= 0, column by column.

    Parameters
    ----------
    model : Result or array-like of shape (m, k)
        A fit, whose W, loss, penalties of H, floor and type hold here too; or W.
    X : array-like of shape (m, n)
        As in `fit`.
    loss, l1_h, l2_h, floor, absent, dtype : optional
        As in `fit`; None: those of the model.
    iterations : int
        At most so many for a column.
    tolerance, time_limit, threads
        As in `fit`.

    Returns
    -------
    Result
        With the W given, the H found, summary, and an empty history. Each column of H depends on its column of X and
        W alone.

    Examples
    --------
    >>> import numpy as np, inshi
    >>> rng = np.random.default_rng(0)
    >>> model = inshi.fit(rng.random((20, 2)) @ rng.random((2, 50)), 2)
    >>> H = inshi.transform(model, model.W @ [[1], [2]]).H
    >>> bool(np.allclose(H.ravel(), [1, 2]))
    True
    """
    W = model
    if isinstance(model, Result):
        W, s = model.W, model.summary
        loss = s["loss"] if loss is None else loss
        l1_h = s["l1_h"] if l1_h is None else l1_h
        l2_h = s["l2_h"] if l2_h is None else l2_h
        floor = s["floor"] if floor is None else floor
        dtype = s["dtype"] if dtype is None else dtype
        absent = s.get("absent") if absent is None and V.is_sparse(X) else absent
    view, kept = V.view(X)
    w_view, w_kept = V.view(W, "W")
    real = arithmetic(dtype, view)
    if w_view.layout != L.DENSE or w_kept.dtype != real:
        w_kept = V._array(W, "W").astype(real)
        w_view = V.dense(w_kept)
    if w_view.rows != view.rows:
        raise E.InputError(f"X has {view.rows} rows, and the basis W is for {w_view.rows}")
    options = Options(loss=loss, l1_h=l1_h, l2_h=l2_h, floor=floor, absent=absent, iterations=iterations, tolerance=tolerance,
                      time_limit=time_limit)
    h = V.take(w_view.columns, view.columns, real)
    outcome = run(L.library.inshi_transform, view, w_view, V.dense(h), options, threads)
    V.release(view)
    result = Result(w_kept, h, lambda: outcome.history,
                    lambda: summary_of("transform", view, w_view.columns, options, outcome, model="array"))
    warn(outcome.warnings)
    conclude(outcome.failure, result)
    return result
