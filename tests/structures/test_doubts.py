"""Molecules in boxes, pieces of crystals, missing hydrogen: what a file holds."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, fcc111, molecule

from xnet_lite.structures import Site, cluster
from xnet_lite.structures.doubts import (
    empty_share,
    lacks_hydrogen,
    molecule_in_cell,
    piece_of_crystal,
)

NIO = bulk("NiO", "rocksalt", a=4.2)


def boxed(atoms, edge=15.0):
    """Atoms in an empty periodic cell."""
    atoms = atoms.copy()
    atoms.set_cell([edge] * 3)
    atoms.center()
    atoms.pbc = True
    return atoms


@pytest.mark.parametrize("step", [0.0, 7.5, [7.5, 0, 3]])
def test_a_molecule_is_found_whole_however_its_box_cuts_it(step):
    whole = molecule("C6H6")
    atoms = boxed(whole)
    atoms.positions += step
    atoms.wrap()
    found = molecule_in_cell(Site(atoms, 3))
    assert (len(found.atoms), found.absorber_index) == (12, 3)
    np.testing.assert_allclose(
        found.atoms.get_all_distances(), whole.get_all_distances(), atol=1e-9
    )


def test_bonds_that_go_on_into_the_next_cell_make_no_molecule():
    assert molecule_in_cell(Site(NIO, 0)) is None
    chain = Atoms("Cu", cell=[9, 9, 2.5], pbc=True)
    assert molecule_in_cell(Site(chain, 0)) is None


def test_solids_are_full_and_slabs_are_empty():
    assert [empty_share(bulk(x)) for x in ("Fe", "K", "Si")] == [0, 0, 0]
    slab = fcc111("Cu", (1, 1, 3), vacuum=15.0)
    slab.pbc = True
    assert 0.5 < empty_share(slab) < 0.95


@pytest.mark.parametrize("crystal", [NIO, bulk("Fe"), bulk("ZnS", "zincblende", a=5.4)])
def test_a_piece_of_a_crystal_is_known_also_a_little_moved(crystal):
    piece = cluster(Site(crystal, 0), 7.0)
    piece.atoms.rattle(0.03, seed=1)
    assert piece_of_crystal(piece)


def test_a_piece_with_another_absorber_is_still_one():
    piece = cluster(Site(NIO, 0), 7.0)
    piece.atoms.symbols[0] = "Mn"
    assert piece_of_crystal(piece)


def test_molecules_and_periodic_sites_are_no_pieces():
    assert not piece_of_crystal(Site(NIO.repeat(4), 0))
    assert not piece_of_crystal(Site(molecule("C60"), 0))
    assert not piece_of_crystal(Site(molecule("C6H6"), 0))


@pytest.mark.parametrize("name", ["C6H6", "CH3CH2OH", "C2H4", "CH3SiH3"])
def test_an_organic_molecule_without_its_hydrogen_is_noticed(name):
    whole = molecule(name)
    assert lacks_hydrogen(whole) == ""
    assert "no hydrogen" in lacks_hydrogen(whole[whole.numbers != 1])


@pytest.mark.parametrize(
    "atoms",
    [
        Atoms(
            "FeCOCN", [[0, 0, 0], [1.8, 0, 0], [2.95, 0, 0], [0, 1.9, 0], [0, 3.05, 0]]
        ),
        molecule("CO2"),
        molecule("CF4"),
        molecule("C2F4"),
        bulk("TiC", "rocksalt", a=4.33),
    ],
    ids=["carbonyl and cyanide", "CO2", "CF4", "C2F4", "carbide"],
)
def test_carbon_that_needs_no_hydrogen_is_let_be(atoms):
    assert lacks_hydrogen(atoms) == ""


def test_a_molecule_in_a_crystal_is_looked_at_across_the_cell():
    ring = molecule("C6H6")
    ring = boxed(ring[ring.numbers == 6], 8.0)
    ring.positions += 4.0
    ring.wrap()
    assert "6 of the 6 carbon" in lacks_hydrogen(ring)
    assert np.ptp(ring.positions, axis=0).max() > 5
