#!/usr/bin/env python3
"""Runs clang-tidy, with the checks of .clang-tidy, on every C file of the build's compile commands.
usage: tools/check_tidy.py CLANG_TIDY BUILD [FOLDER ...]"""
import json
import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    program, build, *folders = sys.argv[1:]
    folders = [ROOT / f for f in folders or ("src", "cli", "tests", "bench", "examples")]
    commands = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    files = sorted({c["file"] for c in commands if any(f in pathlib.Path(c["file"]).parents for f in folders)})

    def check(path):
        return subprocess.run([program, "-p", build, "--quiet", "--extra-arg=-Wno-unknown-warning-option", path],
                              capture_output=True, text=True)

    failed = 0
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for path, done in zip(files, pool.map(check, files)):
            if done.returncode or "warning:" in done.stdout:
                failed += 1
                print(done.stdout)
                if done.returncode:
                    print(done.stderr)
    print(f"tidy: {len(files)} files, {failed} with findings")
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())
