"""inshi: fast nonnegative matrix factorization, X ~ WH with W, H >= 0.

`inshi.fit` and `inshi.transform` have the orientation of the command `inshi`: X is m x n, W is m x k (the basis), H is
k x n (the activations). `inshi.NMF` is an estimator in the manner of scikit-learn, samples x features, which takes the
place of sklearn.decomposition.NMF. `inshi.load` reads the folders that the command writes; `inshi.plot` draws.
"""
from ._errors import (FileError, InputError, InshiError, InshiWarning, InternalError, Interrupted, LibraryError,
                      NumericError, OutOfMemory, UnsupportedError)
from ._fit import Result, fit, transform
from ._folder import load
from ._library import VERSION as __version__

_LATER = {"NMF": "_estimator", "non_negative_factorization": "_estimator", "plot": "plot",
          "separation": "separation"}  # these import much more

__all__ = ["FileError", "InputError", "InshiError", "InshiWarning", "InternalError", "Interrupted", "LibraryError",
           "NMF", "NumericError", "OutOfMemory", "Result", "UnsupportedError", "fit", "load",
           "non_negative_factorization", "plot", "separation", "transform"]


def __getattr__(name):
    if name not in _LATER:
        raise AttributeError(f"module 'inshi' has no attribute {name!r}")
    import importlib
    module = importlib.import_module("." + _LATER[name], __name__)
    value = module if name == _LATER[name] else getattr(module, name)
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__})
