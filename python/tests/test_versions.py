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


def pythons():
    """(3, 10) and later: the command of each."""
    found = {}
    candidates = [shutil.which(f"python3.{minor}") for minor in range(10, 30)]
    candidates += glob.glob(os.path.expanduser("~/.pyenv/versions/3.*/bin/python")) + glob.glob("/usr/bin/python3.??")
    for command in filter(None, candidates):
        done = subprocess.run([command, "-c", "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"],
                              capture_output=True, text=True)
        if done.returncode == 0 and re.fullmatch(r"3\.\d\d", done.stdout.strip()):
            found.setdefault(done.stdout.strip(), command)
    return found


CASES = [(version, command, numpy) for version, command in sorted(pythons().items()) for numpy in ("1.26", "2")
         if not (numpy == "1.26" and int(version[2:]) > 12)]  # which has no wheel of 1.26


@pytest.mark.long
@pytest.mark.parametrize("version, command, numpy", CASES, ids=[f"{v}-numpy{n}" for v, _, n in CASES])
def test_the_tests_pass(version, command, numpy, wheel):  # noqa: F811
    venv = FOLDER / f"{version}-{numpy}"
    python = venv / "bin" / "python"
    if not python.exists():
        run(command, "-m", "venv", venv)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, f"numpy=={numpy}.*", "scikit-learn", "scipy", "pytest", "hypothesis", "matplotlib", "pandas")
    run(*pip, "--no-deps", "--force-reinstall", wheel)
    environment = {k: v for k, v in os.environ.items() if k not in ("INSHI_LIBRARY", "PYTHONPATH")}
    said = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", "-m", "not long",
               *(f"--ignore={ROOT / 'python' / 'tests' / name}.py" for name in LEFT_OUT), ROOT / "python" / "tests",
               env=environment, cwd=FOLDER)
    assert re.search(r"\d{3,} passed", said)
    print(version, run(python, "-c", "import numpy, sklearn; print(numpy.__version__, sklearn.__version__)"), said[-300:])
