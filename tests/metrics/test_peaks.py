"""Peaks: matched, missed, counted."""

import numpy as np
import pytest

from xnet_lite import metrics

ENERGY = np.linspace(0, 50, 501)


def lines(*centers):
    """Gaussians of unit height and 1 eV width."""
    return sum(np.exp(-((ENERGY - center) ** 2) / 2) for center in centers)


def test_a_shifted_spectrum_has_the_shift_as_its_peak_error_and_all_hits():
    error = metrics.peak_energy_error(lines(10.7, 30.7), lines(10, 30), ENERGY)
    np.testing.assert_allclose(error, [0.7], atol=1e-9)
    assert metrics.peak_hit_rate(lines(10.7, 30.7), lines(10, 30), ENERGY) == [1.0]


def test_a_peak_with_no_partner_within_the_window_is_a_miss():
    true, partner = metrics.match_peaks(lines(10), lines(10, 30), ENERGY)
    np.testing.assert_allclose(true, [10, 30])
    np.testing.assert_allclose(partner, [10, np.nan])
    assert metrics.peak_hit_rate(lines(10), lines(10, 30), ENERGY) == [0.5]


def test_a_predicted_peak_is_used_only_once():
    _, partner = metrics.match_peaks(lines(20), lines(18.4, 21.5), ENERGY)
    assert np.isfinite(partner).sum() == 1
    assert partner[1] == pytest.approx(20)  # the nearer of the two has it


def test_the_best_matching_is_found_where_a_greedy_one_loses_a_pair():
    # greedy: 22 takes 21, its nearest, and 20 is left with nothing within 2 eV
    true, partner = metrics.match_peaks(
        lines(15, 18.6, 22.4), lines(16.8, 20.4, 24.2), ENERGY
    )
    np.testing.assert_allclose(partner, [15, 18.6, 22.4], atol=0.11)
    assert len(true) == 3


def test_ripples_below_the_prominence_are_no_peaks():
    ripple = lines(25) + 0.005 * np.sin(ENERGY * 4)
    true, _ = metrics.match_peaks(ripple, ripple, ENERGY)
    assert len(true) == 1


def test_without_peaks_there_is_no_rate_and_no_error():
    flat = np.ones((1, len(ENERGY)))
    assert np.isnan(metrics.peak_hit_rate(flat, flat, ENERGY)).all()
    assert np.isnan(metrics.peak_energy_error(flat, flat, ENERGY)).all()
