"""Every block of Python in the documentation and the README runs; docstrings' examples hold; Sphinx has no complaint."""
import doctest
import importlib
import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT

import inshi

sys.path.insert(0, str(ROOT / "docs" / "python"))
import pictures  # noqa: E402

PAGES = sorted((ROOT / "docs" / "python").glob("*.rst"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_the_blocks_of_a_page_run(page, tmp_path, monkeypatch, capsys):
    plt = pytest.importorskip("matplotlib.pyplot")
    monkeypatch.chdir(tmp_path)
    names, drawn = {}, []
    for kind, text in pictures.parts(page):
        if kind == "code":
            exec(compile(text, str(page), "exec"), names)
        else:
            assert (ROOT / "docs" / "images" / text).exists(), f"docs/python/pictures.py has not made {text}"
            assert names["ax"].has_data()
            drawn.append(text)
    plt.close("all")
    assert len(drawn) == page.read_text().count(".. image::")


def test_the_readme_runs(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    assert blocks
    if any("inshi-demo-audio" in block for block in blocks):
        command = os.environ.get("INSHI", ROOT / "build/release/inshi")
        subprocess.run([command, "demo", "--audio", "-q"], check=True, cwd=tmp_path, stdout=subprocess.DEVNULL)
    for block in blocks:
        subprocess.run([sys.executable, "-c", block], check=True, cwd=tmp_path)


def test_the_readme_quotes_the_example_of_separation():
    """Its C is the body of a function of examples/separate.c, which the tests compile and run."""
    blocks = [b for b in re.findall(r"```c\n(.*?)```", (ROOT / "README.md").read_text(), re.S) if "inshi_separation" in b]
    assert len(blocks) == 1
    quoted = " ".join(re.sub(r"//.*", "", blocks[0]).split())
    assert quoted in " ".join((ROOT / "examples/separate.c").read_text().split())


@pytest.mark.parametrize("module", ["_fit", "_estimator", "_folder", "plot", "separation", "_separate"])
def test_docstrings(module):
    found = doctest.testmod(importlib.import_module("inshi." + module))
    assert found.failed == 0
    assert found.attempted or module in ("_folder", "plot")


def test_every_public_name_is_in_the_reference():
    text = (ROOT / "docs" / "python" / "reference.rst").read_text()
    assert not [name for name in inshi.__all__ if not re.search(rf":: (inshi\.)?{name}\b", text)]


def test_sphinx(tmp_path):
    pytest.importorskip("sphinx")
    pytest.importorskip("numpydoc")
    done = subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", ROOT / "docs" / "python",
                           tmp_path / "html"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "numpydoc" not in done.stderr and (tmp_path / "html" / "reference.html").stat().st_size > 20000
