"""The row of a table holds the metrics under their names."""

import numpy as np
import pytest
from scipy.stats import skew

from xnet_lite import metrics

RNG = np.random.default_rng(5)
TRUE = RNG.random((30, 20)) + 1
PRED = TRUE + 0.05 * RNG.normal(size=TRUE.shape)


def test_the_summary_agrees_with_the_metrics_one_by_one():
    row = metrics.summarise(PRED, TRUE)
    a = metrics.relative_spectral_error(PRED, TRUE)
    q1, q3 = np.percentile(a, [25, 75])
    assert row["a_median"] == pytest.approx(np.median(a))
    assert (row["a_q25"], row["a_q75"]) == pytest.approx((q1, q3))
    assert row["a_iqr"] == pytest.approx(q3 - q1)
    assert row["a_skew"] == pytest.approx(skew(a))
    assert row["a_mean"] == pytest.approx(a.mean())
    assert row["a_p90"] == pytest.approx(np.percentile(a, 90))
    b = metrics.median_relative_error(PRED, TRUE)
    assert row["b_median"] == pytest.approx(np.median(b))


def test_a_long_tail_of_large_errors_has_the_skewness_of_its_distribution():
    # errors 0 in nine of ten spectra: Bernoulli, (1 - 2p) / sqrt(p (1 - p)), p = 0.1
    true = np.ones((10, 5)) * np.linspace(1, 2, 5)
    pred = true.copy()
    pred[0] *= 1.1
    assert metrics.summarise(pred, true)["a_skew"] == pytest.approx(0.8 / 0.3)


def test_equal_errors_have_no_skewness():
    assert np.isnan(metrics.summarise(1.1 * TRUE, TRUE)["a_skew"])


def test_peaks_of_all_spectra_are_one_sum():
    energy = np.linspace(0, 20, 201)
    at = [np.exp(-((energy - c) ** 2)) for c in (4.0, 5.0, 12.0)]
    true, pred = np.array([at[0] + at[2], at[0]]), np.array([at[1] + at[2], at[2]])
    row = metrics.summarise(pred, true, energy=energy)
    assert row["peak_hit_rate"] == pytest.approx(2 / 3)
    assert row["peak_energy_error"] == pytest.approx(0.5)  # median of 1 and 0


def test_what_is_not_given_is_not_reported():
    names = set(metrics.summarise(PRED, TRUE))
    assert not names & {"eta", "peak_hit_rate", "coverage_2_all"}


def test_band_peaks_and_eta_are_reported_when_their_data_are_given():
    row = metrics.summarise(
        PRED,
        TRUE,
        energy=np.arange(20.0),
        mean_spectrum=TRUE.mean(0),
        spectra_std=np.full_like(TRUE, 0.05),
    )
    assert row["coverage_2_all"] == pytest.approx(0.954, abs=0.03)  # 600 points
    assert row["eta"] == pytest.approx(1 / 12 / 0.05**2, rel=0.3)  # var of U(0, 1)
    assert np.isnan(row["std_error_r"])  # a constant band tells spectra not apart
    assert 0 <= row["peak_hit_rate"] <= 1


def test_a_spread_that_is_the_error_correlates_with_it_perfectly():
    std = np.abs(PRED - TRUE)
    assert metrics.summarise(PRED, TRUE, spectra_std=std)["std_error_r"] == (
        pytest.approx(1)
    )
