"""Slides from notebooks: pages of reveal.js that fetch nothing from elsewhere.

usage: python -m tools.slides NAME [NAME …] [--out FOLDER]

What is shown was run, as on the site: a full run where there is one (`python -m
tools.notebooks --run full`), else one of fast values, which is run here if need be. A
heading of the notebook begins a slide; what stands below it follows downwards. Needs
the extra `docs`, and npm, which brings reveal.js into the folder once.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode

from tools.notebook_rules import tags
from tools.notebooks import ROOT, TUTORIALS, build
from tools.site import course
from tools.site.figures import write_figures
from tools.site.maths import mathml

REVEAL = "reveal.js@5.2.1"
#: cells that teach nothing on a wall
UNSHOWN = {
    *("front-matter", "colab", "range", "parameters", "injected-parameters"),
    *("check", "exercise", "widget", "told"),
}
#: what a place for a figure is known by
FIGURE = "figure-live"
_HEADING = re.compile(r"^(?=##? )", re.MULTILINE)
STYLE = """
.reveal { font-size: 26px } .reveal h1, .reveal h2 { text-transform: none }
.reveal section { text-align: left } .reveal pre { font-size: 17px; width: 100% }
.reveal table { font-size: 20px } .reveal .figure-live { width: 100% }
"""
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="reveal/dist/reveal.css">
<link rel="stylesheet" href="reveal/dist/theme/white.css"><style>{style}</style>
</head><body><div class="reveal"><div class="slides">
{slides}
</div></div>
<script src="reveal/dist/reveal.js"></script>
<script src="reveal/plugin/notes/notes.js"></script><script src="figures.js"></script>
<script>Reveal.initialize({{hash: true, center: false, width: 1200, height: 750,
plugins: [RevealNotes]}})</script></body></html>
"""


def _formula(tex: str, how: dict[str, bool]) -> str:
    """A formula as browsers draw it themselves."""
    return mathml(tex, block=how["display_mode"])


MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
MARKDOWN.use(dollarmath_plugin, renderer=_formula)


def parts(notebook: NotebookNode) -> Iterator[tuple[bool, str]]:
    """Whether a heading begins here, and what is shown, as HTML."""
    first = True
    for cell in notebook.cells:
        if UNSHOWN & set(tags(cell)):
            continue
        if cell.cell_type == "markdown":
            for text in filter(str.strip, _HEADING.split(cell.source)):
                yield text.startswith("#"), MARKDOWN.render(text)
        elif first:  # the imports
            first = False
        else:
            yield False, _code(cell)


def _code(cell: NotebookNode) -> str:
    """Code and what it gave; of a figure, the figure alone."""
    outputs = "".join(map(_output, course.shown(cell.outputs)))
    if FIGURE in outputs:
        return outputs
    return Highlight2HTML()(cell.source, language="python") + outputs


def _output(output: NotebookNode) -> str:
    """What a cell printed or drew."""
    if output.output_type == "stream":
        return f"<pre>{escape(output.text)}</pre>"
    data = output.get("data", {})
    return data.get("text/html") or f"<pre>{escape(data.get('text/plain', ''))}</pre>"


def page(notebook: NotebookNode) -> str:
    """A whole document: headings side by side, what is below them downwards."""
    columns: list[list[str]] = []
    for begins, html in parts(notebook):
        if begins or not columns:
            columns.append([])
        below = columns[-1]
        if below and FIGURE in below[-1] and "<pre" not in html:  # said of the figure
            below[-1] += f'<div class="fragment">{html}</div>'
        else:
            below.append(html)
    slides = "\n".join(
        "".join(["<section>", *(f"<section>{one}</section>" for one in column)])
        + "</section>"
        for column in columns
    )
    title = re.search(r"^# (.+)$", "\n".join(c.source for c in notebook.cells), re.M)
    name = escape(title[1] if title else "slides")
    return PAGE.format(title=name, slides=slides, style=STYLE)


def write_assets(folder: Path) -> None:
    """Put reveal.js, plotly.js and what draws figures into a folder, once."""
    write_figures(folder)
    shutil.copy(ROOT / "docs" / "_static" / "figures.js", folder)
    if (folder / "reveal").is_dir():
        return
    npm = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--prefix"]
    subprocess.run([*npm, str(folder), REVEAL], check=True, capture_output=True)
    (folder / "node_modules" / "reveal.js").rename(folder / "reveal")
    shutil.rmtree(folder / "node_modules")


def main() -> int:
    """Write a page a notebook, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--out", type=Path, default=Path("out", "slides"))
    options = parser.parse_args()
    sources = {name: TUTORIALS / "source" / f"{name}.py" for name in options.names}
    built = {name: build(one, solutions=True) for name, one in sources.items()}
    course.run_missing(built, workers=1)
    options.out.mkdir(parents=True, exist_ok=True)
    write_assets(options.out)
    for name, notebook in built.items():
        found = course.executed(name, notebook)
        path = options.out / f"{name}.html"
        path.write_text(page(found[0]), "utf-8")
        print(f"written: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
