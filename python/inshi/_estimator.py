"""NMF and non_negative_factorization in the manner of scikit-learn: samples x features, its names, its attributes.

scikit-learn's X (samples x features) is the transpose of the library's, as a view: the basis W of the library is
`components_` transposed, its activations H are the transformed data transposed. Nothing is copied for it.
"""
import re
import warnings
from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_array, check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, check_non_negative, validate_data

from . import _errors as E
from . import _folder
from . import _library as L
from . import _views as V
from ._call import Options, run
from ._fit import arithmetic, set_matrices, summary_of, talker, warn

_BETAS = {"frobenius": 2.0, "kullback-leibler": 1.0, "itakura-saito": 0.0}
_LOSSES = {"eu": 2.0, "kl": 1.0, "is": 0.0}
_INITS = ["auto", *L.names(L.library.inshi_init_name)]
_SOLVERS = ["auto", "cd", *L.names(L.library.inshi_solver_name)]
_SMALL = 1 << 16  # entries: float32 data of so few is computed in float64, which costs nothing, and rounded
_SOLVE_TOLERANCE, _SOLVE_ITERATIONS = 1e-8, 3000  # of the solve that fit_transform and transform end with


# ---- words and numbers of the two worlds ------------------------------------------------------------------------------

_SWAPS = {"W": "H", "H": "W", "row": "column", "column": "row", "rows": "columns", "columns": "rows"}


def _swap(sentence):
    """A sentence of the library about the transposed X, said of X: W and H, rows and columns change places."""
    found, places = re.subn(r"row (\d+), column (\d+)", r"row \2, column \1", sentence)
    if places:
        return found
    return re.sub(r"\b(W|H|rows?|columns?)\b", lambda word: _SWAPS[word.group()], sentence)


def _said_of_x(error):
    """The library's error as the one scikit-learn would raise."""
    text = _swap(str(error))
    if isinstance(error, E.InputError) and "is negative" in text:
        text = "Negative values in data passed to NMF (input X): " + text
    return type(error)(text)


def _run(*arguments):
    try:
        return run(*arguments)
    except (E.InputError, E.NumericError, E.OutOfMemory) as error:
        raise _said_of_x(error) from None


def _beta_of(loss):
    if loss in _LOSSES:
        return _LOSSES[loss]
    try:
        return float(loss[5:]) if loss[:5] == "beta:" else None
    except ValueError:
        return None


def _loss_of(beta):
    return {2.0: "eu", 1.0: "kl", 0.0: "is"}.get(beta, f"beta:{beta:.17g}")


def _check_start(array, shape, whom, starts=True):
    """scikit-learn's checks of a given W or H, in its words; a start that is zero cannot move."""
    array = check_array(array)
    for axis, word in enumerate(("first", "second")):
        if shape[axis] != "auto" and array.shape[axis] != shape[axis]:
            raise ValueError(f"Array with wrong {word} dimension passed to {whom}. Expected {shape[axis]}, but got "
                             f"{array.shape[axis]}.")
    check_non_negative(array, whom)
    if starts and not array.any():
        raise ValueError(f"Array passed to {whom} is full of zeros.")
    return array


def _check_weights(weights, n_samples):
    """scikit-learn's checks of sample_weight, in its words; a number is one for all."""
    if np.isscalar(weights):
        weights = np.full(n_samples, weights, float)
    weights = check_array(weights, ensure_2d=False, dtype=[np.float64, np.float32], input_name="sample_weight")
    if weights.ndim != 1:
        raise ValueError("Sample weights must be 1D array or scalar")
    if weights.shape != (n_samples,):
        raise ValueError(f"sample_weight.shape == {weights.shape}, expected {(n_samples,)}!")
    if (weights < 0).any():
        raise ValueError("Negative values in data passed to `sample_weight`")
    return weights


class _SlowChange:
    """scikit-learn's rule for the solver mu: every ten iterations, stop where sqrt(2 objective) fell by less than tol
    of what it was at the start."""

    def __init__(self, tol, tell):
        self.tol, self.tell, self.first, self.last, self.met = tol, tell, None, None, False

    def __call__(self, p):
        if self.tell and self.tell(p):
            return True
        if p.iteration % 10 == 0:
            error = max(2 * p.objective, 0) ** 0.5
            if p.iteration == 0:
                self.first = error
            elif (self.last - error) / (self.first or 1) < self.tol:
                self.met = True
            self.last = error
        return self.met


# ---- the estimator ----------------------------------------------------------------------------------------------------

class NMF(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Nonnegative matrix factorization: X (samples x features) is approximated by ``W @ components_``.

    Takes the place of `sklearn.decomposition.NMF`: the same parameters and attributes, and more of both.

    Parameters
    ----------
    n_components : int, "auto" or None
        How many components. ``"auto"``: as many as the given `W` and `H` or `fixed_components` have, else, like None,
        as there are features.
    init : str or None
        Start: ``"random"``, ``"nndsvd"``, ``"nndsvda"``, ``"nndsvdar"``; ``"auto"`` leaves it to inshi; ``"custom"``:
        `W` and `H` are given to `fit`. None: ``"auto"``, and with the solvers ``"cd"`` and ``"mu"`` what scikit-learn
        does: ``"nndsvda"``, or ``"random"`` where n_components > min(n_samples, n_features).
    solver : str
        ``"auto"`` is the best there is for the loss. ``"cd"`` is ``"hals"``; the rest are inshi's names:
        ``"mu"``, ``"hals"``, ``"newton"``, ``"ccd"``, ``"gradient"``.
    beta_loss : float or {"frobenius", "kullback-leibler", "itakura-saito"}
        The beta divergence that is minimised. As in scikit-learn, B <= 0 refuses an X with zeros; `loss` does not.
    tol : float
        Stops when the residual of the optimality conditions is below it; 0 runs exactly `max_iter` iterations. With
        ``"mu"`` it is scikit-learn's rule: the error falls by less than `tol` of the first one in ten iterations.
    max_iter : int
        At most so many iterations.
    random_state : int, RandomState or None
        An int is the seed of the random start.
    alpha_W, alpha_H : float; alpha_H also "same"
        Strength of the penalties of W and `components_`, scaled by features and samples as in scikit-learn.
    l1_ratio : float
        How much of a penalty is l1; the rest is l2.
    verbose : int
        Above 0: prints at most ten lines a second.
    shuffle : bool
        Accepted for scikit-learn's sake; True warns that it changes nothing.
    loss : str or None
        The loss in inshi's words: ``"eu"``, ``"kl"``, ``"is"``, ``"beta:B"``. None: `beta_loss` says it. Where both are
        given they must agree; the default `beta_loss` counts as not given.
    missing : {"error", "nan", "absent"}
        What is missing in X: nothing (a NaN is an error), the NaN, or what a sparse X does not store.
    fixed_components : array-like of shape (n_fixed, n_features) or None
        The first components, which stay as they are; the others are found beside them.
    n_restarts : int
        Starts tried; the lowest objective wins.
    n_threads : int or None
        None: INSHI_NUM_THREADS, then OMP_NUM_THREADS, then the CPUs this process may use.

    Attributes
    ----------
    components_ : ndarray of shape (n_components, n_features)
    n_components_ : int
    reconstruction_err_ : float
        sqrt(2 d), d the divergence of X from ``W @ components_``: with the default loss the Frobenius norm.
    n_iter_ : int
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)
        Where X has names of features.
    history_ : recarray
        ``iteration``, ``seconds``, ``objective``, ``kkt`` of every iteration; row 0 is the start.
    summary_ : dict
        What the command ``inshi fit --transpose`` writes to summary.json: ``objective``, ``kkt``, ``stop``, ...

    Examples
    --------
    >>> import numpy as np
    >>> from inshi import NMF
    >>> X = np.array([[1, 1], [2, 1], [3, 1.2], [4, 1], [5, 0.8], [6, 1]])
    >>> model = NMF(n_components=2, random_state=0)
    >>> W = model.fit_transform(X)
    >>> bool(np.allclose(W @ model.components_, X, atol=0.1))
    True
    """

    _parameter_constraints: dict = {
        "n_components": [Interval(Integral, 1, None, closed="left"), None, StrOptions({"auto"})],
        "init": [StrOptions({*_INITS, "custom"}), None],
        "solver": [StrOptions(set(_SOLVERS))],
        "beta_loss": [StrOptions(set(_BETAS)), Real],
        "tol": [Interval(Real, 0, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
        "alpha_W": [Interval(Real, 0, None, closed="left")],
        "alpha_H": [Interval(Real, 0, None, closed="left"), StrOptions({"same"})],
        "l1_ratio": [Interval(Real, 0, 1, closed="both")],
        "verbose": ["verbose"],
        "shuffle": ["boolean"],
        "loss": [str, None],
        "missing": [StrOptions({"error", "nan", "absent"})],
        "fixed_components": ["array-like", None],
        "n_restarts": [Interval(Integral, 1, None, closed="left")],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
    }

    def __init__(self, n_components="auto", *, init=None, solver="auto", beta_loss="frobenius", tol=1e-4,
                 max_iter=200, random_state=None, alpha_W=0.0, alpha_H="same", l1_ratio=0.0, verbose=0, shuffle=False,
                 loss=None, missing="error", fixed_components=None, n_restarts=1, n_threads=None):
        self.n_components = n_components
        self.init = init
        self.solver = solver
        self.beta_loss = beta_loss
        self.tol = tol
        self.max_iter = max_iter
        self.random_state = random_state
        self.alpha_W = alpha_W
        self.alpha_H = alpha_H
        self.l1_ratio = l1_ratio
        self.verbose = verbose
        self.shuffle = shuffle
        self.loss = loss
        self.missing = missing
        self.fixed_components = fixed_components
        self.n_restarts = n_restarts
        self.n_threads = n_threads

    # ---- parameters ----

    def _beta(self):
        """B of the loss that the parameters name."""
        given = _BETAS.get(self.beta_loss) if isinstance(self.beta_loss, str) else float(self.beta_loss)
        if self.loss is None:
            return given
        beta = _beta_of(self.loss)
        if beta is None:
            raise E.InputError(f"loss is {self.loss!r}, and must be 'eu', 'kl', 'is' or 'beta:B' with B a number")
        if given != beta and self.beta_loss != "frobenius":
            raise E.InputError(f"loss is {self.loss!r} and beta_loss is {self.beta_loss!r}, which contradict each "
                               "other; leave one out")
        return beta

    def _solver(self, beta):
        if self.solver == "cd" and beta != 2:
            raise ValueError(f"Invalid beta_loss parameter: solver 'cd' does not handle beta_loss = "
                             f"{self.beta_loss if self.loss is None else beta!r}")
        if self.solver == "mu" and self.init == "nndsvd":
            warnings.warn("The multiplicative update ('mu') solver cannot update zeros present in the "
                          "initialization, and so leads to poorer results when used jointly with init='nndsvd'. "
                          "You may try init='nndsvda' or init='nndsvdar' instead.", UserWarning)
        return "hals" if self.solver == "cd" else self.solver

    def _penalties(self, n_samples, n_features):
        """scikit-learn's penalties as the library's: its W is the transposed components."""
        alpha_h = self.alpha_W if isinstance(self.alpha_H, str) else self.alpha_H
        l1, l2 = self.l1_ratio, 1 - self.l1_ratio
        return {"l1_h": n_features * self.alpha_W * l1, "l2_h": n_features * self.alpha_W * l2,
                "l1_w": n_samples * alpha_h * l1, "l2_w": n_samples * alpha_h * l2}

    def _seed(self):
        if isinstance(self.random_state, Integral):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))

    def _rank(self, n_features, H):
        k = self.n_components
        if k == "auto" and H is not None and self.init == "custom":
            k = H.shape[0]
        elif k == "auto" and self.fixed_components is not None:
            k = np.shape(self.fixed_components)[0]
        elif k is None or k == "auto":
            k = n_features
        return int(k)

    # ---- data ----

    def _validate(self, X, reset):
        for value, option in (("nan", "mask"), ("absent", "absent")):
            if self.missing == value and option not in L.OPTIONS:
                raise E.UnsupportedError(f"missing is {value!r}, and this version knows no missing values; "
                                         "missing='error' is what there is")
        held = V.hold(X)  # before anybody reads it
        X = validate_data(self, X, reset=reset, accept_sparse=("csr", "csc") if self._takes_sparse() else False,
                          dtype="numeric", ensure_all_finite="allow-nan" if self.missing == "nan" else True)
        if self.missing == "absent" and not V.is_sparse(X):
            raise E.InputError("missing is 'absent', but X is dense: every entry of it is there; give a sparse X, or "
                               "missing='nan'")
        return X

    def _takes_sparse(self):
        """Whether the loss takes a sparse X: one without a value at 0 does only where what is absent is missing."""
        if "absent" not in L.OPTIONS:
            return False
        try:
            return self.missing == "absent" or self._beta() > 0
        except (ValueError, TypeError):  # of parameters that fit will refuse
            return True

    def _start(self, X, W, H, k, kind):
        """What is given of components and transformed data, as (components, transformed data, options)."""
        if self.init == "custom":
            H = _check_start(H, (k, X.shape[1]), "NMF (input H)")
            W = _check_start(W, (X.shape[0], k), "NMF (input W)")
            if H.dtype != kind or W.dtype != kind:
                raise TypeError("H and W should have the same dtype as X. Got "
                                f"H.dtype = {H.dtype} and W.dtype = {W.dtype}.")
            return H, W, {"given_w": 1, "given_h": 1}
        if W is not None or H is not None:
            warnings.warn("When init!='custom', provided W or H are ignored. Set  init='custom' to use them as "
                          "initialization.", RuntimeWarning)
        if str(self.init).startswith("nndsvd") and k > min(X.shape):
            raise ValueError(f"init = '{self.init}' can only be used when n_components <= min(n_samples, n_features)")
        named = self.solver in ("cd", "mu")
        usual = "auto" if not named else "nndsvda" if k <= min(X.shape) else "random"
        return None, None, {"init": self.init or usual}

    def _fixed(self, start, given, k, n_features, seed):
        """The components with those that stay in front, and the options that keep them."""
        if self.fixed_components is None:
            return start, given
        fixed = check_array(self.fixed_components, input_name="fixed_components")
        check_non_negative(fixed, "NMF (fixed_components)")
        if fixed.shape[1] != n_features or fixed.shape[0] > k:
            raise E.InputError(f"fixed_components is {fixed.shape[0]} x {fixed.shape[1]}, and must have at most {k} "
                               f"rows (n_components) and {n_features} columns (features)")
        if start is None:
            scale = fixed.mean() or 1.0
            start = 2 * scale * np.random.RandomState(seed % 2**32).random_sample((k, n_features))
        start = np.array(start, copy=True)
        start[:len(fixed)] = fixed
        stays = {"fix": "w"} if len(fixed) == k else {"fix_columns": range(len(fixed))}
        return start, {**given, "given_w": 1, **stays}

    # ---- fitting ----

    def fit(self, X, y=None, **params):
        """Learn the components of X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Entries finite and >= 0. Arrays of any number type up to 8 bytes and any strides, CSR and CSC matrices are
            read where they lie.
        y : Ignored
        **params
            `W`, `H`, `sample_weight`, `callback` of `fit_transform`.

        Returns
        -------
        self
        """
        self.fit_transform(X, **params)
        return self

    def fit_transform(self, X, y=None, W=None, H=None, sample_weight=None, callback=None):
        """Learn the components of X and return the transformed X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : Ignored
        W, H : array-like of shapes (n_samples, n_components), (n_components, n_features)
            The start, with ``init="custom"``.
        sample_weight : array-like of shape (n_samples,)
            What each sample counts in the search for the components.
        callback : function (iteration, objective, kkt, seconds)
            Called after every iteration; a true result stops the fit.

        Returns
        -------
        W : ndarray of shape (n_samples, n_components)
            Equal to ``transform(X)``.

        Raises
        ------
        inshi.Interrupted
            A KeyboardInterrupt, on Ctrl-C. The estimator then has the model so far.
        """
        self._validate_params()
        X = self._validate(X, reset=True)
        if sample_weight is not None:
            sample_weight = _check_weights(sample_weight, X.shape[0])
        return self._learn(X, W, H, sample_weight, callback)

    def _learn(self, X, W, H, weights, callback):
        beta = self._beta()
        if beta <= 0 and self.loss is None and X.min() == 0:
            raise ValueError("When beta_loss <= 0 and X contains zeros, the solver may diverge. Please add small "
                             "values to X, or use a positive beta_loss, or say the loss with loss='is', which lifts "
                             "the zeros a little.")
        if self.shuffle:
            warnings.warn("shuffle=True changes nothing: inshi has no order of coordinates to shuffle",
                          E.InshiWarning)
        view, kept = V.view(X)
        view = V.transpose(view)
        kind, seed = arithmetic(None, view), self._seed()
        self._real = real = np.dtype("f8") if X.shape[0] * X.shape[1] <= _SMALL else kind
        H = None if H is None else np.asarray(H)
        k = self._n_components = self._rank(X.shape[1], H)
        solver = self._solver(beta)
        components, data, given = self._start(X, W, H, k, kind)
        components, given = self._fixed(components, given, k, X.shape[1], seed)
        options = Options(loss=_loss_of(beta), solver=solver, seed=seed, restarts=self.n_restarts,
                          iterations=self.max_iter, tolerance=0 if self.solver == "mu" else min(self.tol, 1.0),
                          absent="missing" if self.missing == "absent" else None,
                          **self._penalties(*X.shape), **given)
        kept_too = set_matrices(options, view, k, column_weights=weights)
        if weights is not None and "init" in given and self.n_restarts == 1:
            components, data = self._weighted_start(view, X.shape, k, seed, options)
        components = V.factor(components, (k, X.shape[1]), real, "H")
        data = V.factor(data, (X.shape[0], k), real, "W")
        tell = talker(callback, self.verbose)
        if self.solver == "mu" and self.tol > 0:
            tell = _SlowChange(self.tol, tell)
        outcome = _run(L.library.inshi_fit, view, V.transpose(V.dense(components)), V.transpose(V.dense(data)),
                       options, self.n_threads, tell)
        self._keep(view, components.astype(kind, copy=False), options, outcome)
        if getattr(tell, "met", False):
            self.summary_["stop"] = "tolerance"
        self._tell(outcome)
        return self._solve(view, data, outcome.failure).astype(kind, copy=False)

    def _weighted_start(self, view, shape, k, seed, options):
        """A start that does not know how many samples there are: a sample of weight 2 then is as good as two samples.
        Random components, and the activations that go with them."""
        components = 1e-3 + np.random.RandomState(seed % 2**32).random_sample((k, shape[1]))
        components = components.astype(self._real)
        self.summary_ = {"loss": options.get("loss"), "l1_h": 0, "l2_h": 0, "floor": None}
        data, outcome = self._activations(view, components=components, tolerance=1e-2)
        if outcome.failure is not None:
            raise outcome.failure
        options.set("given_w", 1)
        options.set("given_h", 1)
        return components, data + 1e-3 * data.mean(axis=1, keepdims=True)

    def _keep(self, view, components, options, outcome):
        self.components_ = components
        self.n_components_ = len(components)
        self.n_iter_ = outcome.iterations
        self.history_ = outcome.history
        self.summary_ = summary_of("fit", view, len(components), options, outcome, transpose=True)
        self.summary_["dtype"] = "f32" if components.dtype == np.float32 else "f64"
        self.reconstruction_err_ = float(np.sqrt(2 * max(outcome.divergence, 0)))

    def _tell(self, outcome):
        wanted = self.n_components not in (None, "auto")
        warn([_swap(sentence) for sentence in outcome.warnings if wanted or "above min(m, n)" not in sentence])
        if self.n_iter_ >= self.max_iter and self.tol > 0:
            warnings.warn(f"Maximum number of iterations {self.max_iter} reached. Increase it to improve convergence.",
                          ConvergenceWarning)

    def _solve(self, view, data, failure):
        """The transformed data for the components that there are, as `transform` finds them; unless the fit was cut
        short: then what it had stays."""
        if failure is None:
            data, outcome = self._activations(view, data)
            failure = outcome.failure
            self.reconstruction_err_ = float(np.sqrt(2 * max(outcome.divergence, 0)))
            for name in ("objective", "divergence", "relative_error"):
                self.summary_[name] = getattr(outcome, name)
        if isinstance(failure, KeyboardInterrupt):
            raise E.Interrupted("interrupted; the estimator has the model so far", self) from failure
        if failure is not None:
            raise failure
        return data

    def _activations(self, view, data=None, components=None, tolerance=_SOLVE_TOLERANCE):
        """Transformed data (into `data` where there is one) for the transposed X, and the outcome. The arithmetic is the
        fit's, whatever the size of X: one sample alone gives the same bits."""
        s = self.summary_
        components = self.components_.astype(self._real, copy=False) if components is None else components
        if data is None:
            data = V.take(view.columns, len(components), self._real)
        options = Options(loss=s["loss"], l1_h=s["l1_h"], l2_h=s["l2_h"], floor=s["floor"],
                          absent="missing" if self.missing == "absent" else None,
                          tolerance=tolerance, iterations=_SOLVE_ITERATIONS)
        outcome = _run(L.library.inshi_transform, view, V.transpose(V.dense(components)),
                       V.transpose(V.dense(data)), options, self.n_threads)
        return data, outcome

    # ---- using ----

    def transform(self, X):
        """Transform X: minimise the loss over W >= 0 for the components as they are, each sample alone.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        W : ndarray of shape (n_samples, n_components)
        """
        check_is_fitted(self)
        X = self._validate(X, reset=False)
        view, kept = V.view(X)
        data, outcome = self._activations(V.transpose(view))
        if outcome.failure is not None:
            raise outcome.failure
        return data.astype(self.components_.dtype, copy=False)

    def inverse_transform(self, X):
        """Back to the features.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_components)

        Returns
        -------
        X_original : ndarray of shape (n_samples, n_features)
        """
        check_is_fitted(self)
        return X @ self.components_

    # ---- files ----

    def save(self, path, force=False):
        """Write the folder of the command (W.npy, history.csv, summary.json), without pickle.

        ``inshi transform PATH X`` and `NMF.load` read it.

        Parameters
        ----------
        path : path-like
        force : bool
            Also into a folder that exists.
        """
        check_is_fitted(self)
        params = {name: value for name, value in self.get_params(deep=False).items()
                  if not isinstance(value, np.random.RandomState)}
        extra = {"params": params, "feature_names": getattr(self, "feature_names_in_", None),
                 "reconstruction_err": self.reconstruction_err_, "n_iter": self.n_iter_,
                 "arithmetic": self._real.name}
        _folder.write(path, dict(self.summary_, estimator=extra), self.history_, force, W=self.components_.T)

    @classmethod
    def load(cls, path):
        """Read an estimator from a folder that `save`, ``inshi fit`` or `inshi.fit(...).save` has written.

        Parameters
        ----------
        path : path-like

        Returns
        -------
        NMF
            Fitted. The samples are the columns of the X that the basis W of the folder was found for.
        """
        summary = _folder.read_summary(path)
        W = _folder.read_factor(path, summary, "W")
        if W is None:
            raise E.InputError(f"{path} has no W")
        extra = summary.pop("estimator", None) or {}
        params = extra.get("params") or {"n_components": int(W.shape[1]), "loss": summary["loss"],
                                         "missing": "absent" if summary.get("absent") == "missing" else "error"}
        self = cls(**{name: value for name, value in params.items() if name in cls._parameter_constraints})
        real = np.float32 if summary.get("dtype") == "f32" else np.float64
        self.components_ = np.ascontiguousarray(W.T, real)
        self._real = np.dtype(extra.get("arithmetic", real))
        self.n_components_ = self._n_components = int(W.shape[1])
        self.n_features_in_ = int(W.shape[0])
        self.n_iter_ = extra.get("n_iter", summary.get("iterations"))
        self.history_ = _folder.read_history(path)
        self.summary_ = summary
        divergence = summary.get("divergence")
        self.reconstruction_err_ = extra.get("reconstruction_err") or float(np.sqrt(2 * max(divergence or 0, 0)))
        if extra.get("feature_names"):
            self.feature_names_in_ = np.array(extra["feature_names"], object)
        return self

    # ---- what scikit-learn asks ----

    @property
    def _n_features_out(self):
        return self.components_.shape[0]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        tags.input_tags.sparse = self._takes_sparse()
        tags.input_tags.allow_nan = self.missing == "nan"
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def non_negative_factorization(X, W=None, H=None, n_components="auto", *, init=None, update_H=True, solver="auto",
                               beta_loss="frobenius", tol=1e-4, max_iter=200, alpha_W=0.0, alpha_H="same",
                               l1_ratio=0.0, random_state=None, verbose=0, shuffle=False):
    """The function of scikit-learn's that `NMF` is the class of.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    W, H : array-like, optional
        The start, with ``init="custom"``; with ``update_H=False`` H is the components.
    update_H : bool
        False: only W is found.
    n_components, init, solver, beta_loss, tol, max_iter, alpha_W, alpha_H, l1_ratio, random_state, verbose, shuffle
        As in `NMF`.

    Returns
    -------
    W, H : ndarray
    n_iter : int
    """
    model = NMF(n_components, init=init, solver=solver, beta_loss=beta_loss, tol=tol, max_iter=max_iter,
                alpha_W=alpha_W, alpha_H=alpha_H, l1_ratio=l1_ratio, random_state=random_state, verbose=verbose,
                shuffle=shuffle)
    if update_H:
        W = model.fit_transform(X, W=W, H=H)
        return W, model.components_, model.n_iter_
    if W is not None:
        warnings.warn("When update_H=False, the provided initial W is not used.", RuntimeWarning)
    return _for_components(model, X, H)


def _for_components(model, X, H):
    model._validate_params()
    X = model._validate(X, reset=True)
    k = model.n_components or X.shape[1]
    H = _check_start(H, (k, X.shape[1]), "NMF (input H)", starts=False)
    view, kept = V.view(X)
    real = arithmetic(None, view)
    if H.dtype != real:
        raise TypeError(f"H should have the same dtype as X. Got H.dtype = {H.dtype}.")
    model.components_, model._real = H, np.dtype("f8") if X.shape[0] * X.shape[1] <= _SMALL else real
    beta = model._beta()
    model._solver(beta)
    penalties = model._penalties(*X.shape)
    model.summary_ = {"loss": _loss_of(beta), "l1_h": penalties["l1_h"], "l2_h": penalties["l2_h"], "floor": None}
    W, outcome = model._activations(V.transpose(view))
    if outcome.failure is not None:
        raise outcome.failure
    return W.astype(real, copy=False), H, outcome.iterations
