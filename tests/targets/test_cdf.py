"""Cumulative distributions as targets."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.targets import CDF

ENERGY = np.linspace(-10.0, 50.0, 61)
SPECTRUM = 0.5 + np.arctan(ENERGY / 2) / np.pi + np.exp(-((ENERGY - 6) ** 2) / 18)


def test_a_constant_spectrum_has_a_straight_distribution():
    targets = CDF().fit_transform([np.full(61, 2.0)], ENERGY)[0]
    np.testing.assert_allclose(targets[:-1], np.arange(1, 61) / 61, rtol=1e-12)
    assert targets[-1] == pytest.approx(2.0)


def test_a_positive_spectrum_has_an_increasing_distribution_up_to_one():
    shares = CDF(area=False).fit_transform([SPECTRUM], ENERGY)[0]
    assert (np.diff(shares) > 0).all()
    assert 0 < shares[0] < shares[-1] < 1


def test_the_size_of_a_spectrum_is_in_the_last_target_alone():
    target = CDF().fit([SPECTRUM], ENERGY)
    one, three = target.transform([SPECTRUM, 3 * SPECTRUM])
    np.testing.assert_allclose(three[:-1], one[:-1], rtol=1e-12)
    assert three[-1] == pytest.approx(3 * one[-1])


def test_without_the_area_what_is_lost_is_the_ratio_of_areas():
    target = CDF(area=False).fit([SPECTRUM, 3 * SPECTRUM], ENERGY)  # mean: twice
    errors = target.reconstruction_error([SPECTRUM, 2 * SPECTRUM, 4 * SPECTRUM])
    np.testing.assert_allclose(errors, [100.0, 0.0, 50.0], atol=1e-9)


def test_an_error_of_a_target_becomes_two_opposite_spikes():
    target = CDF().fit([SPECTRUM], ENERGY)
    targets = target.transform(SPECTRUM)
    wrong = targets + 0.001 * np.eye(61)[20]
    change = target.inverse_transform(wrong) - SPECTRUM
    area = SPECTRUM.sum()  # one eV a step
    np.testing.assert_allclose(change[20:22], [0.001 * area, -0.001 * area], rtol=1e-9)
    np.testing.assert_allclose(np.delete(change, [20, 21]), 0.0, atol=1e-12)


def test_a_moved_line_moves_its_distribution_less_than_its_points():
    lines = np.exp(-((ENERGY - np.array([[10.0], [12.0]])) ** 2) / 2)
    shares = CDF(area=False).fit_transform(lines, ENERGY)
    points = np.linalg.norm(lines[1] - lines[0]) / np.linalg.norm(lines[0])
    moved = np.linalg.norm(shares[1] - shares[0]) / np.linalg.norm(shares[0])
    assert moved < 0.2 * points


def test_a_spectrum_of_area_zero_is_refused():
    target = CDF().fit([SPECTRUM], ENERGY)
    up_and_down = np.zeros(61)
    up_and_down[10:12] = 1.0, -1.0
    with pytest.raises(InputError, match="area 0 has no distribution: normalise"):
        target.transform(up_and_down)


def test_one_energy_is_refused():
    with pytest.raises(InputError, match="one energy has no distribution"):
        CDF().fit([[1.0]], [0.0])
