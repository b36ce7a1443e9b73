"""The errors and warnings of this package. Each is one sentence that says what, where, why and what to do."""


class InshiError(Exception):
    """What the errors of this package have in common; each is also one of Python's own kind."""


class InputError(InshiError, ValueError):
    """Data, shapes or options that do not fit."""


class UnsupportedError(InputError, NotImplementedError):
    """A combination that inshi does not implement."""


class OutOfMemory(InshiError, MemoryError):
    """Not enough memory; the sentence has the size."""


class FileError(InshiError, OSError):
    """A file that cannot be read or written."""


class NumericError(InshiError, ArithmeticError):
    """The iteration left the finite numbers."""


class LibraryError(InshiError, ImportError):
    """The C library is missing or of another version."""


class InternalError(InshiError, RuntimeError):
    """A bug in inshi."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a fit. `result` has the model so far, or None where there was none yet."""

    def __init__(self, message="interrupted", result=None):
        super().__init__(message)
        self.result = result


class InshiWarning(UserWarning):
    """What a user should know although the call succeeded."""
