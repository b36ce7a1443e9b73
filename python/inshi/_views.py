"""NumPy arrays and sparse matrices as the library sees them: views, without a copy wherever there can be one."""
import sys
import weakref

import numpy as np

from . import _library as L
from ._errors import InputError, OutOfMemory

_SPARSE = {"csr": L.CSR, "csc": L.CSC}


def is_sparse(x):
    """True for matrices and arrays of scipy.sparse; does not import it."""
    sparse = sys.modules.get("scipy.sparse")
    return sparse is not None and sparse.issparse(x)


def take(rows, columns, dtype):
    """An array of zeros in C order."""
    try:
        return np.zeros((rows, columns), dtype)
    except (MemoryError, ValueError) as error:
        raise OutOfMemory(f"not enough memory for a factor of {rows} x {columns}: {error}; "
                          "a smaller k takes less") from None


def _from_objects(x, name):
    """Numbers out of an array of Python objects, where they are numbers; None and NA become NaN."""
    if any(isinstance(v, (str, bytes)) for v in x.flat):
        raise InputError(f"{name} holds text, and NMF needs numbers")
    try:
        return np.array([[np.nan if v is None or type(v).__name__ == "NAType" else v for v in row] for row in x],
                        np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} holds objects that are no numbers: {error}") from None


def _array(x, name):
    """x as an array of two dimensions and a type that the library reads."""
    if type(x) is not np.ndarray:
        if isinstance(x, np.ma.MaskedArray):
            x = x if x.mask is np.ma.nomask else x.astype(np.float64).filled(np.nan)
        try:
            x = np.asarray(x)
        except ValueError as error:  # rows of unequal length
            raise InputError(f"{name} is no matrix: {error}") from None
    if x.ndim != 2:
        raise InputError(f"{name} has {x.ndim} dimension{'s' * (x.ndim != 1)}, and must have 2: rows and columns. "
                         "A single column is x.reshape(-1, 1), a single row x.reshape(1, -1)")
    kind = x.dtype.kind
    if kind in "US":
        raise InputError(f"{name} holds text, and NMF needs numbers")
    if kind == "O":
        return _from_objects(x, name)
    if kind == "c":
        raise InputError(f"{name} is complex, and NMF needs real numbers >= 0; perhaps abs({name})?")
    if kind not in "uifb":
        raise InputError(f"{name} has the type {x.dtype}, and NMF needs numbers")
    return x


def _readable(x):
    """x itself, or a copy where the library cannot read it: foreign byte order, long double, strides between elements."""
    dtype = x.dtype
    if dtype.itemsize > 8:
        return x.astype(np.float64)
    if not dtype.isnative:
        return x.astype(dtype.newbyteorder("="))
    size = dtype.itemsize
    if x.strides[0] % size or x.strides[1] % size or not x.flags.aligned:
        return x.copy()
    return x


def hold(x, name="X"):
    """Something that keeps the memory of x where it is as long as it lives: a map or shared memory cannot be closed under
    it, and NumPy does not resize an array that somebody refers to weakly, with refcheck=False either. Refuses an array
    whose memory is closed already, which nobody could read."""
    base, owner = x, None
    while isinstance(base, np.ndarray):
        base, owner = base.base, base
    if base is None:
        return None if owner is None else weakref.ref(owner)
    try:
        return memoryview(base)
    except TypeError:  # no buffer: it is kept by the array itself
        return None
    except ValueError:
        raise InputError(f"{name} lies in a memory map or shared memory that has been closed") from None


def release(*views):
    """Lets go of the memory of views."""
    for v in views:
        if isinstance(v, L.Matrix):
            v.held = None


_NUMBERS = {np.dtype(name if name != "b1" else "?"): number for name, number in L.DTYPES.items()}


def dense(x):
    """The view of an array that _readable() gave, or that take() gave. The caller keeps the array."""
    size = x.itemsize
    rows, columns = x.shape
    s, t = x.strides
    data = x.__array_interface__["data"][0]  # x.ctypes.data takes 4 microseconds
    return L.Matrix(L.DENSE, _NUMBERS[x.dtype], rows, columns, data, s // size, t // size)


def _check_pointers(x, name):
    """Refuses pointers that lead outside of the indices, which SciPy itself would follow."""
    pointers, indices, values = x.indptr, x.indices, x.data
    lines = x.shape[0] if x.format == "csr" else x.shape[1]
    for what, array in (("indptr", pointers), ("indices", indices), ("data", values)):
        if array.ndim != 1 or (array is not values and array.dtype.kind not in "iu"):
            raise InputError(f"{name} is a broken sparse matrix: its {what} has {array.ndim} dimensions and the type "
                             f"{array.dtype}, and must be a vector" + " of whole numbers" * (array is not values))
    if len(pointers) != lines + 1 or pointers[0] != 0 or (pointers[1:] < pointers[:-1]).any() or \
            pointers[-1] > min(len(indices), len(values)):
        raise InputError(f"{name} is a broken sparse matrix: its indptr must have {lines + 1} numbers that begin at 0, never "
                         f"fall, and end at no more than the {min(len(indices), len(values))} entries that are there")


def _whole(x):
    """Pointers or indices as the library reads them: signed, of 4 or 8 bytes, in the machine's order, in one piece."""
    readable = x.dtype.kind == "i" and x.itemsize >= 4 and x.dtype.isnative
    return np.ascontiguousarray(x if readable else x.astype(np.int64))


def _sparse(x, name):
    """The view of a sparse matrix, and what holds its numbers."""
    if x.ndim != 2:
        raise InputError(f"{name} has {x.ndim} dimension, and must have 2: rows and columns")
    if x.dtype.kind not in "uifb":
        raise InputError(f"{name} has the type {x.dtype}, and NMF needs real numbers >= 0")
    if x.format not in _SPARSE:
        x = x.tocsr()
    _check_pointers(x, name)
    if not x.has_canonical_format:
        x = x.copy()
        x.sum_duplicates()
    held = [hold(a, name) for a in (x.data, x.indptr, x.indices)]
    values = x.data
    if values.dtype.itemsize > 8 or not values.dtype.isnative or not values.flags.c_contiguous:
        values = values.astype(np.float64 if values.dtype.itemsize > 8 else values.dtype.newbyteorder("="))
    pointers, indices = _whole(x.indptr), _whole(x.indices)
    address = [a.__array_interface__["data"][0] for a in (values, pointers, indices)]
    count = int(pointers[-1]) if len(pointers) else 0
    view = L.Matrix(_SPARSE[x.format], L.DTYPES[values.dtype.str[1:]], *x.shape, address[0], 0, 0, count,
                    address[1], address[2], pointers.itemsize, indices.itemsize)
    view.held = held
    return view, (values, pointers, indices)


def view(x, name="X"):
    """The view of a matrix that somebody gave, and what must live as long as the view."""
    if is_sparse(x):
        return _sparse(x, name)
    x = _array(x, name)
    held = hold(x, name)
    kept = _readable(x)
    found = dense(kept)
    found.held = held
    return found, kept


def vector(x, count, name, word):
    """The view of numbers, one for each row or column of X, and what must live as long."""
    x = np.asarray(x)
    if x.size != count or x.ndim > 2 or (x.ndim == 2 and 1 not in x.shape):
        raise InputError(f"{name} has the shape {x.shape}, and must have one number for each of the {count} {word} of X")
    return view(x.reshape(-1, 1), name)


def transpose(m):
    """The transposed view."""
    layout = {L.DENSE: L.DENSE, L.CSR: L.CSC, L.CSC: L.CSR}[m.layout]
    found = L.Matrix(layout, m.dtype, m.columns, m.rows, m.data, m.column_stride, m.row_stride, m.nonzeros,
                     m.pointers, m.indices, m.pointer_bytes, m.index_bytes)
    found.held = m.held
    return found


def factor(given, shape, dtype, name):
    """A factor to be written to: zeros, or a copy of what was given."""
    if given is None:
        return take(*shape, dtype)
    given = _array(given, name)
    if given.shape != shape:
        raise InputError(f"{name} is {given.shape[0]} x {given.shape[1]}, and must be {shape[0]} x {shape[1]}")
    return np.array(given, dtype, order="C")
