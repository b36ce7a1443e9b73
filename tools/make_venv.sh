#!/bin/sh
# Makes build/venv with what the tests need from PyPI, and with the argument `bench` what the benchmarks need too; once per
# requirements file.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
venv=$here/build/venv

need() { # a requirements file, its stamp
    if [ -f "$2" ] && cmp -s "$2" "$1"; then
        return
    fi
    echo "inshi: making build/venv from ${1#"$here"/}"
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$1"
    cp "$1" "$2"
}

need "$here/requirements.txt" "$venv/requirements.installed"
if [ "${1:-}" = bench ]; then
    need "$here/bench/requirements.txt" "$venv/bench-requirements.installed"
fi
