"""The package inshi as the benchmarks use it: python/ with build/release/libinshi_python.so, and the seconds of the C call
alone, which its own functions do not tell."""
import os
import pathlib
import sys
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "build" / "release" / "libinshi_python.so"
# The package reads it when it is imported, here and in programs that are started from here.
os.environ["INSHI_LIBRARY"] = str(LIBRARY)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT / "python"), os.environ.get("PYTHONPATH"))))
sys.path.insert(0, str(ROOT / "python"))


class Fit:
    """What a fit gave: w, h, objective, relative_error, iterations, history (iteration, seconds, objective, kkt),
    and the seconds of the call: wall, of its thread, of the process."""

    def __init__(self, w, h, clock, outcome):
        self.w, self.h, self.wall, self.thread, self.process = w, h, clock.wall, clock.thread, clock.process
        self.history = np.array(outcome.history.tolist())
        for name in ("objective", "divergence", "relative_error", "iterations", "kkt", "seconds"):
            setattr(self, name, getattr(outcome, name))


class Clock:
    """A function of the library, and how long its last call took."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *arguments):
        wall, thread, process = time.perf_counter(), time.thread_time(), time.process_time()
        status = self.function(*arguments)
        self.wall, self.thread = time.perf_counter() - wall, time.thread_time() - thread
        self.process = time.process_time() - process
        return status


class Inshi:
    def __init__(self, threads=1):
        from inshi import _call, _library, _views  # here, for bench/run.py builds the library first
        self.call, self.library, self.views, self.threads = _call, _library, _views, threads

    def version(self):
        return self.library.VERSION

    def isa(self):
        context = self.call.borrow()
        name = self.library.library.inshi_context_isa(context.pointer).decode()
        self.call.give_back(context)
        return name

    def fit(self, x, k=None, w=None, h=None, dtype="f8", stop_at=None, **options):
        """Fits from w and h where they are given, until the objective is at or below stop_at. Options are those of the
        command, with _ for -."""
        views, k = self.views, k or w.shape[1]
        view, kept = views.view(x)
        given_w, given_h = int(w is not None), int(h is not None)
        w = views.factor(w, (x.shape[0], k), np.dtype(dtype), "w")
        h = views.factor(h, (k, x.shape[1]), np.dtype(dtype), "h")
        tell = None if stop_at is None else lambda told: told.objective <= stop_at
        clock = Clock(self.library.library.inshi_fit)
        outcome = self.call.run(clock, view, views.dense(w), views.dense(h),
                                self.call.Options(given_w=given_w, given_h=given_h, **options), self.threads, tell)
        if outcome.failure:
            raise outcome.failure
        return Fit(w, h, clock, outcome)
