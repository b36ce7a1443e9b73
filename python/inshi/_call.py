"""One call of the library: a context from a pool, options, callbacks, Ctrl-C, and what came out."""
import ctypes as C
import math
import operator
import os
import struct
import threading

import numpy as np

from . import _errors as E
from . import _library as L

_lib = L.library
_ERRORS = {L.ARGUMENT: E.InputError, L.DATA: E.InputError, L.SHAPE: E.InputError, L.UNSUPPORTED: E.UnsupportedError,
           L.MEMORY: E.OutOfMemory, L.IO: E.FileError, L.NUMERIC: E.NumericError, L.INTERNAL: E.InternalError}
_CODES = {kind: struct.Struct(code) for kind, code in
          ((L.REAL, "d"), (L.INTEGER, "q"), (L.SEED, "Q"), (L.FLAG, "i"))}
_ADDRESS = struct.Struct("P")
HISTORY = np.dtype([("iteration", "i8"), ("seconds", "f8"), ("objective", "f8"), ("kkt", "f8")])
ASK_EVERY = 0.02  # seconds between two looks for signals


# ---- contexts ---------------------------------------------------------------------------------------------------------

class Context:
    """A context and a report. A context belongs to one thread at a time; between calls it waits in the pool."""

    def __init__(self):
        self.pointer, self.report = C.c_void_p(), C.c_void_p()
        status = _lib.inshi_context_create(None, C.byref(self.pointer))
        status = status or _lib.inshi_report_create(self.pointer, C.byref(self.report))
        if status:
            raise E.OutOfMemory("not enough memory to begin")

    def __del__(self, report=_lib.inshi_report_destroy, context=_lib.inshi_context_destroy):
        report(self.report)
        context(self.pointer)

    def check(self, status):
        """Raises the library's sentence as the error that goes with the status."""
        if status:
            raise _ERRORS[status](in_python(_lib.inshi_context_message(self.pointer).decode("utf-8", "replace")))


_pool = []  # append and pop are atomic, with and without the interpreter's lock
_POOL_MOST = 8


def borrow():
    try:
        return _pool.pop()
    except IndexError:
        return Context()


def give_back(context):
    if len(_pool) < _POOL_MOST:
        _pool.append(context)


def in_python(sentence):
    """The C library's sentence with the names that options have in Python."""
    word, blank, rest = sentence.partition(" ")
    return word.replace("-", "_") + blank + rest if word.replace("-", "_") in L.OPTIONS else sentence


def threads_wanted(threads):
    """0 = all CPUs of the affinity mask."""
    if threads is not None:
        threads = whole("threads", threads)
        if not 1 <= threads <= 1024:
            raise E.InputError(f"threads is {threads}, and must be from 1 to 1024, or None for all CPUs that this "
                               "process may use")
        return threads
    for name in ("INSHI_NUM_THREADS", "OMP_NUM_THREADS"):
        text = os.environ.get(name)
        if text:
            first = text.replace(",", " ").split(" ")[0] if name[0] == "O" else text
            if first.isascii() and first.isdigit() and 1 <= int(first) <= 1024:
                return int(first)
            raise E.InputError(f"the environment variable {name} is \"{text[:40]}\", and must be a whole number from "
                               "1 to 1024")
    return 0


# ---- options ----------------------------------------------------------------------------------------------------------

def whole(name, value):
    try:
        return operator.index(value)
    except TypeError:
        if isinstance(value, float) and value.is_integer():
            return int(value)
        raise E.InputError(f"{name} is {value!r}, and must be a whole number") from None


def _number(name, kind, value):
    if type(value) is int:
        return value
    if kind != L.REAL:
        return whole(name, value)
    try:
        value = float(value)
    except (TypeError, ValueError):
        raise E.InputError(f"{name} is {value!r}, and must be a number") from None
    if math.isnan(value):
        raise E.InputError(f"{name} is not a number (NaN)")
    return value


_PLAIN = (int, float, str)
_texts = {}  # the library keeps the text of a name by pointer: names that were used stay


def _pointer(text):
    found = _texts.get(text)
    if found is None:
        kept = C.c_char_p(text.encode())
        found = C.cast(kept, C.c_void_p).value, kept
        if len(_texts) < 1000:
            _texts[text] = found
    return found


class Options:
    """The option block of a call. What is None keeps its default."""

    def __init__(self, **given):
        self.block = bytearray(L.STANDARD)
        self.kept = [(C.c_char * len(self.block)).from_buffer(self.block)]
        for name, value in given.items():
            if value is not None and not (type(value) in _PLAIN and value == L.DEFAULTS.get(name)):
                self.set(name, value)

    def set(self, name, value):
        if name not in L.OPTIONS:
            raise E.UnsupportedError(f"this version of inshi has no {name}")
        kind, offset = L.OPTIONS[name]
        if kind == L.NAME:
            if not isinstance(value, str):
                raise E.InputError(f"{name} is {value!r}, and must be a name")
            pointer, kept = _pointer(value)
            self.kept.append(kept)
            _ADDRESS.pack_into(self.block, offset, pointer)
        elif kind == L.MATRIX:
            self.kept.append(value)
            _ADDRESS.pack_into(self.block, offset, C.addressof(value))
        elif kind == L.LIST:
            numbers = np.array([whole(name, v) for v in value], np.int64)
            self.kept.append(numbers)
            struct.pack_into("Pq", self.block, offset, numbers.ctypes.data, len(numbers))
        else:
            try:
                _CODES[kind].pack_into(self.block, offset, _number(name, kind, value))
            except struct.error:
                raise E.InputError(f"{name} is {value}, and is outside of the range that it may have") from None

    def has(self, name):
        """Whether a MATRIX was given."""
        return bool(_ADDRESS.unpack_from(self.block, L.OPTIONS[name][1])[0])

    def get(self, name):
        """The value of a REAL, INTEGER, SEED or NAME as it stands."""
        kind, offset = L.OPTIONS[name]
        if kind == L.NAME:
            return C.string_at(_ADDRESS.unpack_from(self.block, offset)[0]).decode()
        return _CODES[kind].unpack_from(self.block, offset)[0]


# ---- Ctrl-C and the callback ------------------------------------------------------------------------------------------

class Listener:
    """What the library asks and tells during a call. Python enters through generators that wait inside a try: wherever
    a signal's exception is raised, it ends here and not in ctypes, which would print and drop it."""

    def __init__(self, tell):
        self.failure = None
        self.generators = [self._answer(None)] + [self._answer(tell)] * bool(tell)
        for generator in self.generators:
            next(generator)
        ask = L.ASK(self.generators[0].send)
        self.call = L.Call(ask=ask, tell=L.TELL(self.generators[1].send) if tell else L.TELL(), every=ASK_EVERY)

    def _answer(self, tell):
        stop = 0
        while True:
            try:
                while True:  # in here, for an interpreter looks for signals where it jumps back, too
                    told = yield stop
                    if tell and tell(told.contents):
                        stop = 1
            except GeneratorExit:
                return
            except BaseException as error:
                self.failure = self.failure or error
                stop = 1

    def attach(self, context):
        _lib.inshi_context_set_interrupt(context.pointer, L.CALLBACKS["inshi_python_interrupt"], C.byref(self.call))
        if len(self.generators) > 1:
            _lib.inshi_context_set_progress(context.pointer, L.CALLBACKS["inshi_python_progress"], C.byref(self.call))
        _lib.inshi_python_begin(self.call)


    def detach(self, context):
        """Ends it. What refers to it in a circle is cut, so that it goes at once."""
        _lib.inshi_context_set_interrupt(context.pointer, None, None)
        if len(self.generators) > 1:
            _lib.inshi_context_set_progress(context.pointer, None, None)
        self.call = self.generators = None


# ---- the call ---------------------------------------------------------------------------------------------------------

class Outcome:
    """What a call found out: the fields of inshi_info, history, warnings, peak_bytes, and failure: an exception that a
    signal or the callback raised, for the caller to raise once it has kept the result."""

    def __init__(self, context, failure):
        self.info = L.Info.from_buffer_copy(_lib.inshi_report_info(context.report).contents)
        self.failure = failure
        self.peak_bytes = _lib.inshi_context_peak_bytes(context.pointer)
        count = C.c_int64()
        rows = _lib.inshi_report_history(context.report, C.byref(count))
        self.rows = C.string_at(rows, count.value * HISTORY.itemsize) if count.value else b""
        self.warnings = []
        while (sentence := _lib.inshi_report_warning(context.report, len(self.warnings))) is not None:
            self.warnings.append(in_python(sentence.decode("utf-8", "replace")))

    @property
    def history(self):
        return np.frombuffer(bytearray(self.rows), HISTORY).view(np.recarray)

    def __getattr__(self, name):
        value = getattr(self.info, name)
        if name == "stop":
            return L.STOPS.get(value, "?")
        if name in ("solver", "init", "normalize", "isa"):
            return (value or b"").decode()
        return value


_MAIN = threading.main_thread


def checkpoint_of(path, every, resume):
    """The struct for a file to keep the state in; None where none is wanted."""
    if path is None:
        if resume:
            raise E.InputError("resume goes on from a checkpoint, and no checkpoint is given")
        return None
    return L.Checkpoint(size=C.sizeof(L.Checkpoint), path=os.fsencode(path), resume=bool(resume),
                        seconds=_number("checkpoint_every", L.REAL, every))


def run(function, x, w, h, options, threads, tell=None, checkpoint=None):
    """Calls inshi_fit or inshi_transform on views; returns the Outcome, or raises. The caller keeps the arrays."""
    context = borrow()
    failure = listener = None
    threads = threads_wanted(threads)
    context.check(_lib.inshi_context_set_threads(context.pointer, threads))
    _lib.inshi_context_restart_peak(context.pointer)
    if checkpoint:
        context.check(_lib.inshi_context_set_checkpoint(context.pointer, C.byref(checkpoint)))
    if tell or threading.current_thread() is _MAIN():
        listener = Listener(tell)
        listener.attach(context)
    status = L.INTERNAL
    try:
        status = function(context.pointer, x, w, h, options.kept[0], context.report)
    except BaseException as error:  # a signal that came in the last moment: the call itself raises nothing
        failure = error
        info = _lib.inshi_report_info(context.report).contents
        status = L.OK if info.stop else L.INTERRUPTED
    if checkpoint:
        _lib.inshi_context_set_checkpoint(context.pointer, None)
    if listener:
        listener.detach(context)
        failure = listener.failure or failure
    try:
        if status == L.INTERRUPTED or (status and failure):
            if failure is None or isinstance(failure, KeyboardInterrupt):
                raise E.Interrupted("interrupted before there was a first result") from failure
            raise failure
        context.check(status)
        return Outcome(context, failure)
    finally:
        give_back(context)


def call(function, *arguments, threads=None):
    """Calls a function of the library whose first argument is a context, the rest given; raises what goes wrong."""
    context = borrow()
    failure = listener = None
    context.check(_lib.inshi_context_set_threads(context.pointer, threads_wanted(threads)))
    if threading.current_thread() is _MAIN():
        listener = Listener(None)
        listener.attach(context)
    status = L.INTERRUPTED
    try:
        status = function(context.pointer, *arguments)
    except BaseException as error:  # a signal that came in the last moment: the call itself raises nothing
        failure = error
    if listener:
        listener.detach(context)
        failure = listener.failure or failure
    try:
        if isinstance(failure, KeyboardInterrupt):
            raise E.Interrupted() from failure
        if failure:
            raise failure
        context.check(status)
    finally:
        give_back(context)
