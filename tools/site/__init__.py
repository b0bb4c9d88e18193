"""The site of `docs/`: what is written there, and what is made of the code beside it.

`python -m tools.site` copies `docs/` to `out/site-source`, adds pages made of notebooks
(`course`), docstrings and commands (`reference`), cards and the changelog (`cards`),
and lets Sphinx build `out/site`. `docstrings` and `maths` are what `docs/conf.py` asks
for: sections and formulas as this package writes them.
"""
