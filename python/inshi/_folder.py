"""The folder that `inshi fit` writes: W.npy, H.npy, history.csv, summary.json. Read and written here without pickle."""
import csv
import json
import math
import os

import numpy as np

from . import _errors as E
from . import _library as L
from . import _views as V
from ._call import HISTORY, borrow, give_back


def _write(path, name, function, *arguments):
    """One file, whole or not at all."""
    context = borrow()
    try:
        context.check(function(context.pointer, os.fsencode(os.path.join(path, name)), *arguments))
    finally:
        give_back(context)


def _bytes_of_history(history):
    lines = ["iteration,seconds,objective,kkt"]
    for iteration, seconds, objective, kkt in history.tolist():
        lines.append(f"{iteration},{seconds:.9g},{objective:.17g},{'' if math.isnan(kkt) else f'{kkt:.17g}'}")
    return ("\n".join(lines) + "\n").encode()


def _plain(value):
    """JSON knows no NaN and no infinity: null. NumPy's scalars become Python's."""
    if isinstance(value, dict):
        return {str(key): _plain(v) for key, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write(path, summary, history, force, **factors):
    """Makes the folder and writes what there is of it."""
    path = os.fsdecode(path)
    try:
        os.makedirs(path, exist_ok=force)
    except FileExistsError:
        why = "it exists; force=True writes into it" if os.path.isdir(path) else "it is a file"
        raise E.FileError(f"{path} cannot be written: {why}") from None
    except OSError as error:
        raise E.FileError(f"{path} cannot be written: {error.strerror}") from None
    names = [name + ".npy" for name, factor in factors.items() if factor is not None]
    for name, factor in factors.items():
        if factor is not None:
            _write(path, name + ".npy", L.library.inshi_npy_write, V.dense(factor))
    text = _bytes_of_history(history)
    _write(path, "history.csv", L.library.inshi_file_write, text, len(text))
    summary = dict(summary, files=[*names, "history.csv", "summary.json"])
    text = (json.dumps(_plain(summary), indent=2, allow_nan=False) + "\n").encode()
    _write(path, "summary.json", L.library.inshi_file_write, text, len(text))


def save(path, result, force=False):
    write(path, result.summary, result.history, force, W=result.W, H=result.H)


def read_summary(path):
    file = os.path.join(os.fsdecode(path), "summary.json")
    try:
        with open(file, encoding="utf-8") as stream:
            summary = json.load(stream)
    except OSError as error:
        raise E.FileError(f"{file}: {error.strerror}; load needs a folder that inshi fit has written") from None
    except ValueError as error:
        raise E.InputError(f"{file} is no JSON: {error}") from None
    if not isinstance(summary, dict) or not isinstance(summary.get("loss"), str):
        raise E.InputError(f"{file} is not what inshi fit has written: it has no \"loss\"")
    return summary


def _read_csv(file):
    """Numbers of a csv with names of rows and columns, as inshi writes it."""
    with open(file, encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    try:
        skip = 0
        try:
            float(rows[1][0])
        except ValueError:
            skip = 1
        head = 0 if all(_is_number(v) for v in rows[0]) else 1
        return np.array([[float(v) for v in row[skip:]] for row in rows[head:]])
    except (ValueError, IndexError) as error:
        raise E.InputError(f"{file} is no matrix: {error}") from None


def _is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def read_factor(path, summary, name):
    """The matrix that the summary lists, from NAME.npy, else NAME.csv; None where it lists neither."""
    for ending in (".npy", ".csv"):
        if name + ending in summary.get("files", ()):
            file = os.path.join(os.fsdecode(path), name + ending)
            try:
                return np.load(file, allow_pickle=False) if ending == ".npy" else _read_csv(file)
            except OSError as error:
                raise E.FileError(f"{file}: {error.strerror or error}") from None
            except ValueError as error:
                raise E.InputError(f"{file} is no matrix: {error}") from None
    return None


def read_history(path):
    try:
        with open(os.path.join(os.fsdecode(path), "history.csv"), encoding="utf-8") as stream:
            rows = [line.rstrip("\n").split(",") for line in stream][1:]
    except OSError:
        rows = []
    return np.array([(int(i), float(s), float(o), float(k or "nan")) for i, s, o, k in rows], HISTORY).view(np.recarray)


def load(path):
    """Read a folder that ``inshi fit``, `Result.save` or `NMF.save` has written.

    Parameters
    ----------
    path : path-like
        The folder.

    Returns
    -------
    Result
        With W, H, history, summary. H has no columns where the folder is of an estimator, which keeps none.
    """
    from ._fit import Result
    summary = read_summary(path)
    w, h = read_factor(path, summary, "W"), read_factor(path, summary, "H")
    if w is None and h is None:
        raise E.InputError(f"{os.fsdecode(path)} has neither W nor H")
    if h is None:
        h = np.zeros((w.shape[1], 0), w.dtype)
    return Result(w, h, read_history(path), summary)
