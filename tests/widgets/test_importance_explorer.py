"""Brush, bars, lists and atoms lead to one another, by mouse and by keys."""

from types import SimpleNamespace

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.errors import InputError
from xnet_lite.plots.base import COLORS
from xnet_lite.structures import Site
from xnet_lite.trust import Importance, Shares
from xnet_lite.widgets import ImportanceExplorer, base

ENERGY = np.linspace(-10.0, 50.0, 61)
LOW, HIGH = ENERGY < 20, ENERGY >= 20
SITE = Site(Atoms("FeOCC", [[0, 0, 0], [0, 0, 2], [3, 0, 0], [0, 3.2, 0]]), 0)
SHELLS = ["2 to 2.5 Å", "3 to 3.5 Å"]


@pytest.fixture
def widget():
    """The near shell makes what is high, the far one what is low."""
    rise = np.array([[1.0 * HIGH, 2.0 * LOW]])
    ones = np.ones(len(ENERGY))
    importance = Importance(SHELLS, ENERGY, rise, ones, ones, np.array([2.25, 3.25]))
    values = np.array([0 * ones, 3.0 * HIGH, 1.0 * LOW, 2.0 * LOW])
    shares = Shares("by hand", ENERGY, values, ["Fe", "O", "C", "C"])
    return ImportanceExplorer(SITE, np.sin(ENERGY), importance, shares)


@pytest.fixture
def lit(monkeypatch):
    """The atoms that got a halo, time after time."""
    asked = []
    monkeypatch.setattr(base, "set_halos", lambda view, atoms: asked.append(atoms))
    return asked


@pytest.mark.parametrize("way", ["brush", "slider"])
def test_bars_follow_the_window(widget, way):
    if way == "slider":
        widget.window.value = (30.0, 45.0)
    else:
        selector = SimpleNamespace(xrange=(45.0, 30.0))
        widget._brush(None, None, selector)
    np.testing.assert_allclose(widget.bars.data[0].y, [100, 0])
    shape = widget.spectrum.layout.shapes[0]
    assert (shape.x0, shape.x1) == (30, 45)


def test_a_bar_that_is_pointed_at_lights_its_shell_up(lit, widget):
    widget._point(None, SimpleNamespace(point_inds=[1]), None)
    assert widget.group.value == 1
    assert lit[-1] == [2, 3]
    assert widget.bars.data[0].marker.color[1] == COLORS["vermillion"]
    widget.group.value = 0
    assert lit[-1] == [1]


def test_a_click_on_an_atom_tells_its_share_in_the_window(lit, widget):
    widget.window.value = (-10.0, 10.0)
    widget.view.picked = {"atom1": {"index": 3}}
    assert widget.atom.value == 3
    assert "C3, 3.20 Å has 66.7 % of all shares there" in widget.note.value
    assert "number 1 of 4" in widget.note.value
    assert lit[-1] == [3]


def test_every_control_has_words_and_changes_are_read_out(widget):
    for one in (widget.window, widget.group, widget.atom):
        assert one.description
    assert 'aria-live="polite"' in widget.note.value


def test_a_window_between_two_energies_is_answered_in_words(widget):
    widget.window.step = 0.1
    widget.window.value = (10.2, 10.6)
    assert "no energy lies from 10.2 to 10.6 eV" in widget.note.value


def test_shares_of_something_else_are_refused(widget):
    other = Shares("by hand", ENERGY, np.zeros((2, 61)), ["Fe", "O"])
    with pytest.raises(InputError, match="the shares are not of"):
        ImportanceExplorer(SITE, ENERGY, widget._importance, other)
    with pytest.raises(InputError, match="3 points are no spectrum"):
        ImportanceExplorer(SITE, [1, 2, 3], widget._importance, widget._shares)
