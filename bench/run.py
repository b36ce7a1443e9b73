#!/usr/bin/env python3
"""Every benchmark: builds what is in C, runs, prints the tables and writes them to bench/results.

    build/venv/bin/python bench/run.py [--target TARGET] [--quick] [--only GROUP,...] [--threads N] [--dtype f8,f4] [--starts N] [--data NAME,...]

`make bench`, `make bench-sparse` and `make bench-long` (begun again, it goes on where it was) run a target each, `make bench-quick`
short ones of the first two with --quick, which writes nothing to bench/results. A page is written when all its groups have been
run; with --data, none is.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "bench"))
# NumPy reads these when it is imported: the article's code runs on one thread.
os.environ.update({name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")})
for pinned in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(pinned, None)

import tables  # noqa: E402
from fits import after_seconds, article, curves, equal_objective, estimator, exact, heldout, memory, reading, sparse, sparse_targets, targets, threads  # noqa: E402
from ours import Inshi  # noqa: E402
from kernels import entries, passes  # noqa: E402

# target of make: page: its groups
TARGETS = {"bench": {"foundation": ("passes", "article", "memory"), "threads": ("threads",), "exact": ("exact",),
                     "equal-objective": ("equal", "targets"), "convergence": ("curves",)},
           "bench-sparse": {"reading": ("reading",), "sparse": ("sparse", "entries"), "sparse-targets": ("sparse_targets",),
                            "heldout": ("heldout",), "estimator": ("estimator",)},
           "bench-long": {"after-seconds": ("after",)}}
PAGES = {page: (target, groups) for target, pages in TARGETS.items() for page, groups in pages.items()}
GROUPS = [group for _, groups in PAGES.values() for group in groups]


def build():
    for command in (["cmake", "--preset", "release", "-DINSHI_BENCH=ON", "-DINSHI_PYTHON=ON"], ["cmake", "--build", "build/release", "-j", "2"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"bench: {' '.join(command)} failed\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def timed(group, options):
    print(f"bench: {group}", file=sys.stderr)
    began = time.monotonic()
    text = run(group, options)
    print(f"bench: {group} took {time.monotonic() - began:.0f} s", file=sys.stderr)
    return text


def run(group, options):
    one, quick, names = Inshi(threads=1), options.quick, options.data.split(",") if options.data else None
    if group == "passes":
        return passes.make(ROOT, quick)
    if group == "article":
        return article.make(one, quick)
    if group == "memory":
        return memory.make(ROOT, quick) + "\n" + memory.make_help(ROOT, quick)
    if group == "reading":
        return reading.make(ROOT, quick)
    if group == "exact":
        return exact.make(one, quick)
    if group == "threads":
        return threads.make(quick)
    if group == "targets":
        return targets.make(one, quick)
    if group == "heldout":
        return heldout.make(one, quick)
    if group == "curves":
        return curves.make(one, ROOT, quick)
    if group == "estimator":
        return estimator.make(ROOT, quick, names)
    if group == "sparse":
        return sparse.make(one, quick, options.starts or 3, names)
    if group == "sparse_targets":
        return sparse_targets.make(one, quick)
    if group == "entries":
        return entries.make(ROOT, quick)
    if group == "after":
        return after_seconds.make(one, ROOT, quick, options.starts or 10, names)
    return equal_objective.make(Inshi(threads=options.threads), quick, options.threads, options.dtype.split(","),
                                options.starts or 5, names)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", choices=TARGETS, default="bench")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", help=f"of {', '.join(GROUPS)}, of any target")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", default="f8,f4", help="of ours in the time to equal objective")
    parser.add_argument("--starts", type=int, default=0, help="of `equal` (5) or `after` (10)")
    parser.add_argument("--data", default="", help="of `equal`, `after`, `estimator` and `sparse`, only these sets; writes no file")
    options = parser.parse_args()
    targets = ("bench", "bench-sparse") if options.quick else (options.target,)
    wanted = options.only.split(",") if options.only else [g for target, groups in PAGES.values() if target in targets for g in groups]
    if set(wanted) - set(GROUPS):
        parser.error(f"--only knows {', '.join(GROUPS)}")
    build()
    head = tables.machine(ROOT, Inshi())
    for name, (target, groups) in PAGES.items():
        texts = [timed(group, options) for group in groups if group in wanted]
        if not texts:
            continue
        page = f"# Benchmarks: {name.replace('-', ' ')}\n\nMade by `make {target}`. {head}\n\n" + "\n".join(texts)
        print(page, flush=True)
        if not options.quick and not options.data and len(texts) == len(groups):
            (ROOT / "bench" / "results" / f"{name}.md").write_text(page)


if __name__ == "__main__":
    main()
