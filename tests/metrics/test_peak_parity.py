"""Parity of peaks: what the columns of the paper's table are."""

import numpy as np
import pytest

from xnet_lite import metrics
from xnet_lite.errors import InputError

ENERGY = np.linspace(0, 50, 501)


def lines(*peaks):
    """Gaussians of 1 eV width, each (center, height)."""
    return sum(h * np.exp(-((ENERGY - center) ** 2) / 2) for center, h in peaks)


TRUE = np.array([lines((10, 1.0), (30, 0.8)), lines((20, 1.0)), lines((40, 1.0))])
PRED = np.array([lines((11, 1.1), (29.5, 0.8)), lines((23, 1)), lines((40, 0.7))])


@pytest.fixture(scope="module")
def parity():
    """Found: +1.0, -0.5 and 0 eV off; missed: the one 3 eV off."""
    return metrics.peak_parity(PRED, TRUE, ENERGY)


def test_every_true_peak_has_its_site_and_its_partner(parity):
    np.testing.assert_allclose(parity.energy, [10, 30, 20, 40])
    np.testing.assert_allclose(parity.energy_pred, [11, 29.5, np.nan, 40])
    np.testing.assert_array_equal(parity.site, [0, 0, 1, 2])
    assert len(parity) == 4


def test_errors_are_those_of_matched_peaks(parity):
    np.testing.assert_allclose(parity.errors, [1.0, -0.5, 0.0], atol=1e-9)
    assert parity.mean_error == pytest.approx(0.5)
    assert parity.median_error == pytest.approx(0.5)
    assert parity.max_error == pytest.approx(1.0)


def test_the_standard_deviation_is_that_of_signed_differences(parity):
    assert parity.std == pytest.approx(np.std([1.0, -0.5, 0.0]))


def test_r2_compares_squares_with_those_around_the_mean_true_peak(parity):
    around = np.sum((np.array([10, 30, 40]) - 80 / 3) ** 2)
    assert parity.r2 == pytest.approx(1 - 1.25 / around)


def test_the_hit_rate_counts_missed_peaks(parity):
    assert parity.hit_rate == pytest.approx(3 / 4)


def test_intensities_are_compared_each_at_its_own_peak(parity):
    np.testing.assert_allclose(parity.intensity, [1, 0.8, 1, 1])
    np.testing.assert_allclose(parity.intensity_pred, [1.1, 0.8, np.nan, 0.7])
    assert parity.intensity_error == pytest.approx(0.1)
    around = np.sum((np.array([1, 0.8, 1]) - 2.8 / 3) ** 2)
    assert parity.intensity_r2 == pytest.approx(1 - 0.1 / around)


def test_a_wider_window_turns_a_miss_into_an_error():
    wide = metrics.peak_parity(PRED, TRUE, ENERGY, window=3.5)
    assert wide.hit_rate == 1
    assert wide.max_error == pytest.approx(3)


def test_a_larger_prominence_counts_fewer_peaks():
    assert len(metrics.peak_parity(PRED, TRUE, ENERGY, prominence=0.9)) == 3


def test_no_error_is_larger_than_the_window():
    rng = np.random.default_rng(0)
    pred, true = rng.random((2, 5, len(ENERGY)))
    parity = metrics.peak_parity(pred, true, ENERGY, window=0.3)
    assert 0 < parity.max_error <= 0.3 + 1e-9
    assert parity.hit_rate < 1


def test_it_agrees_with_the_matches_of_single_spectra(parity):
    pairs = [metrics.match_peaks(p, t, ENERGY) for p, t in zip(PRED, TRUE, strict=True)]
    np.testing.assert_array_equal(parity.energy, np.concatenate([t for t, _ in pairs]))
    partners = np.concatenate([p for _, p in pairs])
    np.testing.assert_array_equal(parity.energy_pred, partners)


def test_without_peaks_every_number_is_nan():
    flat = np.ones((2, len(ENERGY)))
    parity = metrics.peak_parity(flat, flat, ENERGY)
    numbers = ("mean_error", "median_error", "max_error", "std", "r2", "hit_rate")
    assert len(parity) == 0
    assert all(np.isnan(getattr(parity, n)) for n in numbers)
    assert np.isnan([parity.intensity_error, parity.intensity_r2]).all()


def test_spectra_on_different_grids_are_refused():
    with pytest.raises(InputError, match="one energy grid"):
        metrics.peak_parity(PRED[:, :-1], TRUE, ENERGY)
