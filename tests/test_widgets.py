"""A moved slider moves the curve, the atoms and the words, and asks the engine once."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk

from xnet_lite.spectra import Spectrum
from xnet_lite.structures import Site, bonded_pairs, cluster
from xnet_lite.widgets import FeatureExplorer, SiteExplorer, view_site
from xnet_lite.widgets.base import TILT, as_seen, move_atoms, site_as_sdf

ENERGY = np.linspace(-10.0, 40.0, 51)


def stretched(distance: float) -> Site:
    """An iron oxide molecule with its bond at a length."""
    return Site(Atoms("FeO", [[1.0, 1.0, 1.0], [1.0 + distance, 1.0, 1.0]]), 0)


class Engine:
    """Stands in for the engine: one peak, nearer the edge for a longer bond."""

    def __init__(self) -> None:
        self.n_calls = 0

    def __call__(self, site: Site) -> Spectrum:
        self.n_calls += 1
        peak = 40 / np.ptp(site.atoms.positions[:, 0]) ** 2
        return Spectrum(ENERGY + 7112, np.exp(-((ENERGY - peak) ** 2)), e0=7112)


@pytest.fixture
def explorer() -> SiteExplorer:
    """A slider for the bond length."""
    words = {"span": (1.5, 2.5, 0.1), "start": 2.0, "label": "R / Å"}
    return SiteExplorer(stretched, {"full": Engine(), "single": Engine()}, **words)


def test_moving_the_slider_moves_every_curve_but_that_of_the_start(explorer):
    full, single, start = (np.array(trace.y) for trace in explorer.figure.data)
    explorer.slider.value = 1.6
    assert not np.allclose(explorer.figure.data[0].y, full)
    assert not np.allclose(explorer.figure.data[1].y, single)
    np.testing.assert_array_equal(explorer.figure.data[2].y, start)


def test_moving_the_slider_moves_the_atoms(explorer, monkeypatch):
    sent = []
    monkeypatch.setattr(explorer.view, "set_coordinates", sent.append)
    explorer.slider.value = 1.6
    assert np.linalg.norm(sent[0][0][1]) == pytest.approx(1.6)


def test_the_note_names_the_highest_point(explorer):
    explorer.slider.value = 1.6
    # 40/1.6² = 15.6 eV, and the grid has whole electronvolts
    assert "at 16.0 eV" in explorer.note.value


def test_a_value_seen_before_is_not_computed_again(explorer):
    for value in (1.6, 2.0, 1.6):
        explorer.slider.value = value
    assert explorer._engines["full"].n_calls == 2


def features() -> FeatureExplorer:
    """Three features of two atoms: of the second, of both, of none."""
    return FeatureExplorer(
        stretched(2.0), [1.0, 2.0, 0.0], ["a", "b", "c"], [[0, -1, 0], [1, 1, 0]]
    )


def test_a_feature_names_the_atoms_that_make_it():
    widget = features()
    assert [widget.atoms_of(i) for i in range(3)] == [[1], [0, 1], []]


def test_choosing_a_feature_marks_its_bar_and_names_its_atoms():
    widget = features()
    widget.slider.value = 1
    colors = widget.figure.data[0].marker.color
    assert colors[1] != colors[0] == colors[2]
    assert widget.note.value == "<b>b</b> = 2, made by Fe0, O1"


def test_a_feature_that_no_atom_makes_says_so():
    widget = features()
    widget.slider.value = 2
    assert widget.note.value.endswith("no atom")


def test_the_tilt_turns_and_does_not_stretch_or_mirror():
    np.testing.assert_allclose(TILT @ TILT.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(TILT) == pytest.approx(1.0)


def test_a_site_is_seen_with_its_absorber_in_the_middle():
    assert as_seen(stretched(2.0))[0].tolist() == [0.0, 0.0, 0.0]


def grid(n_atoms):
    """Carbon atoms on a cubic grid about an iron, and bonds along its lines."""
    places = 1.5 * np.stack(np.unravel_index(np.arange(n_atoms), (20, 10, 10)), axis=1)
    return Site(Atoms(["Fe", *"C" * (n_atoms - 1)], places.astype(float)), 0)


@pytest.mark.parametrize("n_atoms", [2, 999, 1000, 1600])
def test_the_molfile_holds_all_atoms_and_bonds(n_atoms):
    site = grid(n_atoms)
    lines = site_as_sdf(site).splitlines()
    rows = [line.removeprefix("M  V30 ").split() for line in lines]
    atoms = rows[rows.index(["BEGIN", "ATOM"]) + 1 : rows.index(["END", "ATOM"])]
    bonds = rows[rows.index(["BEGIN", "BOND"]) + 1 : rows.index(["END", "BOND"])]
    assert lines[3].endswith(" V3000")
    assert rows[5] == ["COUNTS", str(len(atoms)), str(len(bonds)), "0", "0", "0"]
    assert [row[0] for row in atoms] == [str(i + 1) for i in range(n_atoms)]
    places = np.array([row[2:5] for row in atoms], dtype=float)
    np.testing.assert_allclose(places, as_seen(site), atol=1e-4)
    ends = np.array([row[2:] for row in bonds], dtype=int) - 1
    np.testing.assert_array_equal(ends, bonded_pairs(places, site.atoms.numbers))
    assert max(map(len, lines)) <= 80


def sent(view, name):
    """What a view tells the page to do by a name."""
    return [m["args"] for m in view._ngl_msg_archive if m["methodName"] == name]


def test_of_a_crystal_the_cluster_is_shown_with_its_absorber_and_cell():
    view = view_site(Site(bulk("NiO", "rocksalt", a=4.2, cubic=True), 4))
    n_inside = len(cluster(view.site, 6.0).atoms)
    assert f"COUNTS {n_inside} " in site_as_sdf(view.drawn)
    ((_, tubes),) = sent(view, "addShape")
    assert len(tubes) == 12
    assert {round(np.linalg.norm(np.subtract(*t[1:3])), 6) for t in tubes} == {4.2}
    assert any(call.get("color") == "#0072B2" for call in spacefills(view))


def test_a_halo_of_a_crystal_is_around_all_images_of_its_atom():
    view = view_site(Site(bulk("NiO", "rocksalt", a=4.2), 0), highlight=[1])
    oxygen = np.flatnonzero(view.drawn.atoms.numbers == 8)
    (halo,) = (c for c in spacefills(view) if c.get("color") == "#E69F00")
    assert halo["sele"] == "@" + ",".join(map(str, oxygen))


def spacefills(view):
    """The halos that a view was told to draw last."""
    calls = [m for m in view._ngl_msg_archive if m["args"][:1] == ["spacefill"]]
    return [m["kwargs"] for m in calls]


def test_a_molecule_in_a_box_is_shown_whole():
    atoms = Atoms("FeO", [[0, 0, 0], [-1.7, 0, 0]], cell=[25, 25, 25], pbc=True)
    atoms.wrap()
    view = view_site(Site(atoms, 0))
    assert view.drawn.atoms.get_distance(0, 1) == pytest.approx(1.7)
    assert len(sent(view, "addShape")) == 1


def test_a_moved_crystal_is_shown_anew():
    view = view_site(Site(bulk("Cu"), 0))
    move_atoms(view, Site(bulk("Cu", a=3.0), 0))
    assert len(view.drawn.atoms) > len(cluster(Site(bulk("Cu"), 0), 6.0).atoms)
    assert len(view._ngl_component_ids) == 2  # atoms and cell


def test_a_view_starts_with_its_halos():
    view = view_site(stretched(2.0), highlight=[1])
    kinds = [call["args"][0] for call in view._ngl_msg_archive if call.get("args")]
    assert "spacefill" in kinds


def test_arrows_begin_at_their_atoms_and_short_ones_are_left_out():
    site = Site(Atoms("FeO2", [[0, 0, 0], [0, 0, 2], [0, 2, 0]]), 0)
    arrows = np.array([[0, 0, 0], [0, 0, 3.0], [0, 0.1, 0]])
    view = view_site(site, arrows=arrows)
    ((_, shapes),) = sent(view, "addShape")
    (kind, start, end, *_), *others = shapes
    assert (kind, others) == ("arrow", [])
    np.testing.assert_allclose(start, as_seen(site)[1])
    np.testing.assert_allclose(np.linalg.norm(np.subtract(end, start)), 1.2)
