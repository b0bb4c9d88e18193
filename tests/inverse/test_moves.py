"""Moves change what they name, and leave the inside of ligands as it is."""

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.errors import InputError
from xnet_lite.inverse import Geometry, Move, bend, ligands, stretch, twist
from xnet_lite.structures import Site, read_site

BPY3 = "data/examples/fe-bpy3.xyz"


def carbonyl(angle=180.0):
    """Iron, one carbonyl along z, one chloride along x."""
    t = np.radians(180 - angle)
    end = [1.15 * np.sin(t), 0, 1.8 + 1.15 * np.cos(t)]
    return Site(Atoms("FeCOCl", [[0, 0, 0], [0, 0, 1.8], end, [2.2, 0, 0]]), 0)


@pytest.fixture(scope="module")
def bpy3():
    """Three ligands with two donors each."""
    return read_site(BPY3)


def test_ligands_and_their_donors_are_found(bpy3):
    found = ligands(bpy3)
    assert [(len(atoms), len(donors)) for atoms, donors in found] == [(20, 2)] * 3
    symbols = np.array(bpy3.atoms.get_chemical_symbols())
    assert {symbols[k] for _, donors in found for k in donors} == {"N"}


def test_a_stretch_moves_donors_by_its_number_and_ligands_as_they_are(bpy3):
    move = stretch(bpy3)
    assert move.name == "Fe-N"
    before = bpy3.atoms.positions
    after = move(before, 0.01)
    donors = np.concatenate([own for _, own in ligands(bpy3)])
    r = [np.linalg.norm(one[donors] - one[0], axis=1).mean() for one in (before, after)]
    assert r[1] - r[0] == pytest.approx(0.01, rel=0.01)
    for atoms, _ in ligands(bpy3):
        inside = [one[atoms] - one[atoms[0]] for one in (before, after)]
        np.testing.assert_allclose(*inside, atol=1e-12)


def test_a_stretch_of_one_element_leaves_the_others():
    site = carbonyl()
    after = stretch(site, "C")(site.atoms.positions, 0.1)
    np.testing.assert_allclose(after[:, 2], [0, 1.9, 3.05, 0])
    np.testing.assert_allclose(after[3], site.atoms.positions[3])


def test_what_surrounds_the_absorber_goes_outwards():
    ring = [[2, 0, 0], [0, 2, 0], [-2, 0, 0], [0, -2, 0]]
    link = [[1.4, 1.4, 0], [-1.4, 1.4, 0], [-1.4, -1.4, 0], [1.4, -1.4, 0]]
    site = Site(Atoms("FeN4C4", [[0, 0, 0], *ring, *link]), 0)
    after = stretch(site, "N")(site.atoms.positions, 0.1)
    np.testing.assert_allclose(np.linalg.norm(after[1:5], axis=1), 2.1)


@pytest.mark.parametrize("angle", [180.0, 150.0])
def test_a_bend_keeps_both_bonds(angle):
    site = carbonyl(angle)
    geometry = Geometry(site, [bend(site, 1)])
    atoms = geometry.at([20.0]).atoms
    assert atoms.get_distance(0, 1) == pytest.approx(1.8)
    assert atoms.get_distance(1, 2) == pytest.approx(1.15)
    assert abs(atoms.get_angle(0, 1, 2) - angle) == pytest.approx(20.0, abs=1e-3)


def test_a_twist_keeps_all_distances_from_the_absorber():
    site = carbonyl(150.0)
    after = Geometry(site, [twist(site, 1)]).at([40.0]).atoms
    before = site.atoms.get_distances(0, [1, 2, 3])
    np.testing.assert_allclose(after.get_distances(0, [1, 2, 3]), before)
    assert after.get_distance(2, 3) != pytest.approx(site.atoms.get_distance(2, 3))


def test_moves_are_done_one_after_the_other():
    site = carbonyl()
    geometry = Geometry(site, [stretch(site, "C"), stretch(site, "Cl")])
    assert geometry.names == ["Fe-C", "Fe-Cl"]
    np.testing.assert_allclose(geometry.distances([0.1, -0.1], [1, 3]), [1.9, 2.1])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda site: stretch(site, "N"), "bound to Fe are C1, Cl3"),
        (lambda site: stretch(site, [2]), "give of these"),
        (lambda site: bend(site, 3), "a ligand of one atom"),
        (lambda site: Move("x", 0, 1), "give directions, or atoms"),
        (lambda site: Move("x", 1, 0, np.zeros((4, 3))), "high is 0"),
        (lambda site: Geometry(site, []), "give at least one"),
        (
            lambda site: Geometry(site, [Move("x", 0, 1, np.zeros((2, 3)))]),
            r"give \(4, 3\)",
        ),
        (lambda site: Geometry(site, [stretch(site)]).at([0, 0]), "give one for each"),
        (lambda site: Geometry(site, [stretch(site, "C")]).at([-1.5]), "atom meets"),
    ],
)
def test_what_cannot_be_moved_is_a_sentence(make, message):
    with pytest.raises(InputError, match=message):
        make(carbonyl())


def test_a_crystal_is_refused():
    site = carbonyl()
    atoms = site.atoms.copy()
    atoms.cell, atoms.pbc = [9, 9, 9], True
    crystal = Site(atoms, 0)
    with pytest.raises(InputError, match=r"structures.cluster"):
        Geometry(crystal, [stretch(site)])
