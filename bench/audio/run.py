#!/usr/bin/env python3
"""The benchmarks of sound: runs them, prints the tables and writes them to bench/results/audio.md.

    build/venv/bin/python bench/audio/run.py [--quick] [--only GROUP,...]

--quick runs short ones and writes nothing. `make bench-audio` calls this, after it has installed the Python package.
"""
import argparse
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "bench"))
sys.path = [folder for folder in sys.path if pathlib.Path(folder) != ROOT / "bench" / "audio"]
# NumPy reads these when it is imported: the peers run on one thread.
os.environ.update({name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")})

import inshi  # noqa: E402
import tables  # noqa: E402
from audio import bsseval, separation, speed  # noqa: E402

GROUPS = {"bsseval": bsseval.make, "separation": separation.make, "speed": speed.make}


class Version:
    """What tables.machine asks of a library."""

    def version(self):
        return inshi.__version__

    def isa(self):
        from inshi import _call, _library
        return _library.library.inshi_context_isa(_call.borrow().pointer).decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", help=f"of {', '.join(GROUPS)}")
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else list(GROUPS)
    if set(wanted) - set(GROUPS):
        parser.error(f"--only knows {', '.join(GROUPS)}")
    head = tables.machine(ROOT, Version())
    texts = []
    for name in wanted:
        print(f"bench: {name}", file=sys.stderr)
        texts.append(GROUPS[name](options.quick))
    page = f"# Benchmarks: sound\n\nMade by `make bench-audio`. {head}\n\n" + "\n".join(texts)
    print(page, flush=True)
    if not options.quick and not options.only:
        (ROOT / "bench" / "results" / "audio.md").write_text(page)


if __name__ == "__main__":
    main()
