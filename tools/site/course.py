"""Pages of the course: executed notebooks as the site shows them.

What a page shows was run. A copy is taken whose code is that of the notebook now, of a
full run (`python -m tools.notebooks --run full`) before one of fast values, which the
tests of notebooks leave in `out/notebooks/tested`; what has none is run here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from tools.notebook_rules import tags
from tools.notebook_runs import TESTED, fast_values, run_many
from tools.notebooks import ROOT, SOLUTION, build, sources, strip_solution

#: folder of what is run here, below that of tested copies
BUILT = "built"
FULL = ROOT / "out" / "notebooks" / "full"
PLOTLY, WIDGET = "application/vnd.plotly.v1+json", "application/vnd.jupyter.widget"
#: of cells that a reader of the site has no use for
UNSEEN = {"colab", "range", "injected-parameters"}
WIDGET_NOTE = (
    "*Here stands something to move when the notebook runs; the figure beside it shows "
    "the same without.*"
)
FAST_NOTE = (
    ":::{{note}}\nOutputs on this page are of a fast run ({values}); what the text "
    "says of numbers is of the usual values, which the notebook has.\n:::"
)
_BLANK = nbformat.v4.new_markdown_cell


def codes(notebook: NotebookNode) -> list[str]:
    """The code that a run must have had to be shown: all that a page has."""
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    return [c.source for c in cells if not (UNSEEN | {"told"}) & set(tags(c))]


def _candidates(name: str) -> list[tuple[Path, bool]]:
    """Where an executed copy may lie, and whether it is one of fast values."""
    full = FULL / f"solutions-{name}.ipynb"
    here = TESTED / BUILT / f"{BUILT}-{name}.ipynb"
    return [(full, False), (TESTED / f"{name}.ipynb", True), (here, True)]


def _ended(notebook: NotebookNode) -> bool:
    """Whether a run came to its end: a copy is written cell by cell."""
    cells = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]
    return all(cell.execution_count for cell in cells)


def executed(name: str, wanted: NotebookNode) -> tuple[NotebookNode, bool] | None:
    """An executed copy of a notebook, and whether it was fast; None without one."""
    for path, fast in _candidates(name):
        if path.exists():
            found = nbformat.read(path, as_version=4)
            if codes(found) == codes(wanted) and _ended(found):
                return found, fast
    return None


def run_missing(built: Mapping[str, NotebookNode], workers: int) -> None:
    """Run what has no copy, with fast values."""
    missing = [name for name, one in built.items() if executed(name, one) is None]
    if not missing:
        return
    folder = TESTED / BUILT
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.ipynb" for name in missing]
    for path in paths:
        nbformat.write(built[path.stem], path)
    for run in run_many(paths, fast=True, output=folder, workers=workers):
        print(f"{run.path.stem}: {run.seconds:.0f} s {run.error or 'done'}", flush=True)
        if run.error:
            raise RuntimeError(f"{run.path.stem}: {run.error}")


# -- outputs -------------------------------------------------------------------------


def figure(data: Mapping[str, Any]) -> str:
    """A Plotly figure as a place that `figures.js` draws into, with its words."""
    layout = data.get("layout", {})
    title = layout.get("title", {}).get("text") or _axes(layout) or "a figure"
    drawn = {key: data[key] for key in ("data", "layout", "frames") if key in data}
    content = json.dumps(drawn, separators=(",", ":")).replace("</", "<\\/")
    height = layout.get("height") or 450
    return (
        f'<div class="figure-live" role="img" aria-label="{escape(_plain(title))}" '
        f'style="height:{height}px"></div>'
        f'<script type="application/json">{content}</script>'
    )


def _axes(layout: Mapping[str, Any]) -> str:
    """What a figure without a title has along its axes."""
    named = [
        str(layout.get(axis, {}).get("title", {}).get("text") or "")
        for axis in ("yaxis", "xaxis")
    ]
    return " against ".join(filter(None, named))


def _plain(text: str) -> str:
    """Words without the tags that Plotly takes."""
    return re.sub(r"<[^>]+>", " ", str(text))


def shown(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Outputs as a page has them: figures to be drawn, no widget, no progress bar."""
    kept = []
    for output in outputs:
        data = output.get("data", {})
        if output.output_type == "stream" and output.name == "stderr":
            continue
        if PLOTLY in data:
            html = {"text/html": figure(data[PLOTLY])}
            output = nbformat.v4.new_output("display_data", html)
        elif any(kind.startswith(WIDGET) for kind in data):
            words = {"text/markdown": WIDGET_NOTE}
            output = nbformat.v4.new_output("display_data", words)
        elif any(kind.startswith("application/") for kind in data):
            kept_kinds = {k: v for k, v in data.items() if "application/" not in k}
            output = nbformat.v4.new_output("display_data", kept_kinds)
        kept.append(output)
    return kept


# -- cells ---------------------------------------------------------------------------


def _exercise(cell: NotebookNode) -> list[NotebookNode]:
    """The task as a learner gets it, and an answer that opens."""
    task = nbformat.v4.new_code_cell(strip_solution(cell.source))
    answer = nbformat.v4.new_code_cell(
        cell.source[SOLUTION.search(cell.source).start() :], outputs=shown(cell.outputs)
    )
    answer.metadata = {
        "tags": ["hide-cell"],
        "mystnb": {"code_prompt_show": "Show an answer"},
    }
    return [task, answer]


def _cell(cell: NotebookNode) -> list[NotebookNode]:
    """A cell as the page has it."""
    if cell.cell_type == "markdown":
        return [_BLANK(cell.source)]
    if SOLUTION.search(cell.source):
        return _exercise(cell)
    new = nbformat.v4.new_code_cell(cell.source, outputs=shown(cell.outputs))
    new.execution_count = cell.execution_count
    return [new]


def page(name: str, notebook: NotebookNode, fast: bool) -> NotebookNode:
    """The page of an executed notebook: title, links, then its cells."""
    told = [c for c in notebook.cells if not (UNSEEN | {"told"}) & set(tags(c))]
    front = next(c for c in notebook.cells if "front-matter" in tags(c))
    told.remove(front)
    heading, _, rest = told[0].source.partition("\n")
    cells = [_BLANK(heading), _BLANK(front.source), _BLANK(rest.strip())]
    if fast and (values := fast_values(notebook)):
        listed = ", ".join(f"`{key} = {value!r}`" for key, value in values.items())
        cells.insert(2, _BLANK(FAST_NOTE.format(values=listed)))
    cells += [new for cell in told[1:] for new in _cell(cell)]
    kernel = {"kernelspec": notebook.metadata["kernelspec"]}
    whole = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    for i, cell in enumerate(whole.cells):
        cell["id"] = f"{name[:2]}-{i}"
    return whole


def write_course(folder: Path, workers: int) -> dict[str, NotebookNode]:
    """Write a page for every notebook into the folder, and return them by name."""
    built = {path.stem: build(path, solutions=True) for path in sources()}
    run_missing(built, workers)
    folder.mkdir(parents=True)
    pages = {}
    for name, wanted in built.items():
        found = executed(name, wanted)
        if found is None:
            raise RuntimeError(f"{name}: its run left no copy that has its code")
        pages[name] = page(name, *found)
        nbformat.write(pages[name], folder / f"{name}.ipynb")
    return pages
