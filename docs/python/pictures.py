"""Makes the pictures of these pages: build/venv/bin/python docs/python/pictures.py [FOLDER]

The code is that of the pages; each picture is what their block that draws it has drawn."""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent


def parts(page):
    """The page as code blocks (text) and pictures (names), in order."""
    for block, picture in re.findall(r"^\.\. code-block:: python\n\n((?:   .*\n|\n)+)|^\.\. image:: \S*/([\w-]+\.png)",
                                     page.read_text(), re.M):
        yield ("picture", picture) if picture else ("code", re.sub(r"^   ", "", block, flags=re.M))


def main(folder):
    import matplotlib
    matplotlib.use("Agg")
    for page in sorted(HERE.glob("*.rst")):
        names = {}
        for kind, text in parts(page):
            if kind == "code":
                exec(compile(text, str(page), "exec"), names)
            else:
                figure = names["ax"].figure
                figure.set_size_inches(5, 3.6)
                figure.savefig(folder / text, dpi=80)
                print(folder / text)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if sys.argv[1:] else HERE.parent / "images")
