"""A clicked point brings its molecule, its spectrum, and the one before beside it."""

from types import SimpleNamespace

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.structures import Site
from xnet_lite.widgets import CorpusMap

ENERGY = np.linspace(-10.0, 40.0, 6)
POINTS = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
SPECTRA = np.array([[1.0] * 6, [2.0] * 6, [4.0] * 6])


def dataset() -> XASDataset:
    """Three sites of two kinds."""
    sites = [
        Site(Atoms("FeO", [[0, 0, 0], [r, 0, 0]]), 0, name=f"r = {r}")
        for r in (1.8, 2.0, 2.2)
    ]
    labels = {"geometry": np.array(["linear", "bent", "linear"])}
    return XASDataset("three", ENERGY, SPECTRA, sites=sites, labels=labels)


@pytest.fixture
def widget() -> CorpusMap:
    """The map of the three sites, the second one chosen."""
    return CorpusMap(dataset(), POINTS, by="geometry", start=1)


def ring(widget: CorpusMap, name: str) -> tuple[float, float]:
    """Where a ring is on the map."""
    (trace,) = (trace for trace in widget.map.data if trace.name == name)
    return trace.x[0], trace.y[0]


def line(widget: CorpusMap, name: str) -> np.ndarray:
    """A curve among the spectra."""
    (trace,) = (trace for trace in widget.spectra.data if trace.name == name)
    return np.asarray(trace.y)


def click(widget: CorpusMap, row: int) -> None:
    """What the figure tells when a point is clicked."""
    for trace in widget.map.data[:-2]:
        if row in trace.customdata:
            at = list(trace.customdata).index(row)
            widget._click(trace, SimpleNamespace(point_inds=[at]), None)


@pytest.mark.parametrize("row", [0, 2])
def test_a_click_chooses_the_row_of_its_point(widget, row):
    click(widget, row)
    assert widget.slider.value == row


def test_a_click_that_hit_no_point_changes_nothing(widget):
    widget._click(widget.map.data[0], SimpleNamespace(point_inds=[]), None)
    assert widget.slider.value == 1


def test_every_kind_of_point_listens_to_clicks(widget):
    assert all(trace._click_callbacks for trace in widget.map.data[:-2])


def test_the_rings_are_on_the_chosen_site_and_on_the_one_before(widget):
    widget.slider.value = 2
    assert ring(widget, "chosen") == (4.0, 5.0)
    assert ring(widget, "chosen before") == (2.0, 3.0)


def test_the_curves_are_those_of_the_chosen_site_and_of_the_one_before(widget):
    widget.slider.value = 2
    np.testing.assert_array_equal(line(widget, "chosen"), SPECTRA[2])
    np.testing.assert_array_equal(line(widget, "chosen before"), SPECTRA[1])


def test_the_mean_of_all_stays(widget):
    widget.slider.value = 2
    np.testing.assert_allclose(line(widget, "mean spectrum"), SPECTRA.mean(axis=0))


def test_the_words_name_the_site_and_how_far_it_is_from_the_one_before(widget):
    widget.slider.value = 2
    # |2 − 4| / 4 at every energy
    assert (
        widget.note.value
        == "<b>r = 2.2</b>, linear; 50.0 % from the spectrum of r = 2.0"
    )


def test_one_view_shows_the_new_molecule_in_place_of_the_old(widget):
    before = list(widget.view._ngl_component_ids)
    widget.slider.value = 0
    after = widget.view._ngl_component_ids
    assert len(after) == 1
    assert after != before


@pytest.mark.parametrize(
    ("points", "by", "words"),
    [
        (POINTS, "colour", "label 'colour' is not one of geometry"),
        (POINTS[:2], "geometry", r"shape \(2, 2\) for 3 sites"),
    ],
)
def test_what_does_not_fit_the_dataset_is_refused(points, by, words):
    with pytest.raises(InputError, match=words):
        CorpusMap(dataset(), points, by=by)


def test_a_set_without_structures_is_refused():
    bare = XASDataset("bare", ENERGY, SPECTRA)
    with pytest.raises(InputError, match="'bare' has no sites"):
        CorpusMap(bare, POINTS, by="geometry")
