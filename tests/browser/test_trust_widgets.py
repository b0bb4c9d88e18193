"""Importance and predictions in a real browser: brush, bars, keys and lists do it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright")
from tests.browser import harness

if not harness.CHROMIUM.exists():
    pytest.skip(
        f"needs {harness.CHROMIUM}: apt-get install chromium", allow_module_level=True
    )
pytestmark = pytest.mark.browser

RUN_S = 120
#: the near shell makes what is high, the far one what is low
IMPORTANCE = """
import numpy as np
from ase import Atoms
from xnet_lite.structures import Site
from xnet_lite.trust import Importance, Shares
from xnet_lite.widgets import ImportanceExplorer
energy = np.linspace(-10.0, 50.0, 61)
low, ones = energy < 20, np.ones(61)
places = [[0, 0, 0], [0, 0, 2], [3, 0, 0], [0, 3.2, 0]]
site = Site(Atoms("FeOCC", places), 0)
shells = ["2 to 2.5 Å", "3 to 3.5 Å"]
rise = np.array([[1.0 * ~low, 2.0 * low]])
found = Importance(shells, energy, rise, ones, ones, np.array([2.25, 3.25]))
values = np.array([0 * ones, 3.0 * ~low, 1.0 * low, 2.0 * low])
shares = Shares("by hand", energy, values, ["Fe", "O", "C", "C"])
ImportanceExplorer(site, 1 + np.sin(energy / 5), found, shares)
"""
PREDICTIONS = """
from xnet_lite.jobs.prediction import Prediction
from xnet_lite.models.band import Band
from xnet_lite.trust import Verdict
from xnet_lite.widgets import PredictionExplorer
rates = {word: {"false_alarms": 0.1, "misses": 0.4} for word in ("near", "far")}
def made(word, place):
    mu = 1 + np.exp(-(energy - place) ** 2 / 20)
    one = Site(site.atoms, 0, name=word)
    said = Verdict(word, 3.0, 2.0, 5.0, {}, rates, {}, 6.0)
    return Prediction(site=one, energy=energy + 7112, mu=mu, e0=7112.0,
        band=Band(mu, 0.1 * mu, "spread"), neighbors=[], warnings=[said.sentence],
        indices=np.zeros(0, int), verdict=said, near=np.zeros((0, 61)),
        model={"model": "x", "sha256": "0" * 64})
PredictionExplorer([made("known", 0.0), made("far", 20.0)])
"""


@dataclass
class Visit:
    """What was seen while the notebook was open."""

    bars: dict[str, list[float]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    cells: list[dict[str, Any]] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)


def settled(page: Any) -> None:
    """Return when what was done has come to the kernel and back."""
    page.wait_for_timeout(700)
    harness.wait_until_idle(page)


def look(visit: Visit, widget: Any, when: str) -> None:
    """Note the bars and the words."""
    bars = widget.locator(".js-plotly-plot").nth(1)
    visit.bars[when] = bars.evaluate("plot => Array.from(plot._fullData[0].y)")
    visit.notes[when] = widget.locator("[role=status]").first.inner_text()


def use_importance(page: Any, visit: Visit) -> None:
    """Brush, point at a bar, and move an end of the slider by keys."""
    widget = page.locator(".jp-OutputArea-output:has(.noUi-handle)").first
    widget.scroll_into_view_if_needed()
    look(visit, widget, "first")
    box = widget.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.75 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], middle, steps=8)
    page.mouse.up()
    settled(page)
    look(visit, widget, "brushed")
    box = widget.locator(".js-plotly-plot").nth(1).locator(".nsewdrag").bounding_box()
    for share in (0.7, 0.75):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
    settled(page)
    look(visit, widget, "pointed at")
    widget.locator(".noUi-handle").first.focus()
    page.keyboard.press("Home")
    settled(page)
    look(visit, widget, "by keys")


def use_predictions(page: Any, visit: Visit) -> None:
    """Choose the second site by keys."""
    widget = page.locator(".jp-OutputArea-output:has(select)").nth(1)
    widget.scroll_into_view_if_needed()
    status = widget.locator("[role=status]").first
    visit.notes["prediction"] = status.inner_text()
    widget.locator("select").first.focus()
    # JupyterLab takes the arrows of a closed list for itself
    for key in ("Space", "ArrowDown", "Enter"):
        page.keyboard.press(key)
        page.wait_for_timeout(200)
    settled(page)
    visit.notes["next prediction"] = status.inner_text()


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """Open a notebook with both widgets, and use them."""
    seen, notebook = Visit(), harness.notebook_of(IMPORTANCE, PREDICTIONS)
    fresh = tmp_path_factory.mktemp("lab")
    with harness.notebook_run(notebook, fresh, RUN_S) as (page, watch):
        use_importance(page, seen)
        use_predictions(page, seen)
        seen.cells = harness.code_cells(page)
        seen.console_errors = watch.console_errors
    return seen


def test_no_cell_ends_in_an_error(visit):
    assert not any(harness.errors_of(cell) for cell in visit.cells)


def test_a_brush_over_high_energies_leaves_the_near_shell_alone(visit):
    assert min(visit.bars["first"]) > 0
    np.testing.assert_allclose(visit.bars["brushed"], [100, 0], atol=1e-6)


def test_pointing_at_a_bar_names_its_atoms(visit):
    assert "O1" in visit.notes["brushed"]
    assert "C2" in visit.notes["pointed at"]
    assert "O1" not in visit.notes["pointed at"]


def test_keys_alone_move_the_window(visit):
    assert visit.notes["by keys"].startswith("-10 to ")
    assert min(visit.bars["by keys"]) > 0


def test_keys_alone_choose_another_prediction(visit):
    assert visit.notes["prediction"].startswith("known")
    assert visit.notes["next prediction"].startswith("far")


def test_the_console_stays_free_of_errors(visit):
    assert visit.console_errors == []
