#!/usr/bin/env python3
"""Holds the table of docs/architecture.md: which folder may include which, and the limits of a file."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PUBLIC = "inshi"
MAY = {
    "src/base": {PUBLIC, "base"},
    "src/matrix": {PUBLIC, "base", "matrix"},
    "src/loss": {PUBLIC, "base", "loss"},
    "src/io": {PUBLIC, "base", "matrix", "io"},
    "src/kernels": {PUBLIC, "base", "matrix", "loss", "kernels"},
    "src/init": {PUBLIC, "base", "matrix", "loss", "kernels", "init"},
    "src/solver": {PUBLIC, "base", "matrix", "loss", "kernels", "solver"},
    "src/model": {PUBLIC, "base", "matrix", "loss", "kernels", "init", "solver", "model"},
    "src/audio": {PUBLIC, "base", "loss", "model", "audio"},
    "cli": {PUBLIC, "cli"},
    "examples": {PUBLIC},
    "python": {PUBLIC, "python"},
    "bench": {PUBLIC, "bench"},
    "bench/kernels": {PUBLIC, "base", "loss", "kernels", "bench"},
}
KERNELS_SEEN_ABOVE = {"kernels/kernels.h"}  # all that init, solver and model may include of kernels
LONGEST_FILE = 700


def folder_of(path):
    parts = path.relative_to(ROOT).parts
    nested = "/".join(parts[:2])
    return nested if nested in MAY else parts[0]


def problems_of(path):
    folder = folder_of(path)
    text = path.read_text()
    lines = text.splitlines()
    if len(lines) > LONGEST_FILE:
        yield f"{len(lines)} lines, and {LONGEST_FILE} are the most"
    for number, line in enumerate(lines, 1):
        found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if found:
            target = found.group(1)
            area = target.split("/")[0] if "/" in target else folder.split("/")[-1]
            if area not in MAY[folder]:
                yield f"line {number}: {folder} may not include {target}"
            if area == "kernels" and folder != "src/kernels" and target not in KERNELS_SEEN_ABOVE:
                yield f"line {number}: only kernels/kernels.h is seen from {folder}"
        if folder not in ("src/kernels", "bench/kernels") and re.search(r"immintrin\.h|arm_neon\.h|__attribute__\(\(vector_size", line):
            yield f"line {number}: instruction sets belong to src/kernels"
        if folder.startswith("src/") and folder != "src/base" and "pthread_" in line:
            yield f"line {number}: threads belong to src/base/parallel.c"
        if folder.startswith("src/") and re.search(r"\b(printf|puts|exit|abort|getenv|signal)\s*\(", line):
            yield f"line {number}: the library never prints, exits, aborts, or reads the environment"


def main():
    files = [p for top in ("src", "cli", "examples", "bench", "python") for p in (ROOT / top).rglob("*") if p.suffix in (".c", ".h", ".inc")]
    found = [f"{p.relative_to(ROOT)}: {problem}" for p in sorted(files) for problem in problems_of(p)]
    print("\n".join(found) or f"layers: {len(files)} files, nothing out of place")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
