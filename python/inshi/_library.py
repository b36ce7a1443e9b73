"""The C library: its structs, enums and functions as ctypes sees them, and a check that it is the one they describe.

python/tests/test_declarations.py compares every declaration here with the headers in include/inshi.
"""
import ctypes as C
import os
import pathlib

from ._errors import LibraryError

VERSION = "0.1.0"  # of the headers these declarations are written from
PATH = os.environ.get("INSHI_LIBRARY") or pathlib.Path(__file__).with_name("libinshi_python.so")

OK, ARGUMENT, DATA, SHAPE, UNSUPPORTED, MEMORY, IO, NUMERIC, INTERRUPTED, INTERNAL = range(10)
STOPS = {1: "tolerance", 2: "iterations", 3: "time", 4: "interrupted"}
DENSE, CSR, CSC = range(3)
DTYPES = {"u1": 1, "u2": 2, "u4": 3, "u8": 4, "i1": 5, "i2": 6, "i4": 7, "i8": 8, "f2": 9, "f4": 10, "f8": 11, "b1": 12}
NAME, REAL, INTEGER, SEED, FLAG, LIST, MATRIX = range(1, 8)


class Matrix(C.Structure):
    """inshi_matrix: a view of numbers that somebody else owns; `held` keeps their memory open during a call."""
    held = None
    _fields_ = [("layout", C.c_int), ("dtype", C.c_int), ("rows", C.c_int64), ("columns", C.c_int64),
                ("data", C.c_void_p), ("row_stride", C.c_int64), ("column_stride", C.c_int64),
                ("nonzeros", C.c_int64), ("pointers", C.c_void_p), ("indices", C.c_void_p),
                ("pointer_bytes", C.c_int), ("index_bytes", C.c_int)]


class Info(C.Structure):
    """inshi_info: what a fit or transform found out."""
    _fields_ = [("stop", C.c_int), ("iterations", C.c_int64), ("objective", C.c_double), ("divergence", C.c_double),
                ("relative_error", C.c_double), ("kkt", C.c_double), ("kkt_worst", C.c_double),
                ("seconds", C.c_double), ("floor", C.c_double), ("lifted", C.c_int64), ("zero_entries", C.c_int64),
                ("restart", C.c_int64), ("revived", C.c_int64), ("solver", C.c_char_p), ("init", C.c_char_p),
                ("normalize", C.c_char_p), ("isa", C.c_char_p), ("threads", C.c_int64),
                ("resumed", C.c_int), ("resumed_iteration", C.c_int64), ("resumed_start", C.c_int64),
                ("checkpoint", C.c_int), ("observed", C.c_int64), ("packed", C.c_int),
                ("warm_iterations", C.c_int64), ("warm_in_float", C.c_int), ("warm_rank", C.c_int64)]


class Checkpoint(C.Structure):
    """inshi_checkpoint: where a fit keeps its state."""
    _fields_ = [("size", C.c_size_t), ("path", C.c_char_p), ("seconds", C.c_double), ("resume", C.c_int),
                ("wanted", C.c_void_p), ("user", C.c_void_p)]


class HistoryRow(C.Structure):
    """inshi_history_row"""
    _fields_ = [("iteration", C.c_int64), ("seconds", C.c_double), ("objective", C.c_double), ("kkt", C.c_double)]


class Progress(C.Structure):
    """inshi_progress"""
    _fields_ = [("iteration", C.c_int64), ("iterations", C.c_int64), ("restart", C.c_int64), ("restarts", C.c_int64),
                ("objective", C.c_double), ("kkt", C.c_double), ("seconds", C.c_double)]


class Option(C.Structure):
    """inshi_option: a row of the option table; which field holds an option is read from it, not written here again."""
    _fields_ = [("name", C.c_char_p), ("kind", C.c_int), ("offset", C.c_size_t), ("least", C.c_double),
                ("most", C.c_double), ("standard", C.c_char_p), ("choices", C.c_char_p), ("group", C.c_char_p),
                ("placeholder", C.c_char_p), ("help", C.c_char_p)]


class StftOptions(C.Structure):
    """inshi_stft_options: how sound is cut into frames."""
    _fields_ = [("size", C.c_size_t), ("length", C.c_int64), ("hop", C.c_int64), ("fft", C.c_int64),
                ("window", C.c_char_p)]


class BssOptions(C.Structure):
    """inshi_bss_options"""
    _fields_ = [("size", C.c_size_t), ("taps", C.c_int64), ("keep_order", C.c_int)]


class BssScore(C.Structure):
    """inshi_bss_score: how good an estimate of a source is."""
    _fields_ = [("estimate", C.c_int64), ("sdr", C.c_double), ("sir", C.c_double), ("sar", C.c_double),
                ("si_sdr", C.c_double)]


class Sound(C.Structure):
    """inshi_sound: a recording in memory."""
    _fields_ = [("samples", C.c_int64), ("channels", C.c_int64), ("rate", C.c_double), ("data", C.c_void_p),
                ("dtype", C.c_int), ("sample_stride", C.c_int64), ("channel_stride", C.c_int64), ("read", C.c_void_p),
                ("user", C.c_void_p)]


class SeparationOptions(C.Structure):
    """inshi_separation_options"""
    _fields_ = [("size", C.c_size_t), ("stft", StftOptions), ("fit", C.c_void_p), ("dtype", C.c_int),
                ("power", C.c_int), ("mask_power", C.c_double), ("residual", C.c_int), ("sparse", C.c_double),
                ("smooth", C.c_double), ("learn_seconds", C.c_double), ("block", C.c_int64)]


class SeparationInfo(C.Structure):
    """inshi_separation_info: what a separation found out."""
    _fields_ = [("bins", C.c_int64), ("frames", C.c_int64), ("power", C.c_int), ("remainder", C.c_double),
                ("level", C.c_double), ("seconds", C.c_double), ("length", C.c_int64), ("hop", C.c_int64),
                ("learn_seconds", C.c_double)]


ASK = C.CFUNCTYPE(C.c_int, C.c_void_p)
TELL = C.CFUNCTYPE(C.c_int, C.POINTER(Progress))


class Call(C.Structure):
    """inshi_python_call"""
    _fields_ = [("ask", ASK), ("tell", TELL), ("every", C.c_double), ("next", C.c_double), ("thread", C.c_uint64),
                ("stop", C.c_int)]


ALL_FUNCTIONS = {  # name: (result, arguments)
    "inshi_version": (C.c_char_p, []),
    "inshi_context_create": (C.c_int, [C.c_void_p, C.POINTER(C.c_void_p)]),
    "inshi_context_destroy": (None, [C.c_void_p]),
    "inshi_context_message": (C.c_char_p, [C.c_void_p]),
    "inshi_context_set_threads": (C.c_int, [C.c_void_p, C.c_int64]),
    "inshi_context_threads": (C.c_int64, [C.c_void_p]),
    "inshi_context_set_isa": (C.c_int, [C.c_void_p, C.c_char_p]),
    "inshi_context_isa": (C.c_char_p, [C.c_void_p]),
    "inshi_context_set_interrupt": (None, [C.c_void_p, C.c_void_p, C.c_void_p]),
    "inshi_context_set_progress": (None, [C.c_void_p, C.c_void_p, C.c_void_p]),
    "inshi_context_set_checkpoint": (C.c_int, [C.c_void_p, C.POINTER(Checkpoint)]),
    "inshi_context_peak_bytes": (C.c_int64, [C.c_void_p]),
    "inshi_context_restart_peak": (None, [C.c_void_p]),
    "inshi_context_hold": (None, [C.c_void_p, C.c_int64]),
    "inshi_options_default": (None, [C.c_void_p]),
    "inshi_options_set": (C.c_int, [C.c_void_p, C.c_void_p, C.c_char_p, C.c_char_p]),
    "inshi_options_check": (C.c_int, [C.c_void_p, C.c_void_p]),
    "inshi_option_count": (C.c_int, []),
    "inshi_option_at": (C.POINTER(Option), [C.c_int]),
    "inshi_solver_name": (C.c_char_p, [C.c_int]),
    "inshi_init_name": (C.c_char_p, [C.c_int]),
    "inshi_loss_name": (C.c_char_p, [C.c_int]),
    "inshi_report_create": (C.c_int, [C.c_void_p, C.POINTER(C.c_void_p)]),
    "inshi_report_destroy": (None, [C.c_void_p]),
    "inshi_report_info": (C.POINTER(Info), [C.c_void_p]),
    "inshi_report_history": (C.POINTER(HistoryRow), [C.c_void_p, C.POINTER(C.c_int64)]),
    "inshi_report_warning": (C.c_char_p, [C.c_void_p, C.c_int64]),
    "inshi_fit": (C.c_int, [C.c_void_p, Matrix, Matrix, Matrix, C.c_void_p, C.c_void_p]),
    "inshi_transform": (C.c_int, [C.c_void_p, Matrix, Matrix, Matrix, C.c_void_p, C.c_void_p]),
    "inshi_npy_write": (C.c_int, [C.c_void_p, C.c_char_p, Matrix]),
    "inshi_file_write": (C.c_int, [C.c_void_p, C.c_char_p, C.c_char_p, C.c_size_t]),
    "inshi_stft_shape": (C.c_int, [C.c_void_p, C.POINTER(StftOptions), C.c_int64, C.POINTER(C.c_int64),
                                   C.POINTER(C.c_int64)]),
    "inshi_stft": (C.c_int, [C.c_void_p, C.POINTER(StftOptions), C.c_void_p, C.c_int64, C.c_int, C.c_void_p]),
    "inshi_stft_inverse": (C.c_int, [C.c_void_p, C.POINTER(StftOptions), C.c_void_p, C.c_int64, C.c_int,
                                     C.c_void_p]),
    "inshi_bss_eval": (C.c_int, [C.c_void_p, Matrix, Matrix, C.POINTER(BssOptions), C.POINTER(BssScore)]),
    "inshi_separation_defaults": (None, [C.c_void_p]),
    "inshi_separation_create": (C.c_int, [C.c_void_p, C.c_void_p, C.POINTER(C.c_void_p)]),
    "inshi_separation_destroy": (None, [C.c_void_p]),
    "inshi_separation_train": (C.c_int, [C.c_void_p, C.c_char_p, C.c_void_p, C.c_int64]),
    "inshi_separation_add": (C.c_int, [C.c_void_p, C.c_char_p, C.c_int64]),
    "inshi_separation_load": (C.c_int, [C.c_void_p, C.c_char_p, C.c_char_p]),
    "inshi_separation_save": (C.c_int, [C.c_void_p, C.c_char_p]),
    "inshi_separation_learn": (C.c_int, [C.c_void_p, C.c_void_p, C.c_void_p]),
    "inshi_separation_group": (C.c_int, [C.c_void_p, C.c_int64]),
    "inshi_separation_assign": (C.c_int, [C.c_void_p, C.POINTER(C.c_int64), C.POINTER(C.c_void_p), C.c_int64]),
    "inshi_separation_collect": (C.c_int, [C.c_void_p, C.c_void_p, C.c_void_p, C.c_void_p]),
    "inshi_separation_inspect": (None, [C.c_void_p, C.c_void_p]),
    "inshi_separation_count": (C.c_int64, [C.c_void_p]),
    "inshi_separation_name": (C.c_char_p, [C.c_void_p, C.c_int64]),
    "inshi_separation_components": (C.POINTER(C.c_int64), [C.c_void_p, C.c_int64, C.POINTER(C.c_int64)]),
    "inshi_separation_basis": (Matrix, [C.c_void_p]),
    "inshi_python_begin": (None, [C.POINTER(Call)]),
    "inshi_python_interrupt": (C.c_int, [C.c_void_p]),
    "inshi_python_progress": (C.c_int, [C.c_void_p, C.POINTER(Progress)]),
}


def _open(path):
    try:
        library = C.CDLL(os.fspath(path))  # which lets go of the interpreter's lock during a call
    except OSError as error:
        raise LibraryError(f"inshi cannot load its library {path}: {error}. Install the package again: "
                           "pip install --force-reinstall inshi") from None
    for name, (result, arguments) in ALL_FUNCTIONS.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise LibraryError(f"the library {path} has no {name}: it is of another version than this package "
                               f"({VERSION}). Install the package again: pip install --force-reinstall inshi") from None
        function.restype, function.argtypes = result, arguments
    return library


def _check(library):
    """Refuses a library that these declarations do not describe."""
    version = library.inshi_version().decode()
    if version != VERSION:
        raise LibraryError(f"the library {PATH} is inshi {version}, and this package is {VERSION}. Install the package "
                           "again: pip install --force-reinstall inshi")
    block = C.create_string_buffer(8192)
    library.inshi_options_default(block)
    size = C.c_size_t.from_buffer(block).value
    rows = [library.inshi_option_at(i).contents for i in range(library.inshi_option_count())]
    if not 0 < size < len(block) or any(row.offset + 8 > size and row.kind not in (FLAG,) for row in rows):
        raise LibraryError(f"the library {PATH} has options of {size} bytes, which this package cannot fill. Install "
                           "the package again: pip install --force-reinstall inshi")
    options = {row.name.decode().replace("-", "_"): (row.kind, row.offset) for row in rows}
    read = {NAME: bytes.decode, REAL: float, INTEGER: int, SEED: int}
    defaults = {row.name.decode().replace("-", "_"): read[row.kind](row.standard) for row in rows
                if row.kind in read and not (row.kind == REAL and row.standard == b"auto")}
    return block.raw[:size], options, defaults


library = _open(PATH)
STANDARD, OPTIONS, DEFAULTS = _check(library)  # the default options as bytes; name: (kind, offset); name: default
CALLBACKS = {name: C.cast(getattr(library, name), C.c_void_p).value
             for name in ("inshi_python_interrupt", "inshi_python_progress")}


def names(function):
    """The texts that function(0), function(1), ... give, up to the first NULL."""
    found, index = [], 0
    while (text := function(index)) is not None:
        found.append(text.decode())
        index += 1
    return found
