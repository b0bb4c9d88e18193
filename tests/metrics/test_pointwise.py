"""Errors point by point: closed forms and laws."""

import numpy as np
import pytest

from xnet_lite import metrics
from xnet_lite.errors import InputError

RNG = np.random.default_rng(3)
TRUE = RNG.random((6, 40)) + 0.5
PRED = TRUE + 0.1 * RNG.normal(size=TRUE.shape)


def test_metric_a_is_the_ratio_of_the_two_sums_in_percent():
    error = metrics.relative_spectral_error([[2.0, 1.0], [1.0, 1.0]], [[1.0, 3.0]] * 2)
    np.testing.assert_allclose(error, [100 * 3 / 4, 100 * 2 / 4])


def test_metric_b_is_the_median_of_the_pointwise_errors_in_percent():
    error = metrics.median_relative_error([1.1, 2.0, 5.0], [1.0, 2.0, 4.0])
    assert error == pytest.approx(10.0)


def test_metric_b_leaves_out_points_where_the_truth_is_zero():
    assert metrics.median_relative_error([1.0, 1.1], [0.0, 1.0]) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("metric", "perfect"),
    [
        (metrics.relative_spectral_error, 0),
        (metrics.median_relative_error, 0),
        (metrics.mse, 0),
        (metrics.r2, 1),
        (metrics.spearman, 1),
    ],
)
def test_a_perfect_prediction_scores_perfectly(metric, perfect):
    np.testing.assert_allclose(metric(TRUE, TRUE), np.full(len(TRUE), perfect))


@pytest.mark.parametrize(
    "metric", [metrics.relative_spectral_error, metrics.median_relative_error]
)
def test_relative_errors_do_not_depend_on_the_unit(metric):
    np.testing.assert_allclose(metric(7 * PRED, 7 * TRUE), metric(PRED, TRUE))


def test_predicting_each_spectrums_own_mean_has_r2_zero():
    flat = np.broadcast_to(TRUE.mean(1, keepdims=True), TRUE.shape)
    np.testing.assert_allclose(metrics.r2(flat, TRUE), 0, atol=1e-12)


def test_spearman_is_minus_one_for_the_opposite_order_and_averages_ties():
    assert metrics.spearman([3.0, 2.0, 1.0], [1.0, 2.0, 3.0]) == pytest.approx(-1)
    assert metrics.spearman([1.0, 1.0, 2.0], [1.0, 2.0, 3.0]) == pytest.approx(
        0.75**0.5
    )


def test_eta_of_the_mean_spectrum_itself_is_one():
    mean = TRUE.mean(0)
    assert metrics.eta(np.tile(mean, (6, 1)), TRUE, mean) == pytest.approx(1)


def test_coverage_of_gaussian_errors_is_that_of_the_normal_distribution():
    rng = np.random.default_rng(0)
    std = rng.random((400, 50)) + 0.1
    errors = std * rng.normal(size=std.shape)
    share = metrics.coverage(errors, std, np.zeros_like(std), k=2)
    # 20 000 points: the share's own standard error is 0.0015
    assert share.all_points == pytest.approx(0.9545, abs=0.006)


def test_coverage_tells_the_median_spectrum_from_all_points():
    pred = np.zeros((3, 4))
    true = np.array([[0.0] * 4, [0.0] * 4, [9.0] * 4])
    share = metrics.coverage(pred, np.ones((3, 4)), true)
    assert share.median == 1
    assert share.all_points == pytest.approx(2 / 3)


def test_spectra_on_different_grids_are_refused_with_a_sentence():
    with pytest.raises(InputError, match=r"shape \(3,\).*\(2,\).*one energy grid"):
        metrics.mse([1.0, 2.0, 3.0], [1.0, 2.0])
