#!/bin/sh
# Installs the Python package from this tree into build/venv, compiling only what changed since the last time.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
"$here/tools/make_venv.sh"
"$here/build/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
    --force-reinstall "--config-settings=build-dir=$here/build/python" "$here"
