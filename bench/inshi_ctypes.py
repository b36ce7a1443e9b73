"""libinshi through ctypes, as much of it as the benchmarks need. The library is build/release/libinshi.so."""
import ctypes as C
import pathlib
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "build" / "release" / "libinshi.so"
DTYPES = {"u1": 1, "u2": 2, "u4": 3, "u8": 4, "i1": 5, "i2": 6, "i4": 7, "i8": 8, "f2": 9, "f4": 10, "f8": 11, "b1": 12}


class Matrix(C.Structure):
    _fields_ = [("layout", C.c_int), ("dtype", C.c_int), ("rows", C.c_int64), ("columns", C.c_int64),
                ("data", C.c_void_p), ("row_stride", C.c_int64), ("column_stride", C.c_int64),
                ("nonzeros", C.c_int64), ("pointers", C.c_void_p), ("indices", C.c_void_p),
                ("pointer_bytes", C.c_int), ("index_bytes", C.c_int)]


class HistoryRow(C.Structure):
    _fields_ = [("iteration", C.c_int64), ("seconds", C.c_double), ("objective", C.c_double), ("kkt", C.c_double)]


class Row(C.Structure):
    """One row of the option table; which field holds an option is read from it, not written here again."""
    _fields_ = [("name", C.c_char_p), ("kind", C.c_int), ("offset", C.c_size_t), ("least", C.c_double),
                ("most", C.c_double), ("standard", C.c_char_p), ("choices", C.c_char_p), ("group", C.c_char_p),
                ("placeholder", C.c_char_p), ("help", C.c_char_p)]


class InfoHead(C.Structure):
    """The first fields of inshi_info."""
    _fields_ = [("stop", C.c_int), ("iterations", C.c_int64), ("objective", C.c_double), ("divergence", C.c_double),
                ("relative_error", C.c_double), ("kkt", C.c_double), ("kkt_worst", C.c_double), ("seconds", C.c_double)]


class Progress(C.Structure):
    _fields_ = [("iteration", C.c_int64), ("iterations", C.c_int64), ("restart", C.c_int64), ("restarts", C.c_int64),
                ("objective", C.c_double), ("kkt", C.c_double), ("seconds", C.c_double)]


PROGRESS = C.CFUNCTYPE(C.c_int, C.c_void_p, C.POINTER(Progress))


class Fit:
    """What a fit gave: w, h, objective, relative_error, iterations, history (iteration, seconds, objective, kkt),
    and the seconds of the call: wall, of its thread, of the process."""

    def __init__(self, **values):
        self.__dict__.update(values)


def view(array):
    if hasattr(array, "indptr"):  # scipy's CSR and CSC
        return Matrix(1 if array.format == "csr" else 2, DTYPES[array.dtype.str[1:]], *array.shape, array.data.ctypes.data,
                      0, 0, array.nnz, array.indptr.ctypes.data, array.indices.ctypes.data, array.indptr.itemsize,
                      array.indices.itemsize)
    size = array.dtype.itemsize
    return Matrix(0, DTYPES[array.dtype.str[1:]], *array.shape, array.ctypes.data,
                  *(stride // size for stride in array.strides), 0, None, None, 0, 0)


class Inshi:
    def __init__(self, threads=1, path=LIBRARY):
        self.lib = lib = C.CDLL(str(path))
        lib.inshi_context_message.restype = C.c_char_p
        lib.inshi_version.restype = C.c_char_p
        lib.inshi_context_isa.restype = C.c_char_p
        lib.inshi_report_info.restype = C.POINTER(InfoHead)
        lib.inshi_report_history.restype = C.POINTER(HistoryRow)
        lib.inshi_option_at.restype = C.POINTER(Row)
        lib.inshi_fit.argtypes = [C.c_void_p, Matrix, Matrix, Matrix, C.c_void_p, C.c_void_p]
        self.context, self.report = C.c_void_p(), C.c_void_p()
        lib.inshi_context_create(None, C.byref(self.context))
        lib.inshi_context_set_threads(self.context, C.c_int64(threads))
        lib.inshi_report_create(self.context, C.byref(self.report))
        self.rows = {}
        for index in range(lib.inshi_option_count()):
            row = lib.inshi_option_at(index).contents
            self.rows[row.name.decode()] = row.kind, row.offset

    def version(self):
        return self.lib.inshi_version().decode()

    def isa(self):
        return self.lib.inshi_context_isa(self.context).decode()

    def check(self, status):
        if status:
            raise RuntimeError(self.lib.inshi_context_message(self.context).decode())

    def options(self, given):
        block = C.create_string_buffer(4096)  # larger than inshi_options, whose size is its first field
        self.lib.inshi_options_default(block)
        for name, value in given.items():
            name = name.replace("_", "-")
            kind, offset = self.rows[name]
            if kind == 5:  # a flag, which no text sets
                C.c_int.from_buffer(block, offset).value = value
                continue
            text = str(value).encode()
            self.texts.append(text)
            self.check(self.lib.inshi_options_set(self.context, block, name.encode(), text))
        return block

    def fit(self, x, k=None, w=None, h=None, dtype="f8", stop_at=None, **options):
        """Fits from w and h where they are given, until the objective is at or below stop_at. Options are those of the
        command, with _ for -."""
        self.texts = []
        reached = PROGRESS() if stop_at is None else PROGRESS(
            lambda user, told: int(told.contents.objective <= float(stop_at)))
        self.lib.inshi_context_set_progress(self.context, reached, None)
        given_w, given_h = w is not None, h is not None
        k = k or w.shape[1]
        w = np.array(w, dtype) if given_w else np.zeros((x.shape[0], k), dtype)
        h = np.array(h, dtype) if given_h else np.zeros((k, x.shape[1]), dtype)
        block = self.options(dict(given_w=int(given_w), given_h=int(given_h), **options))
        wall, thread, process = time.perf_counter(), time.thread_time(), time.process_time()
        status = self.lib.inshi_fit(self.context, view(x), view(w), view(h), block, self.report)
        wall, thread, process = time.perf_counter() - wall, time.thread_time() - thread, time.process_time() - process
        self.check(status)
        return Fit(w=w, h=h, wall=wall, thread=thread, process=process, **self.told())

    def told(self):
        info, count = self.lib.inshi_report_info(self.report).contents, C.c_int64()
        rows = self.lib.inshi_report_history(self.report, C.byref(count))
        history = np.array([(r.iteration, r.seconds, r.objective, r.kkt) for r in rows[:count.value]])
        return dict(history=history, **{name: getattr(info, name) for name, _ in InfoHead._fields_})
