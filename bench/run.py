#!/usr/bin/env python3
"""Every benchmark: builds what is in C, runs, prints the tables and writes them to bench/results.

    build/venv/bin/python bench/run.py [--quick] [--only passes,article,memory,equal,reading] [--threads N] [--dtype f8|f4] [--starts N] [--data NAME,...]

--quick runs the short ones and writes nothing to bench/results. `make bench` and `make bench-quick` call this.
"""
import argparse
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "bench"))
# NumPy reads these when it is imported: the article's code runs on one thread.
os.environ.update({name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")})
for pinned in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(pinned, None)

import tables  # noqa: E402
from fits import article, equal_objective, memory, reading  # noqa: E402
from inshi_ctypes import Inshi  # noqa: E402
from kernels import passes  # noqa: E402

GROUPS = ("passes", "article", "memory", "equal", "reading")
FILES = {"foundation": ("passes", "article", "memory"), "equal-objective": ("equal",), "reading": ("reading",)}


def build():
    for command in (["cmake", "--preset", "release", "-DINSHI_BENCH=ON"], ["cmake", "--build", "build/release", "-j", "2"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"bench: {' '.join(command)} failed\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def run(group, options):
    print(f"bench: {group}", file=sys.stderr)
    if group == "passes":
        return passes.make(ROOT, options.quick)
    if group == "article":
        return article.make(Inshi(threads=1), options.quick)
    if group == "memory":
        return memory.make(ROOT) + "\n" + memory.make_help(ROOT)
    if group == "reading":
        return reading.make(ROOT, options.quick)
    return equal_objective.make(Inshi(threads=options.threads), options.quick, options.threads, options.dtype,
                                options.starts, options.data.split(",") if options.data else None)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default=",".join(GROUPS))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", default="f8", choices=("f8", "f4"))
    parser.add_argument("--starts", type=int, default=5, help="starts of the time to equal objective")
    parser.add_argument("--data", default="", help="of the time to equal objective, only these sets; writes no file")
    options = parser.parse_args()
    wanted = options.only.split(",")
    if set(wanted) - set(GROUPS):
        parser.error(f"--only knows {', '.join(GROUPS)}")
    build()
    head = tables.machine(ROOT, Inshi())
    for name, groups in FILES.items():
        texts = [run(group, options) for group in groups if group in wanted]
        if not texts:
            continue
        page = f"# Benchmarks: {name.replace('-', ' ')}\n\nMade by `make bench`. {head}\n\n" + "\n".join(texts)
        print(page)
        if not options.quick and not options.data and len(texts) == len(groups):
            (ROOT / "bench" / "results" / f"{name}.md").write_text(page)


if __name__ == "__main__":
    main()
