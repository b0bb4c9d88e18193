"""The neighborhood as a vector: its layout, what is kept, and the order of equals."""

import json

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, make_supercell, molecule

from xnet_lite.datasets import load
from xnet_lite.descriptors import NeighborGraph
from xnet_lite.errors import InputError
from xnet_lite.structures import Site

# a few roundings of lengths of some Å
EXACT = {"rtol": 1e-12, "atol": 1e-12}


def parts(vector, n_neighbors):
    """Z of the absorber, Z, r and the matrix of distances, read as the docs say."""
    numbers, radii, lengths = np.split(vector[1:], [n_neighbors, 2 * n_neighbors])
    between = np.zeros((n_neighbors, n_neighbors))
    between[np.triu_indices(n_neighbors, 1)] = lengths
    return vector[0], numbers, radii, between + between.T


def shuffled(site, seed=1):
    """The same site in another order of the file."""
    order = np.random.default_rng(seed).permutation(len(site.atoms))
    absorber = int(np.flatnonzero(order == site.absorber_index)[0])
    return Site(site.atoms[order], absorber)


def octahedron(distance=2.0):
    """Fe with six O at one distance, on the axes."""
    places = distance * np.vstack([np.eye(3), -np.eye(3)])
    return Site(Atoms("FeO6", np.vstack([np.zeros(3), places])), 0)


def test_the_vector_has_the_layout_of_the_docs(around):
    site = around(("N", [0.0, 3.0, 0.0]), ("O", [2.0, 0.0, 0.0]), ("H", [2.0, 0, 1.0]))
    graph = NeighborGraph(cutoff=4.0, n_neighbors=4)
    r03, r12, r13, r23 = 3.0, 1.0, 13**0.5, 14**0.5
    expected = [26, 8, 1, 7, 0, 2.0, 5**0.5, r03, 0, r12, r13, 0, r23, 0, 0]
    np.testing.assert_allclose(graph.describe(site), expected, **EXACT)


def test_names_tell_the_layout():
    assert NeighborGraph(n_neighbors=3).feature_names == [
        *("Z of 0", "Z of 1", "Z of 2", "Z of 3"),
        *("r 0 to 1, Å", "r 0 to 2, Å", "r 0 to 3, Å"),
        *("r 1 to 2, Å", "r 1 to 3, Å", "r 2 to 3, Å"),
    ]


@pytest.mark.parametrize("n_neighbors", [1, 2, 7, 32, 64])
def test_the_number_of_neighbors_follows_from_the_length(n_neighbors):
    n_features = NeighborGraph(n_neighbors=n_neighbors).n_features
    assert n_features == 1 + 2 * n_neighbors + n_neighbors * (n_neighbors - 1) // 2
    assert ((8 * n_features + 1) ** 0.5 - 3) / 2 == n_neighbors


def test_distances_are_those_of_ase_for_a_molecule():
    atoms = molecule("CH3CH2OH")
    site = Site(atoms, 0)
    _, numbers, radii, between = parts(NeighborGraph(9.0, 8).describe(site), 8)
    lengths = atoms.get_all_distances()
    order = np.argsort(lengths[0], kind="stable")[1:]
    np.testing.assert_allclose(radii, lengths[0][order], **EXACT)
    # mirror images of one another come in either order
    assert sorted(zip(radii.round(6), numbers, strict=True)) == sorted(
        zip(lengths[0][order].round(6), atoms.numbers[order], strict=True)
    )
    every = lengths[1:, 1:]
    np.testing.assert_allclose(np.sort(between, None), np.sort(every, None), **EXACT)


def test_each_row_of_distances_belongs_to_its_neighbor(sites):
    site = sites[0]
    _, numbers, radii, between = parts(NeighborGraph(20.0, 24).describe(site), 24)
    lengths = site.atoms.get_all_distances()
    order = np.argsort(lengths[0])[1:]
    assert numbers.tolist() == site.atoms.numbers[order].tolist()
    np.testing.assert_allclose(radii, lengths[0][order], **EXACT)
    np.testing.assert_allclose(between, lengths[np.ix_(order, order)], **EXACT)


def test_distances_satisfy_the_triangle(sites):
    _, numbers, radii, between = parts(NeighborGraph().describe(sites[2]), 32)
    there = numbers > 0
    radii, between = radii[there], between[np.ix_(there, there)]
    assert (between <= radii[:, None] + radii + 1e-12).all()
    assert (between >= np.abs(radii[:, None] - radii) - 1e-12).all()


def test_what_is_not_there_is_zero(sites):
    graph = NeighborGraph(n_neighbors=40)
    for site in sites:
        n_inside = (site.atoms.get_distances(0, slice(None)) <= 5.0).sum() - 1
        _, numbers, radii, between = parts(graph.describe(site), 40)
        assert (numbers > 0).sum() == n_inside
        assert (radii[:n_inside] > 0).all()
        assert not numbers[n_inside:].any()
        assert not radii[n_inside:].any()
        assert not between[n_inside:].any()


def test_an_atom_alone_is_its_own_number():
    assert NeighborGraph().describe(Site(Atoms("Ni"), 0)).nonzero()[0].tolist() == [0]
    assert NeighborGraph().describe(Site(Atoms("Ni"), 0))[0] == 28


def test_the_nearest_are_kept(sites):
    whole = parts(NeighborGraph(n_neighbors=32).describe(sites[2]), 32)
    few = parts(NeighborGraph(n_neighbors=5).describe(sites[2]), 5)
    assert (whole[1] > 0).sum() > 5
    assert few[1].tolist() == whole[1][:5].tolist()
    assert few[2].tolist() == whole[2][:5].tolist()
    assert few[3].tolist() == whole[3][:5, :5].tolist()


def test_swapped_like_atoms_keep_numbers_and_distances(sites):
    site = sites[0]
    like = np.flatnonzero(site.atoms.numbers == site.atoms.numbers[1])
    order = np.arange(len(site.atoms))
    order[like] = np.roll(like, 1)
    assert len(like) > 1
    swapped = Site(site.atoms[order], 0)
    graph = NeighborGraph()
    assert graph.describe(swapped).tolist() == graph.describe(site).tolist()


def test_unlike_atoms_at_one_distance_go_by_atomic_number(around):
    places = [2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 2.0 + 1e-9]
    site = around(*zip(("S", "C", "H"), places, strict=True))
    _, numbers, _, _ = parts(NeighborGraph(n_neighbors=3).describe(site), 3)
    assert numbers.tolist() == [1, 6, 16]


def test_a_nearer_atom_comes_first_whatever_follows(around):
    # one shell on and one atomic number down, and the two H are near each other
    pair = ("H", [0.0, 2.1, 0.0]), ("H", [0.6, (2.1**2 - 0.6**2) ** 0.5, 0.0])
    site = around(("He", [0.0, 0.0, 2.0]), *pair)
    _, numbers, radii, _ = parts(NeighborGraph(n_neighbors=3).describe(site), 3)
    assert numbers.tolist() == [2, 1, 1]
    np.testing.assert_allclose(radii, [2.0, 2.1, 2.1], **EXACT)


@pytest.mark.parametrize("n_neighbors", [6, 4])
def test_equals_by_symmetry_give_one_vector_in_any_order(n_neighbors):
    graph = NeighborGraph(n_neighbors=n_neighbors)
    site = octahedron()
    expected = graph.describe(site)
    found = graph.transform([shuffled(site, seed) for seed in range(20)])
    np.testing.assert_allclose(found, np.tile(expected, (20, 1)), **EXACT)


def test_equal_distances_are_ordered_by_what_surrounds_them():
    # six O on one sphere; an H beyond one of them makes three kinds of them
    site = octahedron()
    site = Site(site.atoms + Atoms("H", [[0.0, 0.0, 2.97]]), 0)
    graph = NeighborGraph(n_neighbors=7)
    rows = graph.transform([shuffled(site, seed) for seed in range(20)])
    np.testing.assert_allclose(rows, np.tile(rows[0], (20, 1)), **EXACT)
    _, _, _, between = parts(rows[0], 7)
    lengths = [0.97, *[(2.0**2 + 2.97**2) ** 0.5] * 4, 4.97]
    np.testing.assert_allclose(np.sort(between[6, :6]), lengths, **EXACT)


def test_copper_has_twelve_neighbors_at_a_over_the_root_of_two():
    a = 3.61
    graph = NeighborGraph(cutoff=3.0, n_neighbors=20)
    own, numbers, radii, between = parts(graph.describe(Site(bulk("Cu", a=a), 0)), 20)
    assert (own, numbers[:12].tolist(), numbers[12:].any()) == (29, [29] * 12, False)
    np.testing.assert_allclose(radii[:12], a / 2**0.5, **EXACT)
    # each of the twelve touches four of the others
    touching = np.isclose(between[:12, :12], a / 2**0.5, rtol=1e-9)
    assert touching.sum(axis=1).tolist() == [4] * 12


def test_a_cut_through_a_shell_of_a_crystal_keeps_the_same_atoms_in_a_supercell():
    cell = bulk("Cu", a=3.61)
    super_cell = make_supercell(cell, [[2, 0, 0], [0, 1, 0], [0, 1, 3]])
    graph = NeighborGraph(n_neighbors=9)
    one, other = graph.transform([Site(cell, 0), shuffled(Site(super_cell, 0))])
    assert (one[1:10] == 29).all()
    np.testing.assert_allclose(other, one, rtol=1e-9)


def test_every_public_crystal_has_one_vector_in_any_order(mirror):
    mirror("AI-multimodal/OmniXAS")
    sites = load("omnixas-cu-k").sites[::20]
    graph = NeighborGraph()
    rows = graph.transform(sites)
    found = graph.transform([shuffled(site) for site in sites])
    # equals are told to 1e-6 Å; a few such add up in a distance of two neighbors
    np.testing.assert_allclose(found, rows, rtol=0, atol=1e-5)


def test_it_comes_back_from_its_configuration():
    graph = NeighborGraph(cutoff=4.5, n_neighbors=12)
    config = json.loads(json.dumps(graph.config()))
    assert config == {"cutoff": 4.5, "n_neighbors": 12}
    assert NeighborGraph.from_config(config) == graph


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cutoff": 0.0}, "cutoff is 0.0: give a number > 0"),
        ({"cutoff": -2.0}, "cutoff is -2.0: give a number > 0"),
        ({"cutoff": np.inf}, "cutoff is inf: give a number > 0"),
        ({"n_neighbors": 0}, "n_neighbors is 0: give a whole number >= 1"),
        ({"n_neighbors": 2.5}, "n_neighbors is 2.5: give a whole number"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        NeighborGraph(**arguments)


def test_an_atom_on_the_absorber_is_refused():
    with pytest.raises(InputError, match="sits on the absorber"):
        NeighborGraph().describe(Site(Atoms("FeO", np.zeros((2, 3))), 0))
