"""The same wheel under every Python of this machine from 3.10 on, with NumPy 1.26 and 2.x: the tests, in venvs of their own."""
import glob
import os
import re
import shutil
import subprocess

import pytest
from conftest import ROOT
from test_install import run, wheel  # noqa: F401

FOLDER = ROOT / "build" / "versions"
LEFT_OUT = ("test_install", "test_docs", "test_versions")
EXPECTED = [f"3.{minor}" for minor in range(10, 15)]  # those that are not here are skipped, and the skip says so
# Each NumPy with a scikit-learn: the oldest that pyproject.toml takes, and the newest there is.
NUMPYS = {"1.26": "scikit-learn==1.6.*", "2": "scikit-learn"}
NEWEST_WITH_126 = (3, 12)  # later ones have no wheel of NumPy 1.26


def pythons():
    """"3.10" and later: the command of each that can make a venv."""
    found = {}
    candidates = [shutil.which(f"python3.{minor}") for minor in range(10, 30)]
    candidates += glob.glob(os.path.expanduser("~/.pyenv/versions/3.*/bin/python")) + glob.glob("/usr/bin/python3.??")
    for command in filter(None, candidates):
        done = subprocess.run([command, "-c", "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"],
                              capture_output=True, text=True)
        if done.returncode == 0 and re.fullmatch(r"3\.\d\d", done.stdout.strip()):
            found.setdefault(done.stdout.strip(), command)
    return found


PYTHONS = pythons()
CASES = [(version, numpy) for version in sorted({*EXPECTED, *PYTHONS}) for numpy in NUMPYS]


@pytest.mark.long
@pytest.mark.parametrize("version, numpy", CASES, ids=[f"{v}-numpy{n}" for v, n in CASES])
def test_the_tests_pass(version, numpy, wheel):  # noqa: F811
    if version not in PYTHONS:
        pytest.skip(f"this machine has no Python {version} with venv and ensurepip")
    if numpy == "1.26" and tuple(map(int, version.split("."))) > NEWEST_WITH_126:
        pytest.skip(f"NumPy 1.26 has no wheel for Python {version}")
    venv = FOLDER / f"{version}-{numpy}"
    python = venv / "bin" / "python"
    if not python.exists():
        run(PYTHONS[version], "-m", "venv", venv)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    run(*pip, f"numpy=={numpy}.*", NUMPYS[numpy], "scipy", "pytest", "hypothesis", "matplotlib", "pandas")
    run(*pip, "--no-deps", "--force-reinstall", wheel)
    environment = {k: v for k, v in os.environ.items() if k not in ("INSHI_LIBRARY", "PYTHONPATH")}
    said = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", "-m", "not long",
               *(f"--ignore={ROOT / 'python' / 'tests' / name}.py" for name in LEFT_OUT), ROOT / "python" / "tests",
               env=environment, cwd=FOLDER)
    assert re.search(r"\d{3,} passed", said)
    print(version, run(python, "-c", "import numpy, sklearn; print(numpy.__version__, sklearn.__version__)"), said[-300:])


def test_at_least_one_python_is_found():
    """Else all of the above would be skipped, and nobody would see."""
    assert PYTHONS
