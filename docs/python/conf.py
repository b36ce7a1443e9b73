"""Sphinx: build/venv/bin/python -m sphinx docs/python build/docs"""
import inshi

project = "inshi"
version = release = inshi.__version__
copyright = "the authors of inshi"
extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.mathjax", "numpydoc"]
numpydoc_show_class_members = False
autodoc_member_order = "bysource"
html_theme = "alabaster"
html_theme_options = {"description": "fast nonnegative matrix factorization", "page_width": "1000px"}
exclude_patterns = []
