"""Distances, numbers and spreads out of radial functions."""

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.descriptors import WACSF
from xnet_lite.errors import InputError
from xnet_lite.inverse import (
    WITH_ELEMENTS,
    distance_parity,
    refined_peaks,
    shells,
    true_shells,
    unfolded,
)
from xnet_lite.structures import Site

R = WITH_ELEMENTS.distances
#: directions of an octahedron
AXES = np.vstack([np.eye(3), -np.eye(3)])


def site(symbols, lengths):
    """Atoms on the axes around iron."""
    places = np.array(lengths)[:, None] * AXES[: len(lengths)]
    return Site(Atoms(["Fe", *symbols], np.vstack([np.zeros(3), places])), 0)


def gaussians(*places):
    """A curve with like peaks."""
    eta = 1 / (2 * (R[1] - R[0]) ** 2)
    return np.exp(-eta * (R[:, None] - np.array(places)) ** 2).sum(1)


@pytest.mark.parametrize("place", [1.53, 2.0, 2.0499, 4.71])
def test_a_parabola_finds_the_top_of_a_gaussian_wherever_it_stands(place):
    np.testing.assert_allclose(refined_peaks(gaussians(place), R), [place], atol=1e-9)


def test_a_flat_curve_has_no_peak():
    assert len(refined_peaks(np.ones(50), R)) == 0


def test_peaks_are_matched_once_and_what_is_left_is_missed_or_false():
    told, true = gaussians(2.03, 2.9), gaussians(2.0, 2.45, 4.5)
    found = distance_parity([told], [true], R, window=0.3)
    np.testing.assert_allclose(found.errors, [0.03], atol=0.005)
    assert (found.hit_rate, found.false_rate, found.near_rate) == (0.5, 0.5, 0.5)


def test_peaks_outside_the_range_are_none_of_its_business():
    curves = [gaussians(2.0, 4.5)]
    near = distance_parity(curves, curves, R)
    far = distance_parity(curves, curves, R, between=(3.5, 6.0))
    assert near.true.round(1).tolist() == [2.0]
    assert far.true.round(1).tolist() == [4.5]


def test_a_range_without_peaks_has_no_error_and_no_rate():
    found = distance_parity([np.ones(50)], [np.ones(50)], R).summary()
    assert found["near"] == 0.0
    assert np.isnan(found["median"])


def test_curves_of_other_shapes_are_refused():
    with pytest.raises(InputError, match="two tables of one shape"):
        distance_parity(np.ones((2, 50)), np.ones((3, 50)), R)


def test_atoms_are_unfolded_from_their_curve_where_they_stand():
    one = WACSF(n_g2=50, n_g4=0, weight="one", g1=False)
    curves = one.transform([site("NNO", [1.9, 2.15, 2.6])])
    places, atoms = unfolded(curves, one)
    assert atoms.sum() == pytest.approx(3, abs=1e-3)
    for length in (1.9, 2.15, 2.6):
        assert atoms[0, np.abs(places - length) < 0.03].sum() == pytest.approx(1, 0.02)


def test_shells_of_true_curves_are_those_of_the_structures():
    sites = [
        site("NNNN", [1.95, 2.0, 2.05, 2.1]),
        site(["Cl", "Cl", "N"], [2.3, 2.32, 2.0]),
        site("CCCOO", [1.8, 1.82, 1.85, 2.0, 2.1]),
    ]
    told = shells(WITH_ELEMENTS.transform(sites), WITH_ELEMENTS)
    np.testing.assert_allclose(told, true_shells(sites, WITH_ELEMENTS), atol=0.01)


def test_a_second_shell_is_no_part_of_the_first():
    near, far = site("NN", [2.0, 2.0]), site("NNC", [2.0, 2.0, 3.0])
    curves = WITH_ELEMENTS.transform([near, far])
    told = shells(curves, WITH_ELEMENTS)
    np.testing.assert_allclose(told[0], told[1], atol=1e-6)


def test_an_empty_shell_has_no_distance():
    told = shells(np.zeros((1, WITH_ELEMENTS.n_features)), WITH_ELEMENTS)
    assert told[0, 1] == 0
    assert np.isnan(told[0, [0, 2]]).all()


def test_shells_need_elements_told_apart():
    with pytest.raises(InputError, match="tells no elements apart"):
        shells(np.ones((1, 50)), WACSF(n_g2=50, n_g4=0, g1=False))


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: refined_peaks([1.0, 2.0], [1.0, 2.0, 3.0]), "3 points or more"),
        (lambda: shells(np.ones((2, 7)), WITH_ELEMENTS), "give 250 a row"),
        (lambda: unfolded(np.ones(3), WITH_ELEMENTS), "give 50 a row"),
    ],
)
def test_curves_of_another_length_are_refused(ask, said):
    with pytest.raises(InputError, match=said):
        ask()
