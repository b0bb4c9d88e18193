"""Figures that a page draws itself, from a copy of plotly.js beside it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import plotly
from nbformat import NotebookNode

PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_FIGURE = re.compile(r'<div class="figure-live".*', re.DOTALL)
# of a view in three dimensions
_SOLID = re.compile(r'"(?:scatter3d|surface|mesh3d|scattergl)"')
_CARD = """\
:::{{grid-item-card}} {title}
:link: course/{name}
:link-type: doc

```{{raw}} html
{figure}
```
:::
"""


def write_figures(static: Path) -> None:
    """Put the plotly.js of the installed plotly beside the pages."""
    shutil.copy(PLOTLY_JS, static / "plotly.min.js")


def first_figure(page: NotebookNode) -> str | None:
    """The first flat figure that a page draws: a browser has few 3-D views."""
    for cell in page.cells:
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html", "")
            found = _FIGURE.match(html)
            if found and not _SOLID.search(html):
                return found[0]
    return None


def write_gallery(page: Path, course: Mapping[str, NotebookNode]) -> None:
    """Write a card a notebook, with its first figure, at `<!-- cards -->`."""
    cards = []
    for name, notebook in course.items():
        figure = first_figure(notebook)
        if figure is not None:
            small = re.sub(r'style="height:\d+px"', 'style="height:230px"', figure)
            small = small.replace('"figure-live"', '"figure-live figure-small"')
            title = notebook.cells[0].source.removeprefix("# ")
            cards.append(_CARD.format(title=title, name=name, figure=small))
    grid = "::::{grid} 1 2 2 2\n:gutter: 3\n\n" + "\n".join(cards) + "\n::::"
    text = page.read_text("utf-8").replace("<!-- cards -->", grid)
    page.write_text(text, "utf-8")
