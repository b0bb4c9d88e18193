"""One set of predictions by every metric in print, against closed forms."""

import numpy as np
import pytest

from xnet_lite import metrics
from xnet_lite.errors import InputError
from xnet_lite.metrics.translation import WORDS

TRUE = np.array([[1.0, 2.0, 4.0, 3.0], [2.0, 4.0, 8.0, 6.0], [1.0, 2.0, 4.0, 3.0]])
PRED = TRUE * np.array([[1.1], [0.8], [1.3]])  # 10, 20 and 30 % off everywhere
ENERGY = np.arange(4.0)
PEAKS = {
    "peak energy error, mean",
    "peak energy error, median",
    "R² of peak energies",
    "peak intensity error, median",
    "peak hit rate",
}


def by_name(*arguments, **options) -> dict:
    """Rows by the name of their metric."""
    return {row.metric: row for row in metrics.translate(*arguments, **options)}


def pairwise(spectra):
    """Mean of each point and its partner: takes an alternating error away."""
    pairs = spectra.reshape(len(spectra), -1, 2).mean(-1)
    return np.repeat(pairs, 2, axis=1)


def test_a_factor_is_the_same_percent_error_by_both_readings():
    rows = by_name(PRED, TRUE)
    assert rows["relative spectral error (A)"].value == pytest.approx(20)
    assert rows["median relative error (B)"].value == pytest.approx(20)


def test_one_wrong_point_counts_in_a_and_not_in_b():
    pred = TRUE.copy()
    pred[:, 2] *= 1.5
    rows = by_name(pred, TRUE)
    assert rows["relative spectral error (A)"].value == pytest.approx(100 * 2 / 10)
    assert rows["median relative error (B)"].value == 0


def test_squares_and_correlations_have_their_closed_forms():
    rows = by_name(PRED, TRUE)
    square, around = 30 / 4, 5 / 4  # mean of squares, variance of 1 2 4 3
    mse = np.array([0.01 * square, 0.04 * 4 * square, 0.09 * square])
    r2 = 1 - np.array([0.01, 0.04, 0.09]) * square / around
    assert rows["mean squared error"].value == pytest.approx(np.median(mse))
    assert rows["R²"].value == pytest.approx(np.median(r2))
    assert rows["Pearson correlation"].value == pytest.approx(1)
    assert rows["Spearman correlation"].value == pytest.approx(1)


def test_the_pearson_correlation_is_that_of_each_spectrum_averaged():
    pred = np.random.default_rng(0).random(TRUE.shape)
    each = [np.corrcoef(p, t)[0, 1] for p, t in zip(pred, TRUE, strict=True)]
    value = by_name(pred, TRUE)["Pearson correlation"].value
    assert value == pytest.approx(np.mean(each))


def test_rows_of_peaks_hold_the_numbers_of_the_parity():
    energy = np.linspace(0, 20, 201)
    true = np.array([np.exp(-((energy - c) ** 2)) for c in (5, 9, 14)])
    pred = np.array([np.exp(-((energy - c) ** 2)) for c in (6, 9.2, 18)])
    rows = by_name(pred, true, energy=energy)
    parity = metrics.peak_parity(pred, true, energy)
    assert rows["peak energy error, mean"].value == pytest.approx(0.6)
    assert rows["peak hit rate"].value == pytest.approx(2 / 3)
    assert rows["R² of peak energies"].value == parity.r2
    assert rows["peak intensity error, median"].value == parity.intensity_error


def test_rows_need_their_data():
    assert set(by_name(PRED, TRUE)) == set(WORDS) - PEAKS - {"eta"}
    everything = by_name(PRED, TRUE, energy=ENERGY, mean_spectrum=TRUE.mean(0))
    assert list(everything) == list(WORDS)


def test_every_row_says_its_formula_and_where_it_is_used():
    rows = metrics.translate(PRED, TRUE, energy=ENERGY, mean_spectrum=TRUE.mean(0))
    assert all(row.formula and row.used_in for row in rows)


def test_numbers_agree_with_those_of_the_summary():
    rng = np.random.default_rng(1)
    true = rng.random((20, 30)) + 1
    pred, energy = true + 0.1 * rng.normal(size=true.shape), np.arange(30.0)
    facts = {"energy": energy, "mean_spectrum": true.mean(0)}
    rows, summary = by_name(pred, true, **facts), metrics.summarise(pred, true, **facts)
    same = {
        "relative spectral error (A)": "a_median",
        "median relative error (B)": "b_median",
        "mean squared error": "mse",
        "R²": "r2",
        "Spearman correlation": "spearman",
        "eta": "eta",
        "peak energy error, median": "peak_energy_error",
        "peak hit rate": "peak_hit_rate",
    }
    for metric, name in same.items():
        assert rows[metric].value == pytest.approx(summary[name]), metric


def test_an_alternating_error_is_gone_after_averaging_pairs():
    pred = TRUE + 0.1 * np.array([1, -1, 1, -1])
    row = by_name(pred, TRUE, broaden=pairwise)["relative spectral error (A)"]
    assert row.value == pytest.approx(4.0)
    assert row.broadened == pytest.approx(0, abs=1e-12)


def test_broadening_lowers_a_of_noise_and_leaves_that_of_a_factor():
    rng = np.random.default_rng(2)
    true = np.tile(np.linspace(1, 3, 64), (40, 1))
    noisy = true + 0.1 * rng.normal(size=true.shape)
    noise = by_name(noisy, true, broaden=pairwise)["relative spectral error (A)"]
    # the mean of two independent errors is smaller by the square root of two
    assert noise.broadened == pytest.approx(noise.value / 2**0.5, rel=0.05)
    factor = by_name(1.1 * true, true, broaden=pairwise)["relative spectral error (A)"]
    assert factor.broadened == pytest.approx(factor.value) == pytest.approx(10)


def test_the_mean_spectrum_is_broadened_with_the_others():
    rng = np.random.default_rng(3)
    true = rng.random((30, 8)) + 1
    pred, mean = true + 0.1 * rng.normal(size=true.shape), true.mean(0)
    row = by_name(pred, true, mean_spectrum=mean, broaden=pairwise)["eta"]
    after = metrics.eta(pairwise(pred), pairwise(true), pairwise(mean[None])[0])
    assert row.broadened == pytest.approx(after)


def test_without_broadening_there_is_no_second_number():
    assert all(np.isnan(row.broadened) for row in metrics.translate(PRED, TRUE))


def test_broadening_that_leaves_the_grid_is_refused():
    with pytest.raises(InputError, match=r"shape \(3, 2\) from \(3, 4\)"):
        metrics.translate(PRED, TRUE, broaden=lambda spectra: spectra[:, ::2])
