"""Relaxing complexes, and reading donors and geometry off what comes out."""

import sys

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.complexes import (
    Recipe,
    bound_donors,
    build,
    coordination_number,
    named_geometry,
    polyhedron,
    relax,
    shell_distances,
    xtb_calculator,
)
from xnet_lite.complexes import relax as relax_function
from xnet_lite.errors import InputError

MODULE = sys.modules[relax_function.__module__]
PENTACARBONYL = Recipe("Fe", 0, "trigonal-bipyramidal", ("co",) * 5)
DICHLORIDE = Recipe("Fe", 2, "tetrahedral", ("en", "cl", "cl"))


@pytest.fixture(scope="module", autouse=True)
def chemistry():
    """RDKit and tblite, without which nothing is relaxed."""
    pytest.importorskip("rdkit", reason="building complexes needs the extra `chem`")
    pytest.importorskip("tblite", reason="relaxing them needs the extra `chem`")


@pytest.fixture
def moved(monkeypatch):
    """Replace the minimisation by a given displacement of some atoms."""

    def instead(change):
        monkeypatch.setattr(MODULE, "_minimise", lambda key, atoms, *_: change(atoms))

    return instead


# --- relaxing ---------------------------------------------------------------------


def test_a_relaxed_complex_is_a_minimum_with_the_metal_at_the_origin():
    built = build(PENTACARBONYL)
    relaxed = relax(built)
    atoms = relaxed.atoms.copy()
    atoms.calc = xtb_calculator(0)
    # positions are kept to 1e-4 Å, which moves forces by about 0.01 eV/Å
    assert np.linalg.norm(atoms.get_forces(), axis=1).max() < 0.12
    assert np.abs(relaxed.atoms.positions[0]).max() == 0
    assert relaxed.relaxed
    assert relaxed.labels()["relaxed"] is True
    assert built.labels()["relaxed"] is False


def test_relaxation_lowers_the_energy():
    built = build(DICHLORIDE)
    energies = []
    for one in (built, relax(built)):
        atoms = one.atoms.copy()
        atoms.calc = xtb_calculator(0)
        energies.append(atoms.get_potential_energy())
    assert energies[1] < energies[0] - 0.1


def test_the_same_complex_relaxes_to_the_same_positions():
    first, second = (relax(build(PENTACARBONYL)).atoms.positions for _ in range(2))
    assert np.array_equal(first, second)


def test_an_odd_number_of_electrons_is_refused():
    built = build(Recipe("Fe", 3, "tetrahedral", ("cl",) * 4))
    with pytest.raises(InputError, match="odd number of electrons"):
        relax(built)


def test_too_few_steps_are_refused():
    with pytest.raises(InputError, match="not relaxed after 1 steps"):
        relax(build(DICHLORIDE), max_steps=1)


def test_a_ligand_that_leaves_is_refused(moved):
    built = build(DICHLORIDE)
    chlorine = int(np.flatnonzero(built.atoms.numbers == 17)[0])

    def pull(atoms):
        atoms.positions[chlorine] *= 2

    moved(pull)
    with pytest.raises(InputError, match="dissociated, a ligand left"):
        relax(built)


def test_a_bond_that_breaks_inside_a_ligand_is_refused(moved):
    built = build(PENTACARBONYL)

    def pull(atoms):
        atoms.positions[built.donors[0] + 1] *= 1.5

    moved(pull)
    with pytest.raises(InputError, match=r"rearranged, the bond C1–O2 broke"):
        relax(built)


def test_an_arm_that_lets_go_is_not_counted(moved):
    built = build(Recipe("Fe", 2, "octahedral", ("en",) * 2 + ("cl",) * 2))
    arm = built.donors[0]
    near = built.atoms.get_distances(arm, range(len(built.atoms)))
    group = np.flatnonzero(near < 1.2)  # nitrogen and its hydrogens

    def pull(atoms):
        atoms.positions[group] += 0.35 * atoms.positions[arm]

    moved(pull)
    relaxed = relax(built)
    assert relaxed.labels()["coordination_number"] == 5
    assert relaxed.labels()["first_shell"] == "Cl2N3"
    assert relaxed.labels()["geometry"] == "square-pyramidal"
    assert len(shell_distances(relaxed)) == 5
    assert built.labels()["coordination_number"] == 6


def test_without_tblite_the_remedy_is_named(without):
    without("tblite")
    with pytest.raises(InputError, match=r"needs tblite.*xnet-lite\[chem\]"):
        xtb_calculator(0)


# --- geometry as found ------------------------------------------------------------


def cloud(name, n_sites, noise=0.0, seed=0):
    """Zinc and chlorines on the vertices of a geometry, shaken."""
    rng = np.random.default_rng(seed)
    there = 2.2 * polyhedron(name, n_sites).vertices
    there = there + noise * rng.normal(size=there.shape)
    return Atoms(["Zn"] + ["Cl"] * n_sites, np.vstack([np.zeros(3), there]))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("name", "n_sites"),
    [
        ("linear", 2),
        ("trigonal-planar", 3),
        ("tetrahedral", 4),
        ("square-planar", 4),
        ("square-pyramidal", 5),
        ("trigonal-bipyramidal", 5),
        ("octahedral", 6),
    ],
)
def test_a_shaken_geometry_keeps_its_name(name, n_sites, seed):
    recipe = Recipe("Zn", 2, "octahedral", ("cl",) * n_sites)
    atoms = cloud(name, n_sites, noise=0.1, seed=seed)
    assert named_geometry(recipe, atoms, tuple(range(1, n_sites + 1))) == name


def test_a_donor_beyond_one_point_three_radii_is_not_bound():
    recipe = Recipe("Zn", 2, "tetrahedral", ("cl",) * 4)
    atoms = cloud("tetrahedral", 4)
    limit = 1.3 * (1.22 + 1.02)  # covalent radii of Zn and Cl
    atoms.positions[1] *= (limit - 0.01) / 2.2
    atoms.positions[2] *= (limit + 0.01) / 2.2
    assert bound_donors(recipe, atoms, (1, 2, 3, 4)) == (1, 3, 4)


def test_a_ring_counts_its_electron_pairs():
    recipe = Recipe("Fe", 2, "half-sandwich", ("cp", "co", "co", "me"))
    built = build(recipe)
    assert coordination_number(recipe, built.donors, built.donors) == 6
