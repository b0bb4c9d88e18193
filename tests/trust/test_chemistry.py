"""First shells are read as chemists count them; each check fires where it should."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk

from xnet_lite.errors import InputError
from xnet_lite.structures import Site
from xnet_lite.trust import KnownChemistry, Surroundings
from xnet_lite.trust.chemistry import CHECKS

AXES = np.concatenate([np.eye(3), -np.eye(3)])
CORNERS = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(3)


def star(symbols, directions=AXES, length=2.0, **more):
    """A metal with atoms in some directions."""
    places = length * np.asarray(directions)[: len(symbols)]
    return Site(Atoms(["Zn", *symbols], np.vstack([[0, 0, 0], places]), **more), 0)


KNOWN_SITES = [
    star(["N"] * 6),
    star(["N"] * 4 + ["O"] * 2),
    star(["O"] * 4, CORNERS),
    star(["S"] * 2 + ["N"] * 2, CORNERS, 2.2),
]
KNOWN = KnownChemistry(Surroundings.of(KNOWN_SITES))


def doubts(site):
    return KNOWN.doubts(Surroundings.of([site]))[0]


def with_far(symbol, place):
    """A known site with one more atom."""
    atoms = KNOWN_SITES[0].atoms.copy()
    return Site(atoms + Atoms(symbol, [place]), 0)


MADE = {
    "crystal": Site(bulk("ZnO", "rocksalt", a=4.0), 0),
    "second metal": with_far("Cu", [2.1, 2.1, 2.1]),
    "no hydrogen": Site(
        KNOWN_SITES[0].atoms + Atoms("C2", [[8, 0, 0], [9.5, 0, 0]]), 0
    ),
    "element": star(["F"] * 4, CORNERS),
    "number of one element": star(["S"] * 4, CORNERS, 2.2),
    "coordination": star(["N"] * 3, CORNERS),
    "distance": star(["N"] * 6, length=2.3),
    "directions": star(["O"] * 4, AXES[[0, 1, 3, 4]]),
    "composition": star(["N"] * 3 + ["O"], CORNERS),
}


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_fires_on_a_site_made_for_it(check):
    found = doubts(MADE[check])
    assert check in found
    assert found[check]


def test_no_check_fires_on_a_training_site():
    assert KNOWN.doubts(KNOWN.known) == [{}] * len(KNOWN_SITES)


@pytest.mark.parametrize("metal", ["fe", "zn"])
def test_no_check_fires_on_any_site_of_the_set_that_is_known(metal):
    from xnet_lite.datasets import load

    around = Surroundings.of(load(f"tm-complexes-k-{metal}").sites[:150])
    assert KnownChemistry(around).doubts(around) == [{}] * 150


def test_sentences_are_in_the_words_of_a_chemist():
    assert doubts(MADE["number of one element"])["number of one element"] == (
        "no known site has four sulfur neighbors: the most are 2 of sulfur"
    )
    assert doubts(MADE["element"]) == {
        "element": "no known site has a fluorine neighbor"
    }
    assert doubts(MADE["distance"]) == {
        "distance": "a nitrogen at 2.30 Å: known are 2.00 to 2.20 Å"
    }
    assert doubts(MADE["composition"]) == {
        "composition": "no known site has three nitrogen and one oxygen neighbors "
        "together"
    }


def test_a_square_is_far_from_a_tetrahedron_and_a_shaken_one_is_not():
    shaken = CORNERS + 0.05 * np.random.default_rng(0).normal(size=(4, 3))
    assert "directions" not in doubts(star(["O"] * 4, shaken))
    # cosines of a square against those of a tetrahedron: 90° and 180° for 109.5°
    square = doubts(MADE["directions"])["directions"]
    assert "its four neighbors stand as in no known site, 44°" in square


def test_turning_a_site_changes_nothing():
    turned = KNOWN_SITES[1].atoms.copy()
    turned.rotate(47, (1, 2, 3))
    before, after = (
        Surroundings.of([one]) for one in (KNOWN_SITES[1], Site(turned, 0))
    )
    np.testing.assert_allclose(after.angles, before.angles, atol=1e-5)
    assert after.formulas == before.formulas == ["N4O2"]


def test_hydrogen_of_a_ligand_is_no_neighbor_and_a_hydride_is():
    ammine = star(["N"]).atoms + Atoms("H", [[2.3, 0.95, 0]])
    hydride = star(["N"]).atoms + Atoms("H", [[0, 1.6, 0]])
    found = Surroundings.of([Site(ammine, 0), Site(hydride, 0)])
    assert found.formulas == ["N1", "H1N1"]


def test_what_stands_behind_a_neighbor_is_none_and_a_ring_is():
    carboxylate = Atoms("ZnOC", [[0, 0, 0], [2.0, 0, 0], [2.0, 1.3, 0]])
    ring = 1.2 * np.exp(2j * np.pi * np.arange(5) / 5)
    cp = Atoms("ZnC5", [[0, 0, 0], *[[z.real, z.imag, 1.7] for z in ring]])
    found = Surroundings.of([Site(carboxylate, 0), Site(cp, 0)])
    assert found.formulas == ["O1", "C5"]


def test_metals_are_neighbors_in_a_metal_and_not_in_its_oxide():
    oxide, metal = bulk("NiO", "rocksalt", a=4.2), bulk("Ni", "fcc", a=3.5)
    found = Surroundings.of([Site(oxide, 0), Site(metal, 0)])
    assert found.formulas == ["O6", "Ni12"]
    assert found.facts[:, 1].all()  # a second metal is near in both


def test_they_come_back_from_arrays():
    again = Surroundings.from_arrays(KNOWN.known.arrays())
    assert again.formulas == KNOWN.known.formulas
    np.testing.assert_allclose(again.lengths, KNOWN.known.lengths, rtol=1e-6)
    assert KnownChemistry(again).doubts(KNOWN.known) == [{}] * len(KNOWN_SITES)


def test_no_site_has_no_surroundings():
    with pytest.raises(InputError, match="there is no site"):
        Surroundings.of([])
