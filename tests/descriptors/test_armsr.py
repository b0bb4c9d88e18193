"""Scattering paths by length and angle: closed forms, plain loops, the parent's values.

Origin of `parents_msr.npz`: see test_msr.py.
"""

from itertools import pairwise, permutations, product
from pathlib import Path

import numpy as np
import pytest

from xnet_lite.descriptors import ARMSR, CHEMISTRY, MSR, armsr
from xnet_lite.descriptors.sums import paths
from xnet_lite.errors import InputError
from xnet_lite.structures import Site

PARENTS = np.load(Path(__file__).parent / "parents_msr.npz")


def bell(value, grid):
    """Gaussians on a grid, as wide as its spacing."""
    return np.exp(-(((value - grid) / (grid[1] - grid[0])) ** 2) / 2)


def plain(site, descriptor, n_atoms):
    """S3 (two atoms) or S4 (three), term by term."""
    length = np.linalg.norm
    lengths = np.linspace(0.5, descriptor.cutoff - 0.5, descriptor.n_s3)
    angles = np.linspace(-1, 1, descriptor.n_angles)
    total = np.zeros((len(lengths), len(angles) ** (n_atoms - 1)))
    places = site.atoms.positions
    for path in permutations(range(1, len(places)), n_atoms):
        stops = places[[0, *path]]
        legs = np.diff(stops, axis=0)
        way = length(legs, axis=1).sum()
        if way >= descriptor.cutoff:
            continue
        bends = [-a @ b / length(a) / length(b) for a, b in pairwise(legs)]
        angular = [np.prod(x) for x in product(*(bell(c, angles) for c in bends))]
        fade = 0.5 * (np.cos(np.pi * way / descriptor.cutoff) + 1)
        radial = np.prod(site.atoms.numbers[list(path)]) * fade * bell(way, lengths)
        total += np.outer(radial, angular)
    return total.ravel()


def test_many_neighbors_give_the_sums_of_all_paths_term_by_term(sites):
    descriptor = ARMSR(cutoff=8.0, n_s2=0, n_s3=9, n_s4=9, n_angles=5)
    for site in (sites[0], sites[1], sites[4]):
        expected = np.concatenate([plain(site, descriptor, n) for n in (2, 3)])
        found = descriptor.describe(site)
        # the plain loop takes lengths by another route: some ten roundings
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-14)


def test_a_path_through_and_a_path_back_are_told_apart_by_their_angle(around):
    site = around(("O", [2.0, 0.0, 0.0]), ("S", [3.5, 0.0, 0.0]))
    features = ARMSR(n_s2=0, n_s3=3, n_angles=3).describe(site).reshape(3, 3)
    lengths, cosines = np.array([0.5, 3.0, 5.5]), np.array([-1.0, 0.0, 1.0])
    expected = sum(
        8 * 16 * 0.5 * (np.cos(np.pi * way / 6) + 1) * np.outer(bell(way, lengths), x)
        for way, x in ((3.5, bell(-1.0, cosines)), (5.0, bell(1.0, cosines)))
    )
    np.testing.assert_allclose(features, expected, rtol=1e-12)


def test_angles_of_four_bodies_come_in_the_order_of_the_path(around):
    # straight on at the first atom, a right angle at the second
    site = around(
        ("O", [1.5, 0.0, 0.0]), ("C", [3.0, 0.0, 0.0]), ("N", [3.0, 1.5, 0.0])
    )
    sums = ARMSR(n_s2=0, n_s3=0, n_s4=3, n_angles=3).describe(site).reshape(3, 3, 3)
    assert np.unravel_index(sums[1].argmax(), (3, 3)) == (0, 1)


def test_functions_over_all_angles_add_up_to_the_paths_alone(around):
    site = around(("O", [2.0, 0.0, 0.0]), ("S", [2.0, 1.5, 0.0]))
    features = ARMSR(n_s2=0, n_s3=3, n_angles=41).describe(site).reshape(3, 41)
    # a grid of Gaussians as wide as its spacing adds up to √(2π) inside it; cosines
    # are 0 at O and 0.6 at S
    lengths = np.array([0.5, 3.0, 5.5])
    ways = np.array([2.0 + 1.5, 2.5 + 1.5])
    expected = sum(
        8 * 16 * 0.5 * (np.cos(np.pi * way / 6) + 1) * bell(way, lengths)
        for way in ways
    )
    expected = expected * np.sqrt(2 * np.pi)
    np.testing.assert_allclose(features.sum(axis=1), expected, rtol=1e-7)


def test_the_parent_code_is_reproduced(parent_sites):
    expected = PARENTS["armsr_722_r6"]
    features = ARMSR.xanesnet().transform(parent_sites[: len(expected)])
    # its own rounding; what is below 1e-35 is not summed here
    np.testing.assert_allclose(features, expected, rtol=1e-9, atol=1e-35)


@pytest.mark.parametrize(("angles", "n_empty"), [("xanesnet", 10), ("cosine", 0)])
def test_ten_of_the_parents_eighteen_angles_see_no_cosine(
    parent_sites, angles, n_empty
):
    descriptor = ARMSR.xanesnet(n_s2=0, angles=angles)
    sums = descriptor.transform(parent_sites).reshape(-1, 38, 18).sum(axis=(0, 1))
    # no cosine is beyond 1, where the points from 0 to π go on
    assert np.count_nonzero(sums < 1e-3 * sums.max()) == n_empty


def test_two_bodies_are_those_of_the_representation_by_length(sites):
    by_length = MSR(n_s3=0, n_s4=0).transform(sites)
    np.testing.assert_array_equal(ARMSR().transform(sites)[:, :38], by_length)


def test_all_paths_of_three_bodies_are_those_of_the_file_and_of_the_file_reversed(
    sites,
):
    turned = [Site(s.atoms[::-1], len(s.atoms) - 1) for s in sites]
    ahead, back = (
        ARMSR(n_s2=0, paths="xanesnet").transform(x) for x in (sites, turned)
    )
    every = ARMSR(n_s2=0).transform(sites)
    assert every.any()
    np.testing.assert_allclose(ahead + back, every, rtol=1e-10, atol=1e-14)


def test_names_tell_the_order_the_length_the_angles_and_the_weight():
    names = ARMSR(n_s2=2, n_s3=2, n_s4=2, n_angles=2, weight=("Z", "one")).feature_names
    radial = "r=0.5 Å η=0.02 Å⁻²"
    assert names[0] == f"S2 {radial}"
    assert names[4:6] == [f"S3 {radial} cos θ={x}" for x in ("-1", "1")]
    assert names[13] == f"S4 {radial} cos θ=-1 cos θ=1"
    assert names[-1] == "S4 r=5.5 Å η=0.02 Å⁻² cos θ=1 cos θ=1 by one"


def test_each_weight_of_several_has_its_own_sums(sites):
    together = ARMSR(weight=CHEMISTRY, n_s2=0).transform(sites)
    apart = [ARMSR(weight=w, n_s2=0).transform(sites) for w in CHEMISTRY]
    np.testing.assert_allclose(together, np.hstack(apart), rtol=1e-12)


@pytest.mark.parametrize("limit", [1, 50, 10**7])
def test_how_many_paths_are_taken_at_a_time_does_not_matter(sites, monkeypatch, limit):
    descriptor = ARMSR(n_s2=4, n_s3=6, n_s4=4, n_angles=4, cutoff=7.0)
    expected = descriptor.transform(sites * 3)
    monkeypatch.setattr(paths, "PAIRS_AT_ONCE", limit)
    monkeypatch.setattr(paths, "PATHS_AT_ONCE", limit)
    monkeypatch.setattr(armsr, "NUMBERS_AT_ONCE", limit)
    found = descriptor.transform(sites * 3)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_s3": -1}, "n_s3 is -1: give a whole number >= 0"),
        ({"n_angles": 1}, "n_angles is 1: give a whole number >= 2"),
        ({"n_s4": 1}, "one shifted Gaussian has no spacing"),
        ({"cutoff": 0.9}, "does not grow"),
        ({"weight": "mass"}, "weight 'mass' is not known"),
        ({"cutoff_beyond": "none"}, "cutoff_beyond 'none' is not one of"),
        ({"paths": "some"}, "paths 'some' is not one of"),
        ({"angles": "degrees"}, "angles 'degrees' is not one of"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        ARMSR(**arguments)
