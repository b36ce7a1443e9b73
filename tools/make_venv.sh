#!/bin/sh
# Makes build/venv with what the tests and benchmarks need from PyPI, once per requirements file.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
venv=$here/build/venv
stamp=$venv/requirements.installed
if [ -f "$stamp" ] && cmp -s "$stamp" "$here/requirements.txt"; then
    exit 0
fi
echo "inshi: making build/venv"
python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
cp "$here/requirements.txt" "$stamp"
