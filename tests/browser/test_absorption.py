"""01_absorption in a real browser: it runs, it draws, its slider moves the curve."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tools import notebook_runs as runs
from tools import notebooks

pytest.importorskip("playwright.sync_api", reason="needs playwright")
from tests.browser import harness

if not harness.CHROMIUM.exists():
    pytest.skip(
        f"needs {harness.CHROMIUM}: apt-get install chromium", allow_module_level=True
    )
pytestmark = pytest.mark.browser

NAME = "01_absorption"
SHOTS = notebooks.ROOT / "out" / "browser"
RUN_S = 240
N_STEPS = 4  # of the slider
LEAST_COLORS = 50  # in the picture of a lit molecule; an empty canvas has one


@dataclass
class Visit:
    """What was seen while the notebook was open."""

    cells: list[dict[str, Any]] = field(default_factory=list)
    n_figures: int = 0
    canvas_colors: list[int] = field(default_factory=list)
    curves: list[list[float]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    external_requests: list[str] = field(default_factory=list)


def picture(png: bytes) -> np.ndarray:
    """The pixels of a screenshot, (n_pixels, 3)."""
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).reshape(-1, 3)


def photograph(page: Any, folder: Path) -> None:
    """A picture of every cell, for people to look at."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    cells = page.locator(".jp-Notebook .jp-Cell")
    for i in range(cells.count()):
        cells.nth(i).scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        cells.nth(i).screenshot(path=str(folder / f"{i:02d}.png"))


def drawn_curve(explorer: Any) -> list[float]:
    """The heights of the last line but one: the last one stays where it started."""
    figure = explorer.locator(".js-plotly-plot").first
    return figure.evaluate("plot => Array.from(plot._fullData.at(-2).y)")


def use_slider(page: Any, visit: Visit) -> None:
    """Move the first slider by keys, and note the curve before and after."""
    explorer = page.locator(".jp-OutputArea-output:has(.noUi-handle)").first
    explorer.scroll_into_view_if_needed()
    note = explorer.locator(".widget-html-content").first
    visit.curves.append(drawn_curve(explorer))
    visit.notes.append(note.inner_text())
    explorer.locator(".noUi-handle").first.focus()
    for _ in range(N_STEPS):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(500)  # the page tells the kernel a moment later
        harness.wait_until_idle(page)
    visit.notes.append(note.inner_text())
    visit.curves.append(drawn_curve(explorer))


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """Open the notebook, run all of it, look at it, move its slider."""
    source = notebooks.TUTORIALS / "source" / f"{NAME}.py"
    notebook = notebooks.build(source, solutions=False)
    notebook = runs.with_values(notebook, runs.fast_values(notebook))
    seen, fresh = Visit(), tmp_path_factory.mktemp("lab")
    with harness.notebook_run(notebook, fresh, RUN_S) as (page, watch):
        photograph(page, SHOTS)
        seen.n_figures = page.locator(".js-plotly-plot").count()
        for canvas in page.locator(".nglview canvas, .jp-OutputArea canvas").all():
            canvas.scroll_into_view_if_needed()
            colors = np.unique(picture(canvas.screenshot()), axis=0)
            seen.canvas_colors.append(len(colors))
        use_slider(page, seen)
        page.screenshot(path=str(SHOTS / "slider_moved.png"))
        seen.cells = harness.code_cells(page)
        seen.console_errors = watch.console_errors
        seen.external_requests = watch.external_requests
    return seen


def test_no_cell_ends_in_an_error(visit):
    assert [
        harness.errors_of(cell) for cell in visit.cells if harness.errors_of(cell)
    ] == []


def test_a_molecule_is_drawn_in_three_dimensions(visit):
    assert visit.canvas_colors
    assert min(visit.canvas_colors) > LEAST_COLORS


def test_every_figure_cell_has_its_figure(visit):
    tagged = [c for c in visit.cells if "figure" in c["metadata"].get("tags", [])]
    widgets = [c for c in visit.cells if "widget" in c["metadata"].get("tags", [])]
    assert visit.n_figures >= len(tagged) + len(widgets) > 2


def test_the_moved_slider_changes_curve_and_words(visit):
    before, after = visit.curves
    assert np.abs(np.subtract(before, after)).max() > 0.05  # of an edge step
    assert visit.notes[0] != visit.notes[1]


def test_the_console_stays_free_of_errors(visit):
    assert visit.console_errors == []


def test_no_other_machine_is_asked_for_anything(visit):
    assert visit.external_requests == []
