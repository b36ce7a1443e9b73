#!/usr/bin/env python3
"""Puts the README's measured tables and the curves between its markers, from bench/results; --check fails where they differ."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
QUOTED = (("foundation.md", "The article's rules: NumPy against `--solver gradient`, same iterates"),
          ("foundation.md", "`auto` to the article's final objective"),
          ("equal-objective.md", "Time to scikit-learn's objective"))
CURVES = ("convergence.md", "docs/images/convergence.svg")
BEGIN, END = "<!-- measured: tools/quote_bench.py -->\n", "<!-- end of measured -->\n"


def quoted():
    texts = []
    for name, title in QUOTED:
        path = ROOT / "bench" / "results" / name
        if not path.exists():
            continue
        page = path.read_text()
        found = re.search(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", page, re.M | re.S)
        if found:
            rows = [line for line in found.group(0).splitlines() if line.startswith("|")]
            command = re.search(r"^    (.*)$", found.group(0), re.M).group(1)
            texts.append(f"{title} (`{command}`, [all of it](bench/results/{name})):\n\n" + "\n".join(rows) + "\n")
    if (ROOT / "bench" / "results" / CURVES[0]).exists():
        texts.append(f"![objective against time, inshi and its peers]({CURVES[1]})\n\n[The points and who runs how](bench/results/{CURVES[0]}).\n")
    return BEGIN + "\n" + "\n".join(texts) + "\n" + END


def main():
    path = ROOT / "README.md"
    text = path.read_text()
    before, rest = text.split(BEGIN, 1)
    new = before + quoted() + rest.split(END, 1)[1]
    if "--check" in sys.argv:
        if new != text:
            print("README.md does not quote bench/results as they are; run tools/quote_bench.py")
        return int(new != text)
    path.write_text(new)
    return 0


if __name__ == "__main__":
    sys.exit(main())
