"""The row of a table holds the metrics under their names."""

import numpy as np
import pytest

from xnet_lite import metrics

RNG = np.random.default_rng(5)
TRUE = RNG.random((30, 20)) + 1
PRED = TRUE + 0.05 * RNG.normal(size=TRUE.shape)


def test_the_summary_agrees_with_the_metrics_one_by_one():
    row = metrics.summarise(PRED, TRUE)
    a = metrics.relative_spectral_error(PRED, TRUE)
    q1, q3 = np.percentile(a, [25, 75])
    assert row["a_median"] == pytest.approx(np.median(a))
    assert row["a_iqr"] == pytest.approx(q3 - q1)
    assert row["a_mean"] == pytest.approx(a.mean())
    assert row["a_p90"] == pytest.approx(np.percentile(a, 90))
    b = metrics.median_relative_error(PRED, TRUE)
    assert row["b_median"] == pytest.approx(np.median(b))


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
