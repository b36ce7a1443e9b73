"""Ctrl-C, callbacks, threads, fork and spawn; what a call costs beyond the C call; what the import costs."""
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import inshi
from inshi import _call, _library as L, _views as V


TIMES = 100  # of what must never hang or crash


def big():
    return np.random.default_rng(0).random((1200, 1200))


def test_the_callback_hears_every_iteration_and_may_stop(planted):
    heard = []
    model = inshi.fit(planted, 3, tolerance=0, iterations=50, callback=lambda *told: heard.append(told) or len(heard) == 8)
    assert model.stop == "interrupted" and model.iterations == 7
    assert [told[0] for told in heard] == list(range(8))
    assert [told[1] for told in heard] == list(model.history.objective)
    assert all(a[3] <= b[3] for a, b in zip(heard, heard[1:]))


def test_what_the_callback_raises_is_raised(planted):
    def fail(*_):
        raise KeyError("mine")
    with pytest.raises(KeyError, match="mine"):
        inshi.fit(planted, 3, callback=fail)
    with pytest.raises(StopIteration):
        inshi.fit(planted, 3, callback=lambda *_: next(iter(())))


def test_a_callback_may_fit(planted):
    inner = []
    inshi.fit(planted, 3, iterations=2, callback=lambda *_: inner.append(inshi.fit(planted, 2, iterations=3)) and False)
    assert (inner[0].W == inshi.fit(planted, 2, iterations=3).W).all()


def test_verbose_says_where_it_stands(planted, capfd):
    inshi.fit(planted, 3, iterations=5, tolerance=0, verbose=True)
    assert "iteration 5 of 5" in capfd.readouterr().out


def interrupt_after(seconds, sent, begun=None):
    """Ctrl-C so long from now or from the event, which a busy machine delays."""
    def send():
        if begun:
            begun.wait()
        time.sleep(seconds)
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=send, daemon=True).start()


@pytest.mark.parametrize("loss", ["eu", "kl"])
def test_ctrl_c_stops_soon_and_keeps_the_model(loss):
    X, sent, begun = big(), [], threading.Event()
    interrupt_after(0.5, sent, begun)
    with pytest.raises(KeyboardInterrupt) as caught:
        inshi.fit(X, 40, loss=loss, tolerance=0, iterations=100000, solver="mu", callback=lambda i, *_: i and begun.set())
    late = time.perf_counter() - sent[0]
    model = caught.value.result
    assert model.stop == "interrupted" and model.iterations > 0 and np.isfinite(model.objective)
    assert np.isfinite(model.W).all() and model.W.sum() > 0
    # the last look at the objective (one pass over X) comes after the stop
    per_iteration = model.summary["seconds"] / model.iterations
    assert late < 0.1 + 3 * per_iteration + 0.2, (late, per_iteration)


def test_ctrl_c_leaves_the_estimator_fitted():
    X, sent = big(), []
    model = inshi.NMF(20, tol=0, max_iter=100000, random_state=0)
    interrupt_after(0.6, sent)
    with pytest.raises(inshi.Interrupted) as caught:
        model.fit(X)
    assert caught.value.result is model and model.components_.sum() > 0 and model.summary_["stop"] == "interrupted"
    assert model.transform(X[:3]).shape == (3, 20)


def test_other_signals_run_their_handlers_in_time():
    """A handler that raises (as time limits of test runners do) ends the fit, and its exception is what comes out."""
    def handler(*_):
        raise TimeoutError("enough")
    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        begun = time.perf_counter()
        with pytest.raises(TimeoutError, match="enough"):
            inshi.fit(big(), 30, tolerance=0, iterations=100000)
        assert time.perf_counter() - begun < 5
    finally:
        signal.signal(signal.SIGALRM, before)


def fit_one(seed):
    X = np.random.default_rng(7).random((200, 300))
    return inshi.fit(X, 5, seed=seed, iterations=20).objective


def together(count=8):
    """The same fits in so many threads at once."""
    found = [None] * count

    def work(i):
        found[i] = fit_one(i)
    workers = [threading.Thread(target=work, args=(i,)) for i in range(count)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    return found


def test_threads_fit_at_once():
    assert together() == [fit_one(i) for i in range(8)]


def test_the_interpreter_goes_on_during_a_call():
    ticks = []
    stop = threading.Event()

    def tick():
        while not stop.wait(0.005):
            ticks.append(time.perf_counter())
    worker = threading.Thread(target=tick)
    worker.start()
    begun = time.perf_counter()
    inshi.fit(big(), 40, tolerance=0, iterations=20)
    during = time.perf_counter() - begun
    stop.set()
    worker.join()
    assert len(ticks) > 0.1 * during / 0.005


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes(method):
    want = [fit_one(0), fit_one(1)]
    together(3)  # contexts and threads are there before the fork
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map_async(fit_one, [0, 1]).get(timeout=120) == want


def test_joblib():
    joblib = pytest.importorskip("joblib")
    want = [fit_one(i) for i in range(4)]
    for backend in ("loky", "threading", "multiprocessing"):
        assert joblib.Parallel(2, backend=backend)(joblib.delayed(fit_one)(i) for i in range(4)) == want


@pytest.mark.long
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_100_times(method):
    want = fit_one(0)
    context = multiprocessing.get_context(method)
    for _ in range(TIMES):
        with context.Pool(2) as pool:
            assert pool.map_async(fit_one, [0, 0, 0]).get(timeout=120) == [want] * 3


@pytest.mark.long
@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing"])
def test_joblib_100_times(backend):
    joblib = pytest.importorskip("joblib")
    want = together(2)  # contexts and threads are there before the fork
    for _ in range(TIMES):
        assert joblib.Parallel(2, backend=backend)(joblib.delayed(fit_one)(i) for i in range(2)) == want


@pytest.mark.long
def test_threads_and_forks_100_times():
    want = [fit_one(i) for i in range(4)]
    for _ in range(TIMES):
        assert together(4) == want
        child = os.fork()
        if child == 0:
            os._exit(0 if fit_one(0) == want[0] else 1)
        assert os.waitpid(child, 0)[1] == 0


@pytest.mark.long
def test_fork_while_others_fit_100_times():
    want = fit_one(0)
    stop = threading.Event()

    def work():
        while not stop.is_set():
            fit_one(1)
    workers = [threading.Thread(target=work) for _ in range(2)]
    for w in workers:
        w.start()
    try:
        for _ in range(TIMES):
            child = os.fork()
            if child == 0:
                os._exit(0 if fit_one(0) == want else 1)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        stop.set()
        for w in workers:
            w.join()


@pytest.mark.long
@pytest.mark.parametrize("order", ["import inshi, sklearn.decomposition", "import sklearn.decomposition, inshi"])
def test_import_beside_scikit_learn_100_times(order):
    code = order + """, numpy as np
X = np.random.default_rng(0).random((60, 40))
inshi.NMF(3, random_state=0).fit(X); sklearn.decomposition.NMF(3, random_state=0, tol=1e-2).fit(X)
inshi.NMF(3, random_state=0).fit(X)
"""
    for _ in range(TIMES):
        subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=120)


@pytest.mark.long
def test_ctrl_c_100_times_at_any_moment(planted):
    """Wherever it comes, the fit ends with a KeyboardInterrupt or not at all, and the next one is as ever."""
    want = inshi.fit(planted, 3, iterations=200, tolerance=0).objective
    for i in range(TIMES):
        timer = threading.Timer(0.002 * (i % 25) / 25 + 0.0005, os.kill, (os.getpid(), signal.SIGINT))
        try:
            timer.start()
            for _ in range(1000):
                inshi.fit(planted, 3, iterations=200, tolerance=0)
            assert False, "no interrupt came"
        except KeyboardInterrupt:
            pass
        timer.join()
        assert inshi.fit(planted, 3, iterations=200, tolerance=0).objective == want


def test_overhead():
    """200 x 100, k = 5, one iteration: at most 100 microseconds beyond the C call. In turns, in time of the thread; the
    quietest of each counts, for the machine may be shared: where it is busy, more turns are taken before it is believed."""
    X = np.random.default_rng(0).random((200, 100))
    context = _call.borrow()
    L.library.inshi_context_set_threads(context.pointer, 1)
    w, h = np.zeros((200, 5)), np.zeros((5, 100))
    views, options = [V.dense(a) for a in (X, w, h)], _call.Options(iterations=1, tolerance=0)

    def bare():
        L.library.inshi_fit(context.pointer, *views, options.kept[0], context.report)

    def whole():
        inshi.fit(X, 5, iterations=1, tolerance=0, threads=1)
    least = {bare: 1.0, whole: 1.0}
    for turn in range(30000):
        if turn >= 3000 and turn % 1000 == 0 and least[whole] - least[bare] < 100e-6:
            break
        for function in least:
            begun = time.thread_time()
            function()
            least[function] = min(least[function], time.thread_time() - begun)
    _call.give_back(context)
    assert least[whole] - least[bare] < 100e-6, least


def test_import_is_quick():
    """At most 150 ms more than NumPy alone, in time of the processor, for the machine may be shared."""
    def seconds(code):
        best = []
        for _ in range(5):
            begun = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code], check=True)
            ended = resource.getrusage(resource.RUSAGE_CHILDREN)
            best.append(ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime)
        return min(best)
    assert seconds("import numpy, inshi") - seconds("import numpy") < 0.15
    done = subprocess.run([sys.executable, "-c", "import sys, inshi; print([m for m in ('sklearn', 'scipy', 'matplotlib') "
                           "if m in sys.modules])"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
