"""Campaigns on their maps in a real browser: keys and the play button do it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright")
from tests.browser import harness

if not harness.CHROMIUM.exists():
    pytest.skip(
        f"needs {harness.CHROMIUM}: apt-get install chromium", allow_module_level=True
    )
pytestmark = pytest.mark.browser

RUN_S = 120
CODE = """
import numpy as np
from xnet_lite.datasets import XASDataset
from xnet_lite.strategies import Findings, Protocol
from xnet_lite.widgets import ChoiceMap
def found(rows):
    labels = {"batch": np.arange(len(rows))}
    data = XASDataset("known", [0.0, 1.0], np.ones((len(rows), 2)), labels=labels)
    seconds = np.arange(1.0, len(rows) + 1)
    return Findings(data, np.array(rows), [], seconds, {}, Protocol((2, 3)))
campaigns = {"hybrid": found([0, 3, 1]), "random": found([0, 1, 2])}
errors = {"hybrid": [9, 5, 3], "random": [9, 7, 6]}
ChoiceMap([[0, 0], [1, 1], [2, 4], [3, 9]], campaigns, errors, "abcd")
"""


@dataclass
class Visit:
    """What was seen while the notebook was open."""

    chosen: dict[str, list[float]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    cells: list[dict[str, Any]] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)


def look(page: Any, visit: Visit, when: str) -> None:
    """Note what is chosen now on the first map, and the words."""
    page.wait_for_timeout(700)
    harness.wait_until_idle(page)
    widget = page.locator(".jp-OutputArea-output:has(.noUi-handle)").first
    plot = widget.locator(".js-plotly-plot").first
    visit.chosen[when] = plot.evaluate("plot => Array.from(plot._fullData[2].x)")
    visit.notes[when] = widget.locator("[role=status]").first.inner_text()


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """Open a notebook with the map, and use it."""
    seen, notebook = Visit(), harness.notebook_of(CODE)
    fresh = tmp_path_factory.mktemp("lab")
    with harness.notebook_run(notebook, fresh, RUN_S) as (page, watch):
        widget = page.locator(".jp-OutputArea-output:has(.noUi-handle)").first
        widget.scroll_into_view_if_needed()
        look(page, seen, "first")
        widget.locator(".noUi-handle").first.focus()
        page.keyboard.press("ArrowRight")
        look(page, seen, "by keys")
        widget.locator(".jupyter-widgets.widget-play button").first.click()
        page.wait_for_timeout(2500)
        look(page, seen, "played")
        seen.cells = harness.code_cells(page)
        seen.console_errors = watch.console_errors
    return seen


def test_no_cell_ends_in_an_error(visit):
    assert not any(harness.errors_of(cell) for cell in visit.cells)


def test_the_start_is_drawn_first(visit):
    assert visit.chosen["first"] == [0]
    assert visit.notes["first"].startswith("batch 0: hybrid 1 sites, 9.00 %")


def test_keys_alone_go_to_the_next_batch(visit):
    assert visit.chosen["by keys"] == [3]
    assert visit.notes["by keys"].startswith("batch 1: hybrid 2 sites, 5.00 %")


def test_the_play_button_goes_on_to_the_end(visit):
    assert visit.chosen["played"] == [1]
    assert visit.notes["played"].startswith("batch 2")


def test_the_console_stays_free_of_errors(visit):
    assert visit.console_errors == []
