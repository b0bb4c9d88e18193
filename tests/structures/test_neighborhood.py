"""Neighbors: closed forms of crystals, laws, and ASE's own list as a second opinion."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.neighborlist import neighbor_list

from xnet_lite.errors import InputError
from xnet_lite.structures import Site, cluster, neighbors, stack_neighbors


def random_molecule(seed: int, n_atoms: int = 40) -> Site:
    """Atoms thrown into a box, the absorber anywhere among them."""
    rng = np.random.default_rng(seed)
    atoms = Atoms(rng.integers(1, 30, n_atoms), rng.uniform(-6, 6, (n_atoms, 3)))
    return Site(atoms, int(rng.integers(n_atoms)))


def test_copper_has_12_6_and_24_neighbors_in_its_first_shells():
    around = neighbors(Site(bulk("Cu", a=3.6), 0), 4.5)
    shells = 3.6 * np.sqrt([0.5, 1.0, 1.5])
    np.testing.assert_allclose(around.distances, np.repeat(shells, [12, 6, 24]))


def test_images_of_the_absorber_itself_are_neighbors():
    around = neighbors(Site(bulk("Cu", a=3.6), 0), 2.6)
    assert set(around.indices.tolist()) == {0}


@pytest.mark.parametrize("pbc", [True, (True, False, True), (False, True, False)])
@pytest.mark.parametrize("cutoff", [2.5, 7.3])
def test_a_skewed_cell_gives_the_distances_of_ase(pbc, cutoff):
    atoms = bulk("Ti", "hcp", a=2.95, c=4.68) * (2, 1, 1)
    atoms.positions += np.random.default_rng(0).normal(0, 2.0, atoms.positions.shape)
    atoms.pbc = pbc
    first, second, apart = neighbor_list("ijd", atoms, cutoff)
    for i in range(len(atoms)):
        around = neighbors(Site(atoms, i), cutoff)
        mine = sorted(zip(around.distances.round(8), around.indices, strict=True))
        chosen = first == i
        theirs = sorted(zip(apart[chosen].round(8), second[chosen], strict=True))
        np.testing.assert_allclose(mine, theirs, atol=2e-8)  # rounded at 1e-8


def test_a_batch_equals_its_sites_one_by_one_in_any_mixture():
    sites = [random_molecule(1), Site(bulk("NaCl", "rocksalt", a=5.6), 1)]
    sites += [Site(Atoms("Fe", [[0, 0, 0]]), 0), random_molecule(2)]
    batch = stack_neighbors(sites, 5.0)
    for i, site in enumerate(sites):
        alone = neighbors(site, 5.0)
        together = batch.of_site(i)
        np.testing.assert_array_equal(together.indices, alone.indices)
        np.testing.assert_array_equal(together.vectors, alone.vectors)
        np.testing.assert_array_equal(
            together.numbers, site.atoms.numbers[alone.indices]
        )
    assert batch.absorber_numbers.tolist() == [
        site.atoms.numbers[site.absorber_index] for site in sites
    ]
    np.testing.assert_array_equal(np.bincount(batch.site_index), batch.counts)


def test_no_sites_give_an_empty_batch():
    assert stack_neighbors([], 5.0).offsets.tolist() == [0]


def test_distances_ascend_and_are_the_lengths_of_the_vectors():
    around = neighbors(random_molecule(3), 6.0)
    assert (np.diff(around.distances) >= 0).all()
    lengths = np.linalg.norm(around.vectors, axis=1)
    np.testing.assert_allclose(lengths, around.distances)


def test_the_cutoff_is_inclusive_and_nothing_lies_beyond():
    site = Site(Atoms("FeO2", [[0, 0, 0], [2, 0, 0], [0, 2.000001, 0]]), 0)
    assert neighbors(site, 2.0).indices.tolist() == [1]


def test_a_cutoff_that_is_no_length_is_refused():
    with pytest.raises(InputError, match="cutoff is -1: give a number > 0"):
        neighbors(random_molecule(0), -1)


def test_a_cluster_has_the_absorber_first_and_the_same_neighborhood():
    site = Site(bulk("NaCl", "rocksalt", a=5.6), 1, name="salt")
    cut = cluster(site, 6.0)
    assert (cut.absorber_index, cut.absorber, cut.name) == (0, "Cl", "salt")
    assert not cut.atoms.pbc.any()
    inside, outside = neighbors(cut, 6.1), neighbors(site, 6.0)
    np.testing.assert_allclose(inside.vectors, outside.vectors, atol=1e-12)
    np.testing.assert_array_equal(inside.indices, np.arange(1, len(cut.atoms)))
    np.testing.assert_array_equal(cut.atoms.arrays["parent_index"][1:], outside.indices)


def test_a_cluster_of_a_molecule_keeps_its_coordinates():
    site = random_molecule(4)
    cut = cluster(site, 5.0)
    parents = cut.atoms.arrays["parent_index"]
    np.testing.assert_allclose(cut.atoms.positions, site.atoms.positions[parents])
