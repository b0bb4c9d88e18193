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
