"""Complexes pulled apart: what moves, by how much, and what stays rigid."""

from itertools import pairwise

import numpy as np
import pytest

from xnet_lite.complexes import Recipe, build
from xnet_lite.errors import InputError
from xnet_lite.making.driven import donor_distance, elongated, with_ligand_leaving

# Å; positions are rounded to 1e-4 Å a component, which moves a distance by up to √3e-4
ROUNDING = 2e-4


@pytest.fixture(scope="module")
def complexes():
    """A complex with a chelate and one with a ring."""
    pytest.importorskip("rdkit", reason="building complexes needs the extra `chem`")
    mixed = Recipe("Fe", 2, "octahedral", ("bpy", "nh3", "nh3", "ncs", "ncs"))
    stool = Recipe("Fe", 2, "half-sandwich", ("cp", "co", "co", "cl"))
    return {"mixed": build(mixed), "stool": build(stool)}


@pytest.fixture(scope="module")
def mixed(complexes):
    """Fe(bpy)(NH3)2(NCS)2."""
    return complexes["mixed"]


def bonds(made, atoms):
    """Distances to all donors."""
    return atoms.get_distances(0, list(made.bonded))


def parts(made):
    """Atoms of each ligand."""
    sizes = [one.n_atoms for one in made.recipe.ordered]
    ends = np.cumsum([1, *sizes])
    return [np.arange(a, b) for a, b in pairwise(ends)]


@pytest.mark.parametrize("name", ["mixed", "stool"])
@pytest.mark.parametrize("stretch", [-0.1, 0.05, 0.2])
def test_the_mean_bond_of_every_ligand_grows_by_the_stretch(complexes, name, stretch):
    made = complexes[name]
    grown = bonds(made, elongated(made, stretch)) - bonds(made, made.atoms)
    for ligand in set(made.owners):
        own = np.array(made.owners) == ligand
        assert grown[own].mean() == pytest.approx(stretch, abs=ROUNDING)


def test_a_ligand_of_one_donor_moves_straight_along_its_bond(mixed):
    before, after = mixed.atoms, elongated(mixed, 0.2)
    donor = mixed.bonded[-1]
    along = before.positions[donor] / np.linalg.norm(before.positions[donor])
    moved = after.positions[donor] - before.positions[donor]
    assert moved == pytest.approx(0.2 * along, abs=ROUNDING)


@pytest.mark.parametrize("name", ["mixed", "stool"])
def test_ligands_stay_rigid(complexes, name):
    made = complexes[name]
    before = made.atoms.get_all_distances()
    after = elongated(made, 0.2).get_all_distances()
    for own in parts(made):
        inside = np.ix_(own, own)
        assert after[inside] == pytest.approx(before[inside], abs=2 * ROUNDING)


def test_no_stretch_moves_nothing(mixed):
    assert np.array_equal(elongated(mixed, 0.0).positions, mixed.atoms.positions)
    there = with_ligand_leaving(mixed, "nh3", 0.0)
    assert np.array_equal(there.positions, mixed.atoms.positions)


def test_only_the_ligand_that_leaves_moves_and_its_bond_grows(mixed):
    after = with_ligand_leaving(mixed, "nh3", 2.0)
    moved = np.flatnonzero((after.positions != mixed.atoms.positions).any(axis=1))
    names = [one.name for one in mixed.recipe.ordered]
    last = max(i for i, name in enumerate(names) if name == "nh3")
    grown = bonds(mixed, after) - bonds(mixed, mixed.atoms)
    assert moved.tolist() == parts(mixed)[last].tolist()
    assert grown.max() == pytest.approx(2.0, abs=ROUNDING)
    assert np.sort(grown)[:-1] == pytest.approx(np.zeros(5), abs=1e-12)


def test_the_mean_distance_counts_the_donors_that_were(mixed):
    gone = donor_distance(mixed, with_ligand_leaving(mixed, "nh3", 1.2))
    assert gone - donor_distance(mixed, mixed.atoms) == pytest.approx(0.2, abs=1e-4)


def test_a_ligand_that_is_not_there_is_refused(mixed):
    with pytest.raises(InputError, match=r"ligand 'co' is not one of bpy, ncs, nh3"):
        with_ligand_leaving(mixed, "co", 1.0)


def test_bonds_shorter_than_nothing_are_refused(mixed):
    with pytest.raises(InputError, match=r"cannot move by -3.0 Å"):
        elongated(mixed, -3.0)
