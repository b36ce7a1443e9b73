#!/usr/bin/env python3
"""Fails where clang-format would change a C file; --fix changes it.
usage: tools/check_format.py [CLANG_FORMAT] [--fix]"""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("include", "src", "cli", "tests", "bench", "examples", "python")


def main():
    fix = "--fix" in sys.argv
    program = next((a for a in sys.argv[1:] if a != "--fix"), "clang-format")
    files = sorted(p for folder in FOLDERS for p in (ROOT / folder).rglob("*") if p.suffix in (".c", ".h", ".inc"))
    command = [program, "-i"] if fix else [program, "--dry-run", "-Werror"]
    done = subprocess.run(command + [str(p) for p in files])
    if not done.returncode:
        print(f"format: {len(files)} files, nothing to change" if not fix else f"format: {len(files)} files")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
