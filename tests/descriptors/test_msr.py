"""Scattering paths by length: closed forms, plain loops, the parent code's own values.

Origin of `parents_msr.npz`: black-box values, float64, of
NewcastleRSE/xray-spectroscopy-ml 69dd0418 (2025-10-17) for the ten structures of
data/fe/xyz_test (of armsr_722_r6 the first three), r_min 0; r_max 6 Å, or 4 Å for
msr_s2345_r4_n16.
"""

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.descriptors import CHEMISTRY, MSR
from xnet_lite.descriptors.sums import paths, sums
from xnet_lite.errors import InputError
from xnet_lite.structures import Site

PARENTS = np.load(Path(__file__).parent / "parents_msr.npz")
#: parent's array -> our arguments
SAME = {
    "msr_38_76_114_r6": {},
    "msr_s2345_r4_n16": {"cutoff": 4.0} | {f"n_s{i}": 16 for i in (2, 3, 4, 5)},
}


def plain_paths(site, n_atoms, longest):
    """Charge product, length and cosines of every path, leg by leg."""
    places = site.atoms.positions - site.atoms.positions[site.absorber_index]
    others = [i for i in range(len(places)) if i != site.absorber_index]

    def go(path, charges, length, cosines):
        if len(path) == n_atoms + 1:
            yield charges, length, cosines
            return
        for atom in set(others) - set(path):
            leg = places[atom] - places[path[-1]]
            size = np.linalg.norm(leg)
            if length + size >= longest:
                continue
            bend = []
            if len(path) > 1:
                back = places[path[-2]] - places[path[-1]]
                bend = [back @ leg / (np.linalg.norm(back) * size)]
            z = float(site.atoms.numbers[atom])
            yield from go([*path, atom], charges * z, length + size, cosines + bend)

    yield from go([site.absorber_index], 1.0, 0.0, [])


def plain(site, descriptor):
    """The formulas, term by term."""
    cutoff = descriptor.cutoff
    parts = []
    for n_atoms in (1, 2, 3, 4):
        n = getattr(descriptor, f"n_s{n_atoms + 1}")
        grid = np.linspace(0.5, cutoff - 0.5, n)
        total = np.zeros(n)
        for charges, length, cosines in plain_paths(site, n_atoms, cutoff):
            fade = 0.5 * (np.cos(np.pi * length / cutoff) + 1)
            gaussians = np.exp(-(((length - grid) / (grid[1] - grid[0])) ** 2) / 2)
            total += charges * np.prod(np.abs(cosines)) * fade * gaussians
        parts.append(total)
    return np.concatenate(parts)


def gaussian_of(length, n=3, cutoff=6.0):
    """f_c(length) times n Gaussians."""
    grid = np.linspace(0.5, cutoff - 0.5, n)
    fade = 0.5 * (np.cos(np.pi * length / cutoff) + 1)
    return fade * np.exp(-(((length - grid) / (grid[1] - grid[0])) ** 2) / 2)


def test_many_neighbors_give_the_sums_of_all_paths_term_by_term(sites):
    descriptor = MSR(cutoff=8.0, n_s2=20, n_s3=20, n_s4=20, n_s5=20)
    expected = np.array([plain(site, descriptor) for site in sites])
    assert (expected[[0, 2]].reshape(2, 4, 20).max(axis=2) > 1.0).all()
    # the plain loop takes lengths by another route: some ten roundings
    np.testing.assert_allclose(descriptor.transform(sites), expected, rtol=1e-10)


def test_two_atoms_in_a_row_give_a_path_through_and_a_path_back(around):
    site = around(("O", [2.0, 0.0, 0.0]), ("S", [3.5, 0.0, 0.0]))
    features = MSR(n_s2=0, n_s3=3, n_s4=3).describe(site)
    expected = 8 * 16 * (gaussian_of(3.5) + gaussian_of(3.5 + 1.5))
    np.testing.assert_allclose(features, [*expected, 0, 0, 0], rtol=1e-12)


def test_four_atoms_in_a_row_give_the_straight_path_alone(around):
    row = [(symbol, [x, 0, 0]) for symbol, x in (("O", 1.8), ("C", 3.3), ("N", 4.8))]
    features = MSR(n_s2=0, n_s3=0, n_s4=3).describe(around(*row))
    # any other order is longer than the cutoff
    np.testing.assert_allclose(features, 8 * 6 * 7 * gaussian_of(4.8), rtol=1e-12)


def test_the_angle_of_a_path_is_the_one_at_the_atom_it_passes(around):
    # at O a right angle; at S the angle whose cosine is 1.5/2.5
    site = around(("O", [2.0, 0.0, 0.0]), ("S", [2.0, 1.5, 0.0]))
    features = MSR(n_s2=0, n_s3=3, n_s4=0).describe(site)
    expected = 8 * 16 * (1.5 / 2.5) * gaussian_of(2.5 + 1.5)
    np.testing.assert_allclose(features, expected, rtol=1e-12)


@pytest.mark.parametrize("order", [3, 4, 5])
def test_a_path_fades_quadratically_as_it_gets_as_long_as_the_cutoff(around, order):
    counts = {f"n_s{i}": 6 * (i == order) for i in (2, 3, 4, 5)}
    descriptor = MSR(cutoff=8.0, **counts)

    def site_of(length):
        xs = np.linspace(3.0, length, order - 1)
        return around(*(("S", [x, 0.0, 0.0]) for x in xs))

    lengths = 8.0 + np.array([-1e-3, -2e-4, 1e-6])
    inside, nearer, outside = descriptor.transform([site_of(x) for x in lengths])
    assert inside.max() / nearer.max() == pytest.approx(25, rel=0.1)
    assert not outside.any()


@pytest.mark.parametrize("name", SAME)
def test_the_parent_code_is_reproduced(parent_sites, name):
    features = MSR.xanesnet(**SAME[name]).transform(parent_sites)
    # its own rounding; what is below 1e-35 is not summed here
    np.testing.assert_allclose(features, PARENTS[name], rtol=1e-9, atol=1e-35)


def test_the_parents_numbers_change_with_the_order_of_the_file_and_ours_do_not(
    parent_sites,
):
    turned = [
        Site(s.atoms[[0, *range(len(s.atoms) - 1, 0, -1)]], 0) for s in parent_sites
    ]
    theirs, theirs_turned = (
        MSR.xanesnet().transform(x) for x in (parent_sites, turned)
    )
    ours, ours_turned = (MSR().transform(x) for x in (parent_sites, turned))
    np.testing.assert_allclose(ours_turned, ours, rtol=1e-9)
    # all S3 of a structure, the file turned over; two digits as printed
    ratio = theirs_turned[:, 38:76].sum(axis=1) / theirs[:, 38:76].sum(axis=1)
    assert [ratio.min(), ratio.max()] == pytest.approx([0.276, 0.512], rel=5e-3)


def test_all_paths_of_three_bodies_are_those_of_the_file_and_of_the_file_reversed(
    sites,
):
    turned = [Site(s.atoms[::-1], len(s.atoms) - 1) for s in sites]
    ahead, back = (
        MSR(n_s2=0, n_s4=0, paths="xanesnet").transform(x) for x in (sites, turned)
    )
    every = MSR(n_s2=0, n_s4=0).transform(sites)
    assert every.any()
    np.testing.assert_allclose(ahead + back, every, rtol=1e-11)


def test_the_strict_cutoff_takes_this_much_of_the_parents_numbers(parent_sites):
    strict, parent = (
        MSR.xanesnet(cutoff_beyond=beyond).transform(parent_sites).reshape(-1, 3, 38)
        for beyond in ("zero", "xanesnet")
    )
    gaps = np.abs(strict - parent).max(axis=(0, 2)) / parent.max(axis=(0, 2))
    # the Gaussians end before the cosine has risen; two digits as printed
    assert gaps == pytest.approx([0.0, 1.44e-7, 2.08e-7], rel=1e-2, abs=1e-15)


def test_all_paths_sum_to_this_much_of_those_in_the_order_of_the_file(parent_sites):
    every, ordered = (
        MSR(paths=paths).transform(parent_sites).reshape(-1, 3, 38).sum(axis=(0, 2))
        for paths in ("all", "xanesnet")
    )
    # S2 has one order; the files begin with the metal's ligands
    assert every / ordered == pytest.approx([1.0, 1.394, 1.281], rel=1e-3)


def test_names_tell_the_order_the_length_and_the_weight():
    names = MSR(n_s2=3, n_s3=3, n_s4=0, n_s5=3, weight=("Z", "one")).feature_names
    assert names[::6] == [f"S{order} r=0.5 Å η=0.08 Å⁻²" for order in (2, 3, 5)]
    assert names[-1] == "S5 r=5.5 Å η=0.08 Å⁻² by one"


def test_a_number_scales_every_order_by_its_power(sites):
    whole, tenth = (MSR(weight=w, n_s5=38).transform(sites) for w in (1.0, 0.1))
    scale = np.repeat([0.1, 0.01, 0.001, 0.0001], 38)
    np.testing.assert_allclose(tenth, whole * scale, rtol=1e-12)


def test_each_weight_of_several_has_its_own_sums(sites):
    together = MSR(weight=CHEMISTRY).transform(sites).reshape(len(sites), 3, 4, 38)
    apart = [MSR(weight=w).transform(sites) for w in CHEMISTRY]
    expected = np.stack([x.reshape(len(sites), 3, 38) for x in apart], axis=2)
    np.testing.assert_allclose(together, expected, rtol=1e-12)


@pytest.mark.parametrize("limit", [1, 50, 10**7])
def test_how_many_paths_are_taken_at_a_time_does_not_matter(sites, monkeypatch, limit):
    descriptor = MSR(cutoff=7.0, n_s5=38)
    expected = descriptor.transform(sites * 3)
    monkeypatch.setattr(paths, "PAIRS_AT_ONCE", limit)
    monkeypatch.setattr(paths, "PATHS_AT_ONCE", limit)
    monkeypatch.setattr(sums, "NUMBERS_AT_ONCE", limit)
    found = descriptor.transform(sites * 3)
    np.testing.assert_allclose(found, expected, rtol=1e-11)


def test_ten_times_the_sites_take_no_more_memory_than_their_features(sites, peak):
    descriptor = MSR(n_s5=38)

    # besides the features, one batch of sites and one chunk of paths
    assert peak(descriptor, sites * 300) < 1.1 * peak(descriptor, sites * 30)


def test_the_paths_of_one_crowded_site_are_not_held_at_once(around, peak, monkeypatch):
    rng = np.random.default_rng(0)
    crowd = around(*(("H", place) for place in rng.normal(0, 1.5, (60, 3))))
    descriptor = MSR(n_s2=0, n_s3=0, n_s4=0, n_s5=4)

    monkeypatch.setattr(paths, "PATHS_AT_ONCE", 10**7)
    whole = peak(descriptor, [crowd])
    monkeypatch.setattr(paths, "PATHS_AT_ONCE", 1000)
    assert peak(descriptor, [crowd]) < whole / 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_s4": -1}, "n_s4 is -1: give a whole number >= 0"),
        ({"n_s5": 1}, "one shifted Gaussian has no spacing"),
        ({"cutoff": 0.9}, "does not grow"),
        ({"weight": "mass"}, "weight 'mass' is not known"),
        ({"weight": {"Q": 1.0}}, "there is no such element"),
        ({"cutoff_beyond": "none"}, "cutoff_beyond 'none' is not one of"),
        ({"paths": "some"}, "paths 'some' is not one of"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        MSR(**arguments)


def test_an_element_without_a_weight_is_refused(around):
    with pytest.raises(InputError, match="has no value for He, give a mapping"):
        MSR(weight={"H": 1.0}).describe(around(("He", [0.0, 2.0, 0.0])))


@pytest.mark.parametrize("place", [[0.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
def test_two_atoms_on_the_same_place_are_refused(place):
    site = Site(Atoms("FeOCN", [[0.0] * 3, [2.0, 0, 0], [0.0, 2.0, 0.0], place]), 0)
    with pytest.raises(InputError, match="sit on the same place, remove one"):
        MSR().describe(site)
