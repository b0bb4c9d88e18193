"""Radial distribution curves: closed forms and the parent code's own values.

Origin of `parents.npz`: see `test_wacsf`; every tenth point of rdc_801_default.
"""

from pathlib import Path

import numpy as np
import pytest

from xnet_lite.descriptors import RDC
from xnet_lite.errors import InputError

PARENTS = np.load(Path(__file__).parent / "parents.npz")
GRID = np.linspace(0.0, 6.0, 121)


def test_one_neighbor_gives_one_gaussian_times_both_charges(around):
    site = around(("O", [0.0, 2.5, 0.0]))
    expected = 26 * 8 * np.exp(-10.0 * (GRID - 2.5) ** 2)
    sharp = RDC(smooth=False).describe(site)
    np.testing.assert_allclose(sharp, expected, rtol=1e-11)
    fade = 0.5 * (np.cos(np.pi * 2.5 / 6.0) + 1.0)
    np.testing.assert_allclose(RDC().describe(site), fade * expected, rtol=1e-11)


def test_all_pairs_add_the_distances_between_neighbors(around):
    site = around(("O", [3.0, 0.0, 0.0]), ("N", [0.0, 0.0, -4.0]))
    descriptor = RDC(cutoff=5.0, pairs="all", smooth=False, dr=0.1, alpha=4.0)
    pairs = (3.0, 26 * 8), (4.0, 26 * 7), (5.0, 8 * 7)
    grid = np.linspace(0.0, 10.0, 101)
    expected = sum(z * np.exp(-4.0 * (grid - r) ** 2) for r, z in pairs)
    np.testing.assert_allclose(descriptor.describe(site), expected, rtol=1e-11)


def test_a_pair_of_neighbors_fades_by_the_distances_of_both(around):
    site = around(("O", [3.0, 0.0, 0.0]), ("N", [0.0, 0.0, -4.0]))
    one = RDC(cutoff=6.0, pairs="all", r_min=5.0, r_max=5.1, dr=0.1, alpha=1e4)
    # at r_c/2 half is left, at 2/3 r_c a quarter
    assert one.describe(site)[0] == pytest.approx(8 * 0.5 * 7 * 0.25, rel=1e-9)


def test_the_curve_of_all_pairs_ends_at_twice_the_cutoff():
    assert RDC(pairs="all").feature_names[-1] == "RDC r=12 Å"
    assert RDC(r_max=5.0, dr=0.5).feature_names[-2:] == ["RDC r=4.5 Å", "RDC r=5 Å"]


def test_the_curve_of_2020_is_the_printed_sum_over_all_pairs(around):
    site = around(("O", [2.0, 0.0, 0.0]), ("N", [0.0, 0.0, -3.0]), ("C", [0, 4.5, 0]))
    pairs = (2.0, 26 * 8), (3.0, 26 * 7), (13.0**0.5, 8 * 7)  # carbon is outside
    grid = np.linspace(0.0, 8.0, 680)
    expected = sum(z * np.exp(-10.0 * (grid - r) ** 2) for r, z in pairs)
    curve = RDC.published_2020().describe(site)
    # the smallest of these numbers is 1e-300
    np.testing.assert_allclose(curve, expected, rtol=1e-9, atol=1e-12)


def test_the_step_that_the_paper_of_2020_prints_makes_fewer_points_than_its_layer():
    assert RDC.published_2020().n_features == 680
    assert RDC.published_2020(dr=0.012).n_features == 668


@pytest.mark.parametrize("pairs", ["absorber", "all"])
def test_a_property_in_place_of_the_charge_weighs_each_pair_by_both_atoms(
    around, pairs
):
    site = around(("O", [3.0, 0.0, 0.0]), ("N", [0.0, 0.0, -4.0]))
    affinity = {"Fe": 0.15, "O": 1.46, "N": -0.07}  # eV
    options = {"pairs": pairs, "smooth": False, "r_max": 6.0}
    between = {(3.0, "Fe", "O"), (4.0, "Fe", "N"), (5.0, "O", "N")}
    wanted = [one for one in between if pairs == "all" or one[1] == "Fe"]
    expected = sum(
        affinity[a] * affinity[b] * np.exp(-10.0 * (GRID - r) ** 2)
        for r, a, b in wanted
    )
    curve = RDC(weight=affinity, **options).describe(site)
    np.testing.assert_allclose(curve, expected, rtol=1e-10, atol=1e-14)


def test_each_weight_makes_a_curve_of_its_own_with_its_name(around):
    site = around(("O", [0.0, 2.5, 0.0]))
    both = RDC(weight=("Z", "one"), dr=2.0)
    assert both.feature_names[2:6:3] == ["RDC r=4 Å", "RDC r=2 Å by one"]
    charges, ones = both.describe(site).reshape(2, -1)
    np.testing.assert_allclose(charges, 26 * 8 * ones, rtol=1e-12)


def test_an_element_without_the_property_is_named(around):
    site = around(("O", [0.0, 2.5, 0.0]))
    with pytest.raises(InputError, match="has no value for Fe"):
        RDC(weight={"O": 1.46}).describe(site)


@pytest.mark.parametrize(
    ("name", "arguments", "every"),
    [("rdc_121", {}, 1), ("rdc_801_default", {"cutoff": 8.0, "dr": 0.01}, 10)],
)
def test_the_parent_code_is_reproduced(parent_sites, name, arguments, every):
    curves = RDC.xanesnet(**arguments).transform(parent_sites)[:, ::every]
    # its own rounding; the smallest of its numbers is 1e-14
    np.testing.assert_allclose(curves, PARENTS[name], rtol=1e-9)


def test_the_smooth_cutoff_takes_two_thirds_of_the_parents_curve(parent_sites):
    taken = 1 - RDC().transform(parent_sites).sum(1) / PARENTS["rdc_121"].sum(1)
    # most of the neighbors within 6 Å are beyond 3 Å, where f_c is below a half
    assert np.median(taken) == pytest.approx(0.66, abs=0.01)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"pairs": "some"}, "pairs 'some' is not one of"),
        ({"dr": 0.0}, "dr is 0.0: give a number > 0"),
        ({"alpha": -1.0}, "alpha is -1.0: give a number > 0"),
        ({"r_min": 7.0}, "do not grow"),
        ({"r_max": 0.0}, "do not grow"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        RDC(**arguments)
