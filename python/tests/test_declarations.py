"""The declarations of _library.py against the headers in include/inshi and python/callbacks.h: names, order, types, and
the offsets that the C compiler gives."""
import ctypes as C
import re
import shutil
import subprocess

import pytest
from conftest import ROOT

from inshi import _library as L

HEADERS = [*sorted((ROOT / "include" / "inshi").glob("*.h")), ROOT / "python" / "callbacks.h"]
STRUCTS = {"inshi_matrix": L.Matrix, "inshi_info": L.Info, "inshi_history_row": L.HistoryRow,
           "inshi_progress": L.Progress, "inshi_checkpoint": L.Checkpoint, "inshi_option": L.Option, "inshi_python_call": L.Call,
           "inshi_stft_options": L.StftOptions, "inshi_bss_options": L.BssOptions, "inshi_bss_score": L.BssScore,
           "inshi_sound": L.Sound, "inshi_separation_options": L.SeparationOptions,
           "inshi_separation_info": L.SeparationInfo}
POINTERS = {"inshi_info *": L.Info, "inshi_history_row *": L.HistoryRow, "inshi_progress *": L.Progress,
            "inshi_option *": L.Option, "inshi_python_call *": L.Call,
            "inshi_checkpoint *": L.Checkpoint, "inshi_stft_options *": L.StftOptions,
            "inshi_bss_options *": L.BssOptions, "inshi_bss_score *": L.BssScore}
SCALARS = {"int": C.c_int, "int64_t": C.c_int64, "uint64_t": C.c_uint64, "size_t": C.c_size_t, "double": C.c_double,
           "inshi_status": C.c_int, "inshi_layout": C.c_int, "inshi_dtype": C.c_int, "inshi_stft_options": L.StftOptions, "inshi_stop": C.c_int,
           "inshi_option_kind": C.c_int, "void": None, "char *": C.c_char_p, "inshi_matrix": L.Matrix}


def source():
    text = "\n".join(path.read_text() for path in HEADERS)
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.S)


def kinds(declaration):
    """The ctypes that may stand for a C type, from a declaration with or without a name."""
    if "(*" in declaration:
        return {"function"}
    text = re.sub(r"\b(const|struct)\b", " ", declaration)
    text = re.sub(r"\s+", " ", text.replace("*", " * ")).strip()
    words = text.split(" ")
    stars = words.count("*")
    base = words[0]
    if stars == 0:
        return {SCALARS[base]}
    if stars == 1 and base == "char":
        return {C.c_char_p}
    if stars == 1 and base + " *" in POINTERS:
        return {C.POINTER(POINTERS[base + " *"])}
    if stars == 1 and base == "int64_t":
        return {C.POINTER(C.c_int64), C.c_void_p}
    return {C.POINTER(C.c_void_p)} if stars == 2 else {C.c_void_p}


def functions():
    found = {}
    for result, name, arguments in re.findall(r"INSHI_API\s+([\w\s]+?[\s*]+)(inshi_\w+)\((.*?)\);", source(), re.S):
        parts, depth, last = [], 0, ""
        for c in arguments:
            depth += (c == "(") - (c == ")")
            if c == "," and depth == 0:
                parts.append(last)
                last = ""
            else:
                last += c
        parts.append(last)
        found[name] = (result, [p.strip() for p in parts if p.strip() not in ("", "void")])
    return found


@pytest.mark.parametrize("name", sorted(L.ALL_FUNCTIONS))
def test_a_function_has_the_types_of_its_header(name):
    declared, header = L.ALL_FUNCTIONS[name], functions()
    assert name in header
    result, arguments = header[name]
    assert declared[0] in kinds(result)
    assert len(declared[1]) == len(arguments)
    for ours, theirs in zip(declared[1], arguments):
        may = kinds(theirs)
        assert ours in may or (may == {"function"} and ours is C.c_void_p) or \
            (name == "inshi_file_write" and ours is C.c_char_p), (ours, theirs)


@pytest.mark.parametrize("name", sorted(STRUCTS))
def test_a_struct_has_the_fields_of_its_header(name):
    body = re.search(r"typedef struct " + name + r"\s*\{(.*?)\}\s*" + name + r"\s*;", source(), re.S).group(1)
    fields = []
    for declaration in filter(None, (d.strip() for d in body.split(";"))):
        pointer = re.search(r"\(\*(\w+)\)\s*\(", declaration)
        if pointer:
            fields.append((pointer.group(1), {"function"}))
            continue
        first, *more = declaration.split(",")
        words = re.match(r"(.*?[\s*])(\w+)$", first, re.S)
        base = words.group(1)
        fields.append((words.group(2), kinds(base)))
        for extra in more:
            stars = "*" if "*" in extra else ""
            fields.append((extra.replace("*", "").strip(), kinds(base.replace("*", " ") + stars)))
    assert [f for f, _ in fields] == [f for f, _ in STRUCTS[name]._fields_]
    for (field, may), (_, ours) in zip(fields, STRUCTS[name]._fields_):
        assert ours in may or (may == {"function"} and (issubclass(ours, C._CFuncPtr) or ours is C.c_void_p)), field


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
def test_the_compiler_gives_the_same_offsets(tmp_path):
    lines = ["#include <stdio.h>", "#include <stddef.h>", "#include \"python/callbacks.h\"", "int main(void) {"]
    wanted = []
    for name, struct in STRUCTS.items():
        lines.append(f'printf("%zu\\n", sizeof({name}));')
        wanted.append(C.sizeof(struct))
        for field, _ in struct._fields_:
            lines.append(f'printf("%zu %zu\\n", offsetof({name}, {field}), sizeof((({name} *)0)->{field}));')
            place = getattr(struct, field)
            wanted.append((place.offset, place.size))
    (tmp_path / "offsets.c").write_text("\n".join([*lines, "return 0; }"]))
    program = str(tmp_path / "offsets")
    subprocess.run(["cc", "-I", str(ROOT), "-I", str(ROOT / "include"), "-o", program, str(tmp_path / "offsets.c")],
                   check=True)
    told = subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines()
    assert [tuple(map(int, line.split())) if " " in line else int(line) for line in told] == wanted


@pytest.mark.parametrize("name", ["status", "layout", "dtype", "stop", "option_kind"])
def test_an_enum_has_the_values_of_its_header(name):
    body = re.search(r"typedef enum inshi_" + name + r"\s*\{(.*?)\}", source(), re.S).group(1)
    header = {key: int(value) for key, value in re.findall(r"INSHI_(\w+)\s*=\s*(\d+)", body)}
    ours = {"status": lambda: {"OK": L.OK, **{f"ERR_{n}": getattr(L, n) for n in (
                "ARGUMENT", "DATA", "SHAPE", "UNSUPPORTED", "MEMORY", "IO", "NUMERIC", "INTERRUPTED", "INTERNAL")}},
            "layout": lambda: {"LAYOUT_DENSE": L.DENSE, "LAYOUT_CSR": L.CSR, "LAYOUT_CSC": L.CSC},
            "dtype": lambda: {f"DTYPE_{n.upper()}": v for n, v in L.DTYPES.items()},
            "stop": lambda: {f"STOP_{n.upper()}": v for v, n in L.STOPS.items()},
            "option_kind": lambda: {f"OPTION_{n}": getattr(L, n) for n in (
                "NAME", "REAL", "INTEGER", "SEED", "FLAG", "LIST", "MATRIX")}}[name]()
    assert ours == header


def test_the_version_is_that_of_the_headers():
    assert re.search(r'#define INSHI_VERSION\s+"([^"]+)"', source()).group(1) == L.VERSION


def test_every_option_of_the_library_is_an_argument_of_fit():
    import inspect

    import inshi
    arguments = set(inspect.signature(inshi.fit).parameters)
    assert set(L.OPTIONS) - {"given_w", "given_h"} <= arguments
    for name in ("loss", "solver", "init", "seed", "restarts", "iterations", "tolerance", "history_every"):
        row = next(L.library.inshi_option_at(i).contents for i in range(L.library.inshi_option_count())
                   if L.library.inshi_option_at(i).contents.name.decode().replace("-", "_") == name)
        default = inspect.signature(inshi.fit).parameters[name].default
        assert type(default)(row.standard.decode()) == default, name


def test_a_library_of_another_version_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(L, "VERSION", "0.0.9")
    with pytest.raises(ImportError, match="is inshi .*, and this package is 0.0.9"):
        L._check(L.library)


def test_a_library_that_is_missing_is_said(tmp_path):
    with pytest.raises(ImportError, match="cannot load its library"):
        L._open(tmp_path / "libnothing.so")
