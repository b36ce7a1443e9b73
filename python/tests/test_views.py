"""No copy of X for any layout: the address that the library is given is that of the array, and memory shows it."""
import mmap
import subprocess
import sys

import numpy as np
import pytest

import inshi
from inshi import _views as V

ORDERS = {"C": lambda x: np.ascontiguousarray(x), "F": lambda x: np.asfortranarray(x),
          "slice": lambda x: np.repeat(np.repeat(x, 2, 0), 3, 1)[::2, ::3],
          "backwards": lambda x: np.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1],
          "transpose": lambda x: np.ascontiguousarray(x.T).T}
TYPES = ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8", "b1"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dtype", TYPES)
def test_arrays_are_read_where_they_lie(order, dtype):
    base = (np.arange(60).reshape(6, 10) % 7).astype(dtype)
    x = ORDERS[order](base)
    view, kept = V.view(x)
    assert kept is x and view.data == x.__array_interface__["data"][0]
    plain = inshi.fit(base, 2, iterations=5, dtype="f64")
    other = inshi.fit(x, 2, iterations=5, dtype="f64")
    assert (plain.W == other.W).all() and (plain.H == other.H).all()


def test_read_only_arrays_memmaps_and_subclasses(tmp_path, planted):
    want = inshi.fit(planted, 3).W
    planted.flags.writeable = False
    assert (inshi.fit(planted, 3).W == want).all()
    np.save(tmp_path / "x.npy", planted)
    for mode in ("r", "c", "r+"):
        mapped = np.load(tmp_path / "x.npy", mmap_mode=mode)
        assert V.view(mapped)[0].data == mapped.__array_interface__["data"][0]
        assert (inshi.fit(mapped, 3).W == want).all()


@pytest.mark.parametrize("make", [
    lambda x: x.tolist(), lambda x: x.astype(object), lambda x: x.astype(">f8"), lambda x: x.astype(np.longdouble),
    lambda x: np.ma.array(x), lambda x: np.array([tuple(r) for r in x], [("", "f8")] * x.shape[1]).view(
        ("f8", x.shape[1])).reshape(x.shape), lambda x: type("Like", (), {"__array__": lambda s, *a, **k: x})()],
    ids=["list", "object", "big-endian", "longdouble", "masked", "structured", "array-like"])
def test_the_rest_is_copied_and_gives_the_same(planted, make):
    assert (inshi.fit(make(planted), 3).W == inshi.fit(planted, 3).W).all()


def test_odd_strides_are_copied(planted):
    rows = np.zeros(len(planted), [("flag", "u1"), ("x", "f8", planted.shape[1])])
    rows["x"] = planted
    assert rows["x"].strides[0] % 8
    assert (inshi.fit(rows["x"], 3).W == inshi.fit(planted, 3).W).all()


def test_frames(planted):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(planted)
    assert (inshi.fit(frame, 3).W == inshi.fit(planted, 3).W).all()
    model = inshi.NMF(3, random_state=0).fit(frame.set_axis([f"f{i}" for i in range(60)], axis=1))
    assert list(model.feature_names_in_[:2]) == ["f0", "f1"]


def test_buffers_cannot_be_closed_during_a_call(planted):
    """The array keeps its memory: closing under it is refused by Python, before, during and after."""
    area = mmap.mmap(-1, planted.nbytes)
    x = np.frombuffer(area, "f8").reshape(planted.shape)
    x[:] = planted

    def close(*_):
        with pytest.raises(BufferError):
            area.close()
    inshi.fit(x, 3, callback=close, iterations=3)
    kept = [planted.copy()]
    inshi.fit(kept[0], 3, iterations=3, callback=lambda *_: kept.clear())


@pytest.mark.parametrize("part", ["X", "view", "mask", "weights", "data", "indices"])
def test_arrays_are_not_moved_during_a_call(part):
    """resize(refcheck=False) lets go of the memory though it is referred to; NumPy refuses it where we say that we read."""
    sparse = pytest.importorskip("scipy.sparse")
    arrays = {"X": np.random.default_rng(0).random((40, 60)), "mask": np.ones((40, 60), "u1"), "weights": np.ones((40, 60))}
    csr = sparse.csr_array(np.eye(40, 60))
    arrays.update(data=csr.data, indices=csr.indices)
    read = {"X": lambda f: inshi.fit(arrays["X"], 3, iterations=2, callback=f),
            "view": lambda f: inshi.NMF(3, max_iter=2).fit(arrays["X"][:, ::2], callback=f),
            "mask": lambda f: inshi.fit(arrays["X"], 3, mask=arrays["mask"], iterations=2, callback=f),
            "weights": lambda f: inshi.fit(arrays["X"], 3, weights=arrays["weights"], iterations=2, callback=f),
            "data": lambda f: inshi.fit(csr, 3, iterations=2, callback=f),
            "indices": lambda f: inshi.fit(csr, 3, iterations=2, callback=f)}[part]
    array = arrays["X" if part == "view" else part]
    with pytest.raises(ValueError, match="cannot resize"):
        read(lambda *_: array.resize((2, 2) if array.ndim == 2 else 3, refcheck=False))


@pytest.mark.parametrize("kind", ["memmap", "shared"])
def test_memory_that_can_be_closed_under_an_array(planted, tmp_path, kind):
    """NumPy lets go of such a buffer though the array still points into it: reading it would end the process."""
    from multiprocessing import shared_memory
    if kind == "memmap":
        np.save(tmp_path / "x.npy", planted)
        x = np.load(tmp_path / "x.npy", mmap_mode="r")
        close = x._mmap.close
    else:
        area = shared_memory.SharedMemory(create=True, size=planted.nbytes)
        x = np.ndarray(planted.shape, "f8", buffer=area.buf)
        x[:] = planted
        close = area.close
    tried = []

    def callback(*_):
        try:
            close()
        except BufferError as error:
            tried.append(error)
    model = inshi.fit(x[:, ::2], 3, callback=callback, iterations=3)
    assert len(tried) == 4
    estimator = inshi.NMF(3, random_state=0).fit(x)
    close()  # nobody holds it any more, although the model is there
    assert model.summary["input"]["rows"] == 40
    for use in (lambda: inshi.fit(x, 3), lambda: model.transform(x), lambda: estimator.fit(x),
                lambda: estimator.transform(x)):
        with pytest.raises(ValueError, match="has been closed"):
            use()
    if kind == "shared":
        area.unlink()


MEMORY = """
import resource, sys, numpy as np, inshi, warnings
warnings.simplefilter("ignore")
kind, dtype = sys.argv[1:]
x = np.ones((2000, 2000), dtype, order="F" if kind == "fortran" else "C")
if kind == "slice":
    x = x[::2]
x[0, 0] = 2
inshi.NMF(2, max_iter=1).fit(np.ones((9, 9)))  # what it imports is not what is measured
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
if kind == "estimator":
    inshi.NMF(2, max_iter=1, random_state=0).fit(x)
else:
    inshi.fit(x, 2, iterations=1, tolerance=0, dtype="f32")
print(x.nbytes, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


@pytest.mark.parametrize("kind, dtype", [("c", "f8"), ("fortran", "f8"), ("slice", "f8"), ("c", "i8"),
                                         ("estimator", "f8"), ("estimator", "i8")])
def test_memory_shows_no_copy(kind, dtype):
    """The library packs X once, in the type of the arithmetic; a copy of X would add its size to that."""
    done = subprocess.run([sys.executable, "-c", MEMORY, kind, dtype], capture_output=True, text=True, check=True)
    size, grown = map(int, done.stdout.split())
    packed = size if kind == "estimator" else size / 2
    assert grown < packed + 0.5 * size, (grown / size, packed / size)
